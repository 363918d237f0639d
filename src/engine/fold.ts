// Folding: a run's events, in order, give its state. No rules here, only what each event means for the rows;
// a move that model/transitions does not allow throws, because it can only be a bug.
import type { Pause } from '../model/pause';
import { unreachable } from '../model/result';
import type { Attempt, Run, RunOptions, TaskRun, TaskSpec, TaskState } from '../model/run';
import type { RunEvent } from '../model/run-event';
import { isLegalRunMove, isLegalTaskMove } from '../model/transitions';
import { emptyRun, isFinal, keepsPlace, type RunState, type TaskEntry } from './state';

/** A move that no rule may make. Always a bug, never a person's doing. */
class IllegalMove extends Error {
  override readonly name = 'IllegalMove';
}

/** The state that these events of one run give; null without its first. */
export function replay(events: Iterable<RunEvent>): RunState | null {
  let state: RunState | null = null;
  for (const event of events) {
    if (state === null) {
      if (event.type === 'run-created') state = emptyRun(event.run);
    } else {
      apply(state, event);
    }
  }
  return state;
}

/** Advances `state` by one event of the same run. */
export function apply(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run-created':
      return;
    case 'run-started':
      return setRun(state, { status: 'running', startedAt: state.run.startedAt ?? event.at, ...optionsOf(event) });
    case 'run-paused':
      if (event.ended === true) for (const key of state.checking) state.unchecked.add(key);
      return setRun(state, { status: 'paused', reason: event.reason, endedAt: null });
    case 'run-resumed':
      if (event.afresh === true) endSeries(state);
      state.unchecked.clear();
      return setRun(state, {
        status: event.waits === true ? 'created' : 'running',
        reason: null,
        endedAt: null,
        ...optionsOf(event),
      });
    case 'run-cancelling':
      return setRun(state, { status: 'cancelling', reason: event.reason ?? null, endedAt: null });
    case 'run-ended':
      return setRun(state, { status: event.status, reason: event.reason, endedAt: event.at });
    case 'task-added':
      return addTask(state, event.taskKey, event.spec, event.at);
    case 'task-changed':
      return respec(state, entryOf(state, event.taskKey), event.spec, event.at);
    case 'task-renamed': {
      state.keys.set(event.newKey, event.taskKey);
      return respec(state, entryOf(state, event.taskKey), event.spec, event.at);
    }
    case 'task-removed': {
      const entry = entryOf(state, event.taskKey);
      entry.removed = true;
      if (['waiting', 'ready', 'retrying', 'paused'].includes(entry.row.state)) {
        move(state, entry, 'cancelled', event.at, { reason: 'removed', nextAt: null });
      }
      return wakeDependents(state, event.taskKey);
    }
    case 'task-done-by-hand':
      // Whoever did what had failed has ended the series, as its success would have.
      if (state.series.has(event.taskKey)) endSeries(state);
      return move(state, entryOf(state, event.taskKey), 'succeeded', event.at, { reason: 'by hand', nextAt: null });
    case 'task-marked-by-hand':
      entryOf(state, event.taskKey).hand = event.status;
      return;
    case 'task-ready': {
      const entry = entryOf(state, event.taskKey);
      startAfresh(entry);
      return move(state, entry, 'ready', event.at, { nextAt: null, reason: null });
    }
    case 'task-waiting': {
      const entry = entryOf(state, event.taskKey);
      startAfresh(entry);
      move(state, entry, 'waiting', event.at, { nextAt: null, reason: event.reason });
      state.recheck.add(event.taskKey);
      return;
    }
    case 'attempt-started':
      return startAttempt(state, event);
    case 'attempt-process': {
      const { pid, processStart, bootId, dir } = event;
      return setAttempt(state, event.attemptId, { pid, processStart, bootId, dir });
    }
    case 'attempt-adopted':
      return setAttempt(state, event.attemptId, { epoch: event.epoch });
    case 'attempt-ended':
      return endAttempt(state, event);
    case 'gates-started': {
      const entry = entryOf(state, event.taskKey);
      entry.gates = event.gates;
      if (event.goesOn !== true) entry.results = [];
      return move(state, entry, 'checking', event.at, { reason: null });
    }
    case 'gate-result': {
      const entry = entryOf(state, event.taskKey);
      entry.results = [...entry.results.filter(({ gate }) => gate !== event.result.gate), event.result];
      if (event.actor !== 'scheduler' && event.result.status !== 'fail') entry.word = true;
      return;
    }
    case 'task-succeeded': {
      const entry = entryOf(state, event.taskKey);
      move(state, entry, 'succeeded', event.at, { verification: event.verification, reason: null, nextAt: null });
      // A hot fix that is done is no proof that the series of failures is over: the repaired task is.
      if (entry.row.spec.kind === 'task') endSeries(state);
      return;
    }
    case 'task-failed': {
      const entry = entryOf(state, event.taskKey);
      countFailure(state, entry);
      return move(state, entry, 'failed', event.at, { reason: event.reason, nextAt: null });
    }
    case 'retry-scheduled':
      return move(state, entryOf(state, event.taskKey), 'retrying', event.at, {
        nextAt: event.nextAt,
        reason: event.category,
      });
    case 'task-skipped':
      return move(state, entryOf(state, event.taskKey), 'skipped', event.at, { reason: event.reason, nextAt: null });
    case 'task-cancelled':
      return move(state, entryOf(state, event.taskKey), 'cancelled', event.at, { nextAt: null });
    case 'task-cancelling': {
      const entry = entryOf(state, event.taskKey);
      entry.next = event.next;
      return move(state, entry, 'cancelling', event.at, { reason: event.reason, nextAt: null });
    }
    case 'hotfix-created':
      return addHotfix(state, event.taskKey, event.spec, event.at);
    case 'pause-opened':
      return openPause(state, event.pause, event.at);
    case 'pause-answered': {
      const pause = pauseOf(state, event.pauseId);
      state.pauses.set(pause.id, { ...pause, answer: event.answer });
      return;
    }
    case 'pause-applied':
      return closePause(state, pauseOf(state, event.pauseId), event.at);
    case 'edit-queued': {
      const { runId, taskKey, path, change, at } = event;
      const edit = { id: event.editId, runId, taskKey, path, change, at, appliedAt: null, result: null };
      state.edits.set(event.editId, edit);
      state.openEdits.add(event.editId);
      if (change.kind === 'set-status') entryOf(state, taskKey).marked = change.status === 'in-progress';
      return;
    }
    case 'edit-applied': {
      const edit = state.edits.get(event.editId);
      if (edit === undefined) throw new IllegalMove(`unknown edit ${event.editId}`);
      state.edits.set(edit.id, { ...edit, appliedAt: event.at, result: event.result });
      state.openEdits.delete(edit.id);
      return;
    }
    case 'claim-changed':
      entryOf(state, event.taskKey).claim = event.claim;
      return;
    case 'note':
    case 'readiness':
      return;
    default:
      return unreachable(event);
  }
}

