// Asks the plan about a run's scope, for the engine to compare with what it knows.
import type { PlanReading } from './plan-edits';
import type { PlanPort } from './ports';
import type { RunState } from './state';

export function readPlan(plan: PlanPort, state: RunState): PlanReading {
  const found = plan.tasks(state.run.scope);
  const keys = new Set([...state.tasks.values()].map(({ row }) => row.spec.key));
  if (found.ok) for (const { key } of found.value.tasks) keys.add(key);
  return { specs: found.ok ? found.value.tasks : null, status: plan.status([...keys]) };
}

/** Ids that a new hot fix of a document must not have: what stands there, and the hot fixes that open runs are about to write. */
export function hotfixIds(plan: PlanPort, runs: Iterable<RunState>, path: string): readonly (string | null)[] {
  const ids = [...(plan.ids?.(path) ?? [])];
  for (const { tasks } of runs) {
    for (const { row } of tasks.values()) if (row.spec.kind === 'hotfix') ids.push(row.spec.id);
  }
  return ids;
}
