// A few declared actions as tools of the editor's agent mode, for those who do not use the MCP server. What it does is
// kept as an agent's: it vouches for nothing, and everything but reading is confirmed by the person.
import * as vscode from 'vscode';
import { describeFailure } from '../workflow/words/failure-words';
import type { AnyAction } from '../workflow/actions';
import type { Failure } from '../model/failure';
import { visible } from '../model/visible';
import { plainJson, plainText } from '../agents/plain-text';
import type { Folder, Folders } from './folder';
import { lmToolName, LM_TOOLS } from './lm-tool-names';
import { t } from './words';

const BY = 'mcp:editor-chat';
/** Characters of an input that a person confirms; how many more there are is said. */
const SHOWN = 2000;

export function registerLmTools(actions: readonly AnyAction[], folders: Folders): vscode.Disposable {
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (typeof lm?.registerTool !== 'function') return new vscode.Disposable(() => {});
  const { registerTool } = lm;
  const offered = actions.filter((action) => LM_TOOLS.has(action.name));
  return vscode.Disposable.from(
    ...offered.map((action) => registerTool(lmToolName(action.name), toolOf(action, folders))),
  );
}

function toolOf(action: AnyAction, folders: Folders): vscode.LanguageModelTool<Record<string, unknown>> {
  return {
    prepareInvocation(options) {
      const title = t(action.title.replace(/…$/, ''));
      if (action.effect === 'read') return { invocationMessage: title };
      // Shown as text: what an agent sends is not markdown of ours. Signs that a screen hides are written out.
      const whole = visible(JSON.stringify(options.input, null, 1));
      const message = whole.length <= SHOWN ? whole : `${whole.slice(0, SHOWN)}\n… +${whole.length - SHOWN}`;
      return {
        invocationMessage: title,
        confirmationMessages: { title, message: new vscode.MarkdownString().appendCodeblock(message, 'json') },
      };
    },
    async invoke(options, token) {
      const folder = folderOf(folders);
      if (folder === null) return answer(t('Open one folder with a plan first.'));
      const refused = (failure: Failure) => answer(describeFailure(failure, t));
      if (action.effect !== 'read' && !folder.workspace.approvals.trusted()) return refused({ kind: 'untrusted' });
      const input = action.input.safeParse(options.input);
      if (!input.success) {
        const [issue] = input.error.issues;
        return refused({
          kind: 'invalid-input',
          field: issue?.path.join('.') ?? action.name,
          message: issue?.message ?? '',
        });
      }
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => stop.abort());
      try {
        const done = await action.run(folder.workspace, input.data, {
          by: BY,
          signal: stop.signal,
          progress: () => {},
        });
        return done.ok ? answer(plainJson(done.value)) : refused(done.error);
      } finally {
        listening.dispose();
      }
    },
  };
}

/** The only folder, or that of the open document. */
function folderOf(folders: Folders): Folder | null {
  const [first, ...rest] = folders.all();
  if (first === undefined || rest.length === 0) return first ?? null;
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? null : (folders.locate(uri)?.folder ?? null);
}

const answer = (text: string): vscode.LanguageModelToolResult =>
  new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(plainText(text))]);
