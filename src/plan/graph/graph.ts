// The plan of a whole workspace as one graph. Takes documents one by one and resolves again only those that a change
// can reach; the result is the same as from scratch.
import type { Item, PlanDocument } from '../../model/plan';
import { findCycles } from './cycles';
import { isLocalId, isRegister, looseId, plant, type Home, type Node } from './node';
import { BELONGING, resolveHome, type Finding, type Resolution } from './resolve';
import { itemOfNode, Nodes, NodeView } from './views';
import { waitsFor, type Waiting } from './waiting';

/** One moment of the graph. */
export interface GraphState extends Waiting {
  /** By path. */
  readonly homes: readonly Home[];
  readonly items: ReadonlyMap<string, Item>;
  /** Waits for, within and across documents; every key stands for an item. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
  readonly cycles: readonly (readonly Node[])[];
  /** Path of a document → the one backlog item it spells out. */
  readonly backlogItems: ReadonlyMap<string, Node>;
  /** Some item of a loose id. */
  readonly itemOf: (loose: string) => Item | undefined;
  /** Backlog items of different documents that carry the same id. */
  readonly shared: readonly (readonly Node[])[];
  readonly node: (key: string) => Node | undefined;
}

const NONE: readonly never[] = [];
/** Homes handled between two chances to give way. */
const STEP = 16;

/** What can be said of a document as long as neither it nor what it leads to changes. */
interface Settled extends Resolution {
  /** Circles within the document, as far as nothing outside is part of them. null: not looked for yet. */
  cycles: readonly (readonly Node[])[] | null;
}

export class PlanGraph {
  readonly #homes = new Map<string, Home>();
  readonly #settled = new Map<string, Settled>();
  /** Loose id → path → items. */
  readonly #byId = new Map<string, Map<string, readonly Node[]>>();
  readonly #belonging = new Map<string, Set<string>>();
  /** Lookup → paths of documents that asked. */
  readonly #watchers = new Map<string, Set<string>>();
  readonly #dirty = new Set<string>();

  put(document: PlanDocument, home = plant(document)): void {
    const old = this.#homes.get(document.path);
    this.#homes.set(document.path, home);
    this.#exchange(document.path, old, home);
    this.#dirty.add(document.path);
  }

  remove(path: string): void {
    const old = this.#homes.get(path);
    if (old === undefined) return;
    this.#homes.delete(path);
    this.#exchange(path, old, undefined);
    this.#forget(path);
    this.#dirty.delete(path);
  }

  /** Resolves what a change can have touched, in small steps, and answers the new state at the end. */
  *settle(): Generator<undefined, GraphState> {
    const world = {
      byId: (loose: string) => this.#nodesOf(loose),
      belonging: (id: string) => this.#belongingTo(id),
    };
    for (const path of this.#dirty) {
      const home = this.#homes.get(path);
      if (home === undefined) continue;
      this.#forget(path);
      const resolution = resolveHome(home, world);
      this.#settled.set(path, { ...resolution, cycles: null });
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
    const nodes = new Nodes(new Map(this.#homes));
    const settledOf = new Map<Home, Settled>();
    const findings: Finding[] = [];
    const across = new Map<Node, readonly Node[]>();
    const touched = new Set<Home>();
    for (const home of homes) {
      const settled = this.#settled.get(home.document.path);
      if (settled === undefined) continue;
      settledOf.set(home, settled);
      if (settled.findings.length > 0) findings.push(...settled.findings);
      for (const edge of settled.foreign) {
        const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
        if (from === undefined || to === undefined || across.get(from)?.includes(to) === true) continue;
        across.set(from, [...(across.get(from) ?? NONE), to]);
        touched.add(from.home).add(to.home);
      }
    }
    const waiting: Waiting = {
      needsOf: (one) => {
        const own = settledOf.get(one.home)?.own[one.order] ?? NONE;
        if (across.size === 0) return own;
        const others = across.get(one);
        return others === undefined ? own : [...own, ...others];
      },
      isIsland: (home) => !touched.has(home),
    };
    const items = new NodeView(homes, nodes, itemOfNode);
    const needs = new NodeView(homes, nodes, (one) => {
      const found = waiting.needsOf(one);
      return found.length === 0 ? undefined : found.map((each) => each.item.key);
    });
    yield;
    const cycles = yield* this.#cycles(homes, waiting, settledOf);
    const backlogItems = this.#backlogItems(homes);
    const itemOf = (loose: string): Item | undefined => this.#nodesOf(loose)[0]?.item;
    const node = (key: string): Node | undefined => nodes.get(key);
    return { ...waiting, homes, items, needs, findings, cycles, backlogItems, itemOf, shared: this.#shared(), node };
  }

  /** Circles of a document that nothing outside touches are looked for once. */
  *#cycles(
    homes: readonly Home[],
    waiting: Waiting,
    settledOf: ReadonlyMap<Home, Settled>,
  ): Generator<undefined, readonly (readonly Node[])[]> {
    const next = (node: Node): readonly Node[] => waitsFor(node, waiting);
    const found: (readonly Node[])[] = [];
    const connected: Node[] = [];
    for (const [at, home] of homes.entries()) {
      if (at % STEP === 0) yield;
      const settled = settledOf.get(home);
      if (settled === undefined) continue;
      if (!waiting.isIsland(home)) {
        connected.push(...home.nodes);
        settled.cycles = null;
        continue;
      }
      settled.cycles ??= findCycles(home.nodes, next, byPlace);
      found.push(...settled.cycles);
    }
    yield;
    found.push(...findCycles(connected, next, byPlace));
    return found.sort((a, b) => (a[0] === undefined || b[0] === undefined ? 0 : byPlace(a[0], b[0])));
  }

  #backlogItems(homes: readonly Home[]): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    for (const { document } of homes) {
      if (document.belongsTo === null || document.kind === 'backlog') continue;
      const candidates = this.#nodesOf(looseId(document.belongsTo)).filter(
        (node) => node.item.kind === 'backlog-item' && node.item.path !== document.path,
      );
      // Two items of one id: nobody can tell which of them the document spells out.
      if (candidates.length === 1 && candidates[0] !== undefined) found.set(document.path, candidates[0]);
    }
    return found;
  }

