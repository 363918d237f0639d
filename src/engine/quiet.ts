// When a run waits for nothing but a person.
import { FINAL_RUN_STATES } from '../model/run';
import { heldBy, type RunState } from './state';

/** The same over several runs: one that has not begun waits for a person where those do that it waits for. */
export function isQuietAmong(state: RunState, runs: ReadonlyMap<string, RunState>): boolean {
  if (isQuiet(state)) return true;
  if (state.run.status !== 'created') return false;
  const before = state.run.after.flatMap((id) => runs.get(id) ?? []);
  return before.length > 0 && before.every((other) => isQuietAmong(other, runs));
}

/** Is anything under way, or can anything still happen without a person? */
export function isQuiet(state: RunState): boolean {
  const { running, checking, cancelling } = state.counts;
  if (running + checking - state.unchecked.size + cancelling > 0) return false;
  if (state.openEdits.size > 0 || state.run.status === 'cancelling') return false;
  if ([...state.openPauses].some((id) => state.pauses.get(id)?.answer !== null)) return false;
  if (state.run.status === 'paused' || FINAL_RUN_STATES.has(state.run.status)) return true;
  if (state.run.status === 'created') return heldBy(state) !== null;
  if (heldBy(state) !== null) return true;
  if (state.counts.retrying > 0) return false;
  // Ready tasks behind a full house of questions wait for a person too.
  return state.counts.ready === 0 || state.occupied.size >= state.run.options.concurrency;
}
