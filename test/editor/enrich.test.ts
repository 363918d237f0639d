// Enrich in the editor: a model of another extension proposes, the person sees a diff, and only a yes writes it. What the
// model says is played by the test.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SoloflowApi } from '../../src/extension';
import { read, remove, soloflow, until, write } from './support';

const PRD = 'docs/plans/PRD-B-080-enrich.md';
const CONFIG = '.soloflow/config.json';
const RISK = 'Not known yet: see open question 1.';
const TEXT = [
  '# PRD: B-080 — Enrich',
  '',
  '**Status**: draft',
  '',
  '## 1. Problem',
  '',
  'Addresses are ugly.',
  '',
  '## 5. Risks',
  '',
  RISK,
  '',
  '## 7. Implementation plan',
  '',
  '1. **Work** (2h)',
  '   - Make names',
  '',
  '## Open questions',
  '',
  '1. What could go wrong?',
  '',
].join('\n');
const BETTER = TEXT.replace(RISK, '- Names clash: the second one gets a number');

interface StandIn {
  readonly offered: boolean;
  play(
    next: (asked: {
      readonly messages: readonly { readonly content: readonly unknown[] }[];
    }) => Promise<readonly vscode.LanguageModelTextPart[]>,
  ): void;
}

describe('enrich', () => {
  let api: SoloflowApi;
  let model: StandIn;
  let asked = 0;
  let answer = '';
  let prompt = '';
  before(async () => {
    api = await soloflow();
    const extension = vscode.extensions.getExtension<StandIn>('soloflow-test.stand-in-model');
    assert.ok(extension !== undefined, 'the stand-in is not installed');
    model = await extension.activate();
    assert.ok(model.offered, 'this editor takes no model of another extension');
    model.play(async ({ messages }) => {
      asked += 1;
      prompt = JSON.stringify(messages.map(({ content }) => content));
      return [new vscode.LanguageModelTextPart(`Here:\n\n~~~~markdown\n${answer}\n~~~~\n`)];
    });
    await write(CONFIG, JSON.stringify({ agent: { model: 'stand-in' } }));
  });
  beforeEach(async () => {
    asked = 0;
    await write(PRD, TEXT);
    await until('the PRD', () =>
      [...api.snapshot().values()].some(({ documents }) => documents.some(({ path }) => path === PRD)),
    );
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    for (const each of [CONFIG, PRD]) await remove(each);
  });

  const preview = (): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find(
      ({ uri, isClosed }) => uri.scheme === 'soloflow' && uri.path.includes('Preview') && !isClosed,
    );
  const shownDiff = (): Promise<string> =>
    until('the diff', () => {
      const text = preview()?.getText() ?? '';
      return text.includes('+++') ? text : null;
    });

  it('shows a diff of what the model proposes; declining writes nothing', async () => {
    answer = BETTER;
    const ended = vscode.commands.executeCommand('soloflow.enrich', { document: PRD });
    const diff = await shownDiff();
    assert.match(diff, /^-Not known yet/m);
    assert.match(diff, /^\+- Names clash: the second one gets a number/m);
    assert.match(prompt, /Addresses are ugly/);
    // The question stands a moment after the page.
    await until('the question to be declined', async () => {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      return Promise.race([ended.then(() => true), new Promise<false>((done) => setTimeout(() => done(false), 300))]);
    });
    assert.equal(await read(PRD), TEXT);
  });

  it('accepting writes exactly what was shown, without asking the model again', async () => {
    answer = BETTER;
    const ended = vscode.commands.executeCommand('soloflow.enrich', { document: PRD });
    await shownDiff();
    answer = 'something else';
    await until('the question to be answered', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return Promise.race([ended.then(() => true), new Promise<false>((done) => setTimeout(() => done(false), 300))]);
    });
    assert.equal(await read(PRD), BETTER);
    assert.equal(asked, 1);
  });

  it('an answer that does more than add is refused, and nothing is shown or written', async () => {
    answer = TEXT.replace('## 1. Problem\n', '').replace('draft', 'approved');
    const before = preview();
    const ended = vscode.commands.executeCommand('soloflow.enrich', { document: PRD });
    await ended;
    assert.equal(asked, 1);
    assert.equal(preview()?.getText(), before?.getText());
    assert.equal(await read(PRD), TEXT);
  });
});
