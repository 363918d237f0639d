// What people write for a status and what it means. An unknown word is never taken for done.
import type { PlanStatus } from '../../model/plan';
import type { Span } from '../../model/text';

const WORDS: readonly (readonly [RegExp, PlanStatus])[] = [
  [/^(?:not (?:yet )?(?:started|done|complete|completed)|incomplete|unstarted)\b/, 'open'],
  [/^(?:100% )?(?:done|completed?|finished|shipped|closed|resolved|merged|delivered|implemented|achieved)\b/, 'done'],
  [/^(?:in[ _-]?progress|wip|doing|started|ongoing|underway|active|in[ _-]?review|partial(?:ly)?)\b/, 'in-progress'],
  [/^(?:blocked|on[ _-]?hold|paused|stalled|deferred|postponed|stuck)\b/, 'blocked'],
  [/^(?:cancell?ed|skipped|dropped|abandoned|obsolete|superseded|rejected|won'?t(?: ?(?:do|fix))?$)/, 'cancelled'],
  [/^(?:to[ _-]?do|open|pending|backlog|planned|queued|new|ready|proposed|draft|waiting|setup[ _-]required)\b/, 'open'],
];

/** The words that backlogs and task lists have for a status; a slip in one of them can be put right. */
export const STATUS_WORDS: readonly string[] = [
  'todo',
  'open',
  'pending',
  'not started',
  'in progress',
  'in review',
  'blocked',
  'deferred',
  'done',
  'completed',
  'cancelled',
  'skipped',
];

const GLYPHS: Readonly<Record<string, PlanStatus>> = {
  '✅': 'done',
  '☑': 'done',
  '✔': 'done',
  '🔄': 'in-progress',
  '🚧': 'in-progress',
  '🏗': 'in-progress',
  '🔒': 'blocked',
  '⛔': 'blocked',
  '⏸': 'blocked',
  '🚫': 'cancelled',
  '⏳': 'open',
  '⌛': 'open',
  '⏹': 'open',
  '❌': 'open',
  '🆕': 'open',
  '⬜': 'open',
};

const BOXES: Readonly<Record<string, PlanStatus>> = {
  ' ': 'open',
  x: 'done',
  X: 'done',
  '✅': 'done',
  '✓': 'done',
  '✔': 'done',
  '~': 'in-progress',
  '/': 'in-progress',
  '>': 'in-progress',
  '!': 'blocked',
  '-': 'cancelled',
};

/** What may be written into a box of the reference's lists. */
export const BOX_WORDS: Readonly<Record<PlanStatus, string>> = {
  open: ' ',
  'in-progress': '~',
  blocked: '!',
  done: 'x',
  cancelled: '-',
};

const PICTURE = /\p{Extended_Pictographic}\uFE0F?/gu;
const BOX = /^\[([^\]\n]{1,2})\]/u;

/** The status glyph a text starts with ("✅ T-1"), null: none. */
export function leadingGlyph(text: string): { readonly text: string; readonly status: PlanStatus } | null {
  const picture = /^\p{Extended_Pictographic}\uFE0F?/u.exec(text.slice(0, 8))?.[0];
  const status = picture === undefined ? undefined : GLYPHS[picture.replace('\uFE0F', '')];
  return picture === undefined || status === undefined ? null : { text: picture, status };
}

/** The meaning of a box's inside, null: an unknown mark. */
export function boxStatus(inside: string): PlanStatus | null {
  return BOXES[inside.replace('\uFE0F', '')] ?? null;
}

/** The meaning of a written status ("✅ **COMPLETED** - all done", "[x]", "🔄 in_progress"), null: unknown. */
export function classifyStatus(text: string): PlanStatus | null {
  const head = text.slice(0, 200).trim();
  const box = BOX.exec(head);
  if (box !== null) return boxStatus(box[1] ?? '');
  const words = head
    .replace(PICTURE, ' ')
    .replace(/[*_`~"'()[\]\uFFFD]+/g, (marks) => (marks === '_' ? '_' : marks === "'" ? "'" : ' '));
  const plain = words
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  if (plain !== '') {
    for (const [pattern, status] of WORDS) if (pattern.test(plain)) return status;
    return null;
  }
  for (const [picture] of head.matchAll(PICTURE)) {
    const known = GLYPHS[picture.replace('\uFE0F', '')];
    if (known !== undefined) return known;
  }
  return null;
}

/** The part of a status value that says the status, before prose: "✅ **DONE** - shipped" → "✅ **DONE**". */
export function statusHead(value: string): string {
  const dash = /\s[-–—]\s/.exec(value);
  const paren = value.search(/\s\(/);
  let end = dash?.index ?? value.length;
  if (paren > 0 && paren < end) end = paren;
  const box = BOX.exec(value);
  if (box !== null && box[0].length < end && value.slice(box[0].length, end).trim() !== '') return value.slice(0, end);
  const head = value.slice(0, end);
  // "**CRITICAL - NOW**": a head that opens bold without closing it is the whole value.
  return (head.match(/\*\*/g)?.length ?? 0) % 2 === 1 ? value : head;
}

export interface StatusSuffix {
  /** From the white space before the suffix to the end of the title. */
  readonly span: Span;
  /** The words without the white space before them. */
  readonly text: string;
  readonly status: PlanStatus;
}

const TAIL = 100;
const LOUD = /(?:\s+[-–—])?\s+\*{0,2}([A-Z][A-Z_ -]{3,20})\*{0,2}\s*(?:\p{Extended_Pictographic}\uFE0F?)?$/u;
const BOLD = /\s+\*\*([A-Za-z][A-Za-z_ -]{2,20})\*\*$/;
const PARENS = /\s+\((done|completed?|blocked|in[ _-]progress|deferred|cancell?ed|skipped|pending|todo)\)$/i;
const END_BOX = /\s+\[([^\]\n]{1,2})\]$/u;

/** A status at the end of a heading or bullet ("… ✅ **COMPLETED**", "… - DONE", "… (blocked)"), null: none known. */
export function statusSuffix(text: string, span: Span): StatusSuffix | null {
  const start = Math.max(span.start, span.end - TAIL);
  const tail = text.slice(start, span.end);
  const found = pictureSuffix(tail) ?? wordSuffix(tail);
  if (found === null || (start === span.start && found.from === 0)) return null;
  return {
    span: { start: start + found.from, end: span.end },
    text: tail.slice(found.from).trim(),
    status: found.status,
  };
}

function saysStatus(pictures: string): boolean {
  return [...pictures.matchAll(PICTURE)].some(([picture]) => GLYPHS[picture.replace('\uFE0F', '')] !== undefined);
}

function pictureSuffix(tail: string): { from: number; status: PlanStatus } | null {
  let at = -1;
  let end = -1;
  for (const match of tail.matchAll(PICTURE)) {
    // Pictures side by side are one run when the first of them says a status; "🔥 ✅" is decoration and a status.
    const joined = end !== -1 && tail.slice(end, match.index).trim() === '' && saysStatus(tail.slice(at, end));
    // A run that hangs on the word before it is none of its own.
    if (!joined || !/\s/.test(tail[at - 1] ?? '')) at = match.index;
    end = match.index + match[0].length;
  }
  if (at === -1 || tail.length - end > 40) return null;
  const before = tail.slice(0, at);
  const space = before.length - before.trimEnd().length;
  const status = space === 0 ? null : classifyStatus(tail.slice(at));
  return status === null ? null : { from: at - space, status };
}

function wordSuffix(tail: string): { from: number; status: PlanStatus } | null {
  for (const pattern of [LOUD, BOLD, PARENS]) {
    const match = pattern.exec(tail);
    const status = match === null ? null : classifyStatus(match[1] ?? '');
    if (match !== null && status !== null) return { from: match.index, status };
  }
  const box = END_BOX.exec(tail);
  const status = box === null ? null : boxStatus(box[1] ?? '');
  return box === null || status === null ? null : { from: box.index, status };
}

/** Counts how a document spells its statuses in one kind of place, so that writing keeps its style. */
export class StatusStyle {
  readonly #counts = new Map<PlanStatus, Map<string, number>>();

  see(status: PlanStatus | null, spelling: string, read: (text: string) => PlanStatus | null): void {
    // Sentences and ids ("Waiting for T-1.1") are no spelling to give to others.
    const words = spelling.replace(/[^\p{L}\d]+/gu, ' ').trim();
    if (status === null || spelling === '' || read(spelling) !== status) return;
    if (spelling.length > 30 || words.split(' ').length > 3 || /\d/.test(words)) return;
    const counts = this.#counts.get(status) ?? new Map<string, number>();
    counts.set(spelling, (counts.get(spelling) ?? 0) + 1);
    this.#counts.set(status, counts);
  }

  /** The most frequent spelling of each status, else the given one. */
  words(defaults: Readonly<Record<PlanStatus, string>>): Record<PlanStatus, string> {
    const words = { ...defaults };
    for (const [status, counts] of this.#counts) {
      let best = 0;
      for (const [spelling, count] of counts) {
        if (count > best) {
          best = count;
          words[status] = spelling;
        }
      }
    }
    return words;
  }
}
