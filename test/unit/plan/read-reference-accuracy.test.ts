import { beforeAll, describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../src/model/plan';
import { normalId, normalTitle } from '../../../src/plan/graph/ids';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referencePrd } from '../../../src/plan/read/reference-prd';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { claimant } from '../../../src/plan/read/registry';
import { corpusTexts, hasCorpus, print, truthOfBacklog, truthOfTasks } from './read-reference-corpus';

const context = { sideFiles: new Map<string, string>() };
const BACKLOG = '000_core/000_backlog.md';

interface Score {
  hit: number;
  missed: number;
  extra: number;
  readonly wrong: string[];
}

function score(): Score {
  return { hit: 0, missed: 0, extra: 0, wrong: [] };
}

function compare(total: Score, path: string, found: readonly number[], wanted: readonly number[]): void {
  const [have, want] = [new Set(found), new Set(wanted)];
  const lost = [...want].filter((line) => !have.has(line));
  const more = [...have].filter((line) => !want.has(line));
  total.hit += want.size - lost.length;
  total.missed += lost.length;
  total.extra += more.length;
  if (lost.length + more.length > 0) total.wrong.push(`${path}: lost ${lost.join(' ')} extra ${more.join(' ')}`);
}

function figures(name: string, { hit, missed, extra, wrong }: Score): { precision: number; recall: number } {
  const [precision, recall] = [hit / (hit + extra), hit / (hit + missed)];
  print(
    `${name}: ${hit} found, ${missed} lost, ${extra} extra; precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`,
  );
  for (const line of wrong) print(`  ${line}`);
  return { precision, recall };
}

const linesOf = (document: PlanDocument, kinds: readonly string[]): number[] =>
  document.items.filter((item) => kinds.includes(item.kind)).map((item) => item.line);

