// The graph of a whole workspace as a session left it, kept beside the readings of its documents: the next session that
// finds every document as it was need neither compose nor resolve anything.
import type { PlanDocument } from '../model/plan';
import type { Problem } from '../model/problem';
import type { GraphState } from './graph/graph';
import { FEW, Order, type Ranked } from './graph/next';
import { plantLater, type Home, type Node } from './graph/node';
import { rankOf } from './graph/rank';
import { itemOfNode, Nodes, NodeView } from './graph/views';
import type { Entry } from './plan-index-reader';
import type { Stamp } from './ports';

const FORMAT = 1;

/** A document as it was. Its reading is kept by itself, under its hash and wish. */
export interface ImageRecord {
  readonly path: string;
  readonly stamp: Stamp;
  readonly hash: string;
  readonly wish: string;
  readonly isPlan: boolean;
  readonly sides: Entry['sides'];
}

/** Position of a document among the plans, position of an item in it. */
type Place = readonly [home: number, order: number];

/** Item, what it waits for: in the same document by position, else by place. */
type NeedRow = readonly [order: number, ...needs: (number | Place)[]];

interface Frozen {
  readonly items: number;
  readonly needs: readonly (readonly NeedRow[] | 0)[];
  /** Documents that edges lead into or out of. */
  readonly tied: readonly number[];
  readonly cycles: readonly (readonly Place[])[];
  readonly backlogItems: readonly (readonly [document: number, ...item: Place])[];
  readonly ready: number;
  readonly first: readonly (readonly [home: number, order: number, unlocks: number])[];
  /** Those that stand in a document's reading by position, the others whole. */
  readonly problems: readonly (readonly [home: number, at: number] | Problem)[];
}

export interface Image {
  readonly format: number;
  /** Plans first, in the order of the graph. */
  readonly records: readonly ImageRecord[];
  readonly graph: Frozen;
}

/** The image as a text, made in small steps. `entries` are those the state was made of. */
export function* packImage(
  entries: ReadonlyMap<string, Entry>,
  state: GraphState,
  problems: readonly Problem[],
): Generator<undefined, string> {
  const records: ImageRecord[] = [];
  const homeOf = new Map(state.homes.map((home, at) => [home, at]));
  const record = (entry: Entry): void => {
    const { path, stamp, wish, sides } = entry;
    records.push({ path, stamp, hash: entry.hash(), wish, isPlan: entry.document !== null, sides });
  };
  for (const home of state.homes) {
    const entry = entries.get(home.document.path);
    if (entry !== undefined) record(entry);
    yield;
  }
  for (const entry of entries.values()) if (entry.document === null) record(entry);
  const place = (node: Node): Place => [homeOf.get(node.home) ?? -1, node.order];
  const needs: (readonly NeedRow[] | 0)[] = [];
  let items = 0;
  for (const home of state.homes) {
    const rows: NeedRow[] = [];
    for (const node of home.nodes) {
      const found = state.needsOf(node);
      if (found.length > 0)
        rows.push([node.order, ...found.map((each) => (each.home === home ? each.order : place(each)))]);
    }
    items += home.nodes.length;
    needs.push(rows.length === 0 ? 0 : rows);
    yield;
  }
  const order = new Order(state);
  const ready = yield* order.rank();
  const placed = new Map<Problem, readonly [number, number]>();
  for (const [at, home] of state.homes.entries()) {
    for (const [n, problem] of home.document.problems.entries()) placed.set(problem, [at, n]);
  }
  yield;
  const graph: Frozen = {
    items,
    needs,
    tied: state.homes.flatMap((home, at) => (state.isIsland(home) ? [] : [at])),
    cycles: state.cycles.map((cycle) => cycle.map(place)),
    backlogItems: state.homes.flatMap((home, at) => {
      const item = state.backlogItems.get(home.document.path);
      return item === undefined ? [] : [[at, ...place(item)] as const];
    }),
    ready,
    first: order.first(FEW + 1).map(({ node, unlocks }) => [...place(node), unlocks] as const),
    problems: problems.map((problem) => placed.get(problem) ?? problem),
  };
  yield;
  return JSON.stringify({ format: FORMAT, records, graph } satisfies Image);
}

