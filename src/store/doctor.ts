// Looks at everything that can be wrong with the state of a workspace, says it in a sentence, and repairs what can be
// repaired without a guess. It never throws away what cannot be made again.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './driver';
import { guardRuntime } from './driver';
import { verifyChainGently } from './event-chain';
import { refusalToWrite, sharedFolder, writeIgnore } from './folder';
import { suspect } from './health';
import type { Store } from './open';
import { differences, rebuildRun, runsInLog, type Fold } from './rebuild';

export type CheckId =
  | 'runtime'
  | 'folder'
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

const fine = (check: CheckId, detail: string): Finding => ({ check, status: 'ok', detail, repair: null });

/** All checks, in the order in which they are worth reading. Takes some seconds for a million events. */
export async function examine(store: Store, root: string, fold: Fold): Promise<readonly Finding[]> {
  const integrity = await checkIntegrity(store);
  return [
    checkRuntime(),
    checkFolder(store, root),
    checkJournalMode(store, root),
    integrity,
    ...(integrity.status === 'ok'
      ? [checkSearch(store.db), await checkChain(store.db), await checkState(store, fold), checkAttempts(store)]
      : []),
    checkRunner(store),
    checkSetAside(store.path),
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
  if (store.mode === 'memory' && store.notices.length === 0) {
    if (refusalToWrite(root) === null) return fine('folder', 'There is no record yet: the first run makes it.');
    const detail = 'There is no record, and none can be made: the folder cannot be written to.';
    return { check: 'folder', status: 'error', detail, repair: null };
  }
  if (store.mode !== 'durable') {
    return { check: 'folder', status: 'error', detail: `Nothing is kept on the disk: ${whyNot(store)}`, repair: null };
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

function whyNot({ notices }: Store): string {
  const why = notices.flatMap((notice) =>
    'why' in notice && typeof notice.why === 'object' ? [notice.why.kind] : [],
  )[0];
  switch (why) {
    case 'store-full':
      return 'the disk is full.';
    case 'store-locked':
      return 'another program has locked the database.';
    case 'store-read-only':
      return 'the folder cannot be written to.';
    default:
      return 'the database cannot be opened.';
  }
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

async function checkIntegrity(store: Store): Promise<Finding> {
  const health = await store.checkHealth();
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

function checkSearch(db: Database): Finding {
  try {
    db.exec(`INSERT INTO memory_fts(memory_fts, rank) VALUES ('integrity-check', 1)`);
    return fine('search-index', 'The search index agrees with the memories.');
  } catch (error) {
    return {
      check: 'search-index',
      status: 'error',
      detail: `The search index is not what the memories say: ${error instanceof Error ? error.message : String(error)}.`,
      repair: {
        what: 'Make the search index again.',
        run: () => {
          db.exec(`INSERT INTO memory_fts(memory_fts) VALUES ('rebuild')`);
          return 'Made again.';
        },
      },
    };
  }
}

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
    const differs = differences(store.journal, runId, fold);
    if (differs.length > 0) wrong.push({ runId, differs });
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
        return `${rebuilt.length} of ${wrong.length} made again.`;
      },
    },
  };
}

/** Work that no state explains. The runner finds and adopts what is left of it at its next start. */
function checkAttempts(store: Store): Finding {
  const lost = store.db
    .prepare<[], { id: string }>(
      `SELECT a.id FROM attempt a JOIN task_run t ON t.run_id = a.run_id AND t.task_key = a.task_key
       WHERE a.ended_at IS NULL AND t.state IN ('succeeded', 'failed', 'skipped', 'cancelled')`,
    )
    .all();
  if (lost.length === 0) return fine('open-attempts', 'No attempt is left open behind a finished task.');
  return {
    check: 'open-attempts',
    status: 'warning',
    detail: `${lost.length} attempts are open although their tasks are finished.`,
    repair: {
      what: 'Record these attempts as lost.',
      run: () => {
        const close = store.db.prepare(
          `UPDATE attempt SET ended_at = ?, outcome = 'lost' WHERE id = ? AND ended_at IS NULL`,
        );
        for (const { id } of lost) close.run(store.now(), id);
        return `${lost.length} recorded as lost.`;
      },
    },
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
