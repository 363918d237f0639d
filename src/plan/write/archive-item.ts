// Moves a row of the reference backlog into the first archive table whose columns are known, in that table's columns.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import { type Edits, notWritable } from './edits';
import { endOfLine, lineEnd, startOfLine } from './text-edits';

const ARCHIVE_HEADING = /^#{1,6}[\t ].*\b(?:completed|archived?|done)\b/im;

export function archiveItem(document: PlanDocument, text: string, item: Item): Edits {
  if (document.dialect !== 'reference-backlog') return notWritable(item, 'archiving in this kind of file');
  const rowStart = startOfLine(text, item.span.start);
  if (!/^[\t ]*\|/.test(text.slice(rowStart, rowStart + 200)))
    return notWritable(item, 'archiving: the item is no table row');
  const table = archiveTable(text);
  if (table === null) return notWritable(item, 'archiving: no completed items table found');
  if (item.span.start >= table.start && item.span.end <= table.end) return ok([]);
  const eol = lineEnd(text);
  const cells = table.columns.map((column) => cellFor(column, item));
  let end = item.span.end;
  if (text.startsWith('\r\n', end)) end += 2;
  else if (text.startsWith('\n', end)) end += 1;
  return ok([
    { span: { start: rowStart, end }, text: '' },
    { span: { start: table.end, end: table.end }, text: `${eol}| ${cells.join(' | ')} |` },
  ]);
}

interface Table {
  readonly columns: readonly string[];
  readonly start: number;
  /** Behind the last row, before its line end. */
  readonly end: number;
}

/** The last table under a heading that says completed, with a header that has an id and a title. */
function archiveTable(text: string): Table | null {
  const heading = ARCHIVE_HEADING.exec(text);
  if (heading === null) return null;
  let found: Table | null = null;
  let at = text.indexOf('\n', heading.index) + 1;
  while (at > 0 && at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    if (/^#{1,2}[\t ]/.test(line) && !ARCHIVE_HEADING.test(line)) break;
    const next = text.indexOf('\n', end) + 1;
    const rule = next > 0 ? text.slice(next, endOfLine(text, next)) : '';
    if (/^[\t ]*\|/.test(line) && /^[\t ]*\|[\s:|-]+$/.test(rule)) {
      const columns = line
        .split('|')
        .slice(1, -1)
        .map((column) => column.trim().toLowerCase());
      let last = endOfLine(text, next);
      for (;;) {
        const row = text.indexOf('\n', last) + 1;
        if (row === 0 || !/^[\t ]*\|/.test(text.slice(row, row + 40))) break;
        last = endOfLine(text, row);
      }
      if (columns.includes('id') && columns.includes('title')) found = { columns, start: at, end: last };
      const after = text.indexOf('\n', last) + 1;
      if (after === 0) break;
      at = after;
      continue;
    }
    if (next === 0) break;
    at = next;
  }
  return found;
}

function cellFor(column: string, item: Item): string {
  const safe = (value: string | null | undefined): string =>
    (value ?? '')
      .replaceAll(/[\r\n]+/g, ' ')
      .replaceAll('|', '\\|')
      .trim();
  if (column === 'id') return safe(item.id);
  if (column === 'title') return safe(item.title);
  if (/date/.test(column))
    return safe((item.dates['completion_date'] ?? item.dates['completed_at'] ?? item.dates['last_updated'])?.text);
  if (/points/.test(column)) return safe(item.points?.text);
  if (/status/.test(column)) return safe(item.statusText) || 'done';
  if (/priority|🔥/u.test(column)) return safe(item.priority?.text);
  if (/outcome|description|problem/.test(column)) return safe(item.description);
  return '';
}
