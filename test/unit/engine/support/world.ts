// A world for the engine: a plan of documents in memory, commands that are functions, gates, approvals, a clock that
// runs real timers faster. A world outlives the engines that are built in it.
import { createEngine } from '../../../../src/engine/engine';
import type { EnginePorts } from '../../../../src/engine/engine-ports';
import type {
  Clock,
  ContextKeeper,
  GateContext,
  Processes,
  ProcessHandle,
  ProcessResult,
  Worker,
} from '../../../../src/engine/ports';
import type { Engine, RunView, StartRequest } from '../../../../src/engine/service';
import { configSchema, type Config } from '../../../../src/model/config';
import type { Gate, GateResult } from '../../../../src/model/gate';
import type { ChoiceId, Pause } from '../../../../src/model/pause';
import { err, ok } from '../../../../src/model/result';
import type { DocumentChange, Run, RunOptions, TaskSpec } from '../../../../src/model/run';
import { memoryJournal, memoryLease, newShared, type MemoryJournal, type Shared } from './memory-journal';
import { blankSpec } from '../../support/blanks';

export const spec = (key: string, change: Partial<TaskSpec> = {}): TaskSpec =>
  blankSpec(key, { autoAdvance: true, commands: [`run ${key}`], ...change });

type Status = 'open' | 'in-progress' | 'blocked' | 'done' | 'cancelled';
interface CommandRun {
  readonly command: string;
  readonly attemptId: string;
  readonly taskKey: string;
  readonly env: Readonly<Record<string, string>>;
  finish(exitCode: number | null, text?: string): void;
  readonly ended: () => boolean;
  readonly finished: () => boolean;
  result: ProcessResult | null;
}

export interface World {
  readonly shared: Shared;
  readonly specs: TaskSpec[];
  readonly status: Map<string, Status>;
  readonly changes: DocumentChange[];
  readonly approved: Set<string>;
  readonly runs: CommandRun[];
  readonly preserved: {
    readonly moment: string;
    readonly taskKey: string | null;
    readonly context: Readonly<Record<string, unknown>>;
  }[];
  readonly env: Map<string, string>;
  config: Config;
  trusted: boolean;
  /** What a command does; default: exit code 0 at once. null: it runs until `finish`. */
  behaviour: (command: string, attemptId: string) => number | { readonly code: number; readonly text: string } | null;
  gate: (
    gate: Gate,
    context: GateContext,
  ) => Promise<GateResult | { readonly ask: string }> | GateResult | { readonly ask: string };
  worker: Worker | null;
  /** The workspace is ready when this has resolved. */
  ready: Promise<void>;
  documentGone: boolean;
  editFails: boolean;
  /** The next reading of the plan throws. */
  planThrows: boolean;
  /** How often the plan was read. */
  readings: number;
  /** Reads what has changed in the documents without having been noticed; absent: everything is noticed at once. */
  refresh: (() => Promise<void>) | undefined;
  /** What was logged as an error. */
  readonly errors: string[];
  planChanged(): void;
  engine(owner?: string, journal?: MemoryJournal): Engine & { readonly journal: MemoryJournal; kill(): void };
  start(engine: Engine, change?: Partial<StartRequest>, options?: Partial<RunOptions>): Promise<Run>;
}

/** How much faster than real time; nothing in a test may depend on it but how long the test takes. */
function fastClock(faster: number): Clock {
  const began = performance.now();
  const monotonic = (): number => (performance.now() - began) * faster;
  return {
    now: () => 1_700_000_000_000 + Math.floor(monotonic()),
    monotonic,
    after(ms, run) {
      const timer = setTimeout(run, ms / faster);
      return { dispose: () => clearTimeout(timer) };
    },
  };
}

