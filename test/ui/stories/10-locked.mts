// Another program has locked the record: one sentence says so, the plan is there, and a button tries again.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode } from '../../../scripts/editor/server.mts';
import {
  answerNotification,
  openContainer,
  openFolder,
  pick,
  row,
  runCommand,
  shot,
  trustFolder,
  until,
  waitForNotification,
} from '../driver.mts';
import { latestRun, type Story } from '../tools.mts';

const FIRST = 'docs/plans/Task-List-B-004-before.md';
const PLAN = 'docs/plans/Task-List-B-005-after.md';

const list = (id: string, title: string): string =>
  [
    `# Task List: ${id} — ${title}`,
    '',
    `#### Task 1.1: ${title}`,
    '',
    '**Status**: [ ]',
    '**Priority**: Low',
    '**Auto-Advance**: yes',
    '**🛑 Pause After**: no',
    '',
    '**Commands**:',
    '',
    '```bash',
    `echo ${title.toLowerCase()} >> log.txt`,
    '```',
    '',
  ].join('\n');

/** A program that has the database for itself until it is killed. */
async function lock(database: string): Promise<ChildProcess> {
  const driver = join(import.meta.dirname, '../../../node_modules/better-sqlite3');
  const hold = `const db = new (require(${JSON.stringify(driver)}))(process.argv[1]);
    db.exec('BEGIN EXCLUSIVE'); console.log('locked'); setInterval(() => db.inTransaction, 1000);`;
  const child = spawn(pinnedNode(), ['-e', hold, database], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((done, failed) => {
    child.stdout.once('data', () => done());
    child.once('exit', () => failed(new Error('The database could not be locked.')));
  });
  return child;
}

export const story: Story = {
  name: 'A locked record',
  content: { [FIRST]: list('B-004', 'Before'), [PLAN]: list('B-005', 'After') },
  async play(desk, step) {
    const editor = await desk.editor();
    for (const plan of [FIRST, PLAN]) assert.equal(desk.soloflow('approve', '--tasks', plan, '--all').code, 0);
    const before = desk.soloflow('execute', '--tasks', FIRST);
    assert.equal(before.code, 0, before.text);
    const program = await lock(join(desk.workspace, '.soloflow/soloflow.db'));
    try {
      await step('one sentence says that the record is locked; plan and history are there', async () => {
        await openFolder(editor, desk.workspace);
        await trustFolder(editor);
        await openContainer(editor);
        await row(editor, /B-005/).waitFor();
        const said = await waitForNotification(editor, /is locked by another program/);
        assert.match(said, /History is not kept this time/);
        await row(editor, /^Runs/).waitFor();
        await shot(editor, 'locked');
      });
    } finally {
      program.kill('SIGKILL');
    }
    await step('the button tries again, and what runs then is kept', async () => {
      await answerNotification(editor, /is locked by another program/, /^Try Again$/);
      await row(editor, /B-005/).waitFor();
      await runCommand(editor, 'Soloflow: Run Plan…');
      await pick(editor, /B-005/);
      await until('the end of the run', () =>
        Promise.resolve(latestRun(desk)?.title.includes('After') === true && latestRun(desk)?.status === 'succeeded'),
      );
      assert.equal(desk.read('log.txt'), 'before\nafter\n');
    });
  },
};
