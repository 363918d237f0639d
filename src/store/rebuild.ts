// Makes the state rows of a run again from its events. The fold is the engine's and is handed in.
import type { Journal, RunRecord } from '../engine/ports';
import type { RunEvent } from '../model/run-event';
import { createBatchWriter } from './batch';
import type { Database } from './driver';
import type { ExportSource } from './export';
import { runExport } from './export';
import { writing } from './faults';

/** What a run's events give; null when they do not begin with its creation. May throw on events that contradict. */
export type Fold = (events: readonly RunEvent[]) => RunRecord | null;

/** The rows and the log behind them. */
type Recorded = Pick<ExportSource, 'db' | 'journal'>;

const ALL = 1_000_000_000;

const eventsOf = (journal: Journal, runId: string): readonly RunEvent[] =>
  journal.events({ runId, limit: ALL }).map((stored) => stored.event);

/** Runs named in the log, oldest first, whether or not they still have rows. */
export const runsInLog = (db: Database): readonly string[] =>
  db
    .prepare<[], { id: string }>('SELECT run_id AS id FROM event GROUP BY run_id ORDER BY min(seq)')
    .all()
    .map((row) => row.id);

interface Comparison {
  /** Why the events cannot be followed; null: they can. */
  readonly contradiction: string | null;
  /** Rows that are not what the events say; empty: all are. */
  readonly differs: readonly string[];
}

/** The rows of a run beside its events, both as of one moment: a host may write to this run right now. */
export const compare = ({ db, journal }: Recorded, runId: string, fold: Fold): Comparison =>
  db.inTransaction ? compareNow(journal, runId, fold) : db.transaction(() => compareNow(journal, runId, fold))();

function compareNow(journal: Journal, runId: string, fold: Fold): Comparison {
  const followed = follow(journal, runId, fold);
  if (typeof followed === 'string') return { contradiction: followed, differs: [] };
  const { folded } = followed;
  const stored = journal.run(runId);
  if (folded === null || stored === null) {
    const differs = folded === stored ? [] : [folded === null ? 'no beginning' : 'no rows'];
    return { contradiction: null, differs };
  }
  return {
    contradiction: null,
    differs: [
      ...(canonical(folded.run) === canonical(stored.run) ? [] : ['run']),
      ...unequal('task', folded.tasks, stored.tasks, (task) => task.taskKey),
      ...unequal('attempt', folded.attempts, stored.attempts, (attempt) => attempt.id),
      ...unequal('pause', folded.pauses, stored.pauses, (pause) => pause.id),
      ...unequal('edit', folded.edits, stored.edits, (edit) => edit.id),
    ],
  };
}

/** What the events of a run give; a text: why they cannot be followed. */
function follow(journal: Journal, runId: string, fold: Fold): { readonly folded: RunRecord | null } | string {
  const events = eventsOf(journal, runId);
  try {
    return { folded: fold(events) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unequal<T>(what: string, folded: readonly T[], stored: readonly T[], keyOf: (one: T) => string): string[] {
  const rows = new Map(stored.map((one) => [keyOf(one), canonical(one)]));
  const names: string[] = [];
  for (const one of folded) {
    if (rows.get(keyOf(one)) !== canonical(one)) names.push(`${what} ${keyOf(one)}`);
    rows.delete(keyOf(one));
  }
  return [...names, ...[...rows.keys()].map((key) => `${what} ${key}`)];
}

/** JSON with sorted keys, so that the order in which a value was put together does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Writes the rows that the events give. Kept output, which no event carries, is kept. False: there is nothing to build
 * from, or the events contradict each other.
 */
export function rebuildRun(source: ExportSource, runId: string, fold: Fold): boolean {
  const { db, journal } = source;
  const write = createBatchWriter(db);
  return writing(() =>
    db
      .transaction(() => {
        // Read in here: a host may have written to the run since somebody found it wrong.
        const folded = foldedOf(journal, runId, fold);
        if (folded === null) return false;
        const stored = journal.run(runId);
        const kept = stored === null ? null : runExport(db, journal, stored);
        db.prepare('DELETE FROM run WHERE id = ?').run(runId);
        const attempts = new Set(folded.attempts.map((attempt) => attempt.id));
        write(
          {
            events: [],
            runs: [folded.run],
            tasks: folded.tasks,
            attempts: folded.attempts,
            outputs: (kept?.outputs ?? []).filter((output) => attempts.has(output.attemptId)),
            gateResults: (kept?.gateResults ?? []).filter((each) => attempts.has(each.attemptId)),
            pauses: folded.pauses,
            edits: folded.edits,
            applied: [],
          },
          source.now(),
        );
        return true;
      })
      .immediate(),
  );
}

/**
 * After a salvage: runs whose rows were lost, or lost in part, come back from their events. Where both a row and its
 * events are there, the later of the two counts, so that nothing finished is done again. Returns how many were mended.
 */
export function mendRuns(source: ExportSource, fold: Fold): number {
  const { journal } = source;
  return runsInLog(source.db).filter((runId) => {
    const stored = journal.run(runId);
    const folded = foldedOf(journal, runId, fold);
    if (folded === null) return false;
    const present = new Set(stored?.tasks.map((task) => task.taskKey));
    if (stored !== null && folded.tasks.every((task) => present.has(task.taskKey))) return false;
    return rebuildRun(source, runId, () => (stored === null ? folded : later(folded, stored)));
  }).length;
}

/** Why the events of a run cannot be followed; null: they can. */
export function contradictionIn(journal: Journal, runId: string, fold: Fold): string | null {
  const followed = follow(journal, runId, fold);
  return typeof followed === 'string' ? followed : null;
}

/** What the events of a run give; null: no beginning, or they contradict each other. */
export function foldedOf(journal: Journal, runId: string, fold: Fold): RunRecord | null {
  const followed = follow(journal, runId, fold);
  return typeof followed === 'string' ? null : followed.folded;
}

function later(folded: RunRecord, stored: RunRecord): RunRecord {
  return {
    run: stored.run.revision >= folded.run.revision ? stored.run : folded.run,
    tasks: union(
      folded.tasks,
      stored.tasks,
      (task) => task.taskKey,
      (a, b) => b.revision >= a.revision,
    ),
    attempts: union(
      folded.attempts,
      stored.attempts,
      (attempt) => attempt.id,
      (_, b) => b.endedAt !== null,
    ),
    pauses: union(
      folded.pauses,
      stored.pauses,
      (pause) => pause.id,
      (_, b) => b.answer !== null,
    ),
    edits: union(
      folded.edits,
      stored.edits,
      (edit) => edit.id,
      (_, b) => b.appliedAt !== null,
    ),
  };
}

function union<T>(
  folded: readonly T[],
  stored: readonly T[],
  keyOf: (one: T) => string,
  wins: (folded: T, stored: T) => boolean,
): readonly T[] {
  const all = new Map(folded.map((one) => [keyOf(one), one]));
  for (const one of stored) {
    const known = all.get(keyOf(one));
    if (known === undefined || wins(known, one)) all.set(keyOf(one), one);
  }
  return [...all.values()];
}
