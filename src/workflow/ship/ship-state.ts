// What stands in the way of shipping an item, and what the record knows about its work. Facts only.
import type { RunView } from '../../engine/service';
import type { GateResult, GateStatus } from '../../model/gate';
import type { Item, PlanDocument } from '../../model/plan';
import type { Workspace } from '../action';
import { partsInFiles } from '../scope';
import { belonging } from '../generate/sources';

/** What a gate said last. */
export interface GateFact {
  readonly gate: string;
  readonly status: GateStatus;
  readonly detail: string;
}
export interface TaskFacts {
  readonly item: Item;
  readonly gates: readonly GateFact[];
  readonly run: RunView | null;
}
export interface ShipState {
  readonly prds: readonly PlanDocument[];
  readonly lists: readonly PlanDocument[];
  readonly tasks: readonly TaskFacts[];
  readonly unfinished: readonly TaskFacts[];
  readonly red: readonly { readonly task: TaskFacts; readonly gate: GateFact }[];
  /** Done, but no gate ever looked at it. */
  readonly unverified: readonly TaskFacts[];
  /** Runs of these tasks, oldest first. */
  readonly runs: readonly RunView[];
  /** One that has not ended. */
  readonly open: RunView | null;
}

const WORK: ReadonlySet<Item['kind']> = new Set(['task', 'hotfix', 'subtask', 'plan-item', 'story']);

export function shipState(workspace: Workspace, item: Item): ShipState {
  const prds = item.id === null ? [] : belonging(workspace, item.id, 'prd');
  const lists = item.id === null ? [] : belonging(workspace, item.id, 'tasks');
  const home = lists.length > 0 ? lists : prds;
  const parts = partsInFiles(workspace.plan.snapshot(), item);
  const found =
    parts.length > 0 ? parts : home.flatMap((document) => document.items).filter((each) => WORK.has(each.kind));
  const keys = new Set(found.map((each) => each.key));
  // A file that holds the tasks of many items tells nothing by itself.
  const own = parts.filter(({ path }) => workspace.plan.document(path)?.dialect === 'backlog-md');
  const paths = new Set([...home, ...own].map(({ path }) => path));
  const runs = workspace.engine
    .runs(500)
    .filter((view) => view.tasks.some((task) => keys.has(task.taskKey) || paths.has(task.spec.path)))
    .sort((a, b) => a.run.createdAt - b.run.createdAt);
  const tasks = found.map((each): TaskFacts => {
    const run = runs.findLast((view) => view.tasks.some((task) => task.taskKey === each.key)) ?? null;
    const gates = run === null ? [] : latest(workspace.engine.gateResults(run.run.id, each.key));
    return { item: each, gates, run };
  });
  return {
    prds,
    lists,
    tasks,
    ...standingOf(tasks),
    runs,
    open: runs.find((view) => view.run.endedAt === null) ?? null,
  };
}

/** What is in the way, by the tasks as they stand. */
function standingOf(tasks: readonly TaskFacts[]): Pick<ShipState, 'unfinished' | 'red' | 'unverified'> {
  const isDone = (task: TaskFacts): boolean => task.item.status === 'done' || task.item.status === 'cancelled';
  return {
    unfinished: tasks.filter((task) => !isDone(task)),
    red: tasks.flatMap((task) =>
      task.item.status === 'cancelled'
        ? []
        : task.gates
            .filter((gate) => gate.status !== 'pass' && gate.status !== 'waived')
            .map((gate) => ({ task, gate })),
    ),
    unverified: tasks.filter((task) => task.item.status === 'done' && task.gates.length === 0),
  };
}

/** The same state with other words of its gates. */
export function settledState(state: ShipState, gatesOf: (task: TaskFacts) => readonly GateFact[]): ShipState {
  const tasks = state.tasks.map((task) => ({ ...task, gates: gatesOf(task) }));
  return { ...state, tasks, ...standingOf(tasks) };
}

/** The last word of each gate. */
function latest(results: readonly GateResult[]): readonly GateResult[] {
  const by = new Map<string, GateResult>();
  for (const result of [...results].sort((a, b) => a.at - b.at)) by.set(result.gate, result);
  return [...by.values()];
}

export const taskName = ({ item }: TaskFacts): string => (item.id === null ? item.title : `${item.id}: ${item.title}`);
