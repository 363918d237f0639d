// Takes a foreign workflow state into the record as a paused run: what it says is done is done, the rest waits.
import type { RunEvent } from '../model/run-event';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { Run, TaskRun, TaskSpec } from '../model/run';
import { createBatchWriter } from './batch';
import { writing } from './faults';
import type { ImportTarget } from './import';
import type { ForeignState } from './workflow-state';

export interface WorkflowImport {
  readonly state: ForeignState;
  /** The task of the plan that an id means; null: no document knows it, it is kept by its name. */
  readonly resolve: (id: string) => TaskSpec | null;
  readonly nextId: () => string;
  /** The same import twice is one run, e.g. a hash of the file. */
  readonly requestKey: string;
  readonly by: string;
}

/** The new run, paused for somebody to continue; succeeded when nothing is left to do. */
export function importWorkflow(target: ImportTarget, given: WorkflowImport): Result<Run, Failure> {
  const { db } = target;
  const { state, by } = given;
  if (state.tasks.length === 0) {
    return err({ kind: 'nothing-to-run', what: state.name ?? 'workflow', why: 'no-tasks' });
  }
  const { specs, done: doneAt } = specsOf(given);
  const at = target.now();
  const id = given.nextId();
  const finished = doneAt.size === specs.length;
  const begun: Run = {
    id,
    requestKey: given.requestKey,
    title: state.name ?? 'Imported workflow',
    scope: { kind: 'selection', keys: specs.map((spec) => spec.key) },
    status: 'created',
    options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1 },
    priority: 0,
    after: [],
    createdAt: at,
    startedAt: null,
    endedAt: null,
    reason: null,
    failuresInARow: 0,
    revision: 0,
  };
  const about = { runId: id, at, actor: by };
  const events: RunEvent[] = [{ ...about, type: 'run-created', run: begun }];
  for (const spec of specs) events.push({ ...about, type: 'task-added', taskKey: spec.key, spec });
  const tasks = specs.map((spec): TaskRun => {
    const done = doneAt.has(spec.key);
    // By hand: nothing here has checked it.
    if (done) events.push({ ...about, type: 'task-done-by-hand', taskKey: spec.key });
    const when = doneAt.get(spec.key) ?? null;
    if (when !== null) events.push({ ...about, type: 'note', taskKey: spec.key, text: `completed ${when}` });
    return {
      runId: id,
      taskKey: spec.key,
      spec,
      state: done ? 'succeeded' : 'waiting',
      attempt: 0,
      nextAt: null,
      verification: null,
      reason: done ? 'by hand' : null,
      revision: done ? 1 : 0,
      updatedAt: at,
    };
  });
  events.push(
    finished
      ? { ...about, type: 'run-ended', status: 'succeeded', reason: 'imported' }
      : { ...about, type: 'run-paused', reason: 'imported' },
  );
  const run: Run = {
    ...begun,
    status: finished ? 'succeeded' : 'paused',
    endedAt: finished ? at : null,
    reason: 'imported',
    revision: 1,
  };
  const known = db.prepare<[string], { id: string }>('SELECT id FROM run WHERE request_key = ?').get(given.requestKey);
  if (known !== undefined) {
    return err({ kind: 'invalid-input', field: 'file', message: `It was imported before, as run ${known.id}.` });
  }
  writing(() =>
    db
      .transaction(() => {
        const nothing = { attempts: [], outputs: [], gateResults: [], pauses: [], edits: [], applied: [] };
        createBatchWriter(db)({ ...nothing, events, runs: [run], tasks }, at);
        if (Object.keys(state.context).length > 0) {
          target.memory.add({
            id: given.nextId(),
            kind: 'context',
            scope: 'run',
            taskKey: null,
            runId: id,
            sessionId: null,
            title: 'imported',
            body: JSON.stringify(state.context, null, 1),
            source: { kind: 'import', by },
            createdAt: at,
          });
        }
      })
      .immediate(),
  );
  return ok(run);
}

/**
 * Specs in the order of the state, and when those were done that are, as far as it says. Two names of one task are one,
 * done if either is. Dependencies that the state names but the plan does not are kept among them.
 */
function specsOf({ state, resolve }: WorkflowImport): {
  readonly specs: readonly TaskSpec[];
  readonly done: ReadonlyMap<string, string | null>;
} {
  const found = state.tasks.map((task) => ({ task, spec: resolve(task.id) }));
  const keys = new Map(found.map(({ task, spec }) => [task.id, spec?.key ?? `imported:${task.id}`]));
  const inRun = new Set(keys.values());
  const specs = new Map<string, TaskSpec>();
  const done = new Map<string, string | null>();
  for (const { task, spec } of found) {
    const needs = task.needs.flatMap((id) => keys.get(id) ?? []);
    const unresolved = task.needs.filter((id) => !keys.has(id));
    const made = spec ?? foreignSpec(task, unresolved);
    if (task.done) done.set(made.key, task.completedAt);
    const known = specs.get(made.key)?.needs ?? made.needs.filter((key) => inRun.has(key));
    const rank = specs.get(made.key)?.rank ?? specs.size;
    specs.set(made.key, {
      ...made,
      needs: [...new Set([...known, ...needs])].filter((key) => key !== made.key),
      rank,
    });
  }
  return { specs: [...specs.values()], done };
}

/** A task that no document knows, by its name. */
const foreignSpec = (task: ForeignState['tasks'][number], unresolved: readonly string[]): TaskSpec => ({
  key: `imported:${task.id}`,
  path: '',
  line: 1,
  id: task.id,
  title: task.id,
  kind: 'task',
  type: task.type,
  priority: null,
  autoAdvance: null,
  pauseAfter: null,
  readyPrompt: null,
  humanRequired: false,
  commands: [],
  criteria: [],
  gates: [],
  needs: [],
  unresolved,
  timeoutMs: null,
  repairs: null,
  rank: 0,
});
