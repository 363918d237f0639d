// Asks the plan about a run's scope, for the engine to compare with what it knows. A scope names items as they were
// called when the run was started: what they are called now is found here.
import { withKeys, type RunScope, type TaskSpec } from '../model/run';
import type { PlanReading } from './plan-edits';
import type { PlanPort } from './ports';
import { bestMatch } from './same-task';
import type { RunState, TaskEntry } from './state';

export function readPlan(plan: PlanPort, state: RunState): PlanReading {
  const scope = withKeys(state.run.scope, (key) => state.tasks.get(key)?.row.spec.key ?? key);
  const found = plan.tasks(scope);
  const keys = [...state.tasks.values()].map(({ row }) => row.spec.key);
  const specs = found.ok ? found.value.tasks : null;
  const status = plan.status([...new Set([...keys, ...(specs ?? []).map(({ key }) => key)])]);
  if (scope.kind === 'document') return { specs, status };
  const here = new Set((specs ?? []).map(({ key }) => key));
  const lost = [...state.tasks.values()].filter(
    ({ row, removed }) => !removed && !here.has(row.spec.key) && !status.has(row.spec.key),
  );
  if (lost.length === 0 && found.ok) return { specs, status };
  const away = new Set<string>();
  const renamed = newNames(plan, lost, here, away);
  if (renamed.size === 0 && found.ok) return { specs, status, away };
  return { ...again(plan, scope, keys, renamed), away };
}

/** What tasks that a scope no longer finds are called in their documents now, by their former keys; `away` is filled. */
function newNames(
  plan: PlanPort,
  lost: readonly TaskEntry[],
  here: ReadonlySet<string>,
  away: Set<string>,
): ReadonlyMap<string, TaskSpec> {
  const candidates = new Map<string, TaskSpec>();
  for (const path of new Set(lost.map(({ row }) => row.spec.path))) {
    const document = plan.tasks({ kind: 'document', path });
    if (!document.ok) away.add(path);
    for (const spec of document.ok ? document.value.tasks : []) if (!here.has(spec.key)) candidates.set(spec.key, spec);
  }
  const renamed = new Map<string, TaskSpec>();
  for (const entry of lost) {
    const spec = bestMatch(entry.row.spec, candidates, (one, other) => one.line === other.line);
    if (spec === null) continue;
    candidates.delete(spec.key);
    renamed.set(entry.row.spec.key, spec);
  }
  return renamed;
}

/** Read once more under the new names; where the scope's own item is not found, what is known of it is followed. */
function again(
  plan: PlanPort,
  scope: RunScope,
  keys: readonly string[],
  renamed: ReadonlyMap<string, TaskSpec>,
): PlanReading {
  const now = (key: string): string => renamed.get(key)?.key ?? key;
  const known = [...new Set(keys.map(now))];
  const found = plan.tasks(withKeys(scope, now));
  const followed = found.ok ? found : plan.tasks({ kind: 'selection', keys: known });
  const specs = followed.ok ? followed.value.tasks.filter(({ key }) => found.ok || known.includes(key)) : null;
  const there = new Set((specs ?? []).map(({ key }) => key));
  const rest = [...renamed.values()].filter(({ key }) => !there.has(key));
  const all = specs === null && rest.length === 0 ? null : [...(specs ?? []), ...rest];
  return { specs: all, status: plan.status([...new Set([...keys, ...known, ...(all ?? []).map(({ key }) => key)])]) };
}

/** Ids that a new hot fix of a document must not have: what stands there, and the hot fixes that open runs are about to write. */
export function hotfixIds(plan: PlanPort, runs: Iterable<RunState>, path: string): readonly (string | null)[] {
  const ids = [...(plan.ids?.(path) ?? [])];
  for (const { tasks } of runs) {
    for (const { row } of tasks.values()) if (row.spec.kind === 'hotfix') ids.push(row.spec.id);
  }
  return ids;
}
