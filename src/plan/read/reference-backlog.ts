// The reference project's backlog: table rows, archive rows, lane, queue and roadmap bullets, item headings, and the
// comment metadata under them. One item per id and title, with all its places.
import type { Item, PlanDocument } from '../../model/plan';
import type { SourceText } from '../../model/text';
import { plainHyphens } from '../graph/ids';
import type { Dialect, ReadContext } from './dialect';
import { KeyMaker, makeItem } from './item';
import { readBullets, readItemHeadings } from './reference-bullets';
import { BACKLOG_ID, type Entry } from './reference-entry';
import { titlesAbove } from './reference-find-tasks';
import { readHeader } from './reference-header';
import { groupEntries, mergedDraft, reportIdentity } from './reference-identity';
import { cleanTitle } from './reference-phases';
import { ProblemList } from './reference-problems';
import { readRows, type RowReading, type RowsBefore } from './reference-rows';
import { settlePlaces, type Placed, type PlacesBefore } from './reference-settle';
import { lastInkLine } from './reference-task-item';
import { cutSections, scanLines, type ScannedText, type Section } from './sections';
import { SiteBook, suffixSite } from './status-sites';
import { runThrough, type Steps } from './steps';
import { isCommonFile } from './task-sections';
import { Unchanged } from './unchanged';

const MENTION = new RegExp(
  String.raw`^ {0,3}(?:\|{1,2}[ \t]*|[-*+][ \t]+(?:\[.\][ \t]+)?(?:\*\*)?|#{2,4}[ \t]+(?:\*\*)?)(?:${BACKLOG_ID})[^\n]{3}`,
  'gm',
);
const STATUS_TABLE = /\|[^|\n]*\bID\b[^|\n]*\|[^\n]*\|\s*Status\s*\|/i;
/** Other tables put the id elsewhere than first. */
const STATUS_TABLE_ANYHOW = /^ {0,3}(?=[^\n]*\|\s*ID\s*\|)(?=[^\n]*\|\s*Status\s*\|)\|/im;
const ROW_ANYHOW = new RegExp(String.raw`^ {0,3}\|[^\n]*\|[ \t]*(?:\*\*)?${BACKLOG_ID}(?:\*\*)?[ \t]*\|`, 'gm');
const LANE = /\blanes?\b|\bqueue\b/i;

