// Status by hand on real documents: legal transitions, dates the way the document writes them, stale work, limits,
// dependencies, hygiene, scores, lanes and the agent queue.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  complete,
  dependency,
  hygiene,
  inProgress,
  lanes,
  progress,
  queue,
  rescore,
  stale,
  startWork,
  updateStatus,
} from '../../../src/workflow/actions/status-actions';
import { describeFailure } from '../../../src/workflow/words/failure-words';
import { english } from '../../../src/workflow/words/translate';
import type { AnyAction } from '../../../src/workflow/actions';
import { call, place, type Place } from './workspace';

const BACKLOG = [
  '# Backlog',
  '',
  '## P1 Lane',
  '',
  '- B-001 — Page names (score 4.0)',
  '- B-002 — Reading times (score 6.0)',
  '',
  '## Live',
  '',
  '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
  '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
  '| B-001 | Page names | 🔥 | 5 | todo | x | y | None |',
  '<!--score: {bv:4, tc:3, rr:2, le:3, effort:3, deps:[]}-->',
  '<!-- score_total: 3.0 -->',
  '| B-002 | Reading times | ⭐ | 3 | todo | x | y | B-001 |',
  '| B-003 | Languages | 🔧 | 2 | 🔄 in_progress | x | y | None |',
  '<!-- started_at: 2026-01-02T10:00:00 -->',
  '| B-004 | Search | 🔧 | 2 | todo | x | y | None |',
  '<!-- human_required: true -->',
  '',
].join('\n');
const PRD = '# PRD: B-001 — Page names\n\n**Status**: Draft\n\n## 1. Problem\n\nNames.\n';

let at: Place;
beforeEach(async () => {
  at = place();
  at.write('docs/backlog.md', BACKLOG);
  at.write('docs/plans/PRD-B-001-page-names.md', PRD);
  await at.open();
});
afterEach(() => at.remove());

const refused = async (action: AnyAction, input: Record<string, unknown>): Promise<string> => {
  const result = await action.run(at.workspace, action.input.parse(input), call);
  if (result.ok) throw new Error(`should have been refused: ${JSON.stringify(result.value)}`);
  return describeFailure(result.error, english);
};
const line = (id: string): string =>
  at
    .read('docs/backlog.md')
    .split('\n')
    .find((each) => each.startsWith(`| ${id}`)) ?? '';

describe('items', () => {
  it('go along legal transitions, with dates in the form the document shows', async () => {
    const begun = await at.done(startWork, { item: 'B-001' });
    expect(begun.dates['started_at']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/);
    expect(line('B-001')).toContain('| 🔄 in_progress |');
    expect(at.read('docs/backlog.md')).toContain(`<!-- started_at: ${begun.dates['started_at'] ?? ''} -->`);
    expect(begun.inProgress).toMatchObject({ limit: 2, over: false });
    await at.done(updateStatus, { item: 'B-001', status: 'blocked' });
    expect(await refused(updateStatus, { item: 'B-001', status: 'done' })).toContain('cannot go from blocked to done');
    await at.done(updateStatus, { item: 'B-001', status: 'in-progress' });
    expect(await at.done(complete, { item: 'B-001' })).toMatchObject({ to: 'done', changed: true });
    expect(await refused(updateStatus, { item: 'B-001', status: 'blocked' })).toContain('from done to blocked');
    // Back again in the words that stood there.
    await at.done(updateStatus, { item: 'B-001', status: 'todo' });
    expect(line('B-001')).toContain('| todo |');
  });

  it('unknown ids and statuses are one clear answer, nothing is written', async () => {
    expect(await refused(updateStatus, { item: 'B-0O1', status: 'done' })).toContain('Did you mean');
    expect(await refused(updateStatus, { item: 'B-001', status: 'nearly' })).toContain('is none of open, in-progress');
    expect(at.read('docs/backlog.md')).toBe(BACKLOG);
  });

  it('are not completed over open tasks unless a person insists', async () => {
    at.write(
      'docs/plans/Task-List-B-001-page-names.md',
      '# Task List: B-001 — x\n\n#### Task 1.1: One\n\n**Status**: [ ]\n',
    );
    await at.open();
    expect(await refused(complete, { item: 'B-001' })).toContain('1 open tasks (Task 1.1)');
    expect((await at.done(complete, { item: 'B-001', force: true })).changed).toBe(true);
    expect((await at.done(hygiene, {})).doneWithOpenTasks.map(({ id }) => id)).toEqual(['B-001']);
  });

  it('tell when more is begun than the limit allows', async () => {
    await at.done(startWork, { item: 'B-001' });
    expect((await at.done(startWork, { item: 'B-004' })).inProgress).toMatchObject({ limit: 2, over: true });
    expect((await at.done(inProgress, {})).items.map(({ id }) => id).sort()).toEqual(['B-001', 'B-003', 'B-004']);
  });

  it('are stale after so many days without a touch', async () => {
    expect((await at.done(stale, { days: 7 })).stale).toMatchObject([{ id: 'B-003', since: '2026-01-02' }]);
    expect((await at.done(stale, { days: 100_000 })).stale).toEqual([]);
  });

  it('get their progress written, given or counted', async () => {
    at.write(
      'docs/plans/Task-List-B-003-languages.md',
      '# Task List: B-003 — x\n\n#### Task 1.1: One\n\n**Status**: [x]\n\n#### Task 1.2: Two\n\n**Status**: [ ]\n',
    );
    await at.open();
    expect(await at.done(progress, { item: 'B-003' })).toMatchObject({ progress: '1/2', counted: '1/2' });
    expect(at.read('docs/backlog.md')).toContain('<!-- progress: 1/2 -->');
  });
});

