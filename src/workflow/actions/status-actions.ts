// Status by hand and what keeps a plan true: update-status, start-work, progress, complete, stale, in-progress, dependency, hygiene, rescore, lanes, queue.
import * as z from 'zod';
import { PLAN_STATUSES, type Item, type PlanSnapshot, type PlanStatus } from '../../model/plan';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { computedScore } from '../../plan/graph/score';
import { defineAction, type Workspace } from '../action';
import { findItem } from '../resolve';
import { changeDocumentStatus, changeItemStatus } from '../status/change-status';
import { inProgress as inProgressOf, place, problemCounts, staleItems, undated } from '../status/hygiene';
import { inProgressSchema } from '../outputs/plan-shapes';
import {
  completeOutput,
  dependencyOutput,
  hygieneOutput,
  lanesOutput,
  progressOutput,
  queueOutput,
  rescoreOutput,
  staleOutput,
  startWorkOutput,
  updateStatusOutput,
} from '../outputs/status-outputs';

/** Words of the documents that people type as well. */
const OTHER_WORDS: Readonly<Record<string, PlanStatus>> = { todo: 'open', completed: 'done', complete: 'done' };

const item = z.string().min(1).describe('Id, key or title');

export const updateStatus = defineAction({
  name: 'update-status',
  title: 'Update Status…',
  description:
    'Sets the status of an item, a task or a PRD along legal transitions, with the dates its document keeps.',
  effect: 'write',
  input: z.strictObject({
    item: z.string().optional().describe('Item or task: id, key or title'),
    prd: z.string().optional().describe('PRD: path or file name'),
    status: z
      .string()
      .optional()
      .describe('open, in-progress, blocked, done, cancelled; for a PRD draft, approved, in progress, completed …'),
  }),
  output: updateStatusOutput,
  positional: ['item', 'status'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    // With --prd the status may stand where the item would.
    if (input.prd !== undefined) return changeDocumentStatus(workspace, input.prd, input.status ?? input.item ?? '');
    if (input.item === undefined)
      return err({ kind: 'invalid-input', field: 'ITEM', message: 'is missing; or say --prd' });
    const wanted = (input.status ?? '').toLowerCase().replace(/[ _]/g, '-');
    const status = PLAN_STATUSES.find((each) => each === wanted) ?? OTHER_WORDS[wanted];
    if (status === undefined)
      return err({ kind: 'invalid-input', field: 'STATUS', message: `is none of ${PLAN_STATUSES.join(', ')}` });
    return changeItemStatus(workspace, input.item, status, Date.now());
  },
});

export const startWork = defineAction({
  name: 'start-work',
  title: 'Start Work…',
  description: 'Marks an item as in progress and says when the limit of work in progress is passed.',
  effect: 'write',
  input: z.strictObject({ item }),
  output: startWorkOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const changed = await changeItemStatus(workspace, input.item, 'in-progress', Date.now());
    if (!changed.ok) return changed;
    return ok({ ...changed.value, inProgress: inProgressOf(workspace.plan.snapshot(), workspace.config()) });
  },
});

export const complete = defineAction({
  name: 'complete',
  title: 'Complete Item…',
  description: 'Marks an item as done, with its date where the document keeps one; lists open tasks that belong to it.',
  effect: 'write',
  input: z.strictObject({ item, force: z.boolean().default(false).describe('Although tasks are open') }),
  output: completeOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const open = openTasksOf(workspace.plan.snapshot(), found.value);
    if (open.length > 0 && !input.force) {
      const names = open.slice(0, 5).map((each) => each.id ?? each.title);
      return err({
        kind: 'invalid-input',
        field: found.value.id ?? found.value.title,
        message: `has ${open.length} open tasks (${names.join(', ')}); --force completes it all the same`,
      });
    }
    return changeItemStatus(workspace, found.value.key, 'done', Date.now());
  },
});

