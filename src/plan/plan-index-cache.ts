// A reading as a short text to keep between sessions. Thousands of items are unpacked at every start, so they are rows
// of plain values: what is the same for all is left out, what repeats is named once.
import type { Item, ItemKind, Occurrence, PlanDocument, PlanStatus, StatusSite } from '../model/plan';
import { PLAN_STATUSES } from '../model/plan';
import { normalId } from './graph/ids';

/** A reading with the side files it depended on (path → hash, null for absent). document null: no plan. */
export interface Reading {
  readonly document: PlanDocument | null;
  readonly sides: Readonly<Record<string, string | null>>;
}

const FORMAT = 2;

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
  'doNext',
  'commands',
  'criteria',
  'gates',
  'tests',
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

/** key without path, id, title, kind, line, span and title span, status, status text, site or 0, parent or -1, places, rare fields or 0. */
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
];

interface Payload {
  readonly format: number;
  readonly sides: Reading['sides'];
  readonly words: readonly StatusSite['words'][];
  readonly document: (Omit<PlanDocument, 'items'> & { readonly items: readonly Row[] }) | null;
}

export function packReading(reading: Reading): string {
  const { document, sides } = reading;
  if (document === null) return JSON.stringify({ format: FORMAT, sides, words: [], document: null });
  const words = new Map<string, number>();
  const order = new Map(document.items.map((item, at) => [item.key, at]));
  const items = document.items.map((item) => packItem(item, words, order));
  const payload: Payload = {
    format: FORMAT,
    sides,
    words: [...words.keys()].map((each) => JSON.parse(each) as StatusSite['words']),
    document: { ...document, items },
  };
  return JSON.stringify(payload);
}

/** null: it was written by another version, or is damaged. */
export function unpackReading(payload: string, path: string): Reading | null {
  try {
    const { format, sides, words, document } = JSON.parse(payload) as Payload;
    if (format !== FORMAT || typeof sides !== 'object' || sides === null) return null;
    if (document === null) return { document, sides };
    if (document.path !== path) return null;
    const keys = document.items.map((row) => path + row[0]);
    return {
      document: { ...document, items: document.items.map((row, at) => unpackItem(row, at, path, keys, words)) },
      sides,
    };
  } catch {
    return null;
  }
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
  ];
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
    doNext: rare.doNext ?? null,
    commands: rare.commands ?? NONE,
    criteria: rare.criteria ?? NONE,
    gates: rare.gates ?? NONE,
    tests: rare.tests ?? NONE,
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
