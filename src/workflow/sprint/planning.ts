// Sprints and goals of the workspace: found in plan documents and in files named after them, linked to items of the plan.
import type { Failure } from '../../model/failure';
import type { Item, PlanSnapshot } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { TextEdit } from '../../model/text';
import { normalId } from '../../plan/graph/ids';
import { writeAll } from '../../plan/plan-index-change';
import type { DocumentStore, Plan } from '../../plan/ports';
import { applyEdits, inverseEdits } from '../../plan/write/text-edits';
import type { KeysOf } from '../scope';
import { readSections, type Section, type SectionKind } from './read-sections';

/** Files that may hold sprints and goals although they are no plan documents themselves. */
const NAMED = /(?:sprint|goal|roadmap|strateg)[^/]*(?:\/.*)?\.md$/i;

export interface Planning {
  readonly sections: readonly Section[];
  /** Texts the sections were read from, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

type Source = { readonly plan: Plan; readonly documents: DocumentStore };

/** Reads all sprints and goals as they stand now: the plan may not yet have read again what was just written. */
export async function readPlanning(source: Source): Promise<Planning> {
  const last = planningFrom(source.plan, await readNamed(source));
  const texts = new Map<string, string>();
  for (const path of last.texts.keys()) {
    const text = await source.documents.read(path);
    if (text !== null) texts.set(path, text);
  }
  return planningOf(texts);
}

const planningOf = (texts: ReadonlyMap<string, string>): Planning => ({
  sections: [...texts].flatMap(([path, text]) => readSections(path, text)),
  texts,
});

/** Texts of the files that are named after sprints and goals. */
async function readNamed({ documents }: Source): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const path of await documents.list()) {
    const text = NAMED.test(path) ? await documents.read(path) : null;
    if (text !== null) texts.set(path, text);
  }
  return texts;
}

function planningFrom(plan: Plan, named: ReadonlyMap<string, string>): Planning {
  const texts = new Map<string, string>();
  for (const path of new Set([...plan.snapshot().documents.map((document) => document.path), ...named.keys()])) {
    const text = plan.text(path) ?? named.get(path) ?? '';
    if (/\b(?:SPRINT|GOAL)-\d/i.test(text)) texts.set(path, text);
  }
  return planningOf(texts);
}

/** The one section with this id. */
export function findSection(planning: Planning, kind: SectionKind, asked: string): Result<Section, Failure> {
  const wanted = idOf(kind, asked);
  const all = planning.sections.filter((section) => section.kind === kind);
  const found = all.filter(({ id }) => idOf(kind, id) === wanted);
  if (found.length === 1 && found[0] !== undefined) return ok(found[0]);
  if (found.length > 1)
    return err({ kind: 'ambiguous-item', asked, candidates: found.map(({ path, line }) => `${path}:${line}`) });
  return err({ kind: 'unknown-item', asked, nearest: all.slice(0, 5).map(({ id }) => id) });
}

/** "1", "sprint-1" and "SPRINT-001" are the same. */
function idOf(kind: SectionKind, asked: string): string {
  const number = /(\d+)\s*$/.exec(asked.trim())?.[1];
  const prefix = /^([a-z]+)-/i.exec(asked.trim())?.[1]?.toLowerCase();
  return number === undefined || (prefix !== undefined && prefix !== kind) ? asked : `${kind}-${Number(number)}`;
}

interface LinkedItems {
  /** Each once, in the order of the section. */
  readonly items: readonly Item[];
  /** Ids that no item of the plan answers to. */
  readonly unknown: readonly string[];
}

/** Items a section links to. A backlog's item stands for its id before tasks that repeat it. */
export function linkedItems(snapshot: PlanSnapshot, section: Section): LinkedItems {
  const items = new Map<string, Item>();
  const unknown: string[] = [];
  for (const { id } of section.links) {
    if (/^(?:SPRINT|GOAL)-/i.test(id)) continue;
    const wanted = normalId(id);
    const same = itemsById(snapshot).get(wanted) ?? [];
    const found = same.find(({ kind }) => kind === 'backlog-item') ?? same[0];
    if (found === undefined) unknown.push(id);
    else items.set(found.key, found);
  }
  return { items: [...items.values()], unknown };
}

