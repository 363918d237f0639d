// One place where a backlog item stands, whatever its form; items are made of one or more of them.
import type { Item, PlanStatus } from '../../model/plan';
import type { Span } from '../../model/text';
import type { SiteFound } from './status-sites';

export type EntryForm = 'row' | 'archive' | 'heading' | 'lane' | 'queue' | 'roadmap';

export interface Entry {
  readonly form: EntryForm;
  /** As written. */
  readonly id: string;
  readonly title: string;
  readonly titleSpan: Span;
  /** First and last line of the entry itself (a row may be wrapped). */
  readonly line: number;
  readonly lastLine: number;
  /** null: the place cannot say another status (archive rows). */
  readonly site: SiteFound | null;
  readonly status: PlanStatus;
  readonly statusText: string | null;
  readonly draft: Partial<Item>;
  /** Words that say what the item is about, for telling whose metadata a comment is. */
  readonly about: string;
}

/** Ids of a backlog: "B-012", "B‑052‑d", "B-1006-A", "B-1004-QG", "C-3", also the literal "B-XXXX". */
export const BACKLOG_ID = String.raw`[A-Z]{1,5}[-\u2010-\u2015](?:\d{1,6}[a-z]?|X{2,4})(?:[-\u2010-\u2015][A-Za-z]{1,3}\d{0,2})?(?![\w])`;
