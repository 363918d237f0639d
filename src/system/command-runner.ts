// Runs one command to its end for whoever only wants its result: gates, readiness checks. Supervised like any other,
// but worth nothing without its host, so it is never adopted.
import { setTimeout as delay } from 'node:timers/promises';
import type { Ids, Processes } from '../engine/ports';

interface CommandRequest {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** What it prints, as it comes. */
  readonly output?: (stream: 'out' | 'err', text: string) => void;
}

export interface CommandResult {
  /** null: it was ended, or could not be started. */
  readonly exitCode: number | null;
  readonly why: 'finished' | 'timeout' | 'cancelled' | 'not-started' | 'lost';
  /** Both streams, head and tail, without secrets. */
  readonly out: string;
  readonly err: string;
  readonly durationMs: number;
}

export type CommandRunner = (request: CommandRequest) => Promise<CommandResult>;

export function createCommandRunner(processes: Processes, ids: Ids): CommandRunner {
  return async ({ command, cwd, env, signal, timeoutMs, output }) => {
    const nothing = { exitCode: null, out: '', err: '', durationMs: 0 } as const;
    if (signal.aborted) return { ...nothing, why: 'cancelled' };
    const id = ids.next();
    const started = await processes.start({
      attemptId: id,
      idempotencyKey: id,
      command,
      cwd,
      env,
      title: command,
      ephemeral: true,
    });
    if (!started.ok) return { ...nothing, why: 'not-started', err: JSON.stringify(started.error) };
    const heard = output === undefined ? null : started.value.onOutput(output);
    let why: CommandResult['why'] = 'finished';
    const end = (reason: 'timeout' | 'cancelled'): void => {
      if (why !== 'finished') return;
      why = reason;
      void started.value.end();
    };
    const cancel = (): void => end('cancelled');
    signal.addEventListener('abort', cancel, { once: true });
    const timer = setTimeout(() => end('timeout'), Math.min(timeoutMs, 2 ** 31 - 1));
    const result = await started.value.finished;
    heard?.dispose();
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    processes.forget?.(id);
    const textOf = (stream: 'out' | 'err'): string => {
      const found = result.outputs.find((one) => one.stream === stream);
      if (found === undefined) return '';
      return found.truncated ? `${found.head}\n[…]\n${found.tail}` : found.head;
    };
    return {
      exitCode: result.exitCode,
      why: result.lost ? 'lost' : why,
      out: textOf('out'),
      err: textOf('err'),
      durationMs: result.durationMs,
    };
  };
}

const WAITS_MS = [500, 1000, 2000, 4000];

/**
 * For checks, which may be run as often as it takes: what could not begin, or whose end nobody saw, is run again after a
 * while. A full disk is such a while.
 */
export function untilSeen(run: CommandRunner, waits: readonly number[] = WAITS_MS): CommandRunner {
  return async (request) => {
    let result = await run(request);
    for (const ms of waits) {
      if ((result.why !== 'lost' && result.why !== 'not-started') || request.signal.aborted) break;
      await delay(ms, undefined, { signal: request.signal }).catch(() => undefined);
      result = await run(request);
    }
    return result;
  };
}
