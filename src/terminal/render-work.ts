// Outputs of status changes, sprints and goals as sentences for a terminal.
import type { StatusChanged } from '../workflow/status/change-status';
import type { SprintCompleted, SprintPlan, SprintProgress } from '../workflow/sprint/sprint-steps';
import type { GoalStatusChanged, Roadmap } from '../workflow/goal/goal-steps';
import type { InProgress } from '../workflow/status/hygiene';
import type { Paint } from './paint';

interface Place {
  readonly id: string | null;
  readonly title: string;
  readonly path: string;
  readonly line: number;
}

/** null: not an action of this file. */
export function renderWork(action: string, output: unknown, paint: Paint): string | null {
  switch (action) {
    case 'update-status':
    case 'complete':
    case 'start-work':
      return renderChange(output as StatusChanged & { readonly inProgress?: InProgress }, paint);
    case 'in-progress':
      return renderInProgress(output as InProgress, paint);
    case 'sprint':
      return renderSprint(output, paint);
    case 'goal':
      return isIn(output, 'to') ? renderGoalStatus(output as unknown as GoalStatusChanged, paint) : null;
    case 'roadmap':
      return renderRoadmap(output as Roadmap, paint);
    default:
      return null;
  }
}

const isIn = (output: unknown, field: string): output is Readonly<Record<string, unknown>> =>
  typeof output === 'object' && output !== null && field in output;
const nameOf = ({ id, title }: Pick<Place, 'id' | 'title'>): string => `${id ?? ''} ${title}`.trim();
const at = ({ path, line }: Pick<Place, 'path' | 'line'>, paint: Paint): string => paint.dim(`${path}:${line}`);

function renderChange(change: StatusChanged & { readonly inProgress?: InProgress }, paint: Paint): string {
  const from = change.from === null ? '' : `${change.from.replaceAll('*', '').trim()} → `;
  const dates = Object.entries(change.dates).map(([name, date]) => `   ${name.replaceAll('_', ' ')}: ${date}`);
  const said = change.changed
    ? `✅ ${from}${change.to} ${at(change, paint)}`
    : `It is ${change.to} already ${at(change, paint)}`;
  const { inProgress } = change;
  return [said, ...dates, ...(inProgress === undefined ? [] : [limitLine(inProgress)])].join('\n');
}

const limitLine = ({ items, limit, over }: InProgress): string =>
  `${over ? '⚠️  ' : '   '}${items.length} in progress, the limit is ${limit}`;

const renderInProgress = (output: InProgress, paint: Paint): string =>
  [limitLine(output).trim(), ...output.items.map((item) => `  ${nameOf(item)} ${at(item, paint)}`)].join('\n');

function renderSprint(output: unknown, paint: Paint): string | null {
  if (isIn(output, 'chosen')) return renderPlan(output as unknown as SprintPlan, paint);
  if (isIn(output, 'velocity')) return renderCompleted(output as unknown as SprintCompleted, paint);
  if (isIn(output, 'progress') && isIn(output, 'unknown'))
    return renderProgress(output as unknown as SprintProgress, paint);
  return null;
}

function renderPlan(plan: SprintPlan, paint: Paint): string {
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...lines];
  return [
    `${paint.bold(plan.sprint)} ${plan.points} of ${plan.capacity} points`,
    ...list(
      'Stands in it',
      plan.standing.map((item) => `  ${nameOf(item)} ${at(item, paint)}`),
    ),
    ...list(
      'Chosen',
      plan.chosen.map((item) => `  ${nameOf(item)}, ${item.points} points: ${item.because} ${at(item, paint)}`),
    ),
    ...list(
      'Left out',
      plan.leftOut.map((item) => `  ${nameOf(item)}: ${item.why} ${at(item, paint)}`),
    ),
    plan.written === null ? '⏸️  Nothing is written yet; --write writes it.' : `✅ Wrote ${plan.written}`,
  ].join('\n');
}

const renderProgress = (sprint: SprintProgress, paint: Paint): string =>
  [
    `${paint.bold(nameOf(sprint))} ${sprint.progress.done} of ${sprint.progress.total} ${sprint.progress.unit} (${sprint.progress.percent}%) ${at(sprint, paint)}`,
    ...sprint.open.map((item) => `  ⬜ ${nameOf(item)} ${at(item, paint)}`),
    ...sprint.unknown.map((id) => `  ❔ ${id} stands nowhere in the plan`),
    sprint.changed ? '✅ Written' : 'It said so already.',
  ].join('\n');

const renderCompleted = (sprint: SprintCompleted, paint: Paint): string =>
  [
    `✅ ${paint.bold(nameOf(sprint))} is completed ${at(sprint, paint)}`,
    `   Velocity: ${sprint.velocity} ${sprint.unit}${sprint.averageVelocity === null ? '' : `, ${sprint.averageVelocity} on average before`}`,
    ...sprint.carriedOver.map(
      (item) => `   Carried over${sprint.into === null ? '' : ` to ${sprint.into}`}: ${nameOf(item)}`,
    ),
    `💡 The retrospective waits for words in ${sprint.path}`,
  ].join('\n');

function renderGoalStatus(goal: GoalStatusChanged, paint: Paint): string {
  const from = goal.from === null ? '' : `${goal.from} → `;
  const against = goal.open === 0 ? '' : `, ${goal.open} open items and measures`;
  return goal.changed
    ? `✅ ${goal.id}: ${from}${goal.to}${against} ${at(goal, paint)}`
    : `${goal.id} is ${goal.to} already${against} ${at(goal, paint)}`;
}

function renderRoadmap(roadmap: Roadmap, paint: Paint): string {
  const progress = ({ done, total, unit, percent }: Roadmap['otherSprints'][number]['progress']): string =>
    total === 0 ? 'nothing linked' : `${done} of ${total} ${unit} (${percent}%)`;
  const status = (text: string | null): string => (text === null ? '' : ` ${text},`);
  const signs = { true: '✅', false: '⬜', null: '❔' } as const;
  const goals = roadmap.goals.flatMap((goal) => [
    `${paint.bold(nameOf(goal))}${status(goal.status)} ${progress(goal.progress)} ${at(goal, paint)}`,
    ...goal.measures.map((measure) => `  ${signs[`${measure.reached}`]} ${measure.text}`),
    ...goal.sprints.map((sprint) => `  ${sprint.id}${status(sprint.status)} ${progress(sprint.progress)}`),
  ]);
  const others = roadmap.otherSprints.map(
    (sprint) => `${paint.bold(nameOf(sprint))}${status(sprint.status)} ${progress(sprint.progress)}`,
  );
  const open = roadmap.unplanned.map((item) => `  ${nameOf(item)} ${at(item, paint)}`);
  const lines = [...goals, ...others, ...(open.length === 0 ? [] : ['In no sprint and no goal', ...open])];
  return lines.length === 0 ? 'No goals, no sprints, no open items.' : lines.join('\n');
}
