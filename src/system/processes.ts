// Commands under supervision, on whatever system this is.
import type { Clock } from '../engine/ports';
import { commandEnvironment } from './env';
import { createPosixProcesses } from './posix-processes';
import type { HostProcesses } from './supervised-processes';

export interface ProcessesOptions {
  /** Absolute; the attempts' folders are made in it. */
  readonly stateDir: string;
  readonly graceSeconds: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Default: this process's environment without what an editor adds for itself. */
  readonly env?: Readonly<Record<string, string>>;
}

export function createProcesses(options: ProcessesOptions): HostProcesses {
  const env = options.env ?? commandEnvironment(process.env);
  return createPosixProcesses({ ...options, env });
}
