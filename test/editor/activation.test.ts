// The extension as VS Code sees it: it activates, and everything its manifest promises is there.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { items, manifest, PLAN, soloflow } from './support';

describe('activation', () => {
  it('returns its API and has read the plans of the folder', async () => {
    const api = await soloflow();
    assert.equal(api.version, 1);
    assert.equal(items(api, PLAN).filter((item) => item.kind === 'task').length, 6);
  });

  it('registers every command of the manifest', async () => {
    await soloflow();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest().contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  it('gives every setting the default that the manifest says', async () => {
    await soloflow();
    for (const { properties } of manifest().contributes.configuration)
      for (const [name, property] of Object.entries(properties)) {
        const promised = (property as { default?: unknown }).default;
        assert.deepEqual(vscode.workspace.getConfiguration().get(name), promised, name);
      }
  });

  it('shows its view when it is asked to', async () => {
    await soloflow();
    // Rejects when there is no such view.
    await assert.doesNotReject(async () => vscode.commands.executeCommand('soloflow.plan.focus'));
  });
});
