// How the memory answers in the editor: texts as pages, a bundle into the clipboard and from there into a chat.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ActionViews } from './actions';
import type { Pages } from './pages';
import { t } from './words';

type Shown = ActionViews['show'];

const textAnswer = z.object({ text: z.string() });
const CHAT = 'workbench.action.chat.open';

export function memoryViews(pages: Pages): Shown {
  const page =
    (title: () => string): Shown[string] =>
    (_, value) => {
      const { text } = textAnswer.parse(value);
      return pages.show(`${title()}.md`, () => text, { preview: true });
    };
  return {
    handover: page(() => t('Hand-over')),
    memory: page(() => t('Context')),
    prime: async (_, value) => {
      const { text } = textAnswer.parse(value);
      await vscode.env.clipboard.writeText(text);
      // Not every editor has a chat that can be filled from outside.
      const hasChat = (await vscode.commands.getCommands(true)).includes(CHAT);
      const [show, chat] = [t('Show'), t('Place in Chat')];
      const choices = hasChat ? [show, chat] : [show];
      const chosen = await vscode.window.showInformationMessage(
        t('The bundle is in the clipboard: paste it into a new chat.'),
        ...choices,
      );
      if (chosen === show) {
        const document = await vscode.workspace.openTextDocument({ content: text, language: 'markdown' });
        await vscode.window.showTextDocument(document);
      }
      // Placed, not sent: the person looks at it first.
      if (chosen === chat) await vscode.commands.executeCommand(CHAT, { query: text, isPartialQuery: true });
    },
  };
}
