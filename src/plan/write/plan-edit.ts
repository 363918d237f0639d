// A wish of the plan as text edits of its document: only the value's bytes change, nothing is written out anew.
import type { Criterion, Item, PlanDocument } from '../../model/plan';
import { err, ok, unreachable } from '../../model/result';
import type { PlanChange } from '../ports';
import { appendTask } from './append-task';
import { archiveItem } from './archive-item';
import { addDependency, removeDependency } from './dependency-edits';
import { type Edits, invalid, notWritable } from './edits';
import { setDate, setPriority, setProgress } from './field-edits';
import { stampEdits } from './stamps';
import { fitsSpan, replace } from './text-edits';

export interface EditOptions {
  /** Epoch ms for the stamps a peer tool keeps itself. Absent: stamps stay. */
  readonly now?: number;
}

/**
 * Edits of `text`, from which `document` was read. No edits: it says so already.
 * Failures: 'unknown-item', 'not-writable' (the format or this place cannot say it), 'invalid-input'.
 */
export function planEdit(document: PlanDocument, text: string, change: PlanChange, options: EditOptions = {}): Edits {
  if (change.kind === 'append-task') return appendTask(document, text, change);
  const item = document.items.find((each) => each.key === change.key);
  if (item === undefined) return err({ kind: 'unknown-item', asked: change.key, nearest: [] });
  const edits = itemEdits(document, text, item, change);
  if (!edits.ok || edits.value.length === 0 || options.now === undefined) return edits;
  return ok([...edits.value, ...stampEdits(document, text, item, options.now)]);
}

type ItemChange = Exclude<PlanChange, { readonly kind: 'append-task' }>;

function itemEdits(document: PlanDocument, text: string, item: Item, change: ItemChange): Edits {
  switch (change.kind) {
    case 'set-status':
      return setStatus(text, item, change);
    case 'tick':
      return tick(text, item, change.line, change.done);
    case 'set-priority':
      return setPriority(document, text, item, change.value);
    case 'add-dependency':
      return addDependency(document, text, item, change.on);
    case 'remove-dependency':
      return removeDependency(document, text, item, change.on);
    case 'set-progress':
      return setProgress(document, text, item, change.value);
    case 'set-date':
      return setDate(document, text, item, change.name, change.value);
    case 'archive-item':
      return archiveItem(document, text, item);
    default:
      return unreachable(change);
  }
}

function setStatus(text: string, item: Item, change: Extract<PlanChange, { kind: 'set-status' }>): Edits {
  const site = item.statusSite;
  if (site === null) return notWritable(item, 'status');
  const word = change.spelling ?? site.words[change.status];
  if (word === null) return notWritable(item, `status ${change.status}`);
  if (change.spelling !== undefined && !fitsSpan(text, site.span, change.spelling))
    return invalid('spelling', 'This spelling would break the line it stands on.');
  return ok(replace(text, site.span, word));
}

function tick(text: string, item: Item, line: number, done: boolean): Edits {
  const all: readonly Criterion[] = [...item.criteria, ...item.gates, ...item.tests];
  const criterion = all.find((each) => each.line === line);
  if (criterion === undefined || criterion.box === null) return notWritable(item, `criterion at line ${line}`, line);
  if (criterion.done === done) return ok([]);
  return ok(replace(text, criterion.box, done ? tickMark(text, all) : ' '));
}

/** The tick this item's boxes already use. */
function tickMark(text: string, criteria: readonly Criterion[]): string {
  const used = criteria.find((each) => each.done === true && each.box !== null)?.box;
  const mark = used == null ? 'x' : text.slice(used.start, used.end);
  return mark.trim() === '' ? 'x' : mark;
}
