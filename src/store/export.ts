// Everything that is recorded, as lines of JSON: one header, then one line per thing, in the order in which they can
// be read back. Streams: a million events need no more memory than one.
import type { Journal, RunRecord, StoredEvent } from '../engine/ports';
import type { GateResult } from '../model/gate';
import type { MemoryRow } from '../model/memory';
import type { Attempt, AttemptOutput } from '../model/run';
import type { Database } from './driver';
import { KEPT_BY_ITSELF, toMemory } from './memory-rows';
import { toGateResult } from './rows';
import { toSession, type Session } from './sessions';
import { toStage, type Stage } from './stages';
import type { Row } from './table';

export const EXPORT_FORMAT = 'soloflow-export';
export const EXPORT_VERSION = 1;

export interface RunExport extends RunRecord {
  readonly outputs: readonly AttemptOutput[];
  readonly gateResults: readonly { readonly attemptId: string; readonly result: GateResult }[];
}
/** What hangs on a run, in lists. */
export type RunParts = Omit<RunExport, 'run'>;
export const NO_PARTS: RunParts = { tasks: [], attempts: [], outputs: [], gateResults: [], pauses: [], edits: [] };

export type ExportLine =
  | {
      readonly kind: 'header';
      readonly format: typeof EXPORT_FORMAT;
      readonly version: number;
      readonly at: number;
      readonly appVersion: string;
    }
  | { readonly kind: 'run'; readonly run: RunExport }
  /** More of the run that was named before: a run of thousands of tasks is no single line. */
  | { readonly kind: 'run-part'; readonly runId: string; readonly part: Partial<RunParts> }
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
/** A run with more tasks or attempts than this is told in parts of so many. */
const PART = 500;
/** Text is handed on in pieces of about so many characters. */
const PIECE = 1_000_000;

/**
 * Hands all lines to `write` as text, piece by piece, whole lines each: as they stand in one moment, whatever is written
 * meanwhile. Needs no more memory than one run.
 */
export function exportInto(
  source: ExportSource,
  appVersion: string,
  runIds: readonly string[] | undefined,
  write: (text: string) => void,
): void {
  source.db
    .transaction(() => {
      let piece = '';
      for (const line of exportLines(source, appVersion, runIds)) {
        piece += `${JSON.stringify(line)}\n`;
        if (piece.length < PIECE) continue;
        write(piece);
        piece = '';
      }
      if (piece !== '') write(piece);
    })
    .deferred();
}

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
    if (Math.max(record.tasks.length, record.attempts.length) <= PART)
      yield { kind: 'run', run: runExport(db, journal, record) };
    else yield* runParts(db, journal, record);
    if (runIds !== undefined) yield* eventLines(journal, id);
  }
  if (runIds !== undefined) {
    yield* contextsOf(db, runIds);
    return;
  }
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

/** What was kept of runs at their turns. What somebody remembered is of the whole workspace. */
function* contextsOf(db: Database, runIds: readonly string[]): Generator<ExportLine> {
  const rows = db.prepare<[string], Row>(
    `SELECT * FROM memory WHERE ${KEPT_BY_ITSELF} AND run_id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  );
  for (const row of rows.all(JSON.stringify(runIds))) yield { kind: 'memory', memory: toMemory(row) };
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

/** First the run, then its tasks, its attempts with what belongs to them, and the rest. */
function* runParts(db: Database, journal: Journal, record: RunRecord): Generator<ExportLine> {
  const runId = record.run.id;
  const part = (lists: Partial<RunParts>): ExportLine => ({ kind: 'run-part', runId, part: lists });
  yield { kind: 'run', run: { run: record.run, ...NO_PARTS } };
  for (const tasks of chunks(record.tasks)) yield part({ tasks });
  for (const attempts of chunks(record.attempts)) yield part({ attempts, ...evidence(db, journal, attempts) });
  for (const pauses of chunks(record.pauses)) yield part({ pauses });
  for (const edits of chunks(record.edits)) yield part({ edits });
}

function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += PART) yield list.slice(at, at + PART);
}

/** A run with everything that hangs on it. */
export const runExport = (db: Database, journal: Journal, record: RunRecord): RunExport => ({
  ...record,
  ...evidence(db, journal, record.attempts),
});

/** Outputs and gate results of attempts, in their order. */
function evidence(
  db: Database,
  journal: Journal,
  attempts: readonly Attempt[],
): Pick<RunExport, 'outputs' | 'gateResults'> {
  const results = db.prepare<[string], Row>('SELECT * FROM gate_result WHERE attempt_id = ? ORDER BY at, rowid');
  return {
    outputs: attempts.flatMap((attempt) => journal.outputs(attempt.id)),
    gateResults: attempts.flatMap(({ id }) =>
      results.all(id).map((row) => ({ attemptId: id, result: toGateResult(row) })),
    ),
  };
}
