// What is to be done, as read from documents. Everything is immutable; a new reading makes new values.
import type { Problem } from './problem';
import type { Span, Written } from './text';

export type PlanStatus = 'open' | 'in-progress' | 'blocked' | 'done' | 'cancelled';
export const PLAN_STATUSES: readonly PlanStatus[] = ['open', 'in-progress', 'blocked', 'done', 'cancelled'];

export type ItemKind =
  | 'backlog-item'
  | 'task'
  | 'subtask'
  | 'plan-item'
  | 'phase'
  | 'lane'
  | 'epic'
  | 'story'
  | 'milestone'
  | 'hotfix';

export type DialectId =
  | 'reference-backlog'
  | 'reference-tasks'
  | 'reference-prd'
  | 'checkbox-tasks'
  | 'spec-kit'
  | 'openspec'
  | 'kiro'
  | 'snarktank'
  | 'backlog-md'
  | 'task-master'
  | 'cursor-plan'
  | 'bmad'
  | 'beads';

export type DocumentKind = 'backlog' | 'prd' | 'tasks' | 'none';

/**
 * A place where a status stands, or could be inserted (empty span), with the text that says each status there in
 * the words of this document. null: this place cannot say that status.
 */
export interface StatusSite {
  readonly span: Span;
  readonly words: Readonly<Record<PlanStatus, string | null>>;
}

/** A place of an item in its document: an item can stand in a table row, a lane and a heading at once. */
export interface Occurrence {
  /** 1-based. */
  readonly line: number;
  /** Reader's name of the shape, e.g. "row", "lane", "heading", "T1". */
  readonly form: string;
  readonly status: PlanStatus;
  /** The author's words for the status, null where none are written. */
  readonly statusText: string | null;
  readonly title: string;
}

/** A dependency as written. `targets` are normalised ids (see plan/graph/ids); prose has none. */
export interface Dependency {
  readonly kind: 'item' | 'phase' | 'range' | 'blocks' | 'prose';
  readonly text: string;
  readonly targets: readonly string[];
  readonly span: Span;
}

/** A command that a document asks to run. Running it needs trust and an approval of exactly this text. */
export interface CommandText {
  /** One or more shell lines, as written in the fence or code span. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly span: Span;
}

/** A line that must become true: acceptance criterion, quality gate, testing requirement, definition of done. */
export interface Criterion {
  readonly text: string;
  /** null: written without a box. */
  readonly done: boolean | null;
  /** 1-based. */
  readonly line: number;
  /** The one character inside the box, where there is one. */
  readonly box: Span | null;
  /** Commands named by the criterion itself, e.g. a gate "`npm test` passes". */
  readonly command: string | null;
}

/** An explicit yes or no with the author's prose ("no (requires a manual check)"). */
export interface YesNo {
  readonly value: boolean;
  readonly text: string;
  readonly span: Span;
}

/** Author's own figures for a score, e.g. bv, tc, rr, le, effort. */
type ScoreParts = Readonly<Record<string, number>>;

/** One unit of work, or a group of such (phase, lane, epic). */
export interface Item {
  /** Document path + id + normalised title, without id document path + heading path + title. Unique in a snapshot. */
  readonly key: string;
  readonly path: string;
  /** As written; null where the author gave none. */
  readonly id: string | null;
  /** `id` normalised for comparing (hyphen kinds, case, padding), null without id. */
  readonly normalId: string | null;
  readonly title: string;
  readonly kind: ItemKind;
  readonly status: PlanStatus;
  /** The author's words for the status, null where none are written (then `status` is open). */
  readonly statusText: string | null;
  /** Where `set status` writes; null: this document cannot say it (read only). */
  readonly statusSite: StatusSite | null;
  /** 1-based line of the primary occurrence. */
  readonly line: number;
  /** The primary occurrence with everything that belongs to it. */
  readonly span: Span;
  readonly titleSpan: Span;
  readonly occurrences: readonly Occurrence[];
  /** Key of the phase, lane, epic or task it belongs to. */
  readonly parent: string | null;
  readonly priority: Written<string> | null;
  readonly moscow: Written<string> | null;
  readonly points: Written<number> | null;
  readonly score: Written<number> | null;
  readonly scoreParts: ScoreParts | null;
  readonly estimate: Written<string> | null;
  readonly dependencies: readonly Dependency[];
  /** Place of the dependency value (for adding one), null where the shape has none. */
  readonly dependencySite: Span | null;
  readonly autoAdvance: YesNo | null;
  readonly pauseAfter: YesNo | null;
  readonly smartPause: YesNo | null;
  readonly readyPrompt: string | null;
  /** How long one try may take, in ms. 0: as long as it likes; value null: what is written is no time. */
  readonly timeLimit?: Written<number | null> | null;
  readonly commands: readonly CommandText[];
  readonly criteria: readonly Criterion[];
  readonly gates: readonly Criterion[];
  readonly tests: readonly Criterion[];
  readonly description: string | null;
  /** The author's next step ("do_next"), where the document has such a field. */
  readonly doNext?: string | null;
  readonly owner: Written<string> | null;
  readonly humanRequired: boolean;
  /** Written type of work ("documentation", "bug", "database"), null if none. */
  readonly type: string | null;
  /** Path or name of the linked PRD as written. */
  readonly prd: string | null;
  /** Dates as written, by their field name: started_at, completed_at, last_updated, … */
  readonly dates: Readonly<Record<string, Written<string>>>;
  /** Progress as written ("3/8", "40%"). */
  readonly progress: Written<string> | null;
  /** May run beside its siblings ([P] and the like). */
  readonly parallel: boolean;
  readonly optional: boolean;
  /** Author's labels, epics, stories. */
  readonly labels: readonly string[];
}

/** A total the author claims ("Total Tasks: 28"). Shown beside the counted one, never trusted. */
export type ClaimedTotal = Written<number>;

/** One document, read. */
export interface PlanDocument {
  readonly path: string;
  readonly dialect: DialectId;
  readonly kind: DocumentKind;
  readonly title: string;
  /** In document order; parents before children. */
  readonly items: readonly Item[];
  readonly claimed: ClaimedTotal | null;
  readonly problems: readonly Problem[];
  /** Backlog id this document belongs to (from its name or header), normalised; null if none. */
  readonly belongsTo: string | null;
  /** Where a new task can be appended, null where the shape does not tell. */
  readonly appendSite: number | null;
  /** Status of the document itself (a PRD's "Status: approved"), null if none. */
  readonly status: Written<string> | null;
}

/** Everything that was read, at one moment. */
export interface PlanSnapshot {
  /** Grows with every change. */
  readonly revision: number;
  readonly documents: readonly PlanDocument[];
  readonly items: ReadonlyMap<string, Item>;
  /** Resolved edges: key → keys it waits for. Cycle members keep theirs and are never ready. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Documents' own problems and those of the whole (ids, dependencies, cycles). */
  readonly problems: readonly Problem[];
}
