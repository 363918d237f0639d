// The Plan view of the example: what stands in it, how it follows a file and an unsaved buffer, where a click leads.
import assert from 'node:assert/strict';
import {
  activityBadge,
  codeLenses,
  cursorLine,
  expand,
  focusedRow,
  goToLine,
  openContainer,
  openFile,
  openFolder,
  pick,
  replaceLine,
  row,
  rows,
  runCommand,
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
    const lineOf = (task: string): number =>
      desk
        .read(PLAN)
        .split('\n')
        .findIndex((text) => text.startsWith(`#### ${task}`)) + 1;
    const line = lineOf('Task 1.2');
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
    await step('by keyboard: the row has the focus, its menu opens, and Enter leads to its line', async () => {
      await row(editor, /1\.2.*Write down the public names/).focus();
      const { keyboard } = editor.page;
      await runCommand(editor, 'Soloflow: Show Plan');
      await until('the focus on the row', async () => /^Task 1\.2 .*, open/.test((await focusedRow(editor)) ?? ''));
      await keyboard.press('ArrowUp');
      await until('the focus one row up', async () => (await focusedRow(editor))?.startsWith('Task 1.1 '));
      const menu = editor.page.getByRole('menu');
      // The editor closes its menus when its window is laid out anew, as just after a first document was opened.
      const entries = await until('the menu', async () => {
        if ((await menu.count()) === 0) await keyboard.press('Shift+F10');
        const shown = await menu.getByRole('menuitem').evaluateAll((found) => found.map((each) => each.textContent));
        return shown.length > 0 && shown;
      });
      for (const name of ['Reveal in Document', 'Run Only This Task', 'Run From Here', 'Mark as Done', 'Copy Id'])
        assert.ok(
          entries.some((entry) => entry?.includes(name) === true),
          `${name}: ${entries.join(', ')}`,
        );
      if ((await menu.count()) > 0) await keyboard.press('Escape');
      await menu.first().waitFor({ state: 'detached' });
      // Where the editor closed the menu itself, the focus may have gone with it.
      await until('the focus back on the row', async () => {
        if ((await focusedRow(editor))?.startsWith('Task 1.1 ') === true) return true;
        await runCommand(editor, 'Soloflow: Show Plan');
        return false;
      });
      await keyboard.press('Enter');
      await until('the cursor on the line of Task 1.1', async () => (await cursorLine(editor)) === lineOf('Task 1.1'));
    });
    await step('the palette works on the selected row, and asks where none is', async () => {
      await row(editor, /^Task 1\.2 /).click();
      await runCommand(editor, 'Soloflow: Reveal in Document');
      await until('the cursor on the line of Task 1.2', async () => (await cursorLine(editor)) === line);
      await editor.page
        .locator('.activitybar')
        .getByRole('tab', { name: /^Explorer/ })
        .click();
      await runCommand(editor, 'Soloflow: Reveal in Document');
      await editor.page.locator('.quick-input-widget input').first().fill('Reading times');
      await pick(editor, /2\.2.*Reading times/);
      await until('the cursor on the line of Task 2.2', async () => (await cursorLine(editor)) === lineOf('Task 2.2'));
      await openContainer(editor);
    });
    await step('lines stand above the tasks although the focus went away at once', async () => {
      await editor.page.keyboard.press('Control+W');
      await openFile(editor, 'Task-List-B-001-page-names.md');
      await row(editor, /^Task 1\.2 /).click();
      await until('a lens', async () => (await codeLenses(editor)).some((lens) => lens.endsWith('Run')), 20_000);
    });
    await step('an unsaved change shows', async () => {
      await openFile(editor, 'Task-List-B-001-page-names.md');
      await goToLine(editor, line);
      await replaceLine(editor, line, '#### Task 1.2: Write down every public name');
      await row(editor, /1\.2.*Write down every public name/).waitFor();
      assert.equal(desk.read(PLAN).includes('every public name'), false, 'the file must not be saved');
    });
    await step('a change of a file on the disk shows, and the focus stays where it was', async () => {
      await row(editor, /^Phase 3/).click();
      await until('the focus', async () => (await focusedRow(editor))?.startsWith('Phase 3'));
      desk.write(
        'docs/plans/Task-List-B-009-later.md',
        '# Task List: B-009 — Later\n\n#### Task 1.1: Wait and see\n\n**Priority**: Low\n',
      );
      await row(editor, /Task List: B-009/).waitFor();
      assert.match((await focusedRow(editor)) ?? '', /^Phase 3/);
      desk.write('docs/plans/Task-List-B-009-later.md', '# Nothing any more\n');
      await row(editor, /Task List: B-009/).waitFor({ state: 'detached' });
      assert.match((await focusedRow(editor)) ?? '', /^Phase 3/);
    });
  },
};
