// Opens the workspace's database whatever state it is in: sound, missing, old, newer, broken, locked, read-only, full.
// What was recorded is never overwritten; what cannot be used is set aside and said.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, JournalUnavailable, Lease, Log } from '../engine/ports';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { StoreNotice } from '../model/store-notice';
import { bookkeeping, connect, makeDurable, protect, setAside, type Connected } from './connect';
import { guardRuntime, openDatabase, type Database } from './driver';
import { failureOf, ifPossible } from './faults';
import {
  DATABASE,
  isStrange,
  LOCK,
  lockElsewhere,
  prepareFolder,
  refusalToWrite,
  sharedFolder,
  watchFile,
} from './folder';
import { checkHealth as checkFile, suspect, type Health } from './health';
import { createJournal } from './journal';
import { createLease, isLocked } from './lease';
import { createMemoryRows, type MemoryRows } from './memory-rows';
import { createMeta, steadyClock, type Meta } from './meta';
import { migrate } from './migrate';
import { createPlanCache, type PlanCache } from './plan-cache';
import { openCopy, readOnlyJournal, readOnlyLease } from './read-only';
import { mendRuns, type Fold } from './rebuild';
import { salvage, type Salvaged } from './salvage';
import { createSessions, type Sessions } from './sessions';
import { createSpellings, type Spellings } from './spellings';
import { createStages, type Stages } from './stages';

export interface OpenOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  readonly now: () => number;
  readonly log: Log;
  readonly appVersion: string;
  /** Go on without the disk when it cannot be used. Otherwise that is a failure. */
  readonly memoryFallback?: boolean;
  /** Somebody only looks: where the file cannot be used now, a copy of it rather than an empty one in memory. */
  readonly look?: boolean;
  /** false: where there is no database none is made; what is asked is answered from an empty one in memory. */
  readonly create?: boolean;
  /** The engine's folding of events: after damage, runs whose rows were lost come back from their events. */
  readonly fold?: Fold;
}

/** durable: on the disk. memory: gone at the end. read-only: history can be seen, nothing is recorded. */
type StoreMode = 'durable' | 'memory' | 'read-only';

/** Why nothing that is recorded now would last; null: it does. */
export function whyNotKept({ mode, hindrance, path }: Pick<Store, 'mode' | 'hindrance' | 'path'>): Failure | null {
  return mode === 'durable' ? null : (hindrance ?? { kind: 'store-read-only', path });
}

export interface Store {
  readonly mode: StoreMode;
  /** Absolute path of the database file, whether or not it is used now. */
  readonly path: string;
  readonly notices: readonly StoreNotice[];
  /** Why it is not the file on the disk that is used; null: it is, or there is none and nobody wants one. */
  readonly hindrance: Failure | null;
  /** The last host was killed: `checkHealth` runs by itself soon. */
  readonly wasUnclean: boolean;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly memory: MemoryRows;
  readonly spellings: Spellings;
  readonly planCache: PlanCache;
  readonly sessions: Sessions;
  readonly stages: Stages;
  readonly meta: Meta;
  /** Epoch ms that never go backwards, not even from one start to the next. */
  readonly now: () => number;
  /** When a stamp was given by the machine's own clock: files are stamped with that one. */
  readonly wallOf: (stamp: number) => number;
  /** For the maintenance in this folder (doctor, export, retention); nobody else writes SQL. */
  readonly db: Database;
  /** Looks through the whole file, off this thread. Damage is set aside at the next opening. */
  checkHealth(): Promise<Health>;
  close(): void;
}

/** Opens or makes `.soloflow/soloflow.db` below `root`. Takes about a millisecond when all is well. */
export function openStore(options: OpenOptions): Result<Store, Failure> {
  const guard = guardRuntime();
  if (!guard.ok) return guard;
  const path = join(options.root, '.soloflow', DATABASE);
  if (options.create === false && !existsSync(path))
    return ok(inMemory(options, path, lockElsewhere(options.root), []));
  try {
    const folder = prepareFolder(options.root);
    if (folder === 'outside') {
      return withoutDisk(options, path, {
        kind: 'file',
        path: join(options.root, '.soloflow'),
        operation: 'create',
        code: 'EXDEV',
      });
    }
  } catch (error) {
    return withoutDisk(options, path, failureOf(refusalToWrite(options.root) ?? error, path));
  }
  try {
    return openFile(options, path);
  } catch (error) {
    return withoutDisk(options, path, failureOf(error, path));
  }
}

