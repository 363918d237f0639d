// Runs commands under supervision with output in files, and finds again what a dead host left behind. How a process is
// made, recognised and ended differs by system: see platform.ts.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, ProcessHandle, Processes } from '../engine/ports';
import { err, ok } from '../model/result';
import type { Attempt } from '../model/run';
import { begun, exitStatus, forbid, hiddenMarks, isEnding, owns, readOutput, STREAMS, takeOver } from './attempt-files';
import { isPlainId, launch, refusal } from './launch';
import { createLiveOutput } from './live-output';
import { clearOldAttempts } from './old-attempts';
import { keepText } from './output';
import type { Identity, MakePlatform } from './platform';
import { type Followed, lostHandle, superviseProcess, type Supervision } from './process-handle';
import { MARK } from './process-tree';
import { createRedactor, type Redactor } from './redact';

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

/** How long an ended attempt's files stay when nobody says that they may go. */
const KEEP_MS = 24 * 60 * 60 * 1000;

export function createSupervisedProcesses(options: HostProcessesOptions, makePlatform: MakePlatform): HostProcesses {
  const token = randomBytes(8).toString('hex');
  const attempts = path.join(options.stateDir, 'attempts');
  const limit = options.outputLimit ?? 16 * 1024 * 1024;
  const { graceSeconds, clock } = options;
  /** Of what another host began: its secrets may be others than ours. */
  const secretsOf = (dir: string): Redactor => createRedactor(options.env, hiddenMarks(dir));
  const env = { ...options.env, [MARK]: `${options.env[MARK] ?? ':'}host-${token}:` };
  const active = new Set<Followed>();
  const needed = (): boolean => active.size > 0;
  const platform = makePlatform({ attempts, token, graceSeconds, limit, env: options.env, needed });
  const clearing = setTimeout(() => void clearOldAttempts(attempts, KEEP_MS, Date.now()), 10_000);
  clearing.unref();
  const pollMs = options.pollMs ?? 40;
  let timer: NodeJS.Timeout | null = null;
  let polls = 0;

  const tick = (): void => {
    polls++;
    platform.busy(polls * pollMs > 2000);
    for (const one of active) one.poll();
  };
  const host: Supervision = {
    token,
    platform,
    clock,
    limit,
    patienceMs: options.patienceMs ?? 2000,
    follow(one) {
      active.add(one);
      timer ??= setInterval(tick, pollMs);
    },
    unfollow(one) {
      active.delete(one);
      if (active.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
      polls = 0;
      platform.busy(false);
    },
  };

  /** Takes over what another host began; its leader as far as it is surely the one that was begun. */
  const takenOver = async (attempt: Attempt, dir: string): Promise<ProcessHandle | null> => {
    const gone = (): ProcessHandle | null => (attempt.pid === null ? null : lostHandle(attempt, dir));
    if (!existsSync(dir)) return gone();
    platform.ensure();
    takeOver(dir, token);
    if (forbid(dir)) return gone();
    // The leader makes the file and then writes its pid into it: a moment, unless it was killed in between.
    let began = begun(dir);
    for (let tries = 0; began === null && tries < 100; tries++) {
      await delay(10);
      began = begun(dir);
    }
    if (began === 'void') return gone();
    const supervise = (identity: Identity): ProcessHandle =>
      superviseProcess(host, { id: attempt.id, dir, identity, started: null, redactor: secretsOf(dir) });
    const boot = await platform.bootId();
    // The machine was started anew: whatever has that pid now is someone else.
    if (attempt.bootId !== null && attempt.bootId !== boot) return supervise({ pid: null, start: '', boot });
    const leader = began?.pid ?? attempt.pid;
    const start = leader === null ? null : await platform.startOf(leader);
    const isSame = start !== null && (attempt.processStart === null || attempt.processStart === start);
    const isOurs = leader !== null && (await platform.carriesMark(leader, began?.mark ?? attempt.id));
    if (leader === null || !isSame || !isOurs) return supervise({ pid: null, start: start ?? '', boot });
    return supervise({ pid: leader, start, boot });
  };

  return {
    async start(request) {
      const refused = refusal(request);
      if (refused !== null) return err(refused);
      platform.ensure();
      const dir = path.join(attempts, request.attemptId);
      const boot = await platform.bootId();
      const launched = launch(request, dir, token, platform, env);
      if (!launched.ok) return launched;
      const started = launched.value;
      const start = started.lane?.start ?? (await platform.startOf(started.pid)) ?? '';
      const identity = { pid: started.pid, start, boot };
      const redactor = createRedactor({ ...options.env, ...request.env });
      return ok(superviseProcess(host, { id: request.attemptId, dir, identity, started, redactor }));
    },

    async adopt(attempt) {
      // A record can come with a cloned repository: the folder it names is not believed.
      if (!isPlainId(attempt.id)) return null;
      const dir = path.join(attempts, attempt.id);
      const handle = await takenOver(attempt, dir);
      // The host before us died while it ended this: go on with that.
      if (handle !== null && isEnding(dir) && exitStatus(dir) === null) void handle.end();
      return handle;
    },

    peek(attemptId) {
      const dir = path.join(attempts, attemptId);
      if (!isPlainId(attemptId) || !existsSync(dir)) return [];
      const redactor = secretsOf(dir);
      return STREAMS.map((stream) => ({ attemptId, stream, ...keepText(readOutput(dir, stream), redactor) }));
    },

    watch(attemptId, listener) {
      const dir = path.join(attempts, isPlainId(attemptId) ? attemptId : '-');
      // It may not have begun yet.
      const live = createLiveOutput(dir, () => secretsOf(dir));
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
