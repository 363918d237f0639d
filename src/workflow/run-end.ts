// What the end of a run is told with, on every surface, besides how many tasks are done.
import type { TaskRun } from '../model/run';

interface NotPlainlyDone {
  readonly skipped: number;
  /** Without those that were taken out of the plan: they are no tasks of it any more. */
  readonly cancelled: number;
  /** Succeeded, and no gate looked at them. */
  readonly unverified: number;
}

export function notPlainlyDone(tasks: readonly Pick<TaskRun, 'state' | 'reason' | 'verification'>[]): NotPlainlyDone {
  const count = (is: (task: (typeof tasks)[number]) => boolean): number => tasks.filter(is).length;
  return {
    skipped: count(({ state }) => state === 'skipped'),
    cancelled: count(({ state, reason }) => state === 'cancelled' && reason !== 'removed'),
    unverified: count(({ state, verification }) => state === 'succeeded' && verification === 'unverified'),
  };
}
