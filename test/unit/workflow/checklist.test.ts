import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import type { RunEvent } from '../../../src/model/run-event';
import type { Facts } from '../../../src/workflow/checklist/facts';
import { judgeChecklists } from '../../../src/workflow/checklist/checklists';

const fresh: Facts = {
  snapshot: { revision: 1, documents: [], items: new Map(), needs: new Map(), problems: [] },
  config: configSchema.parse({}),
  runs: [],
  events: [],
  care: null,
  kept: { moments: 0, tasks: 0, begun: 0 },
  memories: null,
  stages: [],
  branch: null,
  inRepository: false,
  stale: [],
  continuations: 0,
};

const verdict = (facts: Facts, point: string): string => {
  const found = judgeChecklists(facts)
    .flatMap(({ points }) => points)
    .find((each) => each.point === point);
  if (found === undefined) throw new Error(`no point ${point}`);
  expect(found.evidence).not.toBe('');
  return found.status;
};

const at = (time: number) => ({ runId: 'r', actor: 'scheduler', at: time });
const failed: RunEvent = { ...at(10), type: 'task-failed', taskKey: 'a', reason: 'exit 1' };

describe('checklists', () => {
  it('has the three lists with seven points each and claims nothing in an empty folder', () => {
    const lists = judgeChecklists(fresh);
    expect(lists.map(({ name, points }) => [name, points.length])).toEqual([
      ['Task Execution', 7],
      ['Workflow Management', 7],
      ['Solo Development', 7],
    ]);
    expect(lists.flatMap(({ points }) => points).filter(({ status }) => status === 'ok')).toEqual([]);
  });

  it('asks what became of each failure', () => {
    const runs = [
      { run: { id: 'r', options: { smartPause: true, autoAdvance: true } }, tasks: [], pauses: [] },
    ] as unknown as Facts['runs'];
    expect(verdict({ ...fresh, runs }, 'Error handling implemented')).toBe('unknown');
    expect(verdict({ ...fresh, runs, events: [failed] }, 'Error handling implemented')).toBe('missing');
    const retried: RunEvent = { ...at(11), type: 'retry-scheduled', taskKey: 'a', nextAt: 12, category: 'x' };
    expect(verdict({ ...fresh, runs, events: [failed, retried] }, 'Error handling implemented')).toBe('ok');
    const other: RunEvent = { ...at(11), type: 'retry-scheduled', taskKey: 'b', nextAt: 12, category: 'x' };
    expect(verdict({ ...fresh, runs, events: [failed, other] }, 'Error handling implemented')).toBe('missing');
  });

  it('sees a change of a document that was never written', () => {
    const queued: RunEvent = {
      ...at(1),
      type: 'edit-queued',
      taskKey: 'a',
      editId: 'e',
      path: 'plan.md',
      change: { kind: 'set-status', key: 'a', status: 'done' },
    };
    const applied: RunEvent = { ...at(2), type: 'edit-applied', taskKey: 'a', editId: 'e', result: 'written' };
    expect(verdict({ ...fresh, events: [queued] }, 'Documentation updated')).toBe('missing');
    expect(verdict({ ...fresh, events: [queued, applied] }, 'Documentation updated')).toBe('ok');
  });

  it('judges the state by the checks of the record', () => {
    const care = (status: string) => new Map([['event-chain', { status, detail: 'seen' }]]);
    expect(verdict({ ...fresh, care: care('ok') }, 'State management reliable')).toBe('ok');
    expect(verdict({ ...fresh, care: care('error') }, 'State management reliable')).toBe('missing');
    expect(verdict({ ...fresh, care: care('error') }, 'State management working properly')).toBe('missing');
  });

  it('measures how soon ready tasks begin', () => {
    const run = (wait: number): Facts => ({
      ...fresh,
      events: [
        { ...at(0), type: 'task-ready', taskKey: 'a' },
        {
          ...at(wait),
          type: 'attempt-started',
          taskKey: 'a',
          attemptId: 'x',
          n: 1,
          kind: 'shell',
          idempotencyKey: 'k',
          epoch: 1,
          command: 'true',
          cwd: null,
          dir: null,
          deadlineAt: null,
        },
      ],
    });
    expect(verdict(run(10), 'Performance optimized')).toBe('ok');
    expect(verdict(run(60_000), 'Performance optimized')).toBe('missing');
  });
});
