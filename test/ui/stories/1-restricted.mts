// A folder nobody has trusted: the plan is there to be read, and nothing runs.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  expand,
  openContainer,
  openFolder,
  paletteOffers,
  pick,
  row,
  rows,
  runCommand,
  shot,
  waitForNotification,
} from '../driver.mts';
import type { Story } from '../tools.mts';

export const story: Story = {
  name: 'Restricted Mode',
  content: 'example',
  async play(desk, step) {
    const editor = await desk.editor();
    await step('the package is installed and its container opens', async () => {
      await openFolder(editor, desk.workspace);
      await openContainer(editor);
    });
    await step('the plan is shown: documents, phases, tasks', async () => {
      await row(editor, /Task List: B-001/).waitFor();
      await expand(editor, /Task List: B-001/);
      await expand(editor, /Phase 1/);
      await row(editor, /Task 1\.1|1\.1.*Build the library/).waitFor();
      const labels = (await rows(editor)).map(({ label }) => label);
      assert.ok(
        labels.some((label) => /Backlog of pagenames/.test(label)),
        labels.join('\n'),
      );
    });
    await step('a sentence says why nothing runs', async () => {
      await editor.page
        .locator('.sidebar')
        .getByText(/Restricted Mode: plans are shown, nothing runs/)
        .waitFor();
      await shot(editor, 'restricted-mode');
    });
    await step('Run Plan runs nothing', async () => {
      if (await paletteOffers(editor, 'Soloflow: Run Plan…')) {
        await runCommand(editor, 'Soloflow: Run Plan…');
        await pick(editor, /Task List: B-001/);
        await waitForNotification(editor, /trust/i);
      }
      // Long enough for a first command to have left its mark.
      await sleep(2000);
      assert.equal(desk.has('dist'), false);
      assert.equal(desk.has('.soloflow/soloflow.db'), false);
    });
  },
};