export function world(
  specs: readonly TaskSpec[],
  config: Parameters<typeof configSchema.parse>[0] = {},
  faster = 10,
): World {
  const shared = newShared();
  const clock = fastClock(faster);
  const planListeners = new Set<() => void>();
  let ids = 0;
  const w: World = {
    shared,
    specs: specs.map((spec, rank) => ({ ...spec, rank: spec.rank === 0 ? rank : spec.rank })),
    status: new Map(),
    changes: [],
    approved: new Set(),
    runs: [],
    preserved: [],
    env: new Map(),
    config: configSchema.parse(config),
    trusted: true,
    behaviour: () => 0,
    gate: (gate) => passed(gate),
    worker: null,
    ready: Promise.resolve(),
    documentGone: false,
    editFails: false,
    planThrows: false,
    readings: 0,
    refresh: undefined,
    planChanged: () => {
      for (const listener of planListeners) listener();
    },
    engine(owner = 'one', journal = memoryJournal(shared)) {
      const dead = { yes: false };
      const processes = fakeProcesses(w, dead);
      const lease = memoryLease(shared);
      const context: ContextKeeper = {
        preserve: (moment, _run, taskKey, context) => {
          w.preserved.push({ moment, taskKey, context });
        },
      };
      const ports: EnginePorts = {
        journal,
        lease,
        processes,
        context,
        clock: {
          ...clock,
          after: (ms, run) =>
            clock.after(ms, () => {
              if (!dead.yes) run();
            }),
        },
        gates: { check: async (gate, context) => w.gate(gate, context) },
        plan: {
          tasks(scope) {
            w.readings += 1;
            if (w.planThrows) {
              w.planThrows = false;
              throw new Error('the plan is broken');
            }
            if (w.documentGone) return err({ kind: 'unknown-document', path: 'plan.md', nearest: [] });
            const wanted = scope.kind === 'selection' ? new Set(scope.keys) : null;
            const tasks = w.specs.filter(({ key }) => wanted?.has(key) !== false);
            return ok({ title: 'Plan', tasks });
          },
          status(keys) {
            const there = new Set(w.documentGone ? [] : w.specs.map(({ key }) => key));
            return new Map(
              keys.filter((key) => there.has(key)).map((key) => [key, w.status.get(key) ?? 'open'] as const),
            );
          },
          async apply(change) {
            if (dead.yes) return ok('dead');
            if (w.editFails) return err({ kind: 'not-writable', path: 'plan.md', line: 1, what: 'status' });
            if (change.kind === 'set-status') {
              if (change.from !== undefined && (w.status.get(change.key) ?? 'open') !== change.from)
                return ok('unchanged');
              w.status.set(change.key, change.status);
            }
            w.changes.push(change);
            w.planChanged();
            return ok('written');
          },
          onDidChange(listener) {
            planListeners.add(listener);
            return { dispose: () => planListeners.delete(listener) };
          },
          ...(w.refresh === undefined ? {} : { refresh: w.refresh }),
        },
        approvals: {
          isApproved: (command) => w.approved.has('*') || w.approved.has(command),
          approve: (commands) => {
            for (const command of commands) w.approved.add(command);
          },
          trusted: () => w.trusted,
        },
        readiness: {
          async prepare(report) {
            report({ name: 'node', status: 'checking', detail: '' });
            await w.ready;
            report({ name: 'node', status: 'ready', detail: '24' });
            return { PATH_READY: 'yes' };
          },
        },
        ...(w.worker === null ? {} : { worker: w.worker }),
        ids: { next: () => `r${String((ids += 1)).padStart(4, '0')}` },
        log: {
          info: () => {},
          warn: () => {},
          error: (message, data) => w.errors.push(`${message} ${JSON.stringify(data)}`),
        },
        root: '/workspace',
        config: () => w.config,
        owner,
        env: (name) => w.env.get(name),
      };
      const engine = createEngine(ports);
      return {
        ...engine,
        journal,
        /** The process is gone: nothing of it acts any more, the OS releases its lock. */
        kill() {
          dead.yes = true;
          journal.onCommit = () => {
            throw new Error('dead');
          };
          void engine.close({ endProcesses: false });
        },
      };
    },
    async start(engine, change = {}, options = {}) {
      const started = await engine.start({
        scope: { kind: 'document', path: 'plan.md' },
        options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1, ...options },
        requestKey: `key-${String((ids += 1))}`,
        by: 'test',
        ...change,
      });
      if (!started.ok) throw new Error(JSON.stringify(started.error));
      return started.value;
    },
    errors: [],
  };
  w.approved.add('*');
  return w;
}

export const passed = (gate: Gate): GateResult => ({
  gate: gate.name,
  kind: gate.kind,
  status: 'pass',
  detail: 'ok',
  evidence: {},
  at: 1,
});
export const red = (gate: Gate, detail = 'no'): GateResult => ({ ...passed(gate), status: 'fail', detail });
export const commandGate = (name: string): Gate => ({ kind: 'command', name, command: `check ${name}` });

function fakeProcesses(w: World, dead: { readonly yes: boolean }): Processes {
  const handle = (run: CommandRun & { readonly done: Promise<ProcessResult> }): ProcessHandle => ({
    pid: 1,
    processStart: 's',
    bootId: 'b',
    dir: `/dir/${run.attemptId}`,
    async end() {
      run.finish(null);
    },
    finished: run.done.then((result) => (dead.yes ? new Promise<ProcessResult>(() => {}) : result)),
    onOutput: () => ({ dispose: () => {} }),
  });
  return {
    async start({ command, attemptId, env }) {
      if (dead.yes) return new Promise(() => {});
      let settle: (result: ProcessResult) => void = () => {};
      const done = new Promise<ProcessResult>((resolve) => {
        settle = resolve;
      });
      const run: CommandRun & { readonly done: Promise<ProcessResult> } = {
        command,
        attemptId,
        taskKey: env['SOLOFLOW_TASK'] ?? '',
        env,
        result: null,
        done,
        ended: () => run.result !== null && run.result.exitCode === null,
        finished: () => run.result !== null,
        finish(exitCode, text = '') {
          if (run.result !== null) return;
          const output = {
            stream: 'out' as const,
            bytes: text.length,
            truncated: false,
            redactions: 0,
            head: text,
            tail: '',
          };
          run.result = {
            exitCode,
            signal: exitCode === null ? 'SIGTERM' : null,
            lost: false,
            outputs: [output],
            durationMs: 1,
          };
          settle(run.result);
        },
      };
      w.runs.push(run);
      const does = w.behaviour(command, attemptId);
      if (typeof does === 'number') run.finish(does);
      else if (does !== null) run.finish(does.code, does.text);
      return ok(handle(run));
    },
    async adopt(attempt) {
      const run = w.runs.find(({ attemptId }) => attemptId === attempt.id) as
        | (CommandRun & { readonly done: Promise<ProcessResult> })
        | undefined;
      return run === undefined ? null : handle(run);
    },
  };
}

/** Answers every open pause by `choose` until the run has ended; gives the last view. */
export async function answerAll(
  engine: Engine,
  runId: string,
  choose: (pause: Pause) => ChoiceId = ({ default: choice }) => choice,
  most = 50,
): Promise<RunView> {
  let view = await engine.settled(runId);
  for (let i = 0; i < most; i++) {
    const pause = engine.pauses().find((pause) => pause.runId === runId);
    if (pause === undefined) return view;
    await engine.answer(pause.id, choose(pause), null, 'test');
    view = await engine.settled(runId);
  }
  return view;
}

export const stateOf = (view: RunView, key: string): string | undefined =>
  view.tasks.find(({ spec }) => spec.key === key)?.state;
