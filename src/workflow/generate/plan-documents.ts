// Plans a PRD and a task list as texts; nothing is written here.
import type { Failure } from '../../model/failure';
import type { PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { backlogMdManner } from '../../plan/compose/backlog-md-file';
import { beadsIssues, createCommand, exportedLine } from '../../plan/compose/beads-tasks';
import { deriveTasks } from '../../plan/compose/derive-tasks';
import type { ItemFacts } from '../../plan/compose/item-facts';
import { composePrd } from '../../plan/compose/prd-text';
import { readDraft } from '../../plan/compose/read-draft';
import { subjectOf } from '../../plan/compose/requirements';
import type { TaskGroup } from '../../plan/compose/derive-tasks';
import { type MarkdownForm, taskNames } from '../../plan/compose/task-forms';
import { composeTaskList, type TaskListFrame } from '../../plan/compose/task-list';
import { withTaskMasterTasks } from '../../plan/compose/task-master-tasks';
import type { WholeFrame } from '../../plan/compose/tool-details';
import { plainHyphens } from '../../plan/graph/ids';
import type { ToolCommand } from '../../plan/write/tool-command';
import type { Workspace } from '../action';
import type { DocumentDraft } from './drafts';
import { isKept, listPath, type OwnForm, ownForm, type TaskForm } from './own-dialect';
import { storyPlace } from './story-place';
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
  /** The list; of tasks in files of their own the first; null: a tool makes them. */
  readonly draft: DocumentDraft | null;
  readonly more: readonly DocumentDraft[];
  /** Where the tasks will stand. */
  readonly path: string;
  /** What makes them where a tool keeps the document (bd), to be approved first. */
  readonly commands: readonly ToolCommand[];
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
  const made = await inOwnForm(workspace, groups, frame, facts?.notes.get('problem')?.text ?? null);
  if (!made.ok) return made;
  return ok({
    ...made.value,
    title,
    tasks: tasks.length,
    phases: groups.length,
    withoutEstimate: tasks.filter((task) => task.estimate === null).length,
  });
}

type Listed = Pick<PlannedTasks, 'draft' | 'more' | 'path' | 'commands' | 'form' | 'notes'>;

/** The list in the words this workspace uses; in the reference's where those cannot hold it. */
async function inOwnForm(
  workspace: Workspace,
  groups: readonly TaskGroup[],
  frame: TaskListFrame,
  description: string | null,
): Promise<Result<Listed, Failure>> {
  const own = await ownForm(workspace);
  const notes: string[] = [];
  if (isKept(own.form)) {
    const kept = keptIn(workspace, own, groups, frame, description);
    if (kept !== null) return ok(kept);
    notes.push(`The tasks are in the reference form: nothing of ${own.form} stands here to add them to`);
  } else if (own.form !== 'reference-tasks') {
    const ours = await listIn(workspace, own, own.form, groups, frame);
    if (!ours.ok) return ours;
    if (ours.value !== null) return ok(ours.value);
    notes.push(`The tasks are in the reference form: as ${own.form} they would not be read back as they are meant`);
  }
  const path = documentPath(workspace, 'Task-List', frame.id, frame.title);
  const composed = composeTaskList(groups, frame);
  if (!composed.ok) return composed;
  const read = readDraft(path, composed.value);
  if (read === null || !read.items.some((item) => item.kind === 'task'))
    return err({
      kind: 'config',
      path: workspace.config().paths.templates,
      line: 1,
      message: 'tasks.md leaves out {{tasks}}: no task would be found in the result',
    });
  return ok(listed('reference-tasks', { path, before: null, after: composed.value }, [], notes));
}

const listed = (
  form: TaskForm,
  draft: DocumentDraft,
  more: readonly DocumentDraft[],
  notes: readonly string[],
): Listed => ({ draft, more, path: draft.path, commands: [], form, notes });

