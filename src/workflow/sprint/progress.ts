// How far the items of a sprint or goal are: by their points where all have some, by their number otherwise.
import type { Item } from '../../model/plan';
import type { Workspace } from '../action';

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'points' | 'items';
  /** 0..100 */
  readonly percent: number;
}

export function progressOf(items: readonly Item[]): Progress {
  const counted = items.filter(({ status }) => status !== 'cancelled');
  const unit = counted.length > 0 && counted.every(({ points }) => points !== null) ? 'points' : 'items';
  const size = (of: readonly Item[]): number => of.reduce((sum, item) => sum + weight(item, unit), 0);
  const total = size(counted);
  const done = size(counted.filter(({ status }) => status === 'done'));
  return { done, total, unit, percent: total === 0 ? 0 : Math.round((done / total) * 100) };
}

export const weight = (item: Item, unit: Progress['unit']): number =>
  unit === 'points' ? (item.points?.value ?? 0) : 1;

export const progressText = ({ done, total, unit, percent }: Progress): string =>
  `${done}/${total} ${unit} (${percent}%)`;

/** When an item was done: the date its document gives, else when the record saw its last task succeed. */
export function doneAt(workspace: Workspace, item: Item): number | null {
  if (item.status !== 'done') return null;
  for (const name of ['completed_at', 'completion_date', 'completed']) {
    const text = item.dates[name]?.text;
    const at = text === undefined ? Number.NaN : Date.parse(text.trim().replace(' ', 'T'));
    if (!Number.isNaN(at)) return at;
  }
  const keys = new Set([
    item.key,
    ...workspace.plan
      .snapshot()
      .documents.filter(({ belongsTo, kind }) => kind === 'tasks' && belongsTo !== null && belongsTo === item.normalId)
      .flatMap(({ items }) => items.map(({ key }) => key)),
  ]);
  const times = workspace.engine
    .runs(50)
    .flatMap(({ tasks }) => tasks.filter(({ taskKey, state }) => state === 'succeeded' && keys.has(taskKey)))
    .map(({ updatedAt }) => updatedAt);
  return times.length === 0 ? null : Math.max(...times);
}
