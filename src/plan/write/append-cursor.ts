// A new todo in the front matter of a Cursor plan.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { NewTask } from '../ports';
import { type Edits, notWritable } from './edits';
import { scalar } from './front-matter-edits';
import { endOfLine, insertLines, startOfLine } from './text-edits';
import { oneLine } from './task-text';

export function appendCursorTodo(document: PlanDocument, text: string, after: Item | null, task: NewTask): Edits {
  const model = after ?? document.items.at(-1) ?? null;
  if (model === null) return notWritable({ path: document.path, line: 1 }, 'a new todo: the plan has none yet');
  const start = startOfLine(text, model.span.start);
  const dash = /^([\t ]*)(-[\t ]+)/.exec(text.slice(start, endOfLine(text, start)));
  if (dash === null) return notWritable(model, 'a new todo in this list');
  const lead = dash[1] ?? '';
  const inner = lead + ' '.repeat(dash[2]?.length ?? 2);
  const taken = new Set(document.items.map((item) => item.id));
  const base = task.id !== null && /^[A-Za-z][\w-]*$/.test(task.id) ? task.id : slug(task.id ?? task.title);
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  const trimmedEnd = model.span.start + text.slice(model.span.start, model.span.end).trimEnd().length;
  return ok([
    insertLines(text, trimmedEnd, [
      `${lead}${dash[2] ?? '- '}id: ${id}`,
      `${inner}content: ${scalar(oneLine(task.title))}`,
      `${inner}status: pending`,
    ]),
  ]);
}

function slug(text: string): string {
  const bare = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return /^[a-z]/.test(bare) ? bare : `todo-${bare || '1'}`;
}