export const progress = defineAction({
  name: 'progress',
  title: 'Write Progress…',
  description: 'Writes the progress of an item into its document: given, or counted from its tasks.',
  effect: 'write',
  input: z.strictObject({ item, value: z.string().optional().describe('e.g. 40% or 3/8; default: counted') }),
  output: progressOutput,
  positional: ['item', 'value'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const tasks = tasksOf(workspace.plan.snapshot(), found.value);
    const counted = `${tasks.filter((task) => task.status === 'done').length}/${tasks.length}`;
    const value = input.value ?? counted;
    const written = await workspace.plan.change([{ kind: 'set-progress', key: found.value.key, value }]);
    return written.ok ? ok({ ...place(found.value), progress: value, counted }) : written;
  },
});

export const stale = defineAction({
  name: 'stale',
  title: 'Show Stale Items',
  description: 'Work in progress that nobody touched for days.',
  effect: 'read',
  input: z.strictObject({ days: z.coerce.number().int().min(1).default(7).describe('Days without a touch') }),
  output: staleOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const last = lastEvent(workspace);
    const snapshot = workspace.plan.snapshot();
    return ok({
      days: input.days,
      stale: staleItems(snapshot, input.days, Date.now(), last),
      undated: undated(snapshot, last).map(place),
    });
  },
});

export const inProgress = defineAction({
  name: 'in-progress',
  title: 'Show Work in Progress',
  description: 'Backlog items in progress against the limit.',
  effect: 'read',
  input: z.strictObject({}),
  output: inProgressSchema,
  positional: [],
  surfaces: ['palette', 'cli'],
  run: async (workspace) => ok(inProgressOf(workspace.plan.snapshot(), workspace.config())),
});

type Place = ReturnType<typeof place>;
/** validate, check, and add or resolve. */
type DependencyOutput =
  | {
      readonly valid: boolean;
      readonly problems: readonly {
        readonly path: string;
        readonly line: number;
        readonly code: string;
        readonly message: string;
      }[];
    }
  | (Place & { readonly ready: boolean; readonly waitsFor: readonly (Place & { readonly status: PlanStatus })[] })
  | (Place & { readonly on: string; readonly done: 'add' | 'resolve' });

export const dependency = defineAction({
  name: 'dependency',
  title: 'Edit Dependencies…',
  description: 'add, resolve (remove) or check a dependency of an item; validate looks at all of them.',
  effect: 'write',
  input: z.strictObject({
    do: z.enum(['add', 'resolve', 'check', 'validate']).describe('What to do'),
    item: z.string().optional().describe('Id, key or title'),
    on: z.string().optional().describe('What it depends on'),
  }),
  output: dependencyOutput,
  positional: ['do', 'item', 'on'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input): Promise<Result<DependencyOutput, Failure>> {
    const snapshot = workspace.plan.snapshot();
    if (input.do === 'validate') {
      const problems = snapshot.problems.filter(({ code }) => code.includes('dependency'));
      return ok({
        valid: problems.length === 0,
        problems: problems.map(({ path, line, code, message }) => ({ path, line, code, message })),
      });
    }
    const found = findItem(workspace, input.item ?? '');
    if (!found.ok) return found;
    if (input.do === 'check') {
      const waits = (snapshot.needs.get(found.value.key) ?? []).flatMap((key) => snapshot.items.get(key) ?? []);
      return ok({
        ...place(found.value),
        ready: waits.every((each) => each.status === 'done'),
        waitsFor: waits.map((each) => ({ ...place(each), status: each.status })),
      });
    }
    if (input.on === undefined) return err({ kind: 'invalid-input', field: 'ON', message: 'is missing' });
    const other = input.do === 'add' ? findItem(workspace, input.on) : null;
    if (other !== null && !other.ok) return other;
    const on = other?.value.id ?? other?.value.title ?? input.on;
    const written = await workspace.plan.change([
      { kind: input.do === 'add' ? 'add-dependency' : 'remove-dependency', key: found.value.key, on },
    ]);
    return written.ok ? ok({ ...place(found.value), on, done: input.do }) : written;
  },
});

