// The mark "in progress" in a document: written for what is at work for a while, taken back where it comes to nothing.
// What is over at once is not worth two edits.
import type { Input } from './inputs';
import type { RunState, TaskEntry } from './state';
import { queueEdit, type Turn } from './turn';

/** Attempts that run for these seconds by `now` (epoch ms), and whose tasks do not say so yet. null: none is to say it. */
export function* longAtWork(
  runs: Iterable<RunState>,
  seconds: number | null,
  now: number,
): Generator<{ readonly runId: string; readonly input: Input & { readonly kind: 'long-at-work' } }> {
  if (seconds === null) return;
  for (const { run, attempts, openAttempts, tasks } of runs) {
    for (const attemptId of openAttempts) {
      const attempt = attempts.get(attemptId);
      const isLong = attempt !== undefined && attempt.startedAt <= now - seconds * 1000;
      const entry = isLong ? tasks.get(attempt.taskKey) : undefined;
      if (entry !== undefined && isUnmarked(entry, attemptId))
        yield { runId: run.id, input: { kind: 'long-at-work', attemptId } };
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
