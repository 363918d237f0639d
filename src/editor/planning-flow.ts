// Sprints and goals in the editor: which one and what to do with it is picked, what would be written is shown first.
import * as vscode from 'vscode';
import * as z from 'zod';
import { plainText } from '../agents/plain-text';
import type { Failure } from '../model/failure';
import { ok, type Result } from '../model/result';
import type { Invoke } from './action-invoker';
import type { Folder } from './folder';
import { insisting } from './insist';
import { asNumber, numberCheck, textSteps } from './input-steps';
import type { Pages } from './pages';
import { burndownPage, goalPage, sprintPlanPage, sprintProgressPage } from './planning-pages';
import { valuePage } from './value-text';
import { t } from './words';

export interface PlanningDeps {
  readonly invoke: Invoke;
  readonly pages: Pages;
}
type Given = Readonly<Record<string, unknown>>;
type Flow = Promise<Result<unknown, Failure> | undefined>;

const SPRINT_VERBS = ['plan', 'execute-tasks', 'update-progress', 'burndown', 'complete'] as const;
const GOAL_VERBS = ['execute', 'track-progress', 'update-status'] as const;
export type SprintVerb = (typeof SPRINT_VERBS)[number];
export type GoalVerb = (typeof GOAL_VERBS)[number];

const progress = z.looseObject({ done: z.number(), total: z.number(), unit: z.string(), percent: z.number() });
const section = z.looseObject({
  id: z.string(),
  title: z.string().default(''),
  status: z.string().nullable(),
  progress,
});
const roadmapAnswer = z.looseObject({
  goals: z.array(section.extend({ sprints: z.array(section) })),
  otherSprints: z.array(section),
});
type Section = z.output<typeof section>;

/** The verb, the sprint, what it still needs; then it is done and shown. undefined: the person backed out. */
export async function sprintFlow(folder: Folder, given: Given, deps: PlanningDeps): Flow {
  const verb = await verbOf(given, SPRINT_VERBS, sprintVerbWords, t('What to do with a sprint?'));
  if (verb === undefined) return undefined;
  const { label } = sprintVerbWords(verb);
  const sprint = typeof given['sprint'] === 'string' ? given['sprint'] : await pickSprint(folder, verb, label, deps);
  if (sprint === undefined) return undefined;
  const input = { ...given, do: verb, sprint };
  switch (verb) {
    case 'plan':
      return planSprint(folder, input, deps);
    case 'execute-tasks':
      return started(await deps.invoke(folder, 'sprint', input));
    case 'update-progress':
      return shown(await deps.invoke(folder, 'sprint', input), `${sprint}.md`, sprintProgressPage, deps.pages);
    case 'burndown':
      return shown(
        await deps.invoke(folder, 'sprint', input),
        `${sprint} ${t('Burn-down')}.md`,
        burndownPage,
        deps.pages,
      );
    case 'complete':
      return completeSprint(folder, input, sprint, deps);
  }
}

export async function goalFlow(folder: Folder, given: Given, deps: PlanningDeps): Flow {
  const verb = await verbOf(given, GOAL_VERBS, goalVerbWords, t('What to do with a goal?'));
  if (verb === undefined) return undefined;
  const goals = await sectionsOf(folder, deps);
  const goal =
    typeof given['goal'] === 'string'
      ? given['goal']
      : await pickSection(
          goalVerbWords(verb).label,
          goals.goals,
          t('No goal stands in the documents: a heading like "## GOAL-001: …" makes one.'),
        );
  if (goal === undefined) return undefined;
  const input = { ...given, do: verb, goal };
  switch (verb) {
    case 'execute':
      return started(await deps.invoke(folder, 'goal', input));
    case 'track-progress':
      return trackGoal(folder, input, goal, deps);
    case 'update-status':
      return setGoalStatus(folder, input, goal, deps);
  }
}

interface VerbWords {
  readonly label: string;
  readonly detail: string;
  readonly icon: string;
}

function sprintVerbWords(verb: SprintVerb): VerbWords {
  switch (verb) {
    case 'plan':
      return {
        label: t('Plan Sprint'),
        detail: t('Chooses open backlog items by priority, dependencies and capacity; shown before it is written'),
        icon: 'calendar',
      };
    case 'execute-tasks':
      return { label: t('Run Sprint'), detail: t('Runs the tasks of its open items'), icon: 'run-all' };
    case 'update-progress':
      return {
        label: t('Update Sprint Progress'),
        detail: t('Ticks what is done and writes the progress into the document'),
        icon: 'graph-line',
      };
    case 'burndown':
      return { label: t('Show Burn-down'), detail: t('What is left, day by day'), icon: 'graph' };
    case 'complete':
      return {
        label: t('Complete Sprint'),
        detail: t('Velocity, what is carried over, and headings for looking back'),
        icon: 'pass',
      };
  }
}

