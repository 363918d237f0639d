// What memory needs from the world: rows that are added and superseded, an index of documents, and what is known around them.
import type { MemoryFilter, MemoryHit, MemoryRow, NewMemory } from '../model/memory';
import type { Anchor } from './anchors';
import type { Section } from './sections';

/** store/ implements it. */
export interface MemoryStore {
  /** The same id twice is one row. */
  add(memory: NewMemory): void;
  /** The old row stays and points to the new one. */
  supersede(id: string, by: NewMemory): void;
  get(id: string): MemoryRow | null;
  /** Newest first. */
  latest(filter: MemoryFilter): readonly MemoryRow[];
  /** `query` is plain words: any may match, rarer ones weigh more. */
  search(query: string, filter: MemoryFilter): readonly MemoryHit[];
}

export interface IndexedSection extends Section {
  readonly path: string;
  /** bm25 over names, trail and text; higher is better. */
  readonly score: number;
}

export interface AnchoredPassage extends Anchor {
  readonly path: string;
}

/** Sections of documents, for searching. A cache: may lose anything at any time. store/ implements it. */
export interface DocumentIndex {
  /** Path → hash of the text that is indexed completely. */
  hashes(): ReadonlyMap<string, string>;
  /**
   * Takes the place of what is indexed for a path. Each step writes a slice in a transaction of its own; the hash
   * counts once the last one is written. Throws nothing: false ends it when the database cannot be written now.
   */
  replace(path: string, hash: string, sections: readonly Section[], anchors: readonly Anchor[]): Iterable<boolean>;
  remove(path: string): void;
  /** Sections that hold any of the terms; each term is a word or several in a row. Best first. */
  candidates(terms: readonly string[], limit: number): readonly IndexedSection[];
  /** In how many sections a term stands; counted up to `limit`. */
  frequency(term: string, limit: number): number;
  size(): number;
  anchors(): readonly AnchoredPassage[];
}

/** Files as text; the plan's documents or the editor's rule files. */
export interface TextFiles {
  list(): Promise<readonly string[]>;
  read(path: string): Promise<string | null>;
}

/** What the editor knows at this moment. Paths are relative to the workspace. */
export interface EditorContext {
  readonly active: { readonly path: string; readonly line: number; readonly selection: string } | null;
  readonly open: readonly string[];
  /** "path:line message", errors first. */
  readonly problems: readonly string[];
}

export interface GitFacts {
  readonly branch: string | null;
  readonly head: string | null;
  readonly subject: string | null;
  readonly dirty: readonly string[];
}

/** The configured external command: null where none is configured. */
export interface External {
  readonly command: string;
  readonly allowed: () => boolean;
  run(
    request: { readonly query: string; readonly role: string },
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly out: string } | { readonly ok: false; readonly error: string }>;
}
