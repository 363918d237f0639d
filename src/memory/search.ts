// Finds the sections that answer a query: bm25 brings candidates, then what of the query each covers, and how close, decides.
import type { DocumentIndex, IndexedSection } from './ports';
import { readQuery, wordsOf, type Query } from './query';

/** Candidates that are looked at closely. */
const POOL = 80;
/** Terms in more sections than this weigh next to nothing anyway. */
const COUNTED = 4000;
/** Two sections of one document are enough, unless it is the only one. */
const PER_DOCUMENT = 3;

export interface Found extends IndexedSection {
  /** Part of the query's weight that the section covers, 0–1. */
  readonly covered: number;
}

export function searchSections(index: DocumentIndex, text: string, limit: number): readonly Found[] {
  const query = readQuery(text);
  if (query.terms.length === 0) return [];
  const total = Math.max(1, index.size());
  const weights = new Map(query.terms.map((term) => [term, weight(total, index.frequency(term, COUNTED))]));
  const known = query.terms.filter((term) => (weights.get(term) ?? 0) > 0);
  const pool = index.candidates(known, POOL);
  const best = Math.max(1e-9, ...pool.map(({ score }) => score));
  const scored = pool.map((section) => {
    const { covered, exact, inHead, close } = judge(section, query, weights);
    const score = section.score / best + COVER * covered + EXACT * exact + HEAD * inHead + CLOSE * close;
    return { ...section, covered, score };
  });
  return spread(
    scored.sort((a, b) => b.score - a.score || a.path.localeCompare(b.path) || a.line - b.line),
    limit,
  );
}

// Found by trying on two thirds of the labelled queries of bench/memory-queries.json.
const COVER = 0.3;
const EXACT = 0.8;
const HEAD = 0.4;
const CLOSE = 0.15;

/** Rare terms weigh more; unknown ones cannot be found and weigh nothing. */
const weight = (total: number, found: number): number =>
  found === 0 ? 0 : Math.log(1 + (total - Math.min(found, total) + 0.5) / (found + 0.5)) + 0.1;

/** Each a part of the query's weight, 0–1. */
interface Judged {
  /** In the text or above it, bent or not. */
  readonly covered: number;
  /** In the text, letter by letter. */
  readonly exact: number;
  /** In the document's name or the headings. */
  readonly inHead: number;
  /** Neighbours in the query that stand close in the text as well. */
  readonly close: number;
}

function judge(section: IndexedSection, query: Query, weights: ReadonlyMap<string, number>): Judged {
  const heads = stems(`${section.path} ${section.trail}`);
  const body = stems(section.text);
  const places = new Map<string, number[]>();
  for (const [at, stem] of body.entries()) {
    const list = places.get(stem);
    if (list === undefined) places.set(stem, [at]);
    else if (list.length < 50) list.push(at);
  }
  const inHeads = new Set(heads);
  const text = section.text.toLowerCase();
  let all = 0;
  let covered = 0;
  let exact = 0;
  let inHead = 0;
  for (const term of query.terms) {
    const heavy = weights.get(term) ?? 0;
    all += heavy;
    const own = wordsOf(term).map(stem);
    if (own.every((each) => places.has(each) || inHeads.has(each))) covered += heavy;
    if (text.includes(term)) exact += heavy;
    if (own.every((each) => inHeads.has(each))) inHead += heavy;
  }
  let pairs = 0;
  let near = 0;
  for (let i = 0; i + 1 < query.terms.length; i += 1) {
    const [left, right] = [query.terms[i] ?? '', query.terms[i + 1] ?? ''];
    const heavy = Math.min(weights.get(left) ?? 0, weights.get(right) ?? 0);
    pairs += heavy;
    if (areNear(places, left, right)) near += heavy;
  }
  const part = (weight: number, of: number): number => (of === 0 ? 0 : weight / of);
  return {
    covered: part(covered, all),
    exact: part(exact, all),
    inHead: part(inHead, all),
    close: part(near, pairs),
  };
}

/** Words between two that still count as close. */
const NEAR = 3;

function areNear(places: ReadonlyMap<string, readonly number[]>, left: string, right: string): boolean {
  const a = places.get(stem(wordsOf(left).at(-1) ?? '')) ?? [];
  const b = places.get(stem(wordsOf(right)[0] ?? '')) ?? [];
  return a.some((at) => b.some((other) => Math.abs(at - other) <= NEAR));
}

const stems = (text: string): readonly string[] =>
  [...text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => stem(word));

/** Close to what the index does to words: endings that only bend a word are cut off. */
function stem(word: string): string {
  if (word.length < 4) return word;
  return word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ations?|ating|ated|ates?)$/, 'at')
    .replace(/(?:ings?|ed|es|s|e)$/, '');
}

/** Best first, but no document crowds out the others. */
function spread(sorted: readonly Found[], limit: number): readonly Found[] {
  const perDocument = new Map<string, number>();
  const taken: Found[] = [];
  const left: Found[] = [];
  for (const section of sorted) {
    const n = perDocument.get(section.path) ?? 0;
    perDocument.set(section.path, n + 1);
    (n < PER_DOCUMENT ? taken : left).push(section);
  }
  return [...taken, ...left].slice(0, limit);
}
