import { describe, expect, it } from 'vitest';
import { categoryOf, delayBeforeRetry, policyOf, RETRY_POLICIES } from '../../../src/engine/retry';
import { configSchema, type FailureCategory } from '../../../src/model/config';
import { simulate } from './support/simulation';
import { spec } from './support/world';

const facts = (text: string, exitCode: number | null = 1) => ({ exitCode, signal: null, timedOut: false, text });

describe('category of a failure', () => {
  it.each([
    ['network', 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
    ['network', 'curl: (6) Could not resolve host: example.com'],
    ['network', 'npm error code ENOTFOUND'],
    ['network', "curl: (7) Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server"],
    ['network', 'curl: (22) The requested URL returned error: 503'],
    ['network', 'TypeError: fetch failed'],
    ['execution', 'The requested URL returned error: 404'],
    ['database', 'sqlite3.OperationalError: database is locked'],
    ['database', 'ERROR: deadlock detected'],
    ['permission', "EACCES: permission denied, open '/etc/x'"],
    ['timeout', 'Error: operation timed out'],
    ['validation', 'AssertionError: expected 1 to be 2'],
    ['validation', 'Tests  3 failed | 20 passed (23)'],
    ['validation', 'src/a.ts(3,1): error TS2322: Type'],
    ['file', "ENOENT: no such file or directory, open 'a'"],
    ['execution', 'something went wrong'],
    ['execution', '20 passed, 0 failed'],
  ] as const)('%s: %s', (category, text) => {
    expect(categoryOf(facts(text))).toBe(category);
  });
  it('reads exit codes that have a meaning of their own', () => {
    expect(categoryOf(facts('', 124))).toBe('timeout');
    expect(categoryOf(facts('', 126))).toBe('permission');
    expect(categoryOf(facts('sh: x: not found', 127))).toBe('validation');
    expect(categoryOf({ exitCode: null, signal: 'SIGKILL', timedOut: true, text: '' })).toBe('timeout');
    expect(categoryOf(facts('could not be started', null))).toBe('default');
  });
});

describe('the policy of a category', () => {
  it('is that of the workspace value by value, then that of "*", then the built-in one', () => {
    const run = { retry: { network: { retries: 1 }, '*': { delayMs: 7, retries: 9 } } };
    const config = configSchema.parse({ run });
    expect(policyOf('network', config)).toEqual({ ...RETRY_POLICIES.network, retries: 1, delayMs: 7 });
    expect(policyOf('file', config)).toEqual({ ...RETRY_POLICIES.file, retries: 9, delayMs: 7 });
    expect(policyOf('file', configSchema.parse({}))).toEqual(RETRY_POLICIES.file);
  });
  it('is not that of a category that nobody knows: a slip is told', () => {
    const read = configSchema.safeParse({ run: { retry: { netwrok: { retries: 0 } } } });
    expect(read.error?.issues).toMatchObject([{ path: ['run', 'retry'], keys: ['netwrok'] }]);
  });
});

describe('delays', () => {
  it.each([
    ['network', 5, [2000, 4000, 8000, 16_000, 32_000]],
    ['file', 3, [1000, 1500, 2250]],
    ['database', 3, [5000, 10_000, 20_000]],
    ['permission', 2, [1000, 1000]],
    ['timeout', 2, [5000, 10_000]],
    ['validation', 1, [0]],
    ['execution', 3, [2000, 3000, 4500]],
    ['default', 3, [1000, 2000, 4000]],
  ] as const)('%s: %i tries', (category, count, delays) => {
    const policy = { ...RETRY_POLICIES[category], jitter: 0 };
    expect(Array.from({ length: count }, (_, i) => delayBeforeRetry(policy, i + 1, 's'))).toEqual(delays);
    expect(delayBeforeRetry(policy, count + 1, 's')).toBeNull();
  });
  it('caps, and takes jitter away from the whole, the same for the same attempt', () => {
    const policy = { retries: 20, delayMs: 1000, factor: 10, maxMs: 60_000, jitter: 0.5 };
    for (let i = 0; i < 200; i++) {
      const delay = delayBeforeRetry(policy, 10, `attempt ${String(i)}`)!;
      expect(delay).toBeGreaterThanOrEqual(30_000);
      expect(delay).toBeLessThanOrEqual(60_000);
      expect(delayBeforeRetry(policy, 10, `attempt ${String(i)}`)).toBe(delay);
    }
    const all = new Set(Array.from({ length: 50 }, (_, i) => delayBeforeRetry(policy, 10, String(i))));
    expect(all.size).toBeGreaterThan(40);
  });
});

describe('retrying', () => {
  const tries = (category: FailureCategory, text: string, retry = {}, command = 'a') => {
    const sim = simulate(
      [spec('a', { commands: [command] })],
      { smartPause: false },
      { hotfix: 'offer', retry: configSchema.parse({ run: { retry } }).run.retry },
    );
    let count = 0;
    const output = { stream: 'err' as const, bytes: 1, truncated: false, redactions: 0, head: text, tail: '' };
    while (sim.finish(1, { outputs: [output] })) {
      count += 1;
      const row = sim.state.tasks.get('a')!.row;
      if (row.state === 'retrying') {
        expect(row.reason).toBe(category);
        expect(row.nextAt).toBeGreaterThan(0);
        sim.now = Math.max(sim.now, row.nextAt!);
        sim.step();
      }
    }
    return { sim, count };
  };
  it('tries as often as the category says, then offers a hot fix with what failed', () => {
    const { sim, count } = tries('network', 'ECONNRESET');
    expect(count).toBe(6);
    expect([...sim.state.pauses.values()]).toMatchObject([
      { reason: { kind: 'task-failed', detail: 'exit code 1 (network)', attempts: 6 }, default: 'hotfix' },
    ]);
    expect([...sim.state.attempts.values()].map(({ n, outcome }) => [n, outcome])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => [n, 'error']),
    );
  });
  it('takes the policy of the workspace', () => {
    const mine = { retries: 1, delayMs: 5, factor: 1, maxMs: 5, jitter: 0 };
    expect(tries('network', 'ECONNRESET', { network: mine }).count).toBe(2);
    expect(tries('execution', 'no', { '*': { ...mine, retries: 0 } }).count).toBe(1);
  });
  it('does not try before its time', () => {
    const sim = simulate([spec('a')]);
    sim.finish(1);
    const { nextAt } = sim.state.tasks.get('a')!.row;
    sim.now = nextAt! - 1;
    sim.step();
    expect(sim.state.tasks.get('a')?.row.state).toBe('retrying');
    sim.now = nextAt!;
    sim.step();
    expect(sim.state.tasks.get('a')?.row.state).toBe('running');
  });
  it('never repeats a destructive command by itself', () => {
    expect(tries('network', 'ECONNRESET', {}, 'npm publish').count).toBe(1);
  });
  it('has its tries back when a person says retry', () => {
    const { sim } = tries('validation', 'AssertionError');
    sim.answer(() => 'retry');
    sim.finish(1);
    expect(sim.state.tasks.get('a')?.row.state).toBe('retrying');
  });
  it('ends what takes longer than its limit, and calls it a timeout', () => {
    const sim = simulate([spec('a', { timeoutMs: 5000 })]);
    const deadline = sim.take(({ kind }) => kind === 'arm-deadline');
    expect(deadline).toMatchObject({ at: 6000 });
    sim.now = 6000;
    sim.step({ kind: 'deadline', attemptId: 'run-t1-1' });
    expect(sim.take(({ kind }) => kind === 'end-attempt')).not.toBeNull();
    sim.finish(143);
    expect([...sim.state.attempts.values()][0]?.outcome).toBe('timeout');
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'retrying', reason: 'timeout' });
  });
});

