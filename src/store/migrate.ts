// Brings a file to the newest tables: numbered steps, checksums, one transaction, a backup before. Refuses newer files.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { storedRunMoves, storedTaskMoves } from '../model/transitions';
import { openDatabase, type Database } from './driver';
import { APPLICATION_ID, checksum, MIGRATIONS, type Migration } from './schema';

export type Migrated =
  | { readonly kind: 'current' }
  | { readonly kind: 'created' }
  /** backup: null for a file in memory. */
  | { readonly kind: 'migrated'; readonly from: number; readonly to: number; readonly backup: string | null }
  | { readonly kind: 'newer'; readonly found: number; readonly known: number }
  /** Older, and a host of that version runs tasks from it: its tables are not changed under its hands. */
  | { readonly kind: 'in-use'; readonly found: number; readonly known: number }
  /** A sound SQLite file that is not ours, or whose tables are not what its version says. */
  | { readonly kind: 'foreign' };

export interface MigrateOptions {
  /** Called once the file is known to be ours or empty, before anything is written to it. */
  readonly beforeWriting?: () => void;
  readonly now: number;
  readonly appVersion: string;
  readonly migrations?: readonly Migration[];
  /** Does a host run tasks from the file? Absent: nobody can. */
  readonly isInUse?: () => boolean;
}

/** Checks whose file it is and brings it to the newest version. Throws what SQLite throws; then nothing was changed. */
export function migrate(db: Database, options: MigrateOptions): Migrated {
  const migrations = options.migrations ?? MIGRATIONS;
  const known = migrations.at(-1)?.version ?? 0;
  // One snapshot: another window may be making the file at this very moment.
  const { owner, found, empty } = db.transaction(() => ({
    owner: Number(db.pragma('application_id', { simple: true })),
    found: Number(db.pragma('user_version', { simple: true })),
    empty: isEmpty(db),
  }))();
  if (found === 0 && owner === 0 && empty) {
    options.beforeWriting?.();
    apply(db, migrations, options);
    return { kind: 'created' };
  }
  if (owner !== APPLICATION_ID || found === 0) return { kind: 'foreign' };
  if (found > known) return { kind: 'newer', found, known };
  if (!isGenuine(db, migrations, found)) return { kind: 'foreign' };
  options.beforeWriting?.();
  if (found === known) {
    syncLegalMoves(db);
    return { kind: 'current' };
  }
  if (options.isInUse?.() === true) return { kind: 'in-use', found, known };
  const backup = db.memory ? null : backUp(db, found);
  const due = migrations.filter((migration) => migration.version > found);
  return apply(db, due, options)
    ? { kind: 'migrated', from: found, to: known, backup }
    : { kind: 'in-use', found, known };
}

const isEmpty = (db: Database): boolean => db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

/** False: somebody began to run tasks from it meanwhile, nothing was changed. */
function apply(db: Database, migrations: readonly Migration[], options: MigrateOptions): boolean {
  const change = db.transaction(() => {
    // Whoever takes the lease writes it into this file, so nobody can from here on.
    if (options.isInUse?.() === true) return false;
    // Two windows may come at the same moment: the second finds the work done.
    const found = Number(db.pragma('user_version', { simple: true }));
    for (const migration of migrations.filter((each) => each.version > found)) {
      db.exec(migration.sql);
      db.prepare('INSERT INTO migration(version, name, sha256, applied_at, app_version) VALUES (?, ?, ?, ?, ?)').run(
        migration.version,
        migration.name,
        checksum(migration),
        options.now,
        options.appVersion,
      );
      db.pragma(`user_version = ${migration.version}`);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
    syncLegalMoves(db);
    return true;
  });
  return change.immediate();
}

/**
 * A consistent copy beside the file, named after the version it holds. It takes its name when it is whole and on the disk:
 * a copy that another window made of the same version is never replaced by one of what that window made of the file.
 */
function backUp(db: Database, version: number): string {
  const backup = `${db.name}.v${version}.backup`;
  const part = `${backup}.part-${process.pid}`;
  rmSync(part, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(part);
    if (versionOf(part) !== version) return backup;
    onDisk(part);
    renameSync(part, backup);
    return backup;
  } finally {
    rmSync(part, { force: true });
  }
}

function versionOf(path: string): number {
  const db = openDatabase(path, { readonly: true });
  try {
    return Number(db.pragma('user_version', { simple: true }));
  } finally {
    db.close();
  }
}

function onDisk(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

type SchemaRow = { readonly type: string; readonly name: string; readonly sql: string | null };
const schemaOf = (db: Database): string =>
  db
    .prepare<[], SchemaRow>('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name')
    .all()
    .filter((row) => !row.name.startsWith('sqlite_'))
    .map((row) => `${row.type} ${row.name} ${row.sql}`)
    .join('\n');

const expected = new Map<string, string>();

/** A cloned repository may bring a database with views or triggers of its own: its schema must be ours to the letter. */
function isGenuine(db: Database, migrations: readonly Migration[], version: number): boolean {
  const due = migrations.filter((migration) => migration.version <= version);
  const key = due.map(checksum).join(' ');
  let schema = expected.get(key);
  if (schema === undefined) {
    const model = openDatabase(':memory:');
    for (const migration of due) model.exec(migration.sql);
    schema = schemaOf(model);
    model.close();
    expected.set(key, schema);
  }
  if (schemaOf(db) !== schema) return false;
  const applied = db.prepare<[], { sha256: string }>('SELECT sha256 FROM migration ORDER BY version').all();
  return applied.map((row) => row.sha256).join(' ') === key;
}

const LEGAL = [
  ['legal_run', storedRunMoves],
  ['legal_task', storedTaskMoves],
] as const;

/** The legal moves are data of this version of the app, whatever the file said before. */
function syncLegalMoves(db: Database): void {
  for (const [table, moves] of LEGAL) {
    const wanted = moves().map(([from, to]) => `${from} ${to}`);
    const found = db
      .prepare<[], { move: string }>(`SELECT from_state || ' ' || to_state AS move FROM ${table}`)
      .all()
      .map((row) => row.move);
    if ([...wanted].sort().join() === found.sort().join()) continue;
    db.transaction(() => {
      db.exec(`DELETE FROM ${table}`);
      const insert = db.prepare(`INSERT INTO ${table}(from_state, to_state) VALUES (?, ?)`);
      for (const [from, to] of moves()) insert.run(from, to);
    }).immediate();
  }
}
