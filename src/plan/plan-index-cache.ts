// A reading as a short text to keep between sessions: fields without a value are left out, the path is not repeated.
import type { Item, PlanDocument } from '../model/plan';

/** A reading with the side files it depended on (path → hash, null for absent). document null: no plan. */
export interface Reading {
  readonly document: PlanDocument | null;
  readonly sides: Readonly<Record<string, string | null>>;
}

const FORMAT = 1;

/** What an item is when its reader found nothing. */
const NEUTRAL = {
  id: null,
  normalId: null,
  status: 'open',
  statusText: null,
  statusSite: null,
  parent: null,
  priority: null,
  moscow: null,
  points: null,
  score: null,
  scoreParts: null,
  estimate: null,
  dependencies: [],
  dependencySite: null,
  autoAdvance: null,
  pauseAfter: null,
  smartPause: null,
  readyPrompt: null,
  commands: [],
  criteria: [],
  gates: [],
  tests: [],
  description: null,
  owner: null,
  humanRequired: false,
  type: null,
  prd: null,
  dates: {},
  progress: null,
  parallel: false,
  optional: false,
  labels: [],
} as const satisfies Partial<Item>;
const FIELDS = Object.keys(NEUTRAL) as readonly (keyof typeof NEUTRAL)[];

type Packed = Partial<Item> & Pick<Item, 'key' | 'title' | 'kind' | 'line' | 'span' | 'titleSpan'>;

interface Payload {
  readonly format: number;
  readonly sides: Reading['sides'];
  readonly document: (Omit<PlanDocument, 'items'> & { readonly items: readonly Packed[] }) | null;
}

export function packReading(reading: Reading): string {
  const { document, sides } = reading;
  const payload: Payload = {
    format: FORMAT,
    sides,
    document: document === null ? null : { ...document, items: document.items.map((item) => packItem(item)) },
  };
  return JSON.stringify(payload);
}

/** null: it was written by another version, or is damaged. */
export function unpackReading(payload: string, path: string): Reading | null {
  try {
    const { format, sides, document } = JSON.parse(payload) as Payload;
    if (format !== FORMAT || typeof sides !== 'object' || sides === null) return null;
    if (document === null) return { document, sides };
    if (!Array.isArray(document.items) || document.path !== path) return null;
    const items: readonly Packed[] = document.items;
    return { document: { ...document, items: items.map((item) => unpackItem(item, path)) }, sides };
  } catch {
    return null;
  }
}

function packItem(item: Item): Packed {
  const packed: Record<string, unknown> = {
    key: item.key.slice(item.path.length),
    title: item.title,
    kind: item.kind,
    line: item.line,
    span: item.span,
    titleSpan: item.titleSpan,
  };
  for (const field of FIELDS) if (!isNeutral(item[field], NEUTRAL[field])) packed[field] = item[field];
  if (item.parent !== null) packed['parent'] = item.parent.slice(item.path.length);
  if (!isPlainOccurrence(item)) packed['occurrences'] = item.occurrences;
  return packed as Packed;
}

function isNeutral(value: unknown, neutral: unknown): boolean {
  if (value === neutral) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && typeof neutral === 'object' && neutral !== null
    ? Object.keys(value).length === 0
    : false;
}

function isPlainOccurrence(item: Item): boolean {
  const [place] = item.occurrences;
  return (
    item.occurrences.length === 1 &&
    place !== undefined &&
    place.line === item.line &&
    place.form === item.kind &&
    place.status === item.status &&
    place.statusText === item.statusText &&
    place.title === item.title
  );
}

function unpackItem(packed: Packed, path: string): Item {
  const { line, kind, title } = packed;
  const status = packed.status ?? 'open';
  const statusText = packed.statusText ?? null;
  return {
    ...NEUTRAL,
    ...packed,
    path,
    key: path + packed.key,
    parent: packed.parent == null ? null : path + packed.parent,
    occurrences: packed.occurrences ?? [{ line, form: kind, status, statusText, title }],
  };
}
