// The one status bar item: progress of the running plan; a click opens the view.
import * as vscode from 'vscode';
import { coalesce } from './coalesce';
import type { Folders } from './folder';
import { statusText } from './status-text';
import { t } from './words';

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #folders: Folders;
  readonly #own: readonly vscode.Disposable[];

  constructor(folders: Folders) {
    this.#folders = folders;
    this.#item = vscode.window.createStatusBarItem('soloflow.status', vscode.StatusBarAlignment.Left, 50);
    this.#item.name = t('Soloflow Progress');
    this.#item.command = 'soloflow.showView';
    const soon = coalesce(40, () => this.refresh());
    this.#own = [this.#item, soon, folders.onDidChangeFolders(soon), folders.onDidChangeRuns(soon)];
  }

  refresh(): void {
    const engines = this.#folders.all().map((folder) => folder.workspace.engine);
    const interrupted = new Set(
      engines.flatMap((engine) =>
        engine
          .continuations()
          .filter((each) => each.why === 'interrupted')
          .map((each) => each.runId),
      ),
    );
    const shown = statusText(
      engines.flatMap((engine) => engine.runs()),
      interrupted,
      t,
    );
    if (shown === null) {
      this.#item.hide();
      return;
    }
    this.#item.text = shown.text;
    this.#item.tooltip = shown.tooltip;
    this.#item.accessibilityInformation = { label: shown.words, role: 'button' };
    this.#item.backgroundColor = shown.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.show();
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }
}
