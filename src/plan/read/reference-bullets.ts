// Backlog items that stand in headings and bullets: item headings, lane bullets, queue bullets, roadmap bullets.
import type { Item } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import { plainText } from './markdown';
import { BACKLOG_ID, type Entry, type EntryForm } from './reference-entry';
import { titlesAbove } from './reference-find-tasks';
import { cleanTitle } from './reference-phases';
import type { ScannedText, Section } from './sections';
import { boxSite, suffixSite, type SiteFound } from './status-sites';
import { classifyStatus } from './status-words';

const ITEM_HEADING = new RegExp(String.raw`^(?:\*\*)?(${BACKLOG_ID})\s*(?:\*\*)?\s*[:—–-]\s*`);
const BULLET = new RegExp(
  String.raw`^ ?[-*+][ \t]+(?:\[([^\]\n]{1,2})\][ \t]+)?(\*\*)?(${BACKLOG_ID})\s*(\*\*)?\s*(?:[:—–]|-(?=\s))\s*`,
  'u',
);
/** With a box it is an item without a sign between id and title, too. */
const BOXED = new RegExp(
  String.raw`^ ?[-*+][ \t]+\[([^\]\n]{1,2})\][ \t]+(\*\*)?(${BACKLOG_ID})(\*\*)?[ \t]+(?=\S)`,
  'u',
);
const SCORE = /\s*\(\s*score:?\s+(-?\d+(?:\.\d+)?)\s*\)/i;
const QUEUE = /\s*\(\s*(?:(\d+(?:\.\d+)?)\s*(?:points?|pts)\s*,\s*)?([^(),]{2,30})\)\s*$/i;
/** Sections in which a bullet with an id mentions an item instead of listing it. */
const MENTIONS =
  /\b(?:dependenc\w*|related|references?|links?|see also|cross[- ]references?|notes?|changelog|history|risks?)\b/i;
const LONGEST = 2000;

export function readItemHeadings(
  lines: ScannedText,
  sections: readonly Section[],
): readonly { entry: Entry; section: number }[] {
  const { text } = lines.index;
  const found: { entry: Entry; section: number }[] = [];
  for (const [at, section] of sections.entries()) {
    if (section.depth < 2) continue;
    const head = text.slice(section.title.start, Math.min(section.title.end, section.title.start + LONGEST));
    const match = ITEM_HEADING.exec(head);
    const id = match?.[1];
    if (match === null || id === undefined) continue;
    const title = { start: section.title.start + match[0].length, end: section.title.end };
    if (title.end <= title.start) continue;
    found.push({ entry: entryOf('heading', id, lines, section.line, title, suffixSite(text, title), {}), section: at });
  }
  return found;
}

export function readBullets(lines: ScannedText, sections: readonly Section[]): readonly Entry[] {
  const { index } = lines;
  const found: Entry[] = [];
  for (const [at, section] of sections.entries()) {
    const titles = titlesAbove(lines, sections, at);
    if (MENTIONS.test(titles.at(-1) ?? '')) continue;
    const lane = titles.some((title) => /\blanes?\b/i.test(title));
    let aside = false;
    for (let line = section.from; line <= section.to; line += 1) {
      const kind = lines.kind(line);
      if (kind !== 'text') continue;
      const start = index.start(line);
      if (!mayBeBullet(index.text, start)) {
        if (!isSpace(index.text, start)) aside = false;
        continue;
      }
      const end = trimEnd(index.text, start, index.end(line));
      const head = index.text.slice(start, Math.min(end, start + 200));
      const match = BULLET.exec(head) ?? BOXED.exec(head);
      const id = match?.[3];
      if (match === null || id === undefined) {
        // A labelled list in an item's prose ("**Dependencies**:") mentions items until the next paragraph.
        if (/^\S/.test(head) && !/^[-*+]\s/.test(head))
          aside = /^\*\*[^*]*\*\*\s*:?\s*$/.test(head) && MENTIONS.test(head);
        continue;
      }
      if (aside || start + match[0].length >= end) continue;
      found.push(bulletOf(lines, line, { start: start + match[0].length, end }, id, match, start, lane));
    }
  }
  return found;
}

