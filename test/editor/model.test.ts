// The editor's language model at work: a model of another extension, asked through the editor, changes files by the
// editor's own edits, and the gates decide. What the model says is played by the test.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SoloflowApi } from '../../src/extension';
import { exists, item, read, remove, runId, soloflow, until, uri, view, write } from './support';

const LIST = 'docs/plans/Task-List-B-070-model.md';
const GREETING = 'model/greeting.txt';
const CONFIG = '.soloflow/config.json';
const GATE = `grep -q Moin ${GREETING}`;
const TEXT = [
  '# Task List: B-070 — Model',
  '',
  '#### Task 1.1: Greet by model',
  '',
  '**Status**: todo',
  '',
  '**Quality Gates**:',
  '',
  `- [ ] \`${GATE}\` passes`,
  '',
].join('\n');

interface Asked {
  readonly messages: readonly { readonly content: readonly unknown[] }[];
  readonly tools: readonly { readonly name: string }[];
  readonly token: vscode.CancellationToken;
}
type Parts = readonly (vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart)[];
interface StandIn {
  readonly offered: boolean;
  play(next: (asked: Asked) => Promise<Parts>): void;
}

const says = (text: string) => new vscode.LanguageModelTextPart(text);
const asks = (name: string, input: object) => new vscode.LanguageModelToolCallPart(`${name}-1`, name, input);
/** Results of tools that the model has been given, as text. */
const resultsOf = ({ messages }: Asked): readonly string[] =>
  messages
    .flatMap(({ content }) => content)
    .filter((part) => part instanceof vscode.LanguageModelToolResultPart)
    .map((part) => JSON.stringify(part.content));

describe("the editor's language model", () => {
  let api: SoloflowApi;
  let model: StandIn;
  before(async () => {
    api = await soloflow();
    const extension = vscode.extensions.getExtension<StandIn>('soloflow-test.stand-in-model');
    assert.ok(extension !== undefined, 'the stand-in is not installed');
    model = await extension.activate();
    assert.ok(model.offered, 'this editor takes no model of another extension');
    await write(CONFIG, JSON.stringify({ agent: { preset: 'editor', model: 'stand-in' } }));
    await write(GREETING, 'Hello\n');
    await write(LIST, TEXT);
    await until('the task', () => api.snapshot().size > 0 && hasTask());
  });
  after(async () => {
    for (const each of [CONFIG, 'model', LIST]) await remove(each);
  });
  const hasTask = (): boolean => {
    try {
      return item(api, LIST, /Greet by model/).status === 'open';
    } catch {
      return false;
    }
  };

  const run = async (): Promise<string> =>
    runId(await vscode.commands.executeCommand('soloflow.execute', { tasks: LIST }));
  const approved = new Set<string>();
  /** The first time a person is asked whether the model, and the gate's command, may run here. */
  const approve = (id: string): void => {
    const pause = view(api, id)?.pauses.find(({ answer, reason }) => answer === null && reason.kind === 'approval');
    if (pause === undefined || approved.has(pause.id)) return;
    approved.add(pause.id);
    void vscode.commands.executeCommand('soloflow.answer', { pause: pause.id, choice: 'approve' });
  };

  /** Ended, or waits for a person once more. */
  const over = (id: string): boolean => {
    approve(id);
    const now = view(api, id);
    return (
      now?.run.endedAt !== null ||
      now.pauses.some(({ answer, reason }) => answer === null && reason.kind !== 'approval')
    );
  };

  it('is asked with tools, edits a file so that it can be undone, and is believed because the gate is green', async () => {
    const seen: Asked[] = [];
    model.play(async (asked) => {
      seen.push(asked);
      switch (seen.length) {
        case 1:
          return [says('I look.\n'), asks('read-file', { path: GREETING })];
        case 2:
          return [
            asks('edit-file', { path: GREETING, old: 'Hello', text: 'Moin' }),
            asks('create-file', { path: 'model/note.txt', text: 'made\n' }),
            asks('create-file', { path: '../outside.txt', text: 'no' }),
          ];
        default:
          return [says('Done.')];
      }
    });
    const id = await run();
    await until('the end of the run', () => over(id), 50_000);
    assert.equal(view(api, id)?.run.status, 'succeeded', JSON.stringify(view(api, id)?.pauses));
    assert.equal(await read(GREETING), 'Moin\n');
    assert.equal(await read('model/note.txt'), 'made\n');
    assert.match(await read(LIST), /\*\*Status\*\*: (?!todo)/);
    assert.ok(seen[0]?.tools.some(({ name }) => name === 'edit-file'));
    assert.match(resultsOf(seen[1] as Asked).join(''), /Hello/);
    assert.match(resultsOf(seen[2] as Asked).join(''), /not inside the workspace/);
    assert.equal(await exists('../outside.txt'), false);

    // One undo in the editor takes the model's edit back.
    const document = await vscode.workspace.openTextDocument(uri(GREETING));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'Hello\n');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  }).timeout(60_000);

  it('is cancelled with its task', async () => {
    await write(LIST, TEXT.replace('B-070', 'B-071').replace('Greet by model', 'Greet slowly'));
    await until('the new task', () => {
      try {
        return item(api, LIST, /Greet slowly/).status === 'open';
      } catch {
        return false;
      }
    });
    let cancelled = false;
    let begun = false;
    model.play(async ({ token }) => {
      begun = true;
      await new Promise<void>((done) => {
        token.onCancellationRequested(() => {
          cancelled = true;
          done();
        });
      });
      return [];
    });
    const id = await run();
    await until('the model', () => {
      approve(id);
      return begun;
    });
    await vscode.commands.executeCommand('soloflow.stop', { run: id });
    await until('the cancellation', () => cancelled);
    assert.equal(await read(GREETING), 'Moin\n');
    await until('the task to be free', () => view(api, id)?.tasks.every(({ state }) => state !== 'running'));
    await vscode.commands.executeCommand('soloflow.cancel', { run: id });
    await until('the end', () => view(api, id)?.run.endedAt !== null);
  });
});