const lockIn = (root: string): string => join(root, '.soloflow', LOCK);

function openFile(options: OpenOptions, path: string): Result<Store, Failure> {
  const shared = sharedFolder(options.root);
  const journal = shared === null ? 'WAL' : 'DELETE';
  const notices: StoreNotice[] = shared === null ? [] : [{ kind: 'synced-folder', what: shared }];
  const migration = {
    now: Math.round(options.now()),
    appVersion: options.appVersion,
    isInUse: () => isLocked(lockIn(options.root)),
  };
  let connected: Connected = isStrange(path) ? { kind: 'unusable', why: 'foreign' } : connect(path, journal, migration);
  if (connected.kind === 'unusable') {
    const why = connected.why;
    // Somebody still runs tasks from this very file: it is not taken away from under them.
    if (isLocked(lockIn(options.root))) {
      return withoutDisk(options, path, { kind: 'store-corrupt', path, setAsideAs: null });
    }
    const setAsideAs = setAside(path, options.now());
    connected = connect(path, journal, migration);
    const salvaged =
      connected.kind === 'open' && why !== 'foreign'
        ? carryOver(options, setAsideAs, connected.db)
        : { runs: 0, events: 0, memories: 0 };
    notices.push({ kind: 'rebuilt', path, setAsideAs, why, salvaged });
    options.log.info('The database could not be used and was set aside.', { why, setAsideAs, ...salvaged });
  }
  switch (connected.kind) {
    case 'newer':
      return err({ kind: 'store-newer', path, found: connected.found, known: connected.known });
    case 'in-use':
      return withoutDisk(options, path, { kind: 'store-older', path });
    case 'fault':
      return withoutDisk(options, path, failureOf(connected.error, path));
    case 'unusable':
      return withoutDisk(options, path, { kind: 'store-corrupt', path, setAsideAs: null });
    case 'open': {
      const { db, migrated, wasUnclean } = connected;
      if (migrated.kind === 'migrated' && migrated.backup !== null)
        notices.push({ ...migrated, backup: migrated.backup });
      return ok(
        assemble(options, db, {
          mode: 'durable',
          path,
          lockPath: lockIn(options.root),
          notices,
          wasUnclean,
        }),
      );
    }
  }
}

function carryOver(options: OpenOptions, from: string, db: Database): Salvaged {
  const salvaged = salvage(from, db, options.log);
  if (options.fold === undefined) return salvaged;
  const { now } = steadyClock(db, options.now);
  try {
    const mended = mendRuns({ db, journal: createJournal(db, now), now }, options.fold);
    return { ...salvaged, runs: Math.max(salvaged.runs, mended) };
  } catch (error) {
    options.log.warn('Runs could not be made again from their events.', { error: String(error) });
    return salvaged;
  }
}

/** The disk cannot be used: show what a copy of it holds, begin nothing beside open runs, or say the failure. */
function withoutDisk(options: OpenOptions, path: string, failure: Failure): Result<Store, Failure> {
  options.log.info('The database on the disk cannot be used.', { failure });
  if (options.memoryFallback !== true) return err(failure);
  // A link that leads out of the workspace is not followed for a look either.
  const isOutside = failure.kind === 'file' && failure.code === 'EXDEV';
  const inFolder = isOutside ? null : lockIn(options.root);
  // Where the lock of the folder can be taken it is: another window may run from the file that we cannot use.
  const canLock =
    failure.kind === 'store-locked' ||
    failure.kind === 'store-older' ||
    failure.kind === 'store-corrupt' ||
    // A full disk may not take a new file.
    (failure.kind === 'store-full' && inFolder !== null && existsSync(inFolder));
  const lockPath = canLock && inFolder !== null ? inFolder : lockElsewhere(options.root);
  const copy = isOutside ? null : openCopy(path, { now: Math.round(options.now()), appVersion: options.appVersion });
  // Another host runs from the file, or a run stands in it that is not over: from here, what it has begun or done would
  // be done again.
  const isRunElsewhere = isLocked(lockPath) || (inFolder !== null && isLocked(inFolder));
  const wouldRepeat = isRunElsewhere || (copy !== null && hasOpenRun(copy));
  const isToBeSeen = failure.kind === 'store-read-only' || options.look === true;
  if (wouldRepeat || (isToBeSeen && copy !== null)) {
    const notices: StoreNotice[] = [{ kind: 'read-only', why: failure }];
    const parts = {
      mode: 'read-only' as const,
      path,
      lockPath,
      notices,
      wasUnclean: false,
      refusal: refusalOf(failure),
    };
    return ok(assemble(options, copy ?? emptyMemory(options), parts));
  }
  // What somebody wished for is done by whoever can record it, not here and then again.
  copy?.exec(`UPDATE command SET applied_at = at, result = 'withdrawn' WHERE applied_at IS NULL`);
  return ok(inMemory(options, path, lockPath, [{ kind: 'memory', why: failure }], copy));
}

