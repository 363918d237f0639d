// Plans a PRD and a task list as texts; nothing is written here.
import type { Failure } from '../../model/failure';
import type { PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { backlogMdManner } from '../../plan/compose/backlog-md-file';
import { deriveTasks } from '../../plan/compose/derive-tasks';
import type { ItemFacts } from '../../plan/compose/item-facts';
import { composePrd } from '../../plan/compose/prd-text';
import { readDraft } from '../../plan/compose/read-draft';
import { subjectOf } from '../../plan/compose/requirements';
import type { TaskGroup } from '../../plan/compose/derive-tasks';
import { type MarkdownForm, taskNames } from '../../plan/compose/task-forms';
import { composeTaskList, type TaskListFrame } from '../../plan/compose/task-list';
import { plainHyphens } from '../../plan/graph/ids';
import type { Workspace } from '../action';
import type { DocumentDraft } from './drafts';
import { listPath, ownForm, type TaskForm } from './own-dialect';
import { taskFiles } from './task-files';
import { documentPath, templateOf, testCommandOf, today } from './sources';

export interface PlannedPrd {
  readonly draft: DocumentDraft;
  readonly openQuestions: readonly string[];
}

export async function planPrd(
  workspace: Workspace,
  facts: ItemFacts,
  taskList: string | null,
): Promise<Result<PlannedPrd, Failure>> {
  const path = documentPath(workspace, 'PRD', facts.id, facts.title);
  const composed = composePrd(facts, {
    today: today(),
    template: await templateOf(workspace, 'prd.md'),
    taskList,
    testCommand: await testCommandOf(workspace),
  });
  if (!composed.ok) return composed;
  const { text, openQuestions } = composed.value;
  return ok({ draft: { path, before: null, after: text }, openQuestions });
}

export interface PlannedTasks {
  /** The list; of tasks in files of their own the first. */
  readonly draft: DocumentDraft;
  readonly more: readonly DocumentDraft[];
  /** In whose words it is written. */
  readonly form: TaskForm;
  readonly notes: readonly string[];
  readonly title: string;
  readonly tasks: number;
  readonly phases: number;
  /** Tasks for which nobody said how long they take. */
  readonly withoutEstimate: number;
}

export interface TaskSources {
  readonly facts: ItemFacts | null;
  readonly prd: { readonly path: string; readonly text: string; readonly document: PlanDocument } | null;
  /** Where there is no PRD: why. */
  readonly withoutPrd: string;
}

/** Failure 'nothing-to-run' when the sources ask for nothing that could be a task. */
export async function planTasks(workspace: Workspace, sources: TaskSources): Promise<Result<PlannedTasks, Failure>> {
  const { facts, prd } = sources;
  const groups = deriveTasks({ prd, item: facts, testCommand: await testCommandOf(workspace) });
  const tasks = groups.flatMap((group) => group.tasks);
  const source = prd?.path ?? facts?.id ?? facts?.title ?? '';
  if (tasks.length === 0) return err({ kind: 'nothing-to-run', what: source, why: 'no-tasks' });
  const id = facts?.id ?? idOf(prd);
  const title = facts?.title ?? subjectOf(prd?.document.title ?? '') ?? nameOf(prd?.path ?? source);
  const frame: TaskListFrame = {
    id: id ?? null,
    title,
    prd: prd?.path ?? sources.withoutPrd,
    today: today(),
    template: await templateOf(workspace, 'tasks.md'),
  };
  const listed = await inOwnForm(workspace, groups, frame);
  if (!listed.ok) return listed;
  return ok({
    ...listed.value,
    title,
    tasks: tasks.length,
    phases: groups.length,
    withoutEstimate: tasks.filter((task) => task.estimate === null).length,
  });
}

/** The list in the words this workspace uses; in the reference's where those cannot hold it. */
async function inOwnForm(
  workspace: Workspace,
  groups: readonly TaskGroup[],
  frame: TaskListFrame,
): Promise<Result<Pick<PlannedTasks, 'draft' | 'more' | 'form' | 'notes'>, Failure>> {
  const own = await ownForm(workspace);
  const reference = documentPath(workspace, 'Task-List', frame.id, frame.title);
  const notes: string[] = [];
  const manner = own.form === 'backlog-md' ? backlogMdManner(workspace.plan.snapshot().documents) : null;
  const [first, ...more] = manner === null ? [] : taskFiles(manner, groups, frame, Date.now());
  if (first !== undefined) return ok({ draft: first, more, form: own.form, notes });
  if (own.form !== 'reference-tasks' && own.form !== 'backlog-md') {
    const composed = composeTaskList(groups, { ...frame, form: own.form });
    if (!composed.ok) return composed;
    const path = (await listPath(workspace, own, frame.id, frame.title)) ?? reference;
    const draft = { path, before: null, after: composed.value };
    if (holds(path, composed.value, groups, own.form)) return ok({ draft, more: [], form: own.form, notes });
    notes.push(`The tasks are in the reference form: as ${own.form} they would not be read back as they are meant`);
  }
  const composed = composeTaskList(groups, frame);
  if (!composed.ok) return composed;
  const read = readDraft(reference, composed.value);
  if (read === null || !read.items.some((item) => item.kind === 'task'))
    return err({
      kind: 'config',
      path: workspace.config().paths.templates,
      line: 1,
      message: 'tasks.md leaves out {{tasks}}: no task would be found in the result',
    });
  return ok({
    draft: { path: reference, before: null, after: composed.value },
    form: 'reference-tasks',
    more: [],
    notes,
  });
}

/** The path of the list that would be written for an item. */
export async function plannedListPath(workspace: Workspace, id: string | null, title: string): Promise<string | null> {
  const own = await ownForm(workspace);
  if (own.form === 'backlog-md') return null;
  return (await listPath(workspace, own, id, title)) ?? documentPath(workspace, 'Task-List', id, title);
}

/** Would the list be read back there as the tasks it was made from? */
function holds(path: string, text: string, groups: readonly TaskGroup[], form: MarkdownForm): boolean {
  const document = readDraft(path, text);
  if (document === null || document.dialect !== form) return false;
  const names = taskNames(groups, form);
  const found = new Map(document.items.map((item) => [item.id, item]));
  return groups
    .flatMap((group) => group.tasks)
    .every((task) => {
      const item = found.get(names.get(task.number) ?? null);
      return (
        item !== undefined &&
        item.title === task.title.trim() &&
        (form === 'cursor-plan' || item.criteria.length === task.criteria.length)
      );
    });
}

/** The id a PRD's name or text gives, as written there. */
function idOf(prd: TaskSources['prd']): string | null {
  if (prd === null || prd.document.belongsTo === null) return null;
  const written = /(?:^|[^A-Za-z])([A-Z]{1,5}-\d+(?:-[A-Za-z](?=[-_. ]|$))?)/.exec(
    plainHyphens(`${prd.path.split('/').at(-1) ?? ''} ${prd.text.slice(0, 2000)}`),
  );
  return written?.[1] ?? prd.document.belongsTo;
}

/** A file's name as words: "PRD-B-001-page-names.md" → "page names". */
const nameOf = (path: string): string =>
  (path.split('/').at(-1) ?? path)
    .replace(/\.\w+$/, '')
    .replace(/^PRD[-_ ]*/i, '')
    .replace(/^[A-Z]{1,5}-\d+[-_ ]*/, '')
    .replaceAll(/[-_]+/g, ' ')
    .trim() || path;
