// The engine of one workspace, composed: processes, gates, readiness and memory around it, in the order in which they end.
import { join } from 'node:path';
import { createAgentText } from './agents/agent-text';
import type { ServerCommand } from './agents/server-command';
import { createEngine } from './engine/engine';
import type { Approvals, GateContext, GateRunner, Journal, Lease, Log, PlanPort, Worker } from './engine/ports';
import type { Engine } from './engine/service';
import { createKeeper, type Keeper } from './memory/keeper';
import type { EditorContext } from './memory/ports';
import type { Config } from './model/config';
import type { Failure } from './model/failure';
import type { Gate, GateResult } from './model/gate';
import { err, ok, type Result } from './model/result';
import type { Attempt, EngineCommand, TaskSpec } from './model/run';
import type { DocumentStore, Plan } from './plan/ports';
import { makeFolderElsewhere } from './store/folder';
import type { Store } from './store/open';
import { createClock } from './system/clock';
import { createCommandRunner } from './system/command-runner';
import { createGates } from './system/gates/gates';
import { createNewProblems } from './system/gates/new-problems';
import { createIds } from './system/ids';
import { createProcesses } from './system/processes';
import { createReadiness } from './system/readiness';
import { createRedactor, type Redactor } from './system/redact';
import type { AgentText, GateLook, Workspace, WorkspaceMemory } from './workflow/action';
import { taskContext } from './workflow/task-context';
import { criteriaOf } from './workflow/task-gates';
import type { EditorModel, wireAgents } from './wire-agents';
import { wireMemory } from './wire-memory';

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
  readonly editorContext?: () => EditorContext | null;
  readonly worker?: Worker;
  readonly editorModel?: EditorModel;
  readonly mcpServer?: ServerCommand;
  /** Makes the worker. Handed in: whoever opens the workspace has the actions loaded already, this part comes later. */
  readonly agents: typeof wireAgents;
  readonly agentBegins?: () => void;
  /** The workspace as it is once it is open. */
  readonly workspace: () => Workspace;
  readonly journal?: (journal: Journal) => Journal;
}

export interface WiredEngine {
  readonly engine: Engine;
  readonly keeper: Keeper;
  readonly session: NonNullable<Workspace['session']>;
  readonly memory: WorkspaceMemory;
  readonly checkGates: NonNullable<Workspace['checkGates']>;
  readonly workerCommand: NonNullable<Workspace['workerCommand']>;
  readonly checkGate: NonNullable<Workspace['checkGate']>;
  readonly agentText: AgentText;
  readonly redact: (text: string) => string;
  dispose(options: { readonly endProcesses: boolean }): Promise<void>;
}

