// Changing a status with what belongs to it: the transition is legal, the dates are written where the document keeps dates.
import type { Failure } from '../../model/failure';
import type { Item, PlanStatus } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { PlanChange } from '../../plan/ports';
import type { Workspace } from '../action';
import { findDocument, findItem } from '../resolve';
import { itemTransition, prdTransition, PRD_STATUSES, readPrdStatus, type PrdStatus } from './transitions';

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
  const dates = datesOf(workspace, item, to, now);
  const spelling = workspace.spellings.get(item.key, to);
  const site = item.statusSite;
  const standing =
    site === null ? null : (workspace.plan.text(item.path)?.slice(site.span.start, site.span.end) ?? null);
  const changes: PlanChange[] = [
    { kind: 'set-status', key: item.key, status: to, ...(spelling === null ? {} : { spelling }) },
  ];
  for (const [name, value] of Object.entries(dates)) changes.push({ kind: 'set-date', key: item.key, name, value });
  const written = await workspace.plan.change(changes);
  if (!written.ok) return written;
  if (standing !== null) workspace.spellings.put(item.key, item.status, standing);
  return ok({ ...about, changed: true, dates });
}

/**
 * Dates that this status moves, in the way this document writes them. Only where the item, or another one of its
 * document, carries such a date: a plan without dates does not get them.
 */
function datesOf(workspace: Workspace, item: Item, to: PlanStatus, now: number): Readonly<Record<string, string>> {
  const document = workspace.plan.document(item.path);
  const keeps = (name: string): string | null => {
    const own = item.dates[name]?.text;
    return own ?? document?.items.map((each) => each.dates[name]?.text).find((text) => text !== undefined) ?? null;
  };
  const found: Record<string, string> = {};
  const stamp = (names: readonly string[]): void => {
    for (const name of names) {
      const like = keeps(name);
      if (like !== null) {
        found[name] = dateLike(like, now);
        return;
      }
    }
  };
  if (to === 'in-progress' && item.dates['started_at'] === undefined) stamp(['started_at']);
  if (to === 'done') stamp(['completed_at', 'completion_date', 'completed']);
  stamp(['last_updated', 'updated_date']);
  return found;
}

/** The moment in the form of an example: date only, or with time, with or without T, Z and fraction. */
export function dateLike(example: string, now: number): string {
  const iso = new Date(now).toISOString();
  if (/^\d{4}-\d{2}-\d{2}$/.test(example.trim())) return iso.slice(0, 10);
  const separator = /\d T?/.test(example) && !example.includes('T') ? ' ' : 'T';
  const time = /:\d{2}:\d{2}/.test(example)
    ? /\.\d/.test(example)
      ? iso.slice(11, 23)
      : iso.slice(11, 19)
    : iso.slice(11, 16);
  const zone = example.trim().endsWith('Z') ? 'Z' : example.trim().endsWith('+00:00') ? '+00:00' : '';
  return `${iso.slice(0, 10)}${separator}${time}${zone}`;
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
  return done.ok ? ok({ ...about, changed: true, dates: {} }) : done;
}

/** Capitals as the author writes them; a sign before the old word is dropped because it spoke of the old status. */
function inTheManner(old: string, status: PrdStatus): string {
  const letters = old.replace(/[^\p{L}]+/gu, '');
  if (letters !== '' && letters === letters.toUpperCase()) return status.toUpperCase();
  const bold = old.includes('**') ? '**' : '';
  const first = /\p{L}/u.exec(old)?.[0] ?? '';
  const word = first !== first.toLowerCase() ? status.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()) : status;
  return `${bold}${word}${bold}`;
}
