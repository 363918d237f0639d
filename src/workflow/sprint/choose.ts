// Fills a sprint: which open backlog items fit its capacity, best first, dependencies before what waits for them. Explained.
import type { Item, PlanSnapshot } from '../../model/plan';
import { priorityRank } from '../../plan/graph/rank';

export interface Choice {
  readonly item: Item;
  readonly points: number;
  /** Why it stands where it stands. */
  readonly because: string;
}
export interface LeftOut {
  readonly item: Item;
  readonly why: string;
}
export interface Chosen {
  readonly chosen: readonly Choice[];
  readonly leftOut: readonly LeftOut[];
  readonly points: number;
}

/** `taken`: keys that stand in other open sprints. `capacity`: points that are still free. */
export function chooseItems(
  snapshot: PlanSnapshot,
  capacity: number,
  taken: ReadonlyMap<string, string>,
  standing: readonly Item[],
): Chosen {
  const inSprint = new Set(standing.map(({ key }) => key));
  const open = [...snapshot.items.values()]
    .filter(
      (item) =>
        item.kind === 'backlog-item' &&
        item.status !== 'done' &&
        item.status !== 'cancelled' &&
        !inSprint.has(item.key),
    )
    .sort(byUrgency);
  const chosen: Choice[] = [];
  const waiting = new Set(open);
  let free = capacity;
  for (let again = true; again;) {
    again = false;
    for (const item of waiting) {
      const points = item.points?.value ?? null;
      if (points === null || points > free || taken.has(item.key) || item.status === 'blocked') continue;
      const needs = openNeeds(snapshot, item, inSprint);
      if (needs.length > 0) continue;
      waiting.delete(item);
      inSprint.add(item.key);
      free -= points;
      chosen.push({ item, points, because: reason(snapshot, item, chosen) });
      // What waited for this one may be more urgent than what comes next: look again from the top.
      again = true;
      break;
    }
  }
  const leftOut = [...waiting].map((item) => ({
    item,
    why: whyNot(snapshot, item, inSprint, taken, { free, capacity }),
  }));
  return { chosen, leftOut, points: capacity - free };
}

function byUrgency(a: Item, b: Item): number {
  const rank = (item: Item): number => priorityRank(item.priority?.text ?? '') ?? 2;
  return rank(a) - rank(b) || (b.score?.value ?? -1) - (a.score?.value ?? -1) || a.line - b.line;
}

const openNeeds = (snapshot: PlanSnapshot, item: Item, inSprint: ReadonlySet<string>): readonly Item[] =>
  (snapshot.needs.get(item.key) ?? [])
    .filter((key) => !inSprint.has(key))
    .flatMap((key) => snapshot.items.get(key) ?? [])
    .filter(({ status }) => status !== 'done');

function reason(snapshot: PlanSnapshot, item: Item, before: readonly Choice[]): string {
  const said = [
    item.priority === null ? 'no priority' : `priority ${item.priority.text.trim()}`,
    item.score === null ? null : `score ${item.score.value}`,
  ].filter((part) => part !== null);
  const after = before.filter((each) => (snapshot.needs.get(item.key) ?? []).includes(each.item.key));
  return [...said, ...after.map((each) => `after ${each.item.id ?? each.item.title}`)].join(', ');
}

function whyNot(
  snapshot: PlanSnapshot,
  item: Item,
  inSprint: ReadonlySet<string>,
  taken: ReadonlyMap<string, string>,
  room: { readonly free: number; readonly capacity: number },
): string {
  const sprint = taken.get(item.key);
  if (sprint !== undefined) return `stands in ${sprint}`;
  if (item.status === 'blocked') return 'is blocked';
  const needs = openNeeds(snapshot, item, inSprint);
  if (needs.length > 0) return `waits for ${needs.map(({ id, title }) => id ?? title).join(', ')}`;
  if (item.points === null) return 'has no points';
  const { value } = item.points;
  return value > room.capacity
    ? `${value} points are more than the ${room.capacity} there were`
    : `${value} points do not fit into the ${room.free} left`;
}
