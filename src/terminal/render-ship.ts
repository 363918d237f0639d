// A ship as text: what stands in the way, the diff or what was written, and what is offered beside it.
import type { ShipOutput } from '../workflow/ship/ship-flow';
import type { Paint } from './paint';
import { renderDiff } from './render-start';

export function renderShip(output: ShipOutput, paint: Paint): string {
  const name = output.item.id === null ? output.item.title : `${output.item.id} ${output.item.title}`;
  const list = (sign: string, title: string, tasks: ShipOutput['unfinished']): readonly string[] =>
    tasks.length === 0
      ? []
      : [
          `${sign} ${title}`,
          ...tasks.map((task) => `   ${task.name} – ${task.why} ${paint.dim(`${task.path}:${task.line}`)}`),
        ];
  const offered = [
    ...output.lessons.map((lesson) => `💡 Lesson: ${lesson}`),
    `💡 Changelog: ${output.changelog}${output.documents.length > 0 && !output.written ? ' (--changelog writes it)' : ''}`,
    ...output.notes.map((note) => `💡 ${note}`),
    ...(output.git === null || output.git.commands.length === 0
      ? []
      : [
          output.git.done ? '✅ Committed' : '💡 Git, with --commit once approved (--commit --approve):',
          ...output.git.commands.map((command) => `    ${paint.dim('$')} ${command}`),
        ]),
  ];
  return [
    paint.bold(name),
    ...list('❌', 'Unfinished', output.unfinished),
    ...list('❌', 'Gates that are not green', output.redGates),
    ...list('⚠️ ', 'Done without a gate', output.unverified),
    ...(output.unfinished.length + output.redGates.length + output.unverified.length === 0
      ? ['✅ Every task is done, every gate is green']
      : []),
    ...(output.written
      ? output.documents.map(
          ({ path, change }) =>
            `✅ ${change === 'create' ? 'Wrote' : change === 'change' ? 'Changed' : 'Took away'} ${path}`,
        )
      : ['', renderDiff(output.diff, paint), '⏸️  Nothing is written yet; --yes writes it.']),
    ...offered,
  ].join('\n');
}
