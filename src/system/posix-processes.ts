// Runs commands in process groups of their own with output in files, and finds again what a dead host left behind.
// For POSIX systems; processes.ts chooses.
import { type ChildProcess, spawn } from 'node:child_process';
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
import { shellFor } from './env';
import { createKeeper } from './keeper';
import { createLiveOutput, type LiveOutput } from './live-output';
import { keepText } from './output';
import {
  bootId,
  endTree,
  groupExists,
  MARK,
  processStart,
  processStartSlow,
  type Tree,
  treeMembers,
} from './process-tree';
import { createRedactor, type Redactor } from './redact';
import { LEADER } from './supervisor';
import { errorCode } from './workspace-path';

export interface HostProcessesOptions {
  /** Absolute; `attempts/<id>/` is made in it. */
  readonly stateDir: string;
  /** How long running commands wait for another host when this one dies. */
  readonly graceSeconds: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** What every command gets; a request's own variables win. */
  readonly env: Readonly<Record<string, string>>;
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

const BASH = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash'].find(existsSync) ?? null;

interface Followed {
  readonly poll: () => void;
  readonly drop: () => void;
}

export function createPosixProcesses(options: HostProcessesOptions): HostProcesses {
  const token = randomBytes(8).toString('hex');
  const attempts = path.join(options.stateDir, 'attempts');
  const limit = options.outputLimit ?? 16 * 1024 * 1024;
  const patienceMs = options.patienceMs ?? 2000;
  const ownSecrets = createRedactor(options.env);
  const active = new Set<Followed>();
  const keeper = createKeeper({
    attempts,
    token,
    graceSeconds: options.graceSeconds,
    limit,
    env: { ...options.env },
    needed: () => active.size > 0,
  });
  let timer: NodeJS.Timeout | null = null;
  let polls = 0;

  const tick = (): void => {
    polls++;
    keeper.busy(polls * (options.pollMs ?? 40) > 2000);
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
    keeper.busy(false);
  };

  /** The handle of a process we started (`child`) or took over (`child` null). */
  const handleOf = (
    id: string,
    dir: string,
    identity: Identity,
    child: ChildProcess | null,
    redactor: Redactor,
  ): ProcessHandle => {
    const tree: Tree = { group: identity.pid, mark: id };
    const live = createLiveOutput(dir, redactor);
    const began = options.clock.monotonic();
    let ending: Promise<void> | null = null;
    let endedBy: 'SIGTERM' | 'SIGKILL' | null = null;
    const finished = Promise.withResolvers<ProcessResult>();
    let settled = false;

    const settle = async (): Promise<void> => {
      if (settled) return;
      settled = true;
      unfollow(followed);
      const status = exitStatus(dir);
      const reaped = wasReaped(dir);
      // What a finished command left in its group would write on and hold ports; services belong in the config.
      if (!reaped && identity.pid !== null && groupExists(identity.pid))
        await endTree(tree, Math.min(500, patienceMs), status === null);
      if (ending !== null) await ending;
      const own = status !== null && endedBy === null && !reaped;
      live.poll(true);
      live.close();
      if (own || endedBy !== null || reaped) disown(dir, token);
      finished.resolve({
        exitCode: own ? status : null,
        signal: own ? signalOfStatus(status) : (endedBy ?? (reaped ? 'SIGKILL' : (child?.signalCode ?? null))),
        lost: !own && endedBy === null,
        outputs: STREAMS.map((stream) => ({ stream, ...keepText(readOutput(dir, stream), redactor) })),
        durationMs: child === null ? fileDuration(dir) : options.clock.monotonic() - began,
      });
    };

    let sinceCheck = 0;
    const followed: Followed = {
      poll() {
        live.poll(false);
        limitStreams(dir, limit, live);
        if (child === null && (exitStatus(dir) !== null || (++sinceCheck % 10 === 0 && !isAlive(identity))))
          void settle();
      },
      drop() {
        live.close();
        child?.unref();
      },
    };
    follow(followed);
    if (child !== null) child.once('exit', () => void settle());

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
          const before = exitStatus(dir);
          const used = await endTree(tree, patienceMs);
          if (before === null) endedBy = used ?? 'SIGTERM';
        })().then(() => void settle());
        return ending.then(() => finished.promise).then(() => undefined);
      },
    };
  };

  return {
    async start(request) {
      const refused = refusal(request);
      if (refused !== null) return err(refused);
      keeper.ensure();
      const dir = path.join(attempts, request.attemptId);
      const boot = await bootId();
      const launched = launch(request, dir, token, options.env);
      if (!launched.ok) return launched;
      const pid = launched.value.pid ?? 0;
      const start = processStart(pid) ?? (await processStartSlow(pid)) ?? '';
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
      const dir = attempt.dir ?? path.join(attempts, attempt.id);
      if (!existsSync(dir)) return attempt.pid === null ? null : lostHandle(attempt, dir);
      keeper.ensure();
      takeOver(dir, token);
      if (forbid(dir)) return attempt.pid === null ? null : lostHandle(attempt, dir);
      // The leader makes the file and then writes its pid into it: a moment, unless it was killed in between.
      let pid = begun(dir);
      for (let tries = 0; pid === null && tries < 100; tries++) {
        await delay(10);
        pid = begun(dir);
      }
      if (pid === 'void') return attempt.pid === null ? null : lostHandle(attempt, dir);
      const leader = pid ?? attempt.pid;
      const boot = await bootId();
      if (attempt.bootId !== null && attempt.bootId !== boot) {
        // The machine was started anew: whatever has that pid now is someone else.
        return handleOf(attempt.id, dir, { pid: null, start: '', boot }, null, ownSecrets);
      }
      const start = leader === null ? null : await processStartSlow(leader);
      const same = start !== null && (attempt.processStart === null || attempt.processStart === start);
      const carriesMark = leader !== null && (await treeMembers({ group: null, mark: attempt.id })).includes(leader);
      const alive = same && carriesMark;
      const identity = { pid: alive ? leader : null, start: start ?? '', boot };
      const handle = handleOf(attempt.id, dir, identity, null, ownSecrets);
      // The host before us died while it ended this: go on with that.
      if (isEnding(dir) && exitStatus(dir) === null) void handle.end();
      return handle;
    },

    forget(attemptId) {
      const dir = path.join(attempts, attemptId);
      if (isPlainId(attemptId) && !owns(dir, token)) rmSync(dir, { recursive: true, force: true });
    },

    dispose() {
      for (const one of active) one.drop();
      active.clear();
      if (timer !== null) clearInterval(timer);
      timer = null;
      keeper.release();
    },
  };
}