export const hygiene = defineAction({
  name: 'hygiene',
  title: 'Show Plan Hygiene',
  description:
    'One report of what needs care: problems by kind, stale and undated work, too much in progress, done items with open tasks.',
  effect: 'read',
  input: z.strictObject({ days: z.coerce.number().int().min(1).default(7).describe('Stale after so many days') }),
  output: hygieneOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const snapshot = workspace.plan.snapshot();
    const last = lastEvent(workspace);
    const doneWithOpen = [...snapshot.items.values()].filter(
      (each) => each.kind === 'backlog-item' && each.status === 'done' && openTasksOf(snapshot, each).length > 0,
    );
    return ok({
      documents: snapshot.documents.length,
      items: snapshot.items.size,
      problems: problemCounts(snapshot),
      stale: staleItems(snapshot, input.days, Date.now(), last),
      undated: undated(snapshot, last).map(place),
      inProgress: inProgressOf(snapshot, workspace.config()),
      doneWithOpenTasks: doneWithOpen.map(place),
    });
  },
});

export const rescore = defineAction({
  name: 'rescore',
  title: 'Preview Scores',
  description: "The author's score of each item beside the computed one, with the formula; nothing is written.",
  effect: 'read',
  input: z.strictObject({ different: z.boolean().default(false).describe('Only where they differ') }),
  output: rescoreOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const rows = [...workspace.plan.snapshot().items.values()].flatMap((each) => {
      const computed = computedScore(each);
      if (computed === null) return [];
      const differs = each.score === null || Math.abs(each.score.value - computed.value) > 0.05;
      return input.different && !differs
        ? []
        : [{ ...place(each), author: each.score?.value ?? null, computed: computed.value, parts: each.scoreParts }];
    });
    return ok({ formula: '(bv + tc + rr + le) / effort', items: rows });
  },
});

export const lanes = defineAction({
  name: 'lanes',
  title: 'Show Lanes',
  description: 'The lanes of the backlog with their items, best score first.',
  effect: 'read',
  input: z.strictObject({}),
  output: lanesOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace) {
    const items = [...workspace.plan.snapshot().items.values()];
    const inLane = items
      .filter(({ kind }) => kind === 'lane')
      .map((lane) => ({
        lane: lane.title,
        path: lane.path,
        line: lane.line,
        items: byScore(items.filter(({ parent }) => parent === lane.key)),
      }));
    return ok({ lanes: inLane.filter((lane) => lane.items.length > 0) });
  },
});

export const queue = defineAction({
  name: 'queue',
  title: 'Show Agent Queue',
  description: 'Open backlog items that an agent may take: nothing open before them and no person required.',
  effect: 'read',
  input: z.strictObject({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('How many (default: limits.queue of the config)'),
  }),
  output: queueOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const ready = workspace.plan.ready().filter((each) => each.kind === 'backlog-item' && !each.humanRequired);
    return ok({ queue: byScore(ready).slice(0, input.limit ?? workspace.config().limits.queue) });
  },
});

const byScore = (items: readonly Item[]) =>
  [...items]
    .sort((a, b) => (b.score?.value ?? -1) - (a.score?.value ?? -1))
    .map((each) => ({
      ...place(each),
      status: each.status,
      score: each.score?.value ?? null,
      points: each.points?.value ?? null,
    }));

/** Tasks of the documents that belong to a backlog item; without such, its own children. */
function tasksOf(snapshot: PlanSnapshot, of: Item): readonly Item[] {
  const belonging = snapshot.documents
    .filter((document) => of.normalId !== null && document.belongsTo === of.normalId && document.kind === 'tasks')
    .flatMap((document) => document.items);
  const all = belonging.length > 0 ? belonging : [...snapshot.items.values()].filter((each) => each.parent === of.key);
  return all.filter((each) => ['task', 'hotfix', 'subtask', 'plan-item'].includes(each.kind));
}

const openTasksOf = (snapshot: PlanSnapshot, of: Item): readonly Item[] =>
  tasksOf(snapshot, of).filter(({ status }) => status !== 'done' && status !== 'cancelled');

/** When the record last knew something of an item. */
function lastEvent(workspace: Workspace): (key: string) => number | null {
  return (key) => workspace.engine.events({ taskKey: key, limit: 10_000 }).at(-1)?.event.at ?? null;
}
