// Which items can be worked on now: open, and everything they wait for is done. Cancelled work satisfies nobody.
import { inheritedNeeds, type GraphState } from './graph';
import { isContainer, isWork, type Node } from './node';

/** Ready items in document order. */
export function readyNodes(state: GraphState): readonly Node[] {
  const circular = new Set(state.cycles.flat());
  const elsewhere = spelledOut(state);
  const found: Node[] = [];
  for (const home of state.homes) {
    for (const node of home.nodes) if (!elsewhere.has(node) && isReady(node, state, circular)) found.push(node);
  }
  return found;
}

function isReady(node: Node, state: GraphState, circular: ReadonlySet<string>): boolean {
  const { status, key } = node.item;
  if (status !== 'open' && status !== 'in-progress') return false;
  if (!isWork(node) || isContainer(node) || circular.has(key)) return false;
  for (let group = node.parent; group !== null; group = group.parent) {
    if (group.item.status === 'blocked' || group.item.status === 'cancelled') return false;
    if (circular.has(group.item.key)) return false;
  }
  return openNeeds(node, state).length === 0;
}

/** What an item still waits for, its own needs and those of its groups. */
export function openNeeds(node: Node, state: GraphState): readonly Node[] {
  const open: Node[] = [];
  const check = (key: string): void => {
    const other = state.nodes.get(key);
    if (other !== undefined && !isSatisfied(other)) open.push(other);
  };
  for (const key of state.needs.get(node.item.key) ?? []) check(key);
  if (node.parent !== null) for (const key of inheritedNeeds(node, state.nodes, state.needs)) check(key);
  return open;
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
function spelledOut(state: GraphState): ReadonlySet<Node> {
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
