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
