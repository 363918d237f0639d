// Puts the rows and events of a batch into the tables. Opens no transaction and asks nobody: its callers do.
import type { JournalBatch } from '../engine/ports';
import type { Attempt, DocumentEdit, TaskRun } from '../model/run';
import type { RunEvent } from '../model/run-event';
import type { Database } from './driver';
import { GENESIS, link, taskOfPause } from './event-chain';
import * as rows from './rows';
import type { Value, Write } from './table';

/** Events of a batch go in rows of these lengths: a statement costs as much as a row. The last one takes what is left. */
const EVENTS_AT_ONCE = [16, 4, 1] as const;

/**
 * Statements are prepared once: a batch costs a few dozen microseconds. `at` stamps applied commands. Gives the sequence
 * number of the batch's last event, 0 without any.
 */
export function createBatchWriter(db: Database): (batch: JournalBatch, at: number) => number {
  const write = (sql: string) => db.prepare<Value[]>(sql);
  const insertEvents = EVENTS_AT_ONCE.map((count) => ({
    count,
    insert: db.prepare<(Value | Buffer)[]>(
      `INSERT INTO event(seq, run_id, task_key, type, at, data, chain) VALUES ${Array<string>(count).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    ),
  }));
  /** Does it; false: no row was touched. */
  const writer = <T>({ sql, values }: Write<T>): ((thing: T) => boolean) => {
    const statement = write(sql);
    return (thing) => statement.run(...values(thing)).changes === 1;
  };
  const upsertRun = writer(rows.runs.upsert);
  const upsertTask = writer(rows.tasks.upsert);
  // Most writes move a row that is there: an update touches no key, no index and no frozen column.
  const moveTask = writer(rows.taskMove);
  const moveAttempt = writer(rows.attemptMove);
  const upsertAttempt = writer(rows.attempts.upsert);
  const upsertOutput = writer(rows.outputs.upsert);
  const upsertGate = writer(rows.gateResults.upsert);
  const upsertPause = writer(rows.pauses.upsert);
  const moveEdit = writer(rows.editMove);
  const upsertEdit = writer(rows.edits.upsert);
  const applyCommand = write('UPDATE command SET applied_at = ?, result = ? WHERE id = ? AND applied_at IS NULL');
  const lastEvent = db.prepare<[], { seq: number; chain: Buffer }>(
    'SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1',
  );
  const floor = db.prepare<[], { seq: string; chain: string }>(
    `SELECT a.value AS seq, b.value AS chain FROM meta a JOIN meta b ON b.key = 'retention_chain' WHERE a.key = 'retention_floor'`,
  );

  function appendEvents(events: readonly RunEvent[]): number {
    if (events.length === 0) return 0;
    const last = lastEvent.get() ?? lastOfFloor();
    const texts = events.map((event) => JSON.stringify(event));
    const chain = link(last.chain, last.seq + 1, texts);
    const values = events.map((event, index): (Value | Buffer)[] => {
      const taskKey = 'taskKey' in event ? event.taskKey : taskOfPause({ ...event });
      const text = texts[index] ?? '';
      const isLast = index === events.length - 1;
      return [last.seq + 1 + index, event.runId, taskKey, event.type, event.at, text, isLast ? chain : null];
    });
    let done = 0;
    for (const { count, insert } of insertEvents) {
      for (; values.length - done >= count; done += count) insert.run(...values.slice(done, done + count).flat());
    }
    return last.seq + events.length;
  }
  function lastOfFloor(): { seq: number; chain: Buffer } {
    const row = floor.get();
    return row === undefined
      ? { seq: 0, chain: GENESIS }
      : { seq: Number(row.seq), chain: Buffer.from(row.chain, 'hex') };
  }

  function putTask(task: TaskRun): void {
    if (task.revision > 0 && moveTask(task)) return;
    upsertTask(task);
  }
  function putAttempt(attempt: Attempt): void {
    if (attempt.endedAt !== null && moveAttempt(attempt)) return;
    upsertAttempt(attempt);
  }

  function putEdit(edit: DocumentEdit): void {
    if (edit.appliedAt !== null && moveEdit(edit)) return;
    upsertEdit(edit);
  }

  return (batch, at) => {
    const last = appendEvents(batch.events);
    for (const run of batch.runs) upsertRun(run);
    for (const task of batch.tasks) putTask(task);
    // What ends goes first: a task has one open attempt, a question one open pause.
    for (const attempt of endedFirst(batch.attempts, (each) => each.endedAt !== null)) {
      putAttempt(attempt);
    }
    for (const output of batch.outputs) upsertOutput(output);
    for (const { attemptId, result } of batch.gateResults) upsertGate({ attemptId, ...result });
    for (const pause of endedFirst(batch.pauses, (each) => each.answer !== null)) {
      upsertPause(pause);
    }
    for (const edit of batch.edits) putEdit(edit);
    for (const { commandId, result } of batch.applied) {
      // Whoever sent it has taken it back meanwhile: what follows from it must not happen either.
      if (applyCommand.run(at, result, commandId).changes !== 1) throw new Error(`Command ${commandId} is not open.`);
    }
    return last;
  };
}

/** The last word on each row, what has ended before what is open. */
function endedFirst<T extends { readonly id: string }>(all: readonly T[], ended: (one: T) => boolean): readonly T[] {
  if (all.length < 2) return all;
  const last = [...new Map(all.map((one) => [one.id, one])).values()];
  return [...last.filter(ended), ...last.filter((one) => !ended(one))];
}
