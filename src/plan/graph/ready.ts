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
export function isSatisfied(node: Node): boolean {
  if (node.item.status === 'done') return true;
  if (node.item.status === 'cancelled' || node.children.length === 0) return false;
  const required = node.children.filter(
    (child) => !child.item.optional && (isWork(child) || child.children.length > 0),
  );
  return required.length > 0 && required.every(isSatisfied);
}

/** Backlog items that a task list with open work spells out: they are worked on there. */
export function spelledOut(state: GraphState): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const home of state.homes) {
    const item = state.backlogItems.get(home.document.path);
    if (item === undefined || home.document.kind !== 'tasks' || found.has(item)) continue;
    if (
      home.nodes.some((node) => isWork(node) && (node.item.status === 'open' || node.item.status === 'in-progress'))
    ) {
      found.add(item);
    }
  }
  return found;
}
