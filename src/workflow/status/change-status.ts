// Changing a status with what belongs to it: the transition is legal, the dates are written where the document keeps dates.
import type { Failure } from '../../model/failure';
import type { PlanStatus } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { PlanChange } from '../../plan/ports';
import type { Workspace } from '../action';
import { findDocument, findItem } from '../resolve';
import { datesOf } from './dates';
import { inTheManner } from './prd-status';
import { itemTransition, prdTransition, PRD_STATUSES, readPrdStatus } from './transitions';
import { writeChanges } from './write-status';

export interface StatusChanged {
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly from: string | null;
  readonly to: string;
  readonly changed: boolean;
  /** Dates that were written with it, by name. */
  readonly dates: Readonly<Record<string, string>>;
}

/** `now` in epoch ms. Status and dates are written together. */
export async function changeItemStatus(
  workspace: Workspace,
  asked: string,
  to: PlanStatus,
  now: number,
): Promise<Result<StatusChanged, Failure>> {
  const found = findItem(workspace, asked);
  if (!found.ok) return found;
  const item = found.value;
  const legal = itemTransition(item.id ?? item.title, item.status, to);
  if (!legal.ok) return legal;
  const about = { key: item.key, path: item.path, line: item.line, from: item.statusText, to };
  if (legal.value === 'same') return ok({ ...about, changed: false, dates: {} });
  const dates = datesOf(workspace.plan.document(item.path), item, to, now);
  const changes: PlanChange[] = [{ kind: 'set-status', key: item.key, status: to }];
  for (const [name, value] of Object.entries(dates)) changes.push({ kind: 'set-date', key: item.key, name, value });
  const written = await writeChanges(workspace, changes);
  if (!written.ok) return written;
  return ok({ ...about, changed: true, dates });
}

/** Status of a whole document, written where it stands. */
export async function changeDocumentStatus(
  workspace: Workspace,
  asked: string,
  to: string,
): Promise<Result<StatusChanged, Failure>> {
  const path = findDocument(workspace, asked);
  if (!path.ok) return path;
  const wanted = readPrdStatus(to);
  if (wanted === null)
    return err({ kind: 'invalid-input', field: 'STATUS', message: `is none of ${PRD_STATUSES.join(', ')}` });
  const document = workspace.plan.document(path.value);
  const text = workspace.plan.text(path.value);
  const written = document?.status ?? null;
  if (written === null || text === null)
    return err({ kind: 'not-writable', path: path.value, line: 1, what: 'it has no status line' });
  const from = readPrdStatus(written.text);
  const legal = prdTransition(path.value, from, wanted);
  if (!legal.ok) return legal;
  const line = text.slice(0, written.span.start).split('\n').length;
  const about = { key: path.value, path: path.value, line, from: written.text, to: wanted };
  if (legal.value === 'same') return ok({ ...about, changed: false, dates: {} });
  const done = await workspace.documents.write(path.value, text, [
    { span: written.span, text: inTheManner(written.text, wanted) },
  ]);
  if (!done.ok) return done;
  await workspace.plan.open();
  return ok({ ...about, changed: true, dates: {} });
}
