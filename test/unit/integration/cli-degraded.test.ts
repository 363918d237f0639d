// The terminal while another program has locked the record: work that begins anew goes on without it, work that stands in
// it waits, and either way one sentence says so.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../../src/store/driver';
import { bundleCli, sandbox, stepsList, type Sandbox } from './cli-process';

const LIST = 'Task-List-B-501-Steps.md';
const plan = (...tasks: readonly (readonly [id: string, title: string, command: string, pause?: string])[]): string =>
  stepsList(
    ...tasks.map(([id, title, command, pause = 'no']) => ({
      id,
      title,
      command,
      fields: [
        '**Status**: todo',
        `**Auto-Advance**: ${pause === 'no' ? 'yes' : 'no'}`,
        `**🛑 Pause After**: ${pause}`,
      ],
    })),
  );
const LOCKED = /soloflow\.db is locked by another program\. Close that program or wait for it, then try again\./;

describe('a record that another program has locked', () => {
  let cli = '';
  let box: Sandbox;
  let blocker: Database | null = null;
  beforeAll(async () => {
    cli = await bundleCli('degraded');
  });
  beforeEach(() => {
    box = sandbox(cli);
  });
  afterEach(() => {
    blocker?.close();
    box.remove();
  });
  const lock = (): void => {
    blocker = openDatabase(join(box.root, '.soloflow', 'soloflow.db'));
    blocker.exec('BEGIN EXCLUSIVE');
  };
  const has = (file: string): boolean => existsSync(join(box.root, file));

  it('keeps nobody from beginning something, and its history is seen', async () => {
    box.write(LIST, plan(['1.1', 'Before', 'echo before']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    expect((await box.soloflow('execute', '--tasks', LIST)).code).toBe(0);
    box.write(LIST, plan(['1.2', 'Meanwhile', 'echo meanwhile | tee meanwhile.txt']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const attempts = (): readonly string[] => readdirSync(join(box.root, '.soloflow', 'attempts'));
    const before = attempts();
    lock();
    const { code, out, err } = await box.soloflow('execute', '--tasks', LIST);
    expect([code, has('meanwhile.txt')]).toEqual([0, true]);
    expect(out).toContain('   │ meanwhile');
    expect(err).toMatch(LOCKED);
    expect(err.trim().split('\n')).toHaveLength(1);
    // What nobody can take over lies elsewhere.
    expect(attempts().filter((name) => !before.includes(name))).toEqual([]);
    const history = await box.soloflow('history');
    expect(history.out).toContain('Task 1.1: Before');
    expect(history.err).toMatch(LOCKED);
    const doctor = await box.soloflow('doctor');
    expect(doctor.out).toContain('The database is locked by another program: what follows is about a copy of it');
    expect(doctor.code).toBe(1);
  });

  it('keeps a run that is not over from being begun a second time', async () => {
    box.write(LIST, plan(['1.1', 'First', 'echo first >> first.txt', 'yes'], ['1.2', 'Second', 'touch second']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    expect((await box.soloflow('execute', '--tasks', LIST)).code).toBe(3);
    box.write(LIST, plan(['1.1', 'First', 'echo first >> first.txt', 'yes'], ['1.2', 'Second', 'touch second']));
    lock();
    for (const command of [['continue'], ['execute', '--tasks', LIST]]) {
      const { code, err } = await box.soloflow(...command);
      expect([command[0], code]).toEqual([command[0], 1]);
      expect(err).toMatch(/What was recorded can be seen, nothing can be started/);
      expect(err).toMatch(LOCKED);
    }
    expect(has('second')).toBe(false);
    const { out } = await box.soloflow('status');
    expect(out).toMatch(/paused +Task 1\.1 First/);
    blocker?.close();
    const id = /soloflow answer (\S+)/.exec((await box.soloflow('status')).out)?.[1] ?? '';
    await box.soloflow('answer', id, 'continue');
    expect((await box.soloflow('continue')).code).not.toBe(1);
    expect(has('second')).toBe(true);
  });

  it('does not promise to whoever interrupts a run that it is kept', async () => {
    box.write(LIST, plan(['1.1', 'Before', 'echo before']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    await box.soloflow('execute', '--tasks', LIST);
    box.write(LIST, plan(['1.2', 'Long', 'touch begun; sleep 60']));
    await box.soloflow('approve', '--tasks', LIST, '--all');
    lock();
    const child = box.start('execute', '--tasks', LIST);
    let err = '';
    child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
    const over = new Promise((done) => child.on('close', done));
    while (!has('begun')) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGINT');
    await over;
    expect(err).toContain('interrupted; the record could not be used, so the run is not kept');
    expect(err).not.toContain('soloflow continue');
  });
});

describe('a record that is taken away while tasks run from it', () => {
  it('is told once; what runs comes to its end and stands in its document', async () => {
    const box = sandbox(await bundleCli('degraded-gone'));
    const has = (file: string): boolean => existsSync(join(box.root, file));
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await new Promise((done) => setTimeout(done, 50));
    };
    box.write(
      LIST,
      plan(
        ['1.1', 'Long', 'touch begun; until [ -e go ]; do sleep 0.05; done'],
        ['1.2', 'Last', 'echo last >> last.txt'],
      ),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const child = box.start('execute', '--tasks', LIST);
    let err = '';
    child.stderr?.on('data', (text: Buffer) => (err += text.toString()));
    const over = new Promise((done) => child.on('close', done));
    await until(() => has('begun'));
    rmSync(join(box.root, '.soloflow'), { recursive: true });
    await until(() => err.includes('was taken away while tasks run from it'));
    box.write('go', '');
    expect(await over).toBe(0);
    expect(err.match(/was taken away/g)).toHaveLength(1);
    expect(readFileSync(join(box.root, 'last.txt'), 'utf8')).toBe('last\n');
    expect(readFileSync(join(box.root, LIST), 'utf8').match(/\*\*Status\*\*: Completed/g)).toHaveLength(2);
    // Version control goes on leaving out what is left of it.
    expect(has('.soloflow/.gitignore')).toBe(true);
    box.remove();
  });
});
