// Services the config names: asked with their check command, started with their start command, both approved by a person.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Approvals, ReadinessStep } from '../../engine/ports';
import type { ServiceConfig } from '../../model/config';
import type { CommandRunner } from '../command-runner';
import { shellFor } from '../env';

export interface ServiceOptions {
  readonly root: string;
  /** Logs of started services go to `services/` in it. */
  readonly stateDir: string;
  readonly approvals: Approvals;
  readonly run: CommandRunner;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly report: (step: ReadinessStep) => void;
}

const CHECK_TIMEOUT_MS = 15_000;

/** Reports each stage; the last report is the outcome. A service that does not come never stops the work. */
export async function prepareService(service: ServiceConfig, options: ServiceOptions): Promise<void> {
  const report = (status: ReadinessStep['status'], detail: string): void =>
    options.report({ name: service.name, status, detail });
  const refused = [service.check, service.start].find(
    (command) => command !== undefined && !options.approvals.isApproved(command),
  );
  if (!options.approvals.isApproved(service.check)) return report('skipped', `not approved: ${service.check}`);
  report('checking', service.check);
  if (await answers(service, options)) return report('ready', 'it answers');
  if (service.start === undefined) return report('degraded', `${service.check} fails and no start command is named`);
  if (refused !== undefined) return report('degraded', `it does not answer, and its start is not approved: ${refused}`);
  report('starting', service.start);
  const started = startService(service.name, service.start, options);
  const deadline = performance.now() + service.timeoutMs;
  while (performance.now() < deadline && !options.signal.aborted) {
    if (await answers(service, options)) return report('ready', `started by ${service.start}`);
    const failed = started.failed();
    if (failed !== null) return report('degraded', `${service.start} failed (${failed}): ${lastLine(started.log)}`);
    await delay(200);
  }
  const why = options.signal.aborted ? 'cancelled' : `no answer within ${Math.round(service.timeoutMs / 1000)} s`;
  report('degraded', `started, but ${why}: ${lastLine(started.log)}`);
}

async function answers(service: ServiceConfig, options: ServiceOptions): Promise<boolean> {
  const result = await options.run({
    command: service.check,
    cwd: options.root,
    env: options.env,
    signal: options.signal,
    timeoutMs: CHECK_TIMEOUT_MS,
  });
  return result.exitCode === 0;
}

/** A service outlives the host on purpose: it is not supervised, and others may be using it. */
function startService(
  name: string,
  command: string,
  options: ServiceOptions,
): { readonly log: string; readonly failed: () => string | null } {
  const folder = path.join(options.stateDir, 'services');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = path.join(folder, `${name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60)}.log`);
  const fd = openSync(log, 'w', 0o600);
  let failure: string | null = null;
  const child = spawn(command, {
    shell: process.platform === 'win32' ? true : shellFor(command),
    cwd: options.root,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code, signal) => {
    if (code !== 0) failure = signal ?? `exit code ${code}`;
  });
  child.unref();
  return { log, failed: () => failure };
}

function lastLine(log: string): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '';
  } catch {
    return '';
  }
}
