// What an item waits for, beyond what it says itself: with the groups above it, and, as a parent, for its children.
import { isContainer, isWithin, isWork, type Home, type Node } from './node';

export interface Waiting {
  /** What the item itself says, resolved. */
  readonly needsOf: (node: Node) => readonly Node[];
  /** No edge leads into the document or out of it. */
  readonly isIsland: (home: Home) => boolean;
}

/**
 * Everything an item really waits for: its own needs, those of the groups above it, and, for a parent, its children.
 * A need that lies in the same group as the item is no reason for its neighbours to wait.
 */
export function waitsFor(node: Node, waiting: Waiting): readonly Node[] {
  const own = waiting.needsOf(node);
  if (node.parent === null && node.children.length === 0) return own;
  const all = [...own, ...inheritedNeeds(node, waiting)];
  if (isContainer(node)) for (const child of node.children) if (isWork(child) && !child.item.optional) all.push(child);
  return all;
}

const NONE: readonly Node[] = [];

/** Needs of the groups above an item that lie outside those groups. */
export function inheritedNeeds(node: Node, waiting: Waiting): readonly Node[] {
  let found: Node[] | null = null;
  for (let group = node.parent; group !== null; group = group.parent) {
    for (const other of waiting.needsOf(group)) {
      if (isWithin(other, group)) continue;
      found ??= [];
      found.push(other);
    }
  }
  return found ?? NONE;
}
