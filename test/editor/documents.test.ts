// Documents and the plan: files, unsaved buffers, problems, CodeLenses, statuses that are set.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { item, items, PLAN, read, remove, soloflow, until, uri, write } from './support';

const OWN = 'docs/plans/Task-List-B-010-suites.md';
const TEXT = [
  '# Task List: B-010 — For the suites',
  '',
  '#### Task 1.1: First',
  '',
  '**Status**: [ ]',
  '**Priority**: Low',
  '**Dependencies**: None',
  '',
  '#### Task 1.2: Second',
  '',
  '**Status**: [ ]',
  '**Priority**: Low',
  '**Dependencies**: Task 7.7',
  '',
].join('\n');

describe('documents', () => {
  beforeEach(async () => {
    const api = await soloflow();
    await write(OWN, TEXT);
    await until('the new document', () => items(api, OWN).length === 2);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const api = await soloflow();
    await remove(OWN);
    // The editor's watcher may fold a file that came and went at once into nothing: then a person refreshes.
    await until('the document to be gone', () => items(api, OWN).length === 0, 5000).catch(async () => {
      await vscode.commands.executeCommand('soloflow.refresh');
      await until('the document to be gone', () => items(api, OWN).length === 0);
    });
  });

  it('a file that changes on the disk is read again', async () => {
    const api = await soloflow();
    await write(OWN, TEXT.replace('First', 'The very first'));
    await until('the new title', () => items(api, OWN).some(({ title }) => title === 'The very first'));
    assert.equal(items(api, OWN).length, 2);
  });

  it('a file that is taken away right after a status was written into it is gone', async function () {
    this.timeout(90_000);
    const api = await soloflow();
    for (let n = 0; n < 4; n += 1) {
      await vscode.commands.executeCommand('soloflow.set', {
        item: item(api, OWN, /First/).key,
        status: 'in-progress',
      });
      // The watcher may put both into one event, or into none.
      await new Promise((resolve) => setTimeout(resolve, n * 15));
      await remove(OWN);
      await until('the document to be gone', () => items(api, OWN).length === 0, 10_000);
      await write(OWN, TEXT);
      await until('the document to be there again', () => items(api, OWN).length === 2);
    }
    assert.equal(item(api, OWN, /First/).status, 'open');
  });

  it('an unsaved buffer wins over the disk, and its revert brings the disk back', async () => {
    const api = await soloflow();
    const document = await vscode.workspace.openTextDocument(uri(OWN));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(2, '#### Task 1.1: First'.length), ' of all'));
    await until('the unsaved title', () => items(api, OWN).some(({ title }) => title === 'First of all'));
    assert.equal(document.isDirty, true);
    assert.equal(await read(OWN), TEXT);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('the title of the disk', () => items(api, OWN).some(({ title }) => title === 'First'));
  });

  it('an unknown dependency is a problem at its place', async () => {
    await soloflow();
    const found = await until('the problem', () =>
      vscode.languages
        .getDiagnostics(uri(OWN))
        .find((each) => each.source === 'soloflow' && each.message.includes('7.7')),
    );
    assert.equal(found.range.start.line, 12);
  });

  it('a claimed total that is not the counted one has a quick fix that mends just that number', async () => {
    await soloflow();
    const claimed = TEXT.replace('suites\n', 'suites\n\n**Total Tasks**: 5\n');
    await write(OWN, claimed);
    const document = await vscode.workspace.openTextDocument(uri(OWN));
    await vscode.window.showTextDocument(document);
    const problem = await until('the problem', () =>
      vscode.languages.getDiagnostics(uri(OWN)).find((each) => each.code === 'claimed-total'),
    );
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri(OWN),
      problem.range,
    );
    const fix = offered.find((each) => each.isPreferred === true);
    assert.ok(fix?.edit !== undefined && (await vscode.workspace.applyEdit(fix.edit)));
    assert.equal(document.getText(), claimed.replace('Tasks**: 5', 'Tasks**: 2'));
  });

  it('an open task has a CodeLens that runs it', async () => {
    const api = await soloflow();
    const document = await vscode.workspace.openTextDocument(uri(OWN));
    await vscode.window.showTextDocument(document);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri(OWN),
      20,
    );
    const line = item(api, OWN, /First/).line - 1;
    assert.ok(lenses.some((lens) => lens.range.start.line === line && lens.command?.command === 'soloflow.runOnly'));
  });

  it('setting a status changes the bytes of the status and nothing else', async () => {
    const api = await soloflow();
    await vscode.commands.executeCommand('soloflow.set', { item: item(api, OWN, /First/).key, status: 'done' });
    await until('the status', () => item(api, OWN, /First/).status === 'done');
    const first = TEXT.indexOf('[ ]');
    assert.equal(await read(OWN), `${TEXT.slice(0, first)}[x]${TEXT.slice(first + 3)}`);
  });

  it('setting a status in an open document is one undo step', async () => {
    const api = await soloflow();
    const document = await vscode.workspace.openTextDocument(uri(OWN));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('soloflow.set', { item: item(api, OWN, /Second/).key, status: 'done' });
    await until('the status in the buffer', () => document.getText().includes('[x]'));
    await vscode.commands.executeCommand('undo');
    await until('the buffer as before', () => document.getText() === TEXT);
    assert.equal(document.isDirty, true);
  });

  it('the example is read whole: criteria, gates, commands, explicit pauses', async () => {
    const api = await soloflow();
    const task = item(api, PLAN, /Write down the public names/);
    assert.deepEqual(
      task.commands.map(({ text }) => text),
      ['node scripts/list-names.mjs'],
    );
    assert.equal(task.pauseAfter?.value, true);
    assert.equal(task.autoAdvance?.value, false);
    assert.match(task.readyPrompt ?? '', /may other code rely on them/);
    assert.equal(item(api, PLAN, /Clean page names/).criteria.length, 2);
  });
});
