// Moves a row of the reference backlog into the first archive table whose columns are known, in that table's columns.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import { type Edits, notWritable } from './edits';
import { endOfLine, lineEnd, startOfLine } from './text-edits';

const ARCHIVE_WORD = /\b(?:completed|archived?|done)\b/i;
/** A heading that names an item ("### **B-1: … COMPLETED**") is no section. */
const ITEM_HEADING = /^#{1,6}[\t *]*[A-Z]{1,4}[\u2010-\u2015-][\dX]/;

/** A row with its comments goes behind the last row of the last table of completed items. */
export function archiveItem(document: PlanDocument, text: string, item: Item): Edits {
  if (document.dialect !== 'reference-backlog') return notWritable(item, 'archiving in this kind of file');
  const rowStart = startOfLine(text, item.span.start);
  if (!/^[\t ]*\|/.test(text.slice(rowStart, rowStart + 200)))
    return notWritable(item, 'archiving: the item is no table row');
  const tables = archiveTables(text);
  if (tables.some((table) => item.span.start >= table.start && item.span.end <= table.end)) return ok([]);
  const table = tables.at(-1);
  if (table === undefined) return notWritable(item, 'archiving: no table of completed items found');
  const eol = lineEnd(text);
  const cells = table.columns.map((column) => cellFor(column, item));
  const behind =
    /\|((?:[\t ]*<!--[^\n]*?-->)+)[\t ]*\r?$/.exec(text.slice(rowStart, endOfLine(text, rowStart)))?.[1] ?? '';
  const row = `| ${cells.join(' | ')} |${behind}`;
  let end = item.span.start + text.slice(item.span.start, item.span.end).trimEnd().length;
  const comments = commentsBehindRow(text, rowStart, end);
  if (text.startsWith('\r\n', end)) end += 2;
  else if (text.startsWith('\n', end)) end += 1;
  return ok([
    { span: { start: rowStart, end }, text: '' },
    { span: { start: table.end, end: table.end }, text: [row, ...comments].map((line) => eol + line).join('') },
  ]);
}

/** Comment lines that belong to a row: they keep what no column of the archive holds. */
function commentsBehindRow(text: string, start: number, end: number): readonly string[] {
  const lines = text.slice(start, end).split(/\r?\n/);
  const first = lines.findIndex((line, n) => n > 0 && /^\s*<!--/.test(line));
  return first === -1 ? [] : lines.slice(first).filter((line) => line.trim() !== '');
}

interface Table {
  readonly columns: readonly string[];
  readonly start: number;
  /** Behind the last row and the comments under it, before the line end. */
  readonly end: number;
}

/** Tables of completed items: under a section that says so, or with a completion date; always with id and title. */
function archiveTables(text: string): readonly Table[] {
  const found: Table[] = [];
  const sections: { readonly level: number; readonly archive: boolean }[] = [];
  let at = 0;
  for (;;) {
    const end = endOfLine(text, at);
    const line = text.slice(at, Math.min(end, at + 4000));
    const next = text.indexOf('\n', end) + 1;
    const level = /^(#{1,6})[\t ]/.exec(line)?.[1]?.length ?? 0;
    if (level > 0) {
      while ((sections.at(-1)?.level ?? 0) >= level) sections.pop();
      sections.push({ level, archive: ARCHIVE_WORD.test(line) && !ITEM_HEADING.test(line) });
    }
    if (next === 0) return found;
    at = next;
    if (!/^[\t ]*\|/.test(line)) continue;
    const rule = text.slice(next, Math.min(endOfLine(text, next), next + 1000));
    if (!/^[\t ]*\|[\s:|-]+$/.test(rule) || !rule.includes('-')) continue;
    const columns = cellsOf(line);
    const dated = columns.some((column) => /complet\w* date|completed|archived/.test(column));
    const last = tableEnd(text, endOfLine(text, next));
    if (columns.includes('id') && columns.includes('title') && (dated || sections.some((section) => section.archive)))
      found.push({ columns, start: next - 1 - line.length, end: last });
    at = text.indexOf('\n', last) + 1;
    if (at === 0) return found;
  }
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim().toLowerCase());
}

/** End of the last row, or of the comments that stand right behind it. */
function tableEnd(text: string, from: number): number {
  let last = from;
  for (;;) {
    const row = text.indexOf('\n', last) + 1;
    if (row === 0 || !/^[\t ]*(?:\||<!--)/.test(text.slice(row, row + 40))) return last;
    last = endOfLine(text, row);
  }
}

function cellFor(column: string, item: Item): string {
  const safe = (value: string | null | undefined): string =>
    (value ?? '')
      .replaceAll(/[\r\n]+/g, ' ')
      .replaceAll(/\\?\|/g, '\\|')
      .trim();
  const date = item.dates['completion_date'] ?? item.dates['completed_at'] ?? item.dates['last_updated'];
  if (column === 'id') return safe(item.id);
  if (column === 'title') return safe(item.title);
  if (column.includes('date')) return safe(date?.text);
  if (column.includes('points')) return safe(item.points?.text);
  if (column.includes('status')) return safe(item.statusText) || 'done';
  if (/priority|🔥/u.test(column)) return safe(item.priority?.text);
  if (/outcome|description|problem/.test(column)) return safe(item.description);
  return '';
}
