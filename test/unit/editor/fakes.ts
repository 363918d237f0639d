// Small plans and runs for the editor's pure parts.
import type { RunView } from '../../../src/engine/service';
import type { Pause } from '../../../src/model/pause';
import type { Criterion, Item, PlanDocument, PlanSnapshot, PlanStatus } from '../../../src/model/plan';
import type { Run, RunStatus, TaskRun, TaskSpec, TaskState } from '../../../src/model/run';
import type { FolderSource } from '../../../src/editor/tree-model';
import { blankSpec } from '../support/blanks';

const span = { start: 0, end: 0 };

export function item(id: string, status: PlanStatus = 'open', more: Partial<Item> = {}): Item {
  return {
    key: `k:${id}`,
    path: 'tasks.md',
    id,
    normalId: id.toLowerCase(),
    title: `Title ${id}`,
    kind: 'task',
    status,
    statusText: status,
    statusSite: null,
    line: 1,
    span,
    titleSpan: span,
    occurrences: [],
    parent: null,
    priority: null,
    moscow: null,
    points: null,
    score: null,
    scoreParts: null,
    estimate: null,
    dependencies: [],
    dependencySite: null,
    autoAdvance: null,
    pauseAfter: null,
    smartPause: null,
    readyPrompt: null,
    commands: [],
    criteria: [],
    gates: [],
    tests: [],
    description: null,
    owner: null,
    humanRequired: false,
    type: null,
    prd: null,
    dates: {},
    progress: null,
    parallel: false,
    optional: false,
    labels: [],
    ...more,
  };
}

export const criterion = (text: string, done: boolean | null, line = 5): Criterion => ({
  text,
  done,
  line,
  box: done === null ? null : { start: 3, end: 4 },
  command: null,
});

export function planDocument(items: readonly Item[], more: Partial<PlanDocument> = {}): PlanDocument {
  return {
    path: 'tasks.md',
    dialect: 'checkbox-tasks',
    kind: 'tasks',
    title: 'A plan',
    items,
    claimed: null,
    problems: [],
    belongsTo: null,
    appendSite: null,
    status: null,
    ...more,
  };
}

const snapshot = (documents: readonly PlanDocument[]): PlanSnapshot => ({
  revision: 1,
  documents,
  items: new Map(documents.flatMap((document) => document.items.map((each) => [each.key, each] as const))),
  needs: new Map(),
  problems: [],
});

const spec = (id: string): TaskSpec => blankSpec(`k:${id}`, { path: 'tasks.md', id, title: `Title ${id}` });

export const taskRun = (id: string, state: TaskState, more: Partial<TaskRun> = {}): TaskRun => ({
  runId: 'r1',
  taskKey: `k:${id}`,
  spec: spec(id),
  state,
  attempt: 1,
  nextAt: null,
  verification: null,
  reason: null,
  revision: 1,
  updatedAt: 0,
  ...more,
});

export const pause = (id: string, more: Partial<Pause> = {}): Pause => ({
  id: `p:${id}`,
  runId: 'r1',
  taskKey: `k:${id}`,
  dedupeKey: id,
  reason: { kind: 'your-turn' },
  suggestion: null,
  choices: [
    { id: 'done', takesText: true },
    { id: 'skip', takesText: false },
    { id: 'stop', takesText: false },
  ],
  default: 'done',
  askedAt: 0,
  answer: null,
  appliedAt: null,
  ...more,
});

export function runView(
  status: RunStatus,
  tasks: readonly TaskRun[],
  pauses: readonly Pause[] = [],
  more: Partial<Run> = {},
): RunView {
  const run: Run = {
    id: 'r1',
    requestKey: 'q',
    title: 'A run',
    scope: { kind: 'ready' },
    status,
    options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1 },
    priority: 0,
    after: [],
    createdAt: 0,
    startedAt: 0,
    endedAt: status === 'succeeded' || status === 'failed' ? 1 : null,
    reason: null,
    failuresInARow: 0,
    revision: 1,
    ...more,
  };
  const count = (...states: readonly TaskState[]): number => tasks.filter((task) => states.includes(task.state)).length;
  return {
    run,
    tasks: tasks.map((task) => ({ ...task, runId: run.id })),
    attempts: [],
    pauses: pauses.map((each) => ({ ...each, runId: run.id })),
    counts: {
      total: tasks.length,
      done: count('succeeded') + count('skipped'),
      failed: count('failed'),
      running: count('running', 'checking'),
      paused: count('paused'),
      waiting: count('waiting', 'ready'),
    },
    unwritten: 0,
  };
}

export const source = (
  documents: readonly PlanDocument[],
  views: readonly RunView[] = [],
  more: Partial<FolderSource> = {},
): FolderSource => ({
  id: 'file:///w',
  name: 'w',
  snapshot: snapshot(documents),
  views,
  pauses: views.flatMap((view) => view.pauses),
  ...more,
});
