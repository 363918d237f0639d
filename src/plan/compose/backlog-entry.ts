// A new item in a backlog document: a row in the columns of its table, and a bullet in its lane, in the words used there.
import type { PlanDocument, Item } from '../../model/plan';
import type { TextEdit } from '../../model/text';
import { plainHyphens } from '../graph/ids';
import { rowAlone } from './item-facts';
import { notesBehindRows } from '../write/field-edits';
import { endOfLine, insertLines, startOfLine } from '../write/text-edits';
import { oneLine } from '../write/task-text';

export interface NewItem {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  /** null: not known, nothing is written about it. */
  readonly score: number | null;
  readonly problem: string | null;
  readonly dependsOn: readonly string[];
  /** What must be true at the end, one line each. */
  readonly acceptance: readonly string[];
  /** The way there, one line each. */
  readonly steps: readonly string[];
  /** "P0", "P1", "P2" or the lane's title; null: by score. */
  readonly lane: string | null;
}

/** A lane and the score from which a new item goes there. */
export interface LaneRule {
  readonly name: string;
  readonly from: number;
}
const LANES: readonly LaneRule[] = [
  { name: 'P0', from: 5 },
  { name: 'P1', from: 3 },
  { name: 'P2', from: 0 },
];

/** The lane of a score: the highest it reaches; an unknown score goes to the lowest. */
function laneOf(score: number | null, lanes: readonly LaneRule[]): string {
  const ranked = [...lanes].sort((a, b) => b.from - a.from);
  const fitting = score === null ? undefined : ranked.find((lane) => score >= lane.from);
  return (fitting ?? ranked.at(-1))?.name ?? '';
}

/** Edits of `text`; null: it has neither a table nor lanes nor a list to put it in. `document` null: no item stands there yet. */
export function addToBacklog(
  document: PlanDocument | null,
  text: string,
  item: NewItem,
  lanes: readonly LaneRule[] = LANES,
): readonly TextEdit[] | null {
  const row = rowEdit(document, text, item);
  const lane = laneEdit(document, text, item, lanes);
  const edits = [row, lane].filter((edit) => edit !== null);
  return edits.length === 0 ? null : edits;
}

/** 🔥 from 5, ⭐ from 3, 📈 from 1.5, else 🔧: the backlog guide's bands; an unknown score gets no more than 🔧. */
function prioritySign(score: number | null): string {
  if (score === null) return '🔧';
  return score >= 5 ? '🔥' : score >= 3 ? '⭐' : score >= 1.5 ? '📈' : '🔧';
}

interface Table {
  readonly columns: readonly string[];
  /** Offset behind the rule line. */
  readonly ruleEnd: number;
}

function rowEdit(document: PlanDocument | null, text: string, item: NewItem): TextEdit | null {
  const rows = rowsOf(document);
  const last = rows.at(-1);
  const table = last === undefined ? tablesOf(text).find(isLive) : tableAbove(text, last);
  if (table === undefined) return null;
  const words = document?.items.find((each) => each.statusSite !== null)?.statusSite?.words;
  const cells = table.columns.map((column) => cellOf(column, item, words?.open ?? 'todo'));
  const row = `| ${cells.join(' | ')} |`;
  const notes: string[][] = [];
  // Only where this backlog keeps its scores in comments under the row, or has no row yet to show its manner.
  const scored = last === undefined || /<!--\s*score_total\s*:/.test(text);
  if (item.score !== null && scored) notes.push([`score_total: ${formatScore(item.score)}`]);
  const safe = (line: string): string => oneLine(line).replaceAll('--', '—');
  if (item.acceptance.length > 0) notes.push(['acceptance:', ...item.acceptance.map((each) => `- ${safe(each)}`)]);
  if (item.steps.length > 0)
    notes.push(['implementation_plan:', ...item.steps.map((step, at) => `${at + 1}. ${safe(step)}`)]);
  const end = last === undefined ? table.ruleEnd : lastInk(text, last);
  if (notesBehindRows(text, '')) return insertLines(text, end, [[row, ...notes.map(noteInRow)].join(' ')]);
  return insertLines(text, end, [
    row,
    ...notes.flatMap(([name = '', ...list]) =>
      list.length === 0 ? [`<!-- ${name} -->`] : [`<!-- ${name}`, ...list, '-->'],
    ),
  ]);
}

/** A note on the line of its row: the entries of a list divided by semicolons. */
const noteInRow = ([name = '', ...list]: readonly string[]): string =>
  `<!-- ${[name, list.map((entry) => entry.replace(/^- /, '').replaceAll(/;\s+/g, ', ')).join('; ')].join(' ').trim()} -->`;

const rowsOf = (document: PlanDocument | null): readonly Item[] =>
  (document?.items ?? []).filter(
    (each) =>
      each.occurrences[0]?.form === 'row' ||
      each.occurrences.some((place) => place.form === 'row' && place.line === each.line),
  );

const lastInk = (text: string, item: Item): number =>
  item.span.start + text.slice(item.span.start, item.span.end).trimEnd().length;

const cellsOf = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\|+|\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** Tables with an id and a title column, wherever they stand. */
function tablesOf(text: string): readonly Table[] {
  const found: Table[] = [];
  for (const match of text.matchAll(/^[\t ]*\|[^\n]*\r?\n[\t ]*\|[\s:|-]+\|[\t ]*$/gm)) {
    const columns = cellsOf(match[0].split('\n')[0] ?? '').map((cell) => cell.toLowerCase());
    if (columns.includes('id') && columns.includes('title'))
      found.push({ columns, ruleEnd: match.index + match[0].trimEnd().length });
  }
  return found;
}

const isLive = (table: Table): boolean =>
  table.columns.includes('status') || !table.columns.some((column) => /date|completed/.test(column));