interface Identity {
  /** Leader of the group; null: it is gone. */
  readonly pid: number | null;
  readonly start: string;
  readonly boot: string;
}

function isAlive(identity: Identity): boolean {
  if (identity.pid === null) return false;
  if (process.platform === 'linux') return processStart(identity.pid) === identity.start;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch {
    return false;
  }
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

function launch(
  request: ProcessRequest,
  dir: string,
  token: string,
  base: Readonly<Record<string, string>>,
): Result<ChildProcess, Failure> {
  const fds: number[] = [];
  try {
    createAttemptFolder(dir, token);
    if (request.ephemeral) markEnding(dir);
    for (const stream of STREAMS) fds.push(openStream(dir, stream));
    const child = spawn('/bin/sh', ['-c', LEADER, 'soloflow', dir, shellFor(request.command, BASH), request.command], {
      cwd: request.cwd,
      detached: true,
      stdio: ['ignore', fds[0], fds[1]],
      env: {
        ...base,
        ...request.env,
        SOLOFLOW_ATTEMPT: request.idempotencyKey,
        [MARK]: `${base[MARK] ?? ':'}${request.attemptId}:`,
      },
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) {
      rmSync(dir, { recursive: true, force: true });
      return err({ kind: 'file', path: '/bin/sh', operation: 'read', code: 'EAGAIN' });
    }
    return ok(child);
  } catch (error) {
    return err({ kind: 'file', path: dir, operation: 'create', code: errorCode(error) });
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

function limitStreams(dir: string, limit: number, live: LiveOutput): void {
  for (const stream of STREAMS) {
    try {
      if (limitOutput(dir, stream, limit)) live.restarted(stream);
    } catch {
      // The folder was removed under us; the command's own writes go nowhere either.
    }
  }
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