/** Does the line start like a bullet, or like the bold label of a list? Other lines are not looked at closely. */
function mayBeBullet(text: string, start: number): boolean {
  const char = text.charCodeAt(text.charCodeAt(start) === 32 ? start + 1 : start);
  return char === 42 || char === 43 || char === 45;
}

const isSpace = (text: string, at: number): boolean => /\s/.test(text.charAt(at));

function bulletOf(
  lines: ScannedText,
  line: number,
  rest: Span,
  id: string,
  match: RegExpExecArray,
  start: number,
  lane: boolean,
): Entry {
  const { text } = lines.index;
  const source = text.slice(rest.start, Math.min(rest.end, rest.start + LONGEST));
  const draft: { -readonly [K in keyof Item]?: Item[K] } = {};
  const score = SCORE.exec(source);
  if (score?.[1] !== undefined) draft.score = numberIn(rest.start + score.index + score[0].indexOf(score[1]), score[1]);
  const queue = score === null && source.length < LONGEST ? queueOf(source, rest.start) : null;
  if (queue !== null) {
    if (queue.points !== null) draft.points = queue.points;
    const title = { start: rest.start, end: rest.start + queue.titleLength };
    return entryOf('queue', id, lines, line, title, queue.site, draft);
  }
  const box =
    match[1] === undefined
      ? null
      : { start: start + match[0].indexOf('[') + 1, end: start + match[0].indexOf('[') + 1 + match[1].length };
  const site = box === null ? suffixSite(text, rest) : boxSite(text, box);
  const suffixed = box === null ? site.span.start : rest.end;
  const titleEnd = score === null ? suffixed : Math.min(suffixed, rest.start + score.index);
  const form: EntryForm = lane || score !== null ? 'lane' : 'roadmap';
  return entryOf(form, id, lines, line, { start: rest.start, end: Math.max(rest.start, titleEnd) }, site, draft);
}

/** "(3 points, todo)" at the end of a queue bullet. */
function queueOf(
  source: string,
  base: number,
): { points: Written<number> | null; site: SiteFound; titleLength: number } | null {
  const from = Math.max(0, source.length - 80);
  const match = QUEUE.exec(source.slice(from));
  const words = match?.[2];
  if (match === null || words === undefined) return null;
  const status = classifyStatus(words);
  if (match[1] === undefined && status === null) return null;
  if (match[1] === undefined && /^(?:blocked|future)$/i.test(words.trim()) && !/^[a-z]/.test(words.trim())) return null;
  const at = base + from + match.index;
  const start = at + match[0].lastIndexOf(words);
  const site: SiteFound = {
    form: 'queue',
    span: { start, end: start + words.trimEnd().length },
    text: words.trim(),
    status,
  };
  const points = match[1] === undefined ? null : numberIn(at + match[0].indexOf(match[1]), match[1]);
  return { points, site, titleLength: from + match.index };
}

function numberIn(start: number, text: string): Written<number> {
  return { value: Number(text), text, span: { start, end: start + text.length } };
}

function entryOf(
  form: EntryForm,
  id: string,
  lines: ScannedText,
  line: number,
  title: Span,
  site: SiteFound,
  draft: Partial<Item>,
): Entry {
  const { text } = lines.index;
  const own =
    site.form === 'suffix'
      ? { start: title.start, end: Math.max(title.start, Math.min(title.end, site.span.start)) }
      : title;
  const words = cleanTitle(text.slice(own.start, Math.min(own.end, own.start + LONGEST)));
  return {
    form,
    id: plainText(id),
    title: words === '' ? id : words,
    titleSpan: own,
    line,
    lastLine: line,
    site,
    status: site.status ?? 'open',
    statusText: site.text,
    draft,
    about: words,
  };
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
