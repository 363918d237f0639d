// Everything that is recorded, as lines of JSON: one header, then one line per thing, in the order in which they can
// be read back. Streams: a million events need no more memory than one.
import type { Journal, RunRecord, StoredEvent } from '../engine/ports';
import type { GateResult } from '../model/gate';
import type { MemoryRow } from '../model/memory';
import type { AttemptOutput } from '../model/run';
import type { Database } from './driver';
import { toMemory } from './memory-rows';
import { toGateResult, type Row } from './rows';
import { toSession, type Session } from './sessions';
import { toStage, type Stage } from './stages';

export const EXPORT_FORMAT = 'soloflow-export';
export const EXPORT_VERSION = 1;

export interface RunExport extends RunRecord {
  readonly outputs: readonly AttemptOutput[];
  readonly gateResults: readonly { readonly attemptId: string; readonly result: GateResult }[];
}
export type ExportLine =
  | {
      readonly kind: 'header';
      readonly format: typeof EXPORT_FORMAT;
      readonly version: number;
      readonly at: number;
      readonly appVersion: string;
    }
  | { readonly kind: 'run'; readonly run: RunExport }
  | { readonly kind: 'event'; readonly event: StoredEvent['event'] }
  | { readonly kind: 'memory'; readonly memory: MemoryRow }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'spelling'; readonly itemKey: string; readonly status: string; readonly text: string };

/** What an export reads from; `Store` is one. */
export interface ExportSource {
  readonly journal: Journal;
  readonly db: Database;
  readonly now: () => number;
}

const PAGE = 1000;

/** All lines, or those of some runs only (`runIds`). */
export function* exportLines(
  source: ExportSource,
  appVersion: string,
  runIds?: readonly string[],
): Generator<ExportLine> {
  const { db, journal } = source;
  yield { kind: 'header', format: EXPORT_FORMAT, version: EXPORT_VERSION, at: source.now(), appVersion };
  const ids =
    runIds ??
    db
      .prepare<[], { id: string }>('SELECT id FROM run ORDER BY created_at, id')
      .all()
      .map((row) => row.id);
  for (const id of ids) {
    const record = journal.run(id);
    if (record === null) continue;
    yield { kind: 'run', run: runExport(db, journal, record) };
    if (runIds !== undefined) yield* eventLines(journal, id);
  }
  if (runIds !== undefined) return;
  yield* eventLines(journal, undefined);
  for (const row of pages(db, 'memory', 'seq')) yield { kind: 'memory', memory: toMemory(row) };
  for (const row of db.prepare<[], Row>('SELECT * FROM session ORDER BY started_at, id').all()) {
    yield { kind: 'session', session: toSession(row) };
  }
  for (const row of db.prepare<[], Row>('SELECT * FROM workflow_stage ORDER BY created_at, id').all()) {
    yield { kind: 'stage', stage: toStage(row) };
  }
  for (const row of db.prepare<[], Row>('SELECT * FROM spelling ORDER BY item_key, status').all()) {
    yield {
      kind: 'spelling',
      itemKey: row['item_key'] as string,
      status: row['status'] as string,
      text: row['text'] as string,
    };
  }
}

function* eventLines(journal: Journal, runId: string | undefined): Generator<ExportLine> {
  let afterSeq = 0;
  for (;;) {
    const page = journal.events(runId === undefined ? { afterSeq, limit: PAGE } : { runId, afterSeq, limit: PAGE });
    for (const { event } of page) yield { kind: 'event', event };
    const last = page.at(-1);
    if (last === undefined) return;
    afterSeq = last.seq;
  }
}

function* pages(db: Database, table: 'memory', key: 'seq'): Generator<Row> {
  const page = db.prepare<[number, number], Row>(`SELECT * FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`);
  let after = 0;
  for (;;) {
    const found = page.all(after, PAGE);
    yield* found;
    const last = found.at(-1);
    if (last === undefined) return;
    after = last[key] as number;
  }
}

/** A run with everything that hangs on it. */
export function runExport(db: Database, journal: Journal, record: RunRecord): RunExport {
  const results = db
    .prepare<[string], Row>(
      `SELECT g.* FROM gate_result g JOIN attempt a ON a.id = g.attempt_id
       WHERE a.run_id = ? ORDER BY a.started_at, a.n, g.at, g.rowid`,
    )
    .all(record.run.id);
  return {
    ...record,
    outputs: record.attempts.flatMap((attempt) => journal.outputs(attempt.id)),
    gateResults: results.map((row) => ({ attemptId: row['attempt_id'] as string, result: toGateResult(row) })),
  };
}
