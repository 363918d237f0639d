// The Plan view of the example: what stands in it, how it follows a file and an unsaved buffer, where a click leads.
import assert from 'node:assert/strict';
import {
  activityBadge,
  cursorLine,
  expand,
  goToLine,
  openContainer,
  openFile,
  openFolder,
  replaceLine,
  row,
  rows,
  shot,
  trustFolder,
  until,
  widenSideBar,
} from '../driver.mts';
import { PLAN } from '../person.mts';
import type { Story } from '../tools.mts';

export const story: Story = {
  name: 'The tree',
  content: 'example',
  async play(desk, step) {
    const editor = await desk.editor();
    const line =
      desk
        .read(PLAN)
        .split('\n')
        .findIndex((text) => text.startsWith('#### Task 1.2')) + 1;
    await step('a trusted folder shows its documents', async () => {
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await widenSideBar(editor);
      await row(editor, /Task List: B-001/).waitFor();
      await row(editor, /Backlog of pagenames/).waitFor();
      await row(editor, /PRD: B-001/).waitFor();
    });
    await step('lanes, items, phases, tasks and criteria are below them, with their states in words', async () => {
      await expand(editor, /Backlog of pagenames/);
      await expand(editor, /P1 Lane/);
      await row(editor, /B-002.*Names that stay/).waitFor();
      await expand(editor, /Task List: B-001/);
      await expand(editor, /Phase 2/);
      await expand(editor, /2\.1.*Clean page names/);
      await row(editor, /"Hello, World!" becomes hello-world/).waitFor();
      const labels = (await rows(editor)).map(({ label }) => label);
      assert.ok(
        labels.some((label) => /Task List: B-001.*0 of 6/.test(label)),
        labels.join('\n'),
      );
      assert.ok(
        labels.some((label) => /2\.1.*Clean page names.*open/.test(label)),
        labels.join('\n'),
      );
      assert.equal(await activityBadge(editor), null);
      await shot(editor, 'tree');
    });
    await step('a click reveals the line of a task', async () => {
      await expand(editor, /Phase 1/);
      await row(editor, /1\.2.*Write down the public names/).click();
      await until('the cursor on the line of the task', async () => (await cursorLine(editor)) === line || null);
    });
    await step('an unsaved change shows', async () => {
      await openFile(editor, 'Task-List-B-001-page-names.md');
      await goToLine(editor, line);
      await replaceLine(editor, line, '#### Task 1.2: Write down every public name');
      await row(editor, /1\.2.*Write down every public name/).waitFor();
      assert.equal(desk.read(PLAN).includes('every public name'), false, 'the file must not be saved');
    });
    await step('a change of a file on the disk shows', async () => {
      desk.write(
        'docs/plans/Task-List-B-009-later.md',
        '# Task List: B-009 — Later\n\n#### Task 1.1: Wait and see\n\n**Priority**: Low\n',
      );
      await row(editor, /Task List: B-009/).waitFor();
    });
  },
};
