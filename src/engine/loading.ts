// Runs out of the record: folded from their events, which are the truth; rows are only what views read.
import { apply } from './fold';
import type { RunEvent } from '../model/run-event';
import type { Journal, RunRecord } from './ports';
import { emptyRun, type RunState } from './state';

const PAGE = 1000;

/** The states of these runs, by default of all that are open. */
export function* loadRuns(
  journal: Journal,
  ids: readonly string[] = journal.openRuns().map(({ run }) => run.id),
): Generator<RunState> {
  for (const id of ids) {
    const state = loadRun(journal, id);
    if (state !== null) yield state;
  }
}

export function loadRun(journal: Journal, runId: string): RunState | null {
  let state: RunState | null = null;
  let afterSeq = 0;
  for (;;) {
    const page = journal.events({ runId, afterSeq, limit: PAGE });
    for (const { seq, event } of page) {
      afterSeq = seq;
      if (state !== null) apply(state, event);
      else if (event.type === 'run-created') state = emptyRun(event.run);
    }
    if (page.length < PAGE) return state;
  }
}

/** The rows that these events of one run lead to; null without its beginning. */
export function foldRun(events: readonly RunEvent[]): RunRecord | null {
  let state: RunState | null = null;
  for (const event of events) {
    if (state !== null) apply(state, event);
    else if (event.type === 'run-created') state = emptyRun(event.run);
  }
  if (state === null) return null;
  return {
    run: state.run,
    tasks: [...state.tasks.values()].map(({ row }) => row),
    attempts: [...state.attempts.values()],
    pauses: [...state.pauses.values()],
    edits: [...state.edits.values()],
  };
}
