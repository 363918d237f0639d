// How the editor's language model reads and changes files: through the editor's own edits, so that each can be undone.
// Which paths it may touch is decided before.
import * as vscode from 'vscode';
import type { ModelHands } from '../agents/ports';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { relativePath } from './editor-documents';

const LARGEST = 2_000_000;

export function modelHands(root: vscode.Uri): ModelHands {
  const uriOf = (path: string): vscode.Uri => vscode.Uri.joinPath(root, path);
  return {
    async list(glob, limit) {
      const found = await vscode.workspace.findFiles(new vscode.RelativePattern(root, glob), undefined, limit);
      return found
        .map((uri) => relativePath(root, uri))
        .filter((path) => path !== null)
        .sort();
    },
    async read(path) {
      const document = await open(uriOf(path), path);
      return document.ok ? ok(document.value.getText()) : document;
    },
    async edit(path, old, text) {
      const opened = await open(uriOf(path), path);
      if (!opened.ok) return opened;
      const document = opened.value;
      if (document.isDirty) return refused(path, 'it has unsaved changes of the person');
      const now = document.getText();
      const ends = (each: string): string => {
        const plain = each.replaceAll('\r\n', '\n');
        return document.eol === vscode.EndOfLine.CRLF ? plain.replaceAll('\n', '\r\n') : plain;
      };
      const wanted = ends(old);
      const at = now.indexOf(wanted);
      if (at < 0) return err({ kind: 'invalid-input', field: 'old', message: 'does not stand in the file' });
      if (now.includes(wanted, at + 1))
        return err({
          kind: 'invalid-input',
          field: 'old',
          message: 'stands there more than once: give more around it',
        });
      const edit = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(at), document.positionAt(at + wanted.length));
      edit.replace(document.uri, range, ends(text));
      return apply(edit, document, path);
    },
    async create(path, text) {
      const uri = uriOf(path);
      if (await isThere(uri)) return refused(path, 'it is there already: edit it');
      const edit = new vscode.WorkspaceEdit();
      edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
      return (await vscode.workspace.applyEdit(edit)) ? ok(null) : refused(path, 'the editor refused it');
    },
  };
}

const refused = (path: string, what: string): Result<never, Failure> =>
  err({ kind: 'not-writable', path, line: 1, what });

async function open(uri: vscode.Uri, path: string): Promise<Result<vscode.TextDocument, Failure>> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > LARGEST)
      return err({ kind: 'file', path, operation: 'read', code: 'EFBIG' });
    return ok(await vscode.workspace.openTextDocument(uri));
  } catch (error) {
    const code = error instanceof vscode.FileSystemError ? error.code : 'EUNKNOWN';
    return err({ kind: 'file', path, operation: 'read', code });
  }
}

/** Saved at once: the gates look at the disk. */
async function apply(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  path: string,
): Promise<Result<null, Failure>> {
  if (!(await vscode.workspace.applyEdit(edit))) return refused(path, 'the editor refused the edit');
  return (await document.save()) ? ok(null) : refused(path, 'it could not be saved');
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