const optionsOf = ({ options }: { readonly options?: RunOptions }): Partial<Run> =>
  options === undefined ? {} : { options };

/** A task that was over and is taken up again has its tries back. */
function startAfresh(entry: TaskEntry): void {
  if (!isFinal(entry.row.state)) return;
  if (entry.row.state === 'succeeded') entry.since = null;
  entry.removed = false;
  entry.tries = 0;
  entry.losses = 0;
  entry.claim = null;
}

export function entryOf(state: RunState, key: string): TaskEntry {
  const entry = state.tasks.get(key);
  if (entry === undefined) throw new IllegalMove(`unknown task ${key}`);
  return entry;
}
function pauseOf(state: RunState, id: string): Pause {
  const pause = state.pauses.get(id);
  if (pause === undefined) throw new IllegalMove(`unknown pause ${id}`);
  return pause;
}

/** The question a pause asks, for not asking it again after "go on". */
export function questionOf(reason: Pause['reason']): string {
  switch (reason.kind) {
    case 'rule':
      return `rule:${reason.rule}`;
    case 'destructive':
      return `destructive:${reason.command}`;
    case 'credentials':
      return `credentials:${reason.names.join(',')}`;
    default:
      return reason.kind;
  }
}

function setRun(state: RunState, change: Partial<Run>): void {
  const next = { ...state.run, ...change, revision: state.run.revision + 1 };
  if (!isLegalRunMove(state.run.status, next.status)) {
    throw new IllegalMove(`run ${state.run.id}: ${state.run.status} → ${next.status}`);
  }
  state.run = next;
}

