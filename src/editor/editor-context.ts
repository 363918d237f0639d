// What the editor shows at this moment, for the memory: the file at hand, what is selected, what is open, the problems.
import * as vscode from 'vscode';
import type { EditorContext } from '../memory/ports';

const MOST_OPEN = 40;
const LONGEST_SELECTION = 4000;

/** Only what lies in the folder; `problems` as the gates see them. */
export function editorContext(root: vscode.Uri, problems: readonly string[]): EditorContext {
  const inside = (uri: vscode.Uri): string | null =>
    uri.scheme === root.scheme && uri.path.startsWith(`${root.path}/`) ? uri.path.slice(root.path.length + 1) : null;
  const editor = vscode.window.activeTextEditor;
  const path = editor === undefined ? null : inside(editor.document.uri);
  const open = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [inside(input.uri)] : []))
    .filter((each) => each !== null);
  return {
    active:
      editor === undefined || path === null
        ? null
        : {
            path,
            line: editor.selection.start.line + 1,
            selection: editor.document.getText(editor.selection).slice(0, LONGEST_SELECTION),
          },
    open: [...new Set(open)].slice(0, MOST_OPEN),
    problems,
  };
}
