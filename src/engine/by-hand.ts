// What people did to the document of a task while it was at work: it counts when the work has come to its end.
import type { TaskEntry } from './state';
import { emit, type Turn } from './turn';

export const HAND = 'by hand';

/** Cancelled in its document meanwhile: left out, whatever came of it. */
export function isLeftOut(turn: Turn, entry: TaskEntry): boolean {
  if (entry.hand !== 'cancelled') return false;
  emit(turn, { type: 'task-skipped', taskKey: entry.row.taskKey, reason: 'cancelled by hand', actor: HAND });
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
