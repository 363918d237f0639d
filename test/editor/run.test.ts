// A run in the extension host: real commands, real SQLite, a real pause, through the commands that the palette calls.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { exists, items, read, remove, runId, soloflow, until, view, write } from './support';

const OWN = 'docs/plans/Task-List-B-011-runs.md';

const task = (id: string, title: string, needs: string, fields: readonly string[], command: string | null): string =>
  [
    `#### Task ${id}: ${title}`,
    '',
    '**Status**: [ ]',
    '**Priority**: Medium',
    `**Dependencies**: ${needs}`,
    ...fields,
    '',
    ...(command === null ? [] : ['**Commands**:', '', '```bash', command, '```', '']),
  ].join('\n');
const AUTO = ['**Auto-Advance**: yes', '**🛑 Pause After**: no'];
const PAUSE = ['**Auto-Advance**: no', '**🛑 Pause After**: yes', '**When Ready Prompt**: "Shall it go on?"'];

async function plan(...tasks: readonly string[]): Promise<void> {
  const api = await soloflow();
  await write(OWN, ['# Task List: B-011 — Runs', '', ...tasks].join('\n'));
  await until('the plan', () => items(api, OWN).length === tasks.length);
}

const start = async (): Promise<string> =>
  runId(await vscode.commands.executeCommand('soloflow.execute', { tasks: OWN, requestKey: `suite-${Math.random()}` }));
const approve = (): Thenable<unknown> => vscode.commands.executeCommand('soloflow.approve', { tasks: OWN, all: true });
const answer = (pause: string, choice: string): Thenable<unknown> =>
  vscode.commands.executeCommand('soloflow.answer', { pause, choice });

describe('a run', function () {
  this.timeout(60_000);

  afterEach(async () => {
    const api = await soloflow();
    for (const { run } of api.runs().filter((each) => each.run.endedAt === null))
      await vscode.commands.executeCommand('soloflow.cancel', { run: run.id });
    await until('no open run', () => api.runs().every((each) => each.run.endedAt !== null));
    await remove(OWN);
    await remove('made');
    await until('the plan to be gone', () => items(api, OWN).length === 0);
  });

  it('runs nothing before its exact commands were approved', async () => {
    const api = await soloflow();
    await plan(task('1.1', 'Make', 'None', AUTO, `mkdir -p made && echo ${Math.random()} > made/unapproved.txt`));
    const id = await start();
    const asked = await until('the question', () => view(api, id)?.pauses.find((pause) => pause.answer === null));
    assert.equal(asked.reason.kind, 'approval');
    assert.equal(await exists('made/unapproved.txt'), false);
    await answer(asked.id, 'skip');
    await until('the end', () => view(api, id)?.run.endedAt);
    assert.equal(await exists('made/unapproved.txt'), false);
  });

  it('runs tasks in the order of their dependencies and ticks them', async () => {
    const api = await soloflow();
    await plan(
      task('1.1', 'Last', 'Task 1.2', AUTO, 'cat made/order.txt && echo last >> made/order.txt'),
      task('1.2', 'First', 'None', AUTO, 'mkdir -p made && echo first > made/order.txt'),
    );
    await approve();
    const id = await start();
    await until('the end', () => view(api, id)?.run.endedAt, 40_000);
    assert.equal(view(api, id)?.run.status, 'succeeded');
    assert.equal(await read('made/order.txt'), 'first\nlast\n');
    await until('the ticks', () => items(api, OWN).every(({ status }) => status === 'done'));
    assert.equal((await read(OWN)).match(/\*\*Status\*\*: \[x\]/g)?.length, 2);
  });

  it('waits at a pause until it is answered, once', async () => {
    const api = await soloflow();
    await plan(
      task('1.1', 'Look', 'None', PAUSE, 'mkdir -p made && echo look > made/look.txt'),
      task('1.2', 'Go on', 'Task 1.1', AUTO, 'echo on > made/on.txt'),
    );
    await approve();
    const id = await start();
    const asked = await until(
      'the pause',
      () => view(api, id)?.pauses.find((pause) => pause.answer === null),
      40_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${JSON.stringify(view(api, id), null, 1)}`);
    });
    assert.deepEqual(asked.reason, { kind: 'pause-after', prompt: 'Shall it go on?' });
    assert.equal(await exists('made/on.txt'), false);
    await answer(asked.id, 'continue');
    await answer(asked.id, 'stop');
    await until('the end', () => view(api, id)?.run.endedAt, 40_000);
    assert.equal(view(api, id)?.run.status, 'succeeded');
    assert.equal(await read('made/on.txt'), 'on\n');
  });

  it('gives a task without commands to the person', async () => {
    const api = await soloflow();
    await plan(task('1.1', 'Think', 'None', AUTO, null));
    const id = await start();
    const asked = await until('the turn', () => view(api, id)?.pauses.find((pause) => pause.answer === null));
    assert.equal(asked.reason.kind, 'your-turn');
    await answer(asked.id, 'done');
    await until('the end', () => view(api, id)?.run.endedAt);
    await until('the tick', () => items(api, OWN)[0]?.status === 'done');
  });

  it('keeps its record in the database of the workspace', async () => {
    await soloflow();
    assert.equal(await exists('.soloflow/soloflow.db'), true);
    assert.equal((await read('.soloflow/.gitignore')).split('\n').includes('*'), true);
  });
});