function goalVerbWords(verb: GoalVerb): VerbWords {
  switch (verb) {
    case 'execute':
      return { label: t('Run Goal'), detail: t('Runs the open work of its items and sprints'), icon: 'run-all' };
    case 'track-progress':
      return {
        label: t('Track Goal Progress'),
        detail: t('Counted from the linked work and the measures; writing it is asked'),
        icon: 'graph-line',
      };
    case 'update-status':
      return { label: t('Update Goal Status'), detail: t('planned, active, achieved or dropped'), icon: 'target' };
  }
}

async function verbOf<V extends string>(
  given: Given,
  verbs: readonly V[],
  wordsOf: (verb: V) => VerbWords,
  title: string,
): Promise<V | undefined> {
  const known = verbs.find((verb) => verb === given['do']);
  if (known !== undefined) return known;
  const choices = verbs.map((verb) => {
    const { label, detail, icon } = wordsOf(verb);
    return { label, detail, iconPath: new vscode.ThemeIcon(icon), verb };
  });
  return (await vscode.window.showQuickPick(choices, { title, matchOnDetail: true, placeHolder: title }))?.verb;
}

/** What stands in the documents, sprints of goals before the others. */
async function sectionsOf(folder: Folder, { invoke }: PlanningDeps) {
  const told = await invoke(folder, 'roadmap', {});
  const roadmap = told.ok ? roadmapAnswer.safeParse(told.value).data : undefined;
  const sprints = [...(roadmap?.goals.flatMap((goal) => goal.sprints) ?? []), ...(roadmap?.otherSprints ?? [])];
  return { goals: roadmap?.goals ?? [], sprints: [...new Map(sprints.map((each) => [each.id, each])).values()] };
}

const choiceOf = (each: Section) => ({
  label: each.id,
  description: [
    plainText(each.title)
      .replace(each.id, '')
      .replace(/^[\s:–—-]+/, ''),
    each.status ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · '),
  detail: t(
    '{0} of {1} {2} done ({3} %)',
    each.progress.done,
    each.progress.total,
    each.progress.unit,
    each.progress.percent,
  ),
  id: each.id,
});

async function pickSection(title: string, sections: readonly Section[], none: string): Promise<string | undefined> {
  if (sections.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  const choices = sections.map(choiceOf);
  return (await vscode.window.showQuickPick(choices, { title, matchOnDescription: true, placeHolder: title }))?.id;
}

/** Only planning can make a new one: its id is the next free one. */
async function pickSprint(
  folder: Folder,
  verb: SprintVerb,
  title: string,
  deps: PlanningDeps,
): Promise<string | undefined> {
  const { sprints } = await sectionsOf(folder, deps);
  if (verb !== 'plan') {
    const open = verb === 'burndown' ? sprints : sprints.filter((each) => !isOver(each));
    return pickSection(title, open, t('No open sprint stands in the documents. Plan Sprint makes one.'));
  }
  const fresh = nextId(sprints.map(({ id }) => id));
  const choices = [
    ...sprints.filter((each) => !isOver(each)).map(choiceOf),
    { label: `$(add) ${t('New sprint {0}', fresh)}`, description: '', detail: t('Two weeks from today'), id: fresh },
  ];
  return (await vscode.window.showQuickPick(choices, { title, placeHolder: title }))?.id;
}

const isOver = ({ status }: Section): boolean => /\b(?:completed?|done|closed)\b/i.test(status ?? '');

function nextId(ids: readonly string[]): string {
  const highest = Math.max(0, ...ids.map((id) => Number(/\d+/.exec(id)?.[0] ?? 0)));
  return `SPRINT-${String(highest + 1).padStart(3, '0')}`;
}

const planAnswer = z.looseObject({ chosen: z.array(z.unknown()), written: z.string().nullable() });

async function planSprint(folder: Folder, input: Given & { readonly sprint: string }, deps: PlanningDeps): Flow {
  const answers =
    'capacity' in input
      ? {}
      : await textSteps(t('Plan {0}', input.sprint), [
          {
            field: 'capacity',
            prompt: t('How many points fit? Empty: as the sprint says, else 20'),
            placeholder: t('e.g. 20'),
            check: numberCheck(1, 10_000),
          },
        ]);
  if (answers === undefined) return undefined;
  const capacity = answers['capacity'];
  const wish = { ...input, ...(capacity === undefined ? {} : { capacity: asNumber(capacity) }) };
  if (input['write'] === true) return deps.invoke(folder, 'sprint', wish);
  const preview = await deps.invoke(folder, 'sprint', { ...wish, write: false });
  if (!preview.ok) return preview;
  const page = `${t('Plan {0}', input.sprint)}.md`;
  await deps.pages.show(page, () => sprintPlanPage(preview.value, t), { preview: true });
  const count = planAnswer.safeParse(preview.value).data?.chosen.length ?? 0;
  const yes = await confirmed(t('Plan {0}', input.sprint), t('Write {0} Items into {1}', count, input.sprint));
  if (!yes) return undefined;
  const written = await deps.invoke(folder, 'sprint', { ...wish, write: true });
  if (!written.ok) return written;
  const path = planAnswer.safeParse(written.value).data?.written ?? null;
  if (path !== null) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path));
  return written;
}

