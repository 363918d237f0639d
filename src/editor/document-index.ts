// The shape of one document for views: who is whose child, and how far each part is. Pure; built once per reading.
import type { Item, PlanDocument } from '../model/plan';

/** Counted over items without children; cancelled ones do not count. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface DocumentIndex {
  readonly roots: readonly Item[];
  readonly whole: Progress;
  readonly item: (key: string) => Item | null;
  readonly children: (key: string) => readonly Item[];
  readonly progress: (key: string) => Progress;
}

const NONE: Progress = { done: 0, total: 0 };
const cache = new WeakMap<PlanDocument, DocumentIndex>();

/** A new reading is a new document object, so the index of an unchanged document is reused. */
export function indexDocument(document: PlanDocument): DocumentIndex {
  const known = cache.get(document);
  if (known !== undefined) return known;
  const made = build(document);
  cache.set(document, made);
  return made;
}

function build(document: PlanDocument): DocumentIndex {
  const items = new Map<string, Item>();
  for (const item of document.items) if (!items.has(item.key)) items.set(item.key, item);
  const roots: Item[] = [];
  const children = new Map<string, Item[]>();
  for (const item of items.values()) {
    if (item.parent === null || item.parent === item.key || !items.has(item.parent)) {
      roots.push(item);
      continue;
    }
    const siblings = children.get(item.parent);
    if (siblings === undefined) children.set(item.parent, [item]);
    else siblings.push(item);
  }
  const progress = countUp([...items.values()], children);
  const whole = roots.reduce((sum, root) => add(sum, progress.get(root.key) ?? NONE), NONE);
  return {
    roots,
    whole,
    item: (key) => items.get(key) ?? null,
    children: (key) => children.get(key) ?? [],
    progress: (key) => progress.get(key) ?? NONE,
  };
}

const add = (a: Progress, b: Progress): Progress => ({ done: a.done + b.done, total: a.total + b.total });

/** Parents stand before children, so counting backwards meets every child first. */
function countUp(items: readonly Item[], children: ReadonlyMap<string, readonly Item[]>): Map<string, Progress> {
  const progress = new Map<string, Progress>();
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item === undefined) continue;
    const below = children.get(item.key);
    progress.set(
      item.key,
      below === undefined
        ? ofLeaf(item)
        : below.reduce((sum, child) => add(sum, progress.get(child.key) ?? NONE), NONE),
    );
  }
  return progress;
}

/** Groups hold work and are none; an empty one counts for nothing. */
const GROUPS: ReadonlySet<Item['kind']> = new Set(['phase', 'lane', 'epic', 'milestone']);
export const isGroup = (item: Item): boolean => GROUPS.has(item.kind);

function ofLeaf(item: Item): Progress {
  if (item.status === 'cancelled' || isGroup(item)) return NONE;
  return { done: item.status === 'done' ? 1 : 0, total: 1 };
}
