// One command that runs under supervision: followed while it runs, its tree ended when that is wanted, and settled once:
// what it left behind is gone, its output is read, its folder is nobody's any more.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, ProcessHandle, ProcessResult } from '../engine/ports';
import type { Attempt } from '../model/run';
import {
  disown,
  exitStatus,
  fileDuration,
  forbid,
  limitOutput,
  markEnding,
  owns,
  readOutput,
  STREAMS,
  wasReaped,
} from './attempt-files';
import { createLiveOutput, type LiveOutput } from './live-output';
import { keepText } from './output';
import type { Identity, Platform } from './platform';
import type { Tree } from './process-tree';
import type { Redactor } from './redact';
import type { LaneRun } from './shell-lanes';

/** What all commands of one host have in common. */
export interface Supervision {
  readonly token: string;
  readonly platform: Platform;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Bytes that a stream's file may take on the disk. */
  readonly limit: number;
  /** Between TERM and KILL. */
  readonly patienceMs: number;
  /** Looks at it again and again, until told to stop. */
  follow(one: Followed): void;
  unfollow(one: Followed): void;
}

export interface Followed {
  readonly poll: () => void;
  readonly drop: () => void;
}

/** A command that this host has begun. */
export interface Launched {
  /** null: begun on a lane. */
  readonly child: ChildProcess | null;
  readonly lane: LaneRun | null;
  readonly pid: number;
  /** The command's status as the leader says it; null: it does not. */
  readonly exited: Promise<number | null>;
}

/** A command, begun here or taken over. */
export interface Supervised {
  readonly id: string;
  readonly dir: string;
  readonly identity: Identity;
  /** null: taken over. */
  readonly started: Launched | null;
  readonly redactor: Redactor;
}

/** How long the leader of a tree that was ended may take for its last word. */
const LAST_WORD_MS = 500;
/** What a command that has ended left behind is given less time. */
const LEFTOVERS_MS = 500;

export function superviseProcess(
  host: Supervision,
  { id, dir, identity, started, redactor }: Supervised,
): ProcessHandle {
  const { token, platform, limit, patienceMs, clock } = host;
  const child = started?.child ?? null;
  const lane = started?.lane ?? null;
  const tree: Tree = { group: identity.pid, mark: id, host: lane === null ? null : lane.pid };
  const live = createLiveOutput(dir, () => redactor);
  const began = clock.monotonic();
  let ending: Promise<void> | null = null;
  let endedBy: 'SIGTERM' | 'SIGKILL' | null = null;
  const finished = Promise.withResolvers<ProcessResult>();
  let settled = false;

  /** `said`: the status that the leader itself gave, where a full disk kept it from its file. */
  const settle = async (said: number | null): Promise<void> => {
    if (settled) return;
    settled = true;
    host.unfollow(followed);
    const status = said ?? exitStatus(dir);
    const reaped = said === null && wasReaped(dir);
    // What a finished command left in its group would write on and hold ports; services belong in the config.
    const isLeft = async (): Promise<boolean> =>
      lane !== null && said !== null
        ? lane.isLeft()
        : identity.pid !== null && (await leftAfter(identity.pid, child !== null, platform));
    if (!reaped && owns(dir, token) && (await isLeft())) {
      await platform.endTree(tree, Math.min(LEFTOVERS_MS, patienceMs), status === null);
    }
    if (ending !== null) await ending;
    const own = status !== null && endedBy === null && !reaped;
    live.poll(true);
    live.close();
    if (own || endedBy !== null || reaped) disown(dir, token);
    // Not sooner: who takes over what it ran ends the lane with it.
    lane?.release();
    finished.resolve({
      exitCode: own ? status : null,
      signal: own ? signalOfStatus(status) : (endedBy ?? (reaped ? 'SIGKILL' : (child?.signalCode ?? null))),
      lost: !own && endedBy === null,
      outputs: STREAMS.map((stream) => ({ stream, ...keepText(readOutput(dir, stream), redactor) })),
      durationMs: started === null ? fileDuration(dir) : clock.monotonic() - began,
    });
  };

  const limitStreams = createLimiter(dir, limit, live);
  let sinceCheck = 0;
  const followed: Followed = {
    poll() {
      live.poll(false);
      limitStreams();
      // Of what was begun here its end is told.
      if (started !== null) return;
      if (exitStatus(dir) !== null || (++sinceCheck % 10 === 0 && !platform.isAlive(identity))) void settle(null);
    },
    drop() {
      live.close();
      child?.unref();
    },
  };
  host.follow(followed);
  if (started !== null) void started.exited.then(settle);

  return {
    pid: identity.pid ?? 0,
    processStart: identity.start,
    bootId: identity.boot,
    dir,
    finished: finished.promise,
    onOutput: (listener) => live.on(listener),
    end() {
      ending ??= (async () => {
        // Another host has taken it over: it is not ours to end.
        if (settled || !owns(dir, token)) return;
        markEnding(dir);
        forbid(dir);
        const before = exitStatus(dir);
        const used = await platform.endTree(tree, patienceMs, true);
        if (before === null) endedBy = used ?? 'SIGTERM';
        // Its leader has a word to say, unless something is wrong with it.
        if (started !== null) await Promise.race([started.exited, delay(LAST_WORD_MS, null, { ref: false })]);
      })().then(() => void settle(null));
      return ending.then(() => finished.promise).then(() => undefined);
    },
  };
}

/** A leader says that it is through a moment before it is gone; one of our own children is gone when we hear of it. */
async function leftAfter(pid: number, isOwnChild: boolean, platform: Platform): Promise<boolean> {
  for (let ms = isOwnChild ? 100 : 1; ms < 100 && platform.leftovers(pid); ms *= 2) await delay(ms);
  return platform.leftovers(pid);
}

/** Keeps the files of one attempt small; looks again only when it is through with the last time. */
function createLimiter(dir: string, limit: number, live: LiveOutput): () => void {
  let busy = false;
  return () => {
    if (busy) return;
    busy = true;
    void Promise.all(
      STREAMS.map(async (stream) => {
        if ((await limitOutput(dir, stream, limit)) === 'restarted') live.restarted(stream);
      }),
    )
      // The folder was removed under us: the command's own writes go nowhere either.
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (busy = false));
  };
}

/** The record says it ran, its files are gone: nobody can say how it ended. */
export function lostHandle(attempt: Attempt, dir: string): ProcessHandle {
  return {
    pid: attempt.pid ?? 0,
    processStart: attempt.processStart ?? '',
    bootId: attempt.bootId ?? '',
    dir,
    end: () => Promise.resolve(),
    finished: Promise.resolve({ exitCode: null, signal: null, lost: true, outputs: [], durationMs: 0 }),
    onOutput: () => ({ dispose: () => undefined }),
  };
}

const SIGNALS: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  141: 'SIGPIPE',
  143: 'SIGTERM',
};

/** Shells report death by signal n as status 128 + n. */
function signalOfStatus(status: number | null): string | null {
  return status === null ? null : (SIGNALS[status] ?? null);
}
