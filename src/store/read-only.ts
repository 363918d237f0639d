// A store that shows what is recorded where nothing can be written: it works on a copy and takes no new record.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalUnavailable, type Journal, type Lease } from '../engine/ports';
import { makeDurable, protect } from './connect';
import { openDatabase, type Database } from './driver';
import { isStrange, memoryDisk } from './folder';
import { migrate, type MigrateOptions } from './migrate';

/** A private copy of the database and its log in memory; null: there is nothing readable to copy. */
export function openCopy(path: string, options: MigrateOptions): Database | null {
  // What a repository brought in its place is not read: it could be a pipe.
  if (!existsSync(path) || isStrange(path)) return null;
  const memory = memoryDisk();
  return (
    openedFrom(() => snapshotOf(path), options) ??
    // Temporary files may lie on the disk that is full.
    openedFrom(() => copyIn(tmpdir(), path), options) ??
    (memory === null ? null : openedFrom(() => copyIn(memory, path), options))
  );
}

/** Of one moment, however much others write meanwhile. Where SQLite may not even read here it throws. */
function snapshotOf(path: string): Buffer {
  const db = openDatabase(path, { readonly: true, fileMustExist: true });
  try {
    const image = db.serialize();
    // The file formats for writing and reading: a database in memory has no write-ahead log.
    image[18] = 1;
    image[19] = 1;
    return image;
  } finally {
    db.close();
  }
}

/** How often the files are copied until nobody wrote to them meanwhile. */
const TRIES = 5;

function copyIn(place: string, path: string): Buffer {
  const folder = mkdtempSync(join(place, 'soloflow-copy-'));
  try {
    const copy = join(folder, 'soloflow.db');
    for (let n = 1; n <= TRIES; n += 1) {
      const before = stampOf(path);
      // Contents only: the copy must be writable where the original is not.
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) writeFileSync(copy + suffix, readFileSync(path + suffix));
        else rmSync(copy + suffix, { force: true });
      }
      if (stampOf(path) === before) break;
    }
    const onDisk = openDatabase(copy);
    try {
      onDisk.pragma('journal_mode = DELETE');
      return onDisk.serialize();
    } finally {
      onDisk.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes with every write to the database or its log. */
const stampOf = (path: string): string =>
  ['', '-wal']
    .map((suffix) => statSync(path + suffix, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`))
    .join(' ');

function openedFrom(take: () => Buffer, options: MigrateOptions): Database | null {
  let db: Database | null = null;
  try {
    db = openDatabase(take() as unknown as string);
    protect(db);
    makeDurable(db, 'MEMORY');
    const migrated = migrate(db, options);
    if (migrated.kind === 'current' || migrated.kind === 'migrated') return db;
  } catch {
    // It is said already why the file cannot be used.
  }
  db?.close();
  return null;
}

const MESSAGES: Readonly<Record<JournalUnavailable['reason'], string>> = {
  'read-only': 'The workspace cannot be written to.',
  busy: 'The record is being written to.',
  locked: 'The record is in use by another host.',
  full: 'The disk is full.',
  broken: 'The record is damaged and in use by another host.',
};

/** `reason`: why nothing can be recorded. */
export function readOnlyJournal(journal: Journal, reason: JournalUnavailable['reason']): Journal {
  const refuse = (): never => {
    throw new JournalUnavailable(reason, MESSAGES[reason]);
  };
  return { ...journal, commit: refuse, submit: refuse, withdraw: refuse };
}

export const readOnlyLease: Lease = { tryAcquire: () => null, holder: () => null, release: () => undefined };
