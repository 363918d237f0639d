// A lane: a small shell of this host that runs one command after another, each as the shell's only child. Forking a small
// shell costs a fraction of forking the host, which does not stand still meanwhile. A lane leads a session of its own and
// outlives its host for as long as its command runs. Which lane takes what is for shell-lanes.ts to say.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { MARK, statOf } from './process-tree';
import { LANE } from './supervisor';

export interface LaneJob {
  readonly attemptId: string;
  /** Folder of the attempt, with its owner. */
  readonly dir: string;
  readonly cwd: string;
  /** Absolute. */
  readonly shell: string;
  readonly command: string;
  /** All variables that the command gets, but for its marks. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Lane {
  /** Also its process group and session. */
  readonly pid: number;
  /** Start time of the shell: see processStart. */
  readonly start: string;
  /** Nobody hears it any more. */
  readonly isDead: boolean;
  /** The line that begins this; null: not here. */
  lineFor(job: LaneJob): string | null;
  /** For one line at a time. The command's status; null: it was forbidden to begin, or the lane died over it. */
  begin(line: string): Promise<number | null>;
  /** It takes nothing more. What it does goes on. */
  close(): void;
}

/** A shell reads a pipe byte by byte: long texts are quicker begun directly. */
const LONGEST = 8192;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Variables that some shell does not let anybody set. */
const FIXED: ReadonlySet<string> = new Set([
  'UID',
  'EUID',
  'PPID',
  'BASHOPTS',
  'SHELLOPTS',
  'BASH_VERSINFO',
  'BASHPID',
]);

/** `env`: what its commands get, but for what each of them is told to get otherwise. null: it could not be started. */
export function openLane(env: Readonly<Record<string, string>>): Lane | null {
  const mark = `lane-${randomBytes(8).toString('hex')}`;
  const marks = `${env[MARK] ?? ':'}${mark}:`;
  const child = spawn('/bin/sh', ['-c', LANE, 'soloflow-lane', mark], {
    detached: true,
    cwd: '/',
    env: { ...env, [MARK]: marks },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { pid, stdin, stdout } = child;
  child.on('error', () => undefined);
  if (pid === undefined || stdin === null || stdout === null) return null;
  const start = statOf(pid)?.start;
  if (start === undefined) return null;
  const names = Object.keys(env);
  let isDead = false;
  let jobs = 0;
  let tell: ((status: number | null) => void) | null = null;
  const say = (status: number | null): void => {
    const told = tell;
    tell = null;
    holdsHost(stdout, false);
    told?.(status);
  };
  const died = (): void => {
    isDead = true;
    say(null);
  };
  stdin.on('error', () => (isDead = true));
  // Not 'exit': what it said before it died is still to be read.
  stdout.on('close', died);
  child.on('exit', () => (isDead = true));
  onLines(stdout, (line) => {
    const [what, id, status] = line.split(' ');
    if (id === String(jobs)) say(what === 'E' ? Number(status) : null);
  });
  stayAside(child);

  return {
    pid,
    start,
    get isDead() {
      return isDead;
    },
    lineFor(job) {
      // What the lane has cannot be taken from one command alone.
      if (!names.every((name) => name in job.env)) return null;
      const changed = Object.entries(job.env).filter(([name, value]) => env[name] !== value && name !== MARK);
      if (!changed.every(([name]) => NAME.test(name) && !FIXED.has(name))) return null;
      const line = lineOf(job, [...changed, [MARK, `${marks}${job.attemptId}:`]], jobs + 1);
      return line.length > LONGEST ? null : line;
    },
    begin(line) {
      if (isDead) return Promise.resolve(null);
      jobs += 1;
      return new Promise((resolve) => {
        tell = resolve;
        holdsHost(stdout, true);
        stdin.write(line);
      });
    },
    close() {
      stdin.end();
      holdsHost(stdout, false);
    },
  };
}

/** Is it too long for any lane? */
export const isTooLong = (job: LaneJob): boolean => lineOf(job, [], 0).length > LONGEST - 1024;

/** One command of a lane: see LANE. */
function lineOf(
  { dir, cwd, shell, command }: LaneJob,
  env: readonly (readonly [name: string, value: string])[],
  n: number,
): string {
  const d = quote(dir);
  const variables = env.map(([name, value]) => `${name}=${quote(value)} `).join('');
  const files = `</dev/null >>${quote(`${dir}/out`)} 2>>${quote(`${dir}/err`)}`;
  const work = `{ cd ${quote(cwd)} && ${variables}${shell} -c ${quote(command)} 3>&-; } ${files}`;
  return `soloflow_begun ${d} ${n} && { ${work}; soloflow_ended ${d} ${n} $?; }\n`;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`).replaceAll('\n', `'"$soloflow_nl"'`)}'`;

/** An idle lane must not keep the host alive. */
function stayAside(child: ChildProcess): void {
  child.unref();
  holdsHost(child.stdin, false);
  holdsHost(child.stdout, false);
}

function holdsHost(pipe: unknown, does: boolean): void {
  if (!(pipe instanceof Socket)) return;
  if (does) pipe.ref();
  else pipe.unref();
}

function onLines(out: Readable, take: (line: string) => void): void {
  let rest = '';
  out.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
