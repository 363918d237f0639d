// Lanes: one shell that runs one command after another, and what must not get from one to the next.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { assert, asyncProperty, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLanes, type LaneRun, type Lanes } from '../../../src/system/shell-lanes';
import { hasNewcomers, isRunning, lastPid, MARK, treeMembers } from '../../../src/system/process-tree';

let root: string;
let lanes: Lanes;
let ids = 0;
const ENV: Readonly<Record<string, string>> = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', KEPT: 'as it is' };

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "soloflow la'ne-")));
  lanes = createLanes();
});
afterEach(() => {
  lanes.release();
  rmSync(root, { recursive: true, force: true });
});

function begin(command: string, env: Readonly<Record<string, string>> = ENV, cwd = root) {
  const attemptId = `l${process.pid}x${++ids}`;
  const dir = path.join(root, attemptId);
  mkdirSync(dir);
  const run = lanes.begin({ attemptId, dir, cwd, shell: '/bin/sh', command, env });
  return run === null ? null : { ...run, attemptId, dir };
}
function begun(command: string, env?: Readonly<Record<string, string>>, cwd?: string) {
  const run = begin(command, env, cwd);
  if (run === null) throw new Error('not on a lane');
  return run;
}
async function ran(command: string, env?: Readonly<Record<string, string>>, cwd?: string) {
  const run = begun(command, env, cwd);
  const status = await run.ended;
  run.release();
  const read = (name: string): string => readFileSync(path.join(run.dir, name), 'utf8');
  return { ...run, status, out: read('out'), err: read('err'), exit: read('exit'), begun: read('begun') };
}
const others = (run: LaneRun & { readonly attemptId: string }) =>
  treeMembers({ group: run.pid, mark: run.attemptId, host: run.pid });
const gone = async (run: LaneRun): Promise<void> => {
  while (isRunning(run.pid, run.start)) await delay(5);
};

describe('a lane', () => {
  it('runs one command after another, each with its own files and status', async () => {
    const first = await ran('echo one; echo two >&2; exit 3');
    const second = await ran('echo three');
    expect(first).toMatchObject({ status: 3, out: 'one\n', err: 'two\n', exit: '3\n' });
    expect(second).toMatchObject({ status: 0, out: 'three\n', err: '', exit: '0\n', pid: first.pid });
    expect(second.begun).toMatch(new RegExp(`^${first.pid} lane-[0-9a-f]{16}\\n$`));
  });

  it('hands every command over as it is', async () => {
    const anyText = string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', ''));
    await assert(
      asyncProperty(anyText, anyText, async (word, value) => {
        // As a person would type it, quoted for sh.
        const quoted = `'${word.replaceAll("'", "'\\''")}'`;
        const run = await ran(`printf '%s|%s' ${quoted} "$GIVEN"`, { ...ENV, GIVEN: value });
        expect(run).toMatchObject({ out: Buffer.from(`${word}|${value}`).toString(), status: 0 });
      }),
      { numRuns: 150 },
    );
  });

  it('gives each command its variables, and those of no other', async () => {
    const first = await ran('echo "$ONE|$KEPT|$SOLOFLOW_X"', { ...ENV, SOLOFLOW_X: 'a' });
    const second = await ran('echo "$ONE|$KEPT|$SOLOFLOW_X"', { ...ENV, SOLOFLOW_X: 'b', ONE: '1' });
    const third = await ran('echo "$ONE|$KEPT|$SOLOFLOW_X"', { ...ENV, SOLOFLOW_X: 'c' });
    expect([first.out, second.out, third.out]).toEqual(['|as it is|a\n', '1|as it is|b\n', '|as it is|c\n']);
    expect(new Set([first.pid, second.pid, third.pid]).size).toBe(1);
    const less = await ran('echo "${KEPT-none}"', { PATH: ENV['PATH'] ?? '', HOME: '/', SOLOFLOW_X: 'd' });
    expect(less.out).toBe('none\n');
    expect(less.pid).not.toBe(first.pid);
  });

  it('marks its commands with its own mark and theirs, within those of its host', async () => {
    const { out, begun: file, attemptId } = await ran(`echo "$${MARK}"`, { ...ENV, [MARK]: ':outer:' });
    expect(out).toBe(`:outer:${file.trim().split(' ')[1]}:${attemptId}:\n`);
    expect((await ran(`echo "$${MARK}"`, { ...ENV, [MARK]: ':outer:' })).out).not.toContain(attemptId);
  });

  it('runs each where it belongs, also in a folder that was made anew', async () => {
    const inside = path.join(root, '-inside');
    mkdirSync(inside);
    expect((await ran('pwd', ENV, inside)).out).toBe(`${inside}\n`);
    rmSync(inside, { recursive: true });
    mkdirSync(inside);
    expect((await ran('pwd; touch here', ENV, inside)).out).toBe(`${inside}\n`);
    expect(existsSync(path.join(inside, 'here'))).toBe(true);
    rmSync(inside, { recursive: true });
    const lost = await ran('pwd', ENV, inside);
    expect(lost).toMatchObject({ out: '' });
    expect(lost.err).toContain('-inside');
    expect(lost.status).toBeGreaterThan(0);
  });

  it('takes no command in hand that was forbidden to begin', async () => {
    const attemptId = `l${process.pid}x${++ids}`;
    mkdirSync(path.join(root, attemptId));
    writeFileSync(path.join(root, attemptId, 'begun'), 'void\n');
    const job = { attemptId, dir: path.join(root, attemptId), cwd: root, shell: '/bin/sh', command: 'touch ran' };
    expect(await lanes.begin({ ...job, env: ENV })?.ended).toBeNull();
    expect(existsSync(path.join(root, 'ran'))).toBe(false);
  });

  it('waits for a command that stands still', async () => {
    const run = begun('echo $$ >pid; kill -STOP $$; exit 7');
    while (!existsSync(path.join(root, 'pid'))) await delay(5);
    let ended = false;
    void run.ended.then(() => (ended = true));
    await delay(150);
    expect(ended).toBe(false);
    process.kill(Number(readFileSync(path.join(root, 'pid'), 'utf8')), 'SIGCONT');
    expect(await run.ended).toBe(7);
  });

  it('that was killed is not asked again', async () => {
    const { pid, start } = await ran('true');
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid, start)) await delay(2);
    await delay(20);
    expect(await ran('echo on')).toMatchObject({ out: 'on\n', status: 0 });
  });

  it('says that it is gone when its command kills it', async () => {
    expect(await begun('kill -KILL $PPID; sleep 30').ended).toBeNull();
  });

  it('takes no text that is long, and no strange names', async () => {
    expect(begin(`: ${'x'.repeat(9000)}`)).toBeNull();
    await ran('true');
    expect(begin('true', { ...ENV, LONG: 'x'.repeat(9000) })).not.toBeNull();
    const named = begun('true', { ...ENV, 'odd-name': 'x' });
    expect(await named.ended).toBe(0);
  });
});

