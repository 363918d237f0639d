// A new task object at the end of a Task Master list, in the indentation of its neighbours.
import { type Node, parseTree } from 'jsonc-parser';
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { NewTask } from '../ports';
import { type Edits, notWritable } from './edits';
import { breakBefore, objectOf, propertyOf } from './json-edits';
import { lineEnd, startOfLine } from './text-edits';
import { oneLine } from './task-text';

export function appendTaskMaster(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  return appendObject(document, text, after, (number, strings) => ({
    id: strings ? String(number) : number,
    // The number is the tool's; a hot fix keeps its own id in front of the title.
    title:
      task.kind === 'hotfix' && task.id !== null ? `${oneLine(task.id)}: ${oneLine(task.title)}` : oneLine(task.title),
    description: task.note ?? '',
    details: [
      ...task.steps.map((step, n) => `${n + 1}. ${step}`),
      ...task.commands.map((command) => `Command: ${command}`),
    ].join('\n'),
    testStrategy: [...task.criteria, ...task.gates].join('\n'),
    status: 'pending',
    dependencies: task.dependencies.map((id) => dependencyValue(id, strings)),
    priority: (task.priority ?? 'medium').toLowerCase(),
    subtasks: [],
  }));
}

/** What `make` gives for the next free number, behind the last task of the list; `strings`: ids are texts here. */
export function appendObject(
  document: PlanDocument,
  text: string,
  after: Item | null,
  make: (number: number, strings: boolean) => Readonly<Record<string, unknown>>,
): Edits {
  const list = listFor(document, text, after);
  if (list === null) return notWritable({ path: document.path, line: 1 }, 'a new task: no task list found');
  const entries = list.children ?? [];
  const last = entries.at(-1);
  const ids = entries.map((each) => propertyOf(each, 'id'));
  const strings = ids.some((id) => id?.type === 'string');
  const number = Math.max(0, ...ids.map((id) => Number(id?.value ?? 0)).filter(Number.isFinite)) + 1;
  const object = make(number, strings);
  const eol = lineEnd(text);
  if (last !== undefined) {
    const lead = breakBefore(text, last);
    const end = last.offset + last.length;
    const compact = lead === ' ';
    return ok([
      {
        span: { start: end, end },
        text: `,${lead}${render(object, compact ? null : indentUnit(text, last), compact ? '' : lead.slice(eol.length), eol)}`,
      },
    ]);
  }
  const own = /^[\t ]*/.exec(text.slice(startOfLine(text, list.offset)))?.[0] ?? '';
  const unit = own.includes('\t') ? '\t' : '  ';
  const body = `[${eol}${own}${unit}${render(object, unit, own + unit, eol)}${eol}${own}]`;
  return ok([{ span: { start: list.offset, end: list.offset + list.length }, text: body }]);
}

function dependencyValue(id: string, strings: boolean): string | number {
  const bare = id.replace(/^(?:task[\s-]*|T-|#)/i, '');
  return /^\d+$/.test(bare) && !strings ? Number(bare) : bare;
}

/** The list `after` stands in, else that of the active tag, else the only one. */
function listFor(document: PlanDocument, text: string, after: Item | null): Node | null {
  const root = parseTree(text);
  if (root === undefined) return null;
  const near = after ?? document.items.find((item) => item.kind === 'lane' && item.labels.includes('active')) ?? null;
  if (near !== null) {
    if (near.kind === 'lane') {
      const tag = root.type === 'object' ? propertyOf(root, near.title) : null;
      return tag === null ? null : propertyOf(tag, 'tasks');
    }
    let node: Node | undefined | null = objectOf(text, near);
    while (node != null && node.type !== 'array') node = node.parent;
    return node ?? null;
  }
  return root.type === 'object' ? (propertyOf(root, 'tasks') ?? null) : null;
}

function indentUnit(text: string, node: Node): string {
  const outer = /^[\t ]*/.exec(text.slice(startOfLine(text, node.offset)))?.[0] ?? '';
  const child = node.children?.[0];
  const inner = child === undefined ? '' : (/^[\t ]*/.exec(text.slice(startOfLine(text, child.offset)))?.[0] ?? '');
  return inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : '  ';
}

function render(value: Readonly<Record<string, unknown>>, unit: string | null, lead: string, eol: string): string {
  if (unit === null) return JSON.stringify(value);
  return JSON.stringify(value, null, unit)
    .split('\n')
    .map((line, n) => (n === 0 ? line : lead + line))
    .join(eol);
}
