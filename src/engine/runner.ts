// The loop of the one host that runs tasks. Per tick: inputs and command rows are decided about, everything that
// follows is committed in one transaction, then the effects begin. Holds no rules.
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type EngineCommand, type Run } from '../model/run';
import { commandsOf } from './before';
import { batchOf } from './batch';
import { readCommand, writeResult, type Wish } from './commands';
import { createContention } from './contention';
import { createRun, decide, type Input } from './decide';
import { createEffects } from './effects';
import type { EnginePorts } from './engine-ports';
import { longAtWork } from './marks';
import { Fenced, JournalUnavailable, type Disposable, type JournalBatch, type StoredEvent } from './ports';
import { hotfixIds, readPlan } from './plan-reading';
import type { PlanReading } from './plan-edits';
import type { OutputChunk, StartRequest } from './service';
import type { RunState } from './state';
import { beginTurn, type Rules, type Turn } from './turn';
import { loadRuns } from './loading';

const POLL_MS = 100;
const BUSY_MS = 100;
const UNAVAILABLE_MS = 1000;
const PLAN_MS = 150;
/** Reading the plan again takes at most one part in so many of the time. */
const PLAN_SHARE = 20;
const GONE_MS = 3000;
const SHUT_MS = 10_000;
const SHUT_LOOK_MS = 20;
/** Notes that nothing waits for ride along with the next transaction, or have their own after a moment. */
const RIDES_ALONG: ReadonlySet<Input['kind']> = new Set(['process-started', 'edit-applied', 'readiness']);
const RIDE_MS = 20;
/** While so many are at work, another is likely to end in a moment: what ends together is one transaction. */
const MANY = 3;
const MOMENT_MS = 2;

export interface Runner {
  readonly runs: ReadonlyMap<string, RunState>;
  /** Reads what an earlier host left and begins. */
  open(): void;
  /** There may be something to do: a new command row, an answer. */
  wake(): void;
  /** Ends what runs and resolves when all of it is recorded. */
  shut(): Promise<void>;
  /** Lets go of everything at once; nothing more is written. */
  letGo(): void;
}

export interface RunnerHooks {
  /** Something was committed (or, with no events, a command was refused). */
  committed(events: readonly StoredEvent[]): void;
  ended(state: RunState): void;
  output(chunk: OutputChunk): void;
  /** Another host has become the runner. */
  fenced(): void;
}

