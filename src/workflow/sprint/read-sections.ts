// Reads sections "## SPRINT-001: title" and "## GOAL-001: title" of a markdown text with exact places: fields, linked ids, measures.
import type { Span, Written } from '../../model/text';

export type SectionKind = 'sprint' | 'goal';

/** A line such as "**Capacity**: 20 points". The span is the value; empty where nothing is written yet. */
export interface Field extends Written<string> {
  /** In small letters. */
  readonly name: string;
  /** The whole line without its end. */
  readonly line: Span;
  /** What stands before the name and between name and value, to write another field in the same manner. */
  readonly before: string;
  readonly after: string;
}

/** A linked item, sprint or goal. */
export interface Link {
  readonly id: string;
  /** The character in the box, where there is one. */
  readonly box: Span | null;
  readonly done: boolean | null;
  /** 1-based. */
  readonly line: number;
  readonly lineSpan: Span;
}

/** Something a goal is measured by. `current` and `target` are null where no "3 / 10" is written. */
export interface Measure {
  readonly text: string;
  readonly done: boolean | null;
  readonly current: number | null;
  readonly target: number | null;
  /** Which figures reach the target; "below" leaves out the target itself. */
  readonly better: 'higher' | 'lower' | 'below';
  /** 1-based. */
  readonly line: number;
}

export interface Section {
  readonly kind: SectionKind;
  /** As written. */
  readonly id: string;
  readonly title: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Line of the heading, without its end. */
  readonly heading: Span;
  /** Number of # of the heading. */
  readonly level: number;
  /** Heading and body, up to the next heading that is not below it. */
  readonly span: Span;
  readonly fields: readonly Field[];
  readonly links: readonly Link[];
  readonly measures: readonly Measure[];
}

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const OWN_ID = /^(?:\W*\s)?((SPRINT|GOAL)-\d+)\b[\s:—–-]*(.*)$/iu;
const FIELD =
  /^(\s*(?:[-*+]\s+)?(?:\*\*|__)?)([\p{L}][\p{L} ]{1,30}?)((?:\*\*|__)?\s*:\s*(?:\*\*|__)?[ \t]*)(.*?)\s*$/u;
const LIST = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[(.)\]\s+)?(.*)$/u;
const ROW = /^\s*\|(.*)\|\s*$/;
const ID = /(?<![\w-])((?:SPRINT|GOAL|[A-Z]{1,8})-\d+(?:\.\d+)*|T\d{3,}|Task \d+(?:\.\d+)*)(?![\w-])/gu;
const LEADING_ID = new RegExp(`^[*_\`]*${ID.source}`, 'u');
/** Parts of a section that tell about it; ids there are not its content. */
const TELLS = /carr(?:y|ied)|retro|burn|note|log\b|velocity|history|left out|excluded/i;
const LISTS_IDS = /^(?:items?|backlog items?|tasks?|sprints?|goals?|linked(?: items?| work)?|scope)$/;

