// Attempts that are open although their tasks are over: which they are, and their end, recorded like any other.
import type { Attempt } from '../model/run';
import type { RunEvent } from '../model/run-event';
import { createBatchWriter } from './batch';
import type { Database } from './driver';
import type { ExportSource } from './export';
import { writing } from './faults';
import { foldedOf, type Fold } from './rebuild';
import { toAttempt } from './rows';
import type { Row } from './table';

export const leftOpen = (db: Database): readonly Attempt[] =>
  db
    .prepare<[], Row>(
      `SELECT a.* FROM attempt a JOIN task_run t ON t.run_id = a.run_id AND t.task_key = a.task_key
       WHERE a.ended_at IS NULL AND t.state IN ('succeeded', 'failed', 'skipped', 'cancelled')`,
    )
    .all()
    .map(toAttempt);

/**
 * Ends them as lost, with an event each, because rows are what events say. Those that only the rows call open are left
 * to whoever makes these rows again. Returns how many were ended.
 */
export function endAsLost(source: ExportSource, fold: Fold): number {
  const { db, journal } = source;
  const write = createBatchWriter(db);
  return writing(() =>
    db
      .transaction(() => {
        const at = source.now();
        const lost = leftOpen(db).filter(({ id, runId }) =>
          foldedOf(journal, runId, fold)?.attempts.some((attempt) => attempt.id === id && attempt.endedAt === null),
        );
        const end = { outcome: 'lost', exitCode: null, signal: null, error: null } as const;
        const events = lost.map(({ id, runId, taskKey }): RunEvent => {
          return { type: 'attempt-ended', runId, taskKey, attemptId: id, at, actor: 'doctor', ...end };
        });
        const attempts = lost.map((attempt): Attempt => ({ ...attempt, ...end, endedAt: at }));
        const nothing = { runs: [], tasks: [], outputs: [], gateResults: [], pauses: [], edits: [], applied: [] };
        write({ ...nothing, events, attempts }, at);
        return lost.length;
      })
      .immediate(),
  );
}
