// Runs commands under supervision with output in files, and finds again what a dead host left behind. How a process is
// made, recognised and ended differs by system: see platform.ts.
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, ProcessHandle, Processes, ProcessRequest, ProcessResult } from '../engine/ports';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { Attempt } from '../model/run';
import {
  begun,
  createAttemptFolder,
  disown,
  exitStatus,
  fileDuration,
  forbid,
  isEnding,
  limitOutput,
  markEnding,
  openStream,
  owns,
  readOutput,
  STREAMS,
  takeOver,
  wasReaped,
} from './attempt-files';
import { createLiveOutput, type LiveOutput } from './live-output';
import { keepText } from './output';
import { clearOldAttempts } from './old-attempts';
import type { LaneRun } from './shell-lanes';
import type { Identity, MakePlatform, Platform } from './platform';
import { MARK, type Tree } from './process-tree';
import { shellFor } from './env';
import { createRedactor, type Redactor } from './redact';
import { errorCode } from './workspace-path';

export interface HostProcessesOptions {
  /** Absolute; `attempts/<id>/` is made in it. */
  readonly stateDir: string;
  /** How long running commands wait for another host when this one dies. */
  readonly graceSeconds: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** What every command gets; a request's own variables win. */
  readonly env: Readonly<Record<string, string>>;
  /** What the requests of an earlier host most likely added: its secrets are hidden in outputs that are taken over. */
  readonly adoptedEnv?: () => Readonly<Record<string, string>>;
  /** A stream's file is cut back when it grows beyond this many bytes. */
  readonly outputLimit?: number;
  /** Between TERM and KILL. */
  readonly patienceMs?: number;
  readonly pollMs?: number;
}

export interface HostProcesses extends Processes {
  forget(attemptId: string): void;
  /** Lets go of everything: what runs keeps running for the grace time and can be adopted. */
  dispose(): void;
}

const LAST_WORD_MS = 500;
/** How long an ended attempt's files stay when nobody says that they may go. */
const KEEP_MS = 24 * 60 * 60 * 1000;

interface Followed {
  readonly poll: () => void;
  readonly drop: () => void;
}

