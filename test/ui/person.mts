// Plays the person in front of the example project: starts its plan from the palette, approves, looks, answers, mends the
// bug that a gate found, writes the note only a person can write. What came of it is read elsewhere.
import type { Editor } from './driver.mts';
import {
  answerNotification,
  expand,
  openContainer,
  openFile,
  pick,
  replaceLine,
  row,
  runCommand,
  saveFile,
  shot,
  shotOf,
  typeAnswer,
  typeAtEnd,
  waitForNotification,
  widenSideBar,
} from './driver.mts';

export const PLAN = 'docs/plans/Task-List-B-001-page-names.md';
export const READY_PROMPT = /The public names are in docs\/names\.md/;

/** Palette → Run Plan → the task list; then reads and approves all commands of the plan. */
export async function startThePlan(editor: Editor): Promise<void> {
  await openContainer(editor);
  await widenSideBar(editor);
  await runCommand(editor, 'Soloflow: Run Plan…');
  await pick(editor, /Task List: B-001/);
  await answerNotification(editor, /not been approved yet/, /^Approve All in This Plan$/);
  await editor.page.locator('.tab.active').filter({ hasText: 'Commands to Approve' }).waitFor();
  await shot(editor, 'approval');
  await pick(editor, /Approve All \d+ Commands/);
}

/** Waits until the author's own pause is asked, with its words. Returns them. */
export async function waitForReadyPrompt(editor: Editor): Promise<string> {
  return waitForNotification(editor, READY_PROMPT);
}

/** Presses Continue on it. `asked` is called while the question stands. */
export async function answerReadyPrompt(editor: Editor, asked: () => void): Promise<void> {
  await waitForReadyPrompt(editor);
  await openFile(editor, 'Task-List-B-001-page-names.md');
  await expand(editor, /^Task List: B-001/);
  await expand(editor, /^Phase 1/);
  await expand(editor, /^Phase 2/);
  await row(editor, /^Task 1\.2 Write down the public names, /).click();
  // It may have hidden itself meanwhile; the picture shall have it.
  await waitForReadyPrompt(editor);
  await shot(editor, 'pause');
  await shotOf(editor, '.part.statusbar .left-items', 'status-bar');
  asked();
  await answerNotification(editor, READY_PROMPT, /^Continue$/);
}

/** The gate is red: takes the HotFix. Returns what the notification said. */
export async function takeHotfix(editor: Editor, asked: () => void = () => {}): Promise<string> {
  await waitForNotification(editor, /Quality gate failed/);
  await shot(editor, 'gate-failed');
  asked();
  return answerNotification(editor, /Quality gate failed/, /^Create HotFix$/);
}

/** The HotFix is the person's turn: mends the line, saves, and says so through the palette. */
export async function doHotfix(editor: Editor, asked: () => void = () => {}): Promise<void> {
  await waitForNotification(editor, /T-HotFix-1.*Your turn/);
  asked();
  await openFile(editor, 'page-name.mjs', /page-name\.mjs.*src/);
  await replaceLine(editor, 6, "  const joined = words.replace(/[^a-z0-9]+/g, '-');");
  await saveFile(editor);
  await shot(editor, 'hotfix');
  await runCommand(editor, 'Soloflow: Answer Pause…');
  await pick(editor, /Mark Done/);
  await typeAnswer(editor, 'one hyphen for a run of signs');
  await answerNotification(editor, /retry original task/, /^Continue$/);
}

/** The task without a command: writes the note, and answers from the tree. */
export async function tellTheReaders(editor: Editor, asked: () => void = () => {}): Promise<void> {
  await waitForNotification(editor, /Tell the readers.*Your turn/);
  asked();
  await openFile(editor, 'NOTES.md', /^NOTES\.md/);
  await typeAtEnd(
    editor,
    '\n- Addresses have one hyphen between words, and every page says how long it takes to read.\n',
  );
  await saveFile(editor);
  await row(editor, /Tell the readers.*waits for you/i).click();
  await pick(editor, /Mark Done/);
  await typeAnswer(editor, '');
}

/** The notification that the plan is finished. */
export async function waitForTheEnd(editor: Editor): Promise<void> {
  await waitForNotification(editor, /Task List: B-001.*(is finished)/i);
  await shot(editor, 'finished');
}
