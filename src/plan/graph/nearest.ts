// Suggestions for what was probably meant.

/** Edit distance (insert, delete, replace, swap neighbours), given up above `limit` (answers limit + 1). */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a.charCodeAt(row - 1) === b.charCodeAt(column - 1);
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        a.charCodeAt(row - 1) === b.charCodeAt(column - 2) &&
        a.charCodeAt(row - 2) === b.charCodeAt(column - 1);
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
      if (cost < smallest) smallest = cost;
    }
    if (smallest > limit) return limit + 1;
    before = last;
    last = current;
  }
  return last[b.length] ?? limit + 1;
}

/** The closest few of `known`, best first; closeness is bounded by the length of what was asked. */
export function nearest(asked: string, known: Iterable<string>, count = 3): readonly string[] {
  const limit = Math.max(1, Math.min(3, Math.floor(asked.length / 3)));
  const found: { readonly text: string; readonly distance: number }[] = [];
  for (const text of known) {
    const away = distance(asked, text, limit);
    if (away <= limit) found.push({ text, distance: away });
  }
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ text }) => text);
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.';
const isDigit = (char: string): boolean => char >= '0' && char <= '9';

/**
 * Known ids one slip away, found by trying the slips: costs the same however many ids there are. Another digit is
 * another number rather than a slip; so is a digit more or less in a short number.
 */
export function oneSlipAway(id: string, isKnown: (id: string) => boolean): readonly string[] {
  const found = new Set<string>();
  const attempt = (text: string): void => {
    if (text !== id && isKnown(text)) found.add(text);
  };
  if (id.length > 40) return [];
  const longNumber = /\d{3}/.test(id);
  for (let at = 0; at <= id.length; at += 1) {
    const [head, tail] = [id.slice(0, at), id.slice(at)];
    const here = tail.charAt(0);
    const next = tail.charAt(1);
    if (here !== '' && (longNumber || !isDigit(here))) attempt(head + tail.slice(1));
    if (next !== '') attempt(head + next + here + tail.slice(2));
    for (const letter of LETTERS) {
      if (longNumber || !isDigit(letter)) attempt(head + letter + tail);
      if (here !== '' && !(isDigit(here) && isDigit(letter))) attempt(head + letter + tail.slice(1));
    }
  }
  return [...found];
}
