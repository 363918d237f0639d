// A reading as a short text to keep between sessions. Its items are unpacked when somebody asks for them, thousands at
// once, so they are rows of plain values: what is the same for all is left out, what repeats is named once.
import type { Criterion, Item, ItemKind, Occurrence, PlanDocument, PlanStatus, StatusSite } from '../model/plan';
import { PLAN_STATUSES } from '../model/plan';
import { normalId } from './graph/ids';

/** A reading with the side files it depended on (path → hash, null for absent). document null: no plan. */
export interface Reading {
  readonly document: PlanDocument | null;
  readonly sides: Readonly<Record<string, string | null>>;
}

const FORMAT = 3;

/** What is seldom there, by field; the rest stands in the row itself. */
const RARE = [
  'priority',
  'moscow',
  'points',
  'score',
  'scoreParts',
  'estimate',
  'dependencies',
  'dependencySite',
  'autoAdvance',
  'pauseAfter',
  'smartPause',
  'readyPrompt',
  'timeLimit',
  'doNext',
  'commands',
  'description',
  'owner',
  'humanRequired',
  'type',
  'prd',
  'dates',
  'progress',
  'parallel',
  'optional',
  'labels',
] as const satisfies readonly (keyof Item)[];

/** Many to an item: in rows as well. */
const LINES = ['criteria', 'gates', 'tests'] as const satisfies readonly (keyof Item)[];

/** text, done (-1: no box), line, place of the box or -1, command if there is one. */
type CriterionRow = readonly [text: string, done: number, line: number, start: number, end: number, command?: string];

/** key without path, id, title, kind, line, span and title span, status, status text, site or 0, parent or -1, places, rare fields or 0, criteria, gates and tests or 0. */
type Row = readonly [
  key: string,
  id: string | null,
  title: string,
  kind: ItemKind,
  line: number,
  start: number,
  end: number,
  titleStart: number,
  titleEnd: number,
  status: number,
  statusText: string | null,
  site: readonly [start: number, end: number, words: number] | 0,
  parent: number | string | null,
  places: string | readonly Occurrence[],
  rare: Partial<Item> | 0,
  lines: readonly (readonly CriterionRow[] | 0)[] | 0,
];

/** First line of a payload. */
interface Head {
  readonly format: number;
  readonly sides: Reading['sides'];
  readonly document: Omit<PlanDocument, 'items'> | null;
  /** Bytes of the second line: what was cut off is noticed before anybody asks for it. */
  readonly length: number;
}

/** Second line. */
interface Body {
  readonly words: readonly StatusSite['words'][];
  readonly items: readonly Row[];
}

export function packReading(reading: Reading): string {
  const { document, sides } = reading;
  if (document === null) return JSON.stringify({ format: FORMAT, sides, document, length: 0 } satisfies Head);
  const words = new Map<string, number>();
  const order = new Map(document.items.map((item, at) => [item.key, at]));
  const rows = document.items.map((item) => packItem(item, words, order));
  const said = [...words.keys()].map((each) => JSON.parse(each) as StatusSite['words']);
  const body = JSON.stringify({ words: said, items: rows } satisfies Body);
  const { items: _, ...rest } = document;
  const head: Head = { format: FORMAT, sides, document: rest, length: Buffer.byteLength(body) };
  return `${JSON.stringify(head)}\n${body}`;
}

const utf8 = new TextDecoder();

/** null: it was written by another version, or is damaged. The items are unpacked when they are first asked for. */
export function unpackReading(payload: string | Uint8Array, path: string): Reading | null {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  try {
    const found = bytes.indexOf(LINE_FEED);
    const end = found === -1 ? bytes.length : found;
    const { format, sides, document, length } = JSON.parse(utf8.decode(bytes.subarray(0, end))) as Head;
    if (format !== FORMAT || typeof sides !== 'object' || sides === null) return null;
    if (document === null) return { document, sides };
    if (document.path !== path || bytes.length - end - 1 !== length) return null;
    let packed: Uint8Array | null = bytes.subarray(end + 1);
    let items: readonly Item[] = NONE;
    return {
      document: {
        ...document,
        get items() {
          if (packed !== null) {
            items = unpackItems(utf8.decode(packed), path);
            packed = null;
          }
          return items;
        },
      },
      sides,
    };
  } catch {
    return null;
  }
}

const LINE_FEED = 10;

function unpackItems(packed: string, path: string): readonly Item[] {
  const { words, items } = JSON.parse(packed) as Body;
  const keys = items.map((row) => path + row[0]);
  return items.map((row, at) => unpackItem(row, at, path, keys, words));
}

