// What can be done with a goal: its progress from linked work and measures, its status, and all goals in one roadmap.
import type { Failure } from '../../model/failure';
import type { PlanSnapshot } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { TextEdit } from '../../model/text';
import type { Workspace } from '../action';
import { place } from '../status/hygiene';
import {
  findSection,
  goalItems,
  linkedItems,
  readPlanning,
  sprintsOf,
  writeEdits,
  type Planning,
} from '../sprint/planning';
import { progressOf, progressText, type Progress } from '../sprint/progress';
import { fieldOf, type Measure, type Section } from '../sprint/read-sections';
import { setField } from '../sprint/section-edits';

/** Life of a goal. What is reached or dropped is taken up again before it goes anywhere else. */
const GOAL_STATUSES = ['planned', 'active', 'achieved', 'dropped'] as const;
type GoalStatus = (typeof GOAL_STATUSES)[number];
const NEXT: Readonly<Record<GoalStatus, readonly GoalStatus[]>> = {
  planned: ['active', 'achieved', 'dropped'],
  active: ['planned', 'achieved', 'dropped'],
  achieved: ['active'],
  dropped: ['planned', 'active'],
};

interface Measured extends Pick<Measure, 'text' | 'current' | 'target' | 'line'> {
  readonly reached: boolean | null;
}
interface GoalProgress {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly line: number;
  readonly status: string | null;
  readonly progress: Progress;
  readonly measures: readonly Measured[];
  readonly sprints: readonly { readonly id: string; readonly status: string | null; readonly progress: Progress }[];
  readonly open: readonly ReturnType<typeof place>[];
  /** Ids that no item answers to. */
  readonly unknown: readonly string[];
}

export interface GoalTracked extends GoalProgress {
  readonly changed: boolean;
}

/** With `write` the progress is also put into the document. */
export async function trackGoal(
  workspace: Workspace,
  asked: string,
  write: boolean,
): Promise<Result<GoalTracked, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'goal', asked);
  if (!found.ok) return found;
  const goal = goalProgress(workspace.plan.snapshot(), planning, found.value);
  const edits = write ? progressEdit(planning, found.value, goal.progress) : [];
  const done = await writeEdits(workspace.documents, planning, new Map([[found.value.path, edits]]));
  return done.ok ? ok({ ...goal, changed: edits.length > 0 }) : done;
}

const progressEdit = (planning: Planning, goal: Section, progress: Progress): readonly TextEdit[] =>
  setField(planning.texts.get(goal.path) ?? '', goal, ['Progress'], progressText(progress));

function goalProgress(snapshot: PlanSnapshot, planning: Planning, goal: Section): GoalProgress {
  const { items, unknown } = goalItems(snapshot, planning, goal);
  const { id, title, path, line } = goal;
  return {
    id,
    title,
    path,
    line,
    status: statusOf(goal),
    progress: progressOf(items),
    measures: goal.measures.map(measured),
    sprints: sprintsOf(planning, goal).map((sprint) => ({
      id: sprint.id,
      status: statusOf(sprint),
      progress: progressOf(linkedItems(snapshot, sprint).items),
    })),
    open: items.filter(({ status }) => status !== 'done' && status !== 'cancelled').map(place),
    unknown,
  };
}

/** A ticked box says so; else the figure has come to its target; else nobody knows. */
function measured({ text, done, current, target, better, line }: Measure): Measured {
  const counted = current === null || target === null ? null : REACHED[better](current, target);
  return { text, current, target, line, reached: done === true ? true : (counted ?? done) };
}

const REACHED: Readonly<Record<Measure['better'], (current: number, target: number) => boolean>> = {
  higher: (current, target) => current >= target,
  lower: (current, target) => current <= target,
  below: (current, target) => current < target,
};

const statusOf = (section: Section): string | null => fieldOf(section, 'status')?.value ?? null;

export interface GoalStatusChanged {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly from: string | null;
  readonly to: GoalStatus;
  readonly changed: boolean;
  /** What speaks against "achieved": work that is open and measures not reached. */
  readonly open: number;
}

