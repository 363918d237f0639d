// How a document writes "Name: value" under its items, so that a new field looks like its neighbours.
import type { Item, PlanDocument } from '../../model/plan';
import type { Span, TextEdit } from '../../model/text';
import { endOfLine, insertLines, startOfLine } from './text-edits';

interface FieldShape {
  /** White space and bullet in front. */
  readonly lead: string;
  readonly bold: 'none' | 'name' | 'name-and-colon';
}

/** Kinds that have fields of their own; a phase or an epic only groups. */
const WORK: ReadonlySet<Item['kind']> = new Set(['task', 'hotfix', 'subtask', 'story', 'backlog-item']);

const FIELD_LEAD = /^([\t ]*(?:[-*+][\t ]+)?)(\*\*)?[^*:|]{1,40}?(\*\*)?:(\*\*)?[\t ]*$/;

/** Places of fields that stand on lines of their own. */
function fieldSpans(item: Item): readonly Span[] {
  return [
    item.priority?.span,
    item.estimate?.span,
    item.dependencySite ?? undefined,
    item.autoAdvance?.span,
    item.pauseAfter?.span,
    item.moscow?.span,
    item.owner?.span,
    item.progress?.span,
    ...Object.values(item.dates).map((date) => date.span),
  ].filter((span): span is Span => span !== undefined && span.start >= item.span.start && span.end <= item.span.end);
}

function shapeAt(text: string, span: Span): FieldShape | null {
  const found = FIELD_LEAD.exec(text.slice(startOfLine(text, span.start), span.start));
  if (found === null) return null;
  return {
    lead: found[1] ?? '',
    bold: found[2] === undefined ? 'none' : found[4] === undefined ? 'name' : 'name-and-colon',
  };
}

/** A field line in a given shape, without line end. */
export function fieldLineText(shape: FieldShape, name: string, value: string): string {
  const label = shape.bold === 'none' ? `${name}:` : shape.bold === 'name' ? `**${name}**:` : `**${name}:**`;
  return `${shape.lead}${label} ${value}`;
}

/** Shape of the fields of an item, else of any item of the document, else null. */
export function fieldShape(document: PlanDocument, text: string, item: Item | null): FieldShape | null {
  const spans = item === null ? [] : fieldSpans(item);
  for (const span of spans) {
    const shape = shapeAt(text, span);
    if (shape !== null) return shape;
  }
  for (const other of document.items) {
    if (other.kind === 'phase') continue;
    for (const span of fieldSpans(other)) {
      const shape = shapeAt(text, span);
      if (shape !== null) return shape;
    }
  }
  return null;
}

/** Inserts a field line under an item; null where the item is no line with room below (a table row, JSON). */
export function insertField(
  document: PlanDocument,
  text: string,
  item: Item,
  name: string,
  value: string,
): TextEdit | null {
  if (!WORK.has(item.kind)) return null;
  const own = fieldSpans(item)
    .filter((span) => shapeAt(text, span) !== null)
    .toSorted((a, b) => a.start - b.start)
    .at(-1);
  if (own !== undefined) {
    const shape = shapeAt(text, own);
    if (shape !== null) return insertLines(text, endOfLine(text, own.end), [fieldLineText(shape, name, value)]);
  }
  const lineStart = startOfLine(text, item.titleSpan.start);
  const line = text.slice(lineStart, endOfLine(text, lineStart));
  if (/^\s*#{1,6}\s/.test(line)) {
    const shape = fieldShape(document, text, null) ?? { lead: '- ', bold: 'name' as const };
    return insertLines(text, endOfLine(text, lineStart), ['', fieldLineText(shape, name, value)]);
  }
  // In a reference document fields stand under headings and task bullets; a plan's line is a sentence, a sub-task a box.
  if (document.dialect === 'reference-prd' || (document.dialect === 'reference-tasks' && item.kind === 'subtask'))
    return null;
  if (!/^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line) && !/^\s*[-*+]\[/.test(line)) return null;
  return insertLines(text, ownTextEnd(text, lineStart), [
    fieldLineText({ lead: `${childIndent(text, lineStart)}- `, bold: 'none' }, name, value),
  ]);
}

/** End of a task line with its wrapped lines. */
export function ownTextEnd(text: string, lineStart: number): number {
  let end = endOfLine(text, lineStart);
  for (;;) {
    const next = text.indexOf('\n', end) + 1;
    if (next === 0 || next >= text.length) return end;
    const line = text.slice(next, endOfLine(text, next));
    if (!/^[\t ]*[^\s>|#`~<-]/.test(line) || /^[\t ]*(?:[-*+]|\d{1,9}[.)])[\t [(]/.test(line)) return end;
    end = endOfLine(text, next);
  }
}

/** Indentation of what stands under the list item on a line: that of its first child, else its text's column. */
export function childIndent(text: string, lineStart: number): string {
  const line = text.slice(lineStart, endOfLine(text, lineStart));
  const own = /^[\t ]*/.exec(line)?.[0] ?? '';
  const next = text.indexOf('\n', ownTextEnd(text, lineStart)) + 1;
  if (next > 0) {
    const below = /^([\t ]+)[-*+][\t ]/.exec(text.slice(next, endOfLine(text, next)))?.[1];
    if (below !== undefined && below.length > own.length && below.startsWith(own)) return below;
  }
  const marker = /^[\t ]*((?:[-*+]|\d{1,9}[.)])[\t ]*)/.exec(line)?.[1] ?? '- ';
  return own.includes('\t') ? `${own}\t` : own + ' '.repeat(marker.length);
}
