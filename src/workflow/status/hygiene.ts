// What a plan needs to stay true: stale work, too much begun at once, and every problem, in one report.
import type { Config } from '../../model/config';
import type { Item, PlanSnapshot } from '../../model/plan';

const DAY = 86_400_000;

export interface StaleItem {
  readonly key: string;
  readonly id: string | null;
  readonly title: string;
  readonly path: string;
  readonly line: number;
  /** Whole days since it was last touched. */
  readonly days: number;
  readonly since: string;
}

/** Items in progress whose last date lies `days` or more back. `lastEvent`: epoch ms of what the record knows of them. */
export function staleItems(
  snapshot: PlanSnapshot,
  days: number,
  now: number,
  lastEvent: (key: string) => number | null,
): readonly StaleItem[] {
  return workItems(snapshot)
    .filter((item) => item.status === 'in-progress')
    .flatMap((item): StaleItem[] => {
      const at = Math.max(
        lastEvent(item.key) ?? 0,
        ...['last_updated', 'started_at', 'updated_date'].map((name) => dateOf(item, name)),
      );
      const age = Math.floor((now - at) / DAY);
      return at === 0 || age < days
        ? []
        : [{ ...place(item), days: age, since: new Date(at).toISOString().slice(0, 10) }];
    })
    .sort((a, b) => b.days - a.days);
}

/** Items in progress whose age nobody wrote down. */
export function undated(snapshot: PlanSnapshot, lastEvent: (key: string) => number | null): readonly Item[] {
  return workItems(snapshot).filter(
    (item) =>
      item.status === 'in-progress' &&
      lastEvent(item.key) === null &&
      ['last_updated', 'started_at', 'updated_date'].every((name) => dateOf(item, name) === 0),
  );
}

export interface InProgress {
  readonly limit: number;
  readonly over: boolean;
  readonly items: readonly ReturnType<typeof place>[];
}

export function inProgress(snapshot: PlanSnapshot, config: Config): InProgress {
  const items = workItems(snapshot).filter((item) => item.status === 'in-progress' && item.kind === 'backlog-item');
  return { limit: config.limits.inProgress, over: items.length > config.limits.inProgress, items: items.map(place) };
}

/** How often each problem code stands where. */
export function problemCounts(snapshot: PlanSnapshot): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of snapshot.problems) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

export const place = (item: Item) => ({
  key: item.key,
  id: item.id,
  title: item.title,
  path: item.path,
  line: item.line,
});

const workItems = (snapshot: PlanSnapshot): readonly Item[] =>
  [...snapshot.items.values()].filter((item) => item.kind !== 'phase' && item.kind !== 'lane' && item.kind !== 'epic');

function dateOf(item: Item, name: string): number {
  const text = item.dates[name]?.text;
  if (text === undefined) return 0;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? 0 : at;
}
