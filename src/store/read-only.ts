// A store that shows what is recorded where nothing can be written: it works on a copy and takes no new record.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalUnavailable, type Journal, type Lease } from '../engine/ports';
import { configure } from './connect';
import { openDatabase, type Database } from './driver';
import { migrate, type MigrateOptions } from './migrate';

/** A private copy of the database and its log in memory; null: there is nothing readable to copy. */
export function openCopy(path: string, options: MigrateOptions): Database | null {
  if (!existsSync(path)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'soloflow-copy-'));
  const copy = join(folder, 'soloflow.db');
  try {
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const onDisk = openDatabase(copy);
    onDisk.pragma('journal_mode = DELETE');
    const image = onDisk.serialize();
    onDisk.close();
    const db = openDatabase(image as unknown as string);
    configure(db, 'MEMORY');
    const migrated = migrate(db, options);
    if (migrated.kind === 'current' || migrated.kind === 'migrated') return db;
    db.close();
    return null;
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const refuse = (): never => {
  throw new JournalUnavailable('read-only', 'The workspace cannot be written to.');
};

export const readOnlyJournal = (journal: Journal): Journal => ({ ...journal, commit: refuse, submit: refuse });

export const readOnlyLease: Lease = { tryAcquire: () => null, holder: () => null, release: () => undefined };
