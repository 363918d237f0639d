// Which status may follow which when a person or an agent sets it: data for items and for whole documents.
import type { Failure } from '../../model/failure';
import type { PlanStatus } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';

/** Next statuses of an item or task. What is done or cancelled is opened again before it goes anywhere else. */
const ITEM_TRANSITIONS: Readonly<Record<PlanStatus, readonly PlanStatus[]>> = {
  open: ['in-progress', 'blocked', 'done', 'cancelled'],
  'in-progress': ['open', 'blocked', 'done', 'cancelled'],
  blocked: ['open', 'in-progress', 'cancelled'],
  done: ['open', 'in-progress'],
  cancelled: ['open'],
};

/** Life of a PRD, in its usual words. */
export const PRD_STATUSES = [
  'draft',
  'in review',
  'approved',
  'in progress',
  'completed',
  'archived',
  'cancelled',
] as const;
export type PrdStatus = (typeof PRD_STATUSES)[number];

const PRD_TRANSITIONS: Readonly<Record<PrdStatus, readonly PrdStatus[]>> = {
  draft: ['in review', 'approved', 'cancelled'],
  'in review': ['draft', 'approved', 'cancelled'],
  approved: ['draft', 'in progress', 'completed', 'cancelled'],
  'in progress': ['approved', 'completed', 'cancelled'],
  completed: ['in progress', 'archived'],
  archived: ['completed'],
  cancelled: ['draft'],
};

export function itemTransition(what: string, from: PlanStatus, to: PlanStatus): Result<'same' | 'changed', Failure> {
  if (from === to) return ok('same');
  return ITEM_TRANSITIONS[from].includes(to) ? ok('changed') : err({ kind: 'illegal-transition', what, from, to });
}

export function prdTransition(
  what: string,
  from: PrdStatus | null,
  to: PrdStatus,
): Result<'same' | 'changed', Failure> {
  if (from === to) return ok('same');
  // A document whose status is in words of its own may go anywhere: its author knows where it stands.
  if (from === null || PRD_TRANSITIONS[from].includes(to)) return ok('changed');
  return err({ kind: 'illegal-transition', what, from, to });
}

/** The usual word that an author's text means; null where it is none of them. */
export function readPrdStatus(text: string): PrdStatus | null {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
  const meanings: readonly (readonly [RegExp, PrdStatus])[] = [
    [/^(draft|new|proposed|planned|todo)\b/, 'draft'],
    [/^(in )?review\b/, 'in review'],
    [/^(approved|ready|accepted)\b/, 'approved'],
    [/^(in progress|active|started|wip|implementing)\b/, 'in progress'],
    [/^(complete|completed|done|implemented|shipped)\b/, 'completed'],
    [/^archived\b/, 'archived'],
    [/^(cancelled|canceled|dropped|rejected)\b/, 'cancelled'],
  ];
  return meanings.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}
