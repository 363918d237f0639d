// What the body of a task or backlog item says, field by field, gathered from its blocks. Status is left to the sites.
import type { CommandText, Criterion, Dependency, Item, YesNo } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import { readBlocks, type Block, type EntryBlock } from './blocks';
import { plainText } from './markdown';
import { timeLimitIn } from './duration';
import { codeSpans, commandOfCriterion } from './reference-commands';
import { readDependencies } from './reference-dependencies';
import { labelsIn, type Field, type Labelled } from './reference-labels';
import type { ScannedText } from './sections';
import { boxStatus, statusHead } from './status-words';

/** A value with where it stands; `line` is 1-based. */
interface FieldValue {
  readonly text: string;
  readonly span: Span;
  readonly line: number;
}

export interface Body {
  readonly draft: Partial<Item>;
  /** Value of the Status field (only the part that says it), null: there is none. */
  readonly status: FieldValue | null;
  /** Every field value, first one wins in the draft; more than one differing is a conflict. */
  readonly values: ReadonlyMap<Field, readonly FieldValue[]>;
  /** Names of all known fields that were seen, lists included. */
  readonly seen: ReadonlySet<Field>;
  /** Boxes with a mark nobody knows. */
  readonly oddBoxes: readonly { readonly span: Span; readonly line: number }[];
}

type Mutable = { -readonly [K in keyof Item]?: Item[K] };
const LISTS: ReadonlySet<Field> = new Set([
  'criteria',
  'gates',
  'tests',
  'commands',
  'dependencies',
  'blocks',
  'description',
]);
const GLUED = /(?<=[^\s*(]|[^\s]\*\*)\*\*[^*\n:]{2,40}:\*\*/;
const LONGEST_GLUED = 4000;
/** A box that follows its label in the same line. */
const INLINE_BOX = /^[-*+]\s+\[([^\]\n]{1,2})\]\s*/u;
/** A status that names what the task waits for. */
const WAITS = /^\W*(?:waiting (?:for|on)|blocked by|depends on|after)\s+/i;
const YES = /^\W*(yes|true|on|enabled|no|false|off|disabled|none)\b/i;
const UNFILLED = /^(?:yes|no|enabled|disabled|as above|n\/?a|none|-+|—|tbd)\.?$/i;

/** Reads the lines `from` to `to`; `head` are labelled values of the item's own line (fields in a heading). */
export function readBody(lines: ScannedText, from: number, to: number, head: readonly Span[] = []): Body {
  if (head.length === 0 && from > to) return EMPTY;
  const reader = new BodyReader(lines);
  for (const span of head)
    for (const label of labelsIn(lines.index.text, span)) reader.label(label, lines.index.lineAt(span.start), -1);
  if (from <= to) for (const block of readBlocks(lines, from, to)) reader.block(block);
  return reader.result();
}

const EMPTY: Body = { draft: {}, status: null, values: new Map(), seen: new Set(), oddBoxes: [] };

