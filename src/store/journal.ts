// The record of runs: one batch is one transaction, refused when another host has become the runner meanwhile.
import { Fenced, type Journal, type JournalBatch, type RunRecord, type StoredEvent } from '../engine/ports';
import type { RunEvent } from '../model/run-event';
import { createBatchWriter } from './batch';
import type { Database } from './driver';
import { writing } from './faults';
import * as rows from './rows';
import type { Row, Value } from './table';

/** `now` stamps what has no event of its own. */
export function createJournal(db: Database, now: () => number): Journal {
  const write = createBatchWriter(db);
  const submitCommand = db.prepare<Value[]>(rows.commands.insert.sql);
  const takeBack = db.prepare<[number, string]>(
    `UPDATE command SET applied_at = ?, result = 'withdrawn' WHERE id = ? AND applied_at IS NULL`,
  );
  const epochNow = db.prepare<[], { epoch: number }>(`SELECT epoch FROM lease WHERE name = 'engine'`);
  const many = (sql: string) => db.prepare<Value[], Row>(sql);
  const openRunRows = many(
    `SELECT * FROM run WHERE status NOT IN ('succeeded','failed','cancelled') ORDER BY created_at, id`,
  );
  const runRow = many('SELECT * FROM run WHERE id = ?');
  const latestRuns = many('SELECT * FROM run ORDER BY created_at DESC, id DESC LIMIT ?');
  const tasksOf = many('SELECT * FROM task_run WHERE run_id = ? ORDER BY rowid');
  const attemptsOf = many('SELECT * FROM attempt WHERE run_id = ? ORDER BY started_at, n, id');
  const pausesOf = many('SELECT * FROM pause WHERE run_id = ? ORDER BY asked_at, id');
  const editsOf = many('SELECT * FROM document_edit WHERE run_id = ? ORDER BY at, id');
  const pausesNow = many('SELECT * FROM pause WHERE answer IS NULL ORDER BY asked_at, id');
  const commandsNow = many('SELECT * FROM command WHERE applied_at IS NULL ORDER BY seq');
  const commandById = many('SELECT * FROM command WHERE id = ?');
  const outputsOf = many('SELECT * FROM output WHERE attempt_id = ? ORDER BY stream DESC');
  const gatesOf = many(
    `SELECT g.* FROM gate_result g JOIN attempt a ON a.id = g.attempt_id
     WHERE a.run_id = ? AND a.task_key = ? ORDER BY a.n, g.at, g.rowid`,
  );
  const eventsBy = (order: 'ASC' | 'DESC') => {
    const where = (condition: string) =>
      many(`SELECT seq, data FROM event WHERE ${condition} seq > ? ORDER BY seq ${order} LIMIT ?`);
    return {
      all: where(''),
      run: where('run_id = ? AND'),
      task: where('task_key = ? AND'),
      both: where('task_key = ? AND run_id = ? AND'),
    };
  };
  const first = eventsBy('ASC');
  const last = eventsBy('DESC');
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let ownWrites = 0;

  const commitAll = db.transaction((epoch: number, batch: JournalBatch) => {
    const current = epochNow.get()?.epoch ?? 0;
    if (current !== epoch) throw new Fenced(`Epoch ${epoch} is over, the runner has epoch ${current}.`);
    return write(batch, batch.events.at(-1)?.at ?? now());
  });

  const recordOf = (row: Row): RunRecord => {
    const id = row['id'] as string;
    return {
      run: rows.toRun(row),
      tasks: tasksOf.all(id).map(rows.toTask),
      attempts: attemptsOf.all(id).map(rows.toAttempt),
      pauses: pausesOf.all(id).map(rows.toPause),
      edits: editsOf.all(id).map(rows.toEdit),
    };
  };
  /** All rows of a record from one moment, however many statements it takes. */
  const atOnce = <T>(read: () => T): T => (db.inTransaction ? read() : db.transaction(read)());

  return {
    commit: (epoch, batch) => {
      const last = writing(() => commitAll.immediate(epoch, batch));
      ownWrites += 1;
      return batch.events.map((event, index) => ({ seq: last - batch.events.length + 1 + index, event }));
    },
    openRuns: () => atOnce(() => openRunRows.all().map(recordOf)),
    run: (id) =>
      atOnce(() => {
        const row = runRow.get(id);
        return row === undefined ? null : recordOf(row);
      }),
    runs: (limit) => latestRuns.all(limit).map(rows.toRun),
    events: ({ runId, taskKey, afterSeq = 0, limit, newest = false }) => {
      const where = newest ? last : first;
      const found =
        taskKey !== undefined && runId !== undefined
          ? where.both.all(taskKey, runId, afterSeq, limit)
          : taskKey !== undefined
            ? where.task.all(taskKey, afterSeq, limit)
            : runId !== undefined
              ? where.run.all(runId, afterSeq, limit)
              : where.all.all(afterSeq, limit);
      return (newest ? found.reverse() : found).map(toEvent);
    },
    gateResults: (runId, taskKey) => gatesOf.all(runId, taskKey).map(rows.toGateResult),
    outputs: (attemptId) => outputsOf.all(attemptId).map(rows.toOutput),
    openPauses: () => pausesNow.all().map(rows.toPause),
    openCommands: () => commandsNow.all().map(rows.toCommand),
    command: (id) => {
      const row = commandById.get(id);
      return row === undefined ? null : rows.toCommand(row);
    },
    submit: (command) => {
      writing(() => submitCommand.run(...rows.commands.insert.values(command)));
      ownWrites += 1;
    },
    withdraw: (id) => {
      const { changes } = writing(() => takeBack.run(now(), id));
      ownWrites += 1;
      return changes === 1;
    },
    version: () => (dataVersion.get() ?? 0) + ownWrites,
  };
}

const toEvent = (row: Row): StoredEvent => ({
  seq: row['seq'] as number,
  event: JSON.parse(row['data'] as string) as RunEvent,
});
