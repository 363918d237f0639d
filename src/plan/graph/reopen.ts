// The right status of a parent that says done while something under it is open, as an edit.
import type { Item } from '../../model/plan';
import type { QuickFix } from '../../model/problem';

/** `begun`: something under it is done or in progress. None where the place cannot say it. */
export function reopenFix(item: Item, begun: boolean): readonly QuickFix[] {
  const site = item.statusSite;
  if (site === null) return [];
  const status = begun && site.words['in-progress'] !== null ? 'in-progress' : 'open';
  const word = site.words[status];
  if (word === null) return [];
  const title = status === 'open' ? 'Mark as open' : 'Mark as in progress';
  return [{ title, edits: [{ span: site.span, text: word }], preferred: true }];
}
