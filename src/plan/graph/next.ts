// The order in which ready work comes, and the words for why one thing comes before another.
import type { Item } from '../../model/plan';
import { copiesIn } from './copies';
import { byPlace, type GraphState } from './graph';
import type { Home, Node } from './node';
import { rankOf, type Rank, type Said } from './rank';
import { circularNodes, readyIn, spelledOut } from './ready';

export interface Ranked {
  readonly node: Node;
  readonly rank: Rank;
  /** 0 when it is already in progress, else 1. */
  readonly begun: number;
  /** Open items that wait for it. */
  readonly unlocks: number;
}

/** Ready items of a document that nothing outside touches stay the same as long as the document does. */
const ofIsland = new WeakMap<Home, { readonly backlogItem: Node | undefined; readonly ranked: readonly Ranked[] }>();

/** Ready items, best first, with what decided. Made once per state. */
export class Order {
  readonly #state: GraphState;
  readonly #foremost: readonly Ranked[];
  /** By document. */
  #ranked: readonly (readonly Ranked[])[] | null = null;
  #sorted: readonly Ranked[] | null = null;

  /** `foremost`: the first ones, where they are known already; `isAll`: there are no others. */
  constructor(state: GraphState, foremost: readonly Ranked[] = [], isAll = false) {
    this.#state = state;
    this.#foremost = foremost;
    if (isAll) this.#sorted = foremost;
  }

  /** Ranks everything in small steps; the answers that follow have little to do. Answers how many are ready. */
  *rank(): Generator<undefined, number> {
    const state = this.#state;
    const circular = circularNodes(state);
    const elsewhere = spelledOut(state);
    const copies = copiesIn(state);
    const across = unlocksAcross(state);
    const all: (readonly Ranked[])[] = [];
    let count = 0;
    for (const home of state.homes) {
      const ranked = rankedIn(home, state, circular, across);
      // Only backlogs and PRDs are spelled out by task lists; a task that stands in two lists is worked on in one.
      const isTasks = home.document.kind === 'tasks';
      const own =
        isTasks && copies.size === 0
          ? ranked
          : ranked.filter(({ node }) => !(isTasks ? copies.has(node) : elsewhere.has(node)));
      all.push(own);
      count += own.length;
      yield;
    }
    this.#ranked = all;
    return count;
  }

  #byDocument(): readonly (readonly Ranked[])[] {
    if (this.#ranked === null) for (const _ of this.rank());
    return this.#ranked ?? [];
  }

  all(): readonly Ranked[] {
    this.#sorted ??= this.#byDocument().flat().sort(compare);
    return this.#sorted;
  }

