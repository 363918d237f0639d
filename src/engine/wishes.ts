// What a person may do to a run or one of its tasks at any moment: pause, continue, stop, cancel, skip, retry.
import type { Failure } from '../model/failure';
import type { ChoiceId } from '../model/pause';
import { err, ok, unreachable, type Result } from '../model/result';
import { FINAL_RUN_STATES, type RunOptions } from '../model/run';
import { nextGate } from './after';
import { isCrossedOut, takeBackWord } from './by-hand';
import { needsMet, type TaskEntry } from './state';
import { emit, isOver, type Turn } from './turn';
import type { AgentWish, RunWish } from './service';

type Outcome = Result<string, Failure>;

export function applyWish(turn: Turn, wish: Exclude<RunWish, AgentWish>, by: string): Outcome {
  const { run } = turn.state;
  const ended = FINAL_RUN_STATES.has(run.status);
  switch (wish.kind) {
    case 'pause':
      if (run.status === 'paused') return ok('paused');
      if (ended || run.status === 'cancelling') return illegal(turn, 'paused');
      emit(turn, { type: 'run-paused', reason: `paused by ${by}`, actor: by });
      return ok('paused');
    case 'resume':
      return resume(turn, by, wish.options);
    case 'stop':
      if (ended || run.status === 'cancelling') return illegal(turn, 'paused');
      stop(turn, by);
      return ok('stopped');
    case 'cancel':
      if (ended) return illegal(turn, 'cancelled');
      cancelRun(turn, by, `cancelled by ${by}`);
      return ok('cancelled');
    case 'skip':
    case 'retry':
    case 'retry-from': {
      if (run.status === 'cancelling') return illegal(turn, 'running');
      const key = turn.state.keys.get(wish.taskKey) ?? wish.taskKey;
      const entry = turn.state.tasks.get(key);
      if (entry === undefined) return err({ kind: 'unknown-item', asked: wish.taskKey, nearest: [] });
      if (wish.kind === 'skip' && isOver(entry) && entry.row.state !== 'failed') {
        return ok(entry.row.state);
      }
      if (ended) emit(turn, { type: 'run-resumed', actor: by, afresh: true });
      if (wish.kind === 'skip') skip(turn, entry, by);
      else retry(turn, entry, wish.kind === 'retry-from', by);
      return ok(entry.row.state);
    }
    default:
      return unreachable(wish);
  }
}

const illegal = (turn: Turn, to: string): Outcome =>
  err({ kind: 'illegal-transition', from: turn.state.run.status, to, what: turn.state.run.title });

function resume(turn: Turn, by: string, wanted?: RunOptions): Outcome {
  const { run } = turn.state;
  const options = wanted === undefined || sameOptions(wanted, run.options) ? {} : { options: wanted };
  // What never began may wait for other runs: whether it does is looked at anew.
  const waits = run.startedAt === null && run.status !== 'running' ? { waits: true as const } : {};
  if (run.status === 'running' || run.status === 'created') {
    if (options.options !== undefined) emit(turn, { type: 'run-resumed', actor: by, ...options, ...waits });
    return ok(run.status);
  }
  if (run.status !== 'paused') return illegal(turn, 'running');
  emit(turn, { type: 'run-resumed', actor: by, ...options, ...waits });
  // Checks that were put off or ended go on with the first gate that has no result.
  for (const key of turn.state.checking) {
    const entry = turn.state.tasks.get(key);
    if (entry !== undefined) nextGate(turn, entry);
  }
  return ok('running');
}

const sameOptions = (a: RunOptions, b: RunOptions): boolean =>
  a.autoAdvance === b.autoAdvance &&
  a.smartPause === b.smartPause &&
  a.contextPreserve === b.contextPreserve &&
  a.concurrency === b.concurrency &&
  a.worker === b.worker;

/** Ends what runs now; everything can be continued later. */
function stop(turn: Turn, by: string): void {
  const { state } = turn;
  const reason = `stopped by ${by}`;
  if (state.run.status !== 'paused' || state.run.reason !== reason || state.checking.size > state.unchecked.size)
    emit(turn, { type: 'run-paused', reason, ended: true, actor: by });
  for (const entry of active(turn)) endWork(turn, entry, 'ready', `stopped by ${by}`, by);
}

