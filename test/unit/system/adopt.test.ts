// What a record may claim about attempts, and what is believed of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../../src/model/run';
import { begun } from '../../../src/system/attempt-files';
import { createClock } from '../../../src/system/clock';
import { createPosixProcesses } from '../../../src/system/posix-processes';
import { processStart, treeMembers } from '../../../src/system/process-tree';
import type { HostProcesses } from '../../../src/system/supervised-processes';
import { blankAttempt } from '../support/blanks';

let root: string;
let first: HostProcesses;
let second: HostProcesses;
let ids = 0;
const nextId = (): string => `ad${process.pid}x${++ids}`;
const env = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
);
const make = (own = env): HostProcesses =>
  createPosixProcesses({
    stateDir: path.join(root, 'state'),
    graceSeconds: 1,
    clock: createClock(),
    env: own,
    patienceMs: 200,
  });
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-adopt-')));
  first = make();
  second = make();
});
afterEach(() => {
  first.dispose();
  second.dispose();
  rmSync(root, { recursive: true, force: true });
});

const attempt = (id: string, extra: Partial<Attempt> = {}): Attempt =>
  blankAttempt(id, { command: 'x', cwd: root, ...extra });
async function start(command: string) {
  const id = nextId();
  const started = await first.start({ attemptId: id, idempotencyKey: id, command, cwd: root, env: {}, title: '' });
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  // Whoever adopts before the command has begun forbids it.
  while (begun(started.value.dir) === null) await delay(5);
  return { id, handle: started.value };
}
async function adopted(wanted: Attempt) {
  const handle = await second.adopt(wanted);
  if (handle === null) throw new Error('never started');
  return handle;
}

describe('adopting', () => {
  it('shows the output from its beginning, then what comes, and can end the tree', async () => {
    const { id, handle } = await start('echo early; while [ ! -e go ]; do sleep 0.02; done; echo late; sleep 60');
    const { pid, processStart: startedAt, bootId, dir } = handle;
    const taken = await adopted(attempt(id, { pid, processStart: startedAt, bootId, dir }));
    expect(taken.pid).toBe(pid);
    let seen = '';
    const late = new Promise<void>((resolve) => {
      taken.onOutput((_stream, text) => {
        seen += text;
        if (seen.includes('late')) resolve();
      });
    });
    writeFileSync(path.join(root, 'go'), '');
    await late;
    expect(seen).toBe('early\nlate\n');
    // The host that lost it must not end it any more.
    void handle.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await treeMembers({ group: pid, mark: id })).length).toBeGreaterThan(0);
    await taken.end();
    expect(await taken.finished).toMatchObject({ exitCode: null, signal: 'SIGTERM', lost: false });
    expect(await treeMembers({ group: pid, mark: id })).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('hides the secrets that only the host before had', async () => {
    const id = nextId();
    const secretive = make({ ...env, DB_PASSWORD: 'correct horse battery' });
    const command = 'echo "it is $DB_PASSWORD"; while [ ! -e go ]; do sleep 0.02; done';
    const request = { attemptId: id, idempotencyKey: id, command, cwd: root, env: {}, title: '' };
    const started = await secretive.start(request);
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    while (begun(started.value.dir) === null) await delay(5);
    const taken = await adopted(attempt(id));
    writeFileSync(path.join(root, 'go'), '');
    expect((await taken.finished).outputs[0]).toMatchObject({ head: 'it is [redacted]\n', redactions: 1 });
    secretive.dispose();
  });

  it('what finished meanwhile gives its status and output', async () => {
    const { id, handle } = await start('echo x; exit 4');
    await handle.finished;
    expect(await (await adopted(attempt(id))).finished).toMatchObject({
      exitCode: 4,
      lost: false,
      outputs: [{ head: 'x\n' }, { head: '' }],
    });
  });

  it('what never started is null, and can never start afterwards', async () => {
    const id = nextId();
    expect(await second.adopt(attempt(id))).toBeNull();
    mkdirSync(path.join(root, 'state/attempts', id), { recursive: true });
    writeFileSync(path.join(root, 'state/attempts', id, 'owner.x'), '');
    expect(await second.adopt(attempt(id))).toBeNull();
    expect(await second.adopt(attempt(id))).toBeNull();
    expect(
      await first.start({ attemptId: id, idempotencyKey: id, command: 'touch ran', cwd: root, env: {}, title: '' }),
    ).toMatchObject({ ok: false });
    expect(existsSync(path.join(root, 'ran'))).toBe(false);
  });

  it('what ran and left nothing is lost', async () => {
    expect(
      await (
        await adopted(attempt(nextId(), { pid: 12, processStart: '1', bootId: 'x' }))
      ).finished,
    ).toMatchObject({ exitCode: null, lost: true });
  });

  it('what ran before the machine was started anew is lost, its pid left alone', async () => {
    const { id, handle } = await start('sleep 60');
    // Before its leader has begun it would be forbidden to begin, which is another story.
    while (!existsSync(path.join(handle.dir, 'begun'))) await delay(10);
    const taken = await adopted(
      attempt(id, { pid: handle.pid, processStart: handle.processStart, bootId: 'another life' }),
    );
    expect(taken.pid).toBe(0);
    await taken.end();
    await treeMembers({ group: handle.pid, mark: id });
  });
});

describe('a record from somewhere else', () => {
  it.each(['', ' lane-0123456789abcdef', ' /usr/bin'])('cannot make us end a stranger (%j)', async (mark) => {
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const pid = stranger.pid ?? 0;
    const id = nextId();
    const dir = path.join(root, 'state/attempts', id);
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, 'begun'), `${pid}${mark}\n`);
    writeFileSync(path.join(dir, 'owner.x'), '');
    const taken = await adopted(attempt(id, { pid, processStart: await processStart(pid) }));
    await taken.end();
    expect(await taken.finished).toMatchObject({ exitCode: null });
    expect(process.kill(pid, 0)).toBe(true);
    stranger.kill('SIGKILL');
  });

  it('cannot lead us to other folders', async () => {
    const elsewhere = path.join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'owner.x'), '');
    expect(await second.adopt(attempt(nextId(), { dir: elsewhere }))).toBeNull();
    expect(await second.adopt(attempt('../../elsewhere'))).toBeNull();
    expect(readdirSync(elsewhere)).toEqual(['owner.x']);
  });
});
