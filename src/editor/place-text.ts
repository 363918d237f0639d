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
  // The command is there although nobody has set up a chat, and then does nothing: the text must not be lost.
  void offerCopy(text);
  return ok(null);
}

async function offerCopy(text: string): Promise<void> {
  const copy = t('Copy');
  const chosen = await vscode.window.showInformationMessage(
    t('Placed in the chat input, not sent. If no chat has opened, copy it instead.'),
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(text);
}
