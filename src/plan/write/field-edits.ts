// Priority, progress and dates: replaced where they stand, else written the way the document writes its fields.
import type { Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { Written } from '../../model/text';
import { type Edits, invalid, notWritable } from './edits';
import { insertField } from './field-shape';
import { frontMatterField } from './front-matter-edits';
import { jsonProperty } from './json-edits';
import { fitsSpan, replace } from './text-edits';

export function setPriority(document: PlanDocument, text: string, item: Item, value: string): Edits {
  return setField(document, text, item, { field: 'priority', name: 'Priority', key: 'priority', value }, item.priority);
}

export function setProgress(document: PlanDocument, text: string, item: Item, value: string): Edits {
  return setField(document, text, item, { field: 'progress', name: 'Progress', key: 'progress', value }, item.progress);
}

/** `name` is the date's field name as the model keeps it ("completed_at", "due_date"). */
export function setDate(document: PlanDocument, text: string, item: Item, name: string, value: string): Edits {
  if (!/^[A-Za-z][\w -]{0,39}$/.test(name)) return invalid('name', 'A date is named by a word like "completed_at".');
  const aliased = document.dialect === 'reference-backlog' && name === 'completed_at' ? 'completion_date' : name;
  if (aliased !== name) return setDate(document, text, item, aliased, value);
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
  return setField(document, text, item, { field: name, name: label, key: name, value }, item.dates[name] ?? null);
}

interface NewValue {
  readonly field: string;
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

function setField(
  document: PlanDocument,
  text: string,
  item: Item,
  given: NewValue,
  there: Written<unknown> | null,
): Edits {
  const value = given.value.trim();
  if (value === '' || /[\r\n]/.test(value)) return invalid(given.field, 'The value must be one line with text.');
  if (there !== null) {
    if (!fitsSpan(text, there.span, value))
      return invalid(given.field, 'This value would break the line it stands on.');
    return ok(replace(text, there.span, value));
  }
  switch (document.dialect) {
    case 'task-master':
      return jsonProperty(text, item, given.key, value);
    case 'backlog-md':
      // Other keys would be this tool's own: Backlog.md drops what it does not know.
      if (!['priority', 'due_date', 'updated_date', 'created_date'].includes(given.key))
        return notWritable(item, given.field);
      return frontMatterField(text, item, given.key, value);
    case 'reference-backlog': {
      const comment = commentField(text, item, given, value);
      if (comment !== null) return ok([comment]);
      const edit = /^#{1,6}\s/.test(text.slice(item.span.start, item.span.start + 8))
        ? insertField(document, text, item, given.name, value)
        : null;
      return edit === null ? notWritable(item, given.field) : ok([edit]);
    }
    case 'cursor-plan':
    case 'bmad':
    case 'beads':
      return notWritable(item, given.field);
    default: {
      const edit = insertField(document, text, item, given.name, value);
      return edit === null ? notWritable(item, given.field) : ok([edit]);
    }
  }
}

/** Lines of comments end a table when it is rendered: a note goes behind the row itself, unless this backlog has them below. */
export function notesBehindRows(text: string, row: string): boolean {
  if (row !== '' && (!row.trimStart().startsWith('|') || row.includes('\n'))) return false;
  return !/^ {0,3}\|[^\n]*\n[\t ]*<!--/m.test(text);
}

/** The reference backlog keeps what has no column in comments behind the row: `<!-- started_at: 2025-08-16 -->`. */
function commentField(
  text: string,
  item: Item,
  given: NewValue,
  value: string,
): { span: { start: number; end: number }; text: string } | null {
  if (value.includes('--') || given.field === 'priority') return null;
  const end = item.span.end;
  const trimmedEnd =
    end - (text.slice(item.span.start, end).length - text.slice(item.span.start, end).trimEnd().length);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lead = notesBehindRows(text, text.slice(item.span.start, trimmedEnd)) ? ' ' : eol;
  return { span: { start: trimmedEnd, end: trimmedEnd }, text: `${lead}<!-- ${given.key}: ${value} -->` };
}
