import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessHandle } from '../../../src/engine/ports';
import { createClock } from '../../../src/system/clock';
import { commandEnvironment } from '../../../src/system/env';
import { createPosixProcesses } from '../../../src/system/posix-processes';
import type { HostProcesses } from '../../../src/system/supervised-processes';
import { isRunning, statOf, treeMembers } from '../../../src/system/process-tree';

let root: string;
let processes: HostProcesses;
let ids = 0;

const nextId = (): string => `t${process.pid}x${++ids}`;
const clock = createClock();
const make = (extra: { outputLimit?: number; env?: Record<string, string> } = {}): HostProcesses =>
  createPosixProcesses({
    stateDir: path.join(root, '.soloflow'),
    graceSeconds: 1,
    clock,
    env: commandEnvironment(process.env),
    patienceMs: 300,
    ...extra,
  });

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow proc-')));
  processes = make();
});
afterEach(() => {
  processes.dispose();
  rmSync(root, { recursive: true, force: true });
});

/** Too long for a lane: stands before commands that are to be begun directly. */
const LONG = `: '${'x'.repeat(9000)}'\n`;
let before = '';

async function start(text: string, env: Record<string, string> = {}): Promise<ProcessHandle & { readonly id: string }> {
  const id = nextId();
  const command = `${before}${text}`;
  const started = await processes.start({
    attemptId: id,
    idempotencyKey: `key-${id}`,
    command,
    cwd: root,
    env,
    title: 't',
  });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return Object.assign(started.value, { id });
}
async function run(command: string, env: Record<string, string> = {}) {
  const handle = await start(command, env);
  const result = await handle.finished;
  const text = (stream: 'out' | 'err'): string => result.outputs.find((one) => one.stream === stream)?.head ?? '';
  return { ...result, handle, out: text('out'), err: text('err') };
}
/** What lives of what the attempt started, in its group or by its mark. Its leader may have others to lead. */
const survivors = (handle: ProcessHandle & { readonly id: string }): Promise<readonly number[]> =>
  treeMembers({ group: handle.pid, mark: handle.id, host: handle.pid });

async function appears(file: string): Promise<void> {
  while (!existsSync(path.join(root, file))) await new Promise((resolve) => setTimeout(resolve, 10));
}

const WAYS = [
  { way: 'on a lane', first: '' },
  { way: 'begun directly', first: LONG },
];

describe.each(WAYS)('a command $way', ({ first }) => {
  beforeEach(() => void (before = first));

  it.each([0, 1, 2, 42, 127, 255])('ends with its own status %i', async (status) => {
    expect((await run(`exit ${status}`)).exitCode).toBe(status);
  });

  it('reports what it printed, where it stood, and the key it was given', async () => {
    const result = await run('pwd; echo "$SOLOFLOW_ATTEMPT $EXTRA"; echo oops >&2; cat; sleep 0.5', { EXTRA: 'more' });
    expect(result.out).toBe(`${root}\nkey-${result.handle.id} more\n`);
    expect(result.err).toBe('oops\n');
    expect(result).toMatchObject({ exitCode: 0, signal: null, lost: false });
    expect(result.handle.processStart).toMatch(/\d/);
    expect(result.handle.bootId).not.toBe('');
  });

  it('names the signal that ended it', async () => {
    expect(await run('kill -SEGV $$')).toMatchObject({ exitCode: 139, signal: 'SIGSEGV', lost: false });
  });

  it('dies of a closed pipe as anywhere', async () => {
    expect(await run('yes | head -n 1')).toMatchObject({ out: 'y\n', err: '', exitCode: 0 });
  });

  it('may use bash where bash is needed', async () => {
    expect((await run('[[ a == a ]] && a=(1 2) && source /dev/null && echo ${#a[@]}')).out).toBe('2\n');
  });

  it('can be interrupted from the inside: interrupts are not ignored', async () => {
    expect((await run('sh -c "kill -INT \\$\\$; sleep 5"; echo $?')).out).toBe('130\n');
  });

  it('is refused when its folder is missing, its id strange, or it has been started before', async () => {
    const request = { attemptId: nextId(), idempotencyKey: 'k', command: 'true', cwd: root, env: {}, title: 't' };
    expect(await processes.start({ ...request, cwd: path.join(root, 'gone') })).toMatchObject({
      ok: false,
      error: { kind: 'file', code: 'ENOENT' },
    });
    expect(await processes.start({ ...request, attemptId: '../x' })).toMatchObject({
      ok: false,
      error: { kind: 'invalid-input' },
    });
    expect((await processes.start(request)).ok).toBe(true);
    expect(await processes.start(request)).toMatchObject({ ok: false, error: { kind: 'file', code: 'EEXIST' } });
  });

  it('shows its output while it runs, with colours and without secrets', async () => {
    const seen: string[] = [];
    const handle = await start(
      'printf "\\033[31mred\\033[0m %s\\n" "$MY_TOKEN"; printf "prompt> "; sleep 0.4; echo done',
      {
        MY_TOKEN: 'hunter2hunter2',
      },
    );
    const early = new Promise<void>((resolve) => {
      handle.onOutput((_stream, text) => {
        seen.push(text);
        if (seen.join('').includes('prompt> ')) resolve();
      });
    });
    await early;
    expect(seen.join('')).toBe('\u001b[31mred\u001b[0m [redacted]\nprompt> ');
    const result = await handle.finished;
    expect(seen.join('')).toBe('\u001b[31mred\u001b[0m [redacted]\nprompt> done\n');
    expect(result.outputs[0]).toMatchObject({
      head: 'red [redacted]\nprompt> done\n',
      redactions: 1,
      truncated: false,
    });
  });
});

