// Parsed documents by path and content hash. Can be thrown away at any time; a failure to write it is no failure.
import type { Database } from './driver';
import { ifPossible } from './faults';

export interface PlanCacheRow {
  readonly path: string;
  readonly hash: string;
  readonly readerVersion: string;
  /** The JSON as UTF-8: not decoded before somebody wants it. */
  readonly json: Uint8Array;
}

export interface PlanCache {
  /** The stored JSON, or null when it was made from another text or by another reader. */
  get(path: string, hash: string, readerVersion: string): string | null;
  /** All rows but that of the empty path, some at a time: between them the database is free. */
  all(): Iterable<PlanCacheRow>;
  put(path: string, hash: string, readerVersion: string, json: string): void;
  /** Forgets documents that are no longer among `paths`. */
  keepOnly(paths: ReadonlySet<string>): void;
}

const AT_ONCE = 64;

export function createPlanCache(db: Database, now: () => number): PlanCache {
  const get = db.prepare<[string, string, string], { json: string }>(
    'SELECT json FROM plan_cache WHERE path = ? AND hash = ? AND reader_version = ?',
  );
  const put = db.prepare(
    `INSERT INTO plan_cache(path, hash, reader_version, json, stored_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT(path) DO UPDATE SET hash = excluded.hash, reader_version = excluded.reader_version,
       json = excluded.json, stored_at = excluded.stored_at`,
  );
  const after = db.prepare<[number, number], PlanCacheRow & { readonly place: number }>(
    `SELECT rowid AS place, path, hash, reader_version AS readerVersion, CAST(json AS BLOB) AS json FROM plan_cache
     WHERE rowid > ? ORDER BY rowid LIMIT ?`,
  );
  const all = db.prepare<[], { path: string }>('SELECT path FROM plan_cache');
  const drop = db.prepare('DELETE FROM plan_cache WHERE path = ?');
  return {
    get: (path, hash, readerVersion) => get.get(path, hash, readerVersion)?.json ?? null,
    *all() {
      let last = 0;
      for (let rows = after.all(last, AT_ONCE); rows.length > 0; rows = after.all(last, AT_ONCE)) {
        for (const { place, ...row } of rows) {
          last = place;
          if (row.path !== '') yield row;
        }
      }
    },
    put: (path, hash, readerVersion, json) => ifPossible(() => put.run(path, hash, readerVersion, json, now())),
    keepOnly: (paths) =>
      ifPossible(() => {
        for (const { path } of all.all()) if (!paths.has(path)) drop.run(path);
      }),
  };
}
