// Begins one command: its folder, then on a shell lane or under a leader of its own.
import { closeSync, rmSync, statSync } from 'node:fs';
import type { ProcessRequest } from '../engine/ports';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { createAttemptFolder, markEnding, openStream, STREAMS } from './attempt-files';
import { shellFor } from './env';
import type { Platform } from './platform';
import type { Launched } from './process-handle';
import { MARK } from './process-tree';
import { secretMarks } from './redact';
import { errorCode } from './workspace-path';

/** Ids become names of folders. */
export const isPlainId = (id: string): boolean => /^[A-Za-z0-9_-]{1,100}$/.test(id);

/** Why this cannot be begun; null: it can. */
export function refusal(request: ProcessRequest): Failure | null {
  if (!isPlainId(request.attemptId)) return { kind: 'invalid-input', field: 'attemptId', message: 'not a plain id' };
  if (request.command.includes('\0')) return { kind: 'invalid-input', field: 'command', message: 'contains NUL' };
  try {
    if (statSync(request.cwd).isDirectory()) return null;
    return { kind: 'file', path: request.cwd, operation: 'read', code: 'ENOTDIR' };
  } catch (error) {
    return { kind: 'file', path: request.cwd, operation: 'read', code: errorCode(error) };
  }
}

/** `base`: what every command gets, with the marks of its host. */
export function launch(
  request: ProcessRequest,
  dir: string,
  token: string,
  platform: Platform,
  base: Readonly<Record<string, string>>,
): Result<Launched, Failure> {
  const fds: number[] = [];
  try {
    const { attemptId, command, cwd } = request;
    const env = { ...base, ...request.env, SOLOFLOW_ATTEMPT: request.idempotencyKey };
    // Nobody looks on at a check.
    createAttemptFolder(dir, token, request.ephemeral ? '' : secretMarks(env));
    if (request.ephemeral) markEnding(dir);
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
