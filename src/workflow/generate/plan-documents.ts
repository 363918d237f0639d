// Plans a PRD and a task list as texts; nothing is written here.
import type { Failure } from '../../model/failure';
import type { PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { deriveTasks } from '../../plan/compose/derive-tasks';
import type { ItemFacts } from '../../plan/compose/item-facts';
import { composePrd } from '../../plan/compose/prd-text';
import { readDraft } from '../../plan/compose/read-draft';
import { subjectOf } from '../../plan/compose/requirements';
import { composeTaskList } from '../../plan/compose/task-list';
import { plainHyphens } from '../../plan/graph/ids';
import type { Workspace } from '../action';
import type { DocumentDraft } from './drafts';
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
  readonly draft: DocumentDraft;
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
  const composed = composeTaskList(groups, {
    id: id ?? null,
    title,
    prd: prd?.path ?? sources.withoutPrd,
    today: today(),
    template: await templateOf(workspace, 'tasks.md'),
  });
  if (!composed.ok) return composed;
  const path = documentPath(workspace, 'Task-List', id ?? null, title);
  const read = readDraft(path, composed.value);
  if (read === null || !read.items.some((item) => item.kind === 'task'))
    return err({
      kind: 'config',
      path: workspace.config().paths.templates,
      line: 1,
      message: 'tasks.md leaves out {{tasks}}: no task would be found in the result',
    });
  return ok({
    draft: { path, before: null, after: composed.value },
    title,
    tasks: tasks.length,
    phases: groups.length,
    withoutEstimate: tasks.filter((task) => task.estimate === null).length,
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
