// The loop of the one host that runs tasks. Per tick: inputs and command rows are decided about, everything that
// follows is committed in one transaction, then the effects begin. Holds no rules.
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type EngineCommand, type Run } from '../model/run';
import { batchOf } from './batch';
import { readCommand, refusedAnswer, writeResult, type Wish } from './commands';
import { createContention } from './contention';
import { createRun, decide } from './decide';
import { createEffects } from './effects';
import type { EnginePorts } from './engine-ports';
import type { Input } from './inputs';
import { approveAnswered } from './answered-approvals';
import { longAtWork } from './marks';
import { Fenced, JournalUnavailable, type Disposable, type JournalBatch, type StoredEvent } from './ports';
import { createPlanLook } from './plan-look';
import { hotfixIds, readPlan } from './plan-reading';
import type { OutputChunk, StartRequest } from './service';
import type { RunState } from './state';
import { createTrouble } from './trouble';
import { beginTurn, type Rules, type Turn } from './turn';
import { loadRuns } from './loading';

const POLL_MS = 100;
const UNAVAILABLE_MS = 1000;
const SHUT_MS = 10_000;
const SHUT_LOOK_MS = 20;
/** Notes that nothing waits for ride along with the next transaction, or have their own after a moment. */
const RIDES_ALONG: ReadonlySet<Input['kind']> = new Set(['process-started', 'edit-applied', 'readiness']);
const RIDE_MS = 20;
/** While so many are at work, another is likely to end in a moment: what ends together is one transaction. */
const MANY = 3;
const MOMENT_MS = 2;

/** How many of its tasks are over. */
const overIn = ({ counts: { succeeded, failed, skipped, cancelled } }: RunState): number =>
  succeeded + failed + skipped + cancelled;

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
  /** The record takes nothing for this reason; null: it does again. Told when it changes. */
  trouble(error: JournalUnavailable | null): void;
}