function move(state: RunState, entry: TaskEntry, to: TaskState, at: number, change: Partial<TaskRun> = {}): void {
  const from = entry.row.state;
  if (!isLegalTaskMove(from, to)) throw new IllegalMove(`task ${entry.row.taskKey}: ${from} → ${to}`);
  const key = entry.row.taskKey;
  entry.row = { ...entry.row, ...change, state: to, updatedAt: at, revision: entry.row.revision + 1 };
  state.counts[from] -= 1;
  state.counts[to] += 1;
  mark(state.retrying, key, to === 'retrying');
  mark(state.checking, key, to === 'checking');
  state.unchecked.delete(key);
  const pause = entry.pauseId === null ? undefined : state.pauses.get(entry.pauseId);
  const working = to === 'running' || to === 'checking' || to === 'cancelling';
  mark(state.occupied, key, working || (to === 'paused' && (pause === undefined || keepsPlace(pause, entry.row.spec))));
  if (to === 'ready') state.ready.push(key, entry.row.spec.rank, entry.order);
  if (isFinal(to)) wakeDependents(state, key);
}
function mark(set: Set<string>, key: string, present: boolean): void {
  if (present) set.add(key);
  else set.delete(key);
}

function wakeDependents(state: RunState, key: string): void {
  for (const name of [key, state.tasks.get(key)?.row.spec.key ?? key]) {
    for (const dependent of state.dependents.get(name) ?? []) state.recheck.add(dependent);
  }
}

function addTask(state: RunState, taskKey: string, spec: TaskSpec, at: number): void {
  const known = state.tasks.get(taskKey);
  if (known !== undefined) {
    // It was removed and came back.
    known.removed = false;
    // What stands at its new place is said anew.
    known.hand = null;
    respec(state, known, spec, at);
    if (isFinal(known.row.state) && known.row.state === 'cancelled')
      move(state, known, 'waiting', at, { reason: null });
    state.recheck.add(taskKey);
    return;
  }
  const row: TaskRun = {
    runId: state.run.id,
    taskKey,
    spec,
    state: 'waiting',
    attempt: 0,
    nextAt: null,
    verification: null,
    reason: null,
    revision: 0,
    updatedAt: at,
  };
  state.tasks.set(taskKey, {
    row,
    order: state.tasks.size,
    attemptId: null,
    since: null,
    tries: 0,
    losses: 0,
    hotfixes: [],
    passed: new Set(),
    gates: [],
    results: [],
    word: false,
    counted: false,
    removed: false,
    hand: null,
    marked: false,
    next: 'cancelled',
    pauseId: null,
    claim: null,
  });
  state.keys.set(spec.key, taskKey);
  state.counts.waiting += 1;
  linkNeeds(state, taskKey, spec);
}

function linkNeeds(state: RunState, key: string, spec: TaskSpec): void {
  for (const need of spec.needs) {
    const waiting = state.dependents.get(need);
    if (waiting === undefined) state.dependents.set(need, new Set([key]));
    else waiting.add(key);
  }
  state.recheck.add(key);
}

function respec(state: RunState, entry: TaskEntry, spec: TaskSpec, at: number): void {
  // Other commands are another question: whoever said "go on" spoke of the old ones.
  if (entry.row.spec.commands.join('\0') !== spec.commands.join('\0')) entry.passed.clear();
  entry.row = { ...entry.row, spec, updatedAt: at, revision: entry.row.revision + 1 };
  linkNeeds(state, entry.row.taskKey, spec);
}