/** Ends everything for good. Tasks that are done stay done. */
export function cancelRun(turn: Turn, by: string, reason: string): void {
  const { state } = turn;
  if (state.run.status === 'cancelling' || FINAL_RUN_STATES.has(state.run.status)) return;
  emit(turn, { type: 'run-cancelling', reason, actor: by });
  for (const entry of state.tasks.values()) {
    if (isOver(entry)) continue;
    if (entry.row.state === 'running' || entry.row.state === 'cancelling') {
      endWork(turn, entry, 'cancelled', reason, by);
      continue;
    }
    leave(turn, entry, 'stop', by);
    emit(turn, { type: 'task-cancelled', taskKey: entry.row.taskKey, actor: by });
  }
  for (const id of state.openPauses) closePause(turn, id, 'stop', by);
}

function skip(turn: Turn, entry: TaskEntry, by: string): void {
  const reason = `skipped by ${by}`;
  if (entry.row.state === 'running' || entry.row.state === 'cancelling')
    return endWork(turn, entry, 'skipped', reason, by);
  leave(turn, entry, 'skip', by);
  emit(turn, { type: 'task-skipped', taskKey: entry.row.taskKey, reason, actor: by });
}

function retry(turn: Turn, entry: TaskEntry, andDependents: boolean, by: string): void {
  restart(turn, entry, by);
  if (!andDependents) return;
  const seen = new Set([entry.row.taskKey]);
  for (const key of seen) {
    const spec = turn.state.tasks.get(key)?.row.spec;
    for (const name of [key, spec?.key ?? key]) {
      for (const dependent of turn.state.dependents.get(name) ?? []) {
        const entry = turn.state.tasks.get(dependent);
        if (entry === undefined || seen.has(dependent)) continue;
        seen.add(dependent);
        if (entry.row.state !== 'waiting' && !entry.removed && !isCrossedOut(entry)) restart(turn, entry, by);
      }
    }
  }
}

function restart(turn: Turn, entry: TaskEntry, by: string): void {
  const { taskKey, state } = entry.row;
  takeBackWord(turn, entry, by);
  if (state === 'running' || state === 'cancelling') return endWork(turn, entry, 'ready', `retried by ${by}`, by);
  leave(turn, entry, 'retry', by);
  const again = state === 'waiting' || state === 'ready' ? {} : { again: true as const };
  if (needsMet(turn.state, entry)) emit(turn, { type: 'task-ready', taskKey, ...again, actor: by });
  else emit(turn, { type: 'task-waiting', taskKey, reason: 'needs', ...again, actor: by });
}

/** Ends the running process or worker of a task and says what comes then. A check that was under way is ended too. */
export function endWork(
  turn: Turn,
  entry: TaskEntry,
  next: 'cancelled' | 'skipped' | 'ready',
  reason: string,
  by: string,
): void {
  if (entry.attemptId !== null) turn.effects.push({ kind: 'end-attempt', attemptId: entry.attemptId });
  if (entry.row.state === 'checking') return;
  emit(turn, { type: 'task-cancelling', taskKey: entry.row.taskKey, next, reason, actor: by });
}

/** Before a task that does not run is moved by a wish: its open question and the person's open attempt are closed. */
export function leave(turn: Turn, entry: TaskEntry, choice: ChoiceId, by: string): void {
  const { taskKey } = entry.row;
  if (entry.row.state === 'checking' && entry.attemptId !== null) {
    turn.effects.push({ kind: 'end-attempt', attemptId: entry.attemptId });
  }
  for (const id of turn.state.openPauses) {
    if (turn.state.pauses.get(id)?.taskKey === taskKey) closePause(turn, id, choice, by);
  }
  const attempt = entry.attemptId === null ? undefined : turn.state.attempts.get(entry.attemptId);
  if (attempt === undefined || attempt.endedAt !== null) return;
  const ended = { exitCode: null, signal: null, error: null };
  const outcome = choice === 'done' ? 'ok' : 'cancelled';
  emit(turn, { type: 'attempt-ended', taskKey, attemptId: attempt.id, outcome, ...ended, actor: by });
}

export function closePause(turn: Turn, pauseId: string, choice: ChoiceId, by: string): void {
  if (turn.state.pauses.get(pauseId)?.answer === null) {
    const answer = { choice, text: null, by, at: turn.now };
    emit(turn, { type: 'pause-answered', pauseId, answer, actor: by });
  }
  emit(turn, { type: 'pause-applied', pauseId, actor: by });
}

const active = (turn: Turn): readonly TaskEntry[] =>
  [...turn.state.tasks.values()].filter(({ row }) => row.state === 'running' || row.state === 'checking');