describe('what a command leaves behind', () => {
  it('is found in its group', async () => {
    const run = begun('sleep 60 & (sleep 61 &) ; exit 0');
    await run.ended;
    expect(run.isLeft()).toBe(true);
    for (const pid of await others(run)) process.kill(pid, 'SIGKILL');
    while ((await others(run)).length > 0) await delay(5);
    expect(run.isLeft()).toBe(false);
  });

  it('is nothing after most commands, however much they did', async () => {
    for (const command of ['true', 'i=0; while [ $i -lt 700 ]; do (:); i=$((i+1)); done']) {
      const run = begun(command);
      await run.ended;
      expect(run.isLeft()).toBe(false);
      run.release();
    }
  });

  it('is told by the pids that the system gives out', async () => {
    const before = lastPid() ?? 0;
    const run = begun('sleep 0.3');
    expect(lastPid()).toBeGreaterThanOrEqual(Math.max(before, run.pid));
    while ((await others(run)).length === 0) await delay(5);
    expect(hasNewcomers(run.pid, before)).toBe(true);
    // A number from before the counter began again looks at everybody.
    expect(hasNewcomers(run.pid, 2 ** 22)).toBe(true);
    await run.ended;
    expect(hasNewcomers(run.pid, 2 ** 22)).toBe(false);
  });
});

describe('the end of a host', () => {
  it('ends idle lanes at once, others after their command', async () => {
    const idle = await ran('true');
    const busy = begun('while [ ! -e go ]; do sleep 0.02; done; exit 5');
    expect(busy.pid).toBe(idle.pid);
    const second = await ran('true');
    lanes.release();
    await gone(second);
    expect(isRunning(busy.pid, busy.start)).toBe(true);
    writeFileSync(path.join(root, 'go'), '');
    await gone(busy);
    expect(readFileSync(path.join(busy.dir, 'exit'), 'utf8')).toBe('5\n');
    expect(begin('true')).toBeNull();
  });

  it('leaves a status that the disk did not take to whoever comes when it does', async () => {
    const run = begun('sleep 0.1; exit 6');
    // No file can be written where a folder stands.
    mkdirSync(path.join(run.dir, 'exit'));
    expect(await run.ended).toBe(6);
    run.release();
    expect(await ran('echo on')).toMatchObject({ pid: run.pid, out: 'on\n' });
    lanes.release();
    await delay(100);
    expect(isRunning(run.pid, run.start)).toBe(true);
    rmSync(path.join(run.dir, 'exit'), { recursive: true });
    await gone(run);
    expect(readFileSync(path.join(run.dir, 'exit'), 'utf8')).toBe('6\n');
  });

  it('leaves few idle lanes behind', async () => {
    const runs = Array.from({ length: 20 }, () => begun('sleep 0.1'));
    await Promise.all(runs.map(({ ended }) => ended));
    for (const run of runs) run.release();
    while (runs.filter(({ pid, start }) => isRunning(pid, start)).length > 8) await delay(5);
    expect(await ran('echo still')).toMatchObject({ out: 'still\n' });
  });
});
