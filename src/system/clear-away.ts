// Takes the folders of ended attempts away: many at once by another program, because one at a time costs the host as much
// as starting a command.
import { spawn } from 'node:child_process';

const AT_ONCE = 64;
const SOON_MS = 2000;

interface ClearAway {
  /** `dir`: absolute. */
  add(dir: string): void;
  /** Begins with what is left. */
  release(): void;
}

export function createClearAway(): ClearAway {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | null = null;

  const begin = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const child = spawn('rm', ['-rf', '--', ...waiting], { detached: true, cwd: '/', stdio: 'ignore' });
    waiting = [];
    // They are cleared away by a later host.
    child.on('error', () => undefined);
    child.unref();
  };
  return {
    add(dir) {
      waiting.push(dir);
      if (waiting.length >= AT_ONCE) return begin();
      timer ??= setTimeout(begin, SOON_MS).unref();
    },
    release: begin,
  };
}
