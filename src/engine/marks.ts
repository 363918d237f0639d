// The mark "in progress" in a document: written for what is at work for a while, taken back where it comes to nothing.
// What is over at once is not worth two edits.
import type { RunState, TaskEntry } from './state';
import { queueEdit, type Turn } from './turn';

/** Attempts that were begun before this moment (epoch ms), still run, and whose tasks do not say so yet. */
export function* longAtWork(
  runs: Iterable<RunState>,
  before: number,
): Generator<{ readonly runId: string; readonly attemptId: string }> {
  for (const { run, attempts, openAttempts, tasks } of runs) {
    for (const attemptId of openAttempts) {
      const attempt = attempts.get(attemptId);
      const entry = attempt === undefined || attempt.startedAt > before ? undefined : tasks.get(attempt.taskKey);
      if (entry !== undefined && isUnmarked(entry, attemptId)) yield { runId: run.id, attemptId };
    }
  }
}

export function markAtWork(turn: Turn, attemptId: string): void {
  const attempt = turn.state.attempts.get(attemptId);
  const entry = attempt === undefined ? undefined : turn.state.tasks.get(attempt.taskKey);
  if (entry === undefined || !isUnmarked(entry, attemptId)) return;
  const { key } = entry.row.spec;
  queueEdit(turn, entry, { kind: 'set-status', key, status: 'in-progress', from: 'open' });
}

/** Whoever writes a task by hand is left alone, and so is what only waits for a person. */
const isUnmarked = (entry: TaskEntry, attemptId: string): boolean =>
  entry.row.state === 'running' && entry.attemptId === attemptId && !entry.marked && !entry.removed;
