// A snapshot of the plan as `soloflow list --json` prints it. The contract is in outputs/list-output.ts.
import type { Criterion, Item, Occurrence, PlanDocument, PlanSnapshot } from '../model/plan';
import type { Problem } from '../model/problem';
import { looseId } from '../plan/graph/node';
import { computedScore } from '../plan/graph/score';
import { LIST_VERSION, type ListJson } from './outputs/list-output';

type ListItem = ListJson['documents'][number]['items'][number];

export interface ListOptions {
  /** Only these documents, by path. */
  readonly documents?: readonly string[];
}

/** The list of a snapshot, fit for JSON. */
export function toListJson(snapshot: PlanSnapshot, options: ListOptions = {}): ListJson {
  const wanted = options.documents === undefined ? null : new Set(options.documents);
  const isWanted = (path: string): boolean => wanted === null || wanted.has(path);
  return {
    schema: LIST_VERSION,
    documents: snapshot.documents
      .filter((document) => isWanted(document.path))
      .map((document) => listDocument(document, snapshot)),
    problems: snapshot.problems.filter((each) => isWanted(each.path)).map(listProblem),
  };
}

function listDocument(document: PlanDocument, snapshot: PlanSnapshot): ListJson['documents'][number] {
  const { path, dialect, kind, title, claimed } = document;
  const items = document.items.flatMap((each) => each.occurrences.map((place) => listPlace(each, place, snapshot)));
  return {
    path,
    dialect,
    kind,
    title,
    claimed: finite(claimed?.value),
    items: items.sort((a, b) => a.line - b.line),
  };
}

function listPlace(item: Item, place: Occurrence, snapshot: PlanSnapshot): ListItem {
  return {
    key: item.key,
    id: item.id,
    title: place.title,
    kind: item.kind,
    form: place.form,
    status: place.status,
    statusText: place.statusText,
    line: place.line,
    lines: [...new Set(item.occurrences.map((each) => each.line))].sort((a, b) => a - b),
    priority: item.priority?.value ?? null,
    moscow: item.moscow?.value ?? null,
    points: finite(item.points?.value),
    score: finite(item.score?.value),
    computedScore: computedScore(item),
    dependencies: dependencyNames(item, snapshot),
    waitsFor: [...(snapshot.needs.get(item.key) ?? [])],
    parent: item.parent,
    commands: item.commands.map((command) => command.text),
    criteria: item.criteria.map(listCriterion),
  };
}

/** An id as the item it leads to writes it, else as it was read; prose in the author's words. */
function dependencyNames(item: Item, snapshot: PlanSnapshot): string[] {
  const written = new Map<string, string>();
  for (const key of snapshot.needs.get(item.key) ?? []) {
    const other = snapshot.items.get(key);
    if (other?.id != null && other.normalId !== null) written.set(looseId(other.normalId), other.id);
  }
  const names = item.dependencies
    .filter((dependency) => dependency.kind !== 'blocks')
    .flatMap((dependency) =>
      dependency.targets.length === 0
        ? [dependency.text]
        : dependency.targets.map((target) => written.get(looseId(target)) ?? target),
    );
  return [...new Set(names)];
}

const listCriterion = ({ text, done, line }: Criterion): ListItem['criteria'][number] => ({ text, done, line });

const listProblem = ({ path, line, column, code, severity, message }: Problem): ListJson['problems'][number] => ({
  path,
  line: Math.max(1, line),
  column: Math.max(1, column),
  code,
  severity,
  message,
});

/** JSON has no NaN. */
const finite = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;
