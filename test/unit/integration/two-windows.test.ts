// Two real processes on one workspace and one SQLite file; `npm run bench:hosts` prints the figures.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');

it(
  'the second sees all that the first does, takes over when it is killed, and finishes the run',
  { timeout: 120_000 },
  async () => {
    const bench = promisify(execFile)(process.execPath, ['bench/run.mjs', 'hosts', '--rounds', '1'], {
      cwd: repository,
    });
    const { stdout } = await bench;
    expect(stdout).toMatch(/seen by the other +\d+, all and in order/);
    expect(stdout).toMatch(/the run after the takeover +succeeded/);
    const [, takeover] = /worst (\d+) ms/.exec(stdout) ?? [];
    // Far more than it takes, for a machine that has other things to do; without an election it would be never.
    expect(Number(takeover)).toBeLessThan(20_000);
  },
);
