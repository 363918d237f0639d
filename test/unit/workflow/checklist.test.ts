import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import type { Item } from '../../../src/model/plan';
import type { Problem } from '../../../src/model/problem';
import type { RunEvent } from '../../../src/model/run-event';
import type { Facts } from '../../../src/workflow/checklist/facts';
import { judgeChecklists } from '../../../src/workflow/checklist/checklists';

const guide = resolve(import.meta.dirname, '../../../../shared/seed.md');
const found = existsSync(guide);
if (!found) console.warn('SKIPPED: the guide is not here, its checklists are not compared');

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

  it.skipIf(!found)('has every point of the guide, in its words and order', () => {
    const text = readFileSync(guide, 'utf8');
    const points = [...text.slice(text.indexOf('## 📋 **Checklists**')).matchAll(/^- \[ \] (.*)$/gm)].map(([, point]) =>
      (point ?? '').replaceAll('**', ''),
    );
    expect(points.length).toBeGreaterThan(20);
    expect(judgeChecklists(fresh).flatMap((list) => list.points.map(({ point }) => point))).toEqual(points);
  });
});

/** A run with its tasks as far as the judges look. */
const runOf = (
  tasks: readonly { readonly key: string; readonly state?: string; readonly verification?: string | null }[],
  options = { smartPause: true, autoAdvance: true },
): Facts['runs'] =>
  [
    {
      run: { id: 'r', options },
      tasks: tasks.map(({ key, state = 'succeeded', verification = 'verified' }) => ({
        runId: 'r',
        taskKey: key,
        state,
        verification,
      })),
      pauses: [],
    },
  ] as unknown as Facts['runs'];

/** A plan of items by key, in one backlog and one task list that belongs to it. */
function planOf(
  items: readonly (Partial<Item> & { readonly key: string })[],
  problems: readonly Partial<Problem>[] = [],
  belongsTo: string | null = 'b1',
): Facts['snapshot'] {
  const whole = items.map((each) => ({ kind: 'task', gates: [], tests: [], criteria: [], autoAdvance: null, ...each }));
  return {
    revision: 1,
    documents: [
      { kind: 'backlog', belongsTo: null },
      { kind: 'tasks', belongsTo },
    ],
    items: new Map(whole.map((each) => [each.key, each])),
    needs: new Map([['a', ['b']]]),
    problems: problems.map((problem) => ({ path: 'plan.md', line: 3, message: 'wrong', ...problem })),
  } as unknown as Facts['snapshot'];
}

const care = (status: string): NonNullable<Facts['care']> =>
  new Map(
    ['folder', 'integrity', 'journal-mode', 'event-chain', 'state', 'open-attempts'].map((check) => [
      check,
      { status, detail: 'looked' },
    ]),
  );
const event = (event: object): RunEvent => ({ ...at(20), taskKey: 'a', ...event }) as unknown as RunEvent;
const criterion = { text: 'x', done: false, line: 1, box: null } as unknown as Item['criteria'][number];
const begun = (wait: number): readonly RunEvent[] => [
  event({ type: 'task-ready', at: 0 }),
  event({ type: 'attempt-started', at: wait }),
];
const edited = event({ type: 'edit-queued', editId: 'e' });

/** Each point with facts by which it is fulfilled, and facts by which it is not. */
const BOTH: Readonly<Record<string, readonly [Partial<Facts>, Partial<Facts>]>> = {
  'Context preserved and restored': [
    { runs: runOf([{ key: 'a' }]), kept: { moments: 3, tasks: 1, begun: 1 } },
    { runs: runOf([{ key: 'a' }]), kept: { moments: 0, tasks: 0, begun: 1 } },
  ],
  'Quality gates configured and validated': [
    {
      snapshot: planOf([{ key: 'a', criteria: [criterion] }]),
      events: [event({ type: 'gate-result', result: { status: 'pass' } })],
    },
    { snapshot: planOf([{ key: 'a' }]) },
  ],
  'State management working properly': [{ care: care('ok') }, { care: care('error') }],
  'Error handling implemented': [
    { runs: runOf([]), events: [failed, event({ type: 'hotfix-created', spec: { repairs: 'a' } })] },
    { runs: runOf([]), events: [failed] },
  ],
  'Progress tracking active': [
    { runs: runOf([{ key: 'a' }]), snapshot: planOf([{ key: 'a', status: 'done' }]) },
    { runs: runOf([{ key: 'a' }]), snapshot: planOf([{ key: 'a', status: 'open' }]) },
  ],
  'Integration with planning systems': [
    { snapshot: planOf([{ key: 'b', kind: 'backlog-item', normalId: 'b1' }]) },
    { snapshot: planOf([{ key: 'b', kind: 'backlog-item', normalId: 'b1' }], [], 'b9') },
  ],
  'Documentation updated': [{ events: [edited, event({ type: 'edit-applied', editId: 'e' })] }, { events: [edited] }],
  'Workflow orchestration configured': [
    { snapshot: planOf([{ key: 'a' }]) },
    { snapshot: planOf([{ key: 'a' }], [{ code: 'dependency-cycle' }]) },
  ],
  'State persistence working': [{ care: care('ok') }, { care: care('warning') }],
  'Recovery mechanisms in place': [{ care: care('ok'), events: [event({ type: 'attempt-adopted' })] }, { care: null }],
  'Monitoring and alerting active': [{ runs: runOf([]) }, { runs: runOf([]), stale: ['B-001'] }],
  'Integration with memory systems': [{ memories: 2 }, { memories: null }],
  'Quality validation automated': [
    { runs: runOf([{ key: 'a' }]) },
    { runs: runOf([{ key: 'a', verification: 'waived' }]) },
  ],
  'Performance optimized': [{ events: begun(40) }, { events: begun(60_000) }],
  'One-command operations working': [
    { stages: [{ kind: 'start', status: 'started' }] },
    { stages: [{ kind: 'start', status: 'documents' }] },
  ],
  'Auto-advance configured properly': [
    { snapshot: planOf([{ key: 'a', autoAdvance: { value: true } as unknown as NonNullable<Item['autoAdvance']> }]) },
    { snapshot: planOf([{ key: 'a' }]) },
  ],
  'Smart pausing implemented': [{ runs: runOf([]) }, { runs: runOf([], { smartPause: false, autoAdvance: true }) }],
  'Context awareness active': [{ runs: runOf([]), kept: { moments: 1, tasks: 1, begun: 1 } }, { runs: runOf([]) }],
  'Error recovery working': [
    { events: [failed], runs: runOf([{ key: 'a' }]) },
    { events: [failed], runs: runOf([{ key: 'a', state: 'failed' }]) },
  ],
  'State management reliable': [{ care: care('ok') }, { care: care('error') }],
  'Integration seamless': [
    { inRepository: true, branch: 'main' },
    { inRepository: true, branch: null },
  ],
};

describe('each point of the checklists', () => {
  it('can be fulfilled and can be missing', () => {
    const points = judgeChecklists(fresh).flatMap((list) => list.points.map(({ point }) => point));
    expect(Object.keys(BOTH)).toEqual(points);
    for (const [point, [good, bad]] of Object.entries(BOTH)) {
      const seen = { point, good: verdict({ ...fresh, ...good }, point), bad: verdict({ ...fresh, ...bad }, point) };
      expect(seen).toEqual({ point, good: 'ok', bad: 'missing' });
    }
  });
});