/** Without a status: what the linked work and the measures say. A goal with open work is achieved only with `force`. */
export async function updateGoalStatus(
  workspace: Workspace,
  asked: string,
  wanted: string | undefined,
  force: boolean,
): Promise<Result<GoalStatusChanged, Failure>> {
  const planning = await readPlanning(workspace);
  const found = findSection(planning, 'goal', asked);
  if (!found.ok) return found;
  const section = found.value;
  const goal = goalProgress(workspace.plan.snapshot(), planning, section);
  const open = goal.open.length + goal.measures.filter(({ reached }) => reached === false).length;
  const to = wanted === undefined ? computed(goal, open) : readStatus(wanted);
  if (to === null)
    return err({ kind: 'invalid-input', field: 'STATUS', message: `is none of ${GOAL_STATUSES.join(', ')}` });
  const from = readStatus(goal.status ?? '');
  const about = { id: goal.id, path: goal.path, line: goal.line, from: goal.status, to, open };
  if (from === to) return ok({ ...about, changed: false });
  if (from !== null && !NEXT[from].includes(to)) return err({ kind: 'illegal-transition', what: goal.id, from, to });
  if (to === 'achieved' && open > 0 && !force)
    return err({
      kind: 'invalid-input',
      field: goal.id,
      message: `has ${open} open items and measures; --force marks it as achieved all the same`,
    });
  const edits = setField(planning.texts.get(section.path) ?? '', section, ['Status'], like(goal.status, to));
  const done = await writeEdits(workspace.documents, planning, new Map([[section.path, edits]]));
  return done.ok ? ok({ ...about, changed: true }) : done;
}

function computed(goal: GoalProgress, open: number): GoalStatus {
  if (goal.progress.total > 0 && open === 0) return 'achieved';
  const from = readStatus(goal.status ?? '');
  if (goal.progress.done > 0 && from !== 'dropped') return 'active';
  return from ?? 'planned';
}

function readStatus(text: string): GoalStatus | null {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
  if (/^(?:planned|draft|proposed|open|todo|not started)\b/.test(plain)) return 'planned';
  if (/^(?:active|in progress|started|on track|at risk)\b/.test(plain)) return 'active';
  if (/^(?:achieved|reached|completed?|done)\b/.test(plain)) return 'achieved';
  if (/^(?:dropped|cancelled|canceled|abandoned)\b/.test(plain)) return 'dropped';
  return null;
}

/** Capital first letter where the author writes one. */
const like = (old: string | null, status: GoalStatus): string =>
  /^\W*\p{Lu}/u.test(old ?? '') ? `${status.charAt(0).toUpperCase()}${status.slice(1)}` : status;

export interface Roadmap {
  readonly goals: readonly GoalProgress[];
  /** Sprints that serve no goal. */
  readonly otherSprints: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: string | null;
    readonly progress: Progress;
  }[];
  /** Open backlog items in no sprint and no goal. */
  readonly unplanned: readonly ReturnType<typeof place>[];
}

export async function roadmapOf(workspace: Workspace): Promise<Roadmap> {
  const planning = await readPlanning(workspace);
  const snapshot = workspace.plan.snapshot();
  const goals = planning.sections.filter(({ kind }) => kind === 'goal');
  const served = new Set(goals.flatMap((goal) => sprintsOf(planning, goal)));
  const planned = new Set(
    planning.sections.flatMap((section) => linkedItems(snapshot, section).items.map(({ key }) => key)),
  );
  return {
    goals: goals.map((goal) => goalProgress(snapshot, planning, goal)),
    otherSprints: planning.sections
      .filter((section) => section.kind === 'sprint' && !served.has(section))
      .map((sprint) => ({
        id: sprint.id,
        title: sprint.title,
        status: statusOf(sprint),
        progress: progressOf(linkedItems(snapshot, sprint).items),
      })),
    unplanned: [...snapshot.items.values()]
      .filter(
        ({ kind, status, key }) =>
          kind === 'backlog-item' && status !== 'done' && status !== 'cancelled' && !planned.has(key),
      )
      .map(place),
  };
}
