import { describe, expect, it } from 'vitest';
import { readSample, samples, samplesAreThere } from './peer-samples';

const all = samples();
const of = (part: string) => all.filter((sample) => sample.path.startsWith(part)).map((sample) => readSample(sample));
const count = (part: string, ...kinds: readonly string[]): number =>
  of(part)
    .flatMap((document) => document.items)
    .filter((item) => kinds.includes(item.kind)).length;

describe.skipIf(!samplesAreThere)('the peer tools’ real files', () => {
  it('are claimed by their own dialects', () => {
    const claims = Object.fromEntries(all.map((sample) => [sample.path.split('/')[0], sample.dialect.id]));
    expect(claims).toEqual({
      backlog: 'backlog-md',
      'backlog-tldw': 'backlog-md',
      beads: 'beads',
      bmad: 'bmad',
      ccsdd: 'kiro',
      cursor: 'cursor-plan',
      kiro: 'kiro',
      kiroforcc: 'kiro',
      openspec: 'openspec',
      snarktank: 'snarktank',
      speckit: 'spec-kit',
      specworkflow: 'kiro',
      taskmaster: 'task-master',
    });
    expect(
      all
        .filter((sample) => /template|create-prd|generate-tasks|\/decisions\//.test(sample.path))
        .map((sample) => sample.path),
    ).toEqual(['bmad/sprint-status-template.yaml']);
  });

  it('Kiro family: all 160 boxes, and the 4 of spec-workflow', () => {
    const boxes =
      count('kiro/', 'task', 'subtask') + count('kiroforcc/', 'task', 'subtask') + count('ccsdd/', 'task', 'subtask');
    expect(boxes).toBe(160);
    expect(of('specworkflow/')[0]?.items.map((item) => item.status)).toEqual([
      'done',
      'in-progress',
      'blocked',
      'open',
    ]);
    expect(
      of('kiro/')
        .concat(of('ccsdd/'), of('kiroforcc/'))
        .flatMap((document) => document.problems),
    ).toEqual([]);
  });

  it('beads: 704 issues with their blockers', () => {
    const [document] = of('beads/');
    expect(document?.items).toHaveLength(704);
    expect(document?.problems).toEqual([]);
    expect(document?.items.flatMap((item) => item.dependencies)).toHaveLength(377);
    expect(document?.items.filter((item) => item.statusSite !== null)).toEqual([]);
    const counts = Map.groupBy(document?.items ?? [], (item) => item.statusText);
    expect([...counts].map(([status, items]) => [status, items.length]).sort()).toEqual([
      ['closed', 403],
      ['hooked', 4],
      ['in_progress', 3],
      ['open', 291],
      ['pinned', 3],
    ]);
  });

  it('Task Master: 9 tags, ids of both kinds, no parent "undefined"', () => {
    const [document] = of('taskmaster/');
    const items = document?.items ?? [];
    expect(items.filter((item) => item.kind === 'lane').map((item) => item.title)).toEqual([
      'master',
      'test-tag',
      'cc-kiro-hooks',
      'tm-core-phase-1',
      'tm-start',
      'autonomous-tdd-git-workflow',
      'tdd-workflow-phase-0',
      'tdd-phase-1-core-rails',
      'loop',
    ]);
    expect(items.filter((item) => item.kind === 'task')).toHaveLength(182);
    expect(items.filter((item) => item.kind === 'subtask')).toHaveLength(914);
    expect(items.filter((item) => item.labels.includes('active')).map((item) => item.title)).toEqual(['loop']);
    expect(document?.problems).toEqual([]);
    const known = new Set(items.map((item) => item.key));
    expect(items.filter((item) => item.parent !== null && !known.has(item.parent))).toEqual([]);
    expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
  });

  it('OpenSpec: as many boxes as its own list counts', () => {
    expect(
      of('openspec/').map((document) => [
        document.items.filter((item) => item.kind === 'task').length,
        document.items.filter((item) => item.kind === 'task' && item.status === 'done').length,
      ]),
    ).toEqual([
      [22, 0],
      [38, 0],
      [5, 5],
    ]);
  });

  it('Backlog.md: every file is one task with its criteria', () => {
    const documents = [...of('backlog/'), ...of('backlog-tldw/')];
    expect(documents.map((document) => document.items.length)).toEqual(documents.map(() => 1));
    const completed = all
      .filter((sample) => sample.path.includes('/completed/'))
      .map((sample) => readSample(sample).items[0]);
    expect(completed.map((item) => [item?.status, item?.statusSite])).toEqual(completed.map(() => ['done', null]));
    const tasks = Map.groupBy(
      documents.flatMap((document) => document.items),
      (item) => item.id,
    );
    expect(tasks.get('BACK-575')?.[0]?.criteria).toHaveLength(7);
    expect(tasks.get('BACK-575')?.[0]?.owner?.value).toBe('@claude');
    expect(tasks.get('BACK-628')?.[0]?.title).toBe(
      'Stop findIdentity rename fallback from publishing freshness without installing the corpus',
    );
    expect(tasks.get('BACK-222.1')?.[0]).toMatchObject({ kind: 'subtask', parent: 'BACK-222' });
    expect(tasks.get('TASK-79')?.[0]?.labels).toEqual(['settings', 'library', 'rag', 'configuration', 'ux']);
  });

  it('keeps every span inside the text', () => {
    for (const sample of all)
      for (const item of readSample(sample).items) {
        expect(sample.text.slice(item.titleSpan.start, item.titleSpan.end)).not.toMatch(/^\s|\s$/);
        expect(item.span.end).toBeLessThanOrEqual(sample.text.length);
        expect(item.titleSpan.start).toBeGreaterThanOrEqual(item.span.start);
        expect(item.titleSpan.end).toBeLessThanOrEqual(item.span.end);
      }
  });
});
