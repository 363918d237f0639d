// Carries what can still be read out of a broken database into a new one: the sound beginning of the event log with
// the rows of its runs, and the memories. Nothing is taken on trust: the chain decides where the log ends.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Log } from '../engine/ports';
import type { Database } from './driver';
import { openDatabase } from './driver';
import { GENESIS, link } from './event-chain';

export interface Salvaged {
  readonly runs: number;
  readonly events: number;
  readonly memories: number;
}

type Cell = string | number | Buffer | null;
type Row = Readonly<Record<string, Cell>>;

/** Tables whose rows are carried over, parents first. */
const TABLES = [
  'run',
  'task_run',
  'attempt',
  'output',
  'gate_result',
  'pause',
  'document_edit',
  'command',
  'session',
  'memory',
  'spelling',
  'workflow_stage',
] as const;

/** Reads `brokenPath` as far as it goes and writes into `db`, which must be new. Never throws. */
export function salvage(brokenPath: string, db: Database, log: Log): Salvaged {
  const counts = new Map<string, number>();
  let events = 0;
  let broken: Database | null = null;
  try {
    const source = openBroken(brokenPath);
    broken = source;
    events = copyEvents(source, db);
    for (const table of TABLES) counts.set(table, copyTable(source, db, table));
    // A fencing epoch must not start over: an old host may still be alive.
    const epoch = source.prepare<[], { epoch: number }>('SELECT epoch FROM lease').get()?.epoch ?? 0;
    db.prepare(`UPDATE lease SET epoch = max(epoch, ?) WHERE name = 'engine'`).run(epoch);
  } catch (error) {
    log.info('The broken database could be read only in part.', { error: String(error) });
  } finally {
    broken?.close();
  }
  return { runs: counts.get('run') ?? 0, events, memories: counts.get('memory') ?? 0 };
}

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** Opens what is left. A file of which only the first bytes were overwritten is read from a copy with sound ones. */
function openBroken(path: string): Database {
  const head = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  // Constants of the format behind the magic: fractions of payload, and pages of a usual size.
  const isOurs = head[21] === 64 && head[22] === 32 && head[23] === 32 && head.readUInt16BE(16) === 4096;
  if (!isOurs || head.subarray(0, MAGIC.length).equals(MAGIC)) return guarded(path);
  const image = readFileSync(path);
  MAGIC.copy(image);
  // Rollback journal instead of the log: a database in memory has none.
  image[18] = 1;
  image[19] = 1;
  return guarded(image as unknown as string);
}

function guarded(path: string): Database {
  const db = openDatabase(path, { readonly: true });
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  return db;
}

/** Rows until the first that cannot be read. */
function* rows(db: Database, sql: string): Generator<Row> {
  try {
    for (const row of db.prepare<[], Row>(sql).iterate()) yield row;
  } catch {
    // The damage begins here.
  }
}

function copyEvents(from: Database, to: Database): number {
  const floor = meta(from, 'retention_floor');
  const floorChain = meta(from, 'retention_chain');
  let seq = Number(floor ?? '0');
  let chain = floorChain === null ? GENESIS : Buffer.from(floorChain, 'hex');
  const insert = to.prepare(
    'INSERT INTO event(seq, run_id, task_key, type, at, data, chain) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  let copied = 0;
  to.transaction(() => {
    if (floor !== null && floorChain !== null) {
      to.prepare(`INSERT INTO meta(key, value) VALUES ('retention_floor', ?), ('retention_chain', ?)`).run(
        floor,
        floorChain,
      );
    }
    let commit: Row[] = [];
    for (const row of rows(from, 'SELECT * FROM event ORDER BY seq')) {
      if (row['seq'] !== seq + commit.length + 1) break;
      commit.push(row);
      if (row['chain'] === null) continue;
      const next = link(
        chain,
        seq + 1,
        commit.map((each) => String(each['data'])),
      );
      if (!next.equals(row['chain'] as Buffer)) break;
      for (const each of commit) {
        insert.run(
          each['seq'],
          each['run_id'],
          each['task_key'],
          each['type'],
          each['at'],
          each['data'],
          each['chain'],
        );
      }
      seq += commit.length;
      copied += commit.length;
      chain = next;
      commit = [];
    }
  }).immediate();
  return copied;
}

function meta(db: Database, key: string): string | null {
  try {
    return db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? null;
  } catch {
    return null;
  }
}

/** Rows that the new file's own rules refuse (a task without its run) are left behind. */
function copyTable(from: Database, to: Database, table: (typeof TABLES)[number]): number {
  const columns = to.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
  const names = columns.map((column) => column.name);
  const insert = to.prepare<Cell[]>(
    `INSERT OR IGNORE INTO ${table}(${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  let copied = 0;
  to.transaction(() => {
    for (const row of rows(from, `SELECT ${names.join(', ')} FROM ${table}`)) {
      try {
        copied += insert.run(...names.map((name) => row[name] ?? null)).changes;
      } catch {
        // This row contradicts the others.
      }
    }
  }).immediate();
  return copied;
}