/** A list of its own as this tool writes them; null: it would not be read back. */
async function listIn(
  workspace: Workspace,
  own: OwnForm,
  form: MarkdownForm,
  groups: readonly TaskGroup[],
  frame: TaskListFrame,
): Promise<Result<Listed | null, Failure>> {
  const story = form === 'bmad' ? await storyPlace(workspace, frame.title) : null;
  const composed = composeTaskList(groups, { ...frame, form, ...(story === null ? {} : { story: story.number }) });
  if (!composed.ok) return composed;
  const path =
    story?.path ??
    (await listPath(workspace, own, frame.id, frame.title)) ??
    documentPath(workspace, 'Task-List', frame.id, frame.title);
  if (!holds(path, composed.value, groups, form)) return ok(null);
  const board = story?.status ?? null;
  return ok(listed(form, { path, before: null, after: composed.value }, board === null ? [] : [board], []));
}

/** Tasks where the tool keeps its records; null: there is no place for them, or they would not be read back. */
function keptIn(
  workspace: Workspace,
  own: OwnForm,
  groups: readonly TaskGroup[],
  frame: TaskListFrame,
  description: string | null,
): Listed | null {
  const whole: WholeFrame = { id: frame.id, title: frame.title, prd: frame.prd, description };
  if (own.form === 'backlog-md') {
    const manner = backlogMdManner(workspace.plan.snapshot().documents);
    const [first, ...more] = manner === null ? [] : taskFiles(manner, groups, frame, Date.now());
    return first === undefined ? null : listed(own.form, first, more, []);
  }
  const text = own.like === null ? null : workspace.plan.text(own.like.path);
  if (own.like === null || text === null) return null;
  const { path } = own.like;
  const titles = groups.flatMap((group) => group.tasks.map((task) => task.title.trim()));
  if (own.form === 'task-master') {
    const after = withTaskMasterTasks(own.like, text, groups, whole);
    if (!after.ok || !adds(path, text, after.value, titles)) return null;
    return listed(own.form, { path, before: text, after: after.value }, [], []);
  }
  const issues = beadsIssues(own.like, groups, whole);
  if (issues === null) return null;
  const standing = new Set(own.like.items.map((item) => item.id));
  const missing = issues.filter((issue) => !standing.has(issue.id));
  const exported = `${text.replace(/(?<!\n)$/, '\n')}${missing.map((issue) => `${exportedLine(issue)}\n`).join('')}`;
  if (
    !adds(
      path,
      text,
      exported,
      missing.map((issue) => issue.title),
    )
  )
    return null;
  return { draft: null, more: [], path, commands: missing.map(createCommand), form: own.form, notes: [] };
}

/** Would the new text be read with these tasks more, and nothing that was there be another? */
function adds(path: string, before: string, after: string, titles: readonly string[]): boolean {
  const [old, now] = [readDraft(path, before), readDraft(path, after)];
  if (old === null || now === null || now.problems.length > old.problems.length) return false;
  const left = new Set(old.items.map((item) => item.key));
  if (old.items.some((item) => !now.items.some((each) => each.key === item.key))) return false;
  const found = now.items.filter((item) => !left.has(item.key)).map((item) => item.title);
  return titles.every((title) => found.includes(title));
}

/** The path of the list that would be written for an item; null: its tasks stand in no list. */
export async function plannedListPath(workspace: Workspace, id: string | null, title: string): Promise<string | null> {
  const own = await ownForm(workspace);
  if (isKept(own.form)) return null;
  return (await listPath(workspace, own, id, title)) ?? documentPath(workspace, 'Task-List', id, title);
}

/** Would the list be read back there as the tasks it was made from? */
function holds(path: string, text: string, groups: readonly TaskGroup[], form: MarkdownForm): boolean {
  const document = readDraft(path, text);
  // Stories of BMAD's are read by the reader of plain boxes.
  if (document?.dialect !== (form === 'bmad' ? 'checkbox-tasks' : form)) return false;
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
