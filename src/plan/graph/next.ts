// The order in which ready work comes, and the words for why one thing comes before another.
import type { Item } from '../../model/plan';
import type { GraphState } from './graph';
import type { Node } from './node';
import { rankOf, type Rank, type Said } from './rank';
import { readyNodes } from './ready';

export interface Ranked {
  readonly node: Node;
  readonly rank: Rank;
  /** Open items that wait for it. */
  readonly unlocks: number;
  /** Place in the workspace: documents by path, items in their order. */
  readonly place: number;
}

/** Ready items, best first, with what decided. Made once per state. */
export class Order {
  readonly ranked: readonly Ranked[];
  readonly #state: GraphState;
  #sorted: readonly Ranked[] | null = null;

  constructor(state: GraphState) {
    this.#state = state;
    const waiting = waitingFor(state);
    this.ranked = readyNodes(state).map((node, place) => ({
      node,
      rank: rankOf(node, state.backlogItems.get(node.item.path)),
      unlocks: waiting.get(node.item.key) ?? 0,
      place,
    }));
  }

  all(): readonly Ranked[] {
    this.#sorted ??= [...this.ranked].sort(compare);
    return this.#sorted;
  }

  /** The first few without sorting the rest. */
  first(limit: number): readonly Ranked[] {
    if (this.#sorted !== null || limit > 16) return this.all().slice(0, limit);
    const best: Ranked[] = [];
    for (const each of this.ranked) {
      const last = best.at(-1);
      if (best.length === limit && last !== undefined && compare(each, last) >= 0) continue;
      let at = best.length;
      for (let before = best[at - 1]; before !== undefined && compare(each, before) < 0; before = best[at - 1]) at -= 1;
      best.splice(at, 0, each);
      if (best.length > limit) best.pop();
    }
    return best;
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
    const count = this.#state.needs.get(node.item.key)?.length ?? 0;
    if (count === 0) return 'It waits for nothing.';
    return count === 1 ? 'The one thing it waited for is done.' : `All ${count} things it waited for are done.`;
  }
}

/** How many open items wait for each. */
function waitingFor(state: GraphState): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [key, needs] of state.needs) {
    const status = state.items.get(key)?.status;
    if (status === 'done' || status === 'cancelled') continue;
    for (const need of needs) counts.set(need, (counts.get(need) ?? 0) + 1);
  }
  return counts;
}

const started = (ranked: Ranked): number => (ranked.node.item.status === 'in-progress' ? 0 : 1);
const scoreRank = (ranked: Ranked): number => -(ranked.rank.score ?? Number.NEGATIVE_INFINITY);

interface Criterion {
  readonly rank: (ranked: Ranked) => number;
  readonly say: (winner: Ranked, other: Ranked) => string;
}

/** In this order; the first that differs decides. */
const CRITERIA: readonly Criterion[] = [
  { rank: started, say: () => 'It is already in progress.' },
  { rank: (each) => each.rank.lane.rank, say: (a, b) => versus('Lane', a.rank.lane, b.rank.lane, a, b) },
  { rank: (each) => each.rank.moscow.rank, say: (a, b) => versus('MoSCoW', a.rank.moscow, b.rank.moscow, a, b) },
  {
    rank: (each) => each.rank.priority.rank,
    say: (a, b) => versus('Priority', a.rank.priority, b.rank.priority, a, b),
  },
  {
    rank: scoreRank,
    say: (a, b) =>
      b.rank.score === null
        ? `Score ${a.rank.score}; ${name(b)} has none.`
        : `Score ${a.rank.score} is above ${b.rank.score} of ${name(b)}.`,
  },
  {
    rank: (each) => -each.unlocks,
    say: (a, b) => `It unlocks ${a.unlocks}, ${name(b)} unlocks ${b.unlocks}.`,
  },
  { rank: (each) => each.place, say: (a, b) => `Equal otherwise, it stands before ${name(b)}${where(a, b)}.` },
];

export function compare(a: Ranked, b: Ranked): number {
  for (const { rank } of CRITERIA) {
    const [left, right] = [rank(a), rank(b)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function reasons(winner: Ranked, other: Ranked | undefined): readonly string[] {
  if (other === undefined) return ['Nothing else is ready behind it.'];
  const deciding = CRITERIA.find(({ rank }) => rank(winner) !== rank(other));
  return deciding === undefined ? [] : [deciding.say(winner, other)];
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