export function createSupervisedProcesses(options: HostProcessesOptions, makePlatform: MakePlatform): HostProcesses {
  const token = randomBytes(8).toString('hex');
  const attempts = path.join(options.stateDir, 'attempts');
  const limit = options.outputLimit ?? 16 * 1024 * 1024;
  const patienceMs = options.patienceMs ?? 2000;
  const adoptedSecrets = (more: Readonly<Record<string, string>> = {}): Redactor =>
    createRedactor({ ...options.env, ...options.adoptedEnv?.(), ...more });
  const active = new Set<Followed>();
  const env = { ...options.env, [MARK]: `${options.env[MARK] ?? ':'}host-${token}:` };
  const platform = makePlatform({
    attempts,
    token,
    graceSeconds: options.graceSeconds,
    limit,
    env: options.env,
    needed: () => active.size > 0,
  });
  let timer: NodeJS.Timeout | null = null;
  const clearing = setTimeout(() => void clearOldAttempts(attempts, KEEP_MS, Date.now()), 10_000);
  clearing.unref();
  let polls = 0;

  const tick = (): void => {
    polls++;
    platform.busy(polls * (options.pollMs ?? 40) > 2000);
    for (const one of active) one.poll();
  };
  const follow = (one: Followed): void => {
    active.add(one);
    timer ??= setInterval(tick, options.pollMs ?? 40);
  };
  const unfollow = (one: Followed): void => {
    active.delete(one);
    if (active.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
    polls = 0;
    platform.busy(false);
  };

  /** The handle of a process we started, or took over (`started` null). */
  const handleOf = (
    id: string,
    dir: string,
    identity: Identity,
    started: Launched | null,
    redactor: Redactor,
  ): ProcessHandle => {
    const child = started?.child ?? null;
    const lane = started?.lane ?? null;
    const tree: Tree = { group: identity.pid, mark: id, host: lane === null ? null : lane.pid };
    const live = createLiveOutput(dir, redactor);
    const began = options.clock.monotonic();
    let ending: Promise<void> | null = null;
    let endedBy: 'SIGTERM' | 'SIGKILL' | null = null;
    const finished = Promise.withResolvers<ProcessResult>();
    let settled = false;

    /** `said`: the status that the leader itself gave, where a full disk kept it from its file. */
    const settle = async (said: number | null): Promise<void> => {
      if (settled) return;
      settled = true;
      unfollow(followed);
      const status = said ?? exitStatus(dir);
      const reaped = said === null && wasReaped(dir);
      // What a finished command left in its group would write on and hold ports; services belong in the config.
      const isLeft = async (): Promise<boolean> =>
        lane !== null && said !== null
          ? lane.isLeft()
          : identity.pid !== null && (await leftAfter(identity.pid, child !== null, platform));
      if (!reaped && owns(dir, token) && (await isLeft())) {
        await platform.endTree(tree, Math.min(500, patienceMs), status === null);
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
        durationMs: started === null ? fileDuration(dir) : options.clock.monotonic() - began,
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
    follow(followed);
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
  };

  return {
    async start(request) {
      const refused = refusal(request);
      if (refused !== null) return err(refused);
      platform.ensure();
      const dir = path.join(attempts, request.attemptId);
      const boot = await platform.bootId();
      const launched = await launch(request, dir, token, platform, env);
      if (!launched.ok) return launched;
      const { pid, lane } = launched.value;
      const start = lane?.start ?? (await platform.startOf(pid)) ?? '';
      return ok(
        handleOf(
          request.attemptId,
          dir,
          { pid, start, boot },
          launched.value,
          createRedactor({ ...options.env, ...request.env }),
        ),
      );
    },

    async adopt(attempt) {
      // A record can come with a cloned repository: the folder it names is not believed.
      if (!isPlainId(attempt.id)) return null;
      const dir = path.join(attempts, attempt.id);
      if (!existsSync(dir)) return attempt.pid === null ? null : lostHandle(attempt, dir);
      platform.ensure();
      takeOver(dir, token);
      if (forbid(dir)) return attempt.pid === null ? null : lostHandle(attempt, dir);
      // The leader makes the file and then writes its pid into it: a moment, unless it was killed in between.
      let began = begun(dir);
      for (let tries = 0; began === null && tries < 100; tries++) {
        await delay(10);
        began = begun(dir);
      }
      if (began === 'void') return attempt.pid === null ? null : lostHandle(attempt, dir);
      const leader = began?.pid ?? attempt.pid;
      const boot = await platform.bootId();
      if (attempt.bootId !== null && attempt.bootId !== boot) {
        // The machine was started anew: whatever has that pid now is someone else.
        return handleOf(attempt.id, dir, { pid: null, start: '', boot }, null, adoptedSecrets());
      }
      const start = leader === null ? null : await platform.startOf(leader);
      const same = start !== null && (attempt.processStart === null || attempt.processStart === start);
      const mark = began?.mark ?? attempt.id;
      const carriesMark = leader !== null && (await platform.carriesMark(leader, mark));
      const alive = same && carriesMark;
      const identity = { pid: alive ? leader : null, start: start ?? '', boot };
      // The host before us may have had other secrets than we have.
      const secrets = adoptedSecrets(alive && leader !== null ? platform.variablesOf(leader) : {});
      const handle = handleOf(attempt.id, dir, identity, null, secrets);
      // The host before us died while it ended this: go on with that.
      if (isEnding(dir) && exitStatus(dir) === null) void handle.end();
      return handle;
    },

    peek(attemptId) {
      const dir = path.join(attempts, attemptId);
      if (!isPlainId(attemptId) || !existsSync(dir)) return [];
      const redactor = adoptedSecrets();
      return STREAMS.map((stream) => ({ attemptId, stream, ...keepText(readOutput(dir, stream), redactor) }));
    },

    watch(attemptId, listener) {
      const live = createLiveOutput(path.join(attempts, isPlainId(attemptId) ? attemptId : '-'), adoptedSecrets());
      live.on(listener);
      return {
        poll: () => live.poll(false),
        end() {
          live.poll(true);
          live.close();
        },
      };
    },

    forget(attemptId) {
      const dir = path.join(attempts, attemptId);
      if (!isPlainId(attemptId) || owns(dir, token)) return;
      platform.clearAway(dir);
    },

    dispose() {
      clearTimeout(clearing);
      for (const one of active) one.drop();
      active.clear();
      if (timer !== null) clearInterval(timer);
      timer = null;
      platform.release();
    },
  };
}

const isPlainId = (id: string): boolean => /^[A-Za-z0-9_-]{1,100}$/.test(id);

function refusal(request: ProcessRequest): Failure | null {
  if (!isPlainId(request.attemptId)) return { kind: 'invalid-input', field: 'attemptId', message: 'not a plain id' };
  if (request.command.includes('\0')) return { kind: 'invalid-input', field: 'command', message: 'contains NUL' };
  try {
    if (statSync(request.cwd).isDirectory()) return null;
    return { kind: 'file', path: request.cwd, operation: 'read', code: 'ENOTDIR' };
  } catch (error) {
    return { kind: 'file', path: request.cwd, operation: 'read', code: errorCode(error) };
  }
}

/** A leader says that it is through a moment before it is gone; one of our own children is gone when we hear of it. */
async function leftAfter(pid: number, isOwnChild: boolean, platform: Platform): Promise<boolean> {
  for (let ms = isOwnChild ? 100 : 1; ms < 100 && platform.leftovers(pid); ms *= 2) await delay(ms);
  return platform.leftovers(pid);
}

async function launch(
  request: ProcessRequest,
  dir: string,
  token: string,
  platform: Platform,
  base: Readonly<Record<string, string>>,
): Promise<Result<Launched, Failure>> {
  const fds: number[] = [];
  try {
    createAttemptFolder(dir, token);
    if (request.ephemeral) markEnding(dir);
    const { attemptId, command, cwd } = request;
    const env = { ...base, ...request.env, SOLOFLOW_ATTEMPT: request.idempotencyKey };
    const lane = platform.lanes?.begin({ attemptId, dir, cwd, shell: shellFor(command), command, env }) ?? null;
    if (lane !== null) return ok({ child: null, lane, pid: lane.pid, exited: lane.ended });
    for (const stream of STREAMS) fds.push(openStream(dir, stream));
    const child = platform.launch({
      dir,
      token,
      command,
      cwd,
      out: fds[0] ?? 'ignore',
      err: fds[1] ?? 'ignore',
      env: { ...env, [MARK]: `${base[MARK] ?? ':'}${attemptId}:` },
    });
    // Before anything is awaited, so that even the quickest end is noticed.
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(platform.statusOf(code)));
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) {
      rmSync(dir, { recursive: true, force: true });
      return err({ kind: 'file', path: child.spawnfile, operation: 'read', code: 'EAGAIN' });
    }
    return ok({ child, lane: null, pid: child.pid, exited });
  } catch (error) {
    return err({ kind: 'file', path: dir, operation: 'create', code: errorCode(error) });
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

interface Launched {
  /** null: begun on a lane. */
  readonly child: ChildProcess | null;
  readonly lane: LaneRun | null;
  readonly pid: number;
  /** The command's status as the leader says it; null: it does not. */
  readonly exited: Promise<number | null>;
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
function lostHandle(attempt: Attempt, dir: string): ProcessHandle {
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
