// What a record may claim about attempts, and what is believed of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attempt } from '../../../src/model/run';
import { begun, sizeOf } from '../../../src/system/attempt-files';
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

  describe('secrets that only the host before had', () => {
    /** A host with a secret, and a command of it that prints it and waits for a file "go". */
    async function secretive(own: Readonly<Record<string, string>> = {}) {
      const id = nextId();
      const host = make({ ...env, DB_PASSWORD: 'correct horse battery' });
      const command = 'echo "it is $DB_PASSWORD $API_KEY"; while [ ! -e go ]; do sleep 0.02; done; exit 3';
      const request = { attemptId: id, idempotencyKey: id, command, cwd: root, env: own, title: '' };
      const started = await host.start(request);
      if (!started.ok) throw new Error(JSON.stringify(started.error));
      while (sizeOf(started.value.dir, 'out') === 0) await delay(5);
      const end = async () => {
        writeFileSync(path.join(root, 'go'), '');
        return (await started.value.finished).exitCode;
      };
      return { id, host, end };
    }
    const hidden = { head: 'it is [redacted] [redacted]\n', redactions: 2 };

    it('are hidden when it is taken over', async () => {
      const { id, host } = await secretive({ API_KEY: 'wire nail hammer' });
      const taken = await adopted(attempt(id));
      writeFileSync(path.join(root, 'go'), '');
      expect((await taken.finished).outputs[0]).toMatchObject(hidden);
      host.dispose();
    });

    it('are hidden when nobody runs any more who knew them, whoever took over since', async () => {
      const { id, host, end } = await secretive({ API_KEY: 'wire nail hammer' });
      // Another host has it, and is gone as well before it is over.
      const third = make();
      await third.adopt(attempt(id));
      third.dispose();
      host.dispose();
      expect(await end()).toBe(3);
      expect(await (await adopted(attempt(id))).finished).toMatchObject({ exitCode: 3, outputs: [hidden, {}] });
    });

    it('are hidden from onlookers while it is at work and after it', async () => {
      const { id, host, end } = await secretive({ API_KEY: 'wire nail hammer' });
      let seen = '';
      const watch = second.watch?.(id, (_stream, text) => (seen += text));
      watch?.poll();
      expect(second.peek?.(id)[0]).toMatchObject(hidden);
      await end();
      watch?.end();
      expect(seen).toBe(hidden.head);
      // Over, and not in the record yet: it may take nothing for a while.
      expect(second.peek?.(id)[0]).toMatchObject(hidden);
      host.dispose();
    });
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
