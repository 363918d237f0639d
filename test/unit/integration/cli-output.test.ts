// What a person sees of commands in the terminal: which of several speaks, progress lines, a look from another terminal
// while a task is at work, and the ends of what is too long to keep.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleCli, sandbox, stepsList, type Sandbox } from './cli-process';

const LIST = 'Task-List-B-501-Steps.md';
const plan = (...tasks: readonly (readonly [id: string, title: string, command: string, needs?: string])[]): string =>
  stepsList(
    ...tasks.map(([id, title, command, needs = 'None']) => ({
      id,
      title,
      command,
      fields: ['**Auto-Advance**: yes', `**Dependencies**: ${needs}`],
    })),
  );

describe('output of commands in the terminal', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('output');
  });
  beforeEach(() => {
    box = sandbox(cli);
  });
  afterEach(() => box.remove());
  const waitFor = (file: string): string =>
    `for i in $(seq 400); do [ -e ${file} ] && break; sleep 0.05; done; [ -e ${file} ]`;

  it('says whose it is, wherever another task spoke last', async () => {
    const say = (words: string, mark: string): string => `echo ${words}; sleep 0.3; touch ${mark}`;
    box.write(
      LIST,
      plan(
        [
          '1.1',
          'Alpha',
          `${say('a one', 'a1')}; ${waitFor('b1')}; ${say('a two', 'a2')}; echo a three; ${waitFor('b2')}`,
        ],
        ['1.2', 'Beta', `${waitFor('a1')}; ${say('b one', 'b1')}; ${waitFor('a2')}; ${say('b two', 'b2')}`],
      ),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const { out, code } = await box.soloflow('execute', '--tasks', LIST, '--concurrency', '2');
    expect(code).toBe(0);
    const heard = out.split('\n').filter((line) => /^ {3}[┌│]/.test(line));
    expect(heard).toEqual([
      '   ┌ Task 1.1: Alpha',
      '   │ a one',
      '   ┌ Task 1.2: Beta',
      '   │ b one',
      '   ┌ Task 1.1: Alpha',
      '   │ a two',
      '   │ a three',
      '   ┌ Task 1.2: Beta',
      '   │ b two',
    ]);
  });

  it('names nobody where only one speaks, and shows of an overwritten line what was written last', async () => {
    box.write(LIST, plan(['1.1', 'Alone', String.raw`printf '10%%\r50%%\r100%%\r\nend\r\n'`]));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const { out } = await box.soloflow('execute', '--tasks', LIST);
    expect(out.split('\n').filter((line) => /^ {3}[┌│]/.test(line))).toEqual(['   │ 100%', '   │ end']);
  });

  it('can be looked at from another terminal while the task is at work, without secrets', async () => {
    box.write(LIST, plan(['1.1', 'Long', `echo begun; echo DB_PASSWORD=hunter2222; touch up; ${waitFor('stop')}`]));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const host = box.start('execute', '--tasks', LIST);
    const ended = new Promise((done) => host.on('close', done));
    await vi.waitFor(async () => expect((await box.soloflow('output', '1.1')).out).toContain('begun'), {
      timeout: 30_000,
    });
    const { out } = await box.soloflow('output', '1.1');
    expect(out.split('\n').slice(1)).toEqual([
      '🔄 Attempt 1 at work',
      expect.stringContaining('   $ echo begun'),
      '   │ begun',
      '   │ DB_PASSWORD=[redacted]',
      '',
    ]);
    box.write('stop', '');
    await ended;
    rmSync(join(box.root, 'stop'));
    expect((await box.soloflow('output', '1.1')).out).toContain('   │ begun');
  });

  it('is seen from the beginning by another terminal that follows, before the end of its task', async () => {
    box.write(
      LIST,
      plan(
        ['1.1', 'Long', `echo DB_PASSWORD=hunter2222; touch up; ${waitFor('stop')}; echo last`],
        ['1.2', 'Next', 'echo next', 'Task 1.1'],
      ),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const host = box.start('execute', '--tasks', LIST);
    const ended = new Promise((done) => host.on('close', done));
    await vi.waitFor(() => expect(existsSync(join(box.root, 'up'))).toBe(true), { timeout: 30_000 });
    const second = box.start('continue');
    let seen = '';
    second.stdout?.setEncoding('utf8').on('data', (text: string) => (seen += text));
    const over = new Promise((done) => second.on('close', done));
    await vi.waitFor(() => expect(seen).toContain('DB_PASSWORD'), { timeout: 30_000 });
    box.write('stop', '');
    await Promise.all([ended, over]);
    expect(seen.split('\n')).toEqual([
      '   ┌ Task 1.1: Long',
      '   │ DB_PASSWORD=[redacted]',
      '   │ last',
      '✅ Task 1.1: Long (unverified)',
      '🔄 Executing Task 1.2: Next',
      '   │ next',
      '✅ Task 1.2: Next (unverified)',
      '✅ Completed',
      'Task List: B-501 Steps: 2 of 2 done, 2 unverified, succeeded',
      '',
    ]);
  });

  it('is seen once by another terminal that takes over what the first began', async () => {
    box.write(LIST, plan(['1.1', 'Long', `echo before; ${waitFor('stop')}; echo after; printf end`]));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const host = box.start('execute', '--tasks', LIST);
    await vi.waitFor(async () => expect((await box.soloflow('output', '1.1')).out).toContain('before'), {
      timeout: 30_000,
    });
    const second = box.start('continue');
    let seen = '';
    second.stdout?.setEncoding('utf8').on('data', (text: string) => (seen += text));
    const over = new Promise((done) => second.on('close', done));
    await vi.waitFor(() => expect(seen).toContain('before'), { timeout: 30_000 });
    host.kill('SIGKILL');
    await vi.waitFor(() => expect(seen).toContain('Taken over'), { timeout: 30_000 });
    box.write('stop', '');
    await over;
    expect(seen.split('\n').filter((line) => /^ {3}[┌│]|^✅ Task/.test(line))).toEqual([
      '   ┌ Task 1.1: Long',
      '   │ before',
      '   │ after',
      '   │ end',
      '✅ Task 1.1: Long (unverified)',
    ]);
  });

  it('of a flood its beginning, its end and how much it was', async () => {
    box.write(LIST, plan(['1.1', 'Flood', 'seq 300000']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    expect((await box.soloflow('execute', '--tasks', LIST)).out).toContain('   │ 300000');
    const shown = (await box.soloflow('output', '1.1')).out.split('\n').filter((line) => line.startsWith('   │ '));
    expect(shown[0]).toBe('   │ 1');
    expect(shown.filter((line) => line.includes('['))).toEqual(['   │ [… 2.0 MB in all, kept are its two ends …]']);
    expect(shown.at(-1)).toBe('   │ 300000');
  });
});
