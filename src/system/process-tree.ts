// What belongs to an attempt: the members of its process group, whatever carries its mark in the environment although it
// has left the group, and their children, also with an environment of their own. Finds them and ends them.
import { execFile } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Name of the environment variable with the marks of all attempts a process runs under: ":outer:inner:". */
export const MARK = 'SOLOFLOW_PROCESS';

export interface Tree {
  /** Process group, null when unknown. */
  readonly group: number | null;
  /** Attempt id. */
  readonly mark: string;
  /** A process of the group that belongs to none of its trees. */
  readonly host?: number | null;
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly start: string;
}

/** What Linux tells of a process; null: there is none. */
export function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command name may contain blanks and brackets: fields are counted after the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, parent, group] = fields;
    const start = fields[19];
    return state === undefined || start === undefined
      ? null
      : { state, parent: Number(parent), group: Number(group), start };
  } catch {
    return null;
  }
}

/** Start time of a process in the system's own words; with the pid and the boot id it is an identity. null: gone. */
export async function processStart(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return statOf(pid)?.start ?? null;
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5000 });
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}

/** Does the process that was started then still run? A zombie does not. Cheap; `start` counts only where /proc tells it. */
export function isRunning(pid: number, start: string): boolean {
  if (process.platform === 'linux') {
    const stat = statOf(pid);
    return stat !== null && stat.start === start && !isDead(stat);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const isDead = (stat: Stat): boolean => stat.state === 'Z' || stat.state === 'X';

let boot: Promise<string> | null = null;
/** Changes with every boot, so that a pid of an earlier life is never mistaken. */
export function bootId(): Promise<string> {
  boot ??= readBootId();
  return boot;
}

async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  try {
    const { stdout } = await run('sysctl', ['-n', 'kern.bootsessionuuid'], { timeout: 5000 });
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}

/** Is there anyone in the group? Cheap; counts zombies. */
export function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** The pid that Linux gave out last; null where it does not tell. */
export function lastPid(): number | null {
  try {
    loadFile ??= openSync('/proc/loadavg', 'r');
    const length = readSync(loadFile, loadText, 0, loadText.length, 0);
    const pid = Number(loadText.toString('latin1', 0, length).trim().split(' ')[4]);
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
let loadFile: number | null = null;
const loadText = Buffer.alloc(128);

/** More than so many pids are looked for among all processes. */
const MOST_LOOKED_AT = 500;

/** Linux: does anybody live in the group who was made after the pid `since` was given out? Cheap after little work. */
export function hasNewcomers(group: number, since: number): boolean {
  let from = since;
  // Who is looked at may make another and end meanwhile: until nobody new has come.
  for (let round = 0; round < 10; round++) {
    const to = lastPid();
    if (to === from) return false;
    if (to === null || to < from || to - from > MOST_LOOKED_AT) break;
    for (let pid = from + 1; pid <= to; pid++) {
      const stat = existsSync(`/proc/${pid}`) ? statOf(pid) : null;
      if (stat?.group === group && !isDead(stat)) return true;
    }
    from = to;
  }
  return linuxMembers({ group, mark: '' }, false).some((pid) => pid !== group);
}

/** Living processes of the tree, without zombies and without this process. `marked: false` looks at the group only. */
export async function treeMembers(tree: Tree, marked = true, known: Known = new Map()): Promise<readonly number[]> {
  const found = process.platform === 'linux' ? linuxMembers(tree, marked, known) : await psMembers(tree, marked);
  return found.filter((pid) => pid !== process.pid && pid !== tree.host);
}

/** Members found before, with their start times: what has lost its parent meanwhile is told by nothing else. */
type Known = Map<number, string>;

function linuxMembers(tree: Tree, marked: boolean, known: Known = new Map()): number[] {
  const needle = `:${tree.mark}:`;
  const living = readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    return stat === null || isDead(stat) ? [] : [{ pid: Number(name), stat }];
  });
  const mine = living.filter(
    ({ pid, stat }) =>
      stat.group === tree.group || (marked && (known.get(pid) === stat.start || environmentOf(pid).includes(needle))),
  );
  const members = marked ? withChildren(mine, living) : mine;
  for (const { pid, stat } of members) known.set(pid, stat.start);
  return members.map(({ pid }) => pid);
}

interface Living {
  readonly pid: number;
  readonly stat: Stat;
}

function withChildren(first: readonly Living[], living: readonly Living[]): readonly Living[] {
  const members = new Map(first.map((each) => [each.pid, each]));
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const each of living) if (members.has(each.stat.parent)) members.set(each.pid, each);
  }
  return [...members.values()];
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

async function psMembers(tree: Tree, marked: boolean): Promise<number[]> {
  try {
    // -E shows the environment of one's own processes after the command.
    const { stdout } = await run('ps', ['-axww', '-E', '-o', 'pid=,ppid=,pgid=,stat=,command='], {
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return parsePs(stdout, tree, marked);
  } catch {
    return [];
  }
}

/** Exported for its test: rows of `ps -o pid=,ppid=,pgid=,stat=,command=`. */
export function parsePs(text: string, tree: Tree, marked: boolean): number[] {
  const living = text.split('\n').flatMap((row) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(row);
    const [, pid, parent, group, state = '', command = ''] = match ?? [];
    if (match === null || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), stat: { state, parent: Number(parent), group: Number(group), start: '' }, command }];
  });
  const mine = living.filter(
    ({ stat, command }) => stat.group === tree.group || (marked && command.includes(`:${tree.mark}:`)),
  );
  return (marked ? withChildren(mine, living) : mine).map(({ pid }) => pid);
}

/**
 * TERM to all, then KILL to what is left after `patienceMs`; resolves when nothing lives. The value tells which signal
 * it took, null when there was nobody.
 */
export async function endTree(tree: Tree, patienceMs: number, marked = true): Promise<'SIGTERM' | 'SIGKILL' | null> {
  const known: Known = new Map();
  let members = await treeMembers(tree, marked, known);
  if (members.length === 0) return null;
  const deadline = performance.now() + patienceMs;
  const told = new Set<number>();
  while (members.length > 0 && performance.now() < deadline) {
    for (const pid of members) {
      if (told.has(pid)) continue;
      told.add(pid);
      signal(pid, 'SIGTERM');
    }
    await delay(15);
    members = await treeMembers(tree, marked, known);
  }
  if (members.length === 0) return 'SIGTERM';
  // A tree that forks while it is killed gets round after round; a process stuck in the kernel ends the patience.
  for (let round = 0; members.length > 0 && round < 400; round++) {
    for (const pid of members) signal(pid, 'SIGKILL');
    await delay(15);
    members = await treeMembers(tree, marked, known);
  }
  return 'SIGKILL';
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone between looking and telling.
  }
}
