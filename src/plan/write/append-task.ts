// A new task in the words and at the place of the document it goes into. Nothing is renumbered, nothing moved.
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, unreachable } from '../../model/result';
import type { NewTask, PlanChange } from '../ports';
import { appendCursorTodo } from './append-cursor';
import { appendHeadingTask } from './append-heading';
import { appendNumbered, appendSpecKit } from './append-numbered';
import { appendTaskMaster } from './append-task-master';
import { type Edits, invalid } from './edits';
import { childIndent } from './field-shape';
import { startOfLine } from './text-edits';
import { bulletBody, insertAfter, isTask, leadOf, oneLine } from './task-text';

type Append = Extract<PlanChange, { kind: 'append-task' }>;

/** `after`: key of the item the new one follows; null: at the end of the list. */
export function appendTask(document: PlanDocument, text: string, change: Append): Edits {
  const { task } = change;
  if (oneLine(task.title) === '') return invalid('title', 'A task needs a title.');
  const after = change.after === null ? null : (document.items.find((item) => item.key === change.after) ?? null);
  if (change.after !== null && after === null) return err({ kind: 'unknown-item', asked: change.after, nearest: [] });
  switch (document.dialect) {
    case 'checkbox-tasks':
      return appendCheckbox(document, text, after, task);
    case 'spec-kit':
      return appendSpecKit(document, text, task);
    case 'openspec':
    case 'kiro':
    case 'snarktank':
      return appendNumbered(document, text, after, task);
    case 'reference-tasks':
    case 'reference-prd':
      return appendHeadingTask(document, text, after, task);
    case 'task-master':
      return appendTaskMaster(document, text, after, task);
    case 'cursor-plan':
      return appendCursorTodo(document, text, after, task);
    case 'reference-backlog':
    case 'backlog-md':
    case 'bmad':
    case 'beads':
      return err({ kind: 'not-writable', path: document.path, line: 1, what: 'a new task in this file' });
    default:
      return unreachable(document.dialect);
  }
}

function appendCheckbox(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const tops = document.items.filter((item) => item.kind === 'task' || item.kind === 'hotfix');
  const model = after !== null && isTask(after) ? after : (tops.at(-1) ?? document.items.findLast(isTask) ?? null);
  const lead = model === null ? '- [' : leadOf(text, model);
  const id = task.id === null ? '' : `${oneLine(task.id)}${separator(text, model)}`;
  const indent = model === null ? '  ' : childIndent(text, startOfLine(text, model.span.start));
  const lines = [`${lead} ] ${id}${oneLine(task.title)}`, ...bulletBody(task, indent)];
  return ok([insertAfter(document, text, model, lines)]);
}

/** What stands between id and title in this list. */
function separator(text: string, model: Item | null): string {
  if (model?.id == null) return ': ';
  const before = text.slice(startOfLine(text, model.titleSpan.start), model.titleSpan.start);
  const at = before.lastIndexOf(model.id);
  const between = at === -1 ? '' : before.slice(at + model.id.length);
  return /^[.:)]?[\t ]+(?:[\u2013\u2014-][\t ]+)?$/.test(between) ? between : ': ';
}
