// What was learned: decisions, notes, lessons, facts, and the context kept at each turn of a run.

export type MemoryKind = 'decision' | 'note' | 'lesson' | 'fact' | 'context';

export interface MemoryRow {
  readonly id: string;
  readonly kind: MemoryKind;
  /** What it is about at large: "workspace", a document path, a goal. */
  readonly scope: string;
  readonly taskKey: string | null;
  readonly runId: string | null;
  readonly sessionId: string | null;
  readonly title: string;
  readonly body: string;
  /** Where it comes from: task, document line, commit, output. */
  readonly source: Readonly<Record<string, unknown>> | null;
  readonly supersededBy: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
}
export type NewMemory = Omit<MemoryRow, 'supersededBy'>;

export interface MemoryFilter {
  readonly taskKey?: string;
  readonly runId?: string;
  readonly scope?: string;
  readonly kinds?: readonly MemoryKind[];
  readonly withSuperseded?: boolean;
  readonly limit: number;
}

export interface MemoryHit {
  readonly row: MemoryRow;
  /** Higher is better: bm25 turned round, raised for what is recent. */
  readonly score: number;
}

/** When context is kept. */
export type ContextMoment = 'start' | 'pause' | 'answer' | 'failure' | 'gate' | 'completion' | 'manual';

/** One turn of a run as it was kept. */
export interface KeptMoment {
  readonly moment: ContextMoment;
  /** Epoch ms. */
  readonly at: number;
  readonly sessionId: string | null;
  readonly runId: string | null;
  /** What was known, as JSON text. */
  readonly text: string;
}

/** What somebody wants remembered. */
export interface Remembering {
  readonly kind: Exclude<MemoryKind, 'context'>;
  readonly text: string;
  readonly taskKey: string | null;
  readonly source: Readonly<Record<string, unknown>> | null;
  /** Id (or its beginning) of the memory this one takes the place of. */
  readonly supersedes: string | null;
  readonly by: string;
}

/** Something found for a query: a memory row, or a section of a document. */
export interface Recalled {
  readonly kind: MemoryKind | 'section';
  readonly title: string;
  readonly text: string;
  /** Where it can be looked up: "path:line", a task's key, a commit, "memory ID". */
  readonly citation: string;
  /** Sections only. */
  readonly path: string | null;
  /** 1-based; sections only. */
  readonly line: number | null;
  readonly endLine: number | null;
  readonly id: string | null;
  /** Epoch ms; null for documents. */
  readonly at: number | null;
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
}

export const MEMORY_SYSTEMS = ['ltst', 'cursor', 'go_cli', 'prime'] as const;
export type MemorySystem = (typeof MEMORY_SYSTEMS)[number];
export const MEMORY_ROLES = ['planner', 'implementer', 'coder', 'researcher'] as const;
export type MemoryRole = (typeof MEMORY_ROLES)[number];

export interface MemoryRequest {
  readonly query: string;
  readonly systems: readonly MemorySystem[];
  readonly role: MemoryRole;
  /** Most tokens of the whole answer; estimated as characters / 4. */
  readonly budget: number;
}

/** A passage of an answer, with where it comes from. */
export interface MemoryPassage {
  readonly system: MemorySystem;
  readonly title: string;
  readonly text: string;
  readonly citation: string;
  /** Estimate: characters / 4. */
  readonly tokens: number;
}

export interface SystemAnswer {
  readonly source: MemorySystem;
  readonly status: 'ok' | 'empty' | 'error' | 'timeout';
  /** Number of passages it gave, before those that another gave as well and those beyond the budget were dropped. */
  readonly found: number;
  readonly ms: number;
  readonly output: readonly MemoryPassage[];
  readonly error: string | null;
}

export interface MemoryAnswer {
  readonly query: string;
  readonly role: MemoryRole;
  readonly budget: number;
  /** Estimate of the whole: characters / 4. */
  readonly tokens: number;
  readonly systems: readonly SystemAnswer[];
  /** Best first, no passage twice, within the budget. */
  readonly passages: readonly MemoryPassage[];
}
