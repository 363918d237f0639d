// Taking over what an earlier host left: its processes are adopted, its unfinished effects finished, and the run is
// offered to go on.
import { isQuiet } from './quiet';
import { emit, type Turn } from './turn';
import { endWork } from './wishes';

export function recover(turn: Turn): void {
  const { state, effects } = turn;
  for (const id of state.openEdits) effects.push({ kind: 'apply-edit', editId: id });
  const interrupted = state.run.status === 'running' && !isQuiet(state);
  for (const id of state.openAttempts) {
    const attempt = state.attempts.get(id);
    if (attempt === undefined) continue;
    // A person goes on working whatever becomes of the host.
    if (attempt.kind !== 'person') effects.push({ kind: 'adopt', attemptId: id });
    if (attempt.deadlineAt !== null) effects.push({ kind: 'arm-deadline', attemptId: id, at: attempt.deadlineAt });
  }
  for (const key of state.retrying) {
    const nextAt = state.tasks.get(key)?.row.nextAt;
    if (nextAt !== null && nextAt !== undefined) effects.push({ kind: 'arm-timer', at: nextAt });
  }
  if (interrupted) return emit(turn, { type: 'run-paused', reason: INTERRUPTED, ended: true, actor: 'recovery' });
  // A check goes with its host, also in a run that somebody had paused.
  const { status, reason } = state.run;
  if (status === 'paused' && state.checking.size > state.unchecked.size)
    emit(turn, { type: 'run-paused', reason: reason ?? INTERRUPTED, ended: true, actor: 'recovery' });
}

/** Before an orderly end of the host: what runs is ended, and the run is offered to go on. */
export function shut(turn: Turn): void {
  const { state } = turn;
  if (state.run.status === 'running' && !isQuiet(state)) {
    emit(turn, { type: 'run-paused', reason: INTERRUPTED, ended: true, actor: 'recovery' });
  }
  for (const entry of state.tasks.values()) {
    if (entry.row.state === 'running') endWork(turn, entry, 'ready', INTERRUPTED, 'recovery');
  }
}

/** Reason of a run whose host died: it goes on when a person says so. */
export const INTERRUPTED = 'interrupted';
