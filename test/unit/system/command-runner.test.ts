import { expect, it } from 'vitest';
import { type CommandResult, untilSeen } from '../../../src/system/command-runner';

const ended = (why: CommandResult['why'], exitCode: number | null = null): CommandResult => ({
  exitCode,
  why,
  out: '',
  err: '',
  durationMs: 1,
});
const request = (signal: AbortSignal = new AbortController().signal) => ({
  command: 'true',
  cwd: '/',
  env: {},
  signal,
  timeoutMs: 1000,
});

function runner(...results: readonly CommandResult[]) {
  let runs = 0;
  const run = async (): Promise<CommandResult> => results[Math.min(runs++, results.length - 1)] ?? ended('lost');
  return { run: untilSeen(run, [1, 1]), runs: () => runs };
}

it('runs a check again whose end nobody saw, or that could not begin', async () => {
  const { run, runs } = runner(ended('not-started'), ended('lost'), ended('finished', 3));
  expect(await run(request())).toMatchObject({ why: 'finished', exitCode: 3 });
  expect(runs()).toBe(3);
});

it('takes every other end as it is', async () => {
  for (const why of ['finished', 'timeout', 'cancelled'] as const) {
    const { run, runs } = runner(ended(why, 1));
    expect(await run(request())).toMatchObject({ why });
    expect(runs()).toBe(1);
  }
});

it('gives up after a while, and at once when nobody wants it any more', async () => {
  const lost = runner(ended('lost'));
  expect(await lost.run(request())).toMatchObject({ why: 'lost' });
  expect(lost.runs()).toBe(3);
  const aborted = runner(ended('lost'));
  expect(await aborted.run(request(AbortSignal.abort()))).toMatchObject({ why: 'lost' });
  expect(aborted.runs()).toBe(1);
});
