// Detected tests as a gate in a real project, and the terminal's exit codes: 0 completed, 3 a person is needed, 1 failed, 2 wrong use.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/driver';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const FILE = 'Task-List-B-001-sum.md';
const PLAN = [
  '# Task List: B-001 — Sum',
  '',
  '#### Task 1.1: Write the sum',
  '',
  '**Status**: todo',
  '**Auto-Advance**: yes',
  '',
  '**Commands**:',
  '',
  '```bash',
  'echo "exports.sum = (a, b) => a + b;" > sum.js',
  '```',
  '',
].join('\n');

interface Event {
  readonly type: string;
  readonly pause?: { readonly id: string; readonly reason: { readonly kind: string; readonly commands: string[] } };
  readonly run?: { readonly status: string };
}
const eventsOf = (out: string): readonly Event[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
const config = (run: object): string =>
  JSON.stringify({
    run: { retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } }, ...run },
    gates: { '*': [{ kind: 'tests' }] },
  });

describe('a project whose tests are the gate', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('gates');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write(FILE, PLAN);
    box.write('package.json', JSON.stringify({ name: 'sum', version: '1.0.0', scripts: { test: 'node test.js' } }));
    box.write('test.js', "if (require('./sum.js').sum(2, 3) !== 5) { console.error('5 expected'); process.exit(1); }");
  });
  afterEach(() => box.remove());

  it('asks before the tests are run, then takes them as evidence', async () => {
    box.write('.soloflow/config.json', config({}));
    const asked = await box.soloflow('execute', '--tasks', FILE, '--json');
    expect(asked.code).toBe(3);
    const pause = eventsOf(asked.out).find(({ type }) => type === 'pause-opened')?.pause;
    expect(pause?.reason.kind).toBe('approval');
    expect(pause?.reason.commands).toContain('npm test');
    expect(existsSync(join(box.root, 'sum.js'))).toBe(false);
    expect((await box.soloflow('answer', pause?.id ?? '', 'approve')).code).toBe(0);
    const done = await box.soloflow('continue', '--json');
    expect(eventsOf(done.out).at(-1)).toMatchObject({ type: 'run-settled', run: { status: 'succeeded' } });
    expect(done.code).toBe(0);
    const { gates } = await box.json<{ gates: readonly object[] }>('output', 'Task 1.1');
    expect(gates).toMatchObject([{ kind: 'tests', status: 'pass', evidence: { command: 'npm test', exitCode: 0 } }]);
  });

  it('knows what was changed meanwhile although the clock was set back by days', async () => {
    box.write(
      '.soloflow/config.json',
      JSON.stringify({ gates: { '*': [{ kind: 'files', name: 'sum', paths: ['sum.js'], expect: 'changed' }] } }),
    );
    box.write('sum.js', '');
    await box.soloflow('approve', '--tasks', FILE, '--all');
    const record = openDatabase(join(box.root, '.soloflow', 'soloflow.db'));
    record
      .prepare(`UPDATE meta SET value = ? WHERE key = 'clock_high_water'`)
      .run(String(Date.now() + 10 * 86_400_000));
    record.close();
    const done = await box.soloflow('execute', '--tasks', FILE, '--json');
    expect(eventsOf(done.out).at(-1)).toMatchObject({ type: 'run-settled', run: { status: 'succeeded' } });
    expect(done.code).toBe(0);
  });

  it('fails with 1 where nobody is to be asked, and status and history say why', async () => {
    box.write('.soloflow/config.json', config({ hotfix: 'never' }));
    box.write(FILE, PLAN.replace('a + b', 'a - b'));
    await box.soloflow('approve', '--tasks', FILE, '--all');
    const failed = await box.soloflow('execute', '--tasks', FILE, '--no-smart-pause', '--json');
    expect(eventsOf(failed.out).at(-1)).toMatchObject({ type: 'run-settled', run: { status: 'failed' } });
    expect(failed.code).toBe(1);
    const status = await box.json<{ runs: readonly object[]; pauses: readonly object[] }>('status');
    expect(status).toMatchObject({ runs: [{ status: 'failed', counts: { failed: 1 } }], pauses: [] });
    const history = await box.json<{ events: readonly Event[] }>('history', '--limit', '1000');
    const types = history.events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['gate-result', 'task-failed', 'run-ended']));
    expect(types).not.toContain('task-succeeded');
    // Nothing is open: going on is wrong use, and says so.
    expect((await box.soloflow('continue')).code).toBe(2);
  });
});
