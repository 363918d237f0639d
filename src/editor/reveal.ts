// Shows a place of a document in an editor.
import * as vscode from 'vscode';
import type { Folder } from './folder';

/** `line` is 1-based and brought inside the document if it has moved. */
export async function revealPlace(folder: Folder, path: string, line: number, preserveFocus = false): Promise<void> {
  const uri = vscode.Uri.joinPath(folder.uri, path);
  const document = await vscode.workspace.openTextDocument(uri);
  const at = Math.min(Math.max(0, line - 1), document.lineCount - 1);
  const range = document.lineAt(at).range;
  const editor = await vscode.window.showTextDocument(document, { preserveFocus, preview: true });
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
