// Hosts that are killed: what they ran must be taken over, exactly once, or ended.
import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessResult } from '../../../src/engine/ports';
import { treeMembers } from '../../../src/system/process-tree';

const NODE = path.resolve('node_modules/.bin/node');
let folder: string;
let host: string;
let rounds = 0;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-kill-')));
  host = path.join(folder, 'host.mjs');
  await build({
    entryPoints: [path.resolve('test/unit/system/support/host.ts')],
    outfile: host,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Event {
  readonly event: string;
  readonly id: string;
  readonly pid?: number;
  readonly result?: ProcessResult;
}
interface Host {
  readonly child: ChildProcess;
  readonly events: Event[];
  readonly gone: Promise<void>;
  until(test: (event: Event) => boolean): Promise<Event>;
}

function startHost(order: object): Host {
  const child = spawn(NODE, [host, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const events: Event[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => events.push(JSON.parse(line) as Event));
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    child,
    events,
    gone,
    async until(test) {
      for (;;) {
        const found = events.find(test);
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`host ended first: ${JSON.stringify(events)}`);
        await delay(5);
      }
    },
  };
}

function setting(): { readonly n: number; readonly cwd: string; readonly stateDir: string } {
  const n = ++rounds;
  const cwd = path.join(folder, `w ${n}`);
  mkdirSync(cwd);
  return { n, cwd, stateDir: path.join(cwd, '.soloflow') };
}

/** Says it ran, works a little while printing, says it is done, ends with a status of its own. */
const task = (id: string, status: number, tenths: number): string =>
  `echo run >>${id}.runs; i=0; while [ $i -lt ${tenths} ]; do echo "line $i"; sleep 0.1; i=$((i+1)); done; echo end >>${id}.runs; exit ${status}`;

async function nobodyLeft(ids: readonly string[]): Promise<number[]> {
  const left = await Promise.all(ids.map((id) => treeMembers({ group: null, mark: id })));
  return left.flat();
}

async function goneWithin(ids: readonly string[], ms: number): Promise<number[]> {
  const deadline = performance.now() + ms;
  let left = await nobodyLeft(ids);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(50);
    left = await nobodyLeft(ids);
  }
  return left;
}

/** Pids of processes in whose command line all of these stand. */
function processesWith(...words: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return words.every((word) => line.includes(word));
      } catch {
        return false;
      }
    });
}
/** Pids of the keepers that watch over a state folder. */
const keepersOf = (stateDir: string): string[] => processesWith('soloflow-keeper', stateDir);

