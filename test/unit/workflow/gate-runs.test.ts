// Gates of real runs: real documents, a real record, real processes. What counts as the work of a task goes over all its
// attempts, and what the editor showed before is not new.
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChoiceId } from '../../../src/model/pause';
import { answer, execute } from '../../../src/workflow/actions/run-actions';
import { place, type Place } from './workspace';

const LIST = 'Task-List-B-001-Sum.md';
const NO_RETRY = { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 };
const task = (id: string, command: string): string =>
  `#### Task ${id}: Task ${id}\n**Status**: todo\n**Auto-Advance**: yes\n**Commands**:\n\`\`\`bash\n${command}\n\`\`\`\n\n`;

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

async function begin(tasks: readonly string[], config: object, more: Parameters<Place['open']>[0] = {}): Promise<void> {
  at.write(LIST, `# Task List: B-001 Sum\n\n${tasks.join('')}`);
  at.write('.soloflow/config.json', JSON.stringify(config));
  await at.open(more);
  const { approvals, plan } = at.workspace;
  const commands = [...plan.snapshot().items.values()].flatMap((item) => item.commands.map(({ text }) => text));
  approvals.approve(commands, 'test');
}
async function run(): Promise<void> {
  await at.done(execute, { tasks: LIST });
  await settled();
}
async function settled(): Promise<void> {
  const id = at.workspace.engine.runs(1)[0]?.run.id ?? '';
  await at.workspace.engine.settled(id);
}
async function say(choice: ChoiceId): Promise<void> {
  await at.done(answer, { pause: asked()[0]?.id ?? '', choice });
  await settled();
}
const asked = () => at.workspace.engine.pauses();
const gates = () => {
  const { run: found, tasks } = at.workspace.engine.runs(1)[0] ?? { run: null, tasks: [] };
  return tasks.flatMap(({ taskKey }) => at.workspace.engine.gateResults(found?.id ?? '', taskKey));
};
const statuses = (): readonly string[] => at.read(LIST).match(/(?<=\*\*Status\*\*: ).*/g) ?? [];

describe('two gates of one kind', () => {
  it('are both checked', async () => {
    const files = (path: string) => ({ kind: 'files', paths: [path] });
    await begin([task('1.1', 'echo a > a.txt')], {
      run: { retry: { '*': NO_RETRY } },
      gates: { '*': [files('a.txt'), files('missing.txt')] },
    });
    await run();
    expect(gates().map(({ status }) => status)).toEqual(['pass', 'fail']);
    expect(asked()).toMatchObject([{ reason: { kind: 'gate-failed', gates: ['Files exist: missing.txt'] } }]);
    expect(statuses()).not.toContain('Completed');
  });
});

describe('tests whose command is found only when the task is done', () => {
  it('are asked about as a command to be approved, not told as a failure', async () => {
    const setUp = `echo '{"scripts":{"test":"node --test"}}' > package.json\necho "require('node:test')('a', () => {})" > a.test.js`;
    await begin([task('1.1', setUp)], { run: { hotfix: 'always' }, gates: { '*': [{ kind: 'tests' }] } });
    await run();
    expect(asked()).toMatchObject([{ reason: { kind: 'approval', commands: ['npm test'] } }]);
    expect(at.workspace.engine.runs(1)[0]?.run.failuresInARow).toBe(0);
    await say('approve');
    expect(gates()).toMatchObject([{ kind: 'tests', status: 'pass', evidence: { tests: { total: 1, failed: 0 } } }]);
    expect(statuses()).toEqual(['Completed']);
  });
});

describe('the documents of a gate without paths', () => {
  const gate = { '*': [{ kind: 'navigation' }] };
  it('are those that were changed, not the plan itself', async () => {
    at.write('README.md', '# Read me\n\n[a](a.md)\n');
    await begin([task('1.1', 'echo "# A" > a.md'), task('1.2', 'echo "# B" > b.md')], {
      run: { retry: { '*': NO_RETRY } },
      gates: gate,
    });
    await run();
    expect(gates()).toMatchObject([
      { status: 'pass', evidence: { files: ['a.md'] } },
      { status: 'fail', evidence: { findings: ['b.md: no link leads here from README.md'] } },
    ]);
  });
  it('and one whose globs match nothing is not green', async () => {
    await begin([task('1.1', 'true')], {
      run: { retry: { '*': NO_RETRY } },
      gates: { '*': [{ kind: 'references', paths: ['dcos/**'] }] },
    });
    await run();
    expect(gates()).toMatchObject([{ status: 'error', detail: 'No document matches dcos/**.' }]);
  });
});

