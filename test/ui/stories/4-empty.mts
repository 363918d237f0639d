// A folder without a plan: the view says so and helps to begin.
import assert from 'node:assert/strict';
import { openContainer, openFolder, row, shot, trustFolder, until } from '../driver.mts';
import type { Story } from '../tools.mts';

export const story: Story = {
  name: 'An empty workspace',
  content: { 'readme.txt': 'No plan here.\n' },
  async play(desk, step) {
    const editor = await desk.editor();
    await step('the view welcomes instead of staying blank', async () => {
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await editor.page.locator('.sidebar').getByText('No plan was found in this folder.').waitFor();
      assert.equal(desk.has('.soloflow'), false, 'a folder without a plan gets no database');
      await shot(editor, 'welcome');
    });
    await step('an empty backlog is one click away, and the tree shows it', async () => {
      await editor.page.locator('.sidebar').getByText('empty backlog').click();
      await until('the backlog', () => Promise.resolve(desk.has('docs/backlog.md')));
      desk.write(
        'docs/backlog.md',
        `${desk.read('docs/backlog.md')}\n### **B-001: The first thing**\n\n- **Status**: todo\n`,
      );
      await row(editor, /backlog/i).waitFor();
    });
  },
};
