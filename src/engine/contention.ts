// Several runs may hold the same task: one of them works on it, the others wait and then see in the plan what became of
// it. Knows the open runs of this host; nothing here is kept.
import type { RunState } from './state';

export interface Contention {
  /** Is another run at work on this task, or was it and the plan has not been read since? */
  isTaken(runId: string, key: string): boolean;
}

/** `planIsStale`: documents may say by now what a run has found out, and nobody has looked yet. */
export function createContention(runs: ReadonlyMap<string, RunState>, planIsStale: () => boolean): Contention {
  /** Tasks that a run wanted while another one had them. */
  const wanted = new Set<string>();
  return {
    isTaken(runId, key) {
      if (runs.size < 2 && wanted.size === 0) return false;
      for (const state of runs.values()) {
        if (state.run.id === runId || !hasAtWork(state, key)) continue;
        wanted.add(key);
        return true;
      }
      if (!wanted.has(key)) return false;
      if (planIsStale()) return true;
      wanted.delete(key);
      return false;
    },
  };
}

/** At work, or done and not yet said so in its document. What waits for a person is nobody's. */
function hasAtWork(state: RunState, key: string): boolean {
  const taskKey = state.keys.get(key) ?? key;
  const entry = state.tasks.get(taskKey);
  if (entry === undefined) return false;
  switch (entry.row.state) {
    case 'running':
    case 'checking':
    case 'cancelling':
      return true;
    case 'succeeded':
      return [...state.openEdits].some((id) => state.edits.get(id)?.taskKey === taskKey);
    default:
      return false;
  }
}
