// Opens one database file with the settings every connection of ours has, and names what went wrong if it cannot.
import { existsSync, renameSync } from 'node:fs';
import { openDatabase, type Database } from './driver';
import { faultOf } from './faults';
import { migrate, type Migrated, type MigrateOptions } from './migrate';

/** What guards us from the file; nothing of it is written to the file. Throws at the first look into a broken one. */
export function protect(db: Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('busy_timeout = 250');
  db.pragma('foreign_keys = ON');
}

/** How writes reach the disk: what was committed is on it. */
export function makeDurable(db: Database, journal: 'WAL' | 'DELETE' | 'MEMORY'): void {
  db.pragma(`journal_mode = ${journal}`);
  db.pragma('synchronous = FULL');
  if (process.platform === 'darwin') {
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
  }
}

/** Writes that may be lost with the power without harm: no wait for the disk. */
export function bookkeeping(db: Database, write: () => void): void {
  db.pragma('synchronous = NORMAL');
  try {
    write();
  } finally {
    db.pragma('synchronous = FULL');
  }
}

export type Connected =
  | { readonly kind: 'open'; readonly db: Database; readonly migrated: Migrated; readonly wasUnclean: boolean }
  | { readonly kind: 'newer' | 'in-use'; readonly found: number; readonly known: number }
  | { readonly kind: 'unusable'; readonly why: 'not-a-database' | 'corrupt' | 'foreign' }
  | { readonly kind: 'fault'; readonly error: unknown };

/** Up to this size a file is checked whole at each start: some milliseconds. */
const ALWAYS_BYTES = 4_000_000;
/** And up to this size after an unclean close; larger ones in the background. */
const UNCLEAN_BYTES = 16_000_000;

/** How often a busy file is tried; each try waits up to the busy timeout by itself. */
const TRIES = 3;

/**
 * Opens, verifies and migrates a file that may be anything. Never throws, leaves nothing open but on success. Two
 * windows that make the file at the same moment get in each other's way for some milliseconds: busy is tried again.
 */
export function connect(path: string, journal: 'WAL' | 'DELETE', options: MigrateOptions): Connected {
  let connected = connectOnce(path, journal, options);
  for (let n = 1; n < TRIES && connected.kind === 'fault' && faultOf(connected.error) === 'busy'; n += 1) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * n);
    connected = connectOnce(path, journal, options);
  }
  return connected;
}

function connectOnce(path: string, journal: 'WAL' | 'DELETE', options: MigrateOptions): Connected {
  let db: Database | null = null;
  try {
    const opened = openDatabase(path);
    db = opened;
    protect(db);
    const migrated = migrate(db, { ...options, beforeWriting: () => makeDurable(opened, journal) });
    if (migrated.kind === 'newer' || migrated.kind === 'in-use' || migrated.kind === 'foreign') {
      db.close();
      return migrated.kind === 'foreign' ? { kind: 'unusable', why: 'foreign' } : migrated;
    }
    // Whose host runs tasks was not killed.
    const wasUnclean = migrated.kind !== 'created' && mark(db, 'clean_close') === '0' && options.isInUse?.() !== true;
    const isSuspect = mark(db, 'suspect') === '1';
    const whole = isSuspect || sizeOf(db) <= (wasUnclean ? UNCLEAN_BYTES : ALWAYS_BYTES);
    if (whole && !quickCheck(db)) {
      db.close();
      return { kind: 'unusable', why: 'corrupt' };
    }
    if (!whole) db.exec(PROBE);
    if (isSuspect) db.exec(`DELETE FROM meta WHERE key = 'suspect'`);
    bookkeeping(db, () => {
      opened.exec(
        `INSERT INTO meta(key, value) VALUES ('clean_close', '0') ON CONFLICT(key) DO UPDATE SET value = '0' WHERE value <> '0'`,
      );
    });
    return { kind: 'open', db, migrated, wasUnclean };
  } catch (error) {
    db?.close();
    const fault = faultOf(error);
    return fault === 'not-a-database' || fault === 'corrupt'
      ? { kind: 'unusable', why: fault }
      : { kind: 'fault', error };
  }
}

/** Reads what the start needs anyway, so that damage there is met here. */
const PROBE = `
SELECT sum(length(t.spec)) FROM run r JOIN task_run t ON t.run_id = r.id
  WHERE r.status NOT IN ('succeeded','failed','cancelled');
SELECT length(data) FROM event ORDER BY seq DESC LIMIT 100;
SELECT count(*) FROM command WHERE applied_at IS NULL;
SELECT count(*) FROM pause WHERE answer IS NULL;`;

const mark = (db: Database, key: string): string | null =>
  db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? null;
const sizeOf = (db: Database): number =>
  Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));

/** Whole-file structure check; 20 ms for 11 MB. Damage may also show as an error. */
function quickCheck(db: Database): boolean {
  try {
    return db.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch (error) {
    if (faultOf(error) === 'corrupt') return false;
    throw error;
  }
}

/** Moves a file and its journals out of the way under a name with the date, never over another. Returns the new path. */
export function setAside(path: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(':', '').replace(/\..+$/, 'Z');
  let target = `${path}.broken-${stamp}`;
  for (let n = 2; existsSync(target); n += 1) target = `${path}.broken-${stamp}-${n}`;
  for (const suffix of ['-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  renameSync(path, target);
  return target;
}