describe('the work of a task', () => {
  const created = { '*': [{ kind: 'files', paths: ['made.txt'], expect: 'created' }] };
  it('is what its earlier attempts did', async () => {
    const flaky = 'echo a > made.txt\ntest -f second || { touch second; echo ECONNREFUSED; exit 1; }';
    await begin([task('1.1', flaky)], {
      run: { retry: { network: { ...NO_RETRY, retries: 1, delayMs: 300, maxMs: 300 } } },
      gates: created,
    });
    await run();
    expect(gates()).toMatchObject([{ status: 'pass' }]);
    expect(statuses()).toEqual(['Completed']);
  });
  it('is what its hot fix did', async () => {
    await begin([task('1.1', 'true')], { run: { retry: { '*': NO_RETRY }, hotfix: 'offer' }, gates: created });
    await run();
    expect(gates()).toMatchObject([{ status: 'fail', detail: 'made.txt: does not exist' }]);
    await say('hotfix');
    at.write('made.txt', 'by hand');
    await say('done');
    await say('continue');
    expect(gates().at(-1)).toMatchObject({ status: 'pass' });
    expect(at.workspace.engine.runs(1)[0]?.run.status).toBe('succeeded');
  });
  it('is not what was there when it was done once and is to be done again', async () => {
    await begin([task('1.1', 'test -f made.txt || { echo a > made.txt; sleep 0.3; }')], { gates: created });
    await run();
    expect(gates()).toMatchObject([{ status: 'pass' }]);
    const view = at.workspace.engine.runs(1)[0];
    await at.workspace.engine.wish(
      { kind: 'retry', runId: view?.run.id ?? '', taskKey: view?.tasks[0]?.taskKey ?? '' },
      'test',
    );
    await settled();
    expect(gates().at(-1)).toMatchObject({ status: 'fail', detail: 'made.txt: was there before the task began' });
  });
});

describe('a time limit of a task', () => {
  const limited = (limit: string) =>
    task('1.1', 'sleep 20').replace('**Auto-Advance**', `**Timeout**: ${limit}\n**Auto-Advance**`);
  it('ends it, is told, and leaves the others alone', async () => {
    await begin([limited('1 s'), task('1.2', 'sleep 1.5')], { run: { retry: { '*': NO_RETRY } } });
    await run();
    expect(asked()).toMatchObject([
      { reason: { kind: 'task-failed', detail: 'took longer than its time limit of 1 s' } },
    ]);
    expect(statuses()).toContain('Completed');
  });
  it('that is none is a problem of its document', async () => {
    await begin([limited('soon')], {});
    expect(at.workspace.plan.snapshot().problems).toMatchObject([
      {
        code: 'unreadable-time-limit',
        line: 5,
        column: 14,
        message: expect.stringContaining('"soon" is no time limit'),
      },
    ]);
  });
  it('of none is not that of the config', async () => {
    await begin([task('1.1', 'sleep 0.8'), limited('none').replace('sleep 20', 'sleep 1')], {
      run: { timeoutMinutes: 0.01, retry: { '*': NO_RETRY } },
    });
    await run();
    expect(asked()).toMatchObject([{ reason: { kind: 'task-failed' } }]);
    expect(statuses().at(-1)).toBe('Completed');
  });
});

