// Documents as the editor sees them, over the store on disk: a buffer with unsaved changes wins and is edited as one undo
// step, never saved behind the user's back. A clean buffer shows what is on the disk, so it is read and written there,
// byte for byte (saving a buffer would run formatters and unify line ends), and the editor takes the change up by itself.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { TextEdit } from '../model/text';
import type { DocumentStore } from '../plan/ports';
import { coalesce } from './coalesce';

/** Typing settles for this long before the plan is read anew. */
const TYPING_MS = 150;
const FILES_MS = 40;
/**
 * The editor's watcher puts events of one moment together: of a file that was written and at once taken away it may tell
 * nothing. So what was written is looked at once more when it is quiet.
 */
const ONCE_MORE_MS = 1500;
/** What may be a plan, or decides what is one. */
const WATCHED = '**/*.{md,markdown,mdc,json,jsonl,yaml,yml}';

const UNWATCHED = /(^|\/)(node_modules|\.git|\.vscode-test|\.venv|venv)\//;

export interface EditorDocuments extends DocumentStore, vscode.Disposable {}

/** `disk` is disposed by its maker. */
export function editorDocuments(root: vscode.Uri, disk: DocumentStore): EditorDocuments {
  const listeners = new Set<(paths: readonly string[]) => void>();
  const changed = new Set<string>();
  const tell = (): void => {
    const paths = [...changed];
    changed.clear();
    if (paths.length === 0) return;
    for (const listener of listeners) listener(paths);
  };
  const settleTyping = coalesce(TYPING_MS, tell);
  const settleFiles = coalesce(FILES_MS, tell);
  /** Path → when it was written, ms. */
  const written = new Map<string, number>();
  const lookOnceMore = coalesce(ONCE_MORE_MS, () => {
    for (const [path, at] of written) {
      changed.add(path);
      if (Date.now() - at >= ONCE_MORE_MS) written.delete(path);
    }
    tell();
    if (written.size > 0) lookOnceMore();
  });
  const wrote = (path: string): void => {
    written.set(path, Date.now());
    lookOnceMore();
  };
  const pathOf = (uri: vscode.Uri): string | null => relativePath(root, uri);
  const note = (uri: vscode.Uri, settle: () => void): void => {
    const path = pathOf(uri);
    if (path === null || UNWATCHED.test(path)) return;
    changed.add(path);
    if (settle === settleFiles) wrote(path);
    settle();
  };
  const dirty = (path: string): vscode.TextDocument | null =>
    vscode.workspace.textDocuments.find(
      (document) => document.isDirty && !document.isClosed && pathOf(document.uri) === path,
    ) ?? null;

  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, WATCHED));
  const subscriptions: readonly vscode.Disposable[] = [
    watcher,
    watcher.onDidCreate((uri) => note(uri, settleFiles)),
    watcher.onDidChange((uri) => note(uri, settleFiles)),
    watcher.onDidDelete((uri) => note(uri, settleFiles)),
    vscode.workspace.onDidChangeTextDocument((event) => {
      // Fired without changes when only the dirty state moved (saved, reverted): then disk and buffer are one again.
      if (event.contentChanges.length > 0 || !event.document.isDirty) note(event.document.uri, settleTyping);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => note(document.uri, settleFiles)),
    // Closed without saving: what is on the disk counts again.
    vscode.workspace.onDidCloseTextDocument((document) => note(document.uri, settleFiles)),
    vscode.workspace.onDidRenameFiles((event) => {
      for (const { oldUri, newUri } of event.files) {
        note(oldUri, settleFiles);
        note(newUri, settleFiles);
      }
    }),
    vscode.workspace.onDidDeleteFiles((event) => event.files.forEach((uri) => note(uri, settleFiles))),
    vscode.workspace.onDidCreateFiles((event) => event.files.forEach((uri) => note(uri, settleFiles))),
    disk.onDidChange((paths) => {
      for (const path of paths) changed.add(path);
      settleFiles();
    }),
    settleTyping,
    settleFiles,
    lookOnceMore,
  ];

  return {
    ...disk,
    list: () => disk.list(),
    async survey() {
      const stamps = new Map((await disk.survey?.()) ?? (await disk.list()).map((path) => [path, null]));
      for (const document of vscode.workspace.textDocuments) {
        const path = document.isDirty && !document.isClosed ? pathOf(document.uri) : null;
        if (path !== null && stamps.has(path)) stamps.set(path, null);
      }
      return stamps;
    },
    async read(path) {
      return dirty(path)?.getText() ?? (await disk.read(path));
    },
    async readStamped(path) {
      const unsaved = dirty(path);
      if (unsaved !== null) return { text: unsaved.getText(), stamp: null };
      if (disk.readStamped !== undefined) return disk.readStamped(path);
      const text = await disk.read(path);
      return text === null ? null : { text, stamp: null };
    },
    // A buffer that has unsaved changes by now is another text than that of the stamp, but not the one asked for.
    readNow: (path, stamp) => disk.readNow?.(path, stamp) ?? null,
    async write(path, basis, edits) {
      const document = dirty(path);
      if (document !== null) return editBuffer(document, path, basis, edits);
      wrote(path);
      return disk.write(path, basis, edits);
    },
    async create(path, text) {
      wrote(path);
      return disk.create(path, text);
    },
    async remove(path, basis) {
      const unsaved = dirty(path);
      if (unsaved === null)
        return (
          disk.remove?.(path, basis) ?? err({ kind: 'not-writable', path, line: 1, what: 'it cannot be taken away' })
        );
      return err({ kind: 'document-changed', path, line: firstDifferentLine(basis, unsaved.getText()) });
    },
    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      listeners.clear();
    },
  };
}

async function editBuffer(
  document: vscode.TextDocument,
  path: string,
  basis: string,
  edits: readonly TextEdit[],
): Promise<Result<string, Failure>> {
  const current = document.getText();
  if (current !== basis) return err({ kind: 'document-changed', path, line: firstDifferentLine(basis, current) });
  const version = document.version;
  const edit = new vscode.WorkspaceEdit();
  for (const { span, text } of edits) {
    edit.replace(document.uri, new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)), text);
  }
  // Refused when the buffer moved on meanwhile; then nothing was changed.
  const applied = await vscode.workspace.applyEdit(edit);
  if (!applied || document.version === version) return err({ kind: 'document-changed', path, line: 1 });
  return ok(document.getText());
}

/** 1-based. */
function firstDifferentLine(before: string, after: string): number {
  const a = before.split('\n');
  const b = after.split('\n');
  const at = a.findIndex((line, index) => line !== b[index]);
  return at < 0 ? Math.min(a.length, b.length) : at + 1;
}

/** Relative to the folder with `/`; null: outside of it, or not a file. */
export function relativePath(root: vscode.Uri, uri: vscode.Uri): string | null {
  if (uri.scheme !== root.scheme || uri.authority !== root.authority) return null;
  const base = root.path.endsWith('/') ? root.path : `${root.path}/`;
  const inside =
    process.platform === 'win32' ? uri.path.toLowerCase().startsWith(base.toLowerCase()) : uri.path.startsWith(base);
  return inside ? uri.path.slice(base.length) : null;
}
