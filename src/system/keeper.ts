// Starts the keeper of this host: the process that outlives us to end what nobody takes over.
import { type ChildProcess, spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { PART } from './attempt-files';
import { KEEPER } from './supervisor';

export interface Keeper {
  /** Makes sure it lives; cheap. */
  ensure(): void;
  /** Commands run for long: watch the size of their output in case this host stands still. */
  busy(is: boolean): void;
  /** Lets the lifeline go: the grace time begins for whatever still runs. */
  release(): void;
}

export interface KeeperOptions {
  readonly attempts: string;
  readonly token: string;
  readonly graceSeconds: number;
  readonly limit: number;
  readonly env: NodeJS.ProcessEnv;
  /** Does anything run that must not outlive us alone? */
  readonly needed: () => boolean;
}

const MOST_RESTARTS = 20;

export function createKeeper(options: KeeperOptions): Keeper {
  let child: ChildProcess | null = null;
  let lifeline: Writable | null = null;
  let isBusy = false;
  let released = false;
  let restarts = 0;

  const start = (): void => {
    const started = spawn(
      '/bin/sh',
      [
        '-c',
        KEEPER,
        'soloflow-keeper',
        options.attempts,
        options.token,
        String(Math.max(1, Math.ceil(options.graceSeconds))),
        String(options.limit),
        String(PART),
      ],
      { detached: true, cwd: '/', env: options.env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    );
    child = started;
    const pipe = started.stdio[3];
    lifeline = pipe instanceof Writable ? pipe : null;
    // Neither may keep this host alive: its death is what they wait for.
    started.unref();
    if (pipe && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
    lifeline?.on('error', () => undefined);
    const lost = (): void => {
      if (child !== started) return;
      child = null;
      // Somebody killed it while commands run: they need another.
      if (!released && options.needed() && restarts++ < MOST_RESTARTS) start();
    };
    started.on('error', lost);
    started.on('exit', lost);
    if (isBusy) lifeline?.write('busy\n');
  };

  return {
    ensure() {
      if (child === null && !released) start();
    },
    busy(is) {
      if (is === isBusy) return;
      isBusy = is;
      lifeline?.write(is ? 'busy\n' : 'idle\n');
    },
    release() {
      released = true;
      lifeline?.destroy();
      lifeline = null;
    },
  };
}
