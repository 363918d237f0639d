// The engine as the rest of the house sees it: runner when it can be, onlooker otherwise, the same face for both.
import type { Failure } from '../model/failure';
import type { Pause } from '../model/pause';
import { err, ok, type Result } from '../model/result';
import { FINAL_RUN_STATES, type Run } from '../model/run';
import { startPayload, wishPayload } from './commands';
import type { EnginePorts } from './engine-ports';
import { createFollower, type Follower } from './follower';
import { createNews } from './news';
import type { Disposable, StoredEvent } from './ports';
import { createOnlooking } from './onlooking';
import { isQuietAmong } from './quiet';
import { createRunner, type Runner } from './runner';
import type { Engine, OutputChunk, RunView } from './service';
import { createSubmit, RECORD, unavailable } from './submit';
import type { RunState } from './state';
import { continuationOf, viewOf, viewOfRecord } from './views';

/** How long an answer may take to get into its document. */
const WRITTEN_MS = 3000;
const WRITTEN_LOOK_MS = 5;
/** How often an onlooker looks for news. */
const POLL_MS = 40;
/** How often it asks whether the runner has gone: every so many looks. */
const ELECT_EVERY = 3;
/** How often, while runs are open, whether the record's file is still there: every so many looks. */
const GONE_EVERY = 25;
const ENDED_KEPT = 100;