export const referenceBacklog: Dialect = {
  id: 'reference-backlog',
  claim(source) {
    if (!/\.(?:md|markdown|mdown)$/i.test(source.path) || isCommonFile(source.path)) return 0;
    const name = source.path.slice(source.path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    const named = /^(?:\d+[_-])?backlog(?:[-_.\d]|$)|[-_.]?backlog$/i.test(name);
    const titled = /\bbacklog\b/i.test(/^#\s+([^\n]{1,200})/m.exec(source.text.slice(0, 20_000))?.[1] ?? '');
    // A backlog that nothing stands in yet is one: the table says what it is for.
    const anyhow = STATUS_TABLE_ANYHOW.test(source.text);
    const statusTable = anyhow || STATUS_TABLE.test(source.text);
    if (named && titled && statusTable) return 1;
    if (!named && !titled && !statusTable) return 0;
    let [rows, others] = [0, 0];
    for (const [mention] of source.text.matchAll(MENTION)) {
      if (mention.trimStart().startsWith('|')) rows += 1;
      else others += 1;
      if (named && titled && (rows >= 1 || others >= 2)) return 1;
      if (rows + others >= 200) break;
    }
    if (anyhow && rows < 2) for (const _ of source.text.matchAll(ROW_ANYHOW)) if ((rows += 1) >= 3) break;
    if (named && titled && rows >= 1) return 1;
    if (named && (rows >= 2 || others >= 3)) return 0.95;
    if (titled && (rows >= 2 || (statusTable && rows >= 1))) return 0.75;
    return statusTable && rows >= 2 ? 0.65 : 0;
  },
  read: (source, context) => runThrough(readInSteps(source, context)),
  readInSteps,
};

function* readInSteps(source: SourceText, context: ReadContext): Steps<PlanDocument> {
  const lines = scanLines(source.text);
  const sections = cutSections(lines);
  const problems = new ProblemList(source.path, lines.index);
  const trail = (context.before == null ? undefined : trails.get(context.before)) ?? null;
  const unchanged = trail === null ? null : new Unchanged(trail.lines, lines);
  const again = trail === null || unchanged === null ? null : { ...trail, unchanged };
  const { placed, rows } = yield* readEntries(lines, sections, problems, again);
  const places = yield* settlePlaces(lines, placed, problems, again === null ? null : { ...again, rows: rows.reused });
  const drafts = new Map<Entry, Partial<Item>>();
  const settled: Entry[] = [];
  const ends = new Map<Entry, number>();
  for (const { entry, draft, end } of places) {
    drafts.set(entry, draft);
    ends.set(entry, end);
    settled.push(entry);
  }
  const groups = groupEntries(settled);
  reportIdentity(groups, problems);
  const book = new SiteBook();
  for (const entry of settled) if (entry.site !== null) book.see(entry.site);
  const keys = new KeyMaker();
  const lanes = laneItems(source.path, lines, sections, settled, keys);
  const items: Item[] = [...lanes.items];
  for (const group of groups) {
    if (items.length % 64 === 63) yield;
    const { primary } = group;
    const start = lines.index.start(primary.line);
    const lane = group.entries.map((entry) => lanes.keyAt(entry)).find((key) => key !== null) ?? null;
    items.push(
      makeItem(keys, {
        ...mergedDraft(group, drafts),
        path: source.path,
        id: primary.id,
        title: primary.title,
        kind: 'backlog-item',
        status: primary.status,
        statusText: primary.statusText,
        statusSite: primary.site === null ? null : book.site(primary.site),
        line: primary.line,
        span: { start, end: Math.max(start, lines.index.end(ends.get(primary) ?? primary.lastLine)) },
        titleSpan: primary.titleSpan,
        parent: lane,
        occurrences: group.entries.map(({ line, form, status, statusText, title }) => ({
          line,
          form,
          status,
          statusText,
          title,
        })),
      }),
    );
  }
  const header = readHeader(source.path, lines, sections, () => true);
  const last = settled.filter((entry) => entry.form === 'row').at(-1);
  const document: PlanDocument = {
    path: source.path,
    dialect: 'reference-backlog',
    kind: 'backlog',
    title: header.title,
    items,
    claimed: null,
    problems: problems.all(),
    belongsTo: null,
    appendSite: last === undefined ? null : lines.index.end(ends.get(last) ?? last.lastLine),
    status: null,
  };
  trails.set(document, { lines, kept: rows.kept, places: new Map(places.map((place) => [place.entry.line, place])) });
  return document;
}

/** What a reading leaves for the next one of the same document, as long as somebody holds the document. */
interface Trail {
  readonly lines: ScannedText;
  readonly kept: RowReading['kept'];
  readonly places: PlacesBefore['places'];
}

const trails = new WeakMap<PlanDocument, Trail>();

/** All places in document order with the lines up to the next place or section. */
function* readEntries(
  lines: ScannedText,
  sections: readonly Section[],
  problems: ProblemList,
  before: RowsBefore | null,
): Steps<{ readonly placed: readonly Placed[]; readonly rows: RowReading }> {
  const rows = yield* readRows(lines, problems, before);
  yield;
  const headings = readItemHeadings(lines, sections);
  const bySection = new Map(headings.map(({ entry, section }) => [entry, section]));
  const bullets = readBullets(lines, sections).filter((entry) => !rows.continued.has(entry.line));
  const all = [...rows.entries, ...headings.map(({ entry }) => entry), ...bullets].sort((a, b) => a.line - b.line);
  const headingLines = sections.filter((section) => section.line > 0);
  let at = 0;
  const placed = all.map((entry, position) => {
    const following = (all[position + 1]?.line ?? lines.index.count + 1) - 1;
    while (at < headingLines.length && (headingLines[at]?.line ?? 0) <= entry.line) at += 1;
    const section = bySection.get(entry);
    const stop =
      section === undefined
        ? (headingLines[at]?.line ?? lines.index.count + 1) - 1
        : (sections[section]?.end ?? lines.index.count);
    return { entry, from: entry.lastLine + 1, to: Math.min(following, stop) };
  });
  return { placed, rows };
}

/** Lanes and queues that hold items, as their parents. */
function laneItems(
  path: string,
  lines: ScannedText,
  sections: readonly Section[],
  entries: readonly Entry[],
  keys: KeyMaker,
): { items: readonly Item[]; keyAt(entry: Entry): string | null } {
  const { index } = lines;
  // The deepest lane around each section: its own heading or the lane of the section above.
  const around: number[] = [];
  for (const [at, section] of sections.entries()) {
    const raw = index.text.slice(section.title.start, Math.min(section.title.end, section.title.start + 300));
    around.push(section.depth >= 2 && LANE.test(raw) ? at : (around[section.parent] ?? -1));
  }
  const laneOf = new Map<number, number>();
  let at = 0;
  for (const entry of entries) {
    while (at + 1 < sections.length && (sections[at + 1]?.line ?? 0) <= entry.line) at += 1;
    const lane = around[at] ?? -1;
    if (lane !== -1 && (entry.form === 'lane' || entry.form === 'queue')) laneOf.set(entry.line, lane);
  }
  const items: Item[] = [];
  const keyOf = new Map<number, string>();
  for (const lane of [...new Set(laneOf.values())].sort((a, b) => a - b)) {
    const section = sections[lane];
    if (section === undefined) continue;
    const site = suffixSite(index.text, section.title);
    const titleSpan = { start: section.title.start, end: Math.max(section.title.start, site.span.start) };
    const title = cleanTitle(plainHyphens(index.text.slice(titleSpan.start, titleSpan.end)));
    const last = Math.max(section.line, lastInkLine(lines, section.from, section.end));
    const item = makeItem(keys, {
      path,
      title: title === '' ? 'Lane' : title,
      kind: 'lane',
      line: section.line,
      span: { start: index.start(section.line), end: index.end(last) },
      titleSpan,
      headings: titlesAbove(lines, sections, section.parent),
    });
    items.push(item);
    keyOf.set(lane, item.key);
  }
  return { items, keyAt: (entry) => keyOf.get(laneOf.get(entry.line) ?? -1) ?? null };
}
