// The whole path in the terminal, with real processes, a real database and real documents.
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

interface Settled {
  readonly type: string;
  readonly run: {
    readonly id: string;
    readonly status: string;
    readonly tasks: readonly { id: string; state: string; verification: string | null }[];
  };
}
interface Status {
  readonly pauses: readonly {
    readonly id: string;
    readonly reason: { readonly kind: string };
    readonly choices: readonly { readonly id: string }[];
  }[];
  readonly continuations: readonly { readonly why: string }[];
}

const task = (
  id: string,
  title: string,
  fields: readonly string[],
  command: string | null,
  gate: string | null,
): string =>
  [
    `#### Task ${id}: ${title}`,
    '',
    '**Status**: todo',
    ...fields,
    ...(command === null ? [] : ['', '**Commands**:', '', '```bash', command, '```']),
    ...(gate === null ? [] : ['', '**Quality Gates**:', '', `- [ ] \`${gate}\` passes`]),
    '',
  ].join('\n');

const PLAN = [
  '# Task List: B-001 — Words',
  '',
  '## Phase 1: Work',
  '',
  task(
    '1.1',
    'Write the first word',
    ['**Auto-Advance**: yes', '**Dependencies**: None'],
    'echo one >> words.txt',
    'grep -q one words.txt',
  ),
  task(
    '1.2',
    'Write the second word',
    [
      '**Auto-Advance**: no',
      '**Dependencies**: Task 1.1',
      '**🛑 Pause After**: yes',
      '**When Ready Prompt**: "Two words stand there - go on?"',
    ],
    'echo two >> words.txt',
    'grep -q two words.txt',
  ),
  task(
    '1.3',
    'Count them',
    ['**Auto-Advance**: yes', '**Dependencies**: Task 1.2'],
    'wc -l < words.txt > count.txt',
    'test -f fixed.txt',
  ),
].join('\n');

const FILE = 'Task-List-B-001-words.md';

