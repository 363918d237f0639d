// How the memory answers in the editor: texts as pages, a bundle into the clipboard and from there into a chat.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ActionViews } from './actions';
import type { Pages } from './pages';
import { hasChat, placeInEditor } from './place-text';
import { t } from './words';

type Shown = ActionViews['show'];

const textAnswer = z.object({ text: z.string() });

export function memoryViews(pages: Pages): Shown {
  return {
    // It follows what happens while the page is open.
    handover: (folder, value) => {
      const { text } = textAnswer.parse(value);
      const now = (): string => folder.workspace.memory?.handover() ?? text;
      return pages.show(`${t('Hand-over')}.md`, now, { preview: true });
    },
    memory: (_, value) => {
      const { text } = textAnswer.parse(value);
      return pages.show(`${t('Context')}.md`, () => text, { preview: true });
    },
    prime: async (_, value) => {
      const { text } = textAnswer.parse(value);
      await placeInEditor('clipboard', text);
      // The command has done its work; what is offered may stand there for long.
      void offer(text);
    },
  };
}

async function offer(text: string): Promise<void> {
  const [show, chat] = [t('Show'), t('Place in Chat')];
  const chosen = await vscode.window.showInformationMessage(
    t('The bundle is in the clipboard: paste it into a new chat.'),
    ...((await hasChat()) ? [show, chat] : [show]),
  );
  if (chosen === show) {
    const document = await vscode.workspace.openTextDocument({ content: text, language: 'markdown' });
    await vscode.window.showTextDocument(document);
  }
  // Placed, not sent: the person looks at it first.
  if (chosen === chat) await placeInEditor('chat', text);
}
