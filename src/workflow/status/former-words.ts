// The words a status stood in before it was changed, and what the change did to the parents: setting it back restores
// them, byte for byte.
import * as z from 'zod';
import { PLAN_STATUSES, type Item, type PlanStatus } from '../../model/plan';
import type { Plan, PlanChange } from '../../plan/ports';
import type { Spellings } from '../action';

/** What a parent was before one of its children changed, kept with the child. */
interface Former {
  /** Status of the child after that change; a later one makes this worthless. */
  readonly to: PlanStatus;
  /** The parent's own, before and after. */
  readonly before: PlanStatus;
  readonly after: PlanStatus;
  readonly text: string;
}
const status = z.enum(PLAN_STATUSES as ['open', 'in-progress', 'blocked', 'done', 'cancelled']);
const former: z.ZodType<Former> = z.object({ to: status, before: status, after: status, text: z.string() });

const ofParent = (child: Item, parent: Item): string => `${child.key}\u0001${parent.key}`;

export interface WordsBefore {
  /** The changes with the words to write, and with the parents that go back to what they were. */
  readonly changes: readonly PlanChange[];
  /** Call when they were written: keeps what stood there. */
  remember(): void;
}

/** Looks up what is remembered for the statuses in `changes`, on the plan as it is now. */
export function withFormerWords(plan: Plan, spellings: Spellings, changes: readonly PlanChange[]): WordsBefore {
  const { items } = plan.snapshot();
  const whole: PlanChange[] = [];
  const standing: { readonly item: Item; readonly to: PlanStatus; readonly text: string }[] = [];
  const above: { readonly child: Item; readonly parent: Item; readonly to: PlanStatus; readonly text: string }[] = [];
  const asked = new Set(changes.flatMap((change) => (change.kind === 'set-status' ? [change.key] : [])));
  for (const change of changes) {
    const item = change.kind === 'set-status' ? items.get(change.key) : undefined;
    if (change.kind !== 'set-status' || item === undefined || item.status === change.status) {
      whole.push(change);
      continue;
    }
    const spelling = change.spelling ?? spellings.get(item.key, change.status);
    whole.push(spelling === null ? change : { ...change, spelling });
    const text = wordsAt(plan, item);
    if (text !== null) standing.push({ item, to: change.status, text });
    for (const parent of ancestors(items, item)) {
      const words = wordsAt(plan, parent);
      if (words === null || asked.has(parent.key)) continue;
      above.push({ child: item, parent, to: change.status, text: words });
      const kept = formerOf(spellings.get(ofParent(item, parent), change.status));
      if (kept === null || kept.to !== item.status || kept.after !== parent.status) continue;
      asked.add(parent.key);
      whole.push({ kind: 'set-status', key: parent.key, status: kept.before, spelling: kept.text });
    }
  }
  return {
    changes: whole,
    remember() {
      const now = plan.snapshot().items;
      for (const { item, text } of standing) spellings.put(item.key, item.status, text);
      for (const { child, parent, to, text } of above) {
        const after = now.get(parent.key)?.status ?? parent.status;
        const kept: Former = { to, before: parent.status, after, text };
        spellings.put(ofParent(child, parent), child.status, JSON.stringify(kept));
      }
    },
  };
}

function wordsAt(plan: Plan, item: Item): string | null {
  const site = item.statusSite;
  return site === null ? null : (plan.text(item.path)?.slice(site.span.start, site.span.end) ?? null);
}

function ancestors(items: ReadonlyMap<string, Item>, item: Item): readonly Item[] {
  const found: Item[] = [];
  for (let at = item.parent; at !== null && found.length < 20;) {
    const parent = items.get(at);
    if (parent === undefined || found.includes(parent)) break;
    found.push(parent);
    at = parent.parent;
  }
  return found;
}

function formerOf(text: string | null): Former | null {
  if (text === null) return null;
  try {
    return former.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