const LIVE_COLUMNS = ['id', 'title', 'priority', 'points', 'status', 'problem', 'tech', 'dependencies'];

/** The columns a row stands in: those of the nearest table above with as many cells; the usual eight where there is none. */
function tableAbove(text: string, row: Item): Table | undefined {
  const start = startOfLine(text, row.span.start);
  const count = cellsOf(rowAlone(text.slice(start, endOfLine(text, start)))).length;
  const above = tablesOf(text).filter((table) => table.ruleEnd <= row.span.start && isLive(table));
  const fitting = above.filter((table) => table.columns.length === count).at(-1);
  if (fitting !== undefined) return fitting;
  return {
    columns:
      count >= LIVE_COLUMNS.length || above.length === 0 ? LIVE_COLUMNS : (above.at(-1)?.columns ?? LIVE_COLUMNS),
    ruleEnd: row.span.start,
  };
}

function cellOf(column: string, item: NewItem, open: string): string {
  const safe = (value: string): string => oneLine(value).replaceAll(/(?<!\\)\|/g, '\\|');
  if (column === 'id') return item.id;
  if (column === 'title') return safe(item.title);
  if (/status|state/.test(column)) return open;
  if (/points|pts|size/.test(column)) return String(item.points);
  if (/priority|prio|🔥|^p$/u.test(column)) return prioritySign(item.score);
  if (/problem|outcome|description/.test(column)) return item.problem === null ? '—' : safe(item.problem);
  if (/dep|blocked by/.test(column)) return item.dependsOn.length === 0 ? 'None' : item.dependsOn.map(safe).join(', ');
  if (/score/.test(column)) return item.score === null ? '' : formatScore(item.score);
  return 'None';
}

const formatScore = (score: number): string => (Number.isInteger(score * 10) ? score.toFixed(1) : String(score));

interface Lane {
  readonly name: string;
  /** Offset behind the heading's last character. */
  readonly headingEnd: number;
  /** Last bullet's line end, null: the lane is empty. */
  readonly bulletEnd: number | null;
  readonly bullet: string | null;
}

function laneEdit(
  document: PlanDocument | null,
  text: string,
  item: NewItem,
  rules: readonly LaneRule[],
): TextEdit | null {
  const lanes = lanesOf(text);
  const wanted = item.lane ?? laneOf(item.score, rules);
  const lane =
    lanes.find((each) => new RegExp(`\\b${escape(wanted)}\\b`, 'i').test(each.name)) ??
    (item.lane === null ? lanes.at(-1) : undefined);
  if (lane !== undefined) {
    const bullet = bulletLike(lane.bullet ?? lanes.find((each) => each.bullet !== null)?.bullet ?? null, item);
    if (lane.bulletEnd !== null) return insertLines(text, lane.bulletEnd, [bullet]);
    return insertLines(text, lane.headingEnd, ['', bullet]);
  }
  // A backlog that is nothing but a list of bullets.
  const bullets = (document?.items ?? []).filter((each) => each.kind === 'backlog-item');
  if (rowsOf(document).length > 0 || tablesOf(text).length > 0) return null;
  const last = bullets
    .filter((each) => /^\s*[-*+]\s/.test(text.slice(startOfLine(text, each.span.start), each.span.end)))
    .at(-1);
  if (last === undefined) return null;
  const start = startOfLine(text, last.span.start);
  return insertLines(text, lastInk(text, last), [bulletLike(text.slice(start, endOfLine(text, start)), item)]);
}

const escape = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

function lanesOf(text: string): readonly Lane[] {
  const found: Lane[] = [];
  for (const match of text.matchAll(/^#{2,6}[\t ]+([^\n]*\bLane\b[^\r\n]*?)[\t ]*$/gimu)) {
    const headingEnd = match.index + match[0].trimEnd().length;
    const body = text.slice(headingEnd);
    const next = /\n#{1,6}[\t ]/.exec(body);
    const within = body.slice(0, next?.index ?? body.length);
    let last: RegExpExecArray | null = null;
    for (const bullet of within.matchAll(/^[-*+][\t ]+[^\r\n]*/gm)) last = bullet;
    found.push({
      name: match[1] ?? '',
      headingEnd,
      bulletEnd: last === null ? null : headingEnd + endOfEntry(within, last.index),
      bullet: last?.[0] ?? null,
    });
  }
  return found;
}

/** End of a bullet with the indented and comment lines under it. */
function endOfEntry(text: string, at: number): number {
  let end = endOfLine(text, at);
  for (;;) {
    const next = text.indexOf('\n', end) + 1;
    if (next === 0 || !/^(?:[\t ]+\S|<!--)/.test(text.slice(next, next + 40))) return end;
    end = endOfLine(text, next);
  }
}

/** "- B-001 — Title (score 7.0)" with its mark, boldness and dash as the neighbour has them. */
function bulletLike(neighbour: string | null, item: NewItem): string {
  const shape = /^([-*+])[\t ]+(\*\*)?[A-Z]{1,5}-[\w-]+(\*\*)?(:?[\t ]*[\u2010-\u2015:-]?[\t ]*)/.exec(
    neighbour === null ? '' : plainHyphens(neighbour),
  );
  const mark = shape?.[1] ?? '-';
  const separator =
    neighbour === null || shape?.[4] === undefined
      ? ' — '
      : neighbour.slice(shape[0].length - shape[4].length, shape[0].length);
  const bold = shape?.[2] === undefined ? '' : '**';
  const name =
    bold === '' || shape?.[3] === undefined
      ? `${bold}${item.id}${separator}${oneLine(item.title)}${bold}`
      : `**${item.id}**${separator}${oneLine(item.title)}`;
  return `${mark} ${name}${item.score === null ? '' : ` (score ${formatScore(item.score)})`}`;
}
