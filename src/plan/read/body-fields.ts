// Reads the fields people write under a task of a checkbox list ("Priority: High", "Commands:" with a fence, …),
// line by line. Lines that belong to a field are not tasks.
import type { CommandText, Criterion, Dependency, YesNo } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import { boxOf, DONE_MARKS } from './checkbox-line';
import { dependenciesIn } from './dependency-text';
import { timeLimitIn } from './duration';
import { codeSpans, fieldLine, type FieldLine, type ListName, yesNo } from './field-line';
import type { Line } from './lines';
import { commandOfCriterion } from './reference-commands';

export interface BodyFields {
  priority: Written<string> | null;
  moscow: Written<string> | null;
  points: Written<number> | null;
  estimate: Written<string> | null;
  owner: Written<string> | null;
  progress: Written<string> | null;
  dependencies: Dependency[];
  dependencySite: Span | null;
  autoAdvance: YesNo | null;
  pauseAfter: YesNo | null;
  smartPause: YesNo | null;
  readyPrompt: string | null;
  timeLimit: Written<number | null> | null;
  commands: CommandText[];
  criteria: Criterion[];
  gates: Criterion[];
  tests: Criterion[];
  description: string[];
  humanRequired: boolean;
  type: string | null;
  prd: string | null;
  dates: Record<string, Written<string>>;
  labels: string[];
}

function noFields(): BodyFields {
  return {
    priority: null,
    moscow: null,
    points: null,
    estimate: null,
    owner: null,
    progress: null,
    dependencies: [],
    dependencySite: null,
    autoAdvance: null,
    pauseAfter: null,
    smartPause: null,
    readyPrompt: null,
    timeLimit: null,
    commands: [],
    criteria: [],
    gates: [],
    tests: [],
    description: [],
    humanRequired: false,
    type: null,
    prd: null,
    dates: {},
    labels: [],
  };
}

/** Collects the fields of one task. Give it every line under the task, in order. */
export class FieldReader {
  #fields: BodyFields | null = null;
  #list: { readonly name: ListName; readonly indent: number; readonly bullet: boolean } | null = null;
  #code: { readonly line: number; readonly start: number; readonly lines: Line[] } | null = null;

  /** What was read; null: nothing. */
  get found(): BodyFields | null {
    return this.#fields;
  }

  /** The fields, to add to them. Most tasks of long lists have none: they are made when first asked for. */
  get fields(): BodyFields {
    this.#fields ??= noFields();
    return this.#fields;
  }

