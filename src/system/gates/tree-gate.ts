// The working tree must be clean, or what was changed must be committed.
import type { Gate } from '../../model/gate';
import { gitState } from '../git';
import { type Finding, plural, some } from './finding';

type TreeGate = Extract<Gate, { kind: 'tree' }>;

/**
 * clean: nothing uncommitted. committed: nothing uncommitted and a commit since work on the task began (`since`, epoch ms).
 * `own`: documents that the run itself writes, which do not count.
 */
export async function checkTree(
  root: string,
  gate: TreeGate,
  since: number,
  own: ReadonlySet<string>,
): Promise<Finding> {
  const answer = await gitState(root);
  if (answer.kind === 'none') {
    return { status: 'error', detail: `git does not tell (${answer.why}): ${answer.message}`, evidence: {} };
  }
  const { state } = answer;
  const dirty = state.dirty.filter((file) => !isOwn(file, own) && !file.startsWith('.soloflow/'));
  const commit =
    state.lastCommit === null ? 'no commit yet' : `${state.lastCommit.hash.slice(0, 9)} ${state.lastCommit.subject}`;
  if (dirty.length > 0) {
    const evidence = { files: dirty.slice(0, 100), findings: [`last commit: ${commit}`] };
    return { status: 'fail', detail: `${plural(dirty.length, 'uncommitted file')}: ${some(dirty)}`, evidence };
  }
  // Commits are stamped in whole seconds.
  const fresh = state.lastCommit !== null && state.lastCommit.at >= Math.floor(since / 1000) * 1000;
  if (gate.expect === 'committed' && !fresh) {
    return {
      status: 'fail',
      detail: `no commit since the task began, the last is ${commit}`,
      evidence: { findings: [commit] },
    };
  }
  return { status: 'pass', detail: `clean at ${commit}`, evidence: { findings: [commit] } };
}

/** A document that the run writes, also while its new text stands beside it (document-files.ts names it so). */
function isOwn(file: string, own: ReadonlySet<string>): boolean {
  return own.has(file) || own.has(file.replace(/(^|\/)\.([^/]+)\.[0-9a-f]{12}\.tmp$/, '$1$2'));
}
