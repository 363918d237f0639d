// Puts the rows and events of a batch into the tables. Opens no transaction and asks nobody: its callers do.
import type { JournalBatch } from '../engine/ports';
import type { Attempt, DocumentEdit, TaskRun } from '../model/run';
import type { RunEvent } from '../model/run-event';
import type { Database } from './driver';
import { GENESIS, link, taskOfPause } from './event-chain';
import * as rows from './rows';
import type { Value } from './rows';

/** Events of a batch go in rows of these lengths: a statement costs as much as a row. The last one takes what is left. */
const EVENTS_AT_ONCE = [16, 4, 1] as const;

/** Statements are prepared once: a batch costs a few dozen microseconds. `at` stamps applied commands. */
export function createBatchWriter(db: Database): (batch: JournalBatch, at: number) => void {
  const write = (sql: string) => db.prepare<Value[]>(sql);
  const insertEvents = EVENTS_AT_ONCE.map((count) => ({
    count,
    insert: db.prepare<(Value | Buffer)[]>(
      `INSERT INTO event(seq, run_id, task_key, type, at, data, chain) VALUES ${Array<string>(count).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    ),
  }));
  const upsertRun = write(rows.upsertSql('run', rows.RUN_COLUMNS, 'id'));
  const upsertTask = write(rows.upsertSql('task_run', rows.TASK_COLUMNS, 'run_id, task_key'));
  // Most writes move a row that is there: an update touches no key, no index and no frozen column.
  const moveTask = write(rows.updateSql('task_run', rows.TASK_MOVES, 'run_id, task_key, spec'));
  const moveAttempt = write(rows.updateSql('attempt', rows.ATTEMPT_MOVES, 'id'));
  const upsertAttempt = write(rows.upsertSql('attempt', rows.ATTEMPT_COLUMNS, 'id'));
  const upsertOutput = write(rows.upsertSql('output', rows.OUTPUT_COLUMNS, 'attempt_id, stream'));
  const upsertGate = write(rows.upsertSql('gate_result', rows.GATE_COLUMNS, 'attempt_id, gate'));
  const upsertPause = write(rows.upsertSql('pause', rows.PAUSE_COLUMNS, 'id'));
  const moveEdit = write(rows.updateSql('document_edit', rows.EDIT_MOVES, 'run_id, id'));
  const upsertEdit = write(rows.upsertSql('document_edit', rows.EDIT_COLUMNS, 'run_id, id'));
  const applyCommand = write('UPDATE command SET applied_at = ?, result = ? WHERE id = ? AND applied_at IS NULL');
  const lastEvent = db.prepare<[], { seq: number; chain: Buffer }>(
    'SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1',
  );
  const floor = db.prepare<[], { seq: string; chain: string }>(
    `SELECT a.value AS seq, b.value AS chain FROM meta a JOIN meta b ON b.key = 'retention_chain' WHERE a.key = 'retention_floor'`,
  );

  function appendEvents(events: readonly RunEvent[]): void {
    if (events.length === 0) return;
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
  }
  function lastOfFloor(): { seq: number; chain: Buffer } {
    const row = floor.get();
    return row === undefined
      ? { seq: 0, chain: GENESIS }
      : { seq: Number(row.seq), chain: Buffer.from(row.chain, 'hex') };
  }

  function putTask(task: TaskRun): void {
    if (task.revision > 0 && moveTask.run(...rows.taskMoves(task)).changes === 1) return;
    upsertTask.run(...rows.taskValues(task));
  }
  function putAttempt(attempt: Attempt): void {
    if (attempt.endedAt !== null && moveAttempt.run(...rows.attemptMoves(attempt)).changes === 1) return;
    upsertAttempt.run(...rows.attemptValues(attempt));
  }

  function putEdit(edit: DocumentEdit): void {
    if (edit.appliedAt !== null && moveEdit.run(...rows.editMoves(edit)).changes === 1) return;
    upsertEdit.run(...rows.editValues(edit));
  }

  return (batch, at) => {
    appendEvents(batch.events);
    for (const run of batch.runs) upsertRun.run(...rows.runValues(run));
    for (const task of batch.tasks) putTask(task);
    // What ends goes first: a task has one open attempt, a question one open pause.
    for (const attempt of endedFirst(batch.attempts, (each) => each.endedAt !== null)) {
      putAttempt(attempt);
    }
    for (const output of batch.outputs) upsertOutput.run(...rows.outputValues(output));
    for (const { attemptId, result } of batch.gateResults) upsertGate.run(...rows.gateValues(attemptId, result));
    for (const pause of endedFirst(batch.pauses, (each) => each.answer !== null)) {
      upsertPause.run(...rows.pauseValues(pause));
    }
    for (const edit of batch.edits) putEdit(edit);
    for (const { commandId, result } of batch.applied) applyCommand.run(at, result, commandId);
  };
}

/** The last word on each row, what has ended before what is open. */
function endedFirst<T extends { readonly id: string }>(all: readonly T[], ended: (one: T) => boolean): readonly T[] {
  if (all.length < 2) return all;
  const last = [...new Map(all.map((one) => [one.id, one])).values()];
  return [...last.filter(ended), ...last.filter((one) => !ended(one))];
}
