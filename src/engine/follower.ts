// An onlooker: keeps the open runs' states by folding the events that another process writes. Decides nothing.
import { FINAL_RUN_STATES } from '../model/run';
import { loadRuns, refusalOf, type LoadedRun } from './loading';
import type { Journal, Log, StoredEvent } from './ports';
import type { RunState } from './state';

export interface Follower {
  readonly runs: ReadonlyMap<string, RunState>;
  /** Takes in these events, in order. */
  take(events: readonly StoredEvent[]): void;
}

/** `log`: where a run is named that cannot be followed. */
export function createFollower(journal: Journal, log: Log): Follower {
  const runs = new Map<string, RunState>();
  /** Folded up to here already, because the run was loaded later than the events before. */
  const loadedTo = new Map<string, number>();
  const keep = ({ state, lastSeq }: LoadedRun): void => {
    const { id, status } = state.run;
    loadedTo.set(id, lastSeq);
    if (FINAL_RUN_STATES.has(status)) runs.delete(id);
    else runs.set(id, state);
  };
  for (const loaded of loadRuns(journal, log)) keep(loaded);

  return {
    runs,
    take(events) {
      for (const { seq, event } of events) {
        const { runId } = event;
        if (seq <= (loadedTo.get(runId) ?? -1)) continue;
        const state = runs.get(runId);
        if (state !== undefined && refusalOf(state, event) === null) {
          if (FINAL_RUN_STATES.has(state.run.status)) runs.delete(runId);
          continue;
        }
        // Not followed yet, or the state is not what its events say: the record is.
        runs.delete(runId);
        loadedTo.set(runId, seq);
        for (const loaded of loadRuns(journal, log, [runId])) keep(loaded);
      }
    },
  };
}
