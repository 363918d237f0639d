// Makes the workspace ready for commands: environment, toolchain, services. What cannot be made ready is reported and
// work goes on.
import path from 'node:path';
import type { Approvals, Processes, Readiness, ReadinessStep } from '../engine/ports';
import type { Config } from '../model/config';
import { createClock } from './clock';
import { type CommandRunner, createCommandRunner } from './command-runner';
import { commandEnvironment } from './env';
import { createIds } from './ids';
import { createProcesses } from './processes';
import { type QuickExec, quickExec } from './quick-exec';
import { prepareNode } from './readiness/node';
import { checkPostgres, usesPostgres } from './readiness/postgres';
import { preparePython } from './readiness/python';
import { prepareService } from './readiness/services';
import { createRedactor } from './redact';

export interface ReadinessOptions {
  /** Absolute workspace folder. */
  readonly root: string;
  /** Where services that are started keep their logs. Default: `.soloflow` in the workspace. */
  readonly stateDir?: string;
  readonly config: () => Config;
  readonly approvals: Approvals;
  /** Default: processes of their own under `.soloflow`. */
  readonly processes?: Processes;
  readonly exec?: QuickExec;
  /** Default: this process's environment without what an editor adds for itself. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface HostReadiness extends Readiness {
  /** What the last `prepare` found, for commands that run outside an attempt. */
  environment(): Readonly<Record<string, string>>;
}

export function createReadiness(options: ReadinessOptions): HostReadiness {
  const { root } = options;
  const stateDir = options.stateDir ?? path.join(root, '.soloflow');
  const base = options.env ?? commandEnvironment(process.env);
  const exec = options.exec ?? quickExec;
  let ownRunner: CommandRunner | null = null;
  let last: Readonly<Record<string, string>> | null = null;
  const run: CommandRunner = (request) => {
    ownRunner ??= createCommandRunner(
      options.processes ?? createProcesses({ stateDir, graceSeconds: 1, clock: createClock(), env: base }),
      createIds({ now: Date.now }),
    );
    return ownRunner(request);
  };

  return {
    environment: () => last ?? options.config().run.env,
    async prepare(report, signal) {
      const config = options.config();
      if (!options.approvals.trusted()) return config.run.env;
      const env = { ...base, ...config.run.env };
      const redactor = createRedactor(env);
      // A command may carry a secret in its own text, and all this is recorded.
      const tell = (step: ReadinessStep): void => {
        if (!signal.aborted) report({ ...step, detail: redactor.redact(step.detail).text });
      };
      const added = await toolchain(root, env, exec, tell);
      const whole = { ...env, ...added };
      const services = [...config.services];
      const asked = usesPostgres(root, whole);
      if (asked !== null && !services.some(({ name, check }) => /postgres/i.test(name) || /pg_isready/.test(check))) {
        tell({ name: 'PostgreSQL', status: 'checking', detail: asked.sign });
        tell(await checkPostgres(root, asked, whole, exec, signal));
      }
      for (const service of services) {
        if (signal.aborted) break;
        await prepareService(service, {
          root,
          stateDir,
          approvals: options.approvals,
          run,
          env: whole,
          signal,
          report: tell,
        }).catch((error: unknown) => tell({ name: service.name, status: 'degraded', detail: String(error) }));
      }
      last = { ...config.run.env, ...added };
      return last;
    },
  };
}

/** Variables that put the workspace's own Python and Node in front. */
async function toolchain(
  root: string,
  env: Readonly<Record<string, string>>,
  exec: QuickExec,
  report: (step: ReadinessStep) => void,
): Promise<Record<string, string>> {
  const found = await Promise.all([preparePython(root, env, exec), prepareNode(root, env, exec)]);
  const added: Record<string, string> = {};
  for (const { steps, env: variables, unset } of found) {
    for (const step of steps) report(step);
    Object.assign(added, variables);
    // An empty value is as good as none to the tools that read these.
    for (const name of unset) if (env[name] !== undefined) added[name] = '';
  }
  const paths = found.flatMap((prepared) => prepared.paths);
  if (paths.length > 0) added['PATH'] = [...paths, env['PATH'] ?? env['Path'] ?? ''].join(path.delimiter);
  return added;
}
