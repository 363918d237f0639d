// Which items a run is made of. Pure: a snapshot and a scope in, items in document order out.
import type { Failure } from '../model/failure';
import type { Item, PlanDocument, PlanSnapshot } from '../model/plan';
import { err, ok, type Result } from '../model/result';
import type { RunScope } from '../model/run';
import { ownerNamed } from '../plan/compose/tool-details';
import { normalId } from '../plan/graph/ids';

/** Items that are work by themselves; phases, lanes and epics only group. */
const WORK: ReadonlySet<Item['kind']> = new Set(['task', 'subtask', 'hotfix', 'plan-item', 'story', 'backlog-item']);

export interface ScopeItems {
  readonly title: string;
  readonly items: readonly Item[];
}

/** Sprints and goals are kept elsewhere; they name item keys. */
export type KeysOf = (
  scope: RunScope & { kind: 'sprint' | 'goal' },
) => Result<{ title: string; keys: readonly string[] }, Failure>;

/** `ready`: what the graph says can be worked on now, best first. */
export function scopeItems(
  snapshot: PlanSnapshot,
  scope: RunScope,
  keysOf: KeysOf,
  ready: () => readonly Item[],
): Result<ScopeItems, Failure> {
  switch (scope.kind) {
    case 'document': {
      const document = snapshot.documents.find((each) => each.path === scope.path);
      if (document === undefined)
        return err({ kind: 'unknown-document', path: scope.path, nearest: nearPaths(snapshot, scope.path) });
      return some(document.title === '' ? document.path : document.title, work(document.items));
    }
    case 'item':
      return withItem(snapshot, scope.key, (item) => some(label(item), itemWork(snapshot, item)));
    case 'only':
      return withItem(snapshot, scope.key, (item) => some(label(item), [item]));
    case 'from':
      return withItem(snapshot, scope.key, (item) => {
        const items = documentOf(snapshot, item)?.items ?? [];
        const at = items.findIndex((each) => each.key === item.key);
        return some(label(item), work(items.slice(Math.max(at, 0))));
      });
    case 'selection': {
      const items = scope.keys.flatMap((key) => {
        const item = itemUnder(snapshot, key);
        return item === undefined ? [] : itemWork(snapshot, item);
      });
      return some('Selection', unique(items));
    }
    case 'ready':
      return some(
        'All ready tasks',
        ready().filter((item) => item.kind !== 'backlog-item'),
      );
    case 'sprint':
    case 'goal': {
      const found = keysOf(scope);
      if (!found.ok) return found;
      const items = found.value.keys.flatMap((key) => {
        const item = snapshot.items.get(key);
        return item === undefined ? [] : itemWork(snapshot, item);
      });
      return some(found.value.title, unique(items));
    }
  }
}

/** Leaves of the tree: a parent whose children are work is done when they are, unless it has commands of its own. */
function work(items: readonly Item[]): readonly Item[] {
  const parents = new Set(items.filter((item) => WORK.has(item.kind)).map((item) => item.parent));
  return items.filter((item) => WORK.has(item.kind) && (!parents.has(item.key) || item.commands.length > 0));
}

/** The work below an item: its own children, or the tasks of the documents that belong to it, or itself. */
export function itemWork(snapshot: PlanSnapshot, item: Item): readonly Item[] {
  const own = work(descendants(documentOf(snapshot, item), item));
  if (own.length > 0) return item.commands.length > 0 ? [...own, item] : own;
  const filed = partsInFiles(snapshot, item);
  if (filed.length > 0) return filed;
  if (item.kind === 'backlog-item' && item.normalId !== null) {
    const belonging = snapshot.documents.filter((each) => each.belongsTo === item.normalId && each.path !== item.path);
    for (const kind of ['tasks', 'prd'] as const) {
      const tasks = belonging.filter((each) => each.kind === kind).flatMap((each) => work(each.items));
      if (tasks.length > 0) return tasks;
    }
  }
  return WORK.has(item.kind) ? [item] : [];
}

/**
 * Tasks of an item that stand elsewhere than below it: in files that name their parent by its id (Backlog.md), or in a
 * tool's own records that name the item (Task Master, beads).
 */
export function partsInFiles(snapshot: PlanSnapshot, item: Item): readonly Item[] {
  if (item.normalId === null) return [];
  if (documentOf(snapshot, item)?.dialect === 'backlog-md')
    return [...snapshot.items.values()].filter(
      (each) => each.kind === 'subtask' && each.parent !== null && normalId(each.parent) === item.normalId,
    );
  return item.kind === 'backlog-item' ? partsNaming(snapshot, item.normalId) : [];
}

/** Work in a tool's own records whose text says "Backlog item: …"; `id` normalised. */
export function partsNaming(snapshot: PlanSnapshot, id: string): readonly Item[] {
  return snapshot.documents
    .filter(({ dialect }) => dialect === 'task-master' || dialect === 'beads')
    .flatMap((document) =>
      document.items
        .filter((each) => ownerNamed(each.description) === id)
        .flatMap((whole) => {
          const own = work(descendants(document, whole));
          return own.length > 0 ? own : work([whole]);
        }),
    );
}

function descendants(document: PlanDocument | null, root: Item): readonly Item[] {
  const inside = new Set([root.key]);
  return (document?.items ?? []).filter((item) => {
    if (item.parent === null || !inside.has(item.parent)) return false;
    inside.add(item.key);
    return true;
  });
}

function withItem(
  snapshot: PlanSnapshot,
  key: string,
  use: (item: Item) => Result<ScopeItems, Failure>,
): Result<ScopeItems, Failure> {
  const item = itemUnder(snapshot, key);
  return item === undefined ? err({ kind: 'unknown-item', asked: key, nearest: [] }) : use(item);
}

/** The item of this key, or the only one of its document with the same id: its title may be another one since. */
export function itemUnder(snapshot: PlanSnapshot, key: string): Item | undefined {
  const exact = snapshot.items.get(key);
  if (exact !== undefined) return exact;
  const same = [...snapshot.items.values()].filter(
    ({ path, normalId: id }) => id !== null && key.startsWith(`${path}#${id}:`),
  );
  return same.length === 1 ? same[0] : undefined;
}

function some(title: string, items: readonly Item[]): Result<ScopeItems, Failure> {
  if (items.length === 0) return err({ kind: 'nothing-to-run', what: title, why: 'no-tasks' });
  return ok({ title, items });
}

const documentOf = (snapshot: PlanSnapshot, item: Item): PlanDocument | null =>
  snapshot.documents.find((each) => each.path === item.path) ?? null;
const label = (item: Item): string => (item.id === null ? item.title : `${item.id}: ${item.title}`);
const unique = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [item.key, item])).values(),
];

function nearPaths(snapshot: PlanSnapshot, asked: string): readonly string[] {
  const name = asked.split('/').at(-1)?.toLowerCase() ?? '';
  return snapshot.documents
    .map((each) => each.path)
    .filter((path) => path.toLowerCase().includes(name.slice(0, 12)))
    .slice(0, 3);
}
