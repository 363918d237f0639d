// Services the config names: asked with their check command, started with their start command, both approved by a person.
import { setTimeout as delay } from 'node:timers/promises';
import type { Approvals, ReadinessStep } from '../../engine/ports';
import type { ServiceConfig } from '../../model/config';
import type { CommandRunner } from '../command-runner';
import { createStartedService } from './started-service';

export interface ServiceOptions {
  readonly root: string;
  /** Logs of started services go to `services/` in it. */
  readonly stateDir: string;
  readonly approvals: Approvals;
  readonly run: CommandRunner;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly report: (step: ReadinessStep) => void;
  /** So often a person hears that a service is still waited for. */
  readonly progressMs?: number;
}

const CHECK_TIMEOUT_MS = 15_000;
const PROGRESS_MS = 5000;
const TO_APPROVE = 'soloflow approve --config shows what a service runs';

/** Reports each stage; the last report is the outcome. A service that does not come never stops the work. */
export async function prepareService(service: ServiceConfig, options: ServiceOptions): Promise<void> {
  const report = (status: ReadinessStep['status'], detail: string): void =>
    options.report({ name: service.name, status, detail });
  const isApproved = (command: string): boolean => options.approvals.isApproved(command);
  if (!isApproved(service.check)) return report('skipped', `not approved: ${service.check} (${TO_APPROVE})`);
  const started = createStartedService(service.name, options);
  await started.limitLog();
  report('checking', service.check);
  if (await answers(service, options)) return report('ready', 'it answers');
  if (service.start === undefined) return report('degraded', `${service.check} fails and no start command is named`);
  if (!isApproved(service.start)) {
    return report('degraded', `it does not answer, and its start is not approved: ${service.start} (${TO_APPROVE})`);
  }
  // Begun by an earlier look, and slow: a second one beside it would be in its way.
  const running = await started.running();
  report('starting', running === null ? service.start : `begun earlier (process ${running}), does not answer yet`);
  if (running === null) await started.start(service.start);
  const began = performance.now();
  const seconds = Math.round(service.timeoutMs / 1000);
  let told = began;
  while (performance.now() - began < service.timeoutMs && !options.signal.aborted) {
    if (await answers(service, options)) return report('ready', `started by ${service.start}`);
    const failed = started.failed();
    if (failed !== null) return report('degraded', `${service.start} failed (${failed})${last(started.lastLine())}`);
    if (performance.now() - told >= (options.progressMs ?? PROGRESS_MS)) {
      told = performance.now();
      report('starting', `no answer yet after ${Math.round((told - began) / 1000)} of ${seconds} s`);
    }
    await delay(200);
  }
  if (options.signal.aborted) return report('degraded', 'started, but cancelled before it answered');
  const pid = await started.running();
  const still = pid === null ? '' : ` (process ${pid} still runs)`;
  report('degraded', `started, but no answer within ${seconds} s${still}${last(started.lastLine())}`);
}

const last = (line: string): string => (line === '' ? '' : `: ${line}`);

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
