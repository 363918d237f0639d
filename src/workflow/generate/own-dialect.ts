// Which tool's words this workspace writes its task lists in, and where such a list stands there.
import type { DialectId, PlanDocument } from '../../model/plan';
import type { MarkdownForm } from '../../plan/compose/task-forms';
import { slug } from '../../plan/compose/slug';
import type { Workspace } from '../action';
import { STORY_PATH, storyPlace } from './story-place';

export type TaskForm = MarkdownForm | 'reference-tasks' | KeptForm;
/** Forms that keep tasks in records of their own rather than in a list. */
type KeptForm = 'backlog-md' | 'task-master' | 'beads';
const KEPT: ReadonlySet<TaskForm> = new Set<KeptForm>(['backlog-md', 'task-master', 'beads']);

/** Tasks of this form belong to the item by name; a run of them is a run of the item. */
export const isKept = (form: TaskForm): form is KeptForm => KEPT.has(form);

const FORMS: Readonly<Partial<Record<DialectId, TaskForm>>> = {
  'reference-tasks': 'reference-tasks',
  'spec-kit': 'spec-kit',
  kiro: 'kiro',
  openspec: 'openspec',
  snarktank: 'snarktank',
  'checkbox-tasks': 'checkbox-tasks',
  'cursor-plan': 'cursor-plan',
  'backlog-md': 'backlog-md',
  'task-master': 'task-master',
  bmad: 'bmad',
  beads: 'beads',
};

/** What their tool keeps as a backlog. */
const REGISTERS: ReadonlySet<TaskForm> = new Set<TaskForm>(['backlog-md', 'bmad', 'beads']);

/** Folders of tools that plan here although no list of theirs was written yet. */
const HOMES: readonly (readonly [RegExp, TaskForm])[] = [
  [/^\.specify\//, 'spec-kit'],
  [/^\.kiro\/specs\//, 'kiro'],
  [/^openspec\/(?:changes|specs)\//, 'openspec'],
  [STORY_PATH, 'bmad'],
];

export interface OwnForm {
  readonly form: TaskForm;
  /** A list of this form that stands here already; null: none does. */
  readonly like: PlanDocument | null;
}

/** The config's word; else the form most of the workspace's lists have; else that of a tool at home here; else the reference's. */
export async function ownForm(workspace: Workspace): Promise<OwnForm> {
  const archive = `${workspace.config().paths.archive.replace(/\/+$/, '')}/`;
  const wished = workspace.config().generate.tasks;
  const lists = new Map<TaskForm, PlanDocument[]>();
  for (const document of workspace.plan.snapshot().documents) {
    const form = STORY_PATH.test(document.path) ? 'bmad' : FORMS[document.dialect];
    if (form === undefined || document.path.startsWith(archive)) continue;
    if (document.kind !== 'tasks' && !REGISTERS.has(form)) continue;
    const same = lists.get(form);
    if (same === undefined) lists.set(form, [document]);
    else same.push(document);
  }
  if (wished !== 'auto') return { form: wished, like: lists.get(wished)?.at(-1) ?? null };
  // Plain checkboxes are everybody's: they count only where no tool's own list stands beside them.
  const ranked = [...lists].sort(
    ([a, own], [b, other]) =>
      Number(a === 'checkbox-tasks') - Number(b === 'checkbox-tasks') || other.length - own.length,
  );
  const [first] = ranked;
  if (first !== undefined) return { form: first[0], like: first[1].at(-1) ?? null };
  const paths = await workspace.documents.list();
  const home = HOMES.find(([pattern]) => paths.some((path) => pattern.test(path)));
  return { form: home?.[1] ?? 'reference-tasks', like: null };
}

/** Path of a new list of a form; `like` shows where others stand. null: it goes where the config says. */
export async function listPath(
  workspace: Workspace,
  { form, like }: OwnForm,
  id: string | null,
  title: string,
): Promise<string | null> {
  const name = slug(title);
  const plainId = id?.replaceAll(/[\u2010-\u2015]/g, '-') ?? null;
  switch (form) {
    case 'reference-tasks':
    case 'backlog-md':
    case 'beads':
      return null;
    case 'task-master':
      return like?.path ?? null;
    case 'bmad':
      return (await storyPlace(workspace, title)).path;
    case 'checkbox-tasks': {
      const folder = workspace.config().paths.tasks.replace(/\/+$/, '');
      return `${folder}/TODO-${plainId === null ? '' : `${plainId}-`}${name}.md`;
    }
    case 'spec-kit': {
      const root = /^(.*?)[^/]+\/tasks\.md$/.exec(like?.path ?? '')?.[1] ?? 'specs/';
      const taken = (await workspace.documents.list()).flatMap((path) =>
        path.startsWith(root) ? [Number(/^(\d{3,})-/.exec(path.slice(root.length))?.[1] ?? 0)] : [],
      );
      return `${root}${String(Math.max(0, ...taken) + 1).padStart(3, '0')}-${name}/tasks.md`;
    }
    case 'kiro':
      return `${/^(.*?)[^/]+\/tasks\.md$/.exec(like?.path ?? '')?.[1] ?? '.kiro/specs/'}${name}/tasks.md`;
    case 'openspec':
      return `openspec/changes/${name}/tasks.md`;
    case 'snarktank': {
      const folder = /^(.*\/)[^/]+$/.exec(like?.path ?? 'tasks/')?.[1] ?? '';
      return `${folder}tasks-${plainId === null ? '' : `${plainId}-`}${name}.md`;
    }
    case 'cursor-plan':
      return `${/^(.*\/)[^/]+$/.exec(like?.path ?? '')?.[1] ?? '.cursor/plans/'}${plainId === null ? '' : `${plainId}-`}${name}.plan.md`;
  }
}
