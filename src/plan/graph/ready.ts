// Which items can be worked on now: open, and everything they wait for is done. Cancelled work satisfies nobody.
import type { GraphState } from './graph';
import { isContainer, isWork, type Home, type Node } from './node';
import { inheritedNeeds, type Waiting } from './waiting';

/** Ready items of one document in its order. `circular`: members of circles, never ready. */
export function readyIn(home: Home, waiting: Waiting, circular: ReadonlySet<Node>): readonly Node[] {
  return home.nodes.filter((node) => isReady(node, waiting, circular));
}

/** Members of all circles. */
export const circularNodes = (state: GraphState): ReadonlySet<Node> => new Set(state.cycles.flat());

function isReady(node: Node, waiting: Waiting, circular: ReadonlySet<Node>): boolean {
  const { status } = node.item;
  if (status !== 'open' && status !== 'in-progress') return false;
  if (!isWork(node) || isContainer(node) || circular.has(node)) return false;
  for (let group = node.parent; group !== null; group = group.parent) {
    if (group.item.status === 'blocked' || group.item.status === 'cancelled' || circular.has(group)) return false;
  }
  return (
    waiting.needsOf(node).every(isSatisfied) &&
    (node.parent === null || inheritedNeeds(node, waiting).every(isSatisfied))
  );
}

/** Done by its own word, or as a parent whose required work is done. */
function isSatisfied(node: Node): boolean {
  if (node.item.status === 'done') return true;
  if (node.item.status === 'cancelled' || node.children.length === 0) return false;
  const required = node.children.filter(
    (child) => !child.item.optional && (isWork(child) || child.children.length > 0),
  );
  return required.length > 0 && required.every(isSatisfied);
}

/** What a task list with open work spells out is worked on there: its backlog item, and the plan of its PRD. */
export function spelledOut(state: GraphState): { has(node: Node): boolean } {
  const items = new Set<Node>();
  const listed = new Set<string>();
  for (const { document, nodes } of state.homes) {
    if (document.kind !== 'tasks' || document.belongsTo === null || listed.has(document.belongsTo)) continue;
    if (!nodes.some(isOpenWork)) continue;
    listed.add(document.belongsTo);
    const item = state.backlogItems.get(document.path);
    if (item !== undefined) items.add(item);
  }
  const inPlan = ({ document }: Home): boolean =>
    document.kind === 'prd' && document.belongsTo !== null && listed.has(document.belongsTo);
  return { has: (node) => items.has(node) || inPlan(node.home) };
}

const isOpenWork = (node: Node): boolean =>
  isWork(node) && (node.item.status === 'open' || node.item.status === 'in-progress');