describe('PRDs', () => {
  it('go from draft to completed in the words and capitals of the document', async () => {
    const path = 'docs/plans/PRD-B-001-page-names.md';
    expect(await refused(updateStatus, { prd: path, status: 'completed' })).toContain('from draft to completed');
    for (const [status, written] of [
      ['approved', 'Approved'],
      ['in progress', 'In Progress'],
      ['completed', 'Completed'],
    ] as const) {
      await at.done(updateStatus, { prd: 'PRD-B-001-page-names.md', status });
      expect(at.read(path)).toBe(PRD.replace('Draft', written));
      await at.workspace.plan.open();
    }
    expect(await refused(updateStatus, { prd: path, status: 'lost' })).toContain('is none of draft');
  });
});

describe('dependencies', () => {
  it('are added, checked, resolved and validated', async () => {
    expect(await at.done(dependency, { do: 'check', item: 'B-002' })).toMatchObject({
      ready: false,
      waitsFor: [{ id: 'B-001', status: 'open' }],
    });
    await at.done(dependency, { do: 'add', item: 'B-004', on: 'B-003' });
    expect(line('B-004')).toContain('| B-003 |');
    await at.done(dependency, { do: 'resolve', item: 'B-004', on: 'B-003' });
    expect(line('B-004')).toContain('| None |');
    expect(await at.done(dependency, { do: 'validate' })).toMatchObject({ valid: true });
    expect(await refused(dependency, { do: 'add', item: 'B-004', on: 'B-099' })).toContain('No item "B-099"');
    at.write('docs/backlog.md', BACKLOG.replace('| B-001 |\n', '| B-099 |\n'));
    await at.open();
    expect(await at.done(dependency, { do: 'validate' })).toMatchObject({ valid: false });
  });
});

describe('looking at the whole', () => {
  it('scores are only previewed, with the formula named', async () => {
    const shown = await at.done(rescore, { different: true });
    expect(shown.formula).toBe('(bv + tc + rr + le) / effort');
    expect(shown.items).toMatchObject([{ id: 'B-001', author: 3, computed: 4 }]);
    expect(at.read('docs/backlog.md')).toBe(BACKLOG);
  });

  it('lanes show their items by score, the queue what an agent may take', async () => {
    const [lane] = (await at.done(lanes, {})).lanes;
    expect(lane?.lane).toContain('P1');
    expect((await at.done(queue, {})).queue.map(({ id }) => id)).toEqual(['B-001', 'B-003']);
  });

  it('hygiene is one report', async () => {
    const report = await at.done(hygiene, {});
    expect(report).toMatchObject({ documents: 2, inProgress: { limit: 2, over: false } });
    expect(report.stale.map(({ id }) => id)).toEqual(['B-003']);
  });
});
