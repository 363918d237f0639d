// The page that shows planned changes: what was found as comments, then the diff. Pure.
import { withoutFlags } from './flag-words';
import type { Translate } from '../workflow/words/translate';

export interface Preview {
  readonly diff: string;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  readonly openQuestions: readonly string[];
  readonly unfinished: readonly PreviewFinding[];
  readonly redGates: readonly PreviewFinding[];
  readonly unverified: readonly PreviewFinding[];
  readonly git?: { readonly commands: readonly string[] } | null | undefined;
  /** What a tool does behind the documents. */
  readonly commands?: readonly string[];
}

interface PreviewFinding {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly why: string;
}

/** Longer lines would run below the minimap. */
const WIDTH = 72;
function wrapped(text: string): readonly string[] {
  const lines = [''];
  for (const word of withoutFlags(text).split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && `${last} ${word}`.length > WIDTH) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

export function previewText(preview: Preview, t: Translate): string {
  const comment = (text: string): string => `# ${text}`.trimEnd();
  const about = [
    ...preview.lines,
    ...preview.notes,
    ...[...preview.redGates, ...preview.unfinished, ...preview.unverified].map(
      ({ name, path, line, why }) => `${name} (${path}:${line}): ${why}`,
    ),
    ...(preview.git?.commands ?? []).map((command) => t('Git command, run only if you choose so: {0}', command)),
    ...(preview.commands ?? []).map((command) => t('Command, run once you approved it: {0}', command)),
    ...preview.openQuestions.map((question) => t('Open question: {0}', question)),
  ];
  // The question stands over the top of the editor: the changes begin below it.
  const head = [t('Nothing is written yet.'), '', '', '', '', '', '', ...about];
  return `${head.flatMap(wrapped).map(comment).join('\n')}\n\n${preview.diff === '' ? `# ${t('No document changes.')}` : preview.diff}\n`;
}
