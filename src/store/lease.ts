// Election of the one runner: an exclusive transaction held open on a small second file. The kernel lets go of it when
// its holder dies; the epoch in the main file shuts out a holder that came back too late. Nothing else may open the
// lock file in this process: closing any descriptor of it would drop the lock.
import { rmSync } from 'node:fs';
import type { Lease, Log } from '../engine/ports';
import { openDatabase, type Database } from './driver';
import { faultOf, writing } from './faults';
import { isStrange } from './folder';

interface LeaseRow {
  readonly owner: string;
  readonly epoch: number;
  readonly pid: number;
  readonly released_at: number | null;
}

/** `lockPath`: a file of its own, on a local disk. `taking`: called before the lease is taken, while nobody has it. */
export function createLease(
  db: Database,
  lockPath: string,
  now: () => number,
  log: Log,
  taking: () => void = () => {},
): Lease {
  const read = db.prepare<[], LeaseRow>(`SELECT owner, epoch, pid, released_at FROM lease WHERE name = 'engine'`);
  const take = db.prepare<[string, number, number], { epoch: number }>(
    `UPDATE lease SET owner = ?, epoch = epoch + 1, pid = ?, taken_at = ?, released_at = NULL
     WHERE name = 'engine' RETURNING epoch`,
  );
  const letGo = db.prepare<[number, number]>(`UPDATE lease SET released_at = ? WHERE name = 'engine' AND epoch = ?`);
  const version = (): number => Number(db.pragma('user_version', { simple: true }));
  const known = version();
  /** A newer Soloflow may have changed the tables since this file was opened: this one must not write them any more. */
  const elect = db.transaction((owner: string): number | null => {
    if (version() !== known) return null;
    taking();
    return take.get(owner, process.pid, now())?.epoch ?? null;
  });
  let isTold = false;
  let lock: Database | null = null;
  let held: number | null = null;
  let hasWarned = false;

  function drop(): void {
    lock?.close();
    lock = null;
    held = null;
  }

  return {
    tryAcquire: (owner) => {
      if (held !== null) return held;
      try {
        lock = lockFile(lockPath);
        held = writing(() => elect.immediate(owner));
        if (held === null && !isTold) {
          isTold = true;
          log.warn('A newer Soloflow has changed the database: this window runs no tasks until it is opened again.');
        }
      } catch (error) {
        // Held by someone else, or no place for a lock: either way this host is not the runner.
        held = null;
        // It is asked for many times a second.
        if (faultOf(error) !== 'busy' && !hasWarned) {
          hasWarned = true;
          log.warn('The lock could not be taken.', { lockPath, error: String(error) });
        }
      }
      if (held === null) drop();
      return held;
    },
    isFree: () => held === null && !isLocked(lockPath),
    holder: () => {
      const row = read.get();
      if (row === undefined || row.released_at !== null) return null;
      if (held !== row.epoch && !isLocked(lockPath)) return null;
      return { owner: row.owner, epoch: row.epoch, pid: row.pid };
    },
    release: () => {
      if (held === null) return;
      try {
        letGo.run(now(), held);
      } catch {
        // Only a courtesy: the lock itself is what counts.
      }
      drop();
    },
  };
}

/** Throws busy while someone else holds it. */
function lockFile(path: string): Database {
  if (isStrange(path)) rmSync(path, { recursive: true });
  try {
    return exclusive(path);
  } catch (error) {
    const fault = faultOf(error);
    if (fault !== 'not-a-database' && fault !== 'corrupt') throw error;
    // Not a lock of ours, and as it could be read, nobody holds it: a repository may have brought it.
    rmSync(path);
    return exclusive(path);
  }
}

function exclusive(path: string): Database {
  const db = openDatabase(path, { timeout: 0 });
  try {
    // Without a journal beside it: a full disk has no room for one.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Does anybody, here or elsewhere, hold the lock now? Reading is refused while it is held exclusively. */
export function isLocked(lockPath: string): boolean {
  let probe: Database | null = null;
  try {
    probe = openDatabase(lockPath, { timeout: 0, readonly: true, fileMustExist: true });
    probe.pragma('schema_version');
    return false;
  } catch (error) {
    return faultOf(error) === 'busy';
  } finally {
    probe?.close();
  }
}