describe.skipIf(!hasCorpus)('accuracy on the corpus', () => {
  const documents = new Map<string, PlanDocument>();

  beforeAll(() => {
    for (const [path, text] of corpusTexts()) {
      const dialect = claimant({ path, text });
      if (dialect !== null) documents.set(path, dialect.read({ path, text }, context));
    }
  }, 60_000);

  it('every document goes to the dialect it is written in', () => {
    for (const [path, document] of documents) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const wanted =
        path === BACKLOG ? 'reference-backlog' : /^PRD[-_]/.test(name) ? 'reference-prd' : 'reference-tasks';
      expect(`${path} ${document.dialect}`).toBe(`${path} ${wanted}`);
    }
  });

  it('finds tasks by line: precision and recall of at least 0.99', () => {
    const total = score();
    for (const [path, truth] of truthOfTasks()) {
      if (truth.tasks === null) continue;
      const document = documents.get(path);
      compare(
        total,
        path,
        document === undefined ? [] : linesOf(document, ['task', 'hotfix']),
        truth.items.map((item) => item.line),
      );
    }
    const { precision, recall } = figures('tasks', total);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.99);
    expect(total.hit).toBeGreaterThan(600);
  });

  it('finds nothing where there is nothing', () => {
    const found = [...truthOfTasks()]
      .filter(([, truth]) => truth.tasks === 0)
      .flatMap(([path]) =>
        (documents.get(path)?.items ?? [])
          .filter((item) => item.kind === 'task' || item.kind === 'hotfix')
          .map((item) => `${path}:${item.line}`),
      );
    expect(found).toEqual([]);
  });

  it('finds plan items by line: at least 0.95', () => {
    const total = score();
    for (const [path, truth] of truthOfTasks()) {
      const document = documents.get(path);
      if (document?.dialect !== 'reference-prd' || truth.plan_items === null || truth.plan.length !== truth.plan_items)
        continue;
      compare(
        total,
        path,
        linesOf(document, ['plan-item']),
        truth.plan.map((item) => item.line),
      );
    }
    const { precision, recall } = figures('plan items', total);
    expect(precision).toBeGreaterThanOrEqual(0.95);
    expect(recall).toBeGreaterThanOrEqual(0.95);
    expect(total.hit).toBeGreaterThan(200);
  });

  it('counts plan items where the truth gives only their number', () => {
    for (const [path, truth] of truthOfTasks()) {
      const document = documents.get(path);
      if (document === undefined || truth.plan_items === null || truth.plan.length > 0) continue;
      expect(`${path} ${linesOf(document, ['plan-item']).length}`).toBe(`${path} ${truth.plan_items}`);
    }
  });

  it('finds every occurrence of the backlog with its status and form', () => {
    const norm: Readonly<Record<string, string>> = { none: 'open', todo: 'open', critical: 'open' };
    const places = new Map(
      (documents.get(BACKLOG)?.items ?? [])
        .filter((item) => item.kind === 'backlog-item')
        .flatMap((item) => item.occurrences.map((place) => [place.line, { item, place }] as const)),
    );
    const total = score();
    const truth = truthOfBacklog();
    compare(
      total,
      BACKLOG,
      [...places.keys()],
      truth.map((each) => each.line),
    );
    let status = 0;
    for (const each of truth) {
      const place = places.get(each.line);
      if (place === undefined) continue;
      expect(`${each.line} ${place.place.form}`).toBe(`${each.line} ${each.form}`);
      expect(normalId(place.item.id ?? '')).toBe(normalId(each.id));
      if (place.place.status === (norm[each.status_norm] ?? each.status_norm)) status += 1;
      else
        print(
          `  ${each.line} ${each.id}: ${each.status_norm} in the truth, ${place.place.status} read from "${place.place.statusText ?? ''}"`,
        );
    }
    figures('backlog occurrences', total);
    print(`backlog status: ${status} of ${truth.length} right`);
    expect([total.missed, total.extra]).toEqual([0, 0]);
    expect(status / truth.length).toBeGreaterThanOrEqual(0.98);
  });

  it('puts the occurrences of one item together and keeps others apart', () => {
    const groupOf = new Map<number, string>();
    for (const item of documents.get(BACKLOG)?.items ?? [])
      for (const place of item.occurrences)
        groupOf.set(
          place.line,
          item.occurrences
            .map((each) => each.line)
            .sort((a, b) => a - b)
            .join(' '),
        );
    const truth = truthOfBacklog();
    let right = 0;
    for (const each of truth) {
      const title = normalTitle(each.title);
      const same = truth.filter((other) => {
        const [short, long] = [title, normalTitle(other.title)].sort((a, b) => a.length - b.length) as [string, string];
        return normalId(other.id) === normalId(each.id) && long.startsWith(short);
      });
      const wanted = same
        .map((other) => other.line)
        .sort((a, b) => a - b)
        .join(' ');
      if (groupOf.get(each.line) === wanted) right += 1;
      else print(`  line ${each.line} ${each.id}: wanted ${wanted}, read ${groupOf.get(each.line) ?? 'nothing'}`);
    }
    print(`backlog identity: ${right} of ${truth.length} occurrences in the right group`);
    expect(right / truth.length).toBeGreaterThanOrEqual(0.98);
  });

  it('reports the metadata that stands at the wrong item, and its neighbours keep theirs', () => {
    const document = documents.get(BACKLOG);
    const displaced =
      document?.problems.filter((problem) => problem.code === 'displaced-metadata').map((problem) => problem.line) ??
      [];
    for (const line of [585, 760, 1208, 1628, 1696, 1715, 1776, 1902, 2098]) expect(displaced).toContain(line);
    expect(displaced.length).toBeLessThan(16);
    const scored = document?.items.filter((item) => item.score !== null && item.scoreParts !== null).length ?? 0;
    print(`backlog metadata: ${scored} items with a score, ${displaced.length} displaced blocks`);
    expect(scored).toBeGreaterThan(100);
  });

  it('reports claimed totals that differ', () => {
    const claimed = new Map(
      [...documents]
        .filter(([, document]) => document.claimed !== null)
        .map(([path, document]) => [path.slice(path.lastIndexOf('/') + 1), document]),
    );
    expect(claimed.get('PROCESS_TASKS_B-1059_retrieval-tuning-protocol.md')?.claimed?.value).toBe(29);
    expect(claimed.get('Task-List-B-1055-Deep-Research-Agent-Integration.md')?.claimed?.value).toBe(28);
    expect(
      claimed.get('Task-List-B-1055-Deep-Research-Agent-Integration.md')?.problems.map((problem) => problem.code),
    ).toContain('claimed-total');
    expect(
      claimed.get('Task-List-B-1002-Create-Comprehensive-Root-README.md')?.problems.map((problem) => problem.code),
    ).not.toContain('claimed-total');
  });

  it('keeps every span inside the text and every line where its span starts', () => {
    for (const [path, text] of corpusTexts()) {
      const document = documents.get(path);
      for (const item of document?.items ?? []) {
        const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
        expect(`${path}:${item.line}`).toBe(`${path}:${lineOf(item.titleSpan.start)}`);
        expect(item.titleSpan.end).toBeLessThanOrEqual(text.length);
        expect(item.span.start).toBeLessThanOrEqual(item.titleSpan.start);
        const values = [item.priority, item.points, item.score, item.estimate, item.moscow, item.owner, item.progress];
        for (const value of values.filter((each) => each !== null)) {
          expect(text.slice(value.span.start, value.span.end).replace(/\s+/g, ' ')).toBe(
            value.text.replace(/\s+/g, ' '),
          );
        }
      }
    }
  }, 60_000);
});

describe('claims', () => {
  it('asks path and content', () => {
    const backlog = '# Backlog\n\n| ID | Title | Status |\n|---|---|---|\n| B-1 | One | todo |\n';
    expect(referenceBacklog.claim({ path: 'docs/backlog.md', text: backlog })).toBe(1);
    expect(referenceBacklog.claim({ path: 'docs/backlog.md', text: '# About our backlog\n\nProse only.\n' })).toBe(0);
    expect(referenceTasks.claim({ path: 'plan/notes.md', text: '# Notes\n\nNothing.\n' })).toBe(0);
    expect(
      referenceTasks.claim({
        path: 'plan/any.md',
        text: '# Work\n\n### Task 1.1: A\n**Priority**: High\n\n### Task 1.2: B\n',
      }),
    ).toBeGreaterThan(0.5);
    // A tutorial with numbered tasks, a plain checkbox list: others may know better.
    expect(
      referenceTasks.claim({
        path: 'docs/tutorial.md',
        text: '# Tutorial\n\n### Task 1: Install\n\n### Task 2: Run\n',
      }),
    ).toBeLessThan(0.5);
    expect(referenceTasks.claim({ path: 'TASKS-home.md', text: '# Task list\n\n- [ ] paint\n' })).toBeLessThan(0.5);
    expect(referencePrd.claim({ path: 'x/PRD-B-7-Thing.md', text: '# Product Requirements Document: B-7\n' })).toBe(1);
    expect(referencePrd.claim({ path: 'x/notes.md', text: '# Notes\n' })).toBe(0);
  });
});
