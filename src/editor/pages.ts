// Read-only pages the extension shows as documents: task reports, answers of actions, commands under review.
import * as vscode from 'vscode';
import { plainText } from '../agents/plain-text';
import { coalesce } from './coalesce';

const SCHEME = 'soloflow';

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, () => string>();
  /** Pages whose text takes a while: it is made anew when something changed, one at a time. */
  readonly #renewals = new Map<string, () => Promise<string | null>>();
  /** In the making; true: something changed since. */
  readonly #renewing = new Map<string, boolean>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  // Stands before the registration, which looks for it once.
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #closing = vscode.workspace.onDidCloseTextDocument((document) => {
    // A preview lets go of its document and takes it up again: what a tab shows is kept.
    if (document.uri.scheme !== SCHEME || isShown(document.uri)) return;
    this.#texts.delete(document.uri.toString());
    this.#renewals.delete(document.uri.toString());
  });

  /** Sprints and goals stand in documents that are no plan: a page about them follows their files. */
  readonly #soon = coalesce(300, () => this.#renewAll());
  readonly #files = vscode.workspace.createFileSystemWatcher('**/*.md');
  readonly #watching = [
    this.#files,
    this.#soon,
    this.#files.onDidChange(this.#soon),
    this.#files.onDidCreate(this.#soon),
    this.#files.onDidDelete(this.#soon),
  ];

  provideTextDocumentContent(uri: vscode.Uri): string {
    // Whatever a page quotes: nothing in it hides or turns.
    return plainText(this.#texts.get(uri.toString())?.() ?? '');
  }

  /**
   * `name` becomes the tab's title; `text` is asked again whenever `refresh` says so. `renew` makes it anew then instead;
   * null: it stays as it is.
   */
  async show(
    name: string,
    text: () => string,
    options: { readonly preview?: boolean; readonly renew?: () => Promise<string | null> } = {},
  ): Promise<void> {
    const uri = uriOf(name);
    if (options.renew === undefined) this.#renewals.delete(uri.toString());
    else this.#renewals.set(uri.toString(), options.renew);
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
    for (const uri of this.#texts.keys()) {
      if (this.#renewals.has(uri)) void this.#renew(uri);
      else this.#changed.fire(vscode.Uri.parse(uri, true));
    }
  }

  #renewAll(): void {
    for (const uri of this.#renewals.keys()) void this.#renew(uri);
  }

  /** What changes while a text is made is not missed: it is made once more. */
  async #renew(uri: string): Promise<void> {
    const isBusy = this.#renewing.has(uri);
    this.#renewing.set(uri, true);
    if (isBusy) return;
    try {
      while (this.#renewing.get(uri) === true) {
        this.#renewing.set(uri, false);
        const text = await this.#renewals.get(uri)?.();
        if (typeof text !== 'string' || !this.#texts.has(uri) || text === this.#texts.get(uri)?.()) continue;
        this.#texts.set(uri, () => text);
        this.#changed.fire(vscode.Uri.parse(uri, true));
      }
    } finally {
      this.#renewing.delete(uri);
    }
  }

  dispose(): void {
    for (const each of this.#watching) each.dispose();
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

const isShown = (uri: vscode.Uri): boolean =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .some(
      ({ input }) =>
        (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) &&
        input.uri.toString() === uri.toString(),
    );
