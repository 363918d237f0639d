// The terminal's contract as somebody meets it who has only read the help: approve late, say it twice, in two terminals
// at once, with ids that are there twice and files that are not there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const PRD = 'PRD-B-500-Greeting.md';
const LIST = 'Task-List-B-501-Steps.md';
const task = (id: string, title: string, commands: readonly string[], ...fields: readonly string[]) => [
  `#### Task ${id}: ${title}`,
  '**Auto-Advance**: yes',
  ...fields,
  ...(commands.length === 0 ? [] : ['', '**Commands**:', '', '```bash', ...commands, '```']),
  '',
];
const list = (...tasks: readonly (readonly string[])[]): string =>
  ['# Task List: B-501 Steps', '', ...tasks.flat()].join('\n');
const prd = (...tasks: readonly (readonly string[])[]): string =>
  ['# PRD: B-500 Greeting', '', '## 7. Implementation Plan', '', '### Phase 1: Build', '', ...tasks.flat()].join('\n');

interface Status {
  readonly runs: readonly { readonly id: string; readonly status: string }[];
  readonly pauses: readonly {
    readonly id: string;
    readonly reason: { readonly kind: string };
    readonly suggestionText: string;
  }[];
}
const lines = (out: string): readonly { readonly type: string; readonly runId: string }[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; runId: string });