  /** The first few without sorting the rest. */
  first(limit: number): readonly Ranked[] {
    if (limit <= this.#foremost.length) return this.#foremost.slice(0, limit);
    if (this.#sorted !== null || limit > FEW) return this.all().slice(0, limit);
    return bestOf(this.#byDocument().flatMap(fewOf), limit);
  }

  /** Up to `limit` items with the reasons that put each before the one behind it. */
  next(limit: number): readonly { readonly item: Item; readonly because: readonly string[] }[] {
    const first = this.first(limit + 1);
    return first.slice(0, limit).map((each, at) => ({
      item: each.node.item,
      because: [this.#free(each.node), ...reasons(each, first[at + 1])],
    }));
  }

  #free(node: Node): string {
    const count = this.#state.needsOf(node).length;
    if (count === 0) return 'It waits for nothing.';
    return count === 1 ? 'The one thing it waited for is done.' : `All ${count} things it waited for are done.`;
  }
}

/** As many as are usually asked for. */
export const FEW = 16;
const fewOfList = new WeakMap<readonly Ranked[], readonly Ranked[]>();

/** The best few of a document; as long as its list stays, so do they. */
function fewOf(ranked: readonly Ranked[]): readonly Ranked[] {
  let few = fewOfList.get(ranked);
  if (few === undefined) {
    few = bestOf(ranked, FEW);
    fewOfList.set(ranked, few);
  }
  return few;
}

function bestOf(ranked: readonly Ranked[], limit: number): readonly Ranked[] {
  const best: Ranked[] = [];
  for (const each of ranked) {
    const last = best.at(-1);
    if (best.length === limit && last !== undefined && compare(each, last) >= 0) continue;
    let at = best.length;
    for (let before = best[at - 1]; before !== undefined && compare(each, before) < 0; before = best[at - 1]) at -= 1;
    best.splice(at, 0, each);
    if (best.length > limit) best.pop();
  }
  return best;
}

function rankedIn(
  home: Home,
  state: GraphState,
  circular: ReadonlySet<Node>,
  across: ReadonlyMap<Home, readonly Node[]>,
): readonly Ranked[] {
  const backlogItem = state.backlogItems.get(home.document.path);
  const known = ofIsland.get(home);
  const island = state.isIsland(home);
  if (island && known !== undefined && known.backlogItem === backlogItem) return known.ranked;
  const counts = new Uint32Array(home.nodes.length);
  const count = (waiting: Node): void => {
    for (const need of state.needsOf(waiting))
      if (need.home === home) counts[need.order] = (counts[need.order] ?? 0) + 1;
  };
  for (const node of home.nodes) if (isOpen(node)) count(node);
  across.get(home)?.forEach(count);
  const ranked = readyIn(home, state, circular).map((node) => ({
    node,
    rank: rankOf(node, backlogItem),
    begun: node.item.status === 'in-progress' ? 0 : 1,
    unlocks: counts[node.order] ?? 0,
  }));
  if (island) ofIsland.set(home, { backlogItem, ranked });
  else ofIsland.delete(home);
  return ranked;
}

/** Document → open items of other documents that wait for something in it. */
function unlocksAcross(state: GraphState): ReadonlyMap<Home, readonly Node[]> {
  const found = new Map<Home, Node[]>();
  for (const home of state.homes) {
    if (state.isIsland(home)) continue;
    for (const node of home.nodes) {
      if (!isOpen(node)) continue;
      for (const other of new Set(state.needsOf(node).map((need) => need.home))) {
        if (other === home) continue;
        const list = found.get(other);
        if (list === undefined) found.set(other, [node]);
        else list.push(node);
      }
    }
  }
  return found;
}

const isOpen = (node: Node): boolean => node.item.status !== 'done' && node.item.status !== 'cancelled';

interface Criterion {
  readonly rank: (ranked: Ranked) => number;
  readonly say: (winner: Ranked, other: Ranked) => string;
}

/** In this order; the first that differs decides. */
const CRITERIA: readonly Criterion[] = [
  { rank: (each) => each.begun, say: () => 'It is already in progress.' },
  { rank: (each) => each.rank.lane.rank, say: (a, b) => versus('Lane', a.rank.lane, b.rank.lane, a, b) },
  { rank: (each) => each.rank.moscow.rank, say: (a, b) => versus('MoSCoW', a.rank.moscow, b.rank.moscow, a, b) },
  {
    rank: (each) => each.rank.priority.rank,
    say: (a, b) => versus('Priority', a.rank.priority, b.rank.priority, a, b),
  },
  {
    rank: (each) => -each.rank.score,
    say: (a, b) =>
      b.rank.score === Number.NEGATIVE_INFINITY
        ? `Score ${a.rank.score}; ${name(b)} has none.`
        : `Score ${a.rank.score} is above ${b.rank.score} of ${name(b)}.`,
  },
  {
    rank: (each) => -each.unlocks,
    say: (a, b) => `It unlocks ${a.unlocks}, ${name(b)} unlocks ${b.unlocks}.`,
  },
];

/** As CRITERIA have it, then by place: a total order. Written out because it runs thousands of times. */
export function compare(a: Ranked, b: Ranked): number {
  return (
    a.begun - b.begun ||
    a.rank.lane.rank - b.rank.lane.rank ||
    a.rank.moscow.rank - b.rank.moscow.rank ||
    a.rank.priority.rank - b.rank.priority.rank ||
    (a.rank.score === b.rank.score ? 0 : a.rank.score > b.rank.score ? -1 : 1) ||
    b.unlocks - a.unlocks ||
    byPlace(a.node, b.node)
  );
}

function reasons(winner: Ranked, other: Ranked | undefined): readonly string[] {
  if (other === undefined) return ['Nothing else is ready behind it.'];
  const deciding = CRITERIA.find(({ rank }) => rank(winner) !== rank(other));
  return [deciding?.say(winner, other) ?? `Equal otherwise, it stands before ${name(other)}${where(winner, other)}.`];
}

function versus(what: string, mine: Said, theirs: Said, winner: Ranked, other: Ranked): string {
  if (mine.text === null)
    return `No ${what.toLowerCase()} is written, which counts above ${theirs.text} of ${name(other)}.`;
  const from = mine.by === null || mine.by === winner.node ? '' : ` (of ${nameOf(mine.by)})`;
  const left = `${what} ${mine.text}${from}`;
  return theirs.text === null
    ? `${left}; ${name(other)} has none.`
    : `${left} comes before ${theirs.text} of ${name(other)}.`;
}

function where(a: Ranked, b: Ranked): string {
  return a.node.item.path === b.node.item.path ? ' in the document' : '';
}

const name = (ranked: Ranked): string => nameOf(ranked.node);
function nameOf(node: Node): string {
  if (node.item.id !== null) return node.item.id;
  return node.item.title.length > 60 ? `"${node.item.title.slice(0, 57)}…"` : `"${node.item.title}"`;
}
