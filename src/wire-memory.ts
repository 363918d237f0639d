// The memory of one workspace, composed: rows of the record, the index of documents, rule files, git and the editor around them.
import { createHash } from 'node:crypto';
import { JournalUnavailable, type Approvals, type Ids, type Log, type Processes } from './engine/ports';
import type { Engine } from './engine/service';
import { createIndexer } from './memory/indexing';
import type { Keeper } from './memory/keeper';
import { orchestrate } from './memory/orchestrator';
import type { EditorContext, External, GitFacts } from './memory/ports';
import { recall } from './memory/recall';
import { remember } from './memory/remember';
import { RULE_FILES } from './memory/rules';
import { createSystems } from './memory/systems';
import type { Config } from './model/config';
import type { Failure } from './model/failure';
import { err, ok, type Result } from './model/result';
import type { DocumentStore, Plan } from './plan/ports';
import { openDocumentIndex, type OpenDocumentIndex } from './store/document-index';
import { whyNotKept, type Store } from './store/open';
import { createCommandRunner } from './system/command-runner';
import { createDiskDocuments } from './system/document-files';
import { commandEnvironment } from './system/env';
import { gitState } from './system/git';
import type { WorkspaceMemory } from './workflow/action';
import { handoverText } from './workflow/handover';

export interface MemorySurroundings {
  readonly root: string;
  readonly store: Store;
  readonly plan: Plan;
  readonly documents: DocumentStore;
  readonly engine: Engine;
  readonly keeper: Keeper;
  readonly sessionId: string;
  readonly ids: Ids;
  readonly processes: Processes;
  readonly approvals: Approvals;
  readonly redact: (text: string) => string;
  readonly config: () => Config;
  readonly log: Log;
  readonly editorContext?: () => EditorContext | null;
}

export interface WiredMemory {
  readonly memory: WorkspaceMemory;
  dispose(): void;
}

const DECISIONS = 50;
const RUNS = 20;
/** After a change of documents, the index follows once it is quiet. */
const SETTLE_MS = 2000;

export function wireMemory(around: MemorySurroundings): WiredMemory {
  const { root, store, plan, engine, keeper, log } = around;
  // Opened by the first who asks: most commands never do.
  let opened: OpenDocumentIndex | null = null;
  let isClosed = false;
  const index = (): OpenDocumentIndex => {
    if (isClosed) throw new Error('The workspace is closed.');
    return (opened ??= openDocumentIndex(store.mode === 'durable' ? root : null));
  };
  let indexer: ReturnType<typeof createIndexer> | null = null;
  const refresh = async (signal?: AbortSignal): Promise<void> => {
    indexer ??= createIndexer({
      index: index(),
      files: around.documents,
      hash: (text) => createHash('sha1').update(text).digest('base64'),
      monotonic: () => performance.now(),
      yield: () => new Promise((resolve) => setImmediate(resolve)),
      redact: around.redact,
    });
    const done = await indexer.refresh(signal);
    if (!done.complete && signal?.aborted !== true) log.info('The index of documents is not complete.', { ...done });
  };
  let settle: ReturnType<typeof setTimeout> | null = null;
  const following = around.documents.onDidChange(() => {
    if (opened === null) return;
    if (settle !== null) clearTimeout(settle);
    settle = setTimeout(() => {
      refresh().catch((error: unknown) =>
        log.warn('The index of documents could not follow.', { error: String(error) }),
      );
    }, SETTLE_MS);
    settle.unref();
  });

  /** A task whose title was changed keeps in its run the key it began with. */
  const keysOf = (key: string): readonly string[] => {
    const tasks = engine.runs(RUNS).flatMap((view) => view.tasks);
    const others = tasks.filter(({ taskKey, spec }) => spec.key === key || taskKey === key);
    return [...new Set([key, ...others.flatMap(({ taskKey, spec }) => [taskKey, spec.key])])];
  };
  // It goes into chats: secrets of titles and reasons do not go along.
  const handover = (): string =>
    around.redact(
      handoverText({
        plan,
        engine,
        decisions: store.memory.latest({ kinds: ['decision'], limit: DECISIONS }),
        now: store.now(),
      }),
    );
  const systems = () =>
    createSystems({
      store: store.memory,
      index: index(),
      refresh,
      rules: ruleFiles(around),
      editor: () => around.editorContext?.() ?? null,
      git: () => gitFacts(root),
      external: () => externalCommand(around),
      handover,
      redact: around.redact,
    });

  return {
    memory: {
      context: (key, limit) =>
        newest(
          keysOf(key).flatMap((each) => keeper.restore({ taskKey: each }, limit)),
          ({ at }) => at,
          limit,
        ),
      notes(key, limit) {
        const kinds = ['decision', 'note', 'lesson', 'fact'] as const;
        if (key === null) return store.memory.latest({ kinds, limit });
        return newest(
          keysOf(key).flatMap((each) => store.memory.latest({ kinds, limit, taskKey: each })),
          ({ createdAt }) => createdAt,
          limit,
        );
      },
      keep(key, runId, context) {
        const lost = whyNotKept(store);
        if (lost !== null) return err(lost);
        return written(store.path, () => {
          keeper.keep(runId, key, context);
          return ok(null);
        });
      },
      remember: (wanted) => {
        // In memory or in a copy it would be gone at the end, and nobody would know.
        const lost = whyNotKept(store);
        if (lost !== null) return err(lost);
        return written(store.path, () =>
          remember(
            {
              store: store.memory,
              nextId: () => around.ids.next(),
              now: store.now,
              sessionId: around.sessionId,
              redact: around.redact,
            },
            wanted,
          ),
        );
      },
      async recall(query, limit, signal) {
        await refresh(signal);
        return recall(store.memory, index(), query, limit);
      },
      handover,
      orchestrate(request, signal, progress) {
        const timeoutMs = around.config().memory.timeoutSeconds * 1000;
        return orchestrate(
          { systems: systems(), monotonic: () => performance.now(), timeoutMs },
          request,
          signal,
          progress,
        );
      },
    },
    dispose() {
      following.dispose();
      if (settle !== null) clearTimeout(settle);
      isClosed = true;
      opened?.close();
    },
  };
}

