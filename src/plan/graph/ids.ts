// Ids as people write them, made comparable: hyphen kinds, case, zero padding, "Task 1.1" and "T-1.1".

// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const PLAIN = /^[\x00-\x7f]*$/;
const HYPHENS = /[\u2010-\u2015\u2212]/g;

/** Replaces every kind of hyphen and dash by "-". Same length, so offsets hold. */
export function plainHyphens(text: string): string {
  return text.replace(HYPHENS, '-');
}

/** Ids are asked for again and again: by readers, dependencies and the graph. */
const known = new Map<string, string>();
const MOST_KNOWN = 20_000;

/** Comparable form of an id: "B‑052‑d" → "B-52-D", "Task 1.1" and "T1.1" → "T-1.1", "1.10" stays. */
export function normalId(raw: string): string {
  const before = known.get(raw);
  if (before !== undefined) return before;
  const normal = normalised(raw);
  // Texts that are no ids at all must not be held on to.
  if (raw.length > 40) return normal;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(raw, normal);
  return normal;
}

function normalised(raw: string): string {
  return plainHyphens(raw)
    .trim()
    .toUpperCase()
    .replace(/^TASK[\s-]+(?=[\dA-Z])/, 'T-')
    .replace(/^T-(?:T-?)(?=\d)/, 'T-')
    .replace(/^([A-Z]+)(?=\d)/, '$1-')
    .replace(/\s+/g, '-')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, ''));
}

/** The same titles come again with every edit of their document, several times over. */
const titles = new Map<string, string>();
const MOST_TITLES = 4000;
const LONGEST_TITLE = 200;

/** Comparable form of a title: letters and digits of any script, lower case, single spaces. */
export function normalTitle(raw: string): string {
  if (raw.length > LONGEST_TITLE) return normalTitleOnce(raw);
  const before = titles.get(raw);
  if (before !== undefined) return before;
  const normal = normalTitleOnce(raw);
  if (titles.size >= MOST_TITLES) titles.clear();
  titles.set(raw, normal);
  return normal;
}

/** The same without remembering it: for thousands of titles of which each is asked for once. */
export function normalTitleOnce(raw: string): string {
  // Plain ASCII is most titles and needs neither normalising nor Unicode classes.
  if (PLAIN.test(raw))
    return raw
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
  return raw
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
