// Text for a person to take up: onto the clipboard, or placed into the chat input, never sent.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import { t } from './words';

const CHAT_OPEN = 'workbench.action.chat.open';

/** Not every editor has a chat that can be filled from outside. */
export const hasChat = async (): Promise<boolean> => (await vscode.commands.getCommands(true)).includes(CHAT_OPEN);

export async function placeInEditor(where: 'clipboard' | 'chat', text: string): Promise<Result<null, Failure>> {
  if (where === 'clipboard') {
    await vscode.env.clipboard.writeText(text);
    return ok(null);
  }
  if (!(await hasChat()))
    return err({ kind: 'invalid-input', field: 'chat', message: t('This editor has no chat input to fill.') });
  await vscode.commands.executeCommand(CHAT_OPEN, { query: text, isPartialQuery: true });
  return ok(null);
}
