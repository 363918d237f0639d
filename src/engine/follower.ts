// An onlooker: keeps the open runs' states by folding the events that another process writes. Decides nothing.
import { FINAL_RUN_STATES } from '../model/run';
import { apply } from './fold';
import { loadRun, loadRuns } from './loading';
import type { Journal, StoredEvent } from './ports';
import type { RunState } from './state';

export interface Follower {
  readonly runs: ReadonlyMap<string, RunState>;
  /** Takes in these events, in order. */
  take(events: readonly StoredEvent[]): void;
}

export function createFollower(journal: Journal): Follower {
  const runs = new Map([...loadRuns(journal)].map((state) => [state.run.id, state]));
  /** Folded up to here already, because the run was loaded later than the events before. */
  const loadedTo = new Map<string, number>();
  for (const id of runs.keys()) loadedTo.set(id, lastSeqOf(journal, id));
  return {
    runs,
    take(events) {
      for (const { seq, event } of events) {
        const { runId } = event;
        if (seq <= (loadedTo.get(runId) ?? -1)) continue;
        const state = runs.get(runId);
        if (state === undefined) {
          const loaded = loadRun(journal, runId);
          loadedTo.set(runId, lastSeqOf(journal, runId));
          if (loaded !== null && !FINAL_RUN_STATES.has(loaded.run.status)) runs.set(runId, loaded);
          continue;
        }
        apply(state, event);
        if (FINAL_RUN_STATES.has(state.run.status)) runs.delete(runId);
      }
    },
  };
}

/** Sequence number of a run's last event, 0 without any. */
function lastSeqOf(journal: Journal, runId: string): number {
  return journal.events({ runId, limit: 1, newest: true })[0]?.seq ?? 0;
}
