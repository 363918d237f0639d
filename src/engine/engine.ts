// The engine as the rest of the house sees it: runner when it can be, onlooker otherwise, the same face for both.
import type { Failure } from '../model/failure';
import type { Pause } from '../model/pause';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type EngineCommandKind, type Run } from '../model/run';
import { readResult, startPayload, wishPayload } from './commands';
import type { EnginePorts } from './engine-ports';
import { createFollower, type Follower } from './follower';
import { createNews } from './news';
import { JournalUnavailable, type Disposable } from './ports';
import { isQuiet } from './quiet';
import { createRunner, type Runner } from './runner';
import type { Engine, OutputChunk, RunView } from './service';
import type { RunState } from './state';
import { continuationOf, viewOf, viewOfRecord } from './views';

/** How often an onlooker looks for news, and for a command's answer. */
/** How long an answer may take to get into its document. */
const WRITTEN_MS = 3000;
const WRITTEN_LOOK_MS = 5;
const POLL_MS = 40;
/** How often it asks whether the runner has gone: every so many looks. */
const ELECT_EVERY = 3;
/** How long a wish may wait for a runner before its sender is told that there is none. */
const PATIENCE_MS = 30_000;
const ENDED_KEPT = 100;

export function createEngine(ports: EnginePorts): Engine {
  const { journal, lease, clock, log } = ports;
  const ended = new Map<string, RunView>();
  const outputListeners = new Set<(chunk: OutputChunk) => void>();
  const waiters = new Set<() => void>();
  const news = createNews(journal, log);
  let runner: Runner | null = null;
  let follower: Follower | null = null;
  let timer: Disposable | null = null;
  let seen = Number.NaN;
  let closed = false;
  let looks = 0;

  const states = (): ReadonlyMap<string, RunState> => runner?.runs ?? follower?.runs ?? new Map<string, RunState>();

  function changed(): void {
    for (const check of waiters) check();
    news.changed();
  }

  /** Becomes the runner if nobody is. */
  function elect(): void {
    if (closed || runner !== null) return;
    let epoch: number | null = null;
    try {
      epoch = lease.tryAcquire(ports.owner);
    } catch (error) {
      log.warn('The lease could not be asked for.', { error: String(error) });
    }
    if (epoch === null) {
      follower ??= createFollower(journal);
      return;
    }
    log.info('This host runs the tasks.', { epoch });
    follower = null;
    const made = createRunner(ports, epoch, {
      committed(stored) {
        if (news.isHeard()) news.wrote(stored);
        changed();
      },
      ended(state) {
        remember(viewOf(state));
      },
      output(chunk) {
        for (const listener of outputListeners) listener(chunk);
      },
      fenced() {
        runner = null;
        lease.release();
        if (!closed) follower = createFollower(journal);
        changed();
      },
    });
    runner = made;
    made.open();
    changed();
  }

  function remember(view: RunView): void {
    ended.delete(view.run.id);
    ended.set(view.run.id, view);
    for (const id of ended.keys()) {
      if (ended.size <= ENDED_KEPT) break;
      ended.delete(id);
    }
  }

  function poll(): void {
    timer = clock.after(POLL_MS, () => {
      try {
        follow();
      } catch (error) {
        log.warn('The record could not be followed.', { error: String(error) });
      }
      if (!closed) poll();
    });
  }
  function follow(): void {
    looks += 1;
    if (runner === null && looks % ELECT_EVERY === 0) elect();
    if (runner !== null) return;
    const version = journal.version();
    if (version === seen) return;
    seen = version;
    const fresh = news.pump();
    for (const { event } of fresh) ended.delete(event.runId);
    follower?.take(fresh);
    changed();
  }

  /** Writes a wish and waits until the runner has applied it. */
  async function submit(
    kind: EngineCommandKind,
    payload: Readonly<Record<string, unknown>>,
    by: string,
  ): Promise<Result<string, Failure>> {
    const id = ports.ids.next();
    try {
      journal.submit({ id, kind, payload, by, at: clock.now(), appliedAt: null, result: null });
    } catch (error) {
      if (error instanceof JournalUnavailable) return err(unavailable(error));
      throw error;
    }
    runner?.wake();
    const began = clock.monotonic();
    return new Promise((resolve) => {
      const check = (): void => {
        const command = journal.command(id);
        if (command !== null && command.appliedAt !== null) settle(readResult(command.result));
        else if (closed || clock.monotonic() - began > PATIENCE_MS) {
          settle(err({ kind: 'not-runner', holder: lease.holder()?.owner ?? 'nobody' }));
        }
      };
      const settle = (result: Result<string, Failure>): void => {
        waiters.delete(check);
        tick.dispose();
        resolve(result);
      };
      const again = (): Disposable =>
        clock.after(POLL_MS, () => {
          if (!waiters.has(check)) return;
          tick = again();
          check();
        });
      let tick = again();
      waiters.add(check);
      check();
    });
  }

  /** Resolves when every edit of a document that was decided is in it, or after a while: then the next host finishes it. */
  async function written(): Promise<void> {
    const latest = clock.monotonic() + WRITTEN_MS;
    const isOpen = (): boolean => [...(runner?.runs.values() ?? [])].some(({ openEdits }) => openEdits.size > 0);
    while (isOpen() && clock.monotonic() < latest) {
      await new Promise<void>((resolve) => void clock.after(WRITTEN_LOOK_MS, resolve));
    }
  }

  const viewById = (id: string): RunView | null => {
    const state = states().get(id);
    if (state !== undefined) return viewOf(state);
    const kept = ended.get(id);
    if (kept !== undefined) return kept;
    const record = journal.run(id);
    if (record === null) return null;
    const view = viewOfRecord(record);
    if (FINAL_RUN_STATES.has(view.run.status)) remember(view);
    return view;
  };

  return {
    async open() {
      news.open();
      elect();
      seen = journal.version();
      poll();
    },
    isRunner: () => runner !== null,
    async start(request): Promise<Result<Run, Failure>> {
      const started = await submit('start', startPayload(request), request.by);
      if (!started.ok) return started;
      const view = viewById(started.value);
      return view === null ? err({ kind: 'unknown-run', id: started.value }) : ok(view.run);
    },
    wish: (wish, by) => submit(wish.kind, wishPayload(wish), by),
    async answer(pauseId, choice, text, by): Promise<Result<Pause, Failure>> {
      const answered = await submit('answer', { pauseId, choice, text }, by);
      if (!answered.ok) return answered;
      const runId = pauseId.slice(0, pauseId.lastIndexOf('-p'));
      const pause =
        states().get(runId)?.pauses.get(pauseId) ?? journal.run(runId)?.pauses.find(({ id }) => id === pauseId);
      return pause === undefined ? err({ kind: 'unknown-pause', id: pauseId }) : ok(pause);
    },
    continuations: () => byPriority([...states().values()]).map(continuationOf),
    runs(limit = 20) {
      const open = byPriority([...states().values()]).map(viewOf);
      const ids = new Set(open.map(({ run }) => run.id));
      const past = journal
        .runs(limit)
        .filter(({ id }) => !ids.has(id))
        .flatMap(({ id }) => viewById(id) ?? []);
      return [...open, ...past].slice(0, Math.max(limit, open.length));
    },
    run: viewById,
    pauses: () =>
      byPriority([...states().values()]).flatMap(({ pauses, openPauses }) =>
        [...openPauses].flatMap((id) => pauses.get(id) ?? []).filter(({ answer }) => answer === null),
      ),
    events: (filter) => journal.events(filter),
    // Under its name of today or under the one it came into the run with.
    gateResults: (runId, taskKey) => journal.gateResults(runId, states().get(runId)?.keys.get(taskKey) ?? taskKey),
    outputs: (attemptId) => journal.outputs(attemptId),
    onDidChange: (listener) => news.onDidChange(listener),
    onEvent(listener) {
      // While nobody listened the runner did not read back what it wrote.
      if (runner !== null && !news.isHeard()) news.skip();
      return news.onEvent(listener);
    },
    onOutput(listener) {
      outputListeners.add(listener);
      return { dispose: () => outputListeners.delete(listener) };
    },
    settled: (runId, signal) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const state = states().get(runId);
          const isWaitedFor = signal?.aborted !== true && !closed;
          // Asked after each commit: a view of all tasks is made when there is something to say.
          if (state !== undefined && !isQuiet(state) && isWaitedFor) return;
          const view = viewById(runId);
          // An onlooker may hear of a run only after it was started: it is open in the record, and not yet followed.
          const isOpen = state === undefined && view !== null && !FINAL_RUN_STATES.has(view.run.status);
          if (isOpen && isWaitedFor) return;
          waiters.delete(check);
          signal?.removeEventListener('abort', check);
          if (view === null) reject(new Error(`There is no run "${runId}".`));
          else resolve(view);
        };
        waiters.add(check);
        signal?.addEventListener('abort', check);
        check();
      }),
    async close({ endProcesses }) {
      if (closed) return;
      // Whoever came only to answer leaves a document behind that says what follows from it.
      if (ports.hold === true) await written();
      if (endProcesses) await runner?.shut();
      closed = true;
      timer?.dispose();
      runner?.letGo();
      if (runner !== null) lease.release();
      for (const check of waiters) check();
      news.close();
    },
  };
}

const byPriority = (states: readonly RunState[]): readonly RunState[] =>
  [...states].sort((a, b) => b.run.priority - a.run.priority || b.run.createdAt - a.run.createdAt);

function unavailable(error: JournalUnavailable): Failure {
  const path = '.soloflow/soloflow.db';
  switch (error.reason) {
    case 'busy':
      return { kind: 'store-locked', path };
    case 'full':
      return { kind: 'store-full', path };
    case 'read-only':
      return { kind: 'store-read-only', path };
    case 'broken':
      return { kind: 'store-corrupt', path, setAsideAs: null };
  }
}