async function completeSprint(folder: Folder, input: Given, sprint: string, deps: PlanningDeps): Flow {
  const { sprints } = await sectionsOf(folder, deps);
  const others = sprints.filter((each) => each.id !== sprint && !isOver(each));
  const stay = {
    label: `$(check) ${t('Complete {0}', sprint)}`,
    description: '',
    detail: t('What is open is listed as carried over and goes nowhere yet'),
    into: null,
  };
  const choices = [
    ...others.map((each) => ({
      label: `$(arrow-right) ${t('Complete {0}, carry open work into {1}', sprint, each.id)}`,
      description: each.status ?? '',
      detail: choiceOf(each).detail,
      into: each.id,
    })),
    stay,
  ];
  const chosen =
    'into' in input
      ? stay
      : await vscode.window.showQuickPick(choices, { title: t('Complete {0}', sprint), ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  const done = await deps.invoke(folder, 'sprint', {
    ...input,
    ...(chosen.into === null ? {} : { into: chosen.into }),
  });
  return shown(done, `${sprint}.md`, (value) => valuePage(t('{0} is completed', sprint), value), deps.pages);
}

async function trackGoal(folder: Folder, input: Given, goal: string, deps: PlanningDeps): Flow {
  const told = await deps.invoke(folder, 'goal', input);
  if (!told.ok || input['write'] === true) return told;
  await deps.pages.show(`${goal}.md`, () => goalPage(told.value, t), { preview: true });
  if (!(await confirmed(t('Track {0}', goal), t('Write the Progress into the Document')))) return told;
  return deps.invoke(folder, 'goal', { ...input, write: true });
}

async function setGoalStatus(folder: Folder, input: Given, goal: string, deps: PlanningDeps): Flow {
  const choices = [
    { label: t('As the work says'), detail: t('From the linked work and the measures'), status: null },
    { label: t('planned'), detail: '', status: 'planned' },
    { label: t('active'), detail: '', status: 'active' },
    { label: t('achieved'), detail: t('Refused while work is open or a measure is not reached'), status: 'achieved' },
    { label: t('dropped'), detail: '', status: 'dropped' },
  ];
  const chosen =
    'status' in input
      ? { status: null }
      : await vscode.window.showQuickPick(choices, { title: t('Status of {0}', goal) });
  if (chosen === undefined) return undefined;
  return change({ ...input, ...(chosen.status === null ? {} : { status: chosen.status }) });

  async function change(wish: Given): Flow {
    const done = await deps.invoke(folder, 'goal', wish);
    if (!done.ok) return insisting({ force: true }, wish, done.error, change);
    return shown(done, `${goal}.md`, (value) => valuePage(goal, value), deps.pages);
  }
}

/** Enter takes the first: writing, which was just shown; Escape leaves everything as it is. */
async function confirmed(title: string, yes: string): Promise<boolean> {
  const choice = { label: `$(check) ${yes}` };
  const not = { label: `$(close) ${t('Not Yet')}`, detail: t('Nothing is written') };
  return (await vscode.window.showQuickPick([choice, not], { title, ignoreFocusOut: true })) === choice;
}

async function shown(
  result: Result<unknown, Failure>,
  name: string,
  page: (value: unknown, words: typeof t) => string,
  pages: Pages,
): Flow {
  if (!result.ok) return result;
  await pages.show(name, () => page(result.value, t), { preview: true });
  return ok(result.value);
}

async function started(result: Result<unknown, Failure>): Flow {
  if (result.ok) await vscode.commands.executeCommand('soloflow.showView');
  return result;
}
