// The editor dies in the middle of a command: the command goes on, nothing runs twice, the next editor takes over.
import assert from 'node:assert/strict';
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
} from '../driver.mts';
import { latestRun, type Story } from '../tools.mts';

const PLAN = 'docs/plans/Task-List-B-003-long.md';

const task = (id: string, title: string, needs: string, command: string): readonly string[] => [
  `#### Task ${id}: ${title}`,
  '',
  '**Status**: [ ]',
  '**Priority**: Low',
  `**Dependencies**: ${needs}`,
  '**Auto-Advance**: yes',
  '**🛑 Pause After**: no',
  '',
  '**Commands**:',
  '',
  '```bash',
  command,
  '```',
  '',
];

export const story: Story = {
  name: 'Killed in the middle',
  content: {
    [PLAN]: [
      '# Task List: B-003 — Long',
      '',
      ...task('1.1', 'Short', 'None', 'echo short >> log.txt'),
      ...task('1.2', 'Long', 'Task 1.1', 'echo begin >> log.txt; sleep 15; echo end >> log.txt'),
      ...task('1.3', 'Last', 'Task 1.2', 'echo last >> log.txt'),
    ].join('\n'),
  },
  async play(desk, step) {
    const log = (): string => (desk.has('log.txt') ? desk.read('log.txt') : '');
    await step('a run is in the middle of a command', async () => {
      const editor = await desk.editor();
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await row(editor, /B-003/).waitFor();
      assert.equal(desk.soloflow('approve', '--tasks', PLAN, '--all', '--json').code, 0);
      await runCommand(editor, 'Soloflow: Run Plan…');
      await pick(editor, /B-003/);
      await until('the long command to begin', () => Promise.resolve(log().includes('begin')), 60_000);
    });
    await step('the editor is killed; the command ends without it', async () => {
      await desk.closeEditor();
      assert.equal(log(), 'short\nbegin\n');
      await until('the long command to end', () => Promise.resolve(log().includes('end')), 60_000);
    });
    await step('the next editor takes the run up: what ended is not done again', async () => {
      const editor = await desk.editor();
      await openFolder(editor, desk.workspace);
      // Served on another port it is another place to the browser, and trust was given to the first.
      await trustFolder(editor);
      await openContainer(editor);
      await row(editor, /B-003/).waitFor();
      const offered = await answerNotification(editor, /was interrupted at .*Continue\?/, /^Continue$/);
      assert.match(offered, /[12]\/3/);
      await until('the end of the run', () => Promise.resolve(latestRun(desk)?.status === 'succeeded'), 90_000);
      assert.equal(log(), 'short\nbegin\nend\nlast\n');
      assert.equal(desk.read(PLAN).match(/\*\*Status\*\*: \[x\]/g)?.length, 3);
      await shot(editor, 'taken-over');
    });
  },
};