describe.concurrent('a killed host', () => {
  // Delays from the first start: while starting, while all run, when some have finished.
  it.each([0, 10, 40, 120, 250, 450, 700])('killed after %i ms loses nothing and repeats nothing', async (ms) => {
    const { n, cwd, stateDir } = setting();
    const tasks = [0, 1, 2, 3].map((i) => ({
      id: `k${process.pid}-${n}-${i}`,
      status: 10 + n,
      tenths: 1 + n * 3,
    }));
    const ids = tasks.map(({ id }) => id);
    const base = { stateDir, cwd, graceSeconds: 20 };
    const first = startHost({
      ...base,
      start: tasks.map(({ id, status, tenths }) => ({ id, command: task(id, status, tenths) })),
      adopt: [],
    });
    await first.until(({ event }) => event === 'started');
    await delay(ms);
    first.child.kill('SIGKILL');
    await first.gone;
    const second = startHost({ ...base, start: [], adopt: ids });
    await second.until(({ event }) => event === 'done');
    await second.gone;
    const truths = tasks.map(({ id, status, tenths }) => {
      const said = second.events.filter((event) => event.id === id);
      const result = said.find(({ event }) => event === 'finished')?.result;
      const ran = existsSync(path.join(cwd, `${id}.runs`)) ? readFileSync(path.join(cwd, `${id}.runs`), 'utf8') : '';
      if (result === undefined)
        return said.some(({ event }) => event === 'never-started') && ran === '' ? 'never ran' : said;
      const lines = Array.from({ length: tenths }, (_, i) => `line ${i}\n`).join('');
      const whole = result.outputs.find((one) => one.stream === 'out')?.head === lines;
      const once = ran === 'run\nend\n';
      return once && whole && result.exitCode === status && !result.lost ? 'ran once' : { ran, result };
    });
    expect(truths.filter((truth) => truth !== 'ran once' && truth !== 'never ran')).toEqual([]);
    expect(truths[0]).toBe('ran once');
    expect(await nobodyLeft(ids)).toEqual([]);
  });

  it('whose work nobody takes over leaves no process, whatever the command does', async () => {
    const { n, cwd, stateDir } = setting();
    // Carries no mark, is in the group.
    const unmarked = `66.${process.pid}`;
    const commands = [
      'sleep 60',
      "trap '' TERM HUP INT; while :; do sleep 0.2; done",
      'setsid sleep 61 & setsid sh -c "trap \\"\\" TERM; sleep 62" & sleep 60',
      'sh -c "sleep 63 & sleep 64" & wait',
      'exec >&- 2>&- <&-; cd /; sleep 65',
      `exec env -i sleep ${unmarked}`,
    ];
    const start = commands.map((command, i) => ({ id: `o${process.pid}-${n}-${i}`, command }));
    const ids = start.map(({ id }) => id);
    const first = startHost({ stateDir, cwd, graceSeconds: 1, start, adopt: [] });
    await first.until(({ event, id }) => event === 'started' && id === ids.at(-1));
    await delay(200);
    expect((await nobodyLeft(ids)).length).toBeGreaterThanOrEqual(9);
    expect(processesWith(`sleep\0${unmarked}`)).toHaveLength(1);
    first.child.kill('SIGKILL');
    await first.gone;
    expect(await goneWithin(ids, 12_000)).toEqual([]);
    while (processesWith(`sleep\0${unmarked}`).length > 0) await delay(50);
    const later = startHost({ stateDir, cwd, graceSeconds: 1, start: [], adopt: ids });
    await later.until(({ event }) => event === 'done');
    for (const id of ids) {
      expect(later.events.find((event) => event.event === 'finished' && event.id === id)?.result).toMatchObject({
        exitCode: null,
        lost: true,
      });
    }
  }, 30_000);

  it('leaves no process either when its folder was taken away', async () => {
    const { n, cwd, stateDir } = setting();
    const ids = [`r${process.pid}-${n}-a`, `r${process.pid}-${n}-b`];
    const start = ids.map((id) => ({ id, command: `echo ${id}; sleep 67 & sleep 68` }));
    const first = startHost({ stateDir, cwd, graceSeconds: 1, start, adopt: [] });
    await first.until(({ event, id }) => event === 'started' && id === ids.at(-1));
    await delay(200);
    rmSync(stateDir, { recursive: true });
    first.child.kill('SIGKILL');
    await first.gone;
    expect(await goneWithin(ids, 12_000)).toEqual([]);
  }, 30_000);

  it('is followed by another that is killed as well: still no orphan, and a third can take over', async () => {
    const { n, cwd, stateDir } = setting();
    const [stays, goes] = [`d${process.pid}-${n}-a`, `d${process.pid}-${n}-b`];
    const base = { stateDir, cwd, graceSeconds: 5 };
    const first = startHost({
      ...base,
      start: [
        { id: stays, command: task(stays, 7, 25) },
        { id: goes, command: 'sleep 60' },
      ],
      adopt: [],
    });
    await first.until(({ event, id }) => event === 'started' && id === goes);
    first.child.kill('SIGKILL');
    await first.gone;
    const second = startHost({ ...base, start: [], adopt: [stays, goes] });
    await second.until(({ event, id }) => event === 'adopted' && id === goes);
    second.child.kill('SIGKILL');
    await second.gone;
    const third = startHost({ ...base, start: [], adopt: [stays] });
    const finished = await third.until(({ event, id }) => event === 'finished' && id === stays);
    expect(finished.result).toMatchObject({ exitCode: 7, lost: false });
    expect(readFileSync(path.join(cwd, `${stays}.runs`), 'utf8')).toBe('run\nend\n');
    await third.gone;
    expect(await goneWithin([stays, goes], 30_000)).toEqual([]);
  }, 60_000);

  it.each([
    { way: 'on a lane', first: '' },
    { way: 'begun directly', first: `: '${'x'.repeat(9000)}'\n` },
  ])(
    'leaves the status to the next host that the disk does not take now, $way',
    async ({ way, first }) => {
      const { n, cwd, stateDir } = setting();
      const id = `f${process.pid}-${n}-${way.length}`;
      const command = `${first}while [ ! -e go ]; do sleep 0.05; done; ${task(id, 9, 1)}`;
      const base = { stateDir, cwd, graceSeconds: 20 };
      const host1 = startHost({ ...base, start: [{ id, command }], adopt: [] });
      await host1.until(({ event }) => event === 'started');
      // Nothing can be written through this.
      const exit = path.join(stateDir, 'attempts', id, 'exit');
      symlinkSync('no/such/folder', exit);
      host1.child.kill('SIGKILL');
      await host1.gone;
      writeFileSync(path.join(cwd, 'go'), '');
      while (
        !existsSync(path.join(cwd, `${id}.runs`)) ||
        !readFileSync(path.join(cwd, `${id}.runs`), 'utf8').includes('end')
      )
        await delay(20);
      await delay(300);
      const host2 = startHost({ ...base, start: [], adopt: [id] });
      await host2.until(({ event }) => event === 'adopted');
      rmSync(exit);
      const { result } = await host2.until(({ event }) => event === 'finished');
      expect(result).toMatchObject({ exitCode: 9, lost: false });
      expect(readFileSync(path.join(cwd, `${id}.runs`), 'utf8')).toBe('run\nend\n');
      await host2.gone;
    },
    30_000,
  );

  it('may lose its keeper first', async () => {
    const { n, cwd, stateDir } = setting();
    const id = `p${process.pid}-${n}`;
    const first = startHost({ stateDir, cwd, graceSeconds: 1, start: [{ id, command: 'sleep 60' }], adopt: [] });
    await first.until(({ event }) => event === 'started');
    const [keeper] = keepersOf(stateDir);
    process.kill(Number(keeper), 'SIGKILL');
    while (keepersOf(stateDir).every((pid) => pid === keeper)) await delay(10);
    first.child.kill('SIGKILL');
    await first.gone;
    expect(await goneWithin([id], 12_000)).toEqual([]);
  }, 30_000);

  it('that only stands still does not let a flood fill the disk', async () => {
    const { n, cwd, stateDir } = setting();
    const id = `s${process.pid}-${n}`;
    const command =
      'while [ ! -e go ]; do sleep 0.05; done; echo first; yes 0123456789 | head -c 44000000; touch over; while [ ! -e stop ]; do sleep 0.05; done; echo last';
    const first = startHost({
      stateDir,
      cwd,
      graceSeconds: 20,
      outputLimit: 200_000,
      start: [{ id, command }],
      adopt: [],
    });
    await first.until(({ event }) => event === 'started');
    // The host has to see that this takes long before it asks its keeper to watch.
    await delay(2600);
    first.child.kill('SIGSTOP');
    writeFileSync(path.join(cwd, 'go'), '');
    const out = path.join(stateDir, 'attempts', id, 'out');
    while (!existsSync(path.join(cwd, 'over'))) await delay(20);
    while (statSync(out).blocks * 512 > 900_000) await delay(50);
    first.child.kill('SIGCONT');
    writeFileSync(path.join(cwd, 'stop'), '');
    const { result } = await first.until(({ event }) => event === 'finished');
    await first.gone;
    const kept = result?.outputs.find((one) => one.stream === 'out');
    expect(kept).toMatchObject({ truncated: true, bytes: 44_000_000 + 'first\nlast\n'.length });
    expect(kept?.head.startsWith('first\n0123')).toBe(true);
    expect(kept?.tail.endsWith('0123456789\nlast\n')).toBe(true);
  }, 30_000);

  it('takes its keeper along once nothing is left to keep', async () => {
    const { n, cwd, stateDir } = setting();
    const id = `q${process.pid}-${n}`;
    const first = startHost({ stateDir, cwd, graceSeconds: 1, start: [{ id, command: 'true' }], adopt: [] });
    await first.until(({ event }) => event === 'done');
    await first.gone;
    const deadline = performance.now() + 5000;
    while (keepersOf(stateDir).length > 0 && performance.now() < deadline) await delay(50);
    expect(keepersOf(stateDir)).toEqual([]);
  });
});
