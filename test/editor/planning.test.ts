// Sprints, goals and the care of the plan through the commands of the palette and of the tree's menu.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { item, read, remove, soloflow, until, write } from './support';

const BACKLOG = 'docs/backlog.md';
const SPRINTS = 'docs/sprints.md';

describe('planning', () => {
  let before = '';
  beforeEach(async () => {
    await soloflow();
    before = await read(BACKLOG);
  });
  afterEach(async () => {
    await write(BACKLOG, before);
    await remove(SPRINTS);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('a sprint is planned by priority and written only when that is asked', async () => {
    const plan = { do: 'plan', sprint: 'SPRINT-001', capacity: 9 };
    const shown = await vscode.commands.executeCommand<{ written: string | null }>('soloflow.sprint', plan);
    assert.equal(shown.written, null);
    const written = await vscode.commands.executeCommand<{ written: string | null }>('soloflow.sprint', {
      ...plan,
      write: true,
    });
    assert.equal(written.written, SPRINTS);
    const text = await read(SPRINTS);
    assert.match(text, /## SPRINT-001[\s\S]*B-001/);
    assert.match(text, /\*\*Capacity\*\*: 9 points/);
  });

  it('a node of the tree is the input of a command of its menu', async () => {
    const api = await soloflow();
    const [folder] = [...api.snapshot().keys()];
    const { key } = item(api, BACKLOG, /Names that stay/);
    await vscode.commands.executeCommand('soloflow.startWork', { kind: 'item', id: '', folder, key });
    await until('work to be in progress', () => item(api, BACKLOG, /Names that stay/).status === 'in-progress');
    assert.notEqual(await read(BACKLOG), before);
  });

  it('the roadmap page opens, and follows the plan while it is open', async () => {
    const api = await soloflow();
    await vscode.commands.executeCommand('soloflow.roadmap');
    const page = (): string =>
      vscode.workspace.textDocuments
        .find((each) => each.uri.scheme === 'soloflow' && each.uri.path.includes('Roadmap'))
        ?.getText() ?? '';
    // The backlog was written a moment ago: the page follows it.
    await until('what is in no sprint on the page', () => page().includes('In No Sprint and No Goal'));
    await vscode.commands.executeCommand('soloflow.sprint', { do: 'plan', sprint: 'SPRINT-001', write: true });
    await until('the sprint on the page', () => page().includes('SPRINT\\-001'));
    assert.ok(item(api, BACKLOG, /Names that stay/));
  });
});
