// A start as text: what was found and planned, the diff while it waits for a yes, and what comes next.
import type { ShippedOutput } from '../workflow/start/continue-work';
import type { StartOutput } from '../workflow/start/start-flow';
import type { Paint } from './paint';

export const isStart = (value: unknown): value is StartOutput =>
  typeof value === 'object' && value !== null && 'workflow' in value && value.workflow === 'start';

/** `continue` finished a ship that was cut off. */
export const isShipped = (value: unknown): value is ShippedOutput =>
  typeof value === 'object' && value !== null && 'workflow' in value && value.workflow === 'shipped';

export function renderStart(output: StartOutput, paint: Paint): string {
  const done = output.stage === 'started';
  const notes = output.notes.map((note) => `💡 ${note}`);
  if (done)
    return [
      ...output.lines.map((line) => `✅ ${line}`),
      ...notes,
      ...output.documents.map(({ path, change }) => `✅ ${WORDS[change]} ${path}`),
      '✅ Context preserved',
      '🔄 Starting task execution...',
    ].join('\n');
  return [
    ...output.lines.map((line) => `   ${line}`),
    ...notes,
    ...output.openQuestions.map((question, at) => `   ${at + 1}. ${question}`),
    '',
    renderDiff(output.diff, paint),
    ...output.commands.map((command) => `    $ ${command}`),
    '⏸️  Nothing is written yet.',
    `💡 soloflow continue ${output.id} --yes${output.commands.length === 0 ? '' : ' --approve'} writes this and runs it`,
  ].join('\n');
}

const WORDS = { create: 'Wrote', change: 'Changed', remove: 'Took away' } as const;

export function renderDiff(diff: string, paint: Paint): string {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (/^(?:---|\+\+\+) /.test(line) ? paint.bold(line) : line.startsWith('@@') ? paint.dim(line) : line))
    .join('\n');
}