function packItem(item: Item, words: Map<string, number>, order: ReadonlyMap<string, number>): Row {
  const rare: Record<string, unknown> = {};
  let any = false;
  for (const field of RARE) {
    if (isNothing(item[field])) continue;
    rare[field] = item[field];
    any = true;
  }
  const [place, ...others] = item.occurrences;
  const plain =
    place !== undefined &&
    others.length === 0 &&
    place.line === item.line &&
    place.status === item.status &&
    place.statusText === item.statusText &&
    place.title === item.title;
  return [
    item.key.slice(item.path.length),
    item.id,
    item.title,
    item.kind,
    item.line,
    item.span.start,
    item.span.end,
    item.titleSpan.start,
    item.titleSpan.end,
    PLAN_STATUSES.indexOf(item.status),
    item.statusText,
    packSite(item.statusSite, words),
    item.parent === null ? null : (order.get(item.parent) ?? item.parent),
    plain ? place.form : item.occurrences,
    any ? rare : 0,
    LINES.some((field) => item[field].length > 0) ? LINES.map((field) => packCriteria(item[field])) : 0,
  ];
}

function packCriteria(all: readonly Criterion[]): readonly CriterionRow[] | 0 {
  if (all.length === 0) return 0;
  return all.map(({ text, done, line, box, command }): CriterionRow => {
    const state = done === null ? -1 : done ? 1 : 0;
    const [start, end] = box === null ? [-1, -1] : [box.start, box.end];
    return command === null ? [text, state, line, start, end] : [text, state, line, start, end, command];
  });
}

function unpackCriteria(rows: readonly CriterionRow[] | 0 | undefined): readonly Criterion[] {
  if (rows === undefined || rows === 0) return NONE;
  return rows.map(([text, state, line, start, end, command]): Required<Criterion> => ({
    text,
    done: state === -1 ? null : state === 1,
    line,
    box: start === -1 ? null : { start, end },
    command: command ?? null,
  }));
}

function packSite(site: StatusSite | null, words: Map<string, number>): Row[11] {
  if (site === null) return 0;
  const said = JSON.stringify(site.words);
  const at = words.get(said) ?? words.size;
  words.set(said, at);
  return [site.span.start, site.span.end, at];
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const NONE: readonly never[] = Object.freeze([]);
const NO_DATES: Item['dates'] = Object.freeze({});
const NOTHING: Partial<Item> = Object.freeze({});

/** `Required`: a field that the model gets must be unpacked here, or this does not compile. */
function unpackItem(
  row: Row,
  at: number,
  path: string,
  keys: readonly string[],
  words: readonly StatusSite['words'][],
): Required<Item> {
  const [, id, title, kind, line, start, end, titleStart, titleEnd, statusAt, statusText, site, parent, places] = row;
  const status: PlanStatus = PLAN_STATUSES[statusAt] ?? 'open';
  const rare = row[14] === 0 ? NOTHING : row[14];
  const lines = row[15] === 0 ? NONE : row[15];
  const said = site === 0 ? undefined : words[site[2]];
  return {
    key: keys[at] ?? path + row[0],
    path,
    id,
    normalId: id === null ? null : normalId(id),
    title,
    kind,
    status,
    statusText,
    statusSite: site === 0 || said === undefined ? null : { span: { start: site[0], end: site[1] }, words: said },
    line,
    span: { start, end },
    titleSpan: { start: titleStart, end: titleEnd },
    occurrences: typeof places === 'string' ? [{ line, form: places, status, statusText, title }] : places,
    parent: typeof parent === 'number' ? (keys[parent] ?? null) : parent,
    priority: rare.priority ?? null,
    moscow: rare.moscow ?? null,
    points: rare.points ?? null,
    score: rare.score ?? null,
    scoreParts: rare.scoreParts ?? null,
    estimate: rare.estimate ?? null,
    dependencies: rare.dependencies ?? NONE,
    dependencySite: rare.dependencySite ?? null,
    autoAdvance: rare.autoAdvance ?? null,
    pauseAfter: rare.pauseAfter ?? null,
    smartPause: rare.smartPause ?? null,
    readyPrompt: rare.readyPrompt ?? null,
    timeLimit: rare.timeLimit ?? null,
    doNext: rare.doNext ?? null,
    commands: rare.commands ?? NONE,
    criteria: unpackCriteria(lines[0]),
    gates: unpackCriteria(lines[1]),
    tests: unpackCriteria(lines[2]),
    description: rare.description ?? null,
    owner: rare.owner ?? null,
    humanRequired: rare.humanRequired ?? false,
    type: rare.type ?? null,
    prd: rare.prd ?? null,
    dates: rare.dates ?? NO_DATES,
    progress: rare.progress ?? null,
    parallel: rare.parallel ?? false,
    optional: rare.optional ?? false,
    labels: rare.labels ?? NONE,
  };
}
