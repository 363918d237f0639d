// A store that shows what is recorded where nothing can be written: it works on a copy and takes no new record.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalUnavailable, type Journal, type Lease } from '../engine/ports';
import { makeDurable, protect } from './connect';
import { openDatabase, type Database } from './driver';
import { memoryDisk } from './folder';
import { migrate, type MigrateOptions } from './migrate';

/** A private copy of the database and its log in memory; null: there is nothing readable to copy. */
export function openCopy(path: string, options: MigrateOptions): Database | null {
  if (!existsSync(path)) return null;
  // Temporary files may lie on the disk that is full.
  const memory = memoryDisk();
  return copyIn(tmpdir(), path, options) ?? (memory === null ? null : copyIn(memory, path, options));
}

function copyIn(place: string, path: string, options: MigrateOptions): Database | null {
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(place, 'soloflow-copy-'));
    return openCopyIn(folder, path, options);
  } catch {
    return null;
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

function openCopyIn(folder: string, path: string, options: MigrateOptions): Database | null {
  const copy = join(folder, 'soloflow.db');
  // Contents only: the copy must be writable where the original is not.
  for (const suffix of ['', '-wal']) {
    if (existsSync(path + suffix)) writeFileSync(copy + suffix, readFileSync(path + suffix));
  }
  const onDisk = openDatabase(copy);
  onDisk.pragma('journal_mode = DELETE');
  const image = onDisk.serialize();
  onDisk.close();
  const db = openDatabase(image as unknown as string);
  protect(db);
  makeDurable(db, 'MEMORY');
  const migrated = migrate(db, options);
  if (migrated.kind === 'current' || migrated.kind === 'migrated') return db;
  db.close();
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
