// Runs as views show them. Reads only.
import type { TaskRun, TaskState } from '../model/run';
import type { RunRecord } from './ports';
import { isQuiet } from './quiet';
import { INTERRUPTED } from './recovery';
import type { Continuation, RunCounts, RunView } from './service';
import { isFinal, noCounts, rowsOf, type RunState } from './state';

export function viewOf(state: RunState): RunView {
  const { run, attempts, pauses } = rowsOf(state);
  const tasks = [...state.tasks.values()].map(({ row, claim }) =>
    claim === null || isFinal(row.state) ? row : { ...row, claim },
  );
  return { run, tasks, attempts, pauses, counts: countsOf(state.counts), unwritten: state.openEdits.size };
}

export function viewOfRecord(record: RunRecord): RunView {
  const { run, tasks, attempts, pauses, edits } = record;
  const unwritten = edits.filter(({ appliedAt }) => appliedAt === null).length;
  return { run, tasks, attempts, pauses, counts: countTasks(tasks), unwritten };
}

function countTasks(tasks: readonly TaskRun[]): RunCounts {
  const counts = noCounts();
  for (const task of tasks) counts[task.state] += 1;
  return countsOf(counts);
}

/** Skipped counts as done, cancelled as failed only where the run did not succeed without it: it is left out of both. */
function countsOf(counts: Readonly<Record<TaskState, number>>): RunCounts {
  return {
    total: Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.cancelled,
    done: counts.succeeded + counts.skipped,
    failed: counts.failed,
    running: counts.running + counts.checking + counts.cancelling + counts.retrying,
    paused: counts.paused,
    waiting: counts.waiting + counts.ready,
  };
}

export function continuationOf(state: RunState): Continuation {
  const { run } = state;
  const waits = isQuiet(state) && state.openPauses.size > 0;
  const why =
    run.status === 'paused'
      ? run.reason === INTERRUPTED
        ? 'interrupted'
        : 'paused'
      : waits
        ? 'waiting-for-answer'
        : 'running';
  return { runId: run.id, title: run.title, why, counts: countsOf(state.counts) };
}