const hasOpenRun = (db: Database): boolean =>
  db.prepare(`SELECT 1 FROM run WHERE status NOT IN ('succeeded','failed','cancelled') LIMIT 1`).get() !== undefined;

/** `past`: what was recorded before, to be seen. */
function inMemory(
  options: OpenOptions,
  path: string,
  lockPath: string,
  notices: readonly StoreNotice[],
  past: Database | null = null,
): Store {
  const db = past ?? emptyMemory(options);
  return assemble(options, db, { mode: 'memory', path, lockPath, notices, wasUnclean: false });
}

function emptyMemory(options: OpenOptions): Database {
  const db = openDatabase(':memory:');
  protect(db);
  makeDurable(db, 'MEMORY');
  migrate(db, { now: Math.round(options.now()), appVersion: options.appVersion });
  return db;
}

/** What is said when something is to be recorded all the same. */
function refusalOf(failure: Failure): JournalUnavailable['reason'] {
  if (failure.kind === 'store-locked' || failure.kind === 'store-older') return 'locked';
  if (failure.kind === 'store-full') return 'full';
  return failure.kind === 'store-corrupt' ? 'broken' : 'read-only';
}

const CHECK_AFTER_MS = 3000;

interface Parts {
  readonly mode: StoreMode;
  readonly path: string;
  readonly lockPath: string;
  readonly notices: readonly StoreNotice[];
  readonly wasUnclean: boolean;
  /** Why nothing can be recorded, with the mode read-only. */
  readonly refusal?: JournalUnavailable['reason'];
}

function assemble(options: OpenOptions, db: Database, parts: Parts): Store {
  const { mode, path, notices, wasUnclean } = parts;
  const { now, wallOf, raise } = steadyClock(db, options.now);
  const rows = createJournal(db, now);
  const journal = mode === 'durable' ? { ...rows, isGone: watchFile(options.root, path) } : rows;
  const meta = createMeta(db);
  const taking = (): void => {
    raise();
    // Another window that was closed meanwhile has called the file clean.
    meta.set('clean_close', '0');
  };
  const lease = mode === 'read-only' ? readOnlyLease : createLease(db, parts.lockPath, now, options.log, taking);
  const checkHealth = async (): Promise<Health> => {
    if (mode !== 'durable') return { sound: true, detail: 'not on the disk' };
    const health = await checkFile(path);
    if (!health.sound && db.open) {
      options.log.error('The database is damaged and will be set aside at the next start.', { ...health });
      ifPossible(() => suspect(db));
    }
    return health;
  };
  // A host was killed: the file is looked through once the start is over.
  const check = wasUnclean ? setTimeout(() => void checkHealth(), CHECK_AFTER_MS).unref() : null;
  return {
    mode,
    path,
    notices,
    hindrance: notices.find((notice) => notice.kind === 'memory' || notice.kind === 'read-only')?.why ?? null,
    wasUnclean,
    journal: mode === 'read-only' ? readOnlyJournal(journal, parts.refusal ?? 'read-only') : journal,
    lease,
    memory: createMemoryRows(db, now),
    spellings: createSpellings(db),
    planCache: createPlanCache(db, now),
    sessions: createSessions(db, now, options.appVersion),
    stages: createStages(db, now),
    meta,
    now,
    wallOf,
    db,
    checkHealth,
    close: () => {
      if (!db.open) return;
      if (check !== null) clearTimeout(check);
      lease.release();
      try {
        bookkeeping(db, () => {
          meta.set('clock_high_water', String(now()));
          // Whoever runs tasks here goes on and may be killed.
          if (mode !== 'durable' || !isLocked(parts.lockPath)) meta.set('clean_close', '1');
        });
      } catch (error) {
        options.log.warn('The database could not be closed cleanly.', { error: String(error) });
      }
      db.close();
    },
  };
}
