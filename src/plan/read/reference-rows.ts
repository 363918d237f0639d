// Table rows of a backlog, recovered from the source lines: remark loses most of them, because comments and blank lines
// between rows end its table. Wrapped and broken rows are joined again.
import type { Span } from '../../model/text';
import { plainText } from './markdown';
import { readDependencies } from './reference-dependencies';
import { BACKLOG_ID, type Entry } from './reference-entry';
import type { ProblemList } from './reference-problems';
import type { ScannedText } from './sections';
import { shiftEntry } from './shift';
import { classifyStatus } from './status-words';
import type { Steps } from './steps';
import type { Unchanged } from './unchanged';

type Column =
  | 'id'
  | 'title'
  | 'priority'
  | 'points'
  | 'status'
  | 'problem'
  | 'tech'
  | 'dependencies'
  | 'date'
  | 'owner'
  | 'other';

interface Cell {
  /** Joined by spaces where the cell was wrapped. */
  readonly text: string;
  readonly span: Span;
}

const LIVE: readonly Column[] = ['id', 'title', 'priority', 'points', 'status', 'problem', 'tech', 'dependencies'];
const ARCHIVE: readonly Column[] = ['id', 'title', 'date', 'other', 'other'];
const COLUMN_NAMES: readonly (readonly [RegExp, Column])[] = [
  [/^(?:id|#|key|backlog id|item id)$/, 'id'],
  [/^(?:title|name|item|feature|summary|ticket|task|story|user story|work item|subject)$/, 'title'],
  [/^(?:p|pri|prio|priority)$/, 'priority'],
  [/^(?:points?|pts|story points|size|estimate)$/, 'points'],
  [/^(?:status|state)$/, 'status'],
  [/^(?:problem.*|outcome|description|details)$/, 'problem'],
  [/^(?:tech.*)$/, 'tech'],
  [/^(?:dependenc.*|deps|depends on|blocked by)$/, 'dependencies'],
  [/^(?:completion date|completed.*|date.*|done on|finished)$/, 'date'],
  [/^(?:owner|assignee)$/, 'owner'],
];
const ROW = new RegExp(String.raw`^ {0,3}\|{1,2}[ \t]*(?:\*\*)?(${BACKLOG_ID})(?:\*\*)?[ \t]*\|`);
const STOP = /^(?:#{1,6}\s|[-*+]\s|\d{1,4}[.)]\s|>)/;
const MOST_LINES = 8;
const LONGEST_ROW = 100_000;

export interface RowReading {
  readonly entries: readonly Entry[];
  /** Lines that belong to rows beyond their first. */
  readonly continued: ReadonlySet<number>;
  /** By first line: for the next reading, of a text that may be the same there. */
  readonly kept: ReadonlyMap<number, KeptRow>;
  /** Entries that are those of the earlier reading, moved. */
  readonly reused: ReadonlySet<Entry>;
}

/** A row with all it was read from besides its own lines. */
interface KeptRow {
  readonly header: readonly Column[] | null;
  readonly completed: boolean;
  readonly cells: number;
  readonly closed: boolean;
  readonly lastLine: number;
  readonly entry: Entry | null;
}

/** An earlier reading of the rows, and what still holds of it. */
export interface RowsBefore {
  readonly kept: ReadonlyMap<number, KeptRow>;
  readonly unchanged: Unchanged;
}

export function* readRows(
  lines: ScannedText,
  problems: ProblemList,
  before: RowsBefore | null = null,
): Steps<RowReading> {
  const { index } = lines;
  const entries: Entry[] = [];
  const continued = new Set<number>();
  const kept = new Map<number, KeptRow>();
  const reused = new Set<Entry>();
  let header: readonly Column[] | null = null;
  let completed = false;
  for (let line = 1; line <= index.count; line += 1) {
    const kind = lines.kind(line);
    const start = index.start(line);
    if (kind === 'heading') {
      header = null;
      completed = /\b(?:completed?|archived?|done)\b/i.test(
        index.text.slice(start, Math.min(index.end(line), start + 200)),
      );
    }
    // A header may be glued to a heading that lost its line end.
    const glued = kind === 'heading' ? index.text.indexOf('|', start) : -1;
    if (glued !== -1 && glued < index.end(line))
      header = headerOf(index.text.slice(glued, Math.min(index.end(line), glued + 2000))) ?? header;
    if (kind !== 'text' || !startsWithPipe(index.text, start)) continue;
    const head = index.text.slice(start, Math.min(index.end(line), start + 2000));
    const named = ROW.test(head);
    const columns = named ? null : headerOf(head);
    if (columns !== null) {
      header = columns;
      continue;
    }
    if (/^[\s|:-]+$/.test(head)) continue;
    if (!named && header === null) continue;
    const old = keptRow(before, line, header, completed);
    if (old !== null && old.entry !== null) reused.add(old.entry);
    if (old === null) yield;
    const row = old ?? freshRow(lines, line, header, completed, named);
    kept.set(line, row);
    const { entry } = row;
    if (entry === null) {
      if (named)
        problems.add(
          'unreadable-row',
          'warning',
          { start, end: index.end(line) },
          'This row has too few cells to be read as a backlog item.',
        );
      continue;
    }
    if (header !== null && named && Math.abs(row.cells - header.length) > 3 && entry.form === 'row') {
      problems.add(
        'unreadable-row',
        'info',
        { start, end: index.end(line) },
        `This row has ${row.cells} cells, its table has ${header.length} columns.`,
      );
    }
    if (!row.closed)
      problems.add(
        'unreadable-row',
        'info',
        { start, end: index.end(line) },
        'This row is broken: its last cell is never closed.',
      );
    entries.push(entry);
    for (let at = line + 1; at <= row.lastLine; at += 1) continued.add(at);
    line = row.lastLine;
  }
  return { entries, continued, kept, reused };
}

function startsWithPipe(text: string, start: number): boolean {
  let at = start;
  while (at < start + 3 && text.charCodeAt(at) === 32) at += 1;
  return text.charCodeAt(at) === 124;
}

function freshRow(
  lines: ScannedText,
  line: number,
  header: readonly Column[] | null,
  completed: boolean,
  named: boolean,
): KeptRow {
  const row = joinRow(lines, line, header?.length ?? LIVE.length);
  const entry = readRow(lines, row, header, completed, named);
  return { header, completed, cells: row.cells.length, closed: row.closed, lastLine: row.lastLine, entry };
}

/** The row as it was read before, where its lines, and all that might have been joined to it, are what they were. */
function keptRow(
  before: RowsBefore | null,
  line: number,
  header: readonly Column[] | null,
  completed: boolean,
): KeptRow | null {
  const shift = before?.unchanged.shift(line, line + MOST_LINES + 1) ?? null;
  const row = shift === null ? undefined : before?.kept.get(line - shift.lines);
  if (shift === null || row === undefined || row.completed !== completed || !sameColumns(row.header, header))
    return null;
  const entry = row.entry === null ? null : shiftEntry(row.entry, shift);
  return { ...row, lastLine: row.lastLine + shift.lines, entry };
}

function sameColumns(a: readonly Column[] | null, b: readonly Column[] | null): boolean {
  return a === b || (a?.length === b?.length && a !== null && a.every((column, at) => column === b?.[at]));
}

function headerOf(head: string): readonly Column[] | null {
  const cells = head
    .split('|')
    .slice(1, -1)
    .map((cell) =>
      cell
        .toLowerCase()
        .replace(/[^\p{L} #/]+/gu, '')
        .trim(),
    );
  if (cells.length < 3) return null;
  const columns = cells.map((cell) => COLUMN_NAMES.find(([pattern]) => pattern.test(cell))?.[1] ?? 'other');
  return columns.includes('id') && columns.includes('title') ? columns : null;
}

interface JoinedRow {
  readonly line: number;
  readonly lastLine: number;
  readonly cells: readonly Cell[];
  readonly closed: boolean;
}

/** Takes lines until the row has its cells and its last one is closed. */
function joinRow(lines: ScannedText, line: number, expected: number): JoinedRow {
  const { index } = lines;
  const parts: Span[] = [rowInk(index.text, index.start(line), index.end(line))];
  let lastLine = line;
  let pipes = countPipes(index.text, parts[0]);
  let at = line;
  while (pipes <= expected || !endsWithPipe(index.text, parts.at(-1))) {
    at += 1;
    if (at > index.count || at - line > MOST_LINES) break;
    const kind = lines.kind(at);
    if (kind === 'comment') continue;
    const start = index.start(at);
    const head = index.text.slice(start, Math.min(index.end(at), start + 400));
    if (kind !== 'text' || ROW.test(head) || (STOP.test(head) && !head.includes('|'))) break;
    const span = rowInk(index.text, afterComments(lines, at, start), index.end(at));
    const more = countPipes(index.text, span);
    // Behind skipped comments only a line with cells can go on with the row.
    if (at - lastLine > 1 && more === 0) break;
    parts.push(span);
    pipes += more;
    lastLine = at;
    if (pipes > expected && more === 0 && parts.length > 5) break;
  }
  const closed = endsWithPipe(index.text, parts.at(-1));
  const whole = { cells: cellsOf(index.text, parts), lastLine };
  if (closed || whole.cells.length <= expected || parts.length === 1)
    return { line, lastLine, cells: whole.cells, closed };
  return { line, lastLine, cells: whole.cells, closed };
}

/** Without the comments that stand behind the row's last pipe: there they leave the table whole when it is rendered. */
function rowInk(text: string, start: number, end: number): Span {
  const whole = ink(text, start, end);
  let last = whole.end;
  while (last - whole.start > 7 && text.startsWith('-->', last - 3)) {
    const open = text.lastIndexOf('<!--', last - 7);
    if (open < whole.start) break;
    last = ink(text, whole.start, open).end;
  }
  const cut = { start: whole.start, end: last };
  return last < whole.end && endsWithPipe(text, cut) ? cut : whole;
}

function afterComments(lines: ScannedText, line: number, start: number): number {
  let at = start;
  // Comments are few per line; the text goes on behind the last one that starts the line.
  const { text } = lines.index;
  while (/^\s*<!--/.test(text.slice(at, at + 40))) {
    const end = text.indexOf('-->', at);
    if (end === -1 || end > lines.index.end(line)) break;
    at = end + 3;
  }
  return at;
}

function countPipes(text: string, span: Span | undefined): number {
  if (span === undefined) return 0;
  let count = 0;
  for (let at = span.start; at < span.end && at < span.start + LONGEST_ROW; at += 1) {
    if (text.charCodeAt(at) === 124 && text.charCodeAt(at - 1) !== 92) count += 1;
  }
  return count;
}

function endsWithPipe(text: string, span: Span | undefined): boolean {
  return span !== undefined && span.end > span.start && text.charCodeAt(span.end - 1) === 124;
}

function cellsOf(text: string, parts: readonly Span[]): readonly Cell[] {
  const cells: { text: string; start: number; end: number }[] = [];
  let open: { text: string; start: number; end: number } | null = null;
  let first = true;
  for (const part of parts) {
    const end = Math.min(part.end, part.start + LONGEST_ROW);
    let from = part.start;
    for (let at = part.start; at <= end; at += 1) {
      const pipe = at < end && text.charCodeAt(at) === 124 && text.charCodeAt(at - 1) !== 92;
      if (!pipe && at < end) continue;
      const piece = ink(text, from, at);
      if (piece.end > piece.start || pipe) {
        open = open === null ? { text: text.slice(piece.start, piece.end), ...piece } : joined(open, text, piece);
      }
      if (pipe) {
        // The pipes before the first cell open the row.
        if (!(first && open?.text === '') && open !== null) {
          cells.push(open);
          first = false;
        }
        open = null;
      }
      from = at + 1;
    }
  }
  if (open !== null && open.text !== '') cells.push(open);
  return cells.map((cell) => ({ text: cell.text, span: { start: cell.start, end: cell.end } }));
}

function joined(
  open: { text: string; start: number; end: number },
  text: string,
  piece: Span,
): { text: string; start: number; end: number } {
  if (piece.end === piece.start) return open;
  if (open.text === '') return { text: text.slice(piece.start, piece.end), ...piece };
  return { text: `${open.text} ${text.slice(piece.start, piece.end)}`, start: open.start, end: piece.end };
}

function readRow(
  lines: ScannedText,
  row: JoinedRow,
  header: readonly Column[] | null,
  completed: boolean,
  named: boolean,
): Entry | null {
  const { cells } = row;
  const columns = columnsFor(cells, header);
  const cell = (column: Column): Cell | null => {
    const at = columns.indexOf(column);
    return at === -1 ? null : (cells[at] ?? null);
  };
  const id = cell('id');
  const title = cell('title');
  if (id === null || title === null || id.text === '' || title.text === '' || cells.length < 3) return null;
  if (!named && (id.text.length > 40 || !/\d/.test(id.text))) return null;
  const status = cell('status');
  const archived = status === null && (columns.includes('date') || completed);
  if (status === null && !archived) return null;
  const problem = cell('problem');
  const tech = cell('tech');
  const priority = cell('priority');
  const points = cell('points');
  const dependencies = cell('dependencies');
  const date = cell('date');
  // A PRD is linked in the dependency column now and then.
  const prd = /(?:^|[\s`(])([^\s`()]*\bPRD[-_][^\s`()]*\.md)\b/.exec(dependencies?.text ?? '')?.[1] ?? null;
  const number = /^\W*(\d+(?:\.\d+)?)\b/.exec(points?.text ?? '')?.[1];
  const known = status === null ? null : classifyStatus(status.text);
  const written = status === null || status.text === '' ? null : status.text;
  return {
    form: archived ? 'archive' : 'row',
    id: plainText(id.text),
    title: plainText(title.text),
    titleSpan: title.span,
    line: row.line,
    lastLine: row.lastLine,
    site: status === null ? null : { form: 'cell', span: status.span, text: written, status: known },
    status: archived ? 'done' : (known ?? 'open'),
    statusText: archived ? null : written,
    draft: {
      ...(priority === null || priority.text === ''
        ? {}
        : { priority: { value: plainText(priority.text), text: priority.text, span: priority.span } }),
      ...(points === null || number === undefined
        ? {}
        : { points: { value: Number(number), text: points.text, span: points.span } }),
      ...(problem === null || problem.text === '' ? {} : { description: plainText(problem.text) }),
      ...(dependencies === null
        ? {}
        : {
            dependencies: readDependencies(
              lines.index.text.slice(dependencies.span.start, dependencies.span.end).replace(/[\r\n]/g, ' '),
              dependencies.span.start,
            ),
            dependencySite: dependencies.span,
          }),
      ...(prd === null ? {} : { prd }),
      ...(date === null || date.text === ''
        ? {}
        : { dates: { completion_date: { value: date.text, text: date.text, span: date.span } } }),
    },
    about: [title.text, problem?.text ?? '', tech?.text ?? ''].join(' '),
  };
}

function columnsFor(cells: readonly Cell[], header: readonly Column[] | null): readonly Column[] {
  if (header !== null && (cells.length === header.length || Math.abs(cells.length - header.length) <= 3)) return header;
  if (cells.length === ARCHIVE.length && /^\d{4}-\d\d/.test(cells[2]?.text ?? '')) return ARCHIVE;
  if (classifyStatus(cells[4]?.text ?? '') !== null) return LIVE;
  const at = cells.findIndex(
    (cell, column) => column >= 2 && cell.text.length <= 40 && classifyStatus(cell.text) !== null,
  );
  if (at === -1) return cells.length >= 5 ? LIVE : [];
  return cells.map((_, column): Column =>
    column === 0 ? 'id' : column === 1 ? 'title' : column === at ? 'status' : 'other',
  );
}

function ink(text: string, from: number, to: number): Span {
  let start = Math.min(from, to);
  let end = to;
  while (start < end && /\s/.test(text[start] ?? '')) start += 1;
  while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return { start, end };
}
