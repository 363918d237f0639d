// Kill matrix: real hosts with real processes, ended by SIGKILL at every write and at random moments, then continued.
// Nothing finished may be lost or repeated, no process may be left, and continuing must always come to the end.
// Usage: node bench/run.mjs faults [--points N] [--random N] [--seed N]
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { host, PLAN } from './faults-host.mts';

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
const MOST_CONTINUES = 12;

interface Tally {
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

function folder(): string {
  const root = mkdtempSync(join(tmpdir(), 'soloflow-trial-'));
  mkdirSync(join(root, 'work'));
  writeFileSync(join(root, 'work', PLAN), plan());
  return root;
}

/** One life of a host. Resolves to its exit code, null when it was killed. */
function live(root: string, point: string, killAfterMs: number | null): Promise<number | null> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'host', join(root, 'work'), point], {
    env: { ...process.env, SOLOFLOW_USER_DIR: join(root, 'user') },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((done) => {
    child.on('exit', (code) => {
      if (timer !== null) clearTimeout(timer);
      done(code);
    });
  });
}

/** Kills as told, then continues until the end, and counts what is wrong. */
async function trial(point: string, kills: readonly (number | null)[], tally: Tally): Promise<void> {
  const root = folder();
  tally.trials += 1;
  let code: number | null = null;
  for (const killAfterMs of kills) {
    code = await live(root, point, killAfterMs);
    if (code !== null) break;
    tally.kills += 1;
  }
  let continues = 0;
  while (code !== 0 && continues < MOST_CONTINUES) {
    code = await live(root, 'none', null);
    continues += 1;
  }
  if (code !== 0) tally.unfinished += 1;
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
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
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

/** Small seeded generator, so that a failing trial can be tried again. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function matrix(points: number, randoms: number, seed: number): Promise<number> {
  const began = performance.now();
  const whole = folder();
  const start = performance.now();
  if ((await live(whole, 'none', null)) !== 0) throw new Error('the trial does not even end unharmed');
  const length = performance.now() - start;
  rmSync(whole, { recursive: true, force: true });

  const jobs: { readonly point: string; readonly kills: readonly (number | null)[] }[] = [];
  for (let n = 1; n <= points; n += 1)
    for (const moment of ['before', 'after']) jobs.push({ point: `${moment} ${n}`, kills: [null] });
  for (let n = 1; n <= Math.min(points, NAMES.length); n += 1)
    for (const moment of ['edit-before', 'edit-after']) jobs.push({ point: `${moment} ${n}`, kills: [null] });
  const next = random(seed);
  for (let n = 0; n < randoms; n += 1) {
    const kills = [next() * length * 1.05];
    while (next() < 0.3) kills.push(next() * length);
    jobs.push({ point: 'none', kills });
  }
  const tally: Tally = { trials: 0, kills: 0, lost: 0, repeated: 0, orphans: 0, unfinished: 0, unticked: 0 };
  const worker = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await trial(job.point, job.kills, tally);
  };
  await Promise.all([worker(), worker(), worker()]);
  console.log(
    `kill matrix (seed ${seed}, one life unharmed ${length.toFixed(0)} ms, ${((performance.now() - began) / 1000).toFixed(0)} s in all)`,
  );
  for (const [name, value] of Object.entries(tally)) console.log(`  ${name.padEnd(11)} ${value}`);
  return tally.lost + tally.repeated + tally.orphans + tally.unfinished + tally.unticked === 0 ? 0 : 1;
}

if (process.argv[2] === 'host') {
  process.exitCode = await host(process.argv[3] ?? '', process.argv[4] ?? 'none');
} else {
  const { values } = parseArgs({
    options: {
      points: { type: 'string', default: '40' },
      random: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
    },
  });
  process.exitCode = await matrix(Number(values.points), Number(values.random), Number(values.seed));
}