class BodyReader {
  readonly #draft: Mutable = {};
  readonly #values = new Map<Field, FieldValue[]>();
  readonly #seen = new Set<Field>();
  readonly #lists: { criteria: Criterion[]; gates: Criterion[]; tests: Criterion[] } = {
    criteria: [],
    gates: [],
    tests: [],
  };
  readonly #commands: CommandText[] = [];
  readonly #dependencies: Dependency[] = [];
  readonly #dates: Record<string, Written<string>> = {};
  readonly #odd: { span: Span; line: number }[] = [];
  readonly #text: string;
  #solo: FieldValue | null = null;
  #status: FieldValue | null = null;
  #current: { field: Field | null; depth: number } = { field: null, depth: -1 };
  #commandsOpen = false;

  constructor(readonly lines: ScannedText) {
    this.#text = lines.index.text;
  }

  block(block: Block): void {
    switch (block.kind) {
      case 'code':
        if (this.#current.field === 'commands' && this.#commandsOpen) {
          const text = this.#text.slice(block.span.start, block.span.end).replace(/\r/g, '');
          if (block.value.trim() !== '')
            this.#commands.push({ text: text.trimEnd(), line: block.line + 1, span: block.span });
        }
        break;
      case 'heading': {
        // "#### Acceptance Criteria" under a task works like a field.
        const title = this.#text
          .slice(block.span.start, block.span.end)
          .replace(/^#+\s*/, '')
          .replace(/[*_:]+/g, ' ')
          .trim();
        const label = labelsIn(`${title}:`, { start: 0, end: title.length + 1 })[0];
        this.#current = { field: label?.field ?? null, depth: -1 };
        this.#commandsOpen = label?.field === 'commands';
        if (label?.field !== undefined && label.field !== null) this.#seen.add(label.field);
        break;
      }
      case 'line':
        this.#line(block.span, block.line);
        break;
      case 'entry':
        this.#entry(block);
        break;
    }
  }

  #line(span: Span, line: number): void {
    const labels = labelsIn(this.#text, span);
    if (labels.length > 0) for (const label of labels) this.label(label, line, -1);
    else if (this.#current.field === 'description' && this.#draft.description === undefined) {
      this.#draft.description = plainText(this.#text.slice(span.start, span.end));
    } else {
      // Prose between a label and a fence means that the fence is no longer the label's.
      this.#commandsOpen = false;
    }
  }

  #entry(entry: EntryBlock): void {
    const labels = entry.box === null ? labelsIn(this.#text, entry.span) : [];
    const known = labels.some((label) => label.field !== null);
    const inList = this.#current.field !== null && LISTS.has(this.#current.field);
    const nested = entry.depth > this.#current.depth;
    if (labels.length > 0 && (known || !inList || !nested)) {
      for (const label of labels) this.label(label, entry.line, entry.depth);
      return;
    }
    if (entry.box !== null && boxStatus(this.#slice(entry.box)) === null)
      this.#odd.push({ span: entry.box, line: entry.line });
    const { field } = this.#current;
    const glued = GLUED.exec(this.#slice(entry.span).slice(0, LONGEST_GLUED));
    if (glued !== null) {
      // "- [ ] last criterion**Quality Gates:**- [ ] first gate": the line end between them was lost.
      const cut = entry.span.start + glued.index;
      this.#entry({ ...entry, span: { start: entry.span.start, end: cut }, more: [] });
      for (const label of labelsIn(this.#text, { start: cut, end: entry.span.end })) this.label(label, entry.line, -1);
      return;
    }
    if (field === 'criteria' || field === 'gates' || field === 'tests') this.#lists[field].push(this.#criterion(entry));
    else if (field === 'commands') {
      for (const span of codeSpans(this.#slice(entry.span))) this.#command(span, entry.span.start, entry.line);
    } else if ((field === 'dependencies' || field === 'blocks') && this.#slice(entry.span) !== '') {
      this.#dependencies.push(...readDependencies(this.#slice(entry.span), entry.span.start, field === 'blocks'));
    }
  }

  #criterion(entry: EntryBlock): Criterion {
    const source = [entry.span, ...entry.more].map((span) => this.#slice(span)).join(' ');
    const done = entry.box === null ? null : boxStatus(this.#slice(entry.box)) === 'done';
    return { text: plainText(source), done, line: entry.line, box: entry.box, command: commandOfCriterion(source) };
  }

  label(label: Labelled, line: number, depth: number): void {
    const { field } = label;
    const text = this.#slice(label.value);
    this.#current = { field, depth };
    this.#commandsOpen = field === 'commands';
    if (field === null) return;
    this.#seen.add(field);
    if (text === '') {
      if (field === 'dependencies') this.#draft.dependencySite ??= label.value;
      return;
    }
    const value: FieldValue = { text, span: label.value, line };
    const values = this.#values.get(field) ?? [];
    values.push(value);
    this.#values.set(field, values);
    if (field === 'date') {
      const name = label.name.replaceAll(' ', '_');
      this.#dates[name] ??= { value: plainText(text), text, span: label.value };
    } else this.#take(field, value, values.length === 1);
  }

  #take(field: Exclude<Field, 'date'>, value: FieldValue, first: boolean): void {
    const draft = this.#draft;
    switch (field) {
      case 'commands':
        for (const span of codeSpans(value.text)) this.#command(span, value.span.start, value.line);
        break;
      case 'criteria':
      case 'gates':
      case 'tests':
        if (!UNFILLED.test(value.text)) this.#lists[field].push(inlineCriterion(value));
        break;
      case 'dependencies':
      case 'blocks':
        this.#dependencies.push(...readDependencies(value.text, value.span.start, field === 'blocks'));
        if (field === 'dependencies') draft.dependencySite ??= value.span;
        break;
      case 'status':
        this.#status ??= { ...value, ...headOf(value) };
        break;
      case 'solo':
        this.#solo ??= value;
        break;
      case 'priority':
      case 'moscow':
      case 'estimate':
      case 'owner':
      case 'progress':
        if (first)
          draft[field] = field === 'estimate' ? written(value, value.text) : written(headOf(value), headOf(value).text);
        break;
      case 'points':
      case 'score': {
        const number = /-?\d+(?:\.\d+)?/.exec(value.text);
        if (number === null || !first) break;
        const start = value.span.start + number.index;
        draft[field] = { value: Number(number[0]), text: number[0], span: { start, end: start + number[0].length } };
        break;
      }
      case 'autoAdvance':
      case 'pauseAfter':
      case 'smartPause':
        if (first) draft[field] = yesNo(value);
        break;
      case 'timeLimit':
        if (first) draft.timeLimit = timeLimitIn(value.text, value.span);
        break;
      case 'readyPrompt':
        if (first) draft.readyPrompt = plainText(value.text).replace(/^["“'](.*)["”']$/s, '$1');
        break;
      case 'description':
        if (first) draft.description = plainText(value.text);
        break;
      case 'type':
      case 'prd':
        if (first) draft[field] = plainText(value.text);
        break;
      case 'humanRequired':
        if (first) draft.humanRequired = yesNo(value)?.value ?? false;
        break;
      case 'labels':
        if (first)
          draft.labels = plainText(value.text)
            .split(/\s*,\s*/)
            .filter((label) => label !== '');
        break;
      case 'tasks':
      case 'total':
        break;
    }
  }

  #command(found: { text: string; start: number; end: number }, base: number, line: number): void {
    this.#commands.push({ text: found.text, line, span: { start: base + found.start, end: base + found.end } });
  }

  #slice(span: Span): string {
    return this.#text.slice(span.start, span.end);
  }

  result(): Body {
    const draft = this.#draft;
    if (draft.autoAdvance === undefined && this.#solo !== null) {
      const match = /auto-?\s?advance\s*:\s*(yes|no|true|false)[^,•|]*/i.exec(this.#solo.text);
      const at = this.#solo.span.start + (match?.index ?? 0);
      if (match !== null) {
        draft.autoAdvance = {
          value: /yes|true/i.test(match[1] ?? ''),
          text: match[0].trim(),
          span: { start: at, end: at + match[0].trimEnd().length },
        };
      }
    }
    if (draft.smartPause === undefined && this.#solo !== null) {
      const match = /smart[- ]?paus(?:e|ing)\s*:\s*((?:yes|no|true|false)[^,•|]*)/i.exec(this.#solo.text);
      const text = match?.[1]?.trim() ?? '';
      const at = this.#solo.span.start + (match?.index ?? 0) + (match?.[0].indexOf(match[1] ?? '') ?? 0);
      if (match !== null)
        draft.smartPause = { value: /^(?:yes|true)/i.test(text), text, span: { start: at, end: at + text.length } };
    }
    draft.commands = this.#commands;
    draft.criteria = this.#lists.criteria;
    draft.gates = this.#lists.gates;
    draft.tests = this.#lists.tests;
    draft.dependencies = this.#dependencies;
    draft.dates = this.#dates;
    const waits = this.#status === null || this.#dependencies.length > 0 ? null : WAITS.exec(this.#status.text);
    if (waits !== null && this.#status !== null) {
      const start = this.#status.span.start + waits[0].length;
      const named = readDependencies(this.#status.text.slice(waits[0].length), start);
      draft.dependencies = named.filter((dependency) => dependency.targets.length > 0);
    }
    return { draft, status: this.#status, values: this.#values, seen: this.#seen, oddBoxes: this.#odd };
  }
}

function inlineCriterion(value: FieldValue): Criterion {
  const box = INLINE_BOX.exec(value.text);
  const source = box === null ? value.text : value.text.slice(box[0].length);
  const open = value.span.start + value.text.indexOf('[') + 1;
  return {
    text: plainText(source),
    done: box === null ? null : boxStatus(box[1] ?? '') === 'done',
    line: value.line,
    box: box === null ? null : { start: open, end: open + (box[1]?.length ?? 1) },
    command: commandOfCriterion(source),
  };
}

function headOf(value: FieldValue): { text: string; span: Span } {
  const text = statusHead(value.text).trimEnd();
  return { text, span: { start: value.span.start, end: value.span.start + text.length } };
}

function written(value: { text: string; span: Span }, text: string): Written<string> {
  return { value: plainText(text), text, span: value.span };
}

function yesNo(value: FieldValue): YesNo | null {
  const word = YES.exec(value.text)?.[1]?.toLowerCase();
  if (word === undefined) return null;
  return { value: ['yes', 'true', 'on', 'enabled'].includes(word), text: value.text, span: value.span };
}