describe.each(WAYS)('hostile commands $way', ({ first }) => {
  beforeEach(() => void (before = first));

  it('ignoring TERM do not survive their end', async () => {
    const handle = await start("trap '' TERM; sh -c \"trap '' TERM; sleep 60\" & touch up; while :; do sleep 1; done");
    await appears('up');
    await handle.end();
    const result = await handle.finished;
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', lost: false });
    expect(await survivors(handle)).toEqual([]);
  });

  it('that die of TERM end softly', async () => {
    const handle = await start('touch up; sleep 60');
    await appears('up');
    await handle.end();
    expect(await handle.finished).toMatchObject({ exitCode: null, signal: 'SIGTERM', lost: false });
    expect(await survivors(handle)).toEqual([]);
  });

  it('that left the process group are ended as well', async () => {
    const handle = await start('setsid sleep 61 & (setsid sh -c "sleep 62 & sleep 63" &) ; touch up; sleep 60');
    await appears('up');
    while ((await survivors(handle)).length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    await handle.end();
    expect(await survivors(handle)).toEqual([]);
  });

  it('that left the group with an environment of their own are ended as well, whatever ends first', async () => {
    const inner = String.raw`trap "" TERM; sleep 64 & echo $$ $! >some; mv some own; sleep 65`;
    const handle = await start(`env -i "$(command -v setsid)" sh -c '${inner}' & sleep 60`);
    await appears('own');
    const own = readFileSync(path.join(root, 'own'), 'utf8').trim().split(' ').map(Number);
    await handle.end();
    expect(own.map((pid) => isRunning(pid, statOf(pid)?.start ?? ''))).toEqual([false, false]);
  });

  it('leave nothing of their group when they finish by themselves', async () => {
    const result = await run('sleep 60 & (sleep 61 &) ; echo done');
    expect(result).toMatchObject({ exitCode: 0, out: 'done\n' });
    expect(await survivors(result.handle)).toEqual([]);
  });

  it('that kill their parent are lost, and nothing of them stays', async () => {
    const result = await run('kill -KILL $PPID; sleep 60');
    expect(result).toMatchObject({ exitCode: null, lost: true });
    expect(await survivors(result.handle)).toEqual([]);
  });

  it('that send TERM to their parent are not believed', async () => {
    expect(await run('kill -TERM $PPID; echo still here; exit 3')).toMatchObject({ exitCode: 3, out: 'still here\n' });
  });

  it('that close their streams, change directory and print binary are fine', async () => {
    expect((await run('cd /; exec >&- 2>&-; exit 5')).exitCode).toBe(5);
    const binary = await run("printf 'a\\000b\\377c\\001\\033[2Jd'");
    expect(binary).toMatchObject({ exitCode: 0, out: 'ab\u{fffd}cd' });
  });

  it('that flood are kept with head and tail, their file bounded', async () => {
    processes.dispose();
    processes = make({ outputLimit: 512 * 1024 });
    let largest = 0;
    const handle = await start(
      'echo first; yes "0123456789012345678901234567890123456789" | head -c 300000000; echo last',
    );
    const watch = setInterval(
      () => (largest = Math.max(largest, statSync(path.join(handle.dir, 'out')).blocks * 512)),
      5,
    );
    const result = await handle.finished;
    clearInterval(watch);
    const out = result.outputs.find((one) => one.stream === 'out');
    expect(result.exitCode).toBe(0);
    expect(out?.truncated).toBe(true);
    expect(out?.head.startsWith('first\n0123')).toBe(true);
    expect(out?.tail.endsWith('last\n')).toBe(true);
    expect(out?.head.length).toBeLessThanOrEqual(64 * 1024);
    // The whole flood was never on the disk at once.
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(290_000_000);
    expect(out?.bytes).toBe(300_000_000 + 'first\nlast\n'.length);
  });

  it('have the variables that a person exported, whatever they are called', async () => {
    processes.dispose();
    const names = ['D', 'L', 'A', 'r', 'job', 'C', 'T'];
    processes = make({ env: { ...commandEnvironment(process.env), ...Object.fromEntries(names.map((n) => [n, n])) } });
    const { out } = await run(`echo ${names.map((name) => `$${name}`).join(' ')}`);
    expect(out).toBe(`${names.join(' ')}\n`);
  });

  it('run side by side without mixing', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => run(`echo ${i}; exit ${i}`)));
    expect(results.map((result) => [result.exitCode, result.out])).toEqual(results.map((_, i) => [i, `${i}\n`]));
  });
});

describe('a lane that stands still', () => {
  it('never begins what was ended meanwhile, and takes nothing more', async () => {
    before = '';
    const first = await run('true');
    process.kill(first.handle.pid, 'SIGSTOP');
    const handle = await start('touch ran');
    expect(handle.pid).toBe(first.handle.pid);
    await handle.end();
    expect(await handle.finished).toMatchObject({ exitCode: null, signal: 'SIGTERM', lost: false });
    process.kill(handle.pid, 'SIGCONT');
    while (isRunning(handle.pid, handle.processStart)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(existsSync(path.join(root, 'ran'))).toBe(false);
    expect((await run('echo on')).out).toBe('on\n');
  });
});

describe('the files', () => {
  beforeEach(() => void (before = ''));

  it('stay until forgotten', async () => {
    const result = await run('echo x');
    expect(readFileSync(path.join(result.handle.dir, 'exit'), 'utf8')).toBe('0\n');
    processes.forget(result.handle.id);
    while (existsSync(result.handle.dir)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(existsSync(path.dirname(result.handle.dir))).toBe(true);
  });

  it('of a running command are not removed', async () => {
    const handle = await start('sleep 60');
    processes.forget(handle.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(existsSync(handle.dir)).toBe(true);
    await handle.end();
  });
});
