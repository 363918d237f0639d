// What the rest of the house may ask of the plan.
import type { Failure } from '../model/failure';
import type { Item, PlanDocument, PlanSnapshot, PlanStatus } from '../model/plan';
import type { Result } from '../model/result';
import type { TextEdit } from '../model/text';

/** Why an item comes next: each step of the order that decided, in order. */
export interface NextAnswer {
  readonly item: Item;
  readonly because: readonly string[];
}

/**
 * Says which state of a file is meant: as long as its stamp is the same, its text is. null: nothing tells that, as with
 * an unsaved buffer or a file that was written a moment ago (it may change again within one tick of its clock).
 */
export type Stamp = string | null;

/** Reads and writes documents for the plan. An open editor buffer wins over the disk. */
export interface DocumentStore {
  /** Relative paths of the files that may be plans. */
  list(): Promise<readonly string[]>;
  /** The same with the stamp each has now, without reading any. */
  survey?(): Promise<ReadonlyMap<string, Stamp>>;
  /** Text without byte order mark; null: gone, or unreadable (then `trouble` says why). */
  read(path: string): Promise<string | null>;
  /** The same with the stamp of exactly this text. */
  readStamped?(path: string): Promise<{ readonly text: string; readonly stamp: Stamp } | null>;
  /** The text of this stamp at once; null: it is another by now. */
  readNow?(path: string, stamp: string): string | null;
  /** Why the last `read` of a file that is there gave null ("EACCES", "larger than …"); null: nothing is wrong. */
  trouble?(path: string): string | null;
  /**
   * Applies edits to the text they were made for (`basis`); if the document is another by now: 'document-changed'.
   * Open documents are edited in the editor (one undo step), closed ones atomically on disk, bytes outside the edits untouched.
   */
  write(path: string, basis: string, edits: readonly TextEdit[]): Promise<Result<string, Failure>>;
  /** Creates a file that must not exist yet. */
  create(path: string, text: string): Promise<Result<string, Failure>>;
  /** The same, with a text that `fill` writes in pieces; what it throws comes back out, and no file is left. */
  createFrom?(path: string, fill: (write: (text: string) => void) => void): Promise<Result<string, Failure>>;
  /** The lines of a file on the disk, read as they are asked for; null: there is none. */
  readLines?(path: string): Promise<Iterable<string> | null>;
  /** Takes a file away whose text is `basis`; another text, or unsaved changes in the editor: 'document-changed'. */
  remove?(path: string, basis: string): Promise<Result<string, Failure>>;
  onDidChange(listener: (paths: readonly string[]) => void): { dispose(): void };
}

/** A reading to be kept: what `payload` holds is the plan's business. */
export interface CachedReading {
  readonly path: string;
  /** Of the text that was read. */
  readonly hash: string;
  /** Of the readers that read it. */
  readonly version: string;
  readonly payload: string;
}

/** The same as its bytes: most readings of an earlier session are never looked into. */
export interface KeptReading extends Omit<CachedReading, 'payload'> {
  /** UTF-8. */
  readonly payload: Uint8Array;
}

/** Readings kept between sessions: one per path, the latest. May lose anything at any time, must not throw. */
export interface PlanCache {
  /** The payload put for exactly this path, hash and version; null: none. */
  get(path: string, hash: string, version: string): string | null;
  put(readings: readonly CachedReading[]): void;
  /** Everything that is kept, in any order. */
  all?(): Iterable<KeptReading>;
  /** Forgets all other paths. */
  keepOnly?(paths: ReadonlySet<string>): void;
}

export type PlanChange =
  | { readonly kind: 'set-status'; readonly key: string; readonly status: PlanStatus; readonly spelling?: string }
  | { readonly kind: 'tick'; readonly key: string; readonly line: number; readonly done: boolean }
  | { readonly kind: 'set-priority'; readonly key: string; readonly value: string }
  | { readonly kind: 'add-dependency'; readonly key: string; readonly on: string }
  | { readonly kind: 'remove-dependency'; readonly key: string; readonly on: string }
  | { readonly kind: 'set-progress'; readonly key: string; readonly value: string }
  | { readonly kind: 'set-date'; readonly key: string; readonly name: string; readonly value: string }
  | { readonly kind: 'append-task'; readonly path: string; readonly after: string | null; readonly task: NewTask }
  | { readonly kind: 'archive-item'; readonly key: string };

/** A task to be written in the words of the document it goes into. */
export interface NewTask {
  readonly id: string | null;
  readonly title: string;
  readonly kind: 'task' | 'hotfix';
  readonly priority: string | null;
  readonly estimate: string | null;
  readonly dependencies: readonly string[];
  readonly steps: readonly string[];
  readonly criteria: readonly string[];
  readonly commands: readonly string[];
  readonly gates: readonly string[];
  readonly autoAdvance: boolean | null;
  readonly pauseAfter: boolean | null;
  readonly readyPrompt: string | null;
  readonly note: string | null;
}

export interface Plan {
  /** Reads everything once, in slices that never block long. Safe to call again: reads only what changed. */
  open(): Promise<PlanSnapshot>;
  snapshot(): PlanSnapshot;
  document(path: string): PlanDocument | null;
  /** The text the snapshot's document was read from. */
  text(path: string): string | null;
  /** By key, by id, or by title; ambiguous and unknown are failures with suggestions. */
  find(asked: string): Result<Item, Failure>;
  /** Ready items, best first. */
  ready(): readonly Item[];
  next(limit?: number): readonly NextAnswer[];
  /** Reads the document again if it changed, plans the edit, writes it. Several changes apply together or not at all. */
  change(changes: readonly PlanChange[]): Promise<Result<readonly string[], Failure>>;
  onDidChange(listener: (snapshot: PlanSnapshot) => void): { dispose(): void };
  /** Resolves when the cache holds all that was read so far; what is disposed before then is read again next time. */
  kept(): Promise<void>;
  dispose(): void;
}
