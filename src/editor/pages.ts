// Read-only pages the extension shows as documents: task reports, answers of actions, commands under review.
import * as vscode from 'vscode';

const SCHEME = 'soloflow';

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, () => string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #closing = vscode.workspace.onDidCloseTextDocument((document) => {
    if (document.uri.scheme === SCHEME) this.#texts.delete(document.uri.toString());
  });

  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString())?.() ?? '';
  }

  /** `name` becomes the tab's title; `text` is asked again whenever `refresh` says so. */
  async show(name: string, text: () => string, options: { readonly preview?: boolean } = {}): Promise<void> {
    const safe = name
      .replace(/[\\/?#:*"<>|\s]+/g, ' ')
      .trim()
      .slice(0, 80);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${safe}` });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    if (options.preview === true) {
      // Not markdown.showPreview: that one follows whatever markdown file is opened next.
      await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', { preview: true });
      return;
    }
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** Closes the tab of a page, if it is still open. */
  async close(name: string): Promise<void> {
    const uri = uriOf(name).toString();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof vscode.TabInputText && tab.input.uri.toString() === uri);
    await vscode.window.tabGroups.close(tabs, true);
  }

  refresh(): void {
    for (const uri of this.#texts.keys()) this.#changed.fire(vscode.Uri.parse(uri, true));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#closing.dispose();
    this.#changed.dispose();
  }
}

const uriOf = (name: string): vscode.Uri =>
  vscode.Uri.from({
    scheme: SCHEME,
    path: `/${name
      .replace(/[\\/?#:*"<>|\s]+/g, ' ')
      .trim()
      .slice(0, 80)}`,
  });
