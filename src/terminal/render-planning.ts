// Outputs of checklists, sprints and goals as text for a terminal.
import type { Checklist } from '../workflow/checklist/checklists';
import type { SprintBurndown } from '../workflow/sprint/sprint-steps';
import type { Paint } from './paint';
import { renderWork } from './render-work';

/** null: not an action of this file. */
export function renderPlanning(action: string, output: unknown, paint: Paint): string | null {
  switch (action) {
    case 'checklist':
      return renderChecklists((output as { checklists: readonly Checklist[] }).checklists, paint);
    case 'sprint':
      return isBurndown(output) ? renderBurndown(output, paint) : renderWork(action, output, paint);
    default:
      return renderWork(action, output, paint);
  }
}

const SIGNS = { ok: '✅', missing: '⬜', unknown: '❔' } as const;

function renderChecklists(checklists: readonly Checklist[], paint: Paint): string {
  return checklists
    .map(({ name, points }) =>
      [
        `${paint.bold(name)} ${points.filter(({ status }) => status === 'ok').length}/${points.length}`,
        ...points.map(({ status, point, evidence }) => `  ${SIGNS[status]} ${point} ${paint.dim(evidence)}`),
      ].join('\n'),
    )
    .join('\n');
}

const isBurndown = (output: unknown): output is SprintBurndown =>
  typeof output === 'object' && output !== null && 'days' in output && 'remaining' in output;

const WIDTH = 40;

/** One bar for each day that has come; the mark shows where the straight line would be. */
function renderBurndown(sprint: SprintBurndown, paint: Paint): string {
  const at = (points: number): number => (sprint.total === 0 ? 0 : Math.round((points / sprint.total) * WIDTH));
  const rows = sprint.days.map(({ day, remaining, ideal }) => {
    const bar = '█'.repeat(remaining === null ? 0 : at(remaining)).padEnd(WIDTH + 1);
    const cells = `${bar.slice(0, at(ideal))}|${bar.slice(at(ideal) + 1)}`;
    return `  ${day} ${cells} ${paint.dim(`${remaining ?? '-'} (${ideal})`)}`;
  });
  const undated =
    sprint.undated === 0 ? [] : [`  ${sprint.undated} ${sprint.unit} were done on a day nobody wrote down.`];
  return [
    `${paint.bold(`${sprint.id} ${sprint.title}`.trim())} ${sprint.remaining} of ${sprint.total} ${sprint.unit} remain`,
    ...rows,
    ...undated,
  ].join('\n');
}
