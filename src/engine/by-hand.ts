// What people did to the document of a task while it was at work: it counts when the work has come to its end.
import type { TaskEntry } from './state';
import { emit, queueEdit, type Turn } from './turn';

export const HAND = 'by hand';
/** Why a task is skipped that its document says is cancelled. */
export const CROSSED_OUT = 'cancelled by hand';

/** Cancelled in its document meanwhile: left out, whatever came of it. */
export function isLeftOut(turn: Turn, entry: TaskEntry): boolean {
  if (entry.hand !== 'cancelled') return false;
  emit(turn, { type: 'task-skipped', taskKey: entry.row.taskKey, reason: CROSSED_OUT, actor: HAND });
  return true;
}

/** Gone from the plan meanwhile: it is not tried again, and nobody is asked about it. */
export function isGone(turn: Turn, entry: TaskEntry): boolean {
  if (!entry.removed) return false;
  emit(turn, { type: 'task-cancelled', taskKey: entry.row.taskKey, actor: HAND });
  return true;
}

/** Ticked meanwhile, and nothing else says how it ended. An agent at work may have ticked its own task: no word of a person. */
export function isTicked(turn: Turn, entry: TaskEntry): boolean {
  const attempt = entry.attemptId === null ? undefined : turn.state.attempts.get(entry.attemptId);
  if (entry.hand !== 'done' || attempt?.kind === 'agent') return false;
  emit(turn, { type: 'task-done-by-hand', taskKey: entry.row.taskKey, actor: HAND });
  return true;
}

/** Did its author cross it out, so that only a person's wish about this very task brings it back? */
export const isCrossedOut = ({ row, hand }: TaskEntry): boolean =>
  hand === 'cancelled' || (row.state === 'skipped' && row.reason === CROSSED_OUT);

/**
 * It is to be done again: what its document says of it counts no longer and is taken back. It would otherwise be read
 * once more, as if somebody said it now.
 */
export function takeBackWord(turn: Turn, entry: TaskEntry, actor: string): void {
  const { taskKey, state, spec } = entry.row;
  // What its boxes say was found true of the work as it was.
  const lines = state === 'succeeded' ? tickedByUs(turn, taskKey) : [];
  if (lines.length > 0) queueEdit(turn, entry, { kind: 'tick-criteria', key: spec.key, lines, done: false });
  if (state !== 'succeeded' && entry.hand === null && !isCrossedOut(entry)) return;
  queueEdit(turn, entry, { kind: 'set-status', key: spec.key, status: 'open' });
  if (entry.hand !== null) emit(turn, { type: 'task-marked-by-hand', taskKey, status: null, actor });
}

const tickedByUs = ({ state }: Turn, key: string): readonly string[] => [
  ...new Set(
    [...state.edits.values()].flatMap(({ taskKey, change }) =>
      taskKey === key && change.kind === 'tick-criteria' ? change.lines : [],
    ),
  ),
];
