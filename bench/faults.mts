// Kill matrix: real hosts with real processes, ended by SIGKILL at every write and at random moments, then continued;
// and the other faults: a locked database, broken pages, two hosts at once, a host that stands still.
// Nothing finished may be lost or repeated, no process may be left, and continuing must always come to the end.
// Usage: node bench/run.mjs faults [--points N] [--random N] [--seed N] [--rounds N] [--no-others]
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { host } from './faults-host.mts';
import { otherFaults } from './faults-others.mts';
import { conclude, folder, live, NAMES, newTally, printTally, wrong, type Tally } from './faults-trial.mts';

/** Kills as told, then continues until the end. */
async function trial(point: string, kills: readonly (number | null)[], tally: Tally): Promise<void> {
  const root = folder();
  tally.trials += 1;
  let code: number | null = null;
  for (const killAfterMs of kills) {
    code = await live(root, point, killAfterMs);
    if (code !== null) break;
    tally.kills += 1;
  }
  await conclude(root, code, tally);
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
  if ((await live(whole)) !== 0) throw new Error('the trial does not even end unharmed');
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
  const tally = newTally();
  const worker = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await trial(job.point, job.kills, tally);
  };
  await Promise.all([worker(), worker(), worker()]);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  printTally(`kill matrix (seed ${seed}, one life unharmed ${length.toFixed(0)} ms, ${seconds} s in all)`, tally);
  return wrong(tally);
}

if (process.argv[2] === 'host') {
  process.exitCode = await host(process.argv[3] ?? '', process.argv[4] ?? 'none');
} else {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      points: { type: 'string', default: '40' },
      random: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      others: { type: 'boolean', default: true },
    },
  });
  const bad = await matrix(Number(values.points), Number(values.random), Number(values.seed));
  const more = values.others ? await otherFaults(Number(values.rounds)) : 0;
  process.exitCode = bad + more === 0 ? 0 : 1;
}