describe('what is kept of a failure', () => {
  const long = { stream: 'out' as const, bytes: 9_000_000, truncated: true, redactions: 0 };
  it('the last words of the attempt, of standard error rather than of standard output', () => {
    const sim = simulate([spec('a')]);
    sim.finish(1, {
      outputs: [
        { stream: 'err', bytes: 3, truncated: false, redactions: 0, head: 'one\n\ntwo\n', tail: '' },
        { ...long, head: 'begin', tail: 'end' },
      ],
    });
    expect([...sim.state.attempts.values()][0]?.error).toBe('end\none\ntwo');
  });
  it('a script of several lines is no suggestion, and its hot fix names how it begins', () => {
    const sim = simulate(
      [spec('a', { commands: ['cd app\nmake'] })],
      {},
      { retry: { '*': RETRY_POLICIES.validation }, hotfix: 'offer' },
    );
    sim.finish(1);
    sim.step();
    sim.finish(1);
    const pause = [...sim.state.pauses.values()][0]!;
    expect(pause.suggestion).toMatchObject({ kind: 'fix', command: null });
    sim.answer(() => 'hotfix');
    expect([...sim.state.tasks.values()].at(-1)?.row.spec.steps?.at(-1)).toBe('Re-run the validation: cd app …');
  });
});
