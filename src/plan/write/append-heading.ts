// A new task under a heading, as the reference task lists write them: "### T-HotFix-1 Fix …" with its fields.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { NewTask } from '../ports';
import { type Edits, notWritable } from './edits';
import { fieldShape } from './field-shape';
import { endOfLine, insertLines, startOfLine } from './text-edits';
import { bulletBody, headingBody, oneLine } from './task-text';

export function appendHeadingTask(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const tasks = document.items.filter((item) => item.kind === 'task' || item.kind === 'hotfix');
  const model = after ?? tasks.at(-1) ?? null;
  if (model === null && document.kind !== 'tasks') return notWritable({ path: document.path, line: 1 }, 'a new task');
  const line = model === null ? '' : lineOf(text, model.titleSpan.start);
  const heading = /^ {0,3}(#{1,6})[\t ]/.exec(line)?.[1] ?? null;
  const name = task.kind === 'hotfix' ? hotfixName(document, task) : taskName(tasks, task);
  const place = model === null ? (document.appendSite ?? text.trimEnd().length) : endOf(text, model);
  if (heading === null && model !== null) {
    const lead = /^[\t ]*(?:[-*+]|\d{1,9}[.)])[\t ]+/.exec(line)?.[0].replace(/\d{1,9}[.)]/, '-') ?? '- ';
    const indent = (/^[\t ]*/.exec(lead)?.[0] ?? '') + '  ';
    const title = name.id === '' ? oneLine(task.title) : `${boldOf(line, name.id)} ${oneLine(task.title)}`;
    return ok([insertLines(text, place, [`${lead}${title}`, ...bulletBody(withNeeds(task, after), indent)])]);
  }
  const shape = fieldShape(document, text, model) ?? { lead: '- ', bold: 'name' as const };
  const title =
    task.kind === 'hotfix'
      ? `${name.id} ${oneLine(task.title)}`
      : headingText(line, tasks.at(-1) ?? null, name.id, task);
  const hashes = heading ?? '###';
  const lines = [`${hashes} ${title}`, ...headingBody(withNeeds(task, after), shape)];
  return ok([insertLines(text, place, place === 0 ? lines : ['', ...lines])]);
}

/** A hot fix waits for the task it repairs unless told otherwise. */
function withNeeds(task: NewTask, after: Item | null): NewTask {
  if (task.kind !== 'hotfix' || task.dependencies.length > 0 || after === null) return task;
  return { ...task, dependencies: [after.id ?? after.title] };
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

/** The id after the last one: its last number plus one. */
function taskName(tasks: readonly Item[], task: NewTask): { readonly id: string } {
  if (task.id !== null) return { id: oneLine(task.id) };
  const last = tasks.findLast((item) => item.kind === 'task' && item.id !== null)?.id ?? null;
  if (last === null) return { id: tasks.length === 0 ? 'T-1' : '' };
  const taken = new Set(tasks.map((item) => item.id));
  let id = last;
  do {
    id = id.replace(
      /(\d+)(\D*)$/,
      (_, number: string, rest: string) => String(Number(number) + 1).padStart(number.length, '0') + rest,
    );
  } while (taken.has(id) && /\d/.test(id));
  return { id };
}

/** Heading text in the shape of the last task's heading ("Task 1.2: …", "T-3 …", "**T1 — …**"). */
function headingText(line: string, last: Item | null, id: string, task: NewTask): string {
  const title = oneLine(task.title);
  if (id === '') return title;
  const bare = line.replace(/^ {0,3}#{1,6}[\t ]+/, '');
  const old = last?.id ?? null;
  const at = old === null ? -1 : bare.indexOf(old);
  if (old === null || at === -1 || at > 20) return `${id}: ${title}`;
  const before = bare.slice(0, at).replace(/^\W+$/u, (signs) => (signs.includes('**') ? '**' : ''));
  const between =
    /^(?:\*\*)?[.:)]?(?:\*\*)?[\t ]+(?:[\u2013\u2014-][\t ]+)?/.exec(bare.slice(at + old.length))?.[0] ?? ': ';
  const bold = (before + between).split('**').length % 2 === 0 ? '**' : '';
  const word = before.replaceAll(/[^\w*\s-]/g, '').trimStart();
  return `${word}${id}${between}${title}${bold}`;
}

function boldOf(line: string, id: string): string {
  if (/^\s*(?:[-*+]|\d+[.)])\s+\*\*/.test(line)) return `**${id}**:`;
  return `${id}:`;
}
