// The Windows half, run here with another killer: the helper's files, its lifeline and the calls it makes are the same.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/system/clock';
import { treeMembers } from '../../../src/system/process-tree';
import type { HostProcesses } from '../../../src/system/supervised-processes';
import { WINDOWS_HELPER } from '../../../src/system/windows-helper';
import { createWindowsProcesses, TASKKILL, type WindowsTools } from '../../../src/system/windows-processes';

// Ends a process and all its descendants, as taskkill /T /F does.
const KILL_TREE = 'k() { for c in $(ps -o pid= --ppid "$1"); do k "$c"; done; kill -9 "$1"; }; k "$1"';
const killer = ['sh', '-c', KILL_TREE, 'taskkill'];

let root: string;
let processes: HostProcesses;
let calls: string[][];
let ids = 0;
const environment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-win-')));
  calls = [];
  const tools: WindowsTools = {
    killer: TASKKILL,
    exec: (program, args) => {
      calls.push([program, ...args]);
      if (program === 'powershell')
        return Promise.resolve(args.join(' ').includes('LastBootUpTime') ? '638000000000000000\r\n' : '638111\r\n');
      return new Promise((resolve) => {
        const [shell = '', ...rest] = killer;
        spawn(shell, [...rest, args.at(-1) ?? ''], { stdio: 'ignore' }).once('close', (code) =>
          resolve(code === 0 ? '' : null),
        );
      });
    },
  };
  processes = createWindowsProcesses(
    { stateDir: path.join(root, '.soloflow'), graceSeconds: 1, clock: createClock(), env: environment() },
    tools,
  );
});
afterEach(() => {
  processes.dispose();
  rmSync(root, { recursive: true, force: true });
});

async function start(command: string) {
  const id = `w${process.pid}x${++ids}`;
  const started = await processes.start({ attemptId: id, idempotencyKey: id, command, cwd: root, env: {}, title: '' });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return { handle: started.value, id };
}
const survivors = (id: string) => treeMembers({ group: null, mark: id });
async function appears(file: string): Promise<void> {
  while (!existsSync(path.join(root, file))) await delay(10);
}
async function emptied(id: string): Promise<readonly number[]> {
  const deadline = performance.now() + 10_000;
  while ((await survivors(id)).length > 0 && performance.now() < deadline) await delay(20);
  return survivors(id);
}

describe('on Windows', () => {
  it('a command ends with its status, its output, its identity', async () => {
    const { handle } = await start('echo out; echo err >&2; exit 9');
    expect(handle).toMatchObject({ processStart: '638111', bootId: '638000000000000000' });
    const result = await handle.finished;
    expect(result).toMatchObject({ exitCode: 9, lost: false });
    expect(result.outputs.map(({ head }) => head)).toEqual(['out\n', 'err\n']);
    expect(readFileSync(path.join(handle.dir, 'exit'), 'utf8')).toBe('9\n');
  });

  it('a tree is ended by one call for the helper, which takes all below it', async () => {
    const { handle, id } = await start('sleep 61 & sh -c "sleep 62 & sleep 63" & touch up; sleep 60');
    await appears('up');
    await handle.end();
    expect(await handle.finished).toMatchObject({ exitCode: null, signal: 'SIGKILL', lost: false });
    expect(calls.filter(([program]) => program !== 'powershell')).toEqual([
      ['taskkill', '/T', '/F', '/PID', String(handle.pid)],
    ]);
    expect(await emptied(id)).toEqual([]);
  });
});

describe('the helper', () => {
  /** As a host would start it; closing its standard input is the host's death. */
  function helper(command: string, name: string, env: Record<string, string> = {}) {
    const dir = path.join(root, name);
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'owner.first'), `${process.pid}\n`);
    const child = spawn(
      process.execPath,
      ['-e', WINDOWS_HELPER, '--', dir, 'first', '600', JSON.stringify(killer), command],
      {
        cwd: root,
        stdio: ['pipe', 'ignore', 'inherit'],
        env: { ...environment(), SOLOFLOW_PROCESS: `:${name}:`, ...env },
      },
    );
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    return { dir, child, gone };
  }

  it('ends the tree when the host dies and nobody comes', async () => {
    const id = `h${process.pid}a`;
    const { dir, child, gone } = helper('touch up; sleep 60', id);
    await appears('up');
    child.stdin.end();
    expect(await gone).toBe(137);
    expect(existsSync(path.join(dir, 'killed'))).toBe(true);
    expect(existsSync(path.join(dir, 'exit'))).toBe(false);
    expect(await emptied(id)).toEqual([]);
  });

  it('goes on for a new host, and ends when that one dies as well', async () => {
    const id = `h${process.pid}b`;
    const { dir, child, gone } = helper('touch up; sleep 60', id);
    await appears('up');
    const next = spawn('sleep', ['60']);
    renameSync(path.join(dir, 'owner.first'), path.join(dir, 'owner.second'));
    writeFileSync(path.join(dir, 'owner.second'), `${next.pid}\n`);
    child.stdin.end();
    await delay(1500);
    expect((await survivors(id)).length).toBeGreaterThan(0);
    next.kill('SIGKILL');
    expect(await gone).toBe(137);
    expect(await emptied(id)).toEqual([]);
  });

  it('publishes the status of a command that ends after the host', async () => {
    const id = `h${process.pid}c`;
    const { dir, child, gone } = helper('touch up; sleep 0.4; echo done; exit 6', id);
    await appears('up');
    child.stdin.end();
    expect(await gone).toBe(6);
    expect(readFileSync(path.join(dir, 'exit'), 'utf8')).toBe('6\n');
    expect(readFileSync(path.join(dir, 'out'), 'utf8')).toBe('done\n');
  });

  it('does not begin what an adopter has forbidden', async () => {
    const id = `h${process.pid}d`;
    mkdirSync(path.join(root, `${id}x`));
    const dir = path.join(root, id);
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'begun'), 'void\n');
    const child = spawn(
      process.execPath,
      ['-e', WINDOWS_HELPER, '--', dir, 't', '600', JSON.stringify(killer), 'touch ran'],
      { cwd: root, stdio: 'ignore' },
    );
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(125);
    expect(existsSync(path.join(root, 'ran'))).toBe(false);
  });
});
