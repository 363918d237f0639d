// Commands under supervision, on whatever system this is.
import type { Clock } from '../engine/ports';
import { commandEnvironment } from './env';
import { createPosixProcesses } from './posix-processes';
import type { HostProcesses } from './supervised-processes';
import { createWindowsProcesses } from './windows-processes';

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
  return process.platform === 'win32'
    ? createWindowsProcesses({ ...options, env })
    : createPosixProcesses({ ...options, env });
}
