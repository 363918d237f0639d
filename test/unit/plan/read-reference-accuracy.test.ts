import { describe, expect, it } from 'vitest';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referencePrd } from '../../../src/plan/read/reference-prd';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { corpusTexts, hasCorpus, truthOfBacklog, truthOfTasks } from './read-reference-corpus';

const context = { sideFiles: new Map<string, string>() };

describe.skipIf(!hasCorpus)('tasks of the corpus', () => {
  it('finds the tasks line by line', () => {
    const texts = corpusTexts();
    let [hit, missed, extra] = [0, 0, 0];
    const report: string[] = [];
    for (const [path, truth] of truthOfTasks()) {
      const text = texts.get(path);
      if (truth.tasks === null || text === undefined) continue;
      const document = referenceTasks.read({ path, text }, context);
      const found = new Set(
        document.items.filter((item) => item.kind === 'task' || item.kind === 'hotfix').map((item) => item.line),
      );
      const wanted = new Set(truth.items.map((item) => item.line));
      const lost = [...wanted].filter((line) => !found.has(line));
      const more = [...found].filter((line) => !wanted.has(line));
      hit += wanted.size - lost.length;
      missed += lost.length;
      extra += more.length;
      if (lost.length + more.length > 0) report.push(`${path}: lost ${lost.join(',')} extra ${more.join(',')}`);
    }
    console.log(report.join('\n'), hit, missed, extra);
    expect(hit / (hit + missed)).toBeGreaterThan(0.99);
  });

  it('finds the plan items line by line', () => {
    const texts = corpusTexts();
    let [hit, missed, extra] = [0, 0, 0];
    const report: string[] = [];
    for (const [path, truth] of truthOfTasks()) {
      const text = texts.get(path);
      if (text === undefined || referencePrd.claim({ path, text }) === 0) continue;
      const document = referencePrd.read({ path, text }, context);
      const found = new Set(document.items.filter((item) => item.kind === 'plan-item').map((item) => item.line));
      const wanted = new Set(truth.plan.map((item) => item.line));
      if (truth.plan_items === null) {
        report.push(`${path}: uncounted, tasks ${truth.tasks} found ${found.size}`);
        continue;
      }
      if (wanted.size !== truth.plan_items) {
        report.push(`${path}: truth ${truth.plan_items}, found ${found.size} ${[...found].slice(0, 50)}`);
        continue;
      }
      const lost = [...wanted].filter((line) => !found.has(line));
      const more = [...found].filter((line) => !wanted.has(line));
      hit += wanted.size - lost.length;
      missed += lost.length;
      extra += more.length;
      if (lost.length + more.length > 0) report.push(`${path}: lost ${lost.join(',')} extra ${more.join(',')}`);
    }
    console.log(report.join('\n'), hit, missed, extra);
    expect(hit / (hit + missed)).toBeGreaterThan(0.95);
  });
});

describe.skipIf(!hasCorpus)('the backlog of the corpus', () => {
  it('finds the occurrences', () => {
    const path = '000_core/000_backlog.md';
    const text = corpusTexts().get(path) ?? '';
    const at = performance.now();
    const document = referenceBacklog.read({ path, text }, context);
    const took = performance.now() - at;
    const at2 = performance.now();
    referenceBacklog.read({ path, text }, context);
    const took2 = performance.now() - at2;
    const norm: Record<string, string> = {
      none: 'open',
      todo: 'open',
      critical: 'open',
      done: 'done',
      'in-progress': 'in-progress',
      blocked: 'blocked',
    };
    const truth = truthOfBacklog();
    const byLine = new Map(
      document.items.flatMap((item) =>
        item.occurrences
          .filter(() => item.kind === 'backlog-item')
          .map((place) => [place.line, { item, place }] as const),
      ),
    );
    const report: string[] = [];
    for (const t of truth) {
      const f = byLine.get(t.line);
      if (f === undefined) {
        report.push(`lost ${t.line} ${t.id} ${t.form}`);
        continue;
      }
      if (f.place.status !== norm[t.status_norm])
        report.push(`status ${t.line} ${t.id} ${t.status_norm} -> ${f.place.status} (${f.place.statusText})`);
      if (f.place.form !== t.form) report.push(`form ${t.line} ${t.form} ${f.place.form}`);
    }
    const lines = new Set(truth.map((t) => t.line));
    for (const line of byLine.keys()) if (!lines.has(line)) report.push(`extra ${line}`);
    console.log(report.join('\n'), byLine.size, document.items.length, took, took2);
    console.log(document.problems.map((p) => `${p.line}:${p.column} ${p.code} ${p.message.slice(0, 150)}`).join('\n'));
  });
});
