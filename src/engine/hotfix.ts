// The HotFix task: made from what failed, done before the failed task is tried again.
import type { DocumentChange, TaskSpec } from '../model/run';
import { tellingLines } from './telling-lines';

/** What failed, for the task's title, steps and evidence. */
export interface FailureEvidence {
  /** One line. */
  readonly detail: string;
  readonly command: string | null;
  /** What was printed; of very much the end. */
  readonly outputTail: string;
  readonly attempts: number;
}

/** Next free number of the run's and its document's hot fixes. */
export function nextHotfixNumber(ids: Iterable<string | null>): number {
  let highest = 0;
  for (const id of ids) {
    const found = /^T-?HotFix-?(\d+)$/i.exec(id ?? '');
    if (found !== null) highest = Math.max(highest, Number(found[1]));
  }
  return highest + 1;
}

/** The new task and the text that stands for it in the document. */
export function makeHotfix(
  failed: TaskSpec,
  n: number,
  evidence: FailureEvidence,
): { readonly spec: TaskSpec; readonly change: DocumentChange & { readonly kind: 'append-hotfix' } } {
  const id = `T-HotFix-${String(n)}`;
  const title = `Fix ${shorten(failed.title, 60)}`;
  const again =
    evidence.command === null ? 'Re-run the validation' : `Re-run the validation: ${firstLine(evidence.command)}`;
  const steps = ['Reproduce the failure', 'Fix the cause', 'Add a regression test', again];
  const criteria = ['The failure no longer occurs', ...failed.criteria.map(({ text }) => text)];
  const text = describe(evidence);
  return {
    spec: {
      key: keyInDocument(failed.path, id, title),
      path: failed.path,
      line: failed.line,
      id,
      title,
      kind: 'hotfix',
      type: failed.type,
      priority: 'Critical',
      autoAdvance: false,
      pauseAfter: true,
      readyPrompt: 'HotFix complete - retry original task?',
      humanRequired: false,
      commands: [],
      criteria: criteria.map((criterion) => ({ text: criterion, done: false })),
      // Its proof is the original, which is tried again with its own gates.
      gates: [],
      needs: [],
      unresolved: [],
      timeoutMs: null,
      repairs: failed.key,
      rank: failed.rank,
      steps,
      evidence: text,
      pending: true,
    },
    change: { kind: 'append-hotfix', after: failed.key, id, title, steps, criteria, evidence: text },
  };
}

/**
 * The key its document will give it (plan/read/item makes the same), so that it keeps one name from the start. Where a
 * document writes it otherwise, it is found again by its id and renamed.
 */
function keyInDocument(path: string, id: string, title: string): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return `${path}#${id.toUpperCase()}:${words}`;
}

/** A few lines, never the whole log: documents are read by people. */
function describe(evidence: FailureEvidence): string {
  const tail = tellingLines(evidence.outputTail)
    .map((line) => shorten(line, 160))
    .join(' / ');
  const times = evidence.attempts === 1 ? 'once' : `${String(evidence.attempts)} times`;
  return `${evidence.detail.replace(/\s+/g, ' ').trim()} (tried ${times})${tail === '' ? '' : `: ${tail}`}`;
}

/** The command, or how a script begins. */
function firstLine(text: string): string {
  const [first = '', ...rest] = text.trim().split(/\r?\n/);
  return shorten(first, 120) + (rest.length > 0 ? ' …' : '');
}
const shorten = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
