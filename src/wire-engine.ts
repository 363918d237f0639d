// The engine of one workspace, composed: processes, gates, readiness and memory around it, in the order in which they end.
import { join } from 'node:path';
import { createEngine } from './engine/engine';
import type { Approvals, GateContext, Journal, Lease, Log, PlanPort, Worker } from './engine/ports';
import type { Engine } from './engine/service';
import { createKeeper, type Keeper } from './memory/keeper';
import type { Config } from './model/config';
import type { DocumentStore, Plan } from './plan/ports';
import type { Store } from './store/open';
import { createClock } from './system/clock';
import { createGates } from './system/gates/gates';
import { createIds } from './system/ids';
import { createProcesses } from './system/processes';
import { createReadiness } from './system/readiness';
import { createRedactor } from './system/redact';

export interface EngineSurroundings {
  readonly root: string;
  readonly by: string;
  readonly store: Store;
  readonly plan: Plan;
  readonly planPort: PlanPort;
  readonly documents: DocumentStore;
  readonly approvals: Approvals;
  readonly config: () => Config;
  readonly log: Log;
  /** May this host become the one that runs? Asked each time. */
  readonly mayRun: () => boolean;
  /** Applies answers and wishes, begins nothing. */
  readonly hold: boolean;
  readonly editorProblems?: () => readonly string[];
  readonly worker?: Worker;
  readonly journal?: (journal: Journal) => Journal;
}

export interface WiredEngine {
  readonly engine: Engine;
  readonly keeper: Keeper;
  dispose(options: { readonly endProcesses: boolean }): Promise<void>;
}

export async function wireEngine(around: EngineSurroundings): Promise<WiredEngine> {
  const { root, store, plan, approvals, config, log } = around;
  const clock = createClock(store.now());
  const ids = createIds(clock);
  const sessionId = ids.next();
  store.sessions.begin(sessionId, around.by);
  const redactor = createRedactor(process.env);
  const keeper = createKeeper({
    store: store.memory,
    nextId: () => ids.next(),
    now: () => clock.now(),
    sessionId,
    redact: (text) => redactor.redact(text).text,
    warn: (message) => log.warn(message),
  });
  const processes = createProcesses({
    stateDir: join(root, '.soloflow'),
    clock,
    graceSeconds: config().run.graceSeconds,
  });
  const readiness = createReadiness({ root, config, approvals, processes });
  const problems = around.editorProblems === undefined ? null : problemsSince(around.editorProblems);
  const engine = createEngine({
    root,
    journal: around.journal?.(store.journal) ?? store.journal,
    lease: onlyWhile(store.lease, around.mayRun),
    hold: around.hold,
    processes,
    plan: around.planPort,
    approvals,
    gates: createGates({
      root,
      documents: around.documents,
      config,
      approvals,
      processes,
      env: () => readiness.environment(),
      planProblems: () => plan.snapshot().problems,
      criteria: async (spec) => plan.snapshot().items.get(spec.key)?.criteria ?? null,
      ...(problems === null ? {} : { newProblems: (context: GateContext) => problems.since(context.attempt.id) }),
    }),
    readiness,
    context: keeper,
    clock,
    ids,
    log,
    config,
    owner: `${around.by}:${process.pid}`,
    env: (name) => process.env[name],
    ...(around.worker === undefined ? {} : { worker: around.worker }),
  });
  engine.onEvent(({ event }) => {
    if (event.type === 'attempt-started') problems?.begin(event.attemptId);
    if (event.type !== 'attempt-ended') return;
    problems?.end(event.attemptId);
    // Its result is in the record by now: the raw output may go.
    if (engine.isRunner()) processes.forget(event.attemptId);
  });
  await engine.open();
  return {
    engine,
    keeper,
    async dispose(close) {
      await engine.close(close);
      processes.dispose();
      try {
        store.sessions.end(sessionId);
      } catch {
        // The database is busy or gone: a session without an end is one that did not say goodbye.
      }
    },
  };
}

/** A window in Restricted Mode, or a look at the status, watches: it never becomes the one that runs. */
function onlyWhile(lease: Lease, allowed: () => boolean): Lease {
  return { ...lease, tryAcquire: (owner) => (allowed() ? lease.tryAcquire(owner) : null) };
}

/** What came up while an attempt was at work: the editor's problems minus those that were there before it. */
function problemsSince(now: () => readonly string[]) {
  const before = new Map<string, ReadonlySet<string>>();
  return {
    begin: (attemptId: string): void => void before.set(attemptId, new Set(now())),
    since: (attemptId: string): readonly string[] => now().filter((line) => before.get(attemptId)?.has(line) !== true),
    end: (attemptId: string): void => void before.delete(attemptId),
  };
}
