// What a backlog says about one item, as words for a PRD: cells of its row, comments under it, fields of its body.
// Nothing is concluded here; what the author did not write is absent.
import type { Item, PlanDocument } from '../../model/plan';
import { plainText } from '../read/markdown';

export interface Said {
  readonly text: string;
  /** 1-based line of its document. */
  readonly line: number;
}

export interface ItemFacts {
  readonly id: string | null;
  readonly title: string;
  readonly path: string;
  readonly line: number;
  readonly points: number | null;
  readonly score: number | null;
  readonly priority: string | null;
  readonly lane: string | null;
  readonly hours: number | null;
  readonly dependencies: readonly string[];
  readonly criteria: readonly Said[];
  /** By plain name: problem, outcome, tech_footprint, do_next, implementation_plan, risk_level … */
  readonly notes: ReadonlyMap<string, Said>;
}

const COMMENT = /<!--\s*([A-Za-z][\w ]{1,40}?)\s*:\s*([\s\S]*?)-->/g;
/** Backlog.md's own section. */
const PLAN_SECTION = /<!-- SECTION:PLAN:BEGIN -->\s*([\s\S]*?)<!-- SECTION:PLAN:END -->/;
const NONE = /^(?:none|n\/?a|-+|—|tbd|\[\]|)$/i;
/** Names of one thing under one name. */
const ALIAS: Readonly<Record<string, string>> = {
  problem_outcome: 'problem',
  tech: 'tech_footprint',
  technical_approach: 'tech_footprint',
  next: 'do_next',
  risks: 'risk_level',
  expected_outcome: 'outcome',
};

export function itemFacts(document: PlanDocument, text: string, item: Item): ItemFacts {
  const notes = new Map<string, Said>();
  const note = (name: string, value: string, offset: number): void => {
    const key = ALIAS[name] ?? name;
    const clean = value.trim();
    if (!NONE.test(clean) && !notes.has(key)) notes.set(key, { text: clean, line: lineAt(text, offset) });
  };
  for (const place of spansOf(document, text, item)) {
    const body = text.slice(place.start, place.end);
    const plan = document.dialect === 'backlog-md' ? PLAN_SECTION.exec(body) : null;
    if (plan?.[1] !== undefined) note('implementation_plan', plan[1], place.start + plan.index);
    for (const match of body.matchAll(COMMENT)) {
      const value = match[2] ?? '';
      note((match[1] ?? '').toLowerCase().replaceAll(' ', '_'), value, place.start + match.index);
    }
    for (const [name, value] of cells(text, place.start, body)) note(name, value, place.start);
    for (const match of body.matchAll(/^\s*(?:[-*+]\s+)?\*\*([A-Z][\w /-]{2,40}?)(?::\*\*|\*\*:)[\t ]+([^\n]+)$/gm)) {
      const name = (match[1] ?? '').toLowerCase().replace(/[^a-z]+/g, '_');
      note(name, plainText((match[2] ?? '').trim()), place.start + match.index);
    }
  }
  if (item.description !== null) note('problem', item.description, item.span.start);
  const hours = /\d+(?:\.\d+)?/.exec(notes.get('est_hours')?.text ?? item.estimate?.text ?? '');
  const lane = item.parent === null ? null : (document.items.find((each) => each.key === item.parent)?.title ?? null);
  return {
    id: item.id,
    title: item.title,
    path: item.path,
    line: item.line,
    points: item.points?.value ?? null,
    score: item.score?.value ?? null,
    priority: item.priority?.text ?? null,
    lane,
    hours: hours === null ? null : Number(hours[0]),
    dependencies: [
      ...new Set(item.dependencies.filter((each) => each.kind !== 'blocks').map((each) => each.text.trim())),
    ].filter((each) => !NONE.test(each)),
    criteria: [
      // Readers keep the comment as one criterion; here it is one for each of its lines.
      ...item.criteria
        .filter((each) => bare(each.text) !== bare(notes.get('acceptance')?.text ?? ''))
        .map(({ text: said, line }) => ({ text: said, line })),
      ...acceptanceNotes(notes.get('acceptance')),
    ],
    notes,
  };
}

/** The item's places in full: the primary one, and its headings and bullets with their bodies. */
function spansOf(
  document: PlanDocument,
  text: string,
  item: Item,
): readonly { readonly start: number; readonly end: number }[] {
  const spans = [{ start: item.span.start, end: item.span.end }];
  for (const place of item.occurrences) {
    if (place.line === item.line || place.form === 'lane' || place.form === 'queue') continue;
    const start = offsetOf(text, place.line);
    const next = document.items.map((each) => each.span.start).filter((at) => at > start);
    const end = Math.min(...next, text.length, start + 20_000);
    spans.push({
      start,
      end: place.form === 'heading' ? end : Math.min(end, text.indexOf('\n', start) + 1 || text.length),
    });
  }
  return spans;
}

const bare = (text: string): string => text.replaceAll(/\s+/g, '');

const acceptanceNotes = (said: Said | undefined): readonly Said[] =>
  (said?.text ?? '')
    .split(/\r?\n|;\s+/)
    .map((line) => line.replace(/^\s*[-*+]\s+(?:\[.\]\s+)?/, '').trim())
    .filter((line) => line !== '')
    .map((line) => ({ text: line, line: said?.line ?? 1 }));

const LIVE = ['id', 'title', 'priority', 'points', 'status', 'problem', 'tech', 'dependencies'];

/** Problem and tech cells of a row, by the table's own header or the usual order. */
function cells(text: string, start: number, body: string): readonly (readonly [string, string])[] {
  if (!/^[\t ]*\|/.test(body)) return [];
  const row = splitRow(rowAlone(body.split(/\n\s*<!--/)[0]?.replaceAll(/\r?\n/g, ' ') ?? ''));
  const headers = [...text.slice(0, start).matchAll(/^[\t ]*\|[^\n]*\bTitle\b[^\n]*\|/gim)].map((match) =>
    splitRow(match[0]).map((cell) => cell.toLowerCase()),
  );
  const header = headers.findLast((each) => each.length === row.length) ?? (row.length === LIVE.length ? LIVE : []);
  return header.flatMap((name, at): readonly (readonly [string, string])[] => {
    const value = plainText(row[at] ?? '');
    if (name.startsWith('problem') || name === 'outcome' || name === 'description') return [['problem', value]];
    if (name.startsWith('tech')) return [['tech_footprint', value]];
    return [];
  });
}

/** A row without the comments behind its last pipe. */
export const rowAlone = (row: string): string => row.replace(/\|(?:[\t ]*<!--.*?-->)+\s*$/, '|');

const splitRow = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\|+|\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function offsetOf(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}