export function createRunner(ports: EnginePorts, epoch: number, hooks: RunnerHooks): Runner {
  const { journal, clock, log } = ports;
  const runs = new Map<string, RunState>();
  const inputs: { readonly runId: string; readonly input: Input }[] = [];
  /** Commands that made a transaction impossible: refused instead of tried for ever. */
  const poison = new Map<string, string>();
  let turns = new Map<string, Turn>();
  let pending: { readonly batch: JournalBatch; readonly turns: readonly Turn[] } | null = null;
  const goneSince = new Map<string, number>();
  let seenVersion = Number.NaN;
  let planDirty = false;
  let planNotBefore = 0;
  let scheduled = false;
  let soonest = Number.POSITIVE_INFINITY;
  let stopped = false;
  /** The state in memory may be ahead of the record: nothing is decided until it is read again. */
  let broken = false;
  /** The command that is decided about. */
  let obeying: string | null = null;
  const timers = new Set<Disposable>();
  const contention = createContention(runs, () => planDirty);

  const makeEffects = () =>
    createEffects(ports, {
      post(runId, input) {
        inputs.push({ runId, input });
        if (RIDES_ALONG.has(input.kind) && atWork() > 0) wakeWithin(RIDE_MS);
        else if (input.kind === 'attempt-finished' && atWork() >= MANY) wakeWithin(MOMENT_MS);
        else wake();
      },
      wake,
      planMayHaveChanged: () => {
        planDirty = true;
        wake();
      },
      output: (chunk) => hooks.output(chunk),
    });
  let effects = makeEffects();
  const planWatch = ports.plan.onDidChange(() => {
    planDirty = true;
    wake();
  });

  function later(ms: number, run: () => void): void {
    const timer = clock.after(ms, () => {
      timers.delete(timer);
      if (!stopped) run();
    });
    timers.add(timer);
  }
  function wake(): void {
    if (scheduled || stopped) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!stopped) tick();
    });
  }
  function wakeWithin(ms: number): void {
    const at = clock.monotonic() + ms;
    if (at >= soonest) return;
    soonest = at;
    later(ms, () => {
      if (soonest === at) soonest = Number.POSITIVE_INFINITY;
      if (inputs.length > 0) wake();
    });
  }
  const atWork = (): number => [...runs.values()].reduce((sum, { openAttempts }) => sum + openAttempts.size, 0);
  function poll(): void {
    later(POLL_MS, () => {
      // A row of another host, a plan that may be read again by now.
      inputs.push(...longAtWork(runs.values(), ports.config().run.markAfterSeconds, clock.now()));
      if (journal.version() !== seenVersion || planDirty || inputs.length > 0) wake();
      poll();
    });
  }

  const rules = (): Rules => {
    const trusted = ports.approvals.trusted();
    return {
      config: ports.config(),
      epoch,
      host: ports.owner,
      hold: ports.hold === true,
      root: ports.root,
      shell: process.platform === 'win32' ? 'cmd' : 'sh',
      isApproved: (command) => trusted && ports.approvals.isApproved(command),
      env: ports.env,
      // Whether it may is asked of a person; where the folder is not trusted there is no agent.
      canDo: (spec) => trusted && ports.worker?.canDo(spec) === true,
      workerCommand: (spec) => ports.worker?.commandFor?.(spec) ?? null,
      runStatus: (id) => runs.get(id)?.run.status ?? journal.run(id)?.run.status ?? null,
      hotfixIds: (path) => hotfixIds(ports.plan, runs.values(), path),
      isTaken: (runId, key) => contention.isTaken(runId, key),
    };
  };

  function tick(): void {
    if (broken) return;
    try {
      // Read before looking: a row that comes in between makes another version.
      const version = journal.version();
      if (pending === null) gather();
      if (pending === null) {
        seenVersion = version;
        return;
      }
      const { batch, turns: done } = pending;
      const stored = journal.commit(epoch, batch);
      pending = null;
      // Own writes are not news; a row that came in between is found by the next look.
      seenVersion = Number.NaN;
      finish(stored, done);
    } catch (error) {
      failed(error);
    }
  }

  /** Decides about everything there is and leaves what is to be committed in `pending`. */
  function gather(): void {
    turns = new Map();
    const now = clock.now();
    const known = rules();
    const turnOf = (state: RunState): Turn => {
      const turn = turns.get(state.run.id) ?? beginTurn(state, known, now);
      turns.set(state.run.id, turn);
      return turn;
    };
    for (const { runId, input } of inputs.splice(0)) {
      const state = runs.get(runId);
      if (state !== undefined) decide(turnOf(state), input);
    }
    const applied = journal.openCommands().map((command) => {
      const refused = poison.get(command.id);
      obeying = command.id;
      const result =
        refused === undefined
          ? obey(command, known, turnOf)
          : err<Failure>({ kind: 'invalid-input', field: command.kind, message: refused });
      return { commandId: command.id, result: writeResult(result) };
    });
    obeying = null;
    if (planDirty && clock.monotonic() >= planNotBefore) takePlan(turnOf);
    for (const state of runs.values()) {
      if (state.openPauses.size === 0) continue;
      approveAnswered(state);
      decide(turnOf(state), { kind: 'apply-answers' });
    }
    scheduleAll(turnOf, known);
    const changed = [...turns.values()].filter(({ events, effects }) => events.length > 0 || effects.length > 0);
    if (changed.length === 0 && applied.length === 0) return;
    pending = {
      batch: batchOf(
        changed.filter(({ events }) => events.length > 0),
        applied,
      ),
      turns: changed,
    };
  }

  function finish(stored: readonly StoredEvent[], done: readonly Turn[]): void {
    for (const turn of done) {
      effects.perform(turn.state, turn.effects);
      if (FINAL_RUN_STATES.has(turn.state.run.status)) {
        runs.delete(turn.state.run.id);
        hooks.ended(turn.state);
      }
    }
    hooks.committed(stored);
    // What was decided may allow more: a run that ended lets another begin.
    if (stored.length > 0) wake();
  }

  function failed(error: unknown): void {
    if (error instanceof Fenced) {
      log.warn('Another host has become the runner.', { epoch });
      letGo();
      hooks.fenced();
      return;
    }
    if (error instanceof JournalUnavailable && pending !== null) {
      if (error.reason !== 'busy')
        log.error('The record cannot be written; nothing new is begun.', { reason: error.reason });
      later(error.reason === 'busy' ? BUSY_MS : UNAVAILABLE_MS, wake);
      return;
    }
    log.error('A step could not be taken; the state is read again from the record.', { error: String(error) });
    for (const { commandId } of pending?.batch.applied ?? []) poison.set(commandId, String(error));
    if (obeying !== null) poison.set(obeying, String(error));
    obeying = null;
    pending = null;
    broken = true;
    inputs.length = 0;
    later(UNAVAILABLE_MS, () => {
      effects.letGo();
      effects = makeEffects();
      broken = false;
      load();
    });
  }

  function load(): void {
    runs.clear();
    try {
      for (const state of loadRuns(journal)) {
        runs.set(state.run.id, state);
        inputs.push({ runId: state.run.id, input: { kind: 'recover' } });
      }
    } catch (error) {
      failed(error);
      return;
    }
    planDirty = true;
    wake();
  }

  function obey(command: EngineCommand, known: Rules, turnOf: (state: RunState) => Turn): Result<string, Failure> {
    const read = readCommand(command);
    if (!read.ok) return read;
    const wish: Wish = read.value;
    switch (wish.kind) {
      case 'start':
        return start(wish.request, known);
      case 'wish': {
        const state = runs.get(wish.wish.runId) ?? reopen(wish.wish.runId);
        if (state === null) return err({ kind: 'unknown-run', id: wish.wish.runId });
        return decide(turnOf(state), { kind: 'wish', wish: wish.wish, by: command.by });
      }
      case 'answer': {
        const { pauseId, choice, text } = wish;
        const state = [...runs.values()].find(({ pauses }) => pauses.has(pauseId));
        if (state === undefined) return closedPause(pauseId);
        if ((choice === 'approve' || choice === 'approve-all') && !ports.approvals.trusted())
          return err({ kind: 'untrusted' });
        const answer = { choice, text, by: command.by, at: clock.now() };
        return decide(turnOf(state), { kind: 'answer', pauseId, answer });
      }
      case 'refresh-plan':
        planDirty = true;
        planNotBefore = 0;
        return ok('');
    }
  }

  /** Takes an ended run back in, for a wish that opens it again. */
  function reopen(id: string): RunState | null {
    const record = journal.run(id);
    if (record === null) return null;
    const [state] = loadRuns(journal, [id]);
    if (state === undefined) return null;
    runs.set(id, state);
    return state;
  }

  /** Pauses of ended runs are answered: the record says by whom. */
  function closedPause(pauseId: string): Result<string, Failure> {
    const run = journal.run(pauseId.slice(0, pauseId.lastIndexOf('-p')));
    const pause = run?.pauses.find(({ id }) => id === pauseId);
    if (pause?.answer === null || pause?.answer === undefined) return err({ kind: 'unknown-pause', id: pauseId });
    return err({ kind: 'already-answered', id: pauseId, choice: pause.answer.choice, by: pause.answer.by });
  }

  function start(request: StartRequest, known: Rules): Result<string, Failure> {
    const same =
      [...runs.values()].find(({ run }) => run.requestKey === request.requestKey)?.run ??
      journal.runs(1000).find(({ requestKey }) => requestKey === request.requestKey);
    if (same !== undefined) return ok(same.id);
    const plan = ports.plan.tasks(request.scope);
    if (!plan.ok) return plan;
    const { title, tasks } = plan.value;
    if (tasks.length === 0) return err({ kind: 'nothing-to-run', what: title, why: 'no-tasks' });
    const unknown = (request.after ?? []).find((id) => known.runStatus(id) === null);
    if (unknown !== undefined) return err({ kind: 'unknown-run', id: unknown });
    const now = clock.now();
    const run: Run = {
      id: ports.ids.next(),
      requestKey: request.requestKey,
      title,
      scope: request.scope,
      status: 'created',
      options: { ...request.options, concurrency: Math.max(1, Math.floor(request.options.concurrency)) },
      priority: request.priority ?? 0,
      after: request.after ?? [],
      createdAt: now,
      startedAt: null,
      endedAt: null,
      reason: null,
      failuresInARow: 0,
      revision: 0,
    };
    const { state, turn } = createRun(run, tasks, known, now, request.by);
    runs.set(run.id, state);
    turns.set(run.id, turn);
    decide(turn, { kind: 'plan', reading: readPlan(ports.plan, state) });
    return ok(run.id);
  }

  /** An approval is kept before the answer counts as applied: a kill in between applies it again, never loses it. */
  function approveAnswered(state: RunState): void {
    for (const id of state.openPauses) {
      const pause = state.pauses.get(id);
      if (pause?.answer === null || pause?.answer === undefined || pause.reason.kind !== 'approval') continue;
      const { choice, by } = pause.answer;
      if (choice === 'approve') ports.approvals.approve(pause.reason.commands, by);
      if (choice === 'approve-all') {
        const all = [...state.tasks.values()].flatMap(({ row }) => commandsOf(row.spec));
        ports.approvals.approve([...new Set([...pause.reason.commands, ...all])], by);
      }
    }
  }

  function takePlan(turnOf: (state: RunState) => Turn): void {
    planDirty = false;
    const began = clock.monotonic();
    for (const state of runs.values()) {
      const reading = readPlan(ports.plan, state);
      if (isThere(state.run.id, reading, began)) decide(turnOf(state), { kind: 'plan', reading });
    }
    // Long plans are not read again after every tick of a box.
    planNotBefore = clock.monotonic() + Math.max(PLAN_MS, PLAN_SHARE * (clock.monotonic() - began));
    later(planNotBefore - clock.monotonic(), wake);
  }

  /** A document that is gone for a moment is being saved or checked out; only when it stays away it is gone. */
  function isThere(runId: string, reading: PlanReading, now: number): boolean {
    if (reading.status.size > 0 || (reading.specs !== null && reading.specs.length > 0)) {
      goneSince.delete(runId);
      return true;
    }
    const since = goneSince.get(runId) ?? now;
    goneSince.set(runId, since);
    if (now - since >= GONE_MS) return true;
    later(GONE_MS, () => {
      planDirty = true;
      wake();
    });
    return false;
  }

  function scheduleAll(turnOf: (state: RunState) => Turn, known: Rules): void {
    const open = [...runs.values()].sort(
      (a, b) => b.run.priority - a.run.priority || a.run.createdAt - b.run.createdAt || (a.run.id < b.run.id ? -1 : 1),
    );
    let slots = ports.hold === true ? 0 : known.config.run.overall;
    for (const { attempts, openAttempts } of open) {
      for (const id of openAttempts) if (attempts.get(id)?.kind !== 'person') slots -= 1;
    }
    for (const state of open) {
      const taken = decide(turnOf(state), { kind: 'schedule', slots });
      if (taken.ok) slots -= Number(taken.value);
    }
  }

  /** Is nothing running and nothing left to be written? */
  const isIdle = (): boolean =>
    pending === null &&
    inputs.length === 0 &&
    !scheduled &&
    [...runs.values()].every(({ counts }) => counts.running + counts.cancelling === 0);

  function letGo(): void {
    stopped = true;
    for (const timer of timers) timer.dispose();
    timers.clear();
    planWatch.dispose();
    effects.letGo();
  }

  return {
    runs,
    open() {
      load();
      // At once: whoever opened the engine asks next what there is to continue.
      tick();
      poll();
    },
    wake,
    async shut() {
      for (const id of runs.keys()) inputs.push({ runId: id, input: { kind: 'shut' } });
      wake();
      const latest = clock.monotonic() + SHUT_MS;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (stopped || isIdle() || clock.monotonic() > latest) resolve();
          else clock.after(SHUT_LOOK_MS, look);
        };
        clock.after(SHUT_LOOK_MS, look);
      });
    },
    letGo,
  };
}