describe('soloflow in the terminal', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('run');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write(FILE, PLAN);
  });
  afterEach(() => box.remove());

  const pauseId = async (): Promise<string> => (await box.json<Status>('status')).pauses[0]?.id ?? 'none';

  it('asks before a command that nobody approved, and runs nothing', async () => {
    const run = await box.soloflow('execute', '--tasks', FILE, '--json');
    expect(run.code).toBe(3);
    const events = run.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; pause?: { reason: { kind: string } } });
    expect(events.find((event) => event.type === 'pause-opened')?.pause?.reason.kind).toBe('approval');
    expect(existsSync(join(box.root, 'words.txt'))).toBe(false);
  });

  it('runs, pauses, repairs a failed gate by a hot fix, and ticks the document byte for byte', async () => {
    await box.soloflow('approve', '--tasks', FILE, '--all');
    expect((await box.soloflow('execute', '--tasks', FILE)).code).toBe(3);
    expect((await box.json<Status>('status')).pauses[0]?.reason.kind).toBe('pause-after');
    expect((await box.soloflow('answer', await pauseId(), 'continue', '--text', 'two is enough')).code).toBe(0);
    expect((await box.soloflow('continue')).code).toBe(3);
    expect((await box.json<Status>('status')).pauses[0]?.reason.kind).toBe('gate-failed');
    await box.soloflow('answer', await pauseId(), 'hotfix');
    expect((await box.soloflow('continue')).code).toBe(3);
    const yours = (await box.json<Status>('status')).pauses;
    expect(yours).toHaveLength(1);
    expect(yours[0]?.reason.kind).toBe('your-turn');
    box.write('fixed.txt', 'fixed\n');
    await box.soloflow('answer', await pauseId(), 'done');
    let code = (await box.soloflow('continue')).code;
    for (let asked = await pauseId(); code === 3 && asked !== 'none'; asked = await pauseId()) {
      const pause = (await box.json<Status>('status')).pauses[0];
      const choice =
        ['continue', 'done', 'retry'].find((wanted) => pause?.choices.some(({ id }) => id === wanted)) ?? 'continue';
      await box.soloflow('answer', asked, choice);
      code = (await box.soloflow('continue')).code;
    }
    expect(code).toBe(0);
    expect(readFileSync(join(box.root, 'words.txt'), 'utf8')).toBe('one\ntwo\n');
    const text = readFileSync(join(box.root, FILE), 'utf8');
    expect(text).toContain('T-HotFix-1');
    expect(text.match(/\*\*Status\*\*: todo/g)).toBeNull();
    const history = await box.json<{ events: readonly { type: string; answer?: { text: string | null } }[] }>(
      'history',
      '--limit',
      '1000',
    );
    expect(history.events.filter(({ type }) => type === 'task-succeeded')).toHaveLength(4);
    expect(history.events.some(({ answer }) => answer?.text === 'two is enough')).toBe(true);
  });

  it('loses nothing and repeats nothing when it is killed in the middle of a task', async () => {
    box.write(
      FILE,
      PLAN.replace('echo two >> words.txt', 'until [ -e go ]; do sleep 0.05; done; echo two >> words.txt'),
    );
    await box.soloflow('approve', '--tasks', FILE, '--all');
    const child = box.start('execute', '--tasks', FILE, '--json');
    await new Promise<void>((seen) => {
      let text = '';
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('"attempt-process"') && text.split('"attempt-process"').length > 2) seen();
      });
    });
    expect((await box.json<Status>('status')).continuations).toMatchObject([{ why: 'running' }]);
    child.kill('SIGKILL');
    await new Promise((gone) => child.on('close', gone));
    // A look takes nothing over, and does not say that it runs.
    expect((await box.json<Status>('status')).continuations).toMatchObject([{ why: 'interrupted' }]);
    box.write('go', '');
    const settled = await box.json<Settled>('continue');
    expect(settled.run.tasks.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'ready']);
    expect(readFileSync(join(box.root, 'words.txt'), 'utf8')).toBe('one\ntwo\n');
  });

  it('knows a task by its new name after it was renamed in the middle of a run', async () => {
    const before = '# Tasks\n\n- [x] Say hello\n- [ ] Write the second chapter\n';
    box.write('tasks.md', before);
    expect((await box.soloflow('execute', '--tasks', 'tasks.md')).code).toBe(3);
    box.write('tasks.md', before.replace('second chapter', 'second chapter of the book'));
    // Whoever runs next takes the new name in.
    await box.soloflow('continue');
    const title = 'Write the second chapter of the book';
    const types = async (): Promise<readonly string[]> =>
      (await box.json<{ events: readonly { type: string }[] }>('history', title, '--limit', '1000')).events.map(
        ({ type }) => type,
      );
    expect(await types()).toEqual(expect.arrayContaining(['task-added', 'task-renamed']));
    const shown = await box.json<{ readonly run: { readonly state: string } | null }>('show', title);
    expect(shown.run?.state).toBe('paused');
    const output = await box.json<{ readonly attempts: readonly unknown[] }>('output', title);
    expect(output.attempts).toHaveLength(1);
    expect((await box.soloflow('skip', title)).code).toBe(0);
    expect(await types()).toContain('task-skipped');
  });

  it('says what is wrong in one sentence and exits with 2', async () => {
    const unknown = await box.soloflow('execute', '--tasks', 'Task-List-B-002.md');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toContain(
      'No plan document "Task-List-B-002.md": there is no such file, or it holds no plan. Did you mean Task-List-B-001-words.md?',
    );
    expect((await box.soloflow('executed')).code).toBe(2);
    expect((await box.soloflow('answer', 'nothing', 'continue')).err).toContain('No pause "nothing" is waiting');
    expect((await box.soloflow('set', 'Task 9.9', 'done')).code).toBe(2);
  });

  it('writes a status back with the words that stood there', async () => {
    expect((await box.soloflow('set', 'Task 1.1', 'done')).code).toBe(0);
    const once = readFileSync(join(box.root, FILE), 'utf8');
    expect(once).not.toBe(PLAN);
    expect((await box.soloflow('set', 'Task 1.1', 'open')).code).toBe(0);
    expect(readFileSync(join(box.root, FILE), 'utf8')).toBe(PLAN);
  });
});
