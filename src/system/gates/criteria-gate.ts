// Every acceptance criterion of the task must be ticked in its document as it stands now; about the others a person is
// asked, because no machine can tell.
import type { TaskSpec } from '../../model/run';
import type { DocumentStore } from '../../plan/ports';
import { type Finding, plural } from './finding';

interface Criterion {
  readonly text: string;
  /** null: there is no box to tick. */
  readonly done: boolean | null;
}

/** What the document says now; null: the task is gone from it. */
export type CriteriaReader = (spec: TaskSpec) => Promise<readonly Criterion[] | null>;

export async function checkCriteria(spec: TaskSpec, read: CriteriaReader): Promise<Finding | { readonly ask: string }> {
  const all = await read(spec);
  if (all === null)
    return { status: 'error', detail: `The task is no longer in ${spec.path}.`, evidence: { files: [spec.path] } };
  // What another gate of the task decides about is no question for a person.
  const decided = new Set(spec.gates.flatMap(({ name, boxes }) => [name, ...(boxes ?? [])]));
  const criteria = all.filter(({ text }) => !decided.has(text));
  if (all.length > 0 && criteria.length === 0)
    return { status: 'pass', detail: 'every criterion has a gate of its own', evidence: { files: [spec.path] } };
  if (criteria.length === 0)
    return { status: 'error', detail: 'The task has no acceptance criteria.', evidence: { files: [spec.path] } };
  const open = criteria.filter(({ done }) => done !== true);
  const evidence = {
    files: [spec.path],
    findings: criteria.map(({ text, done }) => `${done === null ? '-' : done ? '[x]' : '[ ]'} ${text}`),
  };
  if (open.length > 0) return { ask: `Are these met? ${open.map(({ text }) => text).join('; ')}` };
  return { status: 'pass', detail: `${plural(criteria.length, 'criterion', 'criteria')} ticked`, evidence };
}

/** Looks the frozen task's criteria up again by their words, nearest below the task's own line. */
export function criteriaInText(documents: DocumentStore): CriteriaReader {
  return async (spec) => {
    const text = await documents.read(spec.path);
    if (text === null) return null;
    const lines = text.split('\n');
    return spec.criteria.map(({ text: wanted, done }) => {
      const found = boxesOf(lines, wanted).sort((a, b) => distance(spec.line, a.line) - distance(spec.line, b.line))[0];
      return { text: wanted, done: found === undefined ? (done === null ? null : false) : found.done };
    });
  };
}

const distance = (from: number, to: number): number => (to >= from ? to - from : 1_000_000 + from - to);

function boxesOf(lines: readonly string[], wanted: string): { readonly line: number; readonly done: boolean }[] {
  const words = wordsOf(wanted);
  return lines.flatMap((line, i) => {
    const box = /^\s*(?:[-*+]|\d+[.)])\s+\[([^\]])\]\s+(.*)$/u.exec(line);
    if (box === null || !wordsOf(box[2] ?? '').includes(words)) return [];
    return [{ line: i + 1, done: /[xX✓✔✅]/u.test(box[1] ?? '') }];
  });
}

const wordsOf = (text: string): string =>
  text
    .replace(/[*_`~]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
