// CodeLenses over task lines: Run and the state, or a waiting pause with its choices. What they say is in lens-model.ts.
import * as vscode from 'vscode';
import { coalesce } from './coalesce';
import type { Folders } from './folder';
import { lensesOf } from './lens-model';
import { indexRuns } from './run-index';
import { codeLensMode } from './settings';
import { t } from './words';

export class TaskLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #folders: Folders;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #own: readonly vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(folders: Folders) {
    this.#folders = folders;
    const soon = coalesce(60, () => this.#changed.fire());
    this.#own = [
      this.#changed,
      soon,
      folders.onDidChangeFolders(soon),
      folders.onDidChangePlan(soon),
      folders.onDidChangeRuns(soon),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('soloflow.codeLens')) soon();
      }),
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const mode = codeLensMode();
    const place = mode === 'off' ? null : this.#folders.locate(document.uri);
    const plan = place?.folder.workspace.plan.document(place.path);
    if (place === null || plan === null || plan === undefined) return [];
    const { engine } = place.folder.workspace;
    const runs = indexRuns(engine.runs(), engine.pauses());
    return lensesOf(place.folder.id, plan, runs, mode, t)
      .filter((lens) => lens.line <= document.lineCount)
      .map((lens) => {
        const range = new vscode.Range(lens.line - 1, 0, lens.line - 1, 0);
        return new vscode.CodeLens(range, {
          title: lens.title,
          tooltip: lens.tooltip,
          command: lens.command ?? '',
          arguments: [...lens.args],
        });
      });
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }
}
