// Documents that an action shows before it writes them: what it found, the diff, and whether it was written.
import type { DraftLine } from '../workflow/generate/drafts';
import type { Paint } from './paint';
import { renderPlain } from './render-plain';
import { renderDiff } from './render-start';

interface Written {
  readonly written: boolean;
  readonly documents: readonly DraftLine[];
  readonly diff: string;
}

export function renderWritten(output: Written, paint: Paint): string {
  const { written, documents, diff, ...about } = output;
  const facts = renderPlain(about, paint);
  if (written)
    return [
      facts,
      ...documents.map(
        ({ path, change }) =>
          `✅ ${change === 'create' ? 'Wrote' : change === 'change' ? 'Changed' : 'Took away'} ${path}`,
      ),
    ].join('\n');
  return [facts, '', renderDiff(diff, paint), '⏸️  Nothing is written yet; --yes writes it.'].join('\n');
}