/** Every sprint and goal section of a text, in its order. Text inside fences is none of it. */
export function readSections(path: string, text: string): readonly Section[] {
  const found: Draft[] = [];
  let open: Draft | null = null;
  let fence: string | null = null;
  let offset = 0;
  let line = 0;
  for (const raw of text.split('\n')) {
    line += 1;
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const span = { start: offset, end: offset + content.length };
    offset += raw.length + 1;
    const mark = /^\s*(```+|~~~+)/.exec(content)?.[1] ?? null;
    if (mark !== null && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null;
      continue;
    }
    if (fence !== null) continue;
    const heading = HEADING.exec(content);
    if (heading === null) {
      if (open !== null) readLine(open, content, span, line);
      continue;
    }
    const level = heading[1]?.length ?? 1;
    const own = OWN_ID.exec(heading[2] ?? '');
    if (open !== null && (level <= open.level || own !== null)) {
      open.end = span.start;
      open = null;
    }
    if (own === null) {
      if (open !== null) open.part = heading[2] ?? '';
      continue;
    }
    open = {
      kind: own[2]?.toUpperCase() === 'GOAL' ? 'goal' : 'sprint',
      id: own[1] ?? '',
      title: own[3] ?? '',
      line,
      heading: span,
      level,
      end: text.length,
      part: '',
      fields: [],
      links: [],
      measures: [],
    };
    found.push(open);
  }
  return found.map(({ kind, id, title, line: at, heading, level, end, fields, links, measures }) => ({
    kind,
    id,
    title,
    path,
    line: at,
    heading,
    level,
    span: { start: heading.start, end },
    fields,
    links,
    measures,
  }));
}

interface Draft {
  readonly kind: SectionKind;
  readonly id: string;
  readonly title: string;
  readonly line: number;
  readonly heading: Span;
  readonly level: number;
  end: number;
  /** Name of the sub-heading or list label that lines belong to. */
  part: string;
  readonly fields: Field[];
  readonly links: Link[];
  readonly measures: Measure[];
}

function readLine(section: Draft, content: string, span: Span, line: number): void {
  const at = { line, lineSpan: span };
  const list = LIST.exec(content);
  const body = (list?.[2] ?? ROW.exec(content)?.[1] ?? '').trim();
  const lead = LEADING_ID.exec(body)?.[1];
  if (lead !== undefined) {
    if (TELLS.test(section.part)) return;
    const character = list?.[1];
    const box =
      character === undefined
        ? null
        : { start: span.start + content.indexOf('[') + 1, end: span.start + content.indexOf(']') };
    section.links.push({ id: lead, box, done: character === undefined ? null : /x/i.test(character), ...at });
    return;
  }
  const measured = /measure|metric|success|key result/i.test(section.part);
  if (list !== null && measured) {
    section.measures.push(readMeasure(body, list[1], line));
    return;
  }
  if (list?.[1] !== undefined) return;
  const field = FIELD.exec(content);
  if (field === null) return;
  const [, before = '', name = '', after = '', value = ''] = field;
  const small = name.trim().toLowerCase();
  // A label alone opens a list; the name of a field with a value ends the list before it.
  section.part = value === '' ? name : '';
  const start = span.start + before.length + name.length + after.length;
  if (TELLS.test(name) && value === '') return;
  section.fields.push({
    name: small,
    value,
    text: value,
    span: { start, end: start + value.length },
    line: span,
    before,
    after,
  });
  if (LISTS_IDS.test(small)) {
    for (const [, id = ''] of value.matchAll(ID)) section.links.push({ id, box: null, done: null, ...at });
  } else if (small === 'goal' && section.kind === 'sprint') {
    for (const [, id = ''] of value.matchAll(/(GOAL-\d+)/gi)) section.links.push({ id, box: null, done: null, ...at });
  }
}

/** "12 / 40", "95 s / ≤ 60 s", "7 / 3 (lower is better)". */
function readMeasure(text: string, box: string | undefined, line: number): Measure {
  const figures =
    /(-?\d+(?:[.,]\d+)?)\s*[^\d\s/]{0,4}\s*\/\s*(<=|≤|<|at most|max\.?|under|below)?\s*(-?\d+(?:[.,]\d+)?)/i.exec(text);
  const number = (part: string | undefined): number | null =>
    part === undefined ? null : Number(part.replace(',', '.'));
  const sign = figures?.[2]?.toLowerCase();
  const falls = sign !== undefined || /\b(?:lower|less|fewer|smaller) is better\b|↓/i.test(text);
  return {
    text,
    done: box === undefined ? null : /x/i.test(box),
    current: number(figures?.[1]),
    target: number(figures?.[3]),
    better: !falls ? 'higher' : sign === '<' || sign === 'under' || sign === 'below' ? 'below' : 'lower',
    line,
  };
}

/** The first field of one of these names. */
export function fieldOf(section: Section, ...names: readonly string[]): Field | null {
  for (const name of names) {
    const found = section.fields.find((field) => field.name === name);
    if (found !== undefined) return found;
  }
  return null;
}

/** The first number of a field; null: no field, or none in it. */
export function numberOf(section: Section, ...names: readonly string[]): number | null {
  const found = /\d+(?:\.\d+)?/.exec(fieldOf(section, ...names)?.value ?? '')?.[0];
  return found === undefined ? null : Number(found);
}

/** The first date of a field as epoch ms at 00:00 UTC; null: none that exists. */
export function dateOf(section: Section, ...names: readonly string[]): number | null {
  const found = /\d{4}-\d{2}-\d{2}/.exec(fieldOf(section, ...names)?.value ?? '')?.[0];
  const at = found === undefined ? Number.NaN : Date.parse(`${found}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}
