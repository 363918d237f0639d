// Comment metadata of backlog items (`<!-- score_total: 8.0 -->`): what it says, and whether it stands at its item.
// Metadata that evidently belongs to another item is reported, never attached by guess.
import type { Dependency, Item } from '../../model/plan';
import type { QuickFix } from '../../model/problem';
import type { Span, Written } from '../../model/text';
import { normalId } from '../graph/ids';
import { ContentCache } from './content-cache';
import { readDependencies } from './reference-dependencies';
import type { Entry } from './reference-entry';
import { sameTitle } from './reference-identity';
import type { ProblemList } from './reference-problems';
import type { CommentSpan, ScannedText } from './sections';

export interface Meta {
  readonly key: string;
  readonly value: string;
  readonly span: Span;
  readonly comment: CommentSpan;
}

const KEY = /^\s*([A-Za-z_][\w-]{1,40})\s*:\s*/;
/** Keys that only ever describe an item. */
const ITEM_KEYS: ReadonlySet<string> = new Set([
  'score',
  'score_total',
  'do_next',
  'est_hours',
  'acceptance',
  'lessons_applied',
  'reference_cards',
  'tech_footprint',
  'problem',
  'outcome',
  'completion_date',
  'started_at',
  'last_updated',
  'implementation_notes',
  'progress',
  'prd',
  'task_list',
  'human_required',
  'reason',
  'blocked_by',
  'review_on',
  'points',
  'priority',
  'owner',
  'implementation_plan',
  'default_executor',
  'research',
  'depends_on',
  'dependencies',
  'estimate',
  'due',
]);
const DATES: ReadonlySet<string> = new Set([
  'completion_date',
  'started_at',
  'last_updated',
  'review_on',
  'due',
  'created_at',
  'completed_at',
]);
/** Keys that tell what an item is about. */
const TELLING: ReadonlySet<string> = new Set([
  'do_next',
  'acceptance',
  'problem',
  'outcome',
  'tech_footprint',
  'implementation_notes',
  'progress',
]);
const LONGEST_VALUE = 20_000;
const LEAST_SHARE = 0.6;
const LONGEST_TELLING = 1500;

export function metaOf(lines: ScannedText, comment: CommentSpan): Meta | null {
  const { text } = lines.index;
  const body = text.slice(comment.body.start, Math.min(comment.body.end, comment.body.start + LONGEST_VALUE));
  const match = KEY.exec(body);
  const key = match?.[1]?.toLowerCase();
  if (match === null || key === undefined || !ITEM_KEYS.has(key)) return null;
  const start = comment.body.start + match[0].length;
  const value = body.slice(match[0].length).trimEnd();
  return { key, value, span: { start, end: start + value.length }, comment };
}

/** Words of all items, to ask which of them a comment speaks about. */
export class Topics {
  readonly #byWord = new Map<string, number[]>();
  readonly #sizes: number[] = [];
  #asked = 0;

  constructor(readonly entries: readonly Entry[]) {}

  /** How often it was asked: what was made without asking does not depend on the other items. */
  get asked(): number {
    return this.#asked;
  }

  #prepare(): void {
    for (const [at, entry] of this.entries.entries()) {
      const words = new Set(wordsOf(entry.title));
      this.#sizes.push(words.size);
      for (const word of words) {
        const list = this.#byWord.get(word);
        if (list === undefined) this.#byWord.set(word, [at]);
        else list.push(at);
      }
    }
  }

  /** The entry whose title these words cover best and most tellingly, with the share covered. */
  best(words: ReadonlySet<string>): { readonly entry: Entry; readonly share: number } | null {
    if (this.#asked === 0) this.#prepare();
    this.#asked += 1;
    const hits = new Map<number, { count: number; weight: number }>();
    for (const word of words) {
      const list = this.#byWord.get(word) ?? [];
      const weight = Math.log((this.entries.length + 1) / (list.length + 0.5));
      for (const at of list) {
        const hit = hits.get(at) ?? { count: 0, weight: 0 };
        hit.count += 1;
        hit.weight += weight;
        hits.set(at, hit);
      }
    }
    let best: { entry: Entry; share: number; weight: number } | null = null;
    for (const [at, { count, weight }] of hits) {
      const share = count / (this.#sizes[at] ?? 1);
      const entry = this.entries[at];
      if (entry === undefined || count < 3 || share < LEAST_SHARE) continue;
      if (best === null || weight > best.weight) best = { entry, share, weight };
    }
    return best;
  }
}

const words = new ContentCache<readonly string[]>(200_000);

function wordsOf(text: string): readonly string[] {
  const head = text.slice(0, 1500);
  const split = (): readonly string[] =>
    head
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length >= 4);
  return words.get(head, split, (found) => found.length + 1);
}

/**
 * The metadata that is the entry's own. A second block (a repeated `score`) and a block that speaks about another item
 * are displaced and become problems.
 */