/** A refusal of the database as a failure. */
function written<T>(path: string, write: () => Result<T, Failure>): Result<T, Failure> {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
    return err({ kind: error.reason === 'full' ? 'store-full' : 'store-locked', path });
  }
}

const newest = <T>(all: readonly T[], at: (each: T) => number, limit: number): readonly T[] =>
  [...all].sort((a, b) => at(b) - at(a)).slice(0, limit);

/** The rule files on the disk, read through the same guards as documents: nothing outside the folder, nothing huge. */
function ruleFiles({ root, config }: MemorySurroundings) {
  return createDiskDocuments({
    root,
    config: () => {
      const all = config();
      return { ...all, documents: { ...all.documents, include: [...RULE_FILES], maxBytes: 200_000 } };
    },
  });
}

async function gitFacts(root: string): Promise<GitFacts | null> {
  const answer = await gitState(root);
  if (answer.kind === 'none') return null;
  const { branch, head, dirty, lastCommit } = answer.state;
  return { branch, head, dirty, subject: lastCommit?.subject ?? null };
}

/** The query goes to the command in its environment: nothing that is asked can become part of the approved text. */
function externalCommand(around: MemorySurroundings): External | null {
  const command = around.config().memory.goCli;
  if (command === null) return null;
  return {
    command,
    allowed: () => around.approvals.trusted() && around.approvals.isApproved(command),
    async run({ query, role }, signal) {
      const result = await createCommandRunner(
        around.processes,
        around.ids,
      )({
        command,
        cwd: around.root,
        env: {
          ...commandEnvironment(process.env),
          ...around.config().run.env,
          SOLOFLOW_QUERY: query,
          SOLOFLOW_ROLE: role,
        },
        signal,
        // Ended a little before nobody waits for it any more.
        timeoutMs: around.config().memory.timeoutSeconds * 900,
      });
      if (result.why === 'finished' && result.exitCode === 0) return { ok: true, out: result.out };
      const tail = result.err.trim().split('\n').slice(-3).join(' ');
      return {
        ok: false,
        error: result.why === 'finished' ? `exit code ${result.exitCode ?? 'none'} ${tail}`.trim() : result.why,
      };
    },
  };
}
