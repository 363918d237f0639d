// What the memory knows of the editor: open editors, selection, problems, rule files by their globs, git; and the bundle
// for a new chat, on the clipboard and in a file.
import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as vscode from 'vscode';
import { read, remove, soloflow, until, uri, write } from './support';

interface Answered {
  readonly text: string;
  readonly systems: readonly { readonly source: string; readonly status: string; readonly error: string | null }[];
}

const SOURCE = 'memory-suite/page.zig';
const OTHER = 'memory-suite/other.txt';
const RULES = {
  '.cursor/rules/zig.mdc':
    '---\ndescription: Pages\nglobs: *.zig\nalwaysApply: false\n---\nZig pages end with a newline.\n',
  '.cursor/rules/elm.mdc': '---\ndescription: Views\nglobs: *.elm\nalwaysApply: false\n---\nElm views are pure.\n',
  'CLAUDE.md': 'Answer in one sentence.\n',
} as const;

const ask = async (query: string, more: object = {}): Promise<Answered> => {
  const answer = await vscode.commands.executeCommand<Answered | undefined>('soloflow.memory', {
    query,
    systems: ['cursor'],
    ...more,
  });
  assert.ok(answer !== undefined, 'no answer');
  return answer;
};

describe('the memory in the editor', () => {
  const problems = vscode.languages.createDiagnosticCollection('memory-suite');
  before(async () => {
    await soloflow();
    for (const [path, text] of Object.entries(RULES)) await write(path, text);
    await write(SOURCE, 'first line\nsecond line: the page name\nthird line\n');
    await write(OTHER, 'nothing here\n');
    await vscode.window.showTextDocument(uri(OTHER), { preview: false });
    const editor = await vscode.window.showTextDocument(uri(SOURCE), { preview: false });
    editor.selection = new vscode.Selection(1, 0, 1, 26);
    problems.set(uri(SOURCE), [
      new vscode.Diagnostic(new vscode.Range(2, 0, 2, 5), 'Third line is too long', vscode.DiagnosticSeverity.Error),
    ]);
  });
  after(async () => {
    problems.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const path of [...Object.keys(RULES), 'memory-suite']) await remove(path);
  });

  it('knows what is selected, open and wrong', async () => {
    const { text, systems } = await ask('page name');
    assert.deepEqual(
      systems.map(({ source, status }) => ({ source, status })),
      [{ source: 'cursor', status: 'ok' }],
    );
    assert.match(text, /Selected in the editor[\s\S]*memory-suite\/page\.zig:2[\s\S]*second line: the page name/);
    assert.doesNotMatch(text, /first line/);
    assert.match(text, /Open in the editor[\s\S]*memory-suite\/other\.txt/);
    assert.match(text, /memory-suite\/page\.zig:3 Third line is too long/);
  });

  it('knows the rule files that fit what is open, and no others', async () => {
    const { text } = await ask('anything at all');
    assert.match(text, /Zig pages end with a newline/);
    assert.match(text, /Answer in one sentence/);
    assert.doesNotMatch(text, /Elm views are pure/);
  });

  it('knows where git stands', async () => {
    const branch = spawnSync('git', ['-C', uri('.').fsPath, 'symbolic-ref', '--short', 'HEAD'], { encoding: 'utf8' });
    const { text } = await ask('anything at all');
    assert.ok(branch.stdout.trim() !== '', 'the workspace is no repository');
    assert.match(text, new RegExp(`git[\\s\\S]*${branch.stdout.trim()}`, 'i'));
    assert.match(text, /memory-suite/);
  });

  it('names its systems as they answer, and keeps to the budget', async () => {
    const answer = await ask('page name', { systems: ['ltst', 'cursor', 'go_cli', 'prime'], budget: 400 });
    assert.deepEqual(answer.systems.map(({ source }) => source).sort(), ['cursor', 'go_cli', 'ltst', 'prime']);
    assert.ok(answer.text.length / 4 <= 400, `${answer.text.length / 4} tokens`);
  });

  it('keeps an open hand-over page true', async () => {
    await vscode.commands.executeCommand('soloflow.handover');
    const page = vscode.Uri.parse('soloflow:/Hand-over.md');
    const said = async (): Promise<string> => (await vscode.workspace.openTextDocument(page)).getText();
    assert.match(await said(), /^# Hand-over/);
    const path = 'memory-suite/Task-List-B-099-later.md';
    await write(path, '# Task List: B-099 — Later\n\n#### Task 1.1: Wait and see\n\n**Status**: todo\n');
    let text = '';
    const looking = setInterval(() => void said().then((now) => (text = now)), 100);
    await until('the new document in the page', () => text.includes(path)).finally(() => clearInterval(looking));
  });

  it('puts the bundle onto the clipboard, and into a file where one is named', async () => {
    const bundle = await vscode.commands.executeCommand<{ text: string }>('soloflow.prime', { query: 'page name' });
    assert.match(bundle.text, /Hand-over/);
    assert.equal(await vscode.env.clipboard.readText(), bundle.text);
    await vscode.commands.executeCommand('soloflow.placePrime', {
      to: 'file',
      query: 'page name',
      file: 'memory-suite/bundle.md',
    });
    assert.match(await read('memory-suite/bundle.md'), /^# Context: page name/);
  });
});
