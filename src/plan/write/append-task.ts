// A new task in the words and at the place of the document it goes into. Nothing is renumbered, nothing moved.
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, unreachable } from '../../model/result';
import type { TextEdit } from '../../model/text';
import type { NewTask, PlanChange } from '../ports';
import { appendCursorTodo } from './append-cursor';
import { appendHeadingTask } from './append-heading';
import { appendTaskMaster } from './append-task-master';
import { type Edits, invalid } from './edits';
import { childIndent, ownTextEnd } from './field-shape';
import { insertLines, lineEnd, startOfLine } from './text-edits';
import { bulletBody, oneLine } from './task-text';

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
      return appendSpecKit(document, text, after, task);
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

const isTask = (item: Item): boolean => item.kind === 'task' || item.kind === 'hotfix' || item.kind === 'subtask';

/** The whole line of a checkbox item up to its box: white space, bullet, bracket. */
function leadOf(text: string, item: Item): string {
  const start = startOfLine(text, item.span.start);
  const end = item.statusSite?.span.start ?? start;
  const lead = text.slice(start, end);
  return /^[\t ]*(?:[-*+]|\d{1,9}[.)])[\t ]*\[$/.test(lead)
    ? lead.replace(/\d{1,9}([.)])/, '-').replace(/-[\t ]*\[$/, '- [')
    : '- [';
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

/** Behind an item and all that belongs to it; without one at the document's end. */
function insertAfter(document: PlanDocument, text: string, item: Item | null, lines: readonly string[]): TextEdit {
  if (item !== null) return insertLines(text, item.span.end, lines);
  const end = document.appendSite ?? text.trimEnd().length;
  return insertLines(text, end, end === 0 ? lines : ['', ...lines]);
}

/** spec-kit never inserts: new work stands in an appended "Convergence" phase. */
function appendSpecKit(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const tasks = document.items.filter((item) => item.kind === 'task' || item.kind === 'hotfix');
  const width = Math.max(3, ...tasks.map((item) => /\d+/.exec(item.id ?? '')?.[0].length ?? 0));
  const highest = Math.max(0, ...tasks.map((item) => Number(/\d+/.exec(item.id ?? '')?.[0] ?? 0)));
  const id = `T${String(highest + 1).padStart(width, '0')}`;
  const needs = dependencyIds(task, after);
  const depends = needs.length === 0 ? '' : ` (depends on ${needs.join(', ')})`;
  const last = tasks.at(-1);
  const bullet = last === undefined ? '-' : text.charAt(last.span.start + (leadOf(text, last).length - 3)) || '-';
  const line = `${/[-*]/.test(bullet) ? bullet : '-'} [ ] ${id} ${oneLine(task.title)}${depends}`;
  const body = bulletBody({ ...task, dependencies: [] }, '  ');
  const phases = document.items.filter((item) => item.kind === 'phase');
  const phase = phases.at(-1);
  if (phase !== undefined && /\bConvergence\b/i.test(phase.title)) {
    const inside = tasks.findLast((item) => item.parent === phase.key);
    return ok([
      insertAfter(document, text, inside ?? phase, inside === undefined ? ['', line, ...body] : [line, ...body]),
    ]);
  }
  const numbers = phases.map((item) => Number(/(\d+)/.exec(item.id ?? '')?.[1] ?? 0));
  const heading = `## Phase ${Math.max(0, ...numbers) + 1}: Convergence`;
  const end = document.appendSite ?? text.trimEnd().length;
  return ok([insertLines(text, end, [...(end === 0 ? [] : ['']), heading, '', line, ...body])]);
}

function dependencyIds(task: NewTask, after: Item | null): readonly string[] {
  if (task.dependencies.length > 0) return task.dependencies.map(oneLine);
  return task.kind === 'hotfix' && after?.id != null ? [after.id] : [];
}

/** Lists numbered "2.", "2.1", "2.0": the next number of the same level, behind the last of its siblings. */
function appendNumbered(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const numbered = document.items.filter((item) => isTask(item) && /^\d+(?:\.\d+)*$/.test(item.id ?? ''));
  const group = after === null ? groupAtEnd(document, numbered) : groupOf(document, after);
  const siblings = numbered.filter((item) => prefixOf(item, document) === group);
  const number = nextNumber(document, group, siblings, numbered);
  const model = siblings.at(-1) ?? after ?? numbered.at(-1) ?? null;
  const lead = model === null || model.statusSite === null ? '- [' : leadOf(text, model);
  const dot = document.dialect === 'kiro' && !number.includes('.') ? '.' : '';
  const needs = dependencyIds(task, after);
  const indent = lead.replace(/[-*+].*$/, '') + '  ';
  const body = bulletBody(
    { ...task, dependencies: document.dialect === 'kiro' ? [] : needs },
    indent,
    document.dialect !== 'openspec',
  );
  const depends =
    needs.length === 0 || document.dialect !== 'kiro' ? [] : [`${indent}- _Depends: ${needs.join(', ')}_`];
  const lines = [`${lead} ] ${number}${dot} ${oneLine(task.title)}`, ...body, ...depends];
  const place = siblings.at(-1) ?? (after !== null ? after : null);
  if (place === null) return ok([insertAfter(document, text, numbered.at(-1) ?? null, spaced(document, text, lines))]);
  if (place.kind === 'phase' || place.kind === 'lane') {
    const end = ownTextEnd(text, startOfLine(text, place.span.start));
    return ok([insertLines(text, end, ['', ...lines])]);
  }
  return ok([insertAfter(document, text, place, spaced(document, text, lines))]);
}

/** Lists that keep a blank line between their tasks get one. */
function spaced(document: PlanDocument, text: string, lines: readonly string[]): readonly string[] {
  const tasks = document.items.filter(isTask);
  const last = tasks.at(-1);
  if (last === undefined) return lines;
  const before = text.slice(Math.max(0, startOfLine(text, last.span.start) - 2), startOfLine(text, last.span.start));
  const eol = lineEnd(text);
  return before.endsWith(eol === '\r\n' ? '\n' : '\n\n') && before.replaceAll('\r', '').endsWith('\n\n')
    ? ['', ...lines]
    : lines;
}

/** "1.2" stands in group "1", "3" in "", snarktank's "2.0" in "". */
function prefixOf(item: Item, document: PlanDocument): string {
  const id = item.id ?? '';
  if (document.dialect === 'snarktank' && id.endsWith('.0')) return '';
  const at = id.lastIndexOf('.');
  return at === -1 ? '' : id.slice(0, at);
}

function groupAtEnd(document: PlanDocument, numbered: readonly Item[]): string {
  const last = numbered.at(-1);
  if (last === undefined) return document.dialect === 'openspec' ? '1' : '';
  if (document.dialect === 'openspec') return prefixOf(last, document);
  return numbered.some((item) => prefixOf(item, document) === '') ? '' : prefixOf(last, document);
}

function groupOf(document: PlanDocument, after: Item): string {
  if (after.kind === 'phase' || after.kind === 'lane') return /\d+/.exec(after.id ?? '')?.[0] ?? '';
  return prefixOf(after, document);
}

function nextNumber(document: PlanDocument, group: string, siblings: readonly Item[], all: readonly Item[]): string {
  const tail = (item: Item): number => {
    const parts = (item.id ?? '').split('.');
    const part = document.dialect === 'snarktank' && group === '' ? parts[0] : parts.at(-1);
    return Number(part ?? 0);
  };
  const next = Math.max(0, ...siblings.map(tail)) + 1;
  if (group !== '') return `${group}.${next}`;
  if (document.dialect === 'snarktank') {
    const zeros = all.some((item) => (item.id ?? '').endsWith('.0')) || all.length === 0;
    return zeros ? `${next}.0` : String(next);
  }
  return String(next);
}