export async function wireEngine(around: EngineSurroundings): Promise<WiredEngine> {
  const { root, store, plan, approvals, config, log } = around;
  // One clock for all that is recorded.
  const clock = createClock(store.now);
  const ids = createIds(clock);
  const sessionId = ids.next();
  store.sessions.begin(sessionId, around.by);
  const redactor = secretsOf(config);
  const redact = (text: string): string => redactor.redact(text).text;
  const keeper = createKeeper({
    store: store.memory,
    nextId: () => ids.next(),
    now: () => clock.now(),
    sessionId,
    redact,
    warn: (message) => log.warn(message),
  });
  // What is kept nowhere is taken over by nobody: its files need not lie where nothing can be written.
  const isElsewhere = store.mode === 'memory' && store.notices.length > 0;
  const stateDir = isElsewhere ? makeFolderElsewhere(root) : join(root, '.soloflow');
  const processes = createProcesses({
    stateDir,
    clock,
    graceSeconds: config().run.graceSeconds,
  });
  const readiness = createReadiness({ root, stateDir, config, approvals, processes });
  const problems = around.editorProblems === undefined ? null : createNewProblems(around.editorProblems);
  const checks = createGates({
    root,
    documents: around.documents,
    config,
    approvals,
    processes,
    env: () => readiness.environment(),
    planProblems: () => plan.snapshot().problems,
    criteria: async (spec) => {
      const item = plan.snapshot().items.get(spec.key);
      return item === undefined ? null : criteriaOf(item);
    },
    ...(problems === null
      ? {}
      : {
          newProblems: ({ runId, attempt, signal }: GateContext) => problems.since(runId, attempt.taskKey, signal),
        }),
  });
  const gates: GateRunner = {
    // What has changed since the attempt began is asked of files, which know the machine's own clock only.
    check: (gate, context) => checks.check(gate, { ...context, since: store.wallOf(context.since) }),
  };
  // What an agent is told comes from what is wired after the engine.
  let known: Pick<Workspace, 'plan' | 'engine' | 'memory'> | null = null;
  const worker =
    around.worker ??
    around.agents({
      root,
      config,
      processes,
      plan,
      redactor,
      workspace: around.workspace,
      server: around.mcpServer ?? { command: 'soloflow', args: ['mcp', '--workspace', root], env: {} },
      agentBegins: around.agentBegins ?? (() => {}),
      ...(around.editorModel === undefined ? {} : { editorModel: around.editorModel }),
      environment: () => ({ ...readiness.environment(), ...config().run.env }),
      context(spec) {
        const item = plan.snapshot().items.get(spec.key);
        return item === undefined || known === null ? spec : taskContext(known, item);
      },
    });
  const engine = createEngine({
    root,
    journal: withoutSecrets(around.journal?.(store.journal) ?? store.journal, redact),
    lease: onlyWhile(store.lease, around.mayRun),
    hold: around.hold,
    processes,
    plan: around.planPort,
    approvals,
    gates,
    readiness,
    context: { ...keeper, together: (work) => store.memory.together(work) },
    clock,
    ids,
    log,
    config,
    owner: `${around.by}:${process.pid}`,
    env: (name) => process.env[name],
    worker,
  });
  engine.onEvent(({ event }) => {
    if (event.type === 'attempt-started') problems?.begin(event.runId, event.taskKey);
    if (event.type === 'task-succeeded') problems?.forget(event.runId, event.taskKey);
    if (event.type === 'run-ended') problems?.forgetRun(event.runId);
    if (event.type !== 'attempt-ended') return;
    // Its result is in the record by now: the raw output may go.
    if (engine.isRunner()) processes.forget(event.attemptId);
  });
  await engine.open();
  const memory = wireMemory({ ...around, engine, keeper, sessionId, ids, processes, redact });
  known = { plan, engine, memory: memory.memory };
  return {
    engine,
    keeper,
    session: { id: sessionId, isOpen: (id) => store.sessions.isOpen(id) },
    memory: memory.memory,
    workerCommand: (spec) => (worker.canDo(spec) ? (worker.commandFor?.(spec) ?? null) : null),
    checkGate(gate, spec, runId, signal) {
      const attempt = attemptAt(engine, runId, spec.key);
      return lookOf(gates, gate, contextOf(engine, spec, attempt, signal));
    },
    checkGates: (runId, taskKey, signal, checked) => checkGates(engine, gates, { runId, taskKey, signal, checked }),
    agentText: createAgentText({
      root,
      config,
      run: createCommandRunner(processes, ids),
      environment: () => ({ ...readiness.environment(), ...config().run.env }),
      nextId: () => ids.next(),
    }),
    redact,
    async dispose(close) {
      memory.dispose();
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

/** Secrets of the environment, and of the one that the config gives to commands. */
function secretsOf(config: () => Config): Redactor {
  let known: { readonly env: Config['run']['env']; readonly redactor: Redactor } | null = null;
  return {
    redact(text) {
      const { env } = config().run;
      if (known?.env !== env) known = { env, redactor: createRedactor({ ...process.env, ...env }) };
      return known.redactor.redact(text);
    },
  };
}

/** What people and agents say about a run comes in by these rows. */
const withoutSecrets = (journal: Journal, redact: (text: string) => string): Journal => ({
  ...journal,
  submit: (command) => journal.submit({ ...command, payload: redacted(command.payload, redact) }),
});

function redacted(payload: EngineCommand['payload'], redact: (text: string) => string): EngineCommand['payload'] {
  const { text } = payload;
  return typeof text === 'string' ? { ...payload, text: redact(text) } : payload;
}

/** The gates of a task's latest attempt, one after the other, without a word to the record. */
async function checkGates(
  engine: Engine,
  gates: GateRunner,
  asked: { runId: string; taskKey: string; signal: AbortSignal; checked: (look: GateLook, fraction: number) => void },
): Promise<Result<readonly GateLook[], Failure>> {
  const { runId, taskKey, signal } = asked;
  const view = engine.run(runId);
  const spec = view?.tasks.find((task) => task.taskKey === taskKey)?.spec;
  const attempt = view?.attempts.filter((each) => each.taskKey === taskKey).at(-1);
  if (view === null || spec === undefined) return err({ kind: 'unknown-run', id: runId });
  if (attempt === undefined)
    return err({ kind: 'invalid-input', field: 'item', message: 'nobody has begun with this task yet' });
  const looks: GateLook[] = [];
  for (const gate of spec.gates) {
    if (signal.aborted) return err({ kind: 'cancelled' });
    const look = await lookOf(gates, gate, contextOf(engine, spec, attempt, signal));
    looks.push(look);
    asked.checked(look, looks.length / spec.gates.length);
  }
  return ok(looks);
}

async function lookOf(gates: GateRunner, gate: Gate, context: GateContext): Promise<GateLook> {
  const found = await gates.check(gate, context);
  return 'ask' in found
    ? { gate: gate.name, status: 'ask', detail: found.ask }
    : { gate: gate.name, status: found.status, detail: withOutput(found) };
}

function contextOf(engine: Engine, spec: TaskSpec, attempt: Attempt, signal: AbortSignal): GateContext {
  const { runId, taskKey } = attempt;
  const view = engine.run(runId);
  const first = view?.attempts.find((each) => each.taskKey === taskKey) ?? attempt;
  return {
    runId,
    spec,
    attempt,
    since: first.startedAt,
    documents: () => new Set([spec.path, ...(view?.tasks ?? []).map((task) => task.spec.path)]),
    signal,
  };
}

/** The last attempt at a task in a run; one that never was where a person did it without a run. */
function attemptAt(engine: Engine, runId: string | null, taskKey: string): Attempt {
  const known =
    runId === null
      ? undefined
      : engine
          .run(runId)
          ?.attempts.filter((each) => each.taskKey === taskKey)
          .at(-1);
  return (
    known ?? {
      id: 'by-hand',
      runId: runId ?? 'by-hand',
      taskKey,
      n: 0,
      kind: 'person',
      idempotencyKey: 'by-hand',
      epoch: 0,
      command: null,
      cwd: null,
      dir: null,
      pid: null,
      processStart: null,
      bootId: null,
      startedAt: 0,
      deadlineAt: null,
      endedAt: null,
      outcome: null,
      exitCode: null,
      signal: null,
      error: null,
    }
  );
}

const withOutput = ({ detail, evidence, status }: GateResult): string =>
  status === 'pass' ? detail : [detail, evidence.outputTail ?? ''].filter((part) => part !== '').join('\n');

/** A window in Restricted Mode, or a look at the status, watches: it never becomes the one that runs. */
function onlyWhile(lease: Lease, allowed: () => boolean): Lease {
  return { ...lease, tryAcquire: (owner) => (allowed() ? lease.tryAcquire(owner) : null) };
}
