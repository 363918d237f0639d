// A small part of the kill matrix on every test run; `npm run bench:faults` is the whole of it.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
/** Its whole output, whatever it ended with: a failing trial is told by its tally. */
async function bench(...args: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, ['bench/run.mjs', 'faults', ...args], { cwd: repository });
  const { stdout, stderr } = await run.catch((error: unknown) => error as { stdout: string; stderr: string });
  return `${stdout}\n${stderr}`;
}

const WRONG = ['lost', 'repeated', 'orphans', 'unfinished', 'unticked'];
/** Whatever went wrong is told with its whole tally. */
function expectNothingWrong(told: string): void {
  const wrong = told.split('\n').filter((line) => WRONG.some((name) => new RegExp(`^ +${name} +[1-9]`).test(line)));
  if (wrong.length > 0 || !told.includes('unticked')) throw new Error(told);
}

it(
  'survives a kill at the first writes of the record and the documents, and at random moments',
  { timeout: 240_000 },
  async () => {
    for (const args of [
      ['--points', '5', '--random', '4', '--seed', '22'],
      ['--points', '0', '--random', '4', '--seed', '7'],
      ['--points', '0', '--random', '4', '--seed', '1234'],
    ]) {
      const told = await bench(...args, '--no-others');
      expectNothingWrong(told);
      expect(told).toMatch(/kills +[1-9]/);
    }
  },
);

it(
  'survives the other faults: a lock, broken pages, a second host, a standstill, a disk that takes nothing',
  { timeout: 240_000 },
  async () => {
    const told = await bench('--points', '0', '--random', '0', '--rounds', '1');
    expectNothingWrong(told);
    expect(told.match(/^ +trials +1$/gm)).toHaveLength(6);
  },
);
