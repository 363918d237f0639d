// Documents that an action shows before it writes them: what it found, the diff, and whether it was written.
import type { DraftLine } from '../workflow/generate/drafts';
import type { Paint } from './paint';
import { renderPlain } from './render-plain';
import { renderDiff } from './render-start';

interface Written {
  readonly written: boolean;
  readonly documents: readonly DraftLine[];
  readonly diff: string;
  /** What a tool does to make them. */
  readonly commands?: readonly string[];
}

export function renderWritten(output: Written, paint: Paint): string {
  const { written, documents, diff, commands = [], ...about } = output;
  const facts = renderPlain(about, paint);
  if (written)
    return [
      facts,
      ...documents.map(
        ({ path, change }) =>
          `✅ ${change === 'create' ? 'Wrote' : change === 'change' ? 'Changed' : 'Took away'} ${path}`,
      ),
      ...commands.map((command) => `✅ Ran ${command.split('\n')[0] ?? command}`),
    ].join('\n');
  const how = commands.length === 0 ? '--yes writes it' : '--yes --approve runs exactly these commands';
  return [
    facts,
    '',
    ...(diff === '' ? [] : [renderDiff(diff, paint)]),
    ...commands.map((command) => `    $ ${command}`),
    `⏸️  Nothing is written yet; ${how}.`,
  ].join('\n');
}
