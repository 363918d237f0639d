// Ids as people write them, made comparable: hyphen kinds, case, zero padding, "Task 1.1" and "T-1.1".

const HYPHENS = /[\u2010-\u2015\u2212]/g;

/** Replaces every kind of hyphen and dash by "-". Same length, so offsets hold. */
export function plainHyphens(text: string): string {
  return text.replace(HYPHENS, '-');
}

/** Comparable form of an id: "B‑052‑d" → "B-52-D", "Task 1.1" and "T1.1" → "T-1.1", "1.10" stays. */
export function normalId(raw: string): string {
  return plainHyphens(raw)
    .trim()
    .toUpperCase()
    .replace(/^TASK[\s-]+(?=[\dA-Z])/, 'T-')
    .replace(/^T-(?:T-?)(?=\d)/, 'T-')
    .replace(/^([A-Z]+)(?=\d)/, '$1-')
    .replace(/\s+/g, '-')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, ''));
}

/** Comparable form of a title: letters and digits of any script, lower case, single spaces. */
export function normalTitle(raw: string): string {
  return raw
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
