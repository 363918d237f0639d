// A lane: one shell that begins commands for this host. Forking a small shell costs less than forking the host, and the
// host does not stand still meanwhile. Each command leads a process group of its own and outlives lane and host.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { BASH } from './env';
import { LANE, LEADER } from './supervisor';

interface LaneJob {
  readonly dir: string;
  readonly cwd: string;
  readonly shell: string;
  readonly command: string;
  /** What the command gets beyond the lane's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface LaneStart {
  readonly pid: number;
  /** Resolves to the command's status when the leader says that it is through. Silent when it is killed. */
  readonly ended: Promise<number>;
}

export interface Lane {
  /** null: not this way, begin it directly. Resolves to null when nobody knows whether it was begun: the lane died. */
  begin(job: LaneJob): Promise<LaneStart | null> | null;
  /** Takes nothing more. What was begun goes on. */
  release(): void;
}

/** A shell reads a pipe byte by byte: long texts are quicker begun directly. */
const LONGEST = 8192;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Variables that bash does not let anybody set. */
const FIXED: ReadonlySet<string> = new Set([
  'UID',
  'EUID',
  'PPID',
  'BASHOPTS',
  'SHELLOPTS',
  'BASH_VERSINFO',
  'BASHPID',
]);
/** The list of finished jobs of a shell grows: a new one now and then. */
const MOST_JOBS = 2000;

interface Shell {
  readonly child: ChildProcess;
  jobs: number;
  dead: boolean;
  readonly starting: Map<string, (start: LaneStart | null) => void>;
  readonly running: Map<string, (status: number) => void>;
  /** Through before the lane said that they began. */
  readonly early: Map<string, number>;
}

export function createLane(env: Readonly<Record<string, string>>, bash: string | null = BASH): Lane {
  let current: Shell | null = null;
  let released = false;
  let count = 0;

  const open = (program: string): Shell | null => {
    const child = spawn(program, ['-p', '-c', LANE, 'soloflow-lane', LEADER], {
      detached: true,
      cwd: '/',
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    if (child.pid === undefined || child.stdin === null || child.stdout === null) {
      child.on('error', () => undefined);
      return null;
    }
    const shell: Shell = { child, jobs: 0, dead: false, starting: new Map(), running: new Map(), early: new Map() };
    const died = (): void => {
      shell.dead = true;
      for (const said of shell.starting.values()) said(null);
      shell.starting.clear();
    };
    child.on('error', died);
    child.stdin.on('error', died);
    // Not 'exit': what it said before it died is still to be read.
    child.stdout.on('close', died);
    child.on('exit', () => (shell.dead = true));
    listen(child.stdout, shell);
    child.unref();
    holdsHost(child.stdin, false);
    holdsHost(child.stdout, false);
    return shell;
  };

  return {
    begin(job) {
      if (released || bash === null) return null;
      const names = Object.keys(job.env);
      if (!names.every((name) => NAME.test(name) && !FIXED.has(name))) return null;
      const id = String((count += 1));
      const text = textOf(job, id);
      if (text.length > LONGEST) return null;
      if (current !== null && (current.dead || current.jobs >= MOST_JOBS)) {
        current.child.stdin?.end();
        current = null;
      }
      current ??= open(bash);
      if (current === null) return null;
      const shell = current;
      shell.jobs += 1;
      return new Promise((resolve) => {
        shell.starting.set(id, resolve);
        holdsHost(shell.child.stdout, true);
        shell.child.stdin?.write(`${text}\0`);
      });
    },
    release() {
      released = true;
      current?.child.stdin?.end();
      current = null;
    },
  };
}

/** An idle lane must not keep the host alive, one that was asked must. */
function holdsHost(pipe: unknown, does: boolean): void {
  if (!(pipe instanceof Socket)) return;
  if (does) pipe.ref();
  else pipe.unref();
}

function listen(out: Readable, shell: Shell): void {
  let rest = '';
  out.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [what, id = '', number] = line.split(' ');
      if (what === 'S') {
        const begun = shell.starting.get(id);
        shell.starting.delete(id);
        if (shell.starting.size === 0) holdsHost(out, false);
        // A leader may be through before the lane has said that it began.
        const early = shell.early.get(id);
        shell.early.delete(id);
        const ended =
          early === undefined
            ? new Promise<number>((resolve) => shell.running.set(id, resolve))
            : Promise.resolve(early);
        begun?.({ pid: Number(number), ended });
      } else if (what === 'E') {
        const end = shell.running.get(id);
        shell.running.delete(id);
        if (end === undefined) shell.early.set(id, Number(number));
        else end(Number(number));
      }
    }
  });
}

/** One command of the lane's shell: begins the leader and says its pid. */
function textOf({ dir, cwd, shell, command, env }: LaneJob, id: string): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  const leader = ['/bin/sh', '-c', '"$1"', 'soloflow', quote(dir), quote(shell), quote(command), id].join(' ');
  const files = `</dev/null >>${quote(`${dir}/out`)} 2>>${quote(`${dir}/err`)}`;
  const exported = variables.length === 0 ? '' : `export ${variables.join(' ')}; `;
  return `(cd ${quote(cwd)} && { ${exported}exec ${leader} ${files}; })& echo "S ${id} $!" >&3`;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
