// One line with a checkbox: "- [ ] text". What the mark means is the dialect's business.
import type { PlanStatus } from '../../model/plan';
import type { Problem, QuickFix } from '../../model/problem';
import type { Span } from '../../model/text';
import type { Line } from './lines';

export interface Box {
  /** What stands between the brackets; its span is `box`. */
  readonly mark: string;
  readonly box: Span;
  /** Text behind the bracket, untrimmed, and its offset in the document. */
  readonly text: string;
  readonly textStart: number;
}

export const DONE_MARKS: ReadonlySet<string> = new Set(['x', 'X']);

// A digit inside the brackets is a reference ("[1]"), a bracket followed by "(" a link.
const BOX = /^([\t ]*(?:[-*+]|\d{1,9}[.)])[\t ]*\[)([^\]\d\r\n]{0,4})\](?=[\t ]|$|\\?\*)/u;

/** The checkbox a line starts with; null: none. */
export function boxOf(line: Line): Box | null {
  if (line.kind !== 'text') return null;
  const found = BOX.exec(line.text);
  if (found === null) return null;
  const mark = found[2] ?? '';
  if (!/^(?:.\uFE0F?)?$/su.test(mark.trim())) return null;
  const start = line.start + (found[1]?.length ?? 0);
  return {
    mark,
    box: { start, end: start + mark.length },
    text: line.text.slice(found[0].length),
    textStart: line.start + found[0].length,
  };
}

export interface MarkTable {
  readonly [mark: string]: PlanStatus;
}

/** Status of a mark; null: the dialect does not know it. An empty or blank box is open. */
export function statusOfMark(mark: string, table: MarkTable): PlanStatus | null {
  const bare = mark.trim();
  return bare === '' ? 'open' : Object.hasOwn(table, bare) ? (table[bare] ?? null) : null;
}

/** "Unknown marker" finding; a tick of another kind has one right answer. */
export function unknownMark(path: string, line: Line, box: Box): Problem {
  return {
    code: 'unknown-marker',
    severity: 'warning',
    path,
    line: line.number,
    column: box.box.start - line.start + 1,
    span: box.box,
    message: `The marker "[${box.mark}]" is not one this kind of list knows; the task is read as open.`,
    fixes: tickFix(box.mark, box.box),
  };
}

/** A tick in another character has one right spelling; other marks have none. */
export function tickFix(mark: string, span: Span): readonly QuickFix[] {
  const ticked = /^[✓✔✅☑√]\uFE0F?$/u.test(mark.trim());
  return ticked ? [{ title: 'Write [x]', edits: [{ span, text: 'x' }], preferred: true }] : [];
}
