// The plan of a whole workspace as one graph. Takes documents one by one and resolves again only those that a change
// can reach; the result is the same as from scratch.
import type { Item, PlanDocument } from '../../model/plan';
import { findCycles } from './cycles';
import { isContainer, isLocalId, isRegister, isWithin, isWork, looseId, plant, type Home, type Node } from './node';
import { BELONGING, resolveHome, type Finding, type Resolution } from './resolve';

/** One moment of the graph. */
export interface GraphState {
  /** By path. */
  readonly homes: readonly Home[];
  readonly items: ReadonlyMap<string, Item>;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Waits for; every key stands for an item. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
  readonly cycles: readonly (readonly string[])[];
  /** Path of a document → the one backlog item it spells out. */
  readonly backlogItems: ReadonlyMap<string, Node>;
  /** Some item of every loose id. */
  readonly ids: { has(loose: string): boolean; get(loose: string): Item | undefined };
  /** Backlog items of different documents that carry the same id. */
  readonly shared: readonly (readonly Node[])[];
}

const NONE: readonly never[] = [];

export class PlanGraph {
  readonly #homes = new Map<string, Home>();
  readonly #resolutions = new Map<string, Resolution>();
  readonly #byId = new Map<string, readonly Node[]>();
  readonly #belonging = new Map<string, readonly Home[]>();
  /** Lookup → paths of documents that asked. */
  readonly #watchers = new Map<string, Set<string>>();
  readonly #dirty = new Set<string>();

  put(document: PlanDocument): void {
    const old = this.#homes.get(document.path);
    const home = plant(document);
    this.#homes.set(document.path, home);
    this.#exchange(old, home);
    this.#dirty.add(document.path);
  }

  remove(path: string): void {
    const old = this.#homes.get(path);
    if (old === undefined) return;
    this.#homes.delete(path);
    this.#exchange(old, undefined);
    this.#forget(path);
    this.#dirty.delete(path);
  }

  get(path: string): PlanDocument | null {
    return this.#homes.get(path)?.document ?? null;
  }

  /** Resolves what a change can have touched, one document per step, and answers the new state at the end. */
  *settle(): Generator<undefined, GraphState> {
    const world = {
      byId: (loose: string) => this.#byId.get(loose) ?? NONE,
      belonging: (id: string) => this.#belonging.get(id) ?? NONE,
    };
    for (const path of this.#dirty) {
      const home = this.#homes.get(path);
      if (home === undefined) continue;
      this.#forget(path);
      const resolution = resolveHome(home, world);
      this.#resolutions.set(path, resolution);
      for (const lookup of resolution.lookups) {
        const asking = this.#watchers.get(lookup);
        if (asking === undefined) this.#watchers.set(lookup, new Set([path]));
        else asking.add(path);
      }
      yield;
    }
    this.#dirty.clear();
    return yield* this.#state();
  }

  *#state(): Generator<undefined, GraphState> {
    const homes = [...this.#homes.values()].sort((a, b) => comparePaths(a.document.path, b.document.path));
    const items = new Map<string, Item>();
    const nodes = new Map<string, Node>();
    for (const home of homes) {
      for (const node of home.nodes) {
        items.set(node.item.key, node.item);
        nodes.set(node.item.key, node);
      }
    }
    yield;
    const needs = new Map<string, string[]>();
    const findings: Finding[] = [];
    for (const home of homes) {
      const resolution = this.#resolutions.get(home.document.path);
      if (resolution === undefined) continue;
      findings.push(...resolution.findings);
      for (const { from, to } of resolution.edges) {
        if (!nodes.has(from) || !nodes.has(to)) continue;
        const list = needs.get(from);
        if (list === undefined) needs.set(from, [to]);
        else if (!list.includes(to)) list.push(to);
      }
    }
    yield;
    const cycles = findCycles(startKeys(nodes, needs), (key) => waitsFor(key, nodes, needs));
    const ids = new Map<string, Item>();
    const shared: (readonly Node[])[] = [];
    for (const [id, all] of this.#byId) {
      const first = all[0];
      if (first === undefined) continue;
      ids.set(id, first.item);
      if (all.length === 1) continue;
      const backlog = all.filter(
        (node) => node.item.kind === 'backlog-item' && (!isLocalId(id) || isRegister(node.home)),
      );
      if (backlog.some((node) => node.home !== backlog[0]?.home)) shared.push(backlog);
    }
    const backlogItems = this.#backlogItems(homes);
    return { homes, items, nodes, needs, findings, cycles, backlogItems, ids, shared };
  }

