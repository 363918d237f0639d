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
