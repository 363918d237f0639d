// Faults of the disk under the record: full, and read-only. As root on a small file system of its own; without root a
// limit on the size of files stands in for the full disk, and mode bits for the read-only one.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, conclude, ended, folder, type Tally } from './faults-trial.mts';

const SIZE = '4m';
const FULL_MS = 1500;
/** A host on a disk that takes nothing must say so by then. */
const PATIENCE_MS = 20_000;

const stateOf = (root: string): string => join(root, 'work', '.soloflow');

function mount(...args: readonly string[]): boolean {
  try {
    execFileSync('mount', [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function mountSmall(root: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(stateOf(root));
  return mount('-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', stateOf(root));
}

/** The last who used it may take a moment to go. */
async function unmount(root: string): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    try {
      execFileSync('umount', [stateOf(root)], { stdio: 'ignore' });
      return;
    } catch {
      await sleep(50);
    }
  }
  execFileSync('umount', ['-l', stateOf(root)]);
}

/** Takes all that is left of the small disk. */
function fill(root: string): string {
  const path = join(stateOf(root), 'filler');
  for (let size = 1 << 20; size >= 512; size >>= 1) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces still fit.
    }
  }
  return path;
}

const begun = (root: string): string => {
  try {
    return readFileSync(join(root, 'work', 'log.txt'), 'utf8');
  } catch {
    return '';
  }
};

async function until(there: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !there(); n += 1) await sleep(10);
}

/** The disk is full while the host works; some time later there is room again. */
export async function full(tally: Tally, round: number): Promise<void> {
  const root = folder();
  if (!mountSmall(root)) return limited(root, tally, round);
  const child = begin(root);
  const end = ended(child);
  await until(() => begun(root).split('\n').length > 1 + (round % 4));
  const filler = fill(root);
  await sleep(FULL_MS);
  rmSync(filler);
  const code = await end;
  await conclude(root, code, tally, () => unmount(root));
}

/** Stand-in: no file may grow beyond what the record needs anyway; the host is ended and continued without the limit. */
async function limited(root: string, tally: Tally, round: number): Promise<void> {
  const child = begin(root, 'none', { fileBlocks: 200 + 100 * round });
  const end = ended(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), 4000);
  await end;
  clearTimeout(timer);
  tally.kills += 1;
  await conclude(root, null, tally);
}

/** The host dies, its folder is read-only for the next one, which must say so and begin nothing; then writable again. */
export async function readOnly(tally: Tally, round: number): Promise<void> {
  const root = folder();
  const mounted = mountSmall(root);
  // In the middle of the run, and of a command.
  const first = begin(root);
  const gone = ended(first);
  await until(() => begun(root).split('\n').length > 1 + (round % 4));
  first.kill('SIGKILL');
  await gone;
  tally.kills += 1;
  // What the dead host left behind ends by itself, or by its keeper.
  for (let n = 0; n < 400 && !protect(root, mounted, true); n += 1) await sleep(50);
  const before = begun(root);
  const child = begin(root);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const code = await ended(child);
  clearTimeout(timer);
  // Success would mean that it ran without a record; killed by us, that it hung.
  if (code === 0 || code === null || begun(root) !== before) tally.repeated += 1;
  protect(root, mounted, false);
  await conclude(root, null, tally, mounted ? () => unmount(root) : undefined);
}

function protect(root: string, mounted: boolean, on: boolean): boolean {
  if (mounted) return mount('-o', `remount,${on ? 'ro' : 'rw'}`, stateOf(root));
  if (process.getuid?.() === 0) throw new Error('mode bits do not bind root, and nothing can be mounted here');
  for (const name of ['', ...readdirSync(stateOf(root), { recursive: true, encoding: 'utf8' })]) {
    const path = join(stateOf(root), name);
    const bits = statSync(path).isDirectory() ? 0o500 : 0o400;
    chmodSync(path, on ? bits : bits | 0o200);
  }
  return true;
}

/** What is tried here, for the heading. */
export const diskKind = (): string =>
  process.platform === 'linux' && process.getuid?.() === 0
    ? `a file system of ${SIZE}`
    : 'without root: a limit on file sizes, mode bits';
