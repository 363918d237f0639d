// How long a page takes to read.

const WORDS_PER_MINUTE = 220;

/** Number of words; markup of links and emphasis does not count. */
export function countWords(text) {
  return (text.replace(/\]\([^)]*\)|[*_#>`[\]]/g, ' ').match(/[\p{L}\p{N}'’-]+/gu) ?? []).length;
}

/** Whole minutes, never less than one. */
export function readingTime(text) {
  return Math.max(1, Math.round(countWords(text) / WORDS_PER_MINUTE));
}