export function createEngine(ports: EnginePorts): Engine {
  const { journal, lease, clock, log } = ports;
  const ended = new Map<string, RunView>();
  const outputListeners = new Set<(chunk: OutputChunk) => void>();
  const troubleListeners = new Set<(failure: Failure | null) => void>();
  const waiters = new Set<() => void>();
  const news = createNews(journal, log);
  const tellOutput = (chunk: OutputChunk): void => {
    for (const listener of outputListeners) listener(chunk);
  };
  const tellTrouble = (failure: Failure | null): void => {
    for (const listener of troubleListeners) listener(failure);
  };
  const onlooking = createOnlooking(
    ports.processes,
    journal,
    (runId, taskKey) => states().get(runId)?.tasks.get(taskKey)?.row.spec.title ?? '',
    tellOutput,
  );
  const hear = ({ event }: StoredEvent): void => {
    if (outputListeners.size > 0) onlooking.heard(event);
  };
  let runner: Runner | null = null;
  let follower: Follower | null = null;
  let timer: Disposable | null = null;
  let seen = Number.NaN;
  let closed = false;
  /** It has the lease, and reads before it runs anything. */
  let isComing = false;
  let looks = 0;
  let isGone = false;

  const states = (): ReadonlyMap<string, RunState> => runner?.runs ?? follower?.runs ?? new Map<string, RunState>();

  function changed(): void {
    for (const check of waiters) check();
    news.changed();
  }

  /** Becomes the runner if nobody is. */
  function elect(): void {
    if (closed || runner !== null || isComing) return;
    let epoch: number | null = null;
    try {
      epoch = lease.tryAcquire(ports.owner);
    } catch (error) {
      log.warn('The lease could not be asked for.', { error: String(error) });
    }
    if (epoch === null) {
      follower ??= createFollower(journal, log);
      return;
    }
    if (follower === null || ports.plan.refresh === undefined) become(epoch);
    else void comeAfterAnother(epoch, ports.plan.refresh());
  }

  /** Whoever ran until a moment ago may have written into documents what was not read here yet. */
  async function comeAfterAnother(epoch: number, read: Promise<unknown>): Promise<void> {
    isComing = true;
    try {
      await read;
      if (!closed) become(epoch);
    } catch (error) {
      log.warn('The plan could not be read again; it is tried once more.', { error: String(error) });
    } finally {
      isComing = false;
    }
  }

  function become(epoch: number): void {
    log.info('This host runs the tasks.', { epoch });
    // What the other host did last is told as that of another host.
    if (follower !== null) news.pump(hear);
    follower = null;
    const made = createRunner(ports, epoch, {
      committed(stored) {
        for (const { event } of stored) onlooking.heardOwn(event);
        // Without events of its own there may be some of another, who imported a run.
        if (news.isHeard() && stored.length === 0) news.pump();
        else if (news.isHeard()) news.wrote(stored);
        changed();
      },
      ended(state) {
        remember(viewOf(state));
      },
      output(chunk) {
        if (!onlooking.tells(chunk.attemptId)) tellOutput(chunk);
      },
      trouble(error) {
        const failure = error === null ? null : unavailable(error);
        log.info('What the record takes has changed.', { failure });
        tellTrouble(failure);
      },
      fenced() {
        runner = null;
        lease.release();
        if (!closed) follower = createFollower(journal, log);
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

  function look(): void {
    try {
      follow();
    } catch (error) {
      log.warn('The record could not be followed; it is read again.', { error: String(error) });
      // Events may have been read and not taken: what is known of the runs is made anew.
      follower = null;
      seen = Number.NaN;
    }
  }
  function poll(): void {
    timer = clock.after(POLL_MS, () => {
      look();
      if (!closed) poll();
    });
  }
  function tellIfGone(): void {
    if (isGone || looks % GONE_EVERY !== 0 || states().size === 0 || journal.isGone?.() !== true) return;
    isGone = true;
    log.info('The file of the record was taken away.');
    tellTrouble({ kind: 'store-gone', path: RECORD });
  }
  function follow(): void {
    looks += 1;
    tellIfGone();
    if (runner === null && looks % ELECT_EVERY === 0) elect();
    onlooking.poll();
    if (runner !== null) return;
    const version = journal.version();
    if (version === seen) return;
    seen = version;
    const fresh = news.pump(hear);
    for (const { event } of fresh) ended.delete(event.runId);
    follower?.take(fresh);
    changed();
  }

  const submit = createSubmit({
    ...ports,
    isClosed: () => closed,
    wake: () => runner?.wake(),
    look,
    waiters,
  });

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
    continuations() {
      const all = byPriority([...states().values()]).map(continuationOf);
      // Its host was killed, and nobody has taken it over yet.
      const isAlone = runner === null && all.some(({ why }) => why === 'running') && lease.isFree?.() === true;
      return isAlone ? all.map((each) => (each.why === 'running' ? { ...each, why: 'interrupted' } : each)) : all;
    },
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
    outputs(attemptId) {
      const kept = journal.outputs(attemptId);
      // Of what is still at work nothing is recorded yet.
      return kept.length > 0 ? kept : (ports.processes.peek?.(attemptId) ?? []);
    },
    onDidChange: (listener) => news.onDidChange(listener),
    onEvent(listener) {
      // While nobody listened the runner did not read back what it wrote.
      if (runner !== null && !news.isHeard()) news.skip();
      return news.onEvent(listener);
    },
    onOutput(listener) {
      outputListeners.add(listener);
      if (follower !== null) onlooking.begin(follower.runs.values());
      return { dispose: () => outputListeners.delete(listener) };
    },
    onTrouble(listener) {
      troubleListeners.add(listener);
      return { dispose: () => troubleListeners.delete(listener) };
    },
    settled: (runId, signal) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const state = states().get(runId);
          const isWaitedFor = signal?.aborted !== true && !closed;
          // Asked after each commit: a view of all tasks is made when there is something to say.
          if (state !== undefined && !isQuietAmong(state, states()) && isWaitedFor) return;
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
      onlooking.close();
      runner?.letGo();
      if (runner !== null || isComing) lease.release();
      for (const check of waiters) check();
      news.close();
    },
  };
}

const byPriority = (states: readonly RunState[]): readonly RunState[] =>
  [...states].sort((a, b) => b.run.priority - a.run.priority || b.run.createdAt - a.run.createdAt);
