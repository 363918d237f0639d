// A small part of the kill matrix on every test run; `npm run bench:faults` is the whole of it.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const bench = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['bench/run.mjs', 'faults', ...args], { cwd: repository });

it(
  'survives a kill at the first writes of the record and the documents, and at random moments',
  { timeout: 240_000 },
  async () => {
    const { stdout } = await bench('--points', '5', '--random', '5', '--seed', '22', '--no-others');
    expect(stdout).toMatch(/kills +[1-9]/);
    for (const name of ['lost', 'repeated', 'orphans', 'unfinished', 'unticked']) {
      expect(stdout).toMatch(new RegExp(`${name} +0\\n`));
    }
  },
);
