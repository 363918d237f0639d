// Outputs of the memory's actions as text for a terminal.
import type { KeptMoment, Recalled } from '../model/memory';
import type { Paint } from './paint';

interface Noted {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
}
interface ContextOutput {
  readonly id: string | null;
  readonly title: string;
  readonly path: string;
  readonly line: number;
  readonly notes: readonly Noted[];
  readonly answers: readonly { choice: string | null; text: string | null; by: string | null }[];
  readonly lastGates: readonly { gate: string; status: string; detail: string }[];
  readonly context: readonly KeptMoment[];
}
interface MemoryOutput {
  readonly text: string;
  readonly systems: readonly { source: string; status: string; found: number; ms: number; error: string | null }[];
}

/** null: not an action of the memory. */
export function renderMemory(action: string, output: unknown, paint: Paint): string | null {
  switch (action) {
    case 'handover':
    case 'prime':
      return (output as { text: string }).text;
    case 'memory':
      return (output as MemoryOutput).text;
    case 'remember': {
      const { id, kind, title } = output as Noted;
      return `Remembered (${kind}): ${title}\n${paint.dim(id)}`;
    }
    case 'keep-context':
      return 'Kept.';
    case 'recall': {
      const { found } = output as { found: readonly Recalled[] };
      return found.length === 0 ? 'Nothing fits.' : found.map((each) => recalled(each, paint)).join('\n\n');
    }
    case 'context':
      return renderContext(output as ContextOutput, paint);
    default:
      return null;
  }
}

const PREVIEW_LINES = 6;

function recalled(found: Recalled, paint: Paint): string {
  const lines = found.text.split('\n').filter((line) => line.trim() !== '');
  return [
    `${paint.bold(found.title)} ${paint.dim(found.citation)}`,
    ...lines.slice(0, PREVIEW_LINES).map((line) => `  ${line.slice(0, 200)}`),
    ...(lines.length > PREVIEW_LINES ? [paint.dim(`  … ${lines.length - PREVIEW_LINES} more lines`)] : []),
  ].join('\n');
}

function renderContext(output: ContextOutput, paint: Paint): string {
  const name = output.id === null ? output.title : `${output.id} ${output.title}`;
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint.bold(title), ...lines.map((line) => `  ${line}`)];
  return [
    `${paint.bold(name)} ${paint.dim(`${output.path}:${output.line}`)}`,
    ...part(
      'Remembered',
      output.notes.map(({ kind, title, id }) => `${kind}: ${title} ${paint.dim(id)}`),
    ),
    ...part(
      'Answers',
      output.answers.map(({ choice, text, by }) =>
        [choice, text, by === null ? null : `(${by})`].filter((each) => each !== null).join(' '),
      ),
    ),
    ...part(
      'Gates',
      output.lastGates.map(({ gate, status, detail }) => `${status} ${gate}: ${detail}`),
    ),
    ...part(
      'Kept',
      output.context.map(
        ({ moment, at, text }) => `${new Date(at).toISOString().slice(0, 19)} ${moment} ${flat(text)}`,
      ),
    ),
  ].join('\n');
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 240);
