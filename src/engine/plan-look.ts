// When the plan is read for the open runs: after a change, seldom where that takes long, and not of a document that is
// gone for a moment. Decides nothing about what it says.
import type { PlanReading } from './plan-edits';
import { readPlan } from './plan-reading';
import type { Clock, PlanPort } from './ports';
import type { RunState } from './state';

const PLAN_MS = 150;
/** Reading the plan again takes at most one part in so many of the time. */
const PLAN_SHARE = 20;
const GONE_MS = 3000;

export interface PlanLook {
  /** Documents may say something else than what was read last. */
  isStale(): boolean;
  /** They may have changed; `atOnce`: it is read before anything more begins. */
  changed(atOnce?: boolean): void;
  isDue(): boolean;
  /** Reads it for all these runs. */
  take(runs: Iterable<RunState>, each: (state: RunState, reading: PlanReading) => void): void;
}

export function createPlanLook(
  plan: PlanPort,
  clock: Clock,
  hooks: { later(ms: number, run: () => void): void; wake(): void },
): PlanLook {
  let stale = false;
  let notBefore = 0;
  const goneSince = new Map<string, number>();

  function changed(atOnce = false): void {
    stale = true;
    if (atOnce) notBefore = 0;
    hooks.wake();
  }

  /** What is gone for a moment is being saved or checked out; only when it stays away it is gone. */
  function staysAway(what: string, now: number): boolean {
    const since = goneSince.get(what) ?? now;
    goneSince.set(what, since);
    if (now - since >= GONE_MS) return true;
    hooks.later(GONE_MS, () => changed());
    return false;
  }
  /** null: nothing of it is there, for the moment. */
  function settled(runId: string, reading: PlanReading, now: number): PlanReading | null {
    const isThere = reading.status.size > 0 || (reading.specs !== null && reading.specs.length > 0);
    if (!isThere) return staysAway(runId, now) ? { ...reading, away: new Set() } : null;
    goneSince.delete(runId);
    const { away = new Set<string>() } = reading;
    for (const what of goneSince.keys())
      if (what.startsWith(`${runId} `) && !away.has(what.slice(runId.length + 1))) goneSince.delete(what);
    return { ...reading, away: new Set([...away].filter((path) => !staysAway(`${runId} ${path}`, now))) };
  }

  return {
    isStale: () => stale,
    changed,
    isDue: () => stale && clock.monotonic() >= notBefore,
    take(runs, each) {
      stale = false;
      const began = clock.monotonic();
      for (const state of runs) {
        const reading = settled(state.run.id, readPlan(plan, state), began);
        if (reading !== null) each(state, reading);
      }
      // Long plans are not read again after every tick of a box.
      notBefore = clock.monotonic() + Math.max(PLAN_MS, PLAN_SHARE * (clock.monotonic() - began));
      hooks.later(notBefore - clock.monotonic(), () => hooks.wake());
    },
  };
}
