// Which places of a backlog are the same item: the same id and the same title, where one title may be cut short. An id
// alone is no identity; conflicts between the places are reported.
import type { Item } from '../../model/plan';
import type { QuickFix } from '../../model/problem';
import { normalId, normalTitle } from '../graph/ids';
import type { Entry, EntryForm } from './reference-entry';
import type { ProblemList } from './reference-problems';

/** The place whose status counts comes first. */
const ORDER: readonly EntryForm[] = ['row', 'heading', 'queue', 'archive', 'lane', 'roadmap'];
/** A title shorter than this is only equal, never the start of a longer one. */
const SHORTEST_CUT = 8;

export interface ItemGroup {
  readonly primary: Entry;
  /** All places in document order. */
  readonly entries: readonly Entry[];
}

export function sameTitle(a: string, b: string): boolean {
  const one = normalTitle(a);
  const two = normalTitle(b);
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  if (short === long) return true;
  return short.length >= SHORTEST_CUT && long.startsWith(short);
}

/** Groups in the order of their first place. */
export function groupEntries(entries: readonly Entry[]): readonly ItemGroup[] {
  const byId = new Map<string, Entry[]>();
  for (const entry of entries) {
    const id = normalId(entry.id);
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [entry]);
    else known.push(entry);
  }
  const groups = new Map<string, Entry[]>();
  for (const [id, same] of byId) {
    const whole = wholeTitles(same.map((entry) => normalTitle(entry.title)));
    for (const entry of same) {
      const title = normalTitle(entry.title);
      const name = `${id}\n${whole.get(title) ?? title}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [entry]);
      else group.push(entry);
    }
  }
  return [...groups.values()]
    .map((group) => ({ primary: primaryOf(group), entries: group }))
    .sort((a, b) => (a.entries[0]?.line ?? 0) - (b.entries[0]?.line ?? 0));
}

/** For every title the whole one it may be cut from; a start that several different titles share stays its own. */
function wholeTitles(titles: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(titles)].sort();
  const longer = new Map<string, string[]>();
  const open: string[] = [];
  for (const title of sorted) {
    while (open.length > 0 && !title.startsWith(open.at(-1) ?? '')) open.pop();
    const start = open.at(-1);
    if (start !== undefined) longer.set(start, [...(longer.get(start) ?? []), title].slice(0, 2));
    if (title.length >= SHORTEST_CUT) open.push(title);
  }
  const whole = new Map<string, string>();
  for (const title of sorted.reverse()) {
    const next = longer.get(title);
    const only = next?.length === 1 ? next[0] : undefined;
    whole.set(title, only === undefined ? title : (whole.get(only) ?? only));
  }
  return whole;
}

/** By form and line alone: which place counts must not change by writing a status into it. */
function primaryOf(group: readonly Entry[]): Entry {
  const [first] = [...group].sort((a, b) => ORDER.indexOf(a.form) - ORDER.indexOf(b.form) || a.line - b.line);
  if (first === undefined) throw new Error('A group has at least one entry.');
  return first;
}

/** Fields of the primary place, filled up from the others. */
export function mergedDraft(group: ItemGroup, drafts: ReadonlyMap<Entry, Partial<Item>>): Partial<Item> {
  const others = group.entries.filter((entry) => entry !== group.primary);
  const merged: Record<string, unknown> = { ...drafts.get(group.primary) };
  for (const entry of others) {
    for (const [name, value] of Object.entries(drafts.get(entry) ?? {})) {
      const have = merged[name];
      const empty = have === undefined || have === null || have === false || (Array.isArray(have) && have.length === 0);
      if (empty) merged[name] = value;
      else if (name === 'dates') merged[name] = { ...(value as object), ...have };
    }
  }
  return merged;
}

/** Reports what the places of one item say differently, and ids that name several items. */
export function reportIdentity(groups: readonly ItemGroup[], problems: ProblemList): void {
  const first = new Map<string, ItemGroup>();
  for (const group of groups) {
    const { primary } = group;
    const id = normalId(primary.id);
    const before = first.get(id);
    if (before === undefined) first.set(id, group);
    else {
      problems.add(
        'duplicate-id-different-item',
        'warning',
        primary.titleSpan,
        `${primary.id} is "${before.primary.title}" in line ${before.primary.line} and "${primary.title}" here.`,
      );
    }
    const rows = group.entries.filter((entry) => entry.form === 'row');
    for (const row of rows.slice(1)) {
      problems.add(
        'duplicate-id-same-item',
        'warning',
        row.titleSpan,
        `${row.id} has a row in line ${rows[0]?.line ?? row.line} already.`,
        sameRow(rows[0], row, problems),
      );
    }
    for (const entry of group.entries) if (entry !== primary) reportConflict(primary, entry, problems);
  }
}

/** A row that stands twice word for word needs to stand once; what is noted under it must not lose its row. */
function sameRow(first: Entry | undefined, row: Entry, problems: ProblemList): readonly QuickFix[] {
  const { index } = problems;
  const words = (entry: Entry): string =>
    index.text.slice(index.start(entry.line), index.end(entry.lastLine)).replaceAll(/\s+/g, ' ').trim();
  if (first === undefined || words(first) !== words(row)) return [];
  const below = row.lastLine < index.count ? index.line(row.lastLine + 1).trim() : '';
  if (below !== '' && !below.startsWith('|')) return [];
  const edits = [problems.withoutLines(row.line, row.lastLine)];
  return [{ title: 'Remove the repetition', edits, preferred: true }];
}

/** An archive row says done by standing where it stands. */
function saysStatus(entry: Entry): boolean {
  return entry.statusText !== null || entry.form === 'archive';
}

function reportConflict(primary: Entry, entry: Entry, problems: ProblemList): void {
  const span = entry.site !== null && entry.statusText !== null ? entry.site.span : entry.titleSpan;
  const says: string[] = [];
  if (saysStatus(entry) && saysStatus(primary) && entry.status !== primary.status)
    says.push(`is ${primary.status} in line ${primary.line} and ${entry.status} here`);
  const [points, other] = [primary.draft.points?.value, entry.draft.points?.value];
  if (points !== undefined && other !== undefined && points !== other)
    says.push(`has ${points} points in line ${primary.line} and ${other} here`);
  if (entry.form === 'row' && primary.form === 'row') {
    const [priority, here] = [primary.draft.priority?.text, entry.draft.priority?.text];
    if (priority !== undefined && here !== undefined && priority !== here)
      says.push(`has priority ${priority} in line ${primary.line} and ${here} here`);
  }
  if (says.length === 0) return;
  const fixes = says.length === 1 ? archivedFix(primary, entry) : [];
  problems.add('conflicting-fields', 'warning', span, `${entry.id} ${says.join('; ')}.`, fixes);
}

/** An item that was archived is done, whatever its live row still says. */
function archivedFix(one: Entry, other: Entry): readonly QuickFix[] {
  const live = one.form === 'archive' ? other : other.form === 'archive' ? one : null;
  if (live?.site == null || live.form !== 'row' || live.site.text === null || live.status === 'done') return [];
  const edits = [{ span: live.site.span, text: 'done' }];
  return [{ title: 'Write done in the live row', edits, preferred: true }];
}
