// CodeLenses over task lines: Run and the state, or a waiting pause with its choices. What they say is in lens-model.ts.
import * as vscode from 'vscode';
import { coalesce } from './coalesce';
import type { Folders } from './folder';
import { lensesOf } from './lens-model';
import { indexRuns } from './run-index';
import { codeLensMode } from './settings';
import { t } from './words';

/** A request that was dropped is asked for again after this time, so often at most. */
const AGAIN_MS = 1000;
const TIMES = 5;

export class TaskLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #folders: Folders;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #own: readonly vscode.Disposable[];
  /**
   * Shown documents whose lenses are still to be asked for, with how often that was said. The editor waits a moment before
   * it asks; it begins to wait anew whenever it is told of a change, and forgets it all when its text loses the focus.
   */
  readonly #owed = new Map<string, number>();
  readonly #again = coalesce(AGAIN_MS, () => this.#remind());

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(folders: Folders) {
    this.#folders = folders;
    const soon = coalesce(60, () => this.#tell());
    this.#own = [
      this.#changed,
      soon,
      this.#again,
      vscode.window.onDidChangeVisibleTextEditors(() => this.#owe(this.#shown())),
      folders.onDidChangeFolders(soon),
      folders.onDidChangePlan(soon),
      folders.onDidChangeRuns(soon),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('soloflow.codeLens')) this.#changed.fire();
      }),
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    this.#owed.delete(document.uri.toString());
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

  /** What is asked for later sees the newest state: one word is enough until then. */
  #tell(): void {
    const fresh = this.#shown().filter((uri) => !this.#owed.has(uri));
    if (fresh.length === 0) return;
    this.#owe(fresh);
    this.#changed.fire();
  }

  #owe(uris: readonly string[]): void {
    for (const uri of uris) if (!this.#owed.has(uri)) this.#owed.set(uri, 0);
    if (this.#owed.size > 0) this.#again();
  }

  #remind(): void {
    const shown = new Set(this.#shown());
    for (const [uri, times] of this.#owed) {
      if (shown.has(uri) && times < TIMES) this.#owed.set(uri, times + 1);
      else this.#owed.delete(uri);
    }
    if (this.#owed.size === 0) return;
    this.#changed.fire();
    this.#again();
  }

  #shown(): readonly string[] {
    return vscode.window.visibleTextEditors
      .filter(({ document }) => this.#folders.locate(document.uri) !== null)
      .map(({ document }) => document.uri.toString());
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }
}