describe('the terminal', () => {
  let cli = '';
  let box: Sandbox;
  beforeAll(async () => {
    cli = await bundleCli('contract');
  });
  beforeEach(() => {
    box = sandbox(cli);
  });
  afterEach(() => box.remove());
  const text = (file: string): string => readFileSync(join(box.root, file), 'utf8');

  it('execute before approve waits with the texts; approving answers it; execute again is the same run', async () => {
    box.write(
      PRD,
      prd(
        task(
          '1.1',
          'Make the file',
          ['echo hello > greeting.txt'],
          '**Acceptance Criteria**:',
          '- [ ] It is friendly',
          '**Quality Gates**:',
          '- [ ] `grep -q hello greeting.txt`',
        ),
      ),
    );
    const asked = await box.soloflow('execute', '--prd', PRD);
    expect(asked.code).toBe(3);
    expect(asked.out).toContain('   $ echo hello > greeting.txt\n   $ grep -q hello greeting.txt\n');
    expect(asked.out).toContain(`soloflow approve --tasks ${PRD} --all`);
    const before = await box.json<Status>('status');
    expect(before.pauses).toMatchObject([{ reason: { kind: 'approval' } }]);

    // Looking at the texts approves nothing.
    expect(await box.json('approve', '--prd', PRD)).toMatchObject({
      answered: [],
      commands: [{ approved: false }, { approved: false }],
    });
    expect(await box.json('approve', '--prd', PRD, '--all')).toMatchObject({
      answered: [before.pauses[0]?.id],
      commands: [{ approved: true }, { approved: true }],
    });
    const done = await box.soloflow('execute', '--prd', PRD, '--json');
    expect(done.code).toBe(0);
    expect(new Set(lines(done.out).map(({ runId }) => runId))).toEqual(new Set([before.runs[0]?.id]));
    // The box that a command decides about is ticked; the one that nobody was asked about is not.
    expect(text(PRD)).toContain('- [x] `grep -q hello greeting.txt`');
    expect(text(PRD)).toContain('- [ ] It is friendly');
    expect(text(PRD)).toContain('#### Task 1.1: Make the file ✅');
    expect((await box.json<Status>('status')).runs).toHaveLength(1);
  });

  it('an open run goes on under the options of the latest command', async () => {
    box.write(
      LIST,
      list(
        ['#### Task 1.1: One', '**Priority**: Critical', '', '```bash', 'true', '```', ''],
        task('1.2', 'Two', ['true']),
      ).replaceAll('\n```bash', '\n**Commands**:\n\n```bash'),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const first = await box.soloflow('execute', '--tasks', LIST, '--json');
    expect(first.code).toBe(3);
    expect((await box.json<Status>('status')).pauses).toMatchObject([{ reason: { kind: 'unverified' } }]);
    const second = await box.soloflow('execute', '--tasks', LIST, '--auto-advance', '--concurrency', '2', '--json');
    expect(lines(second.out).find(({ type }) => type === 'run-resumed')).toMatchObject({
      options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 2 },
    });
    expect((await box.json<Status>('status')).runs).toHaveLength(1);
  });

  it('two terminals do a shared task once, and the one that waits goes on when the other has gone', async () => {
    box.write(
      LIST,
      list(
        task('1.1', 'Slow', ['echo begin >> log.txt; sleep 1.5; echo end >> log.txt']),
        task('1.2', 'Next', ['echo next >> log.txt'], '**Dependencies**: Task 1.1'),
      ),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const both = await Promise.all([
      box.soloflow('execute', '--only', 'Task 1.1'),
      new Promise((go) => setTimeout(go, 600)).then(() => box.soloflow('execute', '--tasks', LIST)),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(text('log.txt')).toBe('begin\nend\nnext\n');
  });

  it('a person is told what is asked of them, and their word ticks the boxes', async () => {
    box.write(
      LIST,
      list(task('1.1', 'Tell people', [], '**Acceptance Criteria**:', '- [ ] The mail is sent', '- [ ] It is short')),
    );
    expect((await box.soloflow('execute', '--tasks', LIST)).code).toBe(3);
    const { pauses } = await box.json<Status>('status');
    expect(pauses).toMatchObject([
      { reason: { kind: 'your-turn' }, suggestionText: 'Tell people · Done when: The mail is sent; It is short' },
    ]);
    expect((await box.soloflow('answer', 'Task 1.1', 'done', '--text', 'sent it')).code).toBe(0);
    expect((await box.soloflow('continue')).code).toBe(0);
    expect(text(LIST)).toContain('- [x] The mail is sent\n- [x] It is short');
    // Once only, from wherever it comes.
    expect((await box.soloflow('answer', pauses[0]?.id ?? '', 'done')).code).toBe(2);
    const history = await box.json<{ executions: readonly object[]; events: readonly object[] }>(
      'history',
      '--limit',
      '30',
    );
    expect(history.executions).toMatchObject([
      { task: 'Task 1.1: Tell people', kind: 'person', by: 'cli', outcome: 'ok', verification: 'verified' },
    ]);
    expect(history.events).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'note', text: 'sent it' })]),
    );
  });

  it('approving a plan approves the agent that does what has no commands', async () => {
    box.write(LIST, list(task('1.1', 'Think', [])));
    box.write('.soloflow/config.json', JSON.stringify({ agent: { command: 'tee thought.txt' } }));
    const command = 'tee thought.txt < "$SOLOFLOW_PROMPT"';
    expect(await box.json('approve', '--tasks', LIST, '--all')).toMatchObject({
      commands: [{ command, approved: true }],
    });
    expect((await box.soloflow('execute', '--tasks', LIST)).code).toBe(0);
    expect(text('thought.txt')).toContain('Think');
  });

  it('what a red gate printed is shown', async () => {
    box.write(LIST, list(task('1.1', 'Build', ['true'], '**Quality Gates**:', '- [ ] `sh check.sh`')));
    box.write('check.sh', 'echo looking; echo "Error: nothing is right" >&2; exit 4\n');
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const red = await box.soloflow('execute', '--tasks', LIST);
    expect(red.code).toBe(3);
    expect(red.out).toContain('   $ sh check.sh\n');
    expect(red.out).toContain('   │ looking\n');
    expect(red.out).toContain('   │ Error: nothing is right\n');
    expect(text(LIST)).not.toContain('[x]');
  });

  it('names what it cannot find or cannot tell apart, with 2', async () => {
    box.write(LIST, list(task('1.1', 'One', ['true']), task('1.1', 'One', ['false']), task('1.2', 'Two', ['true'])));
    box.write('README.md', '# Words\n');
    const twice = await box.soloflow('execute', '--only', 'Task 1.1');
    expect(twice.code).toBe(2);
    expect(twice.err).toMatch(/names several items.*T-1\.1:one, .*T-1\.1:one~2/);
    const wrong: readonly (readonly string[])[] = [
      ['execute', '--tasks', 'Nope.md'],
      ['execute', '--prd', 'README.md'],
      ['execute', '--sprint-id', 'SPRINT-9'],
      ['approve', '--prd', 'Nope.md', '--all'],
      ['answer', 'nobody', 'done'],
      ['continue'],
    ];
    const said = await Promise.all(wrong.map((args) => box.soloflow(...args)));
    expect(said.map(({ code }) => code)).toEqual(wrong.map(() => 2));
    for (const { err } of said) expect(err).toMatch(/^soloflow: \S/);
  });

  it('looking around leaves nothing behind', async () => {
    box.write(LIST, list(task('T-1', 'Look', ['echo look'])));
    const before = readdirSync(box.root);
    for (const command of ['status', 'history', 'handover', 'checklist', 'doctor', 'list', 'next', 'hygiene']) {
      expect([command, (await box.soloflow(command)).code]).toEqual([command, 0]);
    }
    expect(readdirSync(box.root)).toEqual(before);
    const continued = await box.soloflow('continue');
    expect(continued.code).toBe(2);
    expect(continued.err).toContain('no run is open');
  });

  it('cancel ends what a killed terminal left running, before it answers', async () => {
    box.write(
      LIST,
      list(task('T-1', 'Wait', ['echo begun > begun.txt; sleep 60']), task('T-2', 'After', ['echo two'])),
    );
    await box.soloflow('approve', '--tasks', LIST, '--all');
    const host = box.start('execute', '--tasks', LIST);
    await vi.waitFor(() => text('begun.txt'), { timeout: 30_000, interval: 50 });
    host.kill('SIGKILL');
    expect(await box.json('cancel')).toMatchObject({ status: 'cancelled' });
    expect(await box.json<Status>('status')).toMatchObject({ runs: [{ status: 'cancelled' }], pauses: [] });
    expect(text(LIST)).toBe(
      list(task('T-1', 'Wait', ['echo begun > begun.txt; sleep 60']), task('T-2', 'After', ['echo two'])),
    );
  });
});