export function createRunner(ports: EnginePorts, epoch: number, hooks: RunnerHooks): Runner {
  const { journal, clock, log } = ports;
  const runs = new Map<string, RunState>();
  const inputs: { readonly runId: string; readonly input: Input }[] = [];
  /** Commands that made a transaction impossible: refused instead of tried for ever. */
  const poison = new Map<string, string>();
  let turns = new Map<string, Turn>();
  let pending: { readonly batch: JournalBatch; readonly turns: readonly Turn[] } | null = null;
  let seenVersion = Number.NaN;
  /** Of the last event that this host knows of. */
  let lastSeq = 0;
  let scheduled = false;
  let soonest = Number.POSITIVE_INFINITY;
  let stopped = false;
  const trouble = createTrouble(clock, (error) => hooks.trouble(error));
  /** The state in memory may be ahead of the record: nothing is decided until it is read again. */
  let broken = false;
  /**
   * Something that was over was opened again. It follows no document until then and may go anywhere from there: that is
   * a step of its own, and the plan is read before the next one.
   */
  let opened = false;
  /** The command that is decided about. */
  let obeying: string | null = null;
  const timers = new Set<Disposable>();
  const look = createPlanLook(ports.plan, clock, { later, wake });
  const contention = createContention(runs, () => look.isStale());

  const makeEffects = () =>
    createEffects(ports, {
      post(runId, input) {
        inputs.push({ runId, input });
        if (RIDES_ALONG.has(input.kind) && atWork() > 0) wakeWithin(RIDE_MS);
        else if (input.kind === 'attempt-finished' && atWork() >= MANY) wakeWithin(MOMENT_MS);
        else wake();
      },
      wake,
      planMayHaveChanged: () => look.changed(),
      output: (chunk) => hooks.output(chunk),
    });
  let effects = makeEffects();
  const planWatch = ports.plan.onDidChange(() => look.changed());

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
      try {
        takeStrangers();
        // A row of another host, a plan that may be read again by now.
        inputs.push(...longAtWork(runs.values(), ports.config().run.markAfterSeconds, clock.now()));
        if (journal.version() !== seenVersion || look.isStale() || inputs.length > 0) wake();
      } catch (error) {
        log.warn('The record could not be looked at; it is done again.', { error: String(error) });
      }
      poll();
    });
  }

  const runOf = (id: string): Run | undefined => runs.get(id)?.run ?? journal.run(id)?.run;
  const rules = (): Rules => {
    const trusted = ports.approvals.trusted();
    return {
      config: ports.config(),
      epoch,
      host: ports.owner,
      root: ports.root,
      shell: process.platform === 'win32' ? 'cmd' : 'sh',
      isApproved: (command) => trusted && ports.approvals.isApproved(command),
      env: ports.env,
      // Whether it may is asked of a person; where the folder is not trusted there is no agent.
      canDo: (spec) => trusted && ports.worker?.canDo(spec) === true,
      workerCommand: (spec) => ports.worker?.commandFor?.(spec) ?? null,
      runStatus: (id) => runOf(id)?.status ?? null,
      runTitle: (id) => runOf(id)?.title ?? null,
      hotfixIds: (path) => hotfixIds(ports.plan, runs.values(), path),
      lineOf: (key) => ports.plan.line?.(key) ?? null,
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
    const applied: { readonly commandId: string; readonly result: string }[] = [];
    opened = false;
    for (const command of journal.openCommands()) {
      const refused = poison.get(command.id);
      obeying = command.id;
      const result =
        refused === undefined
          ? obey(command, known, turnOf)
          : err<Failure>({ kind: 'invalid-input', field: command.kind, message: refused });
      applied.push({ commandId: command.id, result: writeResult(result) });
      if (opened) break;
    }
    obeying = null;
    if (!opened) {
      if (look.isDue()) takePlan(turnOf);
      for (const state of runs.values()) {
        if (state.openPauses.size === 0) continue;
        approveAnswered(ports.approvals, state);
        decideOpenly(state, turnOf(state), { kind: 'apply-answers' });
      }
    }
    if (opened) look.changed(true);
    else scheduleAll(turnOf, known);
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
    // Where others wrote in between, what they wrote is looked for as well.
    if (stored[0]?.seq === lastSeq + 1) lastSeq = stored.at(-1)?.seq ?? lastSeq;
    trouble.written();
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
      later(trouble.refused(error), wake);
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

  const newestSeq = (): number => journal.events({ limit: 1, newest: true })[0]?.seq ?? 0;

  function takeIn(ids?: readonly string[]): void {
    for (const { state } of loadRuns(journal, log, ids)) {
      runs.set(state.run.id, state);
      inputs.push({ runId: state.run.id, input: { kind: 'recover' } });
    }
  }

  /** Runs that came into the record without us: somebody imported them. */
  function takeStrangers(): void {
    if (broken || pending !== null) return;
    const newest = newestSeq();
    if (newest === lastSeq) return;
    takeIn(journal.openRuns().flatMap(({ run }) => (runs.has(run.id) ? [] : [run.id])));
    lastSeq = newest;
    hooks.committed([]);
  }

  function load(): void {
    runs.clear();
    try {
      lastSeq = newestSeq();
      takeIn();
    } catch (error) {
      failed(error);
      return;
    }
    look.changed();
  }

  function obey(command: EngineCommand, known: Rules, turnOf: (state: RunState) => Turn): Result<string, Failure> {
    const read = readCommand(command);
    if (!read.ok) return read;
    const wish: Wish = read.value;
    switch (wish.kind) {
      case 'start':
        return start(wish.request, known);
      case 'wish': {
        const state = runs.get(wish.wish.runId) ?? reopen(wish.wish.runId, turnOf);
        if (state === null) return err({ kind: 'unknown-run', id: wish.wish.runId });
        return decideOpenly(state, turnOf(state), { kind: 'wish', wish: wish.wish, by: command.by });
      }
      case 'answer': {
        const { pauseId, choice, text } = wish;
        const state = [...runs.values()].find(({ pauses }) => pauses.has(pauseId));
        if (state === undefined) return err(refusedAnswer(journal, pauseId));
        if ((choice === 'approve' || choice === 'approve-all') && !ports.approvals.trusted())
          return err({ kind: 'untrusted' });
        const answer = { choice, text, by: command.by, at: clock.now() };
        return decide(turnOf(state), { kind: 'answer', pauseId, answer });
      }
    }
  }

  /** Notices what is opened again by it. */
  function decideOpenly(state: RunState, turn: Turn, input: Input): Result<string, Failure> {
    const over = overIn(state);
    const result = decide(turn, input);
    opened ||= overIn(state) < over;
    return result;
  }

  /** Takes an ended run back in, for a wish that opens it again; or one that was imported a moment ago. */
  function reopen(id: string, turnOf: (state: RunState) => Turn): RunState | null {
    const record = journal.run(id);
    if (record === null) return null;
    const [loaded] = loadRuns(journal, log, [id]);
    if (loaded === undefined) return null;
    runs.set(id, loaded.state);
    look.changed(true);
    decide(turnOf(loaded.state), { kind: 'recover' });
    return loaded.state;
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

  const takePlan = (turnOf: (state: RunState) => Turn): void =>
    look.take(runs.values(), (state, reading) => void decide(turnOf(state), { kind: 'plan', reading }));

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