/** null: it was written by another version, or is damaged. */
export function unpackImage(text: string): Image | null {
  try {
    const image = JSON.parse(text) as Image;
    return image.format === FORMAT ? image : null;
  } catch {
    return null;
  }
}

export interface Thawed {
  readonly state: GraphState;
  readonly problems: readonly Problem[];
  readonly order: () => Order;
}

/**
 * The graph over the documents of an image, in its order. Nothing in a document is looked at before somebody asks.
 * Findings and shared ids are not in it: they only lead to problems, which are.
 */
export function thaw(frozen: Frozen, documents: readonly PlanDocument[]): Thawed {
  const homes = documents.map(plantLater);
  const homeAt = new Map(homes.map((home, at) => [home, at]));
  const nodes = new Nodes(new Map(homes.map((home) => [home.document.path, home])));
  const tied = new Set(frozen.tied.map((at) => homes[at]));
  const at = ([home, order]: Place): Node | undefined => homes[home]?.nodes[order];
  const needs = new Map<Home, ReadonlyMap<number, readonly Node[]>>();
  const needsIn = (home: Home): ReadonlyMap<number, readonly Node[]> => {
    let found = needs.get(home);
    if (found === undefined) {
      const rows = frozen.needs[homeAt.get(home) ?? -1] ?? 0;
      found = new Map(rows === 0 ? [] : rows.map(([order, ...places]) => [order, resolve(home, places)] as const));
      needs.set(home, found);
    }
    return found;
  };
  const resolve = (home: Home, places: readonly (number | Place)[]): readonly Node[] =>
    places.map((each) => (typeof each === 'number' ? home.nodes[each] : at(each))).filter((node) => node !== undefined);
  const needsOf = (node: Node): readonly Node[] => needsIn(node.home).get(node.order) ?? NONE;
  let cycles: GraphState['cycles'] | null = null;
  let backlogItems: GraphState['backlogItems'] | null = null;
  const state: GraphState = {
    homes,
    items: new NodeView(homes, nodes, itemOfNode, frozen.items),
    needs: new NodeView(homes, nodes, (node) => {
      const found = needsOf(node);
      return found.length === 0 ? undefined : found.map((each) => each.item.key);
    }),
    findings: NONE,
    shared: NONE,
    get cycles() {
      cycles ??= frozen.cycles.map((cycle) => cycle.map(at).filter((node) => node !== undefined));
      return cycles;
    },
    get backlogItems() {
      backlogItems ??= new Map(
        frozen.backlogItems.flatMap(([document, ...place]) => {
          const [home, node] = [homes[document], at(place)];
          return home === undefined || node === undefined ? [] : [[home.document.path, node] as const];
        }),
      );
      return backlogItems;
    },
    itemOf: (loose) => homes.map((home) => home.byId.get(loose)?.[0]?.item).find((item) => item !== undefined),
    node: (key) => nodes.get(key),
    needsOf,
    isIsland: (home) => !tied.has(home),
  };
  const order = (): Order => {
    const first = frozen.first.map(([home, order, unlocks]): Ranked | null => {
      const node = at([home, order]);
      if (node === undefined) return null;
      const rank = rankOf(node, state.backlogItems.get(node.item.path));
      return { node, rank, begun: node.item.status === 'in-progress' ? 0 : 1, unlocks };
    });
    return new Order(
      state,
      first.filter((each) => each !== null),
      first.length === frozen.ready,
    );
  };
  const problems = frozen.problems
    .map((each) => ('code' in each ? each : documents[each[0]]?.problems[each[1]]))
    .filter((each) => each !== undefined);
  return { state, problems, order };
}

const NONE: readonly never[] = [];
