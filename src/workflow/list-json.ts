// The contract of `soloflow list --json`: what it holds, as a schema, and how a snapshot is put into it.
// Version 1. Adding a field keeps the version; renaming, removing or changing the meaning of one raises it.
import * as z from 'zod';
import type { Criterion, Item, Occurrence, PlanDocument, PlanSnapshot } from '../model/plan';
import type { Problem } from '../model/problem';
import { looseId } from '../plan/graph/node';
import { computedScore } from '../plan/graph/score';

const LIST_VERSION = 1;

const line = z.int().min(1);
const text = z.string();
const status = z.enum(['open', 'in-progress', 'blocked', 'done', 'cancelled']);

const criterion = z.strictObject({
  text,
  done: z.boolean().nullable().describe('null: written without a box'),
  line,
});

const item = z.strictObject({
  key: text.describe('Identity of the item; the same for every place it stands at'),
  id: text.nullable().describe('As written at the item, null without one'),
  title: text.describe('As written at this place'),
  kind: z.enum([
    'backlog-item',
    'task',
    'subtask',
    'plan-item',
    'phase',
    'lane',
    'epic',
    'story',
    'milestone',
    'hotfix',
  ]),
  form: text.describe('Shape of this place, e.g. "row", "lane", "heading"'),
  status: status.describe('At this place; what is not understood is open'),
  statusText: text.nullable().describe("The author's words for the status, null where none are written"),
  line: line.describe('Of this place'),
  lines: z.array(line).min(1).describe('Of all places of this item'),
  priority: text.nullable(),
  moscow: text.nullable(),
  points: z.number().nullable(),
  score: z.number().nullable().describe("The author's"),
  computedScore: z
    .strictObject({ value: z.number(), formula: text })
    .nullable()
    .describe("Computed from the author's figures, never in place of the author's total"),
  dependencies: z.array(text).describe('Ids where an id is meant, else the words of the author'),
  waitsFor: z.array(text).describe('Keys of the items it waits for'),
  parent: text.nullable().describe('Key of the phase, lane, epic or task above'),
  commands: z.array(text),
  criteria: z.array(criterion),
});

const problem = z.strictObject({
  path: text,
  line,
  column: line,
  code: text,
  severity: z.enum(['error', 'warning', 'info']),
  message: text,
});

export const listSchema = z
  .strictObject({
    schema: z.literal(LIST_VERSION),
    documents: z.array(
      z.strictObject({
        path: text.describe('Relative to the workspace, with /'),
        dialect: text,
        kind: z.enum(['backlog', 'prd', 'tasks', 'none']),
        title: text,
        claimed: z.number().nullable().describe('Total the author claims; never trusted'),
        items: z.array(item).describe('One entry per place an item stands at, by line'),
      }),
    ),
    problems: z.array(problem),
  })
  .meta({
    title: 'soloflow list --json',
    description: 'Lines and columns are 1-based, columns in UTF-16 units.',
  });

export type ListJson = z.output<typeof listSchema>;
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