const indexes = new WeakMap<PlanSnapshot, ReadonlyMap<string, readonly Item[]>>();

function itemsById(snapshot: PlanSnapshot): ReadonlyMap<string, readonly Item[]> {
  const known = indexes.get(snapshot);
  if (known !== undefined) return known;
  const made = new Map<string, Item[]>();
  for (const item of snapshot.items.values()) {
    if (item.normalId === null) continue;
    const list = made.get(item.normalId);
    if (list === undefined) made.set(item.normalId, [item]);
    else list.push(item);
  }
  indexes.set(snapshot, made);
  return made;
}

/** Sprints a goal links to, and those that name the goal. */
export function sprintsOf(planning: Planning, goal: Section): readonly Section[] {
  const own = new Set(goal.links.map(({ id }) => idOf('sprint', id)));
  const id = idOf('goal', goal.id);
  return planning.sections.filter(
    (section) =>
      section.kind === 'sprint' &&
      (own.has(idOf('sprint', section.id)) || section.links.some((link) => idOf('goal', link.id) === id)),
  );
}

/** Items of a goal: its own, and those of its sprints. */
export function goalItems(snapshot: PlanSnapshot, planning: Planning, goal: Section): LinkedItems {
  const all = [goal, ...sprintsOf(planning, goal)].map((section) => linkedItems(snapshot, section));
  return {
    items: [...new Map(all.flatMap(({ items }) => items.map((item) => [item.key, item] as const))).values()],
    unknown: [...new Set(all.flatMap(({ unknown }) => unknown))],
  };
}

/** What a run of a sprint or goal is made of, from a reading. */
export function keysIn(snapshot: PlanSnapshot, planning: Planning): KeysOf {
  return (scope) => {
    const found = findSection(planning, scope.kind, scope.id);
    if (!found.ok) return found;
    const section = found.value;
    const { items } = section.kind === 'goal' ? goalItems(snapshot, planning, section) : linkedItems(snapshot, section);
    const open = items.filter(({ status }) => status !== 'done' && status !== 'cancelled');
    if (items.length > 0 && open.length === 0)
      return err({ kind: 'nothing-to-run', what: section.id, why: 'all-done' });
    return ok({ title: nameOf(section), keys: open.map(({ key }) => key) });
  };
}

/** Follows the documents, for whoever must answer without waiting. */
export async function followPlanning(source: Source): Promise<{ readonly keysOf: KeysOf; dispose(): void }> {
  const named = new Map(await readNamed(source));
  const following = source.documents.onDidChange((paths) => {
    for (const path of paths.filter((each) => NAMED.test(each))) {
      void source.documents.read(path).then((text) => (text === null ? named.delete(path) : named.set(path, text)));
    }
  });
  return {
    keysOf: (scope) => keysIn(source.plan.snapshot(), planningFrom(source.plan, named))(scope),
    dispose: () => following.dispose(),
  };
}

/** Writes edits of several documents, together or not at all. */
export async function writeEdits(
  documents: DocumentStore,
  planning: Planning,
  edits: ReadonlyMap<string, readonly TextEdit[]>,
): Promise<Result<readonly string[], Failure>> {
  const writes = [...edits].flatMap(([path, own]) => {
    const basis = planning.texts.get(path);
    return basis === undefined || own.length === 0 ? [] : [{ path, basis, edits: own }];
  });
  return writeAll(writes, documents, {
    planEdit: () => ok([]),
    applyEdits,
    inverseEdits,
  });
}

const nameOf = ({ id, title }: Section): string => (title === '' ? id : `${id}: ${title}`);
