// Is an idea already in the backlog? Compared by title: the same words, one within the other, or nearly the same letters.
import { distance } from '../graph/nearest';
import { normalTitle } from '../graph/ids';

/** From here on two titles are taken for the same idea. */
const SIMILAR = 0.85;

export interface Likeness {
  readonly how: 'exact' | 'contained' | 'similar';
  /** 0..1; a contained title counts by its share of the longer one, but never below `SIMILAR`. */
  readonly similarity: number;
}

/** null: two different ideas. */
export function likeness(a: string, b: string, similar: number = SIMILAR): Likeness | null {
  const [left, right] = [normalTitle(a), normalTitle(b)];
  if (left === '' || right === '') return null;
  if (left === right) return { how: 'exact', similarity: 1 };
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  // One or two short words stand within many titles ("tests", "add docs") without being the same idea.
  if (short.length >= 12 && short.includes(' ') && ` ${long} `.includes(` ${short} `))
    return { how: 'contained', similarity: Math.max(similar, short.length / long.length) };
  const most = Math.floor(long.length * (1 - similar));
  const away = distance(left, right, most);
  return away > most ? null : { how: 'similar', similarity: 1 - away / long.length };
}

/** The candidate most like `title`; null: there is none. */
export function mostAlike<T>(
  title: string,
  candidates: Iterable<T>,
  titleOf: (candidate: T) => string,
  similar: number = SIMILAR,
): { readonly of: T; readonly likeness: Likeness } | null {
  let best: { readonly of: T; readonly likeness: Likeness } | null = null;
  for (const candidate of candidates) {
    const found = likeness(title, titleOf(candidate), similar);
    if (found !== null && (best === null || found.similarity > best.likeness.similarity))
      best = { of: candidate, likeness: found };
  }
  return best;
}