function addHotfix(state: RunState, failedKey: string, spec: TaskSpec, at: number): void {
  const failed = entryOf(state, failedKey);
  addTask(state, spec.key, spec, at);
  failed.hotfixes = [...failed.hotfixes, spec.key];
  countFailure(state, failed);
  failed.tries = 0;
  respec(state, failed, { ...failed.row.spec, needs: [...failed.row.spec.needs, spec.key] }, at);
  move(state, failed, 'waiting', at, { nextAt: null, reason: null });
}

function countFailure(state: RunState, entry: TaskEntry): void {
  if (entry.counted) return;
  entry.counted = true;
  state.series.add(entry.row.taskKey);
  setRun(state, { failuresInARow: state.run.failuresInARow + 1 });
}

function endSeries(state: RunState): void {
  state.series.clear();
  if (state.run.failuresInARow > 0) setRun(state, { failuresInARow: 0 });
}

function startAttempt(state: RunState, event: RunEvent & { type: 'attempt-started' }): void {
  const entry = entryOf(state, event.taskKey);
  const { runId, taskKey, n, kind, idempotencyKey, epoch, command, cwd, dir, deadlineAt } = event;
  state.attempts.set(event.attemptId, {
    id: event.attemptId,
    runId,
    taskKey,
    n,
    kind,
    idempotencyKey,
    epoch,
    command,
    cwd,
    dir,
    deadlineAt,
    startedAt: event.at,
    pid: null,
    processStart: null,
    bootId: null,
    endedAt: null,
    outcome: null,
    exitCode: null,
    signal: null,
    error: null,
  });
  state.openAttempts.add(event.attemptId);
  entry.attemptId = event.attemptId;
  entry.since ??= event.at;
  entry.gates = [];
  entry.results = [];
  entry.word = false;
  entry.hand = null;
  entry.counted = false;
  move(state, entry, 'running', event.at, { attempt: n, nextAt: null, reason: null });
}

function setAttempt(state: RunState, id: string, change: Partial<Attempt>): void {
  const attempt = state.attempts.get(id);
  if (attempt === undefined) throw new IllegalMove(`unknown attempt ${id}`);
  state.attempts.set(id, { ...attempt, ...change });
}

function endAttempt(state: RunState, event: RunEvent & { type: 'attempt-ended' }): void {
  if (!state.openAttempts.delete(event.attemptId)) throw new IllegalMove(`attempt ${event.attemptId} is not open`);
  const { outcome, exitCode, signal, error } = event;
  setAttempt(state, event.attemptId, { outcome, exitCode, signal, error, endedAt: event.at });
  const entry = entryOf(state, event.taskKey);
  if (outcome === 'error' || outcome === 'timeout') entry.tries += 1;
  entry.losses = outcome === 'lost' ? entry.losses + 1 : 0;
}

function openPause(state: RunState, pause: Pause, at: number): void {
  state.pauses.set(pause.id, pause);
  state.openPauses.add(pause.id);
  const entry = pause.taskKey === null ? undefined : state.tasks.get(pause.taskKey);
  if (entry === undefined) return;
  if (pause.reason.kind === 'task-failed' || pause.reason.kind === 'gate-failed') countFailure(state, entry);
  if (isFinal(entry.row.state) || pause.reason.kind === 'question') return;
  entry.pauseId = pause.id;
  move(state, entry, 'paused', at, { nextAt: null, reason: pause.reason.kind });
}

function closePause(state: RunState, pause: Pause, at: number): void {
  state.pauses.set(pause.id, { ...pause, appliedAt: at });
  state.openPauses.delete(pause.id);
  const choice = pause.answer?.choice;
  const entry = pause.taskKey === null ? undefined : state.tasks.get(pause.taskKey);
  if (entry !== undefined) {
    if (entry.pauseId === pause.id) entry.pauseId = null;
    if (choice === 'run' || choice === 'continue') entry.passed.add(questionOf(pause.reason));
    if (choice === 'retry') entry.tries = 0;
  }
  if (pause.reason.kind === 'failures-in-a-row' && choice === 'continue') endSeries(state);
}
