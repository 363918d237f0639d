// What differs between systems about supervised processes.
import type { ChildProcess } from 'node:child_process';
import type { Lanes } from './shell-lanes';
import type { Tree } from './process-tree';

export interface Identity {
  /** Leader of the tree; null: it is gone. */
  readonly pid: number | null;
  /** When it was started, in the system's words. */
  readonly start: string;
  readonly boot: string;
}

interface LaunchRequest {
  readonly dir: string;
  readonly token: string;
  readonly command: string;
  readonly cwd: string;
  /** Descriptors open for appending. */
  readonly out: number | 'ignore';
  readonly err: number | 'ignore';
  readonly env: Readonly<Record<string, string>>;
}

interface PlatformOptions {
  readonly attempts: string;
  readonly token: string;
  readonly graceSeconds: number;
  /** Bytes a stream's file may have. */
  readonly limit: number;
  readonly env: Readonly<Record<string, string>>;
  /** Does anything run that must not outlive us alone? */
  readonly needed: () => boolean;
}

export type MakePlatform = (options: PlatformOptions) => Platform;

export interface Platform {
  /** Whoever outlives us to end what nobody takes over: make sure it is there. */
  ensure(): void;
  /** Commands run for long. */
  busy(is: boolean): void;
  /** Lets go: the grace time begins for whatever still runs. */
  release(): void;
  launch(request: LaunchRequest): ChildProcess;
  /** The command's status, as the exit code of what was launched tells it; null: it does not. */
  statusOf(code: number | null): number | null;
  /** A quicker way to launch, for what it takes. */
  readonly lanes?: Pick<Lanes, 'begin'>;
  /** Removes a folder some time soon. What is left over is cleared away by a later host. */
  clearAway(dir: string): void;
  bootId(): Promise<string>;
  startOf(pid: number): Promise<string | null>;
  isAlive(identity: Identity): boolean;
  carriesMark(pid: number, mark: string): Promise<boolean>;
  /** Is anything left of a tree whose leader has ended? Cheap. */
  leftovers(pid: number): boolean;
  /** Ends the whole tree, softly first; the signal it took, null when there was nobody. */
  endTree(tree: Tree, patienceMs: number, marked: boolean): Promise<'SIGTERM' | 'SIGKILL' | null>;
}
