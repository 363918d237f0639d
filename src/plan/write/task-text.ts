// A new task in words: the fields of a task as lines, for lists of checkboxes and for headings.
import type { Item, PlanDocument } from '../../model/plan';
import type { TextEdit } from '../../model/text';
import type { NewTask } from '../ports';
import { fieldLineText, type fieldShape } from './field-shape';
import { insertLines, startOfLine } from './text-edits';

type Shape = NonNullable<ReturnType<typeof fieldShape>>;

/** Text for one line: no line ends, no white space around. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ').trim();
}

/** Text of somebody else's (what a command printed) as words on one line: no comment, link, code or tag of the document. */
function prose(text: string): string {
  return (
    oneLine(text)
      .replaceAll(/[\\`*[\]|]|<(?=[a-z/?])|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu, '\\$&')
      // Who looks for comments without reading the whole grammar finds none here either.
      .replaceAll('<!', '<\\!')
  );
}

/** A code span around any text. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

export function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length));
  return '`'.repeat(longest + 1);
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);
const quoted = (text: string): string => `"${oneLine(text).replaceAll('"', "'")}"`;

interface Field {
  readonly name: string;
  readonly value: string;
}

function shortFields(task: NewTask, paused: boolean): readonly Field[] {
  const fields: Field[] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null && value.trim() !== '') fields.push({ name, value: oneLine(value) });
  };
  if (!paused) {
    add('Priority', task.priority);
    add('Time', task.estimate);
    add('Depends on', task.dependencies.length === 0 ? null : task.dependencies.map(oneLine).join(', '));
    return fields;
  }
  add('Auto-Advance', task.autoAdvance === null ? null : yesNo(task.autoAdvance));
  add('Pause After', task.pauseAfter === null ? null : yesNo(task.pauseAfter));
  add('When Ready Prompt', task.readyPrompt === null ? null : quoted(task.readyPrompt));
  return fields;
}

/** The lines under a list task, each with `indent` in front. `boxes` false: where every box counts as a task. */
export function bulletBody(task: NewTask, indent: string, boxes = true): readonly string[] {
  const unit = indent.includes('\t') ? '\t' : '  ';
  const lines: string[] = [];
  for (const field of shortFields(task, false)) lines.push(`${indent}- ${field.name}: ${field.value}`);
  for (const field of shortFields(task, true)) lines.push(`${indent}- ${field.name}: ${field.value}`);
  if (task.note !== null && task.note.trim() !== '') lines.push(`${indent}- Note: ${prose(task.note)}`);
  if (task.steps.length > 0) {
    lines.push(`${indent}- Do:`);
    task.steps.forEach((step, n) => lines.push(`${indent}${unit}${n + 1}. ${oneLine(step)}`));
  }
  for (const command of task.commands) {
    if (!/[\r\n]/.test(command.trim())) {
      lines.push(`${indent}- Command: ${codeSpan(command.trim())}`);
      continue;
    }
    const fence = fenceFor(command);
    lines.push(`${indent}- Commands:`, '', `${indent}${unit}${fence}bash`);
    for (const line of linesOf(command.trim())) lines.push(line === '' ? '' : `${indent}${unit}${line}`);
    lines.push(`${indent}${unit}${fence}`, '');
  }
  if (task.criteria.length > 0) {
    lines.push(`${indent}- Acceptance:`);
    for (const criterion of task.criteria) lines.push(`${indent}${unit}- ${boxes ? '[ ] ' : ''}${oneLine(criterion)}`);
  }
  for (const gate of task.gates) lines.push(`${indent}- Gate: ${codeSpan(oneLine(gate))}`);
  return lines;
}

/** The lines under a task heading, in the document's shape of field lines. */
export function headingBody(task: NewTask, shape: Shape): readonly string[] {
  const lines: string[] = [];
  for (const field of shortFields(task, false)) lines.push(fieldLineText(shape, field.name, field.value));
  const block = (name: string, content: readonly string[]): void => {
    if (content.length === 0) return;
    lines.push('', fieldLineText({ ...shape, lead: '' }, name, '').trimEnd(), ...content);
  };
  if (task.note !== null && task.note.trim() !== '') lines.push('', prose(task.note));
  block(
    'Do',
    task.steps.map((step, n) => `${n + 1}. ${oneLine(step)}`),
  );
  const commands = task.commands.map((command) => command.trim()).filter((command) => command !== '');
  if (commands.length > 0) {
    const text = commands.join('\n');
    const fence = fenceFor(text);
    block('Commands', ['', `${fence}bash`, ...linesOf(text), fence]);
  }
  block(
    'Done when',
    task.criteria.map((criterion) => `- [ ] ${oneLine(criterion)}`),
  );
  block(
    'Quality Gates',
    task.gates.map((gate) => `- [ ] ${codeSpan(oneLine(gate))}`),
  );
  const pauses = shortFields(task, true);
  if (pauses.length > 0) {
    lines.push('');
    for (const field of pauses) {
      const name = field.name === 'Pause After' ? '🛑 Pause After' : field.name;
      lines.push(fieldLineText({ ...shape, lead: shape.lead.trim() === '' ? '' : shape.lead }, name, field.value));
    }
  }
  return lines;
}

export const isTask = (item: Item): boolean =>
  item.kind === 'task' || item.kind === 'hotfix' || item.kind === 'subtask';

/** The whole line of a checkbox item up to its box: white space, bullet, bracket. */
export function leadOf(text: string, item: Item): string {
  const start = startOfLine(text, item.span.start);
  const end = item.statusSite?.span.start ?? start;
  const lead = text.slice(start, end);
  return /^[\t ]*(?:[-*+]|\d{1,9}[.)])[\t ]*\[$/.test(lead)
    ? lead.replace(/\d{1,9}([.)])/, '-').replace(/-[\t ]*\[$/, '- [')
    : '- [';
}

/** Behind an item and all that belongs to it; without one at the document's end. */
export function insertAfter(
  document: PlanDocument,
  text: string,
  item: Item | null,
  lines: readonly string[],
): TextEdit {
  if (item !== null) return insertLines(text, item.span.end, lines);
  const end = document.appendSite ?? text.trimEnd().length;
  return insertLines(text, end, end === 0 ? lines : ['', ...lines]);
}
