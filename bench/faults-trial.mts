// One trial of a host: a folder with a small plan, lives that may be cut short, and the count of what is wrong afterwards.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLAN } from './faults-host.mts';

export const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
const MOST_CONTINUES = 12;

export interface Tally {
  trials: number;
  kills: number;
  lost: number;
  repeated: number;
  orphans: number;
  unfinished: number;
  unticked: number;
}

const plan = (): string =>
  [
    '# Task List: B-001 — Trial',
    '',
    ...NAMES.map((name, index) =>
      [
        `#### Task 1.${index + 1}: Write ${name}`,
        '',
        '**Status**: todo',
        `**Dependencies**: ${index === 0 ? 'None' : index === 4 ? 'Task 1.3, Task 1.4' : `Task 1.${Math.max(1, index - 1)}`}`,
        '',
        '**Commands**:',
        '',
        '```bash',
        `echo ${name} >> log.txt; sleep 0.05`,
        '```',
        '',
        '**Quality Gates**:',
        '',
        `- [ ] \`grep -q ${name} log.txt\` passes`,
        '',
      ].join('\n'),
    ),
  ].join('\n');

export function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-trial-'));
  mkdirSync(join(root, 'work'));
  writeFileSync(join(root, 'work', PLAN), plan());
  return root;
}

/** Begins a life of a host in a trial's folder. `fileBlocks`: no file may be larger, in units of 512 bytes. */
export function begin(root: string, point = 'none', limits: { readonly fileBlocks?: number } = {}): ChildProcess {
  const command = [process.execPath, process.argv[1] ?? '', 'host', join(root, 'work'), point];
  const shell = `trap '' XFSZ; ulimit -f ${limits.fileBlocks}; exec "$@"`;
  const [program = '', ...args] =
    limits.fileBlocks === undefined ? command : ['/bin/sh', '-c', shell, 'sh', ...command];
  return spawn(program, args, {
    env: { ...process.env, SOLOFLOW_USER_DIR: join(root, 'user') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Its exit code, null when it was killed. */
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) => {
    child.on('exit', done);
  });

/** One whole life, cut short after some time or at a point. */
export async function live(root: string, point = 'none', killAfterMs: number | null = null): Promise<number | null> {
  const child = begin(root, point);
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const code = await ended(child);
  if (timer !== null) clearTimeout(timer);
  return code;
}

/**
 * Continues until the end, then counts what is wrong and clears the folder away, after `before`. `code`: of the last
 * life.
 */
export async function conclude(
  root: string,
  code: number | null,
  tally: Tally,
  before: () => Promise<void> = async () => undefined,
): Promise<void> {
  let last = code;
  for (let n = 0; last !== 0 && n < MOST_CONTINUES; n += 1) last = await live(root);
  if (last !== 0) tally.unfinished += 1;
  const lines = read(join(root, 'work', 'log.txt'))
    .split('\n')
    .filter((line) => line !== '');
  for (const name of NAMES) {
    const times = lines.filter((line) => line === name).length;
    if (times === 0) tally.lost += 1;
    if (times > 1) tally.repeated += 1;
  }
  if (read(join(root, 'work', PLAN)).includes('**Status**: todo')) tally.unticked += 1;
  const left = processesIn(root);
  tally.orphans += left.length;
  for (const pid of left) process.kill(pid, 'SIGKILL');
  await before();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

export const newTally = (): Tally => ({
  trials: 0,
  kills: 0,
  lost: 0,
  repeated: 0,
  orphans: 0,
  unfinished: 0,
  unticked: 0,
});
export const wrong = (tally: Tally): number =>
  tally.lost + tally.repeated + tally.orphans + tally.unfinished + tally.unticked;

export function printTally(title: string, tally: Tally): void {
  console.log(title);
  for (const [name, value] of Object.entries(tally)) console.log(`  ${name.padEnd(11)} ${value}`);
}

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Commands still at work in the trial's folder. */
function processesIn(root: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(root) && read(`/proc/${pid}/cmdline`).includes('log.txt');
      } catch {
        return false;
      }
    })
    .map(Number);
}
