import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OpenFolder } from '../../../src/editor/workspace-folders';
import type { StoreNotice } from '../../../src/model/store-notice';
import { openDatabase, type Database } from '../../../src/store/driver';
import { openWorkspace } from '../../../src/wire';
import { silent } from '../store/support';

const editor = vi.hoisted(() => {
  const warnings: string[] = [];
  const nothing = { dispose: () => undefined };
  class EventEmitter {
    event = () => nothing;
    fire = () => undefined;
    dispose = () => undefined;
  }
  const vscode = {
    EventEmitter,
    l10n: { t: (text: string) => text },
    window: { showWarningMessage: (text: string) => Promise.resolve(void warnings.push(text)) },
    workspace: { workspaceFolders: [] as object[], isTrusted: true, onDidChangeWorkspaceFolders: () => nothing },
  };
  return { warnings, vscode };
});
vi.mock('vscode', () => editor.vscode);
const { WorkspaceFolders } = await import('../../../src/editor/workspace-folders');

let root: string;
let blocker: Database;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'soloflow-folders-')));
  const first = await open({ uri: { fsPath: root } } as Parameters<OpenFolder>[0], true);
  if (first.ok) await first.value.dispose();
  blocker = openDatabase(join(root, '.soloflow', 'soloflow.db'));
  blocker.exec('BEGIN EXCLUSIVE');
  editor.vscode.workspace.workspaceFolders = [
    { name: 'it', uri: { fsPath: root, scheme: 'file', toString: () => 'file:it' } },
  ];
});
afterEach(() => {
  blocker.close();
  rmSync(root, { recursive: true, force: true });
});

const open: OpenFolder = async (at) => {
  const opened = await openWorkspace({
    root: at.uri.fsPath,
    by: 'editor',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: silent,
    version: '0.0.0-test',
  });
  return opened.ok ? { ok: true, value: { ...opened.value, needs: 'run' } } : opened;
};

it('tried again, a record that is still locked leaves the window what it can do, and is used once it is free', async () => {
  const told: (readonly StoreNotice['kind'][])[] = [];
  const folders = new WorkspaceFolders(open, {
    failed: (_folder, failure) => expect(failure).toBeNull(),
    crashed: (_folder, error) => expect(error).toBeNull(),
    opened: (_folder, notices) => void told.push(notices.map(({ kind }) => kind)),
  });
  await folders.update();
  const first = folders.all()[0];
  if (first === undefined) throw new Error('It was not opened.');
  await folders.tryAgain(first);
  // Its own hold on the folder was not taken for that of another window.
  expect(told).toEqual([['memory'], ['memory']]);
  expect(folders.byId(first.id)?.workspace.engine.isRunner()).toBe(true);
  blocker.exec('ROLLBACK');
  // The question may be answered late, when the folder it was asked about is long another.
  await folders.tryAgain(first);
  expect(told[2]).toEqual([]);
  expect(folders.byId(first.id)?.workspace.engine.isRunner()).toBe(true);
  expect(editor.warnings).toEqual([]);
  await folders.close();
});
