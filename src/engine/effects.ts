// Doing what was decided: processes, workers, gate checks, timers, document edits. Each effect comes back as an input.
// Knows no rules; ends nothing but what it is told to end.
import type { GateResult } from '../model/gate';
import type { Attempt, TaskSpec } from '../model/run';
import type { Input } from './inputs';
import { createDocumentEdits, describe } from './document-edits';
import type { EnginePorts } from './engine-ports';
import type { Disposable, ProcessHandle, ProcessResult } from './ports';
import { createPrepared } from './prepared';
import type { OutputChunk } from './service';
import type { RunState } from './state';
import type { AttemptReport, Effect } from './turn';

export interface Effects {
  perform(state: RunState, effects: readonly Effect[]): void;
  /** Lets go of everything without ending it: nothing comes back from now on. */
  letGo(): void;
}

export interface EffectsHooks {
  post(runId: string, input: Input): void;
  /** Something may be due. */
  wake(): void;
  /** Documents were changed by an edit. */
  planMayHaveChanged(): void;
  output(chunk: OutputChunk): void;
}

const NOTHING: ProcessResult = { exitCode: null, signal: null, lost: false, outputs: [], durationMs: 0 };
/** How long a worker may take to end. */
const WORKER_MS = 10_000;

export function createEffects(ports: EnginePorts, hooks: EffectsHooks): Effects {
  let gone = false;
  const handles = new Map<string, ProcessHandle>();
  const aborts = new Map<string, AbortController>();
  const checks = new Map<string, AbortController>();
  /** Ended before its process was there. */
  const ending = new Set<string>();
  /** Attempts that wait until the workspace is ready, with what ends their waiting. */
  const preparing = new Map<string, () => void>();
  const timers = new Set<Disposable>();
  const whole = new AbortController();

  const post = (runId: string, input: Input): void => {
    if (!gone) hooks.post(runId, input);
  };
  const finished = (
    attempt: Attempt,
    result: ProcessResult,
    error: string | null = null,
    neverStarted = false,
  ): void => {
    const report: AttemptReport = { result, error, neverStarted };
    handles.delete(attempt.id);
    aborts.delete(attempt.id);
    ending.delete(attempt.id);
    post(attempt.runId, { kind: 'attempt-finished', attemptId: attempt.id, report });
  };
  const after = (at: number, run: () => void): void => {
    const timer = ports.clock.after(Math.max(0, at - ports.clock.now()), () => {
      timers.delete(timer);
      if (!gone) run();
    });
    timers.add(timer);
  };

  const environment = createPrepared(ports, (runId, step) => post(runId, { kind: 'readiness', step }), whole.signal);

  const tend = (attempt: Attempt, title: string, handle: ProcessHandle): void => {
    handles.set(attempt.id, handle);
    const { runId, taskKey } = attempt;
    handle.onOutput((stream, text) => {
      if (!gone) hooks.output({ runId, taskKey, attemptId: attempt.id, title, stream, text });
    });
    handle.finished.then(
      (result) => finished(attempt, result, result.lost ? 'the process is gone and left no exit status' : null),
      (error: unknown) => finished(attempt, NOTHING, String(error)),
    );
    if (ending.has(attempt.id)) end(attempt.id);
  };

  const startProcess = async (attempt: Attempt, title: string): Promise<void> => {
    // A service may take its time: who ends the task does not wait for that.
    const ended = Promise.withResolvers<null>();
    preparing.set(attempt.id, () => ended.resolve(null));
    const prepared = await Promise.race([environment(attempt.runId), ended.promise]);
    preparing.delete(attempt.id);
    if (gone) return;
    if (prepared === null || ending.has(attempt.id)) return finished(attempt, NOTHING, 'ended before it began', true);
    const env = {
      ...prepared,
      ...ports.config().run.env,
      SOLOFLOW_RUN: attempt.runId,
      SOLOFLOW_TASK: attempt.taskKey,
      SOLOFLOW_ATTEMPT: attempt.idempotencyKey,
    };
    const started = await ports.processes.start({
      attemptId: attempt.id,
      idempotencyKey: attempt.idempotencyKey,
      command: attempt.command ?? '',
      cwd: attempt.cwd ?? ports.root,
      env,
      title,
    });
    if (!started.ok) return finished(attempt, NOTHING, describe(started.error));
    const { pid, processStart, bootId, dir } = started.value;
    post(attempt.runId, { kind: 'process-started', attemptId: attempt.id, pid, processStart, bootId, dir });
    tend(attempt, title, started.value);
  };

  const adopt = async (attempt: Attempt, title: string): Promise<void> => {
    if (attempt.kind !== 'shell') {
      return finished(attempt, { ...NOTHING, lost: true }, 'the host ended while it worked');
    }
    const handle = await ports.processes.adopt(attempt);
    if (gone) return;
    if (handle === null) return finished(attempt, { ...NOTHING, lost: true }, 'never started', true);
    post(attempt.runId, { kind: 'adopted', attemptId: attempt.id });
    tend(attempt, title, handle);
  };

  /** Whoever is sent to a task finds it where it stands now: a hot fix above it moves it down. */
  const whereItIs = (spec: TaskSpec): TaskSpec => ({ ...spec, line: ports.plan.line?.(spec.key) ?? spec.line });

  const work = (state: RunState, attempt: Attempt): void => {
    const spec = state.tasks.get(attempt.taskKey)?.row.spec;
    const { worker } = ports;
    if (spec === undefined || worker === undefined) return finished(attempt, NOTHING, 'nobody is there to do it');
    const abort = new AbortController();
    aborts.set(attempt.id, abort);
    let told = false;
    const over = (result: ProcessResult, error: string | null): void => {
      if (!told) finished(attempt, result, error);
      told = true;
    };
    // It ends what it runs and says what came of it; one that does not is left behind.
    abort.signal.addEventListener('abort', () => after(ports.clock.now() + WORKER_MS, () => over(NOTHING, 'ended')), {
      once: true,
    });
    const { runId, taskKey } = attempt;
    const output = (stream: 'out' | 'err', text: string): void => {
      if (!gone) hooks.output({ runId, taskKey, attemptId: attempt.id, title: spec.title, stream, text });
    };
    worker.work(whereItIs(spec), attempt, abort.signal, output).then(
      (result) => over(result, null),
      (error: unknown) => over(NOTHING, String(error)),
    );
  };

  const check = (state: RunState, { attemptId, gate }: Effect & { readonly kind: 'check-gate' }): void => {
    const attempt = state.attempts.get(attemptId);
    const entry = attempt === undefined ? undefined : state.tasks.get(attempt.taskKey);
    if (attempt === undefined || entry === undefined || checks.has(attemptId)) return;
    const { spec } = entry.row;
    const abort = new AbortController();
    checks.set(attemptId, abort);
    const { runId } = attempt;
    const found = (result: GateResult | { readonly ask: string }): void => {
      if (abort.signal.aborted) return;
      checks.delete(attemptId);
      post(runId, {
        kind: 'gate-checked',
        attemptId,
        gate: gate.name,
        found: 'ask' in result ? result : { ...result, gate: gate.name },
      });
    };
    const { taskKey } = attempt;
    const output = (stream: 'out' | 'err', text: string, command: string): void => {
      if (gone || abort.signal.aborted) return;
      hooks.output({ runId, taskKey, attemptId, title: spec.title, stream, text, gate: command });
    };
    // A check that is a command needs what commands need, also where the task itself was the person's.
    const prepared = gate.kind === 'command' || gate.kind === 'tests' ? environment(runId) : Promise.resolve({});
    prepared
      .then(() =>
        ports.gates.check(gate, {
          runId,
          spec: whereItIs(spec),
          attempt,
          since: entry.since ?? attempt.startedAt,
          documents: () => new Set([...state.tasks.values()].map(({ row }) => row.spec.path)),
          signal: abort.signal,
          output,
        }),
      )
      .then(found, (error: unknown) => {
        const at = ports.clock.now();
        found({ gate: gate.name, kind: gate.kind, status: 'error', detail: String(error), evidence: {}, at });
      });
  };

  const end = (attemptId: string): void => {
    const checking = checks.get(attemptId);
    checks.delete(attemptId);
    checking?.abort();
    const handle = handles.get(attemptId);
    const worker = aborts.get(attemptId);
    if (worker !== undefined) worker.abort();
    else if (handle === undefined) {
      ending.add(attemptId);
      preparing.get(attemptId)?.();
    } else
      handle
        .end()
        .catch((error: unknown) =>
          ports.log.error('A process could not be ended.', { attemptId, error: String(error) }),
        );
  };

  const applyEdit = createDocumentEdits(ports, {
    gone: () => gone,
    after,
    busy: () => handles.size + aborts.size + checks.size > 0,
    applied(edit, result) {
      post(edit.runId, { kind: 'edit-applied', editId: edit.id, result });
      hooks.planMayHaveChanged();
    },
  });

  const perform = (state: RunState, effect: Effect): void => {
    const attempt = 'attemptId' in effect ? state.attempts.get(effect.attemptId) : undefined;
    const title = attempt === undefined ? '' : (state.tasks.get(attempt.taskKey)?.row.spec.title ?? '');
    const failed = (error: unknown): void => {
      if (attempt !== undefined) finished(attempt, NOTHING, String(error));
    };
    switch (effect.kind) {
      case 'start-process':
        if (attempt !== undefined) startProcess(attempt, title).catch(failed);
        return;
      case 'start-worker':
        if (attempt !== undefined) work(state, attempt);
        return;
      case 'adopt':
        if (attempt !== undefined) {
          adopt(attempt, title).catch((error: unknown) => finished(attempt, { ...NOTHING, lost: true }, String(error)));
        }
        return;
      case 'check-gate':
        return check(state, effect);
      case 'end-attempt':
        return end(effect.attemptId);
      case 'arm-timer':
        return after(effect.at, () => hooks.wake());
      case 'arm-deadline':
        return after(effect.at, () => post(state.run.id, { kind: 'deadline', attemptId: effect.attemptId }));
      case 'apply-edit': {
        const edit = state.edits.get(effect.editId);
        if (edit !== undefined) applyEdit(edit);
        return;
      }
      case 'preserve':
        keep(() => ports.context.preserve(effect.moment, state.run.id, effect.taskKey, effect.context));
    }
  };

  /** Context is a help, the run is the duty. */
  const keep = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      ports.log.error('A context could not be kept.', { error: String(error) });
    }
  };

  return {
    perform: (state, effects) => {
      // Contexts come first, so that whoever begins now is told of them.
      const contexts = effects.filter(({ kind }) => kind === 'preserve');
      const preserve = (): void => contexts.forEach((effect) => perform(state, effect));
      if (ports.context.together === undefined || contexts.length === 0) preserve();
      else keep(() => ports.context.together?.(preserve));
      for (const effect of effects) if (effect.kind !== 'preserve') perform(state, effect);
    },
    letGo() {
      gone = true;
      whole.abort();
      for (const timer of timers) timer.dispose();
      timers.clear();
      for (const check of checks.values()) check.abort();
      for (const abort of aborts.values()) abort.abort();
    },
  };
}
