// Outputs of checklists, sprints and goals as text for a terminal.
import type { Checklist } from '../workflow/checklist/checklists';
import type { Paint } from './paint';

/** null: not an action of this file. */
export function renderPlanning(action: string, output: unknown, paint: Paint): string | null {
  switch (action) {
    case 'checklist':
      return renderChecklists((output as { checklists: readonly Checklist[] }).checklists, paint);
    default:
      return null;
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
