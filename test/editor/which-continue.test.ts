// Continue with several things open: the palette asks which, and takes up the one that is picked. The last suite: what it
// starts waits for ever.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { read, soloflow, until } from './support';

const IDEAS = ['A feed of what is new', 'Short addresses for all'];

describe('continue', () => {
  let backlog = '';
  before(async () => {
    await soloflow();
    backlog = await read('docs/backlog.md');
  });
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const preview = (): string =>
    vscode.workspace.textDocuments
      .find(({ uri, isClosed }) => uri.scheme === 'soloflow' && uri.path.includes('Preview') && !isClosed)
      ?.getText() ?? '';
  /** Presses until the command has ended: its question stands a moment after the page. */
  const pressing = async (command: string, ended: Thenable<unknown>): Promise<void> => {
    await until(command, async () => {
      await vscode.commands.executeCommand(command);
      return Promise.race([ended.then(() => true), new Promise<false>((done) => setTimeout(() => done(false), 400))]);
    });
  };

  it('asks which of two starts that wait, shows it again, and writes nothing without a yes', async () => {
    for (const idea of IDEAS) {
      const ended = vscode.commands.executeCommand('soloflow.start', { idea, points: 2, score: 4 });
      await until('the preview', () => preview().includes(`"${idea}"`));
      await pressing('workbench.action.closeQuickOpen', ended);
    }
    let over = false;
    const ended = Promise.resolve(vscode.commands.executeCommand('soloflow.continue')).then(() => (over = true));
    // One press picks the one that stands first; pressed again only where it came too early, never onto the next question.
    await until('the preview of the one picked', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      for (let look = 0; look < 30; look += 1) {
        if (over || IDEAS.some((idea) => preview().includes(`"${idea}"`))) return true;
        await new Promise((done) => setTimeout(done, 100));
      }
      return false;
    });
    const shown = IDEAS.filter((idea) => preview().includes(`"${idea}"`));
    assert.equal(shown.length, 1);
    await pressing('workbench.action.closeQuickOpen', ended);
    assert.equal(await read('docs/backlog.md'), backlog);
  });
});
