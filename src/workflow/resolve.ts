// From what a person typed to what is meant: items by id, key or title, documents by path or name, pauses and runs by id.
import type { RunView } from '../engine/service';
import type { Failure } from '../model/failure';
import type { Pause } from '../model/pause';
import type { Item } from '../model/plan';
import { err, ok, type Result } from '../model/result';
import { taskUnder, type RunScope, type TaskRun } from '../model/run';
import { normalId, normalTitle } from '../plan/graph/ids';
import { looseId } from '../plan/graph/node';
import type { Workspace } from './action';

export function findItem(workspace: Workspace, asked: string): Result<Item, Failure> {
  return workspace.plan.find(asked);
}

/** A document by exact path, by file name, or by the only path that ends so. */
export function findDocument(workspace: Workspace, asked: string): Result<string, Failure> {
  const paths = workspace.plan.snapshot().documents.map((document) => document.path);
  const wanted = asked.replaceAll('\\', '/').replace(/^\.\//, '');
  if (paths.includes(wanted)) return ok(wanted);
  const absolute = `${workspace.root.replaceAll('\\', '/')}/`;
  if (wanted.startsWith(absolute) && paths.includes(wanted.slice(absolute.length)))
    return ok(wanted.slice(absolute.length));
  const ending = paths.filter(
    (path) => path.endsWith(`/${wanted}`) || path.endsWith(`/${wanted}.md`) || path === `${wanted}.md`,
  );
  if (ending.length === 1 && ending[0] !== undefined) return ok(ending[0]);
  if (ending.length > 1) return err({ kind: 'ambiguous-item', asked, candidates: ending });
  const name = (wanted.split('/').at(-1) ?? wanted).toLowerCase().slice(0, 10);
  return err({
    kind: 'unknown-document',
    path: asked,
    nearest: paths.filter((path) => path.toLowerCase().includes(name)).slice(0, 3),
  });
}

/** An open pause by id, by the start of its id, or by the task it stands on. */
export function findPause(workspace: Workspace, asked: string): Result<Pause, Failure> {
  const pauses = workspace.engine.pauses();
  const byId = pauses.filter((pause) => pause.id === asked || pause.id.startsWith(asked) || pause.id.endsWith(asked));
  if (byId.length === 1 && byId[0] !== undefined) return ok(byId[0]);
  const item = findItem(workspace, asked);
  const byTask = pauses.filter((pause) => {
    const task = workspace.engine.run(pause.runId)?.tasks.find(({ taskKey }) => taskKey === pause.taskKey);
    return task !== undefined && (item.ok ? task.spec.key === item.value.key : isCalled(task, asked));
  });
  if (byTask.length === 1 && byTask[0] !== undefined) return ok(byTask[0]);
  const candidates = byId.length > 1 ? byId : byTask;
  if (candidates.length > 1)
    return err({ kind: 'ambiguous-item', asked, candidates: candidates.map((pause) => pause.id) });
  const before = workspace.engine.run(asked.slice(0, Math.max(0, asked.lastIndexOf('-p'))));
  const answer = before?.pauses.find(({ id }) => id === asked)?.answer ?? null;
  return err(
    answer === null
      ? { kind: 'unknown-pause', id: asked }
      : { kind: 'already-answered', id: asked, choice: answer.choice, by: answer.by },
  );
}

const isCalled = ({ taskKey, spec }: TaskRun, asked: string): boolean => {
  const title = normalTitle(asked);
  return (
    taskKey === asked ||
    spec.key === asked ||
    (spec.id !== null && looseId(normalId(spec.id)) === looseId(normalId(asked))) ||
    (title !== '' && normalTitle(spec.title) === title)
  );
};

/**
 * A task of one of these runs, open ones first. Many plans have a task 1.1: the one that is run is meant, also where it
 * no longer stands in its document.
 */
export function findTask(
  workspace: Workspace,
  asked: string,
  runs: readonly RunView[],
): Result<{ readonly runId: string; readonly taskKey: string }, Failure> {
  const item = findItem(workspace, asked);
  for (const views of [runs.filter(({ run }) => run.endedAt === null), runs]) {
    const found = views.flatMap(({ run, tasks }) => {
      const known = item.ok ? taskUnder(tasks, item.value.key) : undefined;
      const called = item.ok ? (known === undefined ? [] : [known]) : tasks.filter((task) => isCalled(task, asked));
      return called.map(({ spec }) => ({ runId: run.id, taskKey: spec.key }));
    });
    const keys = [...new Set(found.map(({ taskKey }) => taskKey))];
    if (keys.length > 1) return err({ kind: 'ambiguous-item', asked, candidates: keys });
    if (found[0] !== undefined) return ok(found[0]);
  }
  return item.ok ? err({ kind: 'not-in-a-run', what: item.value.id ?? item.value.title }) : item;
}

/** A run by id or by the start of its id; without a wish the only open run. */
export function findRun(workspace: Workspace, asked: string | undefined): Result<RunView, Failure> {
  const exact = asked === undefined ? null : workspace.engine.run(asked);
  if (exact !== null) return ok(exact);
  const runs = workspace.engine.runs(50);
  const open = runs.filter((view) => view.run.endedAt === null);
  const fitting =
    asked === undefined
      ? open
      : runs.filter((view) => view.run.id === asked || view.run.id.startsWith(asked) || view.run.title === asked);
  if (fitting.length === 1 && fitting[0] !== undefined) return ok(fitting[0]);
  if (fitting.length === 0) return err({ kind: 'unknown-run', id: asked ?? '' });
  return err({
    kind: 'ambiguous-item',
    asked: asked ?? 'run',
    candidates: fitting.map((view) => `${view.run.id} ${view.run.title}`),
  });
}

export interface ScopeWish {
  readonly prd?: string | undefined;
  readonly tasks?: string | undefined;
  readonly backlogItem?: string | undefined;
  readonly sprintId?: string | undefined;
  readonly goalId?: string | undefined;
  readonly only?: string | undefined;
  readonly from?: string | undefined;
  readonly selection?: readonly string[] | undefined;
  readonly ready?: boolean | undefined;
}

/** The one scope of a wish; none or several are wrong use. */
export function scopeOf(workspace: Workspace, wish: ScopeWish): Result<RunScope, Failure> {
  const asked = Object.entries(wish).filter(([, value]) => value !== undefined && value !== false);
  if (asked.length !== 1) {
    return err({
      kind: 'invalid-input',
      field: 'scope',
      message:
        'say exactly one of --prd, --tasks, --backlog-item, --sprint-id, --goal-id, --only, --from, --selection, --ready',
    });
  }
  const path = wish.prd ?? wish.tasks;
  if (path !== undefined) {
    const found = findDocument(workspace, path);
    return found.ok ? ok({ kind: 'document', path: found.value }) : found;
  }
  if (wish.sprintId !== undefined) return ok({ kind: 'sprint', id: wish.sprintId });
  if (wish.goalId !== undefined) return ok({ kind: 'goal', id: wish.goalId });
  if (wish.ready === true) return ok({ kind: 'ready' });
  if (wish.selection !== undefined) {
    const keys: string[] = [];
    for (const each of wish.selection) {
      const item = findItem(workspace, each);
      if (!item.ok) return item;
      keys.push(item.value.key);
    }
    return ok({ kind: 'selection', keys });
  }
  const item = findItem(workspace, wish.backlogItem ?? wish.only ?? wish.from ?? '');
  if (!item.ok) return item;
  if (wish.only !== undefined) return ok({ kind: 'only', key: item.value.key });
  if (wish.from !== undefined) return ok({ kind: 'from', key: item.value.key });
  return ok({ kind: 'item', key: item.value.key });
}
