// Looks at everything that can be wrong with the state of a workspace, says it in a sentence, and repairs what can be
// repaired without a guess. It never throws away what cannot be made again.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './driver';
import { guardRuntime } from './driver';
import { verifyChainGently } from './event-chain';
import { refusalToWrite, sharedFolder, writeIgnore } from './folder';
import { faultOf, writing } from './faults';
import { suspect, type Health } from './health';
import { endAsLost, leftOpen } from './left-open';
import type { Store } from './open';
import { compare, rebuildRun, runsInLog, type Fold } from './rebuild';

export type CheckId =
  | 'runtime'
  | 'folder'
  | 'clock'
  | 'journal-mode'
  | 'integrity'
  | 'search-index'
  | 'event-chain'
  | 'state'
  | 'open-attempts'
  | 'runner'
  | 'set-aside';

export interface Finding {
  readonly check: CheckId;
  readonly status: 'ok' | 'warning' | 'error';
  /** One plain sentence. */
  readonly detail: string;
  readonly repair: Repair | null;
}
interface Repair {
  /** What it would do, one plain sentence. */
  readonly what: string;
  /** Returns what was done. Throws `JournalUnavailable` when the file cannot be written. */
  readonly run: () => string;
}

/** Is there a database that cannot be used, and an empty one in memory in its place? */
const isElsewhere = ({ mode, hindrance }: Store): boolean => mode === 'memory' && hindrance !== null;

/** Why the file is not used, behind "The database". */
function hindranceOf({ hindrance }: Store): string {
  switch (hindrance?.kind) {
    case 'store-locked':
      return 'is locked by another program';
    case 'store-older':
      return 'is in use by an older Soloflow';
    case 'store-full':
      return 'is on a full disk';
    case 'store-corrupt':
      return 'is damaged and still used by another host';
    default:
      return 'cannot be written to';
  }
}

const fine = (check: CheckId, detail: string): Finding => ({ check, status: 'ok', detail, repair: null });

/** All checks, in the order in which they are worth reading. Takes some seconds for a million events. */
export async function examine(store: Store, root: string, fold: Fold): Promise<readonly Finding[]> {
  const found = await checkAll(store, root, fold);
  // A copy is not repaired: nobody would ever see it.
  return store.mode === 'durable' ? found : found.map((finding) => ({ ...finding, repair: null }));
}

async function checkAll(store: Store, root: string, fold: Fold): Promise<readonly Finding[]> {
  const around = [checkClock(store), checkRunner(store), checkSetAside(store.path)];
  // What is open is an empty one in memory: nothing that could be found in it is about the record.
  if (isElsewhere(store)) return [checkRuntime(), checkFolder(store, root), ...around];
  const integrity = await checkIntegrity(store);
  return [
    checkRuntime(),
    checkFolder(store, root),
    checkJournalMode(store, root),
    integrity,
    ...(integrity.status === 'ok'
      ? [
          await checkSearch(store.db),
          await checkChain(store.db),
          await checkState(store, fold),
          checkAttempts(store, fold),
        ]
      : []),
    ...around,
  ];
}

function checkRuntime(): Finding {
  const guard = guardRuntime();
  if (guard.ok) return fine('runtime', `Node ${process.versions.node} with Node-API ${process.versions.napi ?? ''}.`);
  return {
    check: 'runtime',
    status: 'error',
    detail: 'This runtime is too old for the database module.',
    repair: null,
  };
}

function checkFolder(store: Store, root: string): Finding {
  // Not made yet, because so far somebody only looked.
  if (store.mode === 'memory' && store.hindrance === null) {
    if (refusalToWrite(root) === null) return fine('folder', 'There is no record yet: the first run makes it.');
    const detail = 'There is no record, and none can be made: the folder cannot be written to.';
    return { check: 'folder', status: 'error', detail, repair: null };
  }
  if (store.mode !== 'durable') {
    const detail = isElsewhere(store)
      ? `The database ${hindranceOf(store)}: it was not looked at, and nothing is kept on the disk this time.`
      : `The database ${hindranceOf(store)}: what follows is about a copy of it, and nothing is recorded this time.`;
    return { check: 'folder', status: 'error', detail, repair: null };
  }
  const ignore = join(root, '.soloflow', '.gitignore');
  const hides = existsSync(ignore) && readFileSync(ignore, 'utf8').split(/\r?\n/).includes('*');
  if (hides) return fine('folder', 'The folder is there, and version control leaves the database out.');
  return {
    check: 'folder',
    status: 'warning',
    detail: 'Version control may pick up the database: .soloflow/.gitignore does not leave it out.',
    repair: {
      what: 'Write .soloflow/.gitignore anew.',
      run: () => {
        writeIgnore(join(root, '.soloflow'));
        return 'Written.';
      },
    },
  };
}

function checkJournalMode(store: Store, root: string): Finding {
  const mode = String(store.db.pragma('journal_mode', { simple: true }));
  const shared = sharedFolder(root);
  if (shared === null) return fine('journal-mode', `Local disk, ${mode} journal.`);
  return {
    check: 'journal-mode',
    status: 'warning',
    detail: `The folder is on ${shared}: a second machine must not use it at the same time. Journal: ${mode}.`,
    repair: null,
  };
}

function healthOfCopy(db: Database): Health {
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return { sound: found === 'ok', detail: found };
}

