// The status of a PRD moves with its work: what a person begins is approved and in progress, what is shipped is completed.
// Written where it stands and as its author writes; what is in words of its own, or over, is left.
import { isAgent } from '../../engine/agent-words';
import type { PlanDocument } from '../../model/plan';
import type { TextEdit } from '../../model/text';
import { normalId } from '../../plan/graph/ids';
import { applyEdits } from '../../plan/write/text-edits';
import type { Workspace } from '../action';
import { belonging } from '../generate/sources';
import { readPrdStatus, type PrdStatus } from './transitions';

/** Capitals as the author writes them; a sign before the old word is dropped because it spoke of the old status. */
export function inTheManner(old: string, status: PrdStatus): string {
  const letters = old.replace(/[^\p{L}]+/gu, '');
  const loud = letters !== '' && letters === letters.toUpperCase();
  const bold = old.includes('**') ? '**' : '';
  const first = /\p{L}/u.exec(old)?.[0] ?? '';
  const capital = first !== first.toLowerCase();
  const word = loud
    ? status.toUpperCase()
    : capital
      ? status.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
      : status;
  return `${bold}${word}${bold}`;
}

/** The document once its work has begun; null: nothing is to be written. `approves`: a person begins it, a draft counts too. */
export function begunPrd(document: PlanDocument, approves: boolean): TextEdit | null {
  const from = document.kind === 'prd' ? readPrdStatus(document.status?.text ?? '') : null;
  const waits = from === 'approved' || (approves && (from === 'draft' || from === 'in review'));
  if (document.status === null || !waits) return null;
  return { span: document.status.span, text: inTheManner(document.status.text, 'in progress') };
}

/** The text once its work is shipped. */
export function completedPrd(document: PlanDocument, text: string): string {
  const { status } = document;
  const from = readPrdStatus(status?.text ?? '');
  if (status === null || from === null || from === 'completed' || from === 'archived' || from === 'cancelled')
    return text;
  return applyEdits(text, [{ span: status.span, text: inTheManner(status.text, 'completed') }]);
}

/** PRDs of the work of a run that was begun, in progress from now on. `paths`: documents its tasks stand in. */
export async function beginPrds(workspace: Workspace, paths: readonly string[], by: string): Promise<void> {
  const found = new Map<string, PlanDocument>();
  for (const path of paths) {
    const document = workspace.plan.document(path);
    if (document?.kind === 'prd') found.set(path, document);
    else if (document?.belongsTo != null)
      for (const prd of belonging(workspace, normalId(document.belongsTo), 'prd')) found.set(prd.path, prd);
  }
  for (const [path, document] of found) {
    const edit = begunPrd(document, !isAgent(by));
    const text = edit === null ? null : workspace.plan.text(path);
    if (edit === null || text === null) continue;
    const written = await workspace.documents.write(path, text, [edit]);
    // The work has begun all the same.
    if (written.ok) await workspace.plan.open();
    else workspace.log.warn(`${path}: its status could not be written`);
  }
}
