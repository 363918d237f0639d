// The "updated" stamps two peer tools keep themselves: renewed where the line exists, never added.
import type { Item, PlanDocument } from '../../model/plan';
import type { TextEdit } from '../../model/text';
import { replace } from './text-edits';

/** Edits of the stamp that belongs to a written item; `now` is epoch ms. */
export function stampEdits(document: PlanDocument, text: string, item: Item, now: number): readonly TextEdit[] {
  const iso = new Date(now).toISOString();
  if (document.dialect === 'backlog-md') {
    const stamp = item.dates['updated_date'];
    return stamp === undefined ? [] : replace(text, stamp.span, `${iso.slice(0, 10)} ${iso.slice(11, 16)}`);
  }
  if (document.dialect === 'task-master') {
    const stamp = item.dates['updatedAt'];
    return stamp === undefined ? [] : replace(text, stamp.span, iso);
  }
  return [];
}