async function checkIntegrity(store: Store): Promise<Finding> {
  const health = store.mode === 'durable' ? await store.checkHealth() : healthOfCopy(store.db);
  if (health.sound) return fine('integrity', 'Every page of the database is sound.');
  return {
    check: 'integrity',
    status: 'error',
    detail: `The database is damaged: ${health.detail}`,
    repair: {
      what: 'Set the file aside at the next start and carry over what can be read.',
      run: () => {
        suspect(store.db);
        return 'It will be done at the next start: close all windows of this folder.';
      },
    },
  };
}

/** How often a database that others write to is asked for a moment to itself. */
const TRIES = 4;

async function checkSearch(db: Database): Promise<Finding> {
  for (let n = 1; ; n += 1) {
    try {
      db.exec(`INSERT INTO memory_fts(memory_fts, rank) VALUES ('integrity-check', 1)`);
      return fine('search-index', 'The search index agrees with the memories.');
    } catch (error) {
      if (faultOf(error) !== 'busy') return wrongIndex(db, error);
      if (n === TRIES) {
        const detail = 'The search index could not be looked at, because the database is being written to. Try again.';
        return { check: 'search-index', status: 'warning', detail, repair: null };
      }
      await breathe();
    }
  }
}

const wrongIndex = (db: Database, error: unknown): Finding => ({
  check: 'search-index',
  status: 'error',
  detail: `The search index is not what the memories say: ${error instanceof Error ? error.message : String(error)}.`,
  repair: {
    what: 'Make the search index again.',
    run: () => {
      writing(() => db.exec(`INSERT INTO memory_fts(memory_fts) VALUES ('rebuild')`));
      return 'Made again.';
    },
  },
});

async function checkChain(db: Database): Promise<Finding> {
  const { checked, brokenAt } = await verifyChainGently(db);
  if (brokenAt === null) return fine('event-chain', `All ${checked} events follow from one another.`);
  return {
    check: 'event-chain',
    status: 'error',
    detail: `What was committed with event ${brokenAt} was changed after it was written, or what came before it is missing. What is recorded from there on cannot be vouched for.`,
    repair: null,
  };
}

async function checkState(store: Store, fold: Fold): Promise<Finding> {
  const wrong: { readonly runId: string; readonly differs: readonly string[] }[] = [];
  for (const runId of runsInLog(store.db)) {
    await breathe();
    const { contradiction, differs } = compare(store, runId, fold);
    if (contradiction !== null) wrong.push({ runId, differs: [`events contradict each other: ${contradiction}`] });
    else if (differs.length > 0) wrong.push({ runId, differs });
  }
  if (wrong.length === 0) return fine('state', 'Every run is what its events say.');
  const first = wrong[0];
  const example = first === undefined ? '' : `${first.runId} (${first.differs.slice(0, 3).join(', ')})`;
  return {
    check: 'state',
    status: 'error',
    detail: `${wrong.length} of the runs are not what their events say, e.g. ${example}.`,
    repair: {
      what: 'Make the rows of these runs again from their events.',
      run: () => {
        const rebuilt = wrong.filter(({ runId }) => rebuildRun(store, runId, fold));
        const left = wrong.filter((each) => !rebuilt.includes(each)).map(({ runId }) => runId);
        const told = `${rebuilt.length} of ${wrong.length} made again.`;
        return left.length === 0 ? told : `${told} Events that contradict each other or are gone: ${left.join(', ')}.`;
      },
    },
  };
}

/** Work that no state explains. The runner finds and adopts what is left of it at its next start. */
function checkAttempts(store: Store, fold: Fold): Finding {
  const lost = leftOpen(store.db);
  if (lost.length === 0) return fine('open-attempts', 'No attempt is left open behind a finished task.');
  return {
    check: 'open-attempts',
    status: 'warning',
    detail: `${lost.length} attempts are open although their tasks are finished.`,
    // Whoever runs tasks knows of them and may be about to say how they ended.
    repair:
      store.lease.holder() === null
        ? { what: 'Record these attempts as lost.', run: () => `${endAsLost(store, fold)} recorded as lost.` }
        : null,
  };
}

/** How far the record may be ahead of the machine's clock before it is said. */
const AHEAD_MS = 60_000;

function checkClock(store: Store): Finding {
  const ahead = store.now() - store.wallOf(store.now());
  if (ahead <= AHEAD_MS) return fine('clock', "The record's times are those of this machine.");
  const minutes = Math.round(ahead / 60_000);
  const span = minutes < 2880 ? `${minutes} minutes` : `${Math.round(minutes / 1440)} days`;
  return {
    check: 'clock',
    status: 'warning',
    detail: `The record is ${span} ahead of this machine's clock, which was set back since or had run ahead. Its times go on from where they were, so that their order holds, until the clock has caught up.`,
    repair: null,
  };
}

function checkRunner(store: Store): Finding {
  const holder = store.lease.holder();
  return fine(
    'runner',
    holder === null ? 'Nobody runs tasks here now.' : `${holder.owner} (process ${holder.pid}) runs tasks here.`,
  );
}

function checkSetAside(path: string): Finding {
  const folder = dirname(path);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes('.broken-')) : [];
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (names.length === 0) return fine('set-aside', 'No broken database was set aside.');
  return {
    check: 'set-aside',
    status: 'warning',
    detail: `${names.length} broken files (${Math.ceil(bytes / 1024)} KB) were set aside: ${names.slice(0, 3).join(', ')}. Delete them when you no longer need them.`,
    repair: null,
  };
}