  /** True if the line is a field or belongs to one: then a checkbox on it is a criterion, not a task. */
  take(line: Line): boolean {
    if (line.kind === 'fence' || line.kind === 'code') return this.#takeCode(line);
    if (line.kind === 'blank' || line.kind === 'comment') return false;
    if (line.kind !== 'text') {
      this.#list = null;
      return false;
    }
    const list = this.#list;
    const within =
      list !== null &&
      (line.indent > list.indent ||
        (!list.bullet && line.indent === list.indent && /^[-*+]\s|^\d+[.)]\s/.test(line.text.trimStart())));
    if (list !== null && within && (boxOf(line) !== null || fieldLine(line) === null)) {
      this.#takeEntry(list.name, line);
      return true;
    }
    if (boxOf(line) !== null) {
      this.#list = null;
      return false;
    }
    const field = fieldLine(line);
    if (field === null) {
      if (!within) this.#list = null;
      return false;
    }
    this.#list = null;
    this.#takeField(field, line);
    return true;
  }

  #takeCode(line: Line): boolean {
    const list = this.#list;
    if (list?.name !== 'commands' || line.indent < list.indent) return false;
    if (line.kind === 'code') {
      this.#code?.lines.push(line);
      return true;
    }
    if (this.#code === null) {
      this.#code = { line: line.number + 1, start: line.end, lines: [] };
      return true;
    }
    const body = this.#code.lines;
    const first = body[0];
    const last = body.at(-1);
    if (first !== undefined && last !== undefined) {
      const indent = Math.min(...body.filter((each) => each.text.trim() !== '').map((each) => each.indent), 1000);
      const text = body.map((each) => cutIndent(each.text, indent)).join('\n');
      if (text.trim() !== '')
        this.fields.commands.push({ text, line: first.number, span: { start: first.start, end: last.end } });
    }
    this.#code = null;
    return true;
  }

  #takeEntry(name: ListName, line: Line): void {
    if (name === 'steps') {
      this.fields.description.push(line.text.trim());
      return;
    }
    if (name === 'commands') {
      this.#takeCommands(line, line.text.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ''), null);
      return;
    }
    this.fields[name].push(criterionOf(line));
  }

  #takeCommands(line: Line, rest: string, value: Written<string> | null): void {
    const spans = codeSpans(line.text, line.start);
    for (const span of spans)
      if (span.text.trim() !== '') this.fields.commands.push({ text: span.text, line: line.number, span: span.span });
    if (spans.length > 0 || rest.trim() === '') return;
    const start = value?.span.start ?? line.end - rest.length;
    this.fields.commands.push({ text: rest.trim(), line: line.number, span: { start, end: start + rest.length } });
  }

  #takeField(found: FieldLine, line: Line): void {
    const { field, value } = found;
    const given = value.text === '' ? null : value;
    const fields = this.fields;
    switch (field) {
      case 'priority':
        fields.priority ??= given;
        break;
      case 'moscow':
        fields.moscow ??= given;
        break;
      case 'estimate':
        fields.estimate ??= given;
        break;
      case 'owner':
        fields.owner ??= given;
        break;
      case 'progress':
        fields.progress ??= given;
        break;
      case 'points': {
        const number = /^\d+(?:\.\d+)?/.exec(value.text)?.[0];
        if (number !== undefined)
          fields.points ??= {
            value: Number(number),
            text: number,
            span: { start: value.span.start, end: value.span.start + number.length },
          };
        break;
      }
      case 'depends':
      case 'blocks':
        fields.dependencies.push(...dependenciesIn(value, field === 'blocks'));
        if (field === 'depends') fields.dependencySite ??= value.span;
        break;
      case 'auto-advance':
        fields.autoAdvance ??= yesNo(value);
        break;
      case 'pause-after':
        fields.pauseAfter ??= yesNo(value);
        break;
      case 'smart-pause':
        fields.smartPause ??= yesNo(value);
        break;
      case 'ready-prompt':
        fields.readyPrompt ??= value.text.replace(/^["“'](.*)["”']$/s, '$1') || null;
        break;
      case 'time-limit':
        if (given !== null) fields.timeLimit ??= timeLimitIn(given.text, given.span);
        break;
      case 'human-required':
        fields.humanRequired ||= yesNo(value)?.value ?? false;
        break;
      case 'type':
        fields.type ??= given?.text ?? null;
        break;
      case 'prd':
        fields.prd ??= given?.text ?? null;
        break;
      case 'date':
        if (given !== null) fields.dates[found.name.replaceAll(' ', '_')] ??= given;
        break;
      case 'labels':
        for (const label of value.text.split(',')) if (label.trim() !== '') fields.labels.push(label.trim());
        break;
      case 'description':
        if (given !== null) fields.description.push(given.text);
        break;
      case 'commands':
        if (given !== null) this.#takeCommands(line, value.text, value);
        this.#list = { name: 'commands', indent: line.indent, bullet: found.bullet };
        break;
      case 'steps':
        if (given !== null) fields.description.push(given.text);
        this.#list = { name: 'steps', indent: line.indent, bullet: found.bullet };
        break;
      case 'gates':
      case 'criteria':
      case 'tests':
        if (given !== null) fields[field].push(inlineCriterion(line, value));
        this.#list = { name: field, indent: line.indent, bullet: found.bullet };
        break;
    }
  }
}

/** A criterion on a line of its own, with or without a box. */
export function criterionOf(line: Line): Criterion {
  const box = boxOf(line);
  const text = box === null ? line.text.trim().replace(/^(?:[-*+]|\d{1,9}[.)])[\t ]+/, '') : box.text.trim();
  return {
    text,
    done: box === null ? null : DONE_MARKS.has(box.mark),
    line: line.number,
    box: box?.box ?? null,
    command: commandOfCriterion(text),
  };
}

function inlineCriterion(line: Line, value: Written<string>): Criterion {
  const box = /^(?:[-*+][\t ]+)?\[([ xX])\][\t ]+/.exec(value.text);
  const command = commandOfCriterion(box === null ? value.text : value.text.slice(box[0].length));
  if (box === null) return { text: value.text, done: null, line: line.number, box: null, command };
  const at = value.span.start + box[0].indexOf('[') + 1;
  return {
    text: value.text.slice(box[0].length),
    done: DONE_MARKS.has(box[1] ?? ' '),
    line: line.number,
    box: { start: at, end: at + 1 },
    command,
  };
}

function cutIndent(text: string, columns: number): string {
  let seen = 0;
  let at = 0;
  while (at < text.length && seen < columns) {
    if (text[at] === ' ') seen += 1;
    else if (text[at] === '\t') seen += 4 - (seen % 4);
    else break;
    at += 1;
  }
  return text.slice(at);
}
