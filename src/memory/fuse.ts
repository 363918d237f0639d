// Several ranked lists become one: by place in each list, not by scores that mean different things.

export interface RankedList<T> {
  readonly items: readonly T[];
  readonly weight: number;
}

/** Reciprocal ranks with this constant: the first places of every list stay close together. */
const CONSTANT = 60;

/** `keyOf`: items with the same key are one, and add up. Best first; equals keep the order of the lists. */
export function fuse<T>(
  lists: readonly RankedList<T>[],
  keyOf: (item: T) => string,
): readonly { readonly item: T; readonly score: number }[] {
  const scores = new Map<string, { item: T; score: number }>();
  for (const { items, weight } of lists) {
    for (const [place, item] of items.entries()) {
      const key = keyOf(item);
      const score = weight / (CONSTANT + place + 1);
      const known = scores.get(key);
      if (known === undefined) scores.set(key, { item, score });
      else known.score += score;
    }
  }
  return [...scores.values()].sort((a, b) => b.score - a.score);
}

/** Share of the shorter text's words that stand in the other as well, 0–1. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  if (small.size === 0) return 0;
  let common = 0;
  for (const word of small) if (large.has(word)) common += 1;
  return common / small.size;
}

export const wordSet = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []);
