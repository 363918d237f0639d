// Restricted Mode: the tree is shown with a sentence why nothing runs; once trusted, or once a folder has its first plan,
// the folder is opened anew with its database and engine.
import * as vscode from 'vscode';
import { coalesce } from './coalesce';
import type { Folder } from './folder';
import type { PlanTree } from './plan-tree';
import type { WorkspaceFolders } from './workspace-folders';
import { t } from './words';

export class FolderTrust implements vscode.Disposable {
  readonly #own: readonly vscode.Disposable[];
  readonly #folders: WorkspaceFolders;
  readonly #tree: PlanTree;

  constructor(folders: WorkspaceFolders, tree: PlanTree) {
    this.#folders = folders;
    this.#tree = tree;
    const soon = coalesce(200, () => this.#openEngines());
    this.#own = [
      soon,
      folders.onDidChangePlan(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#say();
        this.#openEngines();
      }),
    ];
    this.#say();
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }

  #say(): void {
    this.#tree.setMessage(
      vscode.workspace.isTrusted
        ? undefined
        : t('Restricted Mode: plans are shown, nothing runs. Trust this folder to run its tasks.'),
    );
  }

  #openEngines(): void {
    if (!vscode.workspace.isTrusted) return;
    for (const folder of this.#folders.all()) {
      if (!this.#folders.hasEngine(folder.id) && hasItems(folder)) void this.#folders.reopen(folder.id);
    }
  }
}

const hasItems = (folder: Folder): boolean => folder.workspace.plan.snapshot().items.size > 0;
