// What a reference document says about itself: title, claimed total, own status, the backlog id it belongs to.
import type { ClaimedTotal } from '../../model/plan';
import type { Written } from '../../model/text';
import { normalId, plainHyphens } from '../graph/ids';
import { plainText } from './markdown';
import { labelsIn } from './reference-labels';
import type { ScannedText, Section } from './sections';
import { statusHead } from './status-words';

export interface Header {
  readonly title: string;
  readonly claimed: ClaimedTotal | null;
  readonly belongsTo: string | null;
  readonly status: Written<string> | null;
}

const BACKLOG_ID = /(?:^|[^A-Za-z])([A-Z]-\d+(?:-[A-Za-z](?=[-_. ]|$)(?!-\d))?)/;
const TOTAL = /\btotal (?:number of )?tasks\b/i;
/** Other ways to claim a total: "0/25 tasks completed", "**29 detailed tasks** across 9 phases". */
const OTHER_TOTAL =
  /\b\d+\s*\/\s*(\d{1,5})\s+tasks\b|^\W{0,6}(\d{1,5})\s+(?:detailed|total|planned)\s+tasks\b|\*\*total tasks:?\*\*:?\s*(\d{1,5})(?!\s*(?:\d|\/|completed))/i;
const STATUS_WITHIN = 60;

/** `taskLines`: lines that belong to tasks; what stands there is not about the document. */
export function readHeader(
  path: string,
  lines: ScannedText,
  sections: readonly Section[],
  inTask: (line: number) => boolean,
): Header {
  const { index } = lines;
  const top = sections.find((section) => section.depth === 1) ?? sections[1];
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.[A-Za-z.]+$/, '');
  const title = top === undefined ? name : plainText(index.text.slice(top.title.start, top.title.end)) || name;
  let claimed: ClaimedTotal | null = null;
  let aside: ClaimedTotal | null = null;
  let status: Written<string> | null = null;
  let backlog: string | null = null;
  for (const comment of lines.comments) {
    const body = index.text.slice(comment.body.start, Math.min(comment.body.end, comment.body.start + 200));
    const match = /^\s*(backlog[ _]id|parent_backlog|status)\s*:\s*(.+?)\s*$/i.exec(body);
    if (match === null || match[1] === undefined || match[2] === undefined || comment.from > STATUS_WITHIN) continue;
    const start = comment.body.start + body.indexOf(match[2], match.index + match[1].length);
    if (/^status$/i.test(match[1]))
      status ??= { value: match[2], text: match[2], span: { start, end: start + match[2].length } };
    else backlog ??= match[2];
  }
  for (let line = 1; line <= index.count; line += 1) {
    const kind = lines.kind(line);
    if ((kind !== 'text' && kind !== 'heading') || inTask(line)) continue;
    const start = index.start(line);
    const end = Math.min(index.end(line), start + 300);
    const head = index.text.slice(start, end);
    const other = OTHER_TOTAL.exec(head);
    if (other !== null) {
      const digits = other[1] ?? other[2] ?? other[3] ?? '';
      const at = start + other.index + other[0].lastIndexOf(digits);
      aside ??= { value: Number(digits), text: digits, span: { start: at, end: at + digits.length } };
    }
    if (kind === 'heading') continue;
    const early = line <= STATUS_WITHIN;
    if (!TOTAL.test(head) && !(early && head.includes(':'))) continue;
    for (const label of labelsIn(index.text, entrySpan(index.text, start, end))) {
      const value = index.text.slice(label.value.start, label.value.end);
      if (label.field === 'total') {
        const total = totalOf(value, label.value.start);
        if (head.includes('**')) claimed ??= total;
        else aside ??= total;
      }
      if (early && label.field === 'status' && value !== '') {
        const text = statusHead(value).trimEnd();
        status ??= {
          value: plainText(text),
          text,
          span: { start: label.value.start, end: label.value.start + text.length },
        };
      } else if (early && (label.name === 'backlog item' || label.name === 'backlog id')) backlog ??= value;
    }
  }
  const belongsTo = idAlone(backlog ?? '') ?? idIn(name) ?? idIn(backlog ?? '') ?? idIn(title);
  return { title, claimed: claimed ?? aside, belongsTo, status };
}

/** An id that is all of its field says it best: in "PRD-B-001-a-dark-mode" the "a" is no part of one, "TASK-7" may be anything. */
function idAlone(text: string): string | null {
  const id = /^[\s*_`]*([A-Z]{1,8}-\d{1,6}(?:\.\d+)*(?:-[A-Za-z])?)[\s*_`.]*$/.exec(plainHyphens(text))?.[1];
  return id === undefined ? null : normalId(id);
}

function idIn(text: string): string | null {
  const id = BACKLOG_ID.exec(plainHyphens(text))?.[1];
  return id === undefined ? null : normalId(id);
}

function entrySpan(text: string, start: number, end: number): { start: number; end: number } {
  const mark = /^\s*(?:[-*+]\s+)?/.exec(text.slice(start, Math.min(end, start + 20)))?.[0].length ?? 0;
  return { start: start + mark, end };
}

/** "18", "29 tasks across 9 phases", "0 completed out of 8 total"; "4/4 phases" counts something else. */
function totalOf(value: string, base: number): ClaimedTotal | null {
  const match =
    /\b(?:out of|of)\s+(\d+)/i.exec(value) ??
    /\d+\s*\/\s*(\d+)(?!\s*phases?)/i.exec(value) ??
    /^\D{0,12}(\d+)(?![\d/]|\s*(?:\/|phases?))/.exec(value);
  const digits = match?.[1];
  if (match === null || digits === undefined || digits.length > 6) return null;
  const start = base + match.index + match[0].lastIndexOf(digits);
  return { value: Number(digits), text: digits, span: { start, end: start + digits.length } };
}