describe('a hot fix', () => {
  it('gets an id that its document does not have yet, in a run of one task as well', async () => {
    const earlier = '#### T-HotFix-1: Fix something else\n**Status**: Completed\n\n';
    await begin([task('1.1', 'exit 1'), earlier], { run: { retry: { '*': NO_RETRY }, hotfix: 'always' } });
    await at.done(execute, { only: 'Task 1.1' });
    await settled();
    expect(at.read(LIST).match(/^#### T-HotFix.*/gm)).toEqual([
      '#### T-HotFix-2 Fix Task 1.1',
      '#### T-HotFix-1: Fix something else',
    ]);
  });
});

describe('what a command printed', () => {
  it('is words in its hot fix, and nothing of the document around it', async () => {
    const printed = 'Error: expected <!-- [here](gone.md) `code` **Status**: done';
    await begin([task('1.1', `echo '${printed}'; exit 1`), task('1.2', 'true # -->')], {
      run: { retry: { '*': NO_RETRY }, hotfix: 'always' },
    });
    await run();
    const { plan, engine } = at.workspace;
    expect(at.read(LIST)).toContain('Error: expected <\\!-- \\[here\\](gone.md) \\`code\\` \\*\\*Status\\*\\*: done');
    expect([...plan.snapshot().items.values()].map(({ title, status }) => [title, status])).toEqual([
      ['Task 1.1', 'open'],
      ['Fix Task 1.1', 'open'],
      ['Task 1.2', 'done'],
    ]);
    expect(engine.runs(1)[0]?.tasks.at(-1)?.spec.evidence).toContain('<!-- [here](gone.md) `code`');
  });
});

describe('an answer from a host that runs nothing', () => {
  it('is in the document when that host is gone', async () => {
    await begin(['#### Task 1.1: By hand\n**Status**: todo\n'], {});
    await run();
    const id = asked()[0]?.id ?? '';
    await at.open({ needs: 'answer' });
    await at.done(answer, { pause: id, choice: 'done' });
    await at.workspace.dispose({ endProcesses: true });
    expect(statuses()).toEqual(['Completed']);
  });
});

describe('a tree that is to be committed', () => {
  it('is not asked to hold what the run itself writes into any of its documents', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: at.root });
    const other = 'Task-List-B-002-Other.md';
    const commit = (file: string) =>
      `echo a > ${file}\ngit add ${file}\ngit -c user.name=t -c user.email=t@example.invalid commit -qm ${file}`;
    at.write(other, `# Task List: B-002 Other\n\n${task('2.1', commit('b.txt'))}`);
    await begin([task('1.1', commit('a.txt'))], { gates: { '*': [{ kind: 'tree', expect: 'committed' }] } });
    git('init', '-q');
    at.write('.gitignore', '.soloflow/\n');
    git('add', '.');
    git('commit', '-qm', 'plan');
    await at.done(execute, { ready: true });
    await settled();
    expect(gates().map(({ status, detail }) => `${status}: ${detail.replace(/[0-9a-f]{9}/, '')}`)).toEqual([
      'pass: clean at  a.txt',
      'pass: clean at  b.txt',
    ]);
    expect(at.read(other)).toContain('Completed');
  });
});

describe('new problems of the editor', () => {
  const gate = { gates: { '*': [{ kind: 'problems' }] }, run: { retry: { '*': NO_RETRY } } };
  it('are none where all of them were there before', async () => {
    const shown = ['src/a.ts:3 old trouble'];
    await begin([task('1.1', 'true')], gate, { editorProblems: () => shown });
    await run();
    expect(gates()).toMatchObject([{ status: 'pass' }]);
  });
  it('are those that came with the task, also when it is tried again', async () => {
    let shown = ['src/a.ts:3 old trouble'];
    await begin([task('1.1', 'touch began; sleep 0.5')], gate, { editorProblems: () => shown });
    await at.done(execute, { tasks: LIST });
    while (!at.has('began')) await new Promise((done) => setTimeout(done, 20));
    shown = ['src/a.ts:4 old trouble', 'src/b.ts:1 new trouble'];
    await settled();
    expect(gates()).toMatchObject([{ status: 'fail', evidence: { findings: ['src/b.ts:1 new trouble'] } }]);
    await say('retry');
    expect(gates().at(-1)).toMatchObject({ status: 'fail', evidence: { findings: ['src/b.ts:1 new trouble'] } });
  });
});
