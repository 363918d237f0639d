// What a person asked, as terms to look for: identifiers whole, words without those that say nothing.

export interface Query {
  /** Lower-cased, in the order of asking, each once; identifiers like "b-1034" are one term. */
  readonly terms: readonly string[];
}

const MOST_TERMS = 24;
const TERM = /[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)*/gu;
const SILENT = new Set(
  (
    'a about all an and any are as at be been being between both but by can could did do does doing for from get ' +
    'had has have how i if in into is it its me my of on or our out shall should so some such than that the their ' +
    'them then there these they this those through to up use used using via was we were what when where which while ' +
    'who whose why will with would you your'
  ).split(' '),
);

export function readQuery(text: string): Query {
  const found = [...text.toLowerCase().normalize('NFC').matchAll(TERM)].map(([term]) => term);
  const telling = found.filter((term) => !SILENT.has(term));
  return { terms: [...new Set(telling.length > 0 ? telling : found)].slice(0, MOST_TERMS) };
}

/** The words of a term: "b-1034" → "b", "1034". */
export const wordsOf = (term: string): readonly string[] => term.match(/[\p{L}\p{N}]+/gu) ?? [];
