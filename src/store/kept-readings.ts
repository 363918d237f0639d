// The record for the readings it keeps, and for nothing else: what a mere look at the plan can afford. Writes nothing.
import { guardRuntime, openDatabase, type Database } from './driver';
import { ifPossible } from './faults';
import { protect } from './connect';
import { createPlanCache, type PlanCache } from './plan-cache';
import { APPLICATION_ID, MIGRATIONS } from './schema';

export interface KeptReadings {
  readonly db: Database;
  readonly planCache: PlanCache;
  close(): void;
}

/**
 * Readings kept in the database file at `path`. null: there is none of this version of ours, or it cannot be read now;
 * what is wrong with it is for `openStore` to find out.
 */
export function openKeptReadings(path: string, now: () => number): KeptReadings | null {
  if (!guardRuntime().ok) return null;
  let opened: Database | null = null;
  try {
    const db = openDatabase(path, { fileMustExist: true });
    opened = db;
    protect(db);
    const known = MIGRATIONS.at(-1)?.version;
    if (pragma(db, 'application_id') === APPLICATION_ID && pragma(db, 'user_version') === known)
      return { db, planCache: createPlanCache(db, now), close: () => ifPossible(() => db.close()) };
  } catch {
    // Locked, broken, not readable: the documents themselves are read.
  }
  opened?.close();
  return null;
}

const pragma = (db: Database, name: string): number => Number(db.pragma(name, { simple: true }));
