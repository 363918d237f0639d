// What a person does to a run from another terminal, or with none that runs it: answers, skips, tries again, and the names
// by which they call things.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const list = (title: string, ...tasks: readonly string[]): string => [`# Task List: ${title}`, '', ...tasks].join('\n');
const task = (id: string, title: string, command: string | null, fields: readonly string[] = []): string =>
  [
    `#### Task ${id}: ${title}`,
    '',
    ...fields,
    ...(command === null ? [] : ['', '**Commands**:', '', '```bash', command, '```']),
    '',
  ].join('\n');
const NO_RETRY = { run: { retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } } };

describe('soloflow beside a run', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('wishes');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write('.soloflow/config.json', JSON.stringify(NO_RETRY));
  });
  afterEach(() => box.remove());
  const read = (path: string): string => readFileSync(join(box.root, path), 'utf8');
  const say = async (...args: readonly string[]): Promise<string> => {
    const { out, err, code } = await box.soloflow(...args);
    return `${String(code)} ${out}${err}`;
  };

  it('an answer is written into its document before the command ends, and ends the run with its last task', async () => {
    box.write(
      'one.md',
      list('One', task('1.1', 'Write a letter', null, ['**Acceptance Criteria**:', '- [ ] It is short'])),
    );
    box.write('two.md', list('Two', task('1.1', 'Wait', null)));
    await box.soloflow('execute', '--tasks', 'one.md');
    await box.soloflow('execute', '--tasks', 'two.md');
    // Both lists have a task 1.1: which is meant has to be said.
    expect(await say('answer', '1.1', 'done')).toMatch(/^2 .*names several/);
    expect(await say('answer', 'write a letter', 'done', '--text', 'short enough')).toMatch(/^0 .*One succeeded 1\/1/);
    expect(read('one.md')).toContain('#### Task 1.1: Write a letter ✅');
    expect(read('one.md')).toContain('- [x] It is short');
    // Now only one of them is in an open run.
    expect(await say('answer', '1.1', 'skip')).toMatch(/^0 .*Two succeeded 1\/1/);
    const { pauses } = await box.json<{ pauses: readonly unknown[] }>('status');
    expect(pauses).toEqual([]);
    // Whoever goes on behind the last answer finds it done.
    expect(await say('continue')).toMatch(/^0 .*1 of 1 done, 1 skipped, succeeded/s);
  });

  it('tells who was first, and what is in no run', async () => {
    box.write('one.md', list('One', task('1.1', 'Write a letter', null), task('1.2', 'Post it', null)));
    box.write('two.md', list('Two', task('2.1', 'Nothing', null)));
    await box.soloflow('execute', '--only', '1.1');
    const { pauses } = await box.json<{ pauses: readonly { readonly id: string }[] }>('status');
    const id = pauses[0]?.id ?? '';
    const answers = await Promise.all(['done', 'skip', 'done'].map((choice) => say('answer', id, choice)));
    expect(answers.filter((said) => said.startsWith('0 '))).toHaveLength(1);
    for (const said of answers.filter((each) => !each.startsWith('0 ')))
      expect(said).toMatch(/^2 .*already answered with/s);
    expect(await say('skip', '2.1')).toMatch(/^2 .*No run has Task 2\.1/);
    expect(await say('pause')).toMatch(/^2 .*No run is open/);
  });

  it('a finished run that is tried again from a task on does it again, and its document follows', async () => {
    box.write(
      'one.md',
      list(
        'One',
        task('1.1', 'First', 'echo first >> log'),
        task('1.2', 'Second', 'echo second >> log', ['**Dependencies**: Task 1.1']),
      ),
    );
    await box.soloflow('approve', '--tasks', 'one.md', '--all');
    await box.soloflow('execute', '--tasks', 'one.md', '--auto-advance');
    box.write('two.md', list('Two', task('1.1', 'Another first', null)));
    expect(await say('retry-from', '1.1')).toMatch(/^0 .*One running 0\/2/);
    expect(read('one.md')).not.toContain('✅');
    expect(await say('continue')).toMatch(/^0 .*2 of 2 done, 2 unverified, succeeded/s);
    expect(read('log')).toBe('first\nsecond\nfirst\nsecond\n');
    expect(read('one.md').match(/✅/gu)).toHaveLength(2);
  });

  it('a mended command is what is tried again, by a run that goes on in another terminal', async () => {
    const plan = (command: string): string =>
      list('One', task('1.1', 'Long', 'while [ ! -f stop ]; do sleep 0.1; done'), task('1.2', 'Broken', command));
    for (const command of ['echo new >> log', 'echo old >> log; false']) {
      box.write('one.md', plan(command));
      await box.soloflow('approve', '--tasks', 'one.md', '--all');
    }
    const host = box.start('execute', '--tasks', 'one.md', '--auto-advance', '--concurrency', '2');
    const over = new Promise((done) => host.on('close', done));
    const failed = async (): Promise<boolean> =>
      (await box.json<{ pauses: readonly { reason: { kind: string } }[] }>('status')).pauses.some(
        ({ reason }) => reason.kind === 'task-failed',
      );
    while (!(await failed())) await new Promise((done) => setTimeout(done, 100));
    // What is told after an answer is what came of it, not what was there before.
    expect(await say('answer', '1.2', 'fail')).toMatch(/^0 .*failed +Task 1\.2 Broken/s);
    box.write('one.md', plan('echo new >> log'));
    await box.soloflow('retry', '1.2');
    while (!read('one.md').includes('Broken ✅')) await new Promise((done) => setTimeout(done, 100));
    box.write('stop', '');
    expect(await over).toBe(0);
    expect(read('log')).toBe('old\nnew\n');
  });

  it('a run that waits for another says so, also after it was paused and continued', async () => {
    box.write('one.md', list('One', task('1.1', 'Decide', null)));
    box.write('two.md', list('Two', task('2.1', 'Act', 'echo two >> log')));
    await box.soloflow('approve', '--tasks', 'two.md', '--all');
    await box.soloflow('execute', '--tasks', 'one.md');
    const waiting = await say('execute', '--tasks', 'two.md', '--auto-advance', '--after', 'Task List: One');
    expect(waiting).toMatch(/^3 .*waits for Task List: One \(running\).*0 of 1 done, created/s);
    await box.soloflow('pause', 'Task List: Two');
    expect(await say('continue', 'Task List: Two')).toMatch(/^3 .*waits for Task List: One/s);
    expect(await say('status')).toContain('waits for Task List: One');
    await box.soloflow('answer', '1.1', 'done');
    expect(await say('continue')).toMatch(/^0 .*1 of 1 done, 1 unverified, succeeded/s);
    expect(read('log')).toBe('two\n');
  });
});
