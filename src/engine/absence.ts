// A document that is gone for a moment is being saved or checked out; only when it stays away it is gone.
import type { PlanReading } from './plan-edits';

const GONE_MS = 3000;

/** `again`: reads the plan again after so many milliseconds. */
export function createAbsence(again: (ms: number) => void) {
  const goneSince = new Map<string, number>();
  return {
    /** May this reading of a run's documents be believed? `now`: monotonic milliseconds. */
    isThere(runId: string, reading: PlanReading, now: number): boolean {
      if (reading.status.size > 0 || (reading.specs !== null && reading.specs.length > 0)) {
        goneSince.delete(runId);
        return true;
      }
      const since = goneSince.get(runId) ?? now;
      goneSince.set(runId, since);
      if (now - since >= GONE_MS) return true;
      again(GONE_MS);
      return false;
    },
  };
}
