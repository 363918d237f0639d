// The given corpus with its human counts, for the accuracy tests. Absent outside the development folder.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const shared = path.resolve(import.meta.dirname, '../../../../shared');
const documents = path.join(shared, 'corpus/documents');
export const hasCorpus = existsSync(documents);
if (!hasCorpus) print('SKIPPED LOUDLY: ../shared/corpus is absent, accuracy on real documents is not tested.');

/** Says a line on the terminal although tests may not use the console. */
export function print(line: string): void {
  process.stderr.write(`${line}\n`);
}

export interface Counted {
  readonly tasks: number | null;
  readonly plan_items: number | null;
  readonly items: readonly { readonly line: number; readonly text: string }[];
  readonly plan: readonly { readonly line: number; readonly text: string }[];
}

/** Paths as in the truth files → text. */
export function corpusTexts(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (statSync(file).isDirectory()) walk(file);
      else if (name.endsWith('.md'))
        found.set(path.relative(documents, file), readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    }
  };
  if (hasCorpus) walk(documents);
  return found;
}

export function truthOfTasks(): ReadonlyMap<string, Counted> {
  const read = JSON.parse(readFileSync(path.join(shared, 'corpus/truth.tasks.json'), 'utf8')) as Record<
    string,
    Counted
  >;
  return new Map(
    Object.entries(read).map(([key, value]) => [key.replace(/^(\w{8}):.*\/([^/]+)$/, '_history/$1/$2'), value]),
  );
}

export interface TrueOccurrence {
  readonly id: string;
  readonly form: string;
  readonly line: number;
  readonly title: string;
  readonly priority: string | null;
  readonly points: string | null;
  readonly status_norm: string;
}

export function truthOfBacklog(): readonly TrueOccurrence[] {
  return JSON.parse(readFileSync(path.join(shared, 'corpus/truth.backlog.json'), 'utf8')) as TrueOccurrence[];
}