export function ownMetadata(
  entry: Entry,
  metas: readonly Meta[],
  topics: Topics,
  problems: ProblemList,
): readonly Meta[] {
  const blocks = blocksOf(metas);
  const own: Meta[] = [];
  let taken = false;
  for (const block of blocks) {
    const first = block[0];
    const last = block.at(-1);
    if (first === undefined || last === undefined) continue;
    const other = otherTopic(entry, block, topics, first.comment.from - entry.lastLine <= 1);
    const foreign = other !== null;
    if (!foreign && !taken) {
      own.push(...block);
      taken = block.some((meta) => meta.key === 'score' || meta.key === 'score_total');
      continue;
    }
    const span = { start: first.comment.span.start, end: last.comment.span.end };
    const guess = other === null ? '' : ` It speaks about ${other.id} (line ${other.line}).`;
    problems.add(
      'displaced-metadata',
      'warning',
      span,
      `These comments stand behind ${entry.id} but ${foreign ? 'are about something else' : 'repeat its metadata'}.${guess} They are attached to no item.`,
      foreign ? moveFix(block, other, topics, problems) : repetitionFix(block, own, problems),
    );
  }
  return own;
}

/**
 * Moves a block behind the item it speaks about. Only where that is beyond doubt: all words of the title, an id that
 * stands once, no metadata there yet, and lines that hold nothing but the comments.
 */
function moveFix(block: readonly Meta[], to: Entry, topics: Topics, problems: ProblemList): readonly QuickFix[] {
  const { index } = problems;
  const lines = linesOf(block, problems);
  if (lines === null) return [];
  const telling = block.map((meta) => meta.value.slice(0, LONGEST_TELLING)).join('\n');
  if (titleShare(to, telling.toLowerCase()) < 1 || wordsOf(to.title).length < 3) return [];
  if (topics.entries.filter((each) => normalId(each.id) === normalId(to.id)).length > 1) return [];
  const below = to.lastLine < index.count ? index.line(to.lastLine + 1).trim() : '';
  if (below !== '' || to.form !== 'row') return [];
  const at = index.end(to.lastLine);
  const text = index.text.slice(index.start(lines.from), index.end(lines.to));
  const eol = index.text.startsWith('\r\n', at) ? '\r\n' : '\n';
  return [
    {
      title: `Move them behind ${to.id}`,
      edits: [{ span: { start: at, end: at }, text: eol + text }, problems.withoutLines(lines.from, lines.to)],
      preferred: true,
    },
  ];
}

/** A block that says word for word what the item's own says is said once. */
function repetitionFix(block: readonly Meta[], own: readonly Meta[], problems: ProblemList): readonly QuickFix[] {
  const lines = linesOf(block, problems);
  const said = new Set(own.map((meta) => `${meta.key} ${meta.value.trim()}`));
  if (lines === null || !block.every((meta) => said.has(`${meta.key} ${meta.value.trim()}`))) return [];
  return [{ title: 'Remove the repetition', edits: [problems.withoutLines(lines.from, lines.to)], preferred: true }];
}

/** The lines of a block, null where something else stands on them. */
function linesOf(
  block: readonly Meta[],
  { index }: ProblemList,
): { readonly from: number; readonly to: number } | null {
  const [from, to] = [block[0]?.comment.from, block.at(-1)?.comment.to];
  if (from === undefined || to === undefined) return null;
  let rest = index.text.slice(index.start(from), index.end(to));
  for (const { comment } of block.toReversed()) {
    const start = comment.span.start - index.start(from);
    rest = rest.slice(0, start) + rest.slice(start + comment.span.end - comment.span.start);
  }
  return rest.trim() === '' ? { from, to } : null;
}

/** A block starts at every `score` that repeats one seen since the last start. */
function blocksOf(metas: readonly Meta[]): readonly (readonly Meta[])[] {
  const blocks: Meta[][] = [];
  let keys = new Set<string>();
  for (const meta of metas) {
    const open = blocks.at(-1);
    const again =
      meta.key === 'score'
        ? keys.has('score') || keys.has('do_next')
        : meta.key !== 'last_updated' && !DATES.has(meta.key) && keys.has(meta.key) && keys.has('score');
    if (open === undefined || again) {
      blocks.push([meta]);
      keys = new Set([meta.key]);
    } else {
      open.push(meta);
      keys.add(meta.key);
    }
  }
  return blocks;
}