  #backlogItems(homes: readonly Home[]): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    for (const { document } of homes) {
      if (document.belongsTo === null || document.kind === 'backlog') continue;
      const candidates = (this.#byId.get(looseId(document.belongsTo)) ?? NONE).filter(
        (node) => node.item.kind === 'backlog-item' && node.item.path !== document.path,
      );
      // Two items of one id: nobody can tell which of them the document spells out.
      if (candidates.length === 1 && candidates[0] !== undefined) found.set(document.path, candidates[0]);
    }
    return found;
  }

  #forget(path: string): void {
    for (const lookup of this.#resolutions.get(path)?.lookups ?? []) {
      const asking = this.#watchers.get(lookup);
      asking?.delete(path);
      if (asking?.size === 0) this.#watchers.delete(lookup);
    }
    this.#resolutions.delete(path);
  }

  /** Moves the index from one reading of a document to the next and marks who may see another answer. */
  #exchange(old: Home | undefined, home: Home | undefined): void {
    const sameSeat = seat(old) === seat(home);
    for (const id of new Set([...(old?.byId.keys() ?? []), ...(home?.byId.keys() ?? [])])) {
      const [before, after] = [old?.byId.get(id) ?? NONE, home?.byId.get(id) ?? NONE];
      const others = (this.#byId.get(id) ?? NONE).filter((node) => node.home !== old);
      const all = others.length === 0 ? after : [...others, ...after].sort(byPlace);
      if (all.length === 0) this.#byId.delete(id);
      else this.#byId.set(id, all);
      if (!sameSeat || !sameNodes(before, after)) this.#wake(id);
    }
    for (const id of new Set([old?.document.belongsTo, home?.document.belongsTo])) {
      if (id === null || id === undefined) continue;
      const others = (this.#belonging.get(id) ?? NONE).filter((each) => each !== old);
      const mine = home?.document.belongsTo === id ? [home] : NONE;
      this.#belonging.set(
        id,
        [...others, ...mine].sort((a, b) => comparePaths(a.document.path, b.document.path)),
      );
      this.#wake(BELONGING + id);
    }
  }

  #wake(lookup: string): void {
    for (const path of this.#watchers.get(lookup) ?? NONE) this.#dirty.add(path);
  }
}

/** What about a document, besides its items, decides how others see them. */
function seat(home: Home | undefined): string {
  if (home === undefined) return '';
  const { kind, dialect, belongsTo } = home.document;
  return `${kind} ${dialect} ${belongsTo ?? ''}`;
}

function sameNodes(before: readonly Node[], after: readonly Node[]): boolean {
  return (
    before.length === after.length &&
    before.every((node, at) => {
      const other = after[at];
      return (
        other !== undefined &&
        other.item.key === node.item.key &&
        // What a group stands for is decided by what is in it.
        node.children.length === 0 &&
        other.children.length === 0
      );
    })
  );
}

export const comparePaths = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Node, b: Node): number =>
  comparePaths(a.home.document.path, b.home.document.path) || a.order - b.order;

/** Only what waits for something can be part of a circle. */
function* startKeys(
  nodes: ReadonlyMap<string, Node>,
  needs: ReadonlyMap<string, readonly string[]>,
): Generator<string> {
  for (const key of needs.keys()) if (nodes.has(key)) yield key;
}

/**
 * Everything an item really waits for: its own needs, those of the groups above it, and, for a parent, its children.
 * A need that lies in the same group as the item is no reason for its neighbours to wait.
 */
export function waitsFor(
  key: string,
  nodes: ReadonlyMap<string, Node>,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const node = nodes.get(key);
  if (node === undefined) return NONE;
  const own = needs.get(key) ?? NONE;
  if (node.parent === null && node.children.length === 0) return own;
  const all = new Set(own);
  for (const other of inheritedNeeds(node, nodes, needs)) all.add(other);
  if (isContainer(node)) {
    for (const child of node.children) if (isWork(child) && !child.item.optional) all.add(child.item.key);
  }
  return [...all];
}

/** Needs of the groups above an item that lie outside those groups. */
export function inheritedNeeds(
  node: Node,
  nodes: ReadonlyMap<string, Node>,
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const found: string[] = [];
  for (let group = node.parent; group !== null; group = group.parent) {
    for (const key of needs.get(group.item.key) ?? NONE) {
      const other = nodes.get(key);
      if (other !== undefined && !isWithin(other, group)) found.push(key);
    }
  }
  return found;
}