  #shared(): readonly (readonly Node[])[] {
    const found: (readonly Node[])[] = [];
    for (const [id, byPath] of this.#byId) {
      if (byPath.size < 2) continue;
      const nodes: Node[] = [];
      for (const [, all] of byPath) {
        for (const node of all) {
          if (node.item.kind === 'backlog-item' && (!isLocalId(id) || isRegister(node.home))) nodes.push(node);
        }
      }
      if (nodes.some((node) => node.home !== nodes[0]?.home)) found.push(nodes.sort(byPlace));
    }
    return found;
  }

  /** In the order of paths, then of the documents. */
  #nodesOf(loose: string): readonly Node[] {
    const byPath = this.#byId.get(loose);
    if (byPath === undefined) return NONE;
    if (byPath.size === 1) for (const nodes of byPath.values()) return nodes;
    return [...byPath.keys()].sort(comparePaths).flatMap((path) => byPath.get(path) ?? NONE);
  }

  #belongingTo(id: string): readonly Home[] {
    const paths = [...(this.#belonging.get(id) ?? NONE)].sort(comparePaths);
    return paths.map((path) => this.#homes.get(path)).filter((home) => home !== undefined);
  }

  #forget(path: string): void {
    for (const lookup of this.#settled.get(path)?.lookups ?? NONE) {
      const asking = this.#watchers.get(lookup);
      asking?.delete(path);
      if (asking?.size === 0) this.#watchers.delete(lookup);
    }
    this.#settled.delete(path);
  }

  /** Moves the index from one reading of a document to the next and marks who may see another answer. */
  #exchange(path: string, old: Home | undefined, home: Home | undefined): void {
    const sameSeat = seat(old) === seat(home);
    for (const id of new Set([...(old?.byId.keys() ?? NONE), ...(home?.byId.keys() ?? NONE)])) {
      const [before, after] = [old?.byId.get(id) ?? NONE, home?.byId.get(id) ?? NONE];
      const byPath = this.#byId.get(id);
      if (after.length > 0) {
        if (byPath === undefined) this.#byId.set(id, new Map([[path, after]]));
        else byPath.set(path, after);
      } else {
        byPath?.delete(path);
        if (byPath?.size === 0) this.#byId.delete(id);
      }
      if (!sameSeat || !sameNodes(before, after)) this.#wake(id);
    }
    const ids = new Set([old?.document.belongsTo ?? null, home?.document.belongsTo ?? null]);
    for (const id of ids) {
      if (id === null) continue;
      const paths = this.#belonging.get(id) ?? new Set();
      this.#belonging.set(id, paths);
      if (home?.document.belongsTo === id) paths.add(path);
      else paths.delete(path);
      this.#wake(BELONGING + id);
    }
  }

  #wake(lookup: string): void {
    for (const path of this.#watchers.get(lookup) ?? NONE) this.#dirty.add(path);
  }
}

/** The graph of no documents. */
export function emptyState(): GraphState {
  return {
    homes: [],
    items: new Map(),
    needs: new Map(),
    findings: [],
    cycles: [],
    backlogItems: new Map(),
    shared: [],
    itemOf: () => undefined,
    node: () => undefined,
    needsOf: () => NONE,
    isIsland: () => true,
  };
}

/** What about a document, besides its items, decides how others see them. */
function seat(home: Home | undefined): string {
  if (home === undefined) return '';
  const { kind, dialect, belongsTo } = home.document;
  return `${kind} ${dialect} ${belongsTo ?? ''}`;
}

/** What a group stands for is decided by what is in it, so a group is never the same. */
function sameNodes(before: readonly Node[], after: readonly Node[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((node, at) => {
    const other = after[at];
    if (other === undefined || other.item.key !== node.item.key) return false;
    return node.children.length === 0 && other.children.length === 0;
  });
}

const comparePaths = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
export const byPlace = (a: Node, b: Node): number =>
  a.home === b.home ? a.order - b.order : comparePaths(a.item.path, b.item.path) || a.order - b.order;
