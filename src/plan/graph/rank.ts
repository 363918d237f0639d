// How urgent the author says a thing is, as numbers that compare: smaller comes first. Words win over symbols.
import type { Item } from '../../model/plan';
import { computedScore } from './score';
import type { Node } from './node';

/** A rank with the words it was read from and the item that said them. */
export interface Said {
  readonly rank: number;
  readonly text: string | null;
  readonly by: Node | null;
}

export interface Rank {
  /** P0, P1, …; without one like P2. */
  readonly lane: Said;
  readonly moscow: Said;
  readonly priority: Said;
  /** Higher is better; -Infinity for none. */
  readonly score: number;
}

const LANE = /\bP([0-4])\b/;
const MOSCOW: readonly (readonly [RegExp, number])[] = [
  [/\bmust?\b/i, 0],
  [/\bshoul(?:d)?\b/i, 1],
  [/\bcoul(?:d)?\b/i, 2],
  [/\bwon\b|\bwont\b/i, 3],
];
const WORDS: readonly (readonly [RegExp, number])[] = [
  [/\bvery[ -]?low\b|\blowest\b|\btrivial\b/i, 4],
  [/\bcritical\b|\bhighest\b|\burgent\b|\bblocker\b|\bmust\b/i, 0],
  [/\bhigh\b|\bmajor\b|\bshould\b/i, 1],
  [/\bmedium\b|\bmed\b|\bnormal\b|\bmoderate\b|\bcould\b/i, 2],
  [/\blow\b|\bminor\b|\bwon\b/i, 3],
];
const SYMBOLS: readonly (readonly [string, number])[] = [
  ['🔥', 0],
  ['🔴', 0],
  ['⭐', 1],
  ['🟠', 1],
  ['📈', 2],
  ['🟡', 2],
  ['🔧', 3],
  ['🟢', 3],
];
const UNSAID_LANE: Said = { rank: 2, text: null, by: null };
const UNSAID_MOSCOW: Said = { rank: 1.5, text: null, by: null };
const UNSAID_PRIORITY: Said = { rank: 2, text: null, by: null };

const remembered = new Map<string, number | null>();

/** Rank of a written priority: words, then P-numbers, plain numbers, symbols; null says nothing. */
export function priorityRank(text: string): number | null {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const lane = LANE.exec(text)?.[1];
  const number = /^\s*([0-4])\s*$/.exec(text)?.[1] ?? lane;
  const rank =
    WORDS.find(([word]) => word.test(text))?.[1] ??
    (number === undefined ? undefined : Number(number)) ??
    SYMBOLS.find(([symbol]) => text.includes(symbol))?.[1] ??
    null;
  // Priorities are a handful of words; a document that writes prose there must not fill the memory.
  if (remembered.size < 2000) remembered.set(text, rank);
  return rank;
}

function laneRank(item: Item): number | null {
  const text =
    item.kind === 'lane' || item.kind === 'phase' ? item.title : [item.priority?.text ?? '', ...item.labels].join(' ');
  const found = LANE.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function moscowRank(text: string): number | null {
  return MOSCOW.find(([word]) => word.test(text))?.[1] ?? null;
}

/** An item's own word, else that of the groups above it, else that of the backlog item its document spells out. */
export function rankOf(node: Node, backlogItem: Node | undefined): Rank {
  let lane: Said | null = null;
  let moscow: Said | null = null;
  let priority: Said | null = null;
  let score: number | null = null;
  const listen = (each: Node): void => {
    const { item } = each;
    const laneNumber = lane === null ? laneRank(item) : null;
    if (laneNumber !== null) lane = { rank: laneNumber, text: `P${laneNumber}`, by: each };
    const mosText = item.moscow?.text ?? (item.kind === 'phase' ? item.title : null);
    const mosRank = moscow === null && mosText !== null ? moscowRank(mosText) : null;
    if (mosRank !== null) moscow = { rank: mosRank, text: item.moscow?.text ?? mosText, by: each };
    const text = item.priority?.text ?? null;
    const rank = priority === null && text !== null ? priorityRank(text) : null;
    if (rank !== null) priority = { rank, text, by: each };
    score ??= item.score?.value ?? computedScore(item)?.value ?? null;
  };
  for (let at: Node | null = node; at !== null; at = at.parent) listen(at);
  if (backlogItem !== undefined) for (let at: Node | null = backlogItem; at !== null; at = at.parent) listen(at);
  return {
    lane: lane ?? UNSAID_LANE,
    moscow: moscow ?? UNSAID_MOSCOW,
    priority: priority ?? UNSAID_PRIORITY,
    score: score ?? Number.NEGATIVE_INFINITY,
  };
}
