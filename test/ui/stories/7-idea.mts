// One idea through the palette, from its first words to the commit, with a kill in the middle. docs/walkthrough.md tells the
// same story and shows the pictures that are taken here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  answerNotification,
  chosenMany,
  expand,
  openContainer,
  openFile,
  openFolder,
  pick,
  replaceLine,
  row,
  runCommand,
  saveFile,
  shot,
  sizeForPictures,
  trustFolder,
  typeAnswer,
  until,
  waitForNotification,
  waitForPage,
  widenSideBar,
} from '../driver.mts';
import { latestRun, type Desk, type Story } from '../tools.mts';

const BACKLOG = 'docs/backlog.md';
const PRD = 'PRD-B-001-greet-people-by-name.md';
const TASKS = 'Task-List-B-001-greet-people-by-name.md';
const GATE = 'sh check.sh';
/** Slow the first time, so that it can be killed; says so where git does not look. */
const CHECK = `[ -e .git/checked ] || { touch .git/checked; sleep 10; }
grep -q Hello greeting.txt
`;

const git = (desk: Desk, ...args: readonly string[]): string =>
  execFileSync('git', [...args], { cwd: desk.workspace, encoding: 'utf8' }).trim();

export const story: Story = {
  name: 'From an idea to shipped',
  content: { 'README.md': '# Greeter\n', 'greeting.txt': 'Hi, you\n', 'check.sh': CHECK },
  async play(desk, step) {
    git(desk, 'config', 'user.email', 'story@example.com');
    git(desk, 'config', 'user.name', 'Story');
    git(desk, 'add', '-A');
    git(desk, 'commit', '-q', '-m', 'Begin');
    let editor = await desk.editor();
    await step('an empty folder offers to start an idea; six short questions', async () => {
      await sizeForPictures(editor);
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await widenSideBar(editor, 360);
      await editor.page.locator('.sidebar').getByText('No plan was found in this folder.').waitFor();
      await runCommand(editor, 'Soloflow: Start an Idea…');
      await editor.page.locator('.quick-input-widget input').first().fill('Greet people by name');
      await editor.page.locator('.quick-input-widget').getByText('New idea:').waitFor();
      await shot(editor, 'walkthrough-1-idea');
      await pick(editor, /New idea: Greet people by name/);
      await typeAnswer(editor, 'Everybody gets the same greeting', /2\/6/);
      await typeAnswer(editor, 'Write the greeting; Say how it is used', /3\/6/);
      await typeAnswer(editor, `\`${GATE}\` passes`, /4\/6/);
      await typeAnswer(editor, '5', /5\/6/);
      await typeAnswer(editor, '4,5', /6\/6/);
    });
    await step('every change is shown as a diff; nothing is written', async () => {
      await editor.page.locator('.tab.active').filter({ hasText: 'Preview' }).waitFor();
      await editor.page.locator('.quick-input-widget').getByText('Write 3 Documents and Run').waitFor();
      assert.equal(desk.has('docs'), false);
      await shot(editor, 'walkthrough-2-preview');
    });
    await step('one yes writes backlog, PRD and tasks, and the run begins', async () => {
      await pick(editor, /Write 3 Documents and Run/);
      await waitForNotification(editor, /Task 1\.1 Write the greeting: Your turn/);
      assert.match(desk.read(BACKLOG), /\| B-001 \| Greet people by name \| ⭐ \| 5 \| in-progress \|/);
      assert.match(desk.read(`docs/plans/${PRD}`), /Everybody gets the same greeting/);
      assert.match(desk.read(`docs/plans/${TASKS}`), /\*\*Dependencies\*\*: Task 1\.1/);
      await expand(editor, /^Task List: B-001/);
      await expand(editor, /^Phase 1/);
      await expand(editor, /^Phase 2/);
      await row(editor, /^Task 1\.1 Write the greeting, /).click();
      await editor.page.locator('.tab.active').filter({ hasText: TASKS }).waitFor();
      await shot(editor, 'walkthrough-3-run');
    });
    await step('a person answers: two tasks are done, the command of the gate is approved', async () => {
      await answerNotification(editor, /Task 1\.1 .*Your turn/, /^Mark Done$/);
      await answerNotification(editor, /Task 1\.2 .*Your turn/, /^Mark Done$/);
      await waitForNotification(editor, /not been approved yet: sh check/);
      await shot(editor, 'walkthrough-4-approval');
      await answerNotification(editor, /not been approved yet: sh check/, /^Approve$/);
      await answerNotification(editor, /Task 2\.1 .*Your turn/, /^Mark Done$/);
    });
    await step('killed while the gate runs', async () => {
      await until('the gate to run', () => Promise.resolve(desk.has('.git/checked')));
      await desk.closeEditor();
    });
    await step('the next editor offers to go on; the gate is red and a HotFix is written', async () => {
      editor = await desk.editor();
      await sizeForPictures(editor);
      await openFolder(editor, desk.workspace);
      await trustFolder(editor);
      await openContainer(editor);
      await widenSideBar(editor, 360);
      await waitForNotification(editor, /was interrupted at 2\/3\. Continue\?/);
      await shot(editor, 'walkthrough-5-interrupted');
      await answerNotification(editor, /was interrupted at 2\/3\. Continue\?/, /^Continue$/);
      await waitForNotification(editor, /Quality gate failed/);
      await shot(editor, 'walkthrough-6-red');
      await answerNotification(editor, /Quality gate failed/, /^Create HotFix$/);
      await until('the HotFix in the document', () =>
        Promise.resolve(desk.read(`docs/plans/${TASKS}`).includes('T-HotFix-1')),
      );
    });
    await step('the person mends the file, and the original task is tried again', async () => {
      await waitForNotification(editor, /T-HotFix-1.*Your turn/);
      await openFile(editor, 'greeting.txt');
      await replaceLine(editor, 1, 'Hello, Ada');
      await saveFile(editor);
      await shot(editor, 'walkthrough-7-hotfix');
      await runCommand(editor, 'Soloflow: Answer Pause…');
      await pick(editor, /Mark Done/);
      await typeAnswer(editor, 'the greeting was still the old one', /kept as context/);
      await answerNotification(editor, /retry original task/, /^Continue$/);
      await answerNotification(editor, /Task 2\.1 .*Your turn/, /^Mark Done$/);
      await until('the end of the run', () => Promise.resolve(latestRun(desk)?.status === 'succeeded'), 60_000);
      await waitForNotification(editor, /is finished: 4 of 4 done/);
    });
    await step('shipping shows what will be written, the lesson, and the git commands', async () => {
      // What was said on the way there is no part of this picture.
      await runCommand(editor, 'Notifications: Clear All Notifications');
      await runCommand(editor, 'Soloflow: Ship Item…');
      await chosenMany(editor, /what shall be kept/);
      await editor.page.locator('.tab.active').filter({ hasText: 'Preview' }).waitFor();
      await editor.page.locator('.quick-input-widget').getByText('Then Run the Git Commands Shown').waitFor();
      assert.equal(desk.has('docs/plans/archive'), false);
      await shot(editor, 'walkthrough-8-ship');
      await pick(editor, /Then Run the Git Commands Shown/);
      await until('the commit', () => Promise.resolve(git(desk, 'log', '-1', '--format=%s') !== 'Begin'));
      // What was written last is shown: only then nothing takes the keyboard away any more.
      await editor.page
        .locator('.tab.active')
        .filter({ hasText: /CHANGELOG|RUN-B-001/ })
        .waitFor();
    });
    await step('the repository holds what a careful person would have written', async () => {
      assert.deepEqual(git(desk, 'log', '--format=%s').split('\n'), ['B-001: Greet people by name', 'Begin']);
      assert.equal(git(desk, 'status', '--porcelain'), '');
      assert.deepEqual(readdirSync(join(desk.workspace, 'docs/plans')), ['archive']);
      assert.deepEqual(readdirSync(join(desk.workspace, 'docs/plans/archive')).toSorted(), [
        PRD,
        'RUN-B-001.md',
        TASKS,
      ]);
      const backlog = desk.read(BACKLOG);
      assert.match(backlog, /\| B-001 \| Greet people by name \| \d{4}-\d\d-\d\d \|/);
      assert.doesNotMatch(backlog, /in-progress \|/);
      assert.match(desk.read(`docs/plans/archive/${PRD}`), /\*\*Status\*\*: completed/);
      const record = desk.read('docs/plans/archive/RUN-B-001.md');
      assert.match(record, /T-HotFix-1/);
      assert.match(record, /the greeting was still the old one/);
      assert.match(desk.read('CHANGELOG.md'), /- Greet people by name \(B-001\)/);
      assert.equal(desk.read(`docs/plans/archive/${TASKS}`).includes('**Status**: [ ]'), false);
      await row(editor, /^Backlog, 1 of 1 done/).waitFor();
      await row(editor, /^PRD: B-001 .*, done/).waitFor();
      await runCommand(editor, 'Soloflow: Show History');
      await editor.page.locator('.tab.active').filter({ hasText: 'History' }).waitFor();
      await waitForPage(editor, /Starting: Task List: B-001/);
      await shot(editor, 'walkthrough-9-shipped');
    });
  },
};
