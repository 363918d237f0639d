// The whole path: a plan is run, asks, is reloaded in the middle, is mended, and leaves its documents ticked.
import assert from 'node:assert/strict';
import {
  activityBadge,
  answerNotification,
  codeLenses,
  expand,
  goToLine,
  openContainer,
  openFile,
  openFolder,
  reloadWindow,
  row,
  runCommand,
  shot,
  shotOf,
  sizeForPictures,
  statusBar,
  waitForNotification,
  trustFolder,
  until,
} from '../driver.mts';
import {
  doHotfix,
  PLAN,
  READY_PROMPT,
  startThePlan,
  takeHotfix,
  tellTheReaders,
  waitForReadyPrompt,
} from '../person.mts';
import { latestRun, type Story } from '../tools.mts';

const statuses = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^\*\*Status\*\*: (.*)$/.exec(line)?.[1] ?? []);
/** Without the HotFix that the run wrote, and with every box open. */
const asWritten = (text: string): string =>
  text.replace(/#### T-HotFix-1[\s\S]*?(?=#### Task)/, '').replaceAll('[x]', '[ ]');

export const story: Story = {
  name: 'A run from end to end',
  content: 'example',
  async play(desk, step) {
    const editor = await desk.editor();
    const before = desk.read(PLAN);
    await sizeForPictures(editor);
    await openFolder(editor, desk.workspace);
    await trustFolder(editor);
    await step('Run Plan asks for approval of the exact commands before anything runs', async () => {
      await startThePlan(editor);
    });
    await step('the author’s pause is asked with the author’s words', async () => {
      assert.match(await waitForReadyPrompt(editor), READY_PROMPT);
    });
    await step('the commands really ran', () => {
      assert.ok(desk.has('dist/index.mjs'));
      assert.match(desk.read('docs/names.md'), /`pageName`/);
    });
    await step('the same pause stands in the tree, on the badge, in the status bar and above its task', async () => {
      await row(editor, /Waiting for you/i).waitFor();
      await until('the badge', async () => (await activityBadge(editor)) === '1');
      const bar = await until('the status bar', () => statusBar(editor));
      assert.match(bar.text, /2\/6/);
      assert.match(bar.spoken, /2 of 6 tasks done.*waits for you/i);
      await openFile(editor, 'Task-List-B-001-page-names.md');
      const line = before.split('\n').findIndex((text) => text.startsWith('#### Task 1.2')) + 1;
      await goToLine(editor, line);
      await expand(editor, /^Task List: B-001/);
      await expand(editor, /^Phase 1/);
      await expand(editor, /^Phase 2/);
      // A phase says it for the tasks below it.
      await row(editor, /^Phase 1 Foundation, waiting for you/).waitFor();
      await until('the question above the task', async () =>
        (await codeLenses(editor)).some((lens) => READY_PROMPT.test(lens)),
      );
      await shot(editor, 'pause');
      await shotOf(editor, '.part.statusbar .left-items', 'status-bar');
    });
    await step('after a reload the run is there: finished stays finished, the pause is open', async () => {
      await reloadWindow(editor);
      await waitForNotification(editor, READY_PROMPT);
      await openContainer(editor);
      await row(editor, /Waiting for you/i).waitFor();
      const run = latestRun(desk);
      assert.equal(run?.tasks.filter((task) => task.state === 'succeeded').length, 2);
      assert.equal(run?.pauses.length, 1);
      await shot(editor, 'reloaded');
    });
    await step('answered, it goes on; the gate finds the bug', async () => {
      await answerNotification(editor, READY_PROMPT, /^Continue$/);
      const said = await takeHotfix(editor);
      assert.match(said, /node --test/);
    });
    await step('the HotFix stands in the document and is done by the person', async () => {
      await until('the HotFix in the document', () => Promise.resolve(desk.read(PLAN).includes('T-HotFix-1')));
      await doHotfix(editor);
      assert.match(desk.read('src/page-name.mjs'), /\[\^a-z0-9\]\+\/g/);
    });
    await step('a task without a command is the person’s turn', async () => {
      await tellTheReaders(editor);
      assert.match(desk.read('NOTES.md'), /one hyphen between words/);
    });
    await step('the run ends and says so', async () => {
      await until('the end of the run', () => Promise.resolve(latestRun(desk)?.status === 'succeeded'), 90_000);
      await until('no entry in the status bar', async () => (await statusBar(editor)) === null);
      await until('no badge', async () => (await activityBadge(editor)) === null);
      await runCommand(editor, 'Soloflow: Show Plan');
      await shot(editor, 'finished');
    });
    await step('the documents are ticked, and nothing else in them changed', () => {
      const after = desk.read(PLAN);
      assert.deepEqual(
        statuses(before),
        Array.from({ length: 6 }, () => '[ ]'),
      );
      assert.deepEqual(
        statuses(after),
        Array.from({ length: 6 }, () => '[x]'),
      );
      assert.match(after, /#### T-HotFix-1 .*(✅|\[x\])/);
      assert.equal(asWritten(after), before);
    });
  },
};
