// The terminal and the editor are two views of one engine: what starts in one shows in the other, and is answered there.
import assert from 'node:assert/strict';
import { answerNotification, openContainer, openFolder, row, statusBar, trustFolder, until } from '../driver.mts';
import { latestRun, type Story } from '../tools.mts';

const PLAN = 'docs/plans/Task-List-B-002-both.md';

export const story: Story = {
  name: 'Terminal and editor',
  content: {
    [PLAN]: [
      '# Task List: B-002 — Both',
      '',
      '#### Task 1.1: Begin',
      '',
      '**Status**: [ ]',
      '**Priority**: Low',
      '**Auto-Advance**: no',
      '**🛑 Pause After**: yes',
      '**When Ready Prompt**: "Began. Shall it end?"',
      '',
      '**Commands**:',
      '',
      '```bash',
      'echo began >> log.txt',
      '```',
      '',
      '#### Task 1.2: End',
      '',
      '**Status**: [ ]',
      '**Priority**: Low',
      '**Dependencies**: Task 1.1',
      '**Auto-Advance**: yes',
      '',
      '**Commands**:',
      '',
      '```bash',
      'echo ended >> log.txt',
      '```',
      '',
    ].join('\n'),
  },
  async play(desk, step) {
    const editor = await desk.editor();
    await openFolder(editor, desk.workspace);
    await trustFolder(editor);
    await openContainer(editor);
    await row(editor, /B-002/).waitFor();
    let terminal: ReturnType<typeof desk.follow> | null = null;
    await step('commands approved in the terminal are approved in the editor', () => {
      const approved = desk.soloflow('approve', '--tasks', PLAN, '--all', '--json');
      assert.equal(approved.code, 0, approved.text);
    });
    await step('a run started in the terminal shows in the editor', async () => {
      terminal = desk.follow('execute', '--tasks', PLAN);
      await row(editor, /Waiting for you/i).waitFor({ timeout: 60_000 });
      const bar = await until('the status bar', () => statusBar(editor));
      assert.match(bar.text, /Task 1\.1 Begin/);
    });
    await step('the terminal says that a person is needed', async () => {
      const said = await terminal;
      assert.equal(said?.code, 3, said?.text);
      assert.match(said?.text ?? '', /Began\. Shall it end\?/);
    });
    await step('the answer given in the editor ends the run', async () => {
      await answerNotification(editor, /Began\. Shall it end\?/, /^Continue$/);
      await until('the end', () => Promise.resolve(latestRun(desk)?.status === 'succeeded'), 60_000);
      assert.equal(desk.read('log.txt'), 'began\nended\n');
      assert.equal(desk.read(PLAN).match(/\*\*Status\*\*: \[x\]/g)?.length, 2);
    });
  },
};