/** The entry a block evidently speaks about instead of this one, null: there is no such evidence. */
function otherTopic(entry: Entry, block: readonly Meta[], topics: Topics, adjacent: boolean): Entry | null {
  const telling = block.filter((meta) => TELLING.has(meta.key)).map((meta) => meta.value.slice(0, LONGEST_TELLING));
  const own = titleShare(entry, telling.join('\n').toLowerCase());
  if (own >= (adjacent ? 0.34 : 0.5)) return null;
  const words = new Set(telling.flatMap(wordsOf));
  if (words.size < 4) return null;
  const best = topics.best(words);
  if (best === null || normalId(best.entry.id) === normalId(entry.id) || sameTitle(best.entry.title, entry.title))
    return null;
  // What stands right behind an item is its own unless all but all words of another title say otherwise.
  const needed = adjacent ? 0.8 : 0.6;
  if (best.share < needed || best.share < own + 0.3) return null;
  return aboutShare(entry, words) < 0.34 ? best.entry : null;
}

/** Share of the words that the item's own cells use too. */
function aboutShare(entry: Entry, words: ReadonlySet<string>): number {
  const own = new Set(wordsOf(entry.about));
  let hits = 0;
  for (const word of words) if (own.has(word)) hits += 1;
  return hits / words.size;
}

/** Share of the title's words that a text in lower case contains. */
function titleShare(entry: Entry, text: string): number {
  const title = new Set(wordsOf(entry.title));
  let hits = 0;
  for (const word of title) if (text.includes(word)) hits += 1;
  return title.size === 0 ? 0 : hits / title.size;
}

/** The fields that metadata gives an item. */
export function draftOf(metas: readonly Meta[]): Partial<Item> {
  const draft: { -readonly [K in keyof Item]?: Item[K] } = {};
  const dates: Record<string, Written<string>> = {};
  const dependencies: Dependency[] = [];
  for (const { key, value, span } of metas) {
    const written = { value, text: value, span };
    if (DATES.has(key)) dates[key] ??= written;
    else if (key === 'score') {
      const parts = scoreParts(value, span.start);
      draft.scoreParts ??= parts.parts;
      dependencies.push(...parts.dependencies);
    } else if (key === 'score_total') draft.score ??= number(value, span);
    else if (key === 'points') draft.points ??= number(value, span);
    else if (key === 'est_hours' || key === 'estimate')
      draft.estimate ??= {
        ...written,
        value: key === 'est_hours' && /^[\d.–-]+$/.test(value) ? `${value} hours` : value,
      };
    else if (key === 'acceptance')
      draft.criteria ??= [
        { text: value.replace(/\s+/g, ' '), done: null, line: metaLine(metas, key), box: null, command: null },
      ];
    else if (key === 'do_next') draft.doNext ??= value.replace(/\s+/g, ' ');
    else if (key === 'problem') draft.description ??= value.replace(/\s+/g, ' ');
    else if (key === 'human_required') draft.humanRequired ??= /^(?:true|yes)\b/i.test(value);
    else if (key === 'prd') draft.prd ??= value;
    else if (key === 'priority') draft.priority ??= written;
    else if (key === 'owner' || key === 'default_executor') draft.owner ??= written;
    else if (key === 'progress') draft.progress ??= { ...written, value: value.replace(/\s+/g, ' ') };
    else if (key === 'blocked_by' || key === 'depends_on' || key === 'dependencies')
      dependencies.push(...readDependencies(value.replace(/[[\]"'\r\n]/g, ' '), span.start));
  }
  if (dependencies.length > 0) draft.dependencies = dependencies;
  if (Object.keys(dates).length > 0) draft.dates = dates;
  return draft;
}

function metaLine(metas: readonly Meta[], key: string): number {
  return metas.find((meta) => meta.key === key)?.comment.from ?? 1;
}

function number(value: string, span: Span): Written<number> | null {
  const match = /-?\d+(?:\.\d+)?/.exec(value);
  if (match === null) return null;
  const start = span.start + match.index;
  return { value: Number(match[0]), text: match[0], span: { start, end: start + match[0].length } };
}

/** `{bv:4, tc:3, effort:3, deps:["B-1"]}`: bare keys, so no JSON. */
function scoreParts(
  value: string,
  base: number,
): { parts: Record<string, number>; dependencies: readonly Dependency[] } {
  const parts: Record<string, number> = {};
  const deps = /deps\s*:\s*\[([^\]]*)\]/i.exec(value);
  const outside =
    deps === null
      ? value
      : value.slice(0, deps.index) + ' '.repeat(deps[0].length) + value.slice(deps.index + deps[0].length);
  for (const match of outside.matchAll(/([A-Za-z_]\w*)\s*:\s*(-?\d+(?:\.\d+)?)/g)) {
    const [, key, figure] = match;
    if (key !== undefined && figure !== undefined) parts[key] = Number(figure);
  }
  const dependencies: Dependency[] = [];
  if (deps !== null && deps[1] !== undefined) {
    const start = base + deps.index + deps[0].lastIndexOf(deps[1]);
    for (const match of deps[1].matchAll(/["']?([^"',]+)["']?/g)) {
      const text = (match[1] ?? '').trim();
      if (text === '') continue;
      const at = start + match.index + match[0].indexOf(text);
      dependencies.push(...readDependencies(text, at));
    }
  }
  return { parts, dependencies };
}
