// A new task under a heading, as the reference task lists write them: "### T-HotFix-1 Fix …" with its fields.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import { normalId } from '../graph/ids';
import type { NewTask } from '../ports';
import { type Edits, notWritable } from './edits';
import { fieldShape } from './field-shape';
import { endOfLine, insertLines, startOfLine } from './text-edits';
import { bulletBody, headingBody, oneLine } from './task-text';

export function appendHeadingTask(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const tasks = document.items.filter((item) => item.kind === 'task' || item.kind === 'hotfix');
  const model = neighbour(tasks, after);
  const line = model === null ? '' : lineOf(text, model.titleSpan.start);
  const heading = /^ {0,3}(#{1,6})[\t ]/.exec(line)?.[1] ?? null;
  // A PRD's plan is prose with its own shapes; only its task headings can be continued.
  const closed = heading === null && (document.dialect === 'reference-prd' || document.kind !== 'tasks');
  if (closed) return notWritable({ path: document.path, line: model?.line ?? 1 }, 'a new task in this plan');
  const name = task.kind === 'hotfix' ? hotfixName(document, task) : taskName(tasks, model, task);
  const place = model === null ? (document.appendSite ?? text.trimEnd().length) : endOf(text, model);
  if (heading === null && model !== null) return appendToList(text, tasks, model, task, name.id, place);
  const shape = fieldShape(document, text, model) ?? { lead: '- ', bold: 'name' as const };
  const title = task.kind === 'hotfix' ? `${name.id} ${oneLine(task.title)}` : headingText(line, model, name.id, task);
  const hashes = heading ?? '###';
  const lines = [`${hashes} ${title}`, ...headingBody(task, shape)];
  return ok([insertLines(text, place, place === 0 ? lines : ['', ...lines])]);
}

/** The task the new one is written like and behind: the one asked for, its task for a sub-task, a group's last. */
function neighbour(tasks: readonly Item[], after: Item | null): Item | null {
  const last = tasks.at(-1) ?? null;
  if (after === null || after.kind === 'task' || after.kind === 'hotfix') return after ?? last;
  if (after.kind === 'subtask') return tasks.find((item) => item.key === after.parent) ?? last;
  return tasks.findLast((item) => item.parent === after.key) ?? last;
}

/** Lists of bullets and of numbers. A numbered list is continued at its end; a hot fix is a bullet of its own. */
function appendToList(
  text: string,
  tasks: readonly Item[],
  model: Item,
  task: NewTask,
  id: string,
  place: number,
): Edits {
  const lead = /^([\t ]*)([-*+]|(\d{1,9})([.)]))([\t ]+)/.exec(lineOf(text, model.titleSpan.start));
  const indent = lead?.[1] ?? '';
  if (lead?.[3] !== undefined && task.kind !== 'hotfix') {
    const numbers = tasks.map((item) => /^[\t ]*(\d{1,9})[.)]/.exec(lineOf(text, item.titleSpan.start))?.[1]);
    const marker = `${Math.max(...numbers.map((number) => Number(number ?? 0))) + 1}${lead[4] ?? '.'} `;
    const end = endOf(text, tasks.at(-1) ?? model);
    const body = bulletBody(task, indent + ' '.repeat(marker.length));
    return ok([insertLines(text, end, [`${indent}${marker}${oneLine(task.title)}`, ...body])]);
  }
  const bullet = lead?.[3] === undefined ? (lead?.[2] ?? '-') : '-';
  const title =
    id === '' ? oneLine(task.title) : `${boldOf(lineOf(text, model.titleSpan.start), id)} ${oneLine(task.title)}`;
  return ok([insertLines(text, place, [`${indent}${bullet} ${title}`, ...bulletBody(task, `${indent}  `)])]);
}

function lineOf(text: string, offset: number): string {
  const start = startOfLine(text, offset);
  return text.slice(start, endOfLine(text, start));
}

/** Behind the item's last written line; a closing rule stays behind the new task. */
function endOf(text: string, item: Item): number {
  let body = text.slice(item.span.start, item.span.end).trimEnd();
  const rule = /\n[\t ]*(?:-{3,}|\*{3,}|_{3,})$/.exec(body.slice(-200));
  if (rule !== null) body = body.slice(0, body.length - rule[0].length).trimEnd();
  return item.span.start + body.length;
}

function hotfixName(document: PlanDocument, task: NewTask): { readonly id: string } {
  if (task.id !== null) return { id: oneLine(task.id) };
  const used = document.items.map((item) => Number(/hotfix-?(\d+)/i.exec(item.id ?? '')?.[1] ?? 0));
  return { id: `T-HotFix-${Math.max(0, ...used) + 1}` };
}

/** The number after the last of the same group: "1.2" → "1.3" in group 1; a list without numbers gets none. */
function taskName(tasks: readonly Item[], model: Item | null, task: NewTask): { readonly id: string } {
  if (task.id !== null) return { id: oneLine(task.id) };
  const last = model?.kind === 'task' ? model.id : (tasks.findLast((item) => item.kind === 'task')?.id ?? null);
  if (last === null) return { id: tasks.length === 0 ? 'T-1' : '' };
  const taken = new Set(tasks.map((item) => item.normalId));
  let id = last;
  do {
    id = id.replace(
      /(\d+)(\D*)$/,
      (_, number: string, rest: string) => String(Number(number) + 1).padStart(number.length, '0') + rest,
    );
  } while (taken.has(normalId(id)) && /\d/.test(id));
  return { id: id === last ? '' : id };
}

/** Heading text in the shape of a neighbour's ("Task 1.2: …", "T-3 …", "**T1 — …**", "1.2 …"). */
function headingText(line: string, model: Item | null, id: string, task: NewTask): string {
  const title = oneLine(task.title);
  if (id === '') return title;
  const bare = line.replace(/^ {0,3}#{1,6}[\t ]+/, '');
  const old = model?.id ?? null;
  const at = old === null ? -1 : bare.indexOf(old);
  if (old === null || at === -1 || at > 20) return `${id}: ${title}`;
  const before = bare
    .slice(0, at)
    .replaceAll(/[^\p{L}\d*\s-]|\[.?\]/gu, '')
    .trimStart();
  const between =
    /^(?:\*\*)?[.:)]?(?:\*\*)?[\t ]+(?:[\u2013\u2014-][\t ]+)?/.exec(bare.slice(at + old.length))?.[0] ?? ': ';
  const bold = (before + between).split('**').length % 2 === 0 ? '**' : '';
  return `${before}${id}${between}${title}${bold}`;
}

function boldOf(line: string, id: string): string {
  if (/^\s*(?:[-*+]|\d+[.)])\s+\*\*/.test(line)) return `**${id}**:`;
  return `${id}:`;
}
