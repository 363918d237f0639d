// A task and what is known of it, put into the editor's chat input. Where there is no chat we know, onto the clipboard.
import * as vscode from 'vscode';
import { taskPrompt } from '../agents/task-prompt';
import { ok } from '../model/result';
import { taskContext } from '../workflow/task-context';
import type { Outcome } from './command-runner';
import { hasChat, placeInEditor } from './place-text';
import { itemKey, type Target } from './targets';
import { t } from './words';

export async function openInChat(target: Target): Promise<Outcome> {
  const { workspace } = target.folder;
  const key = itemKey(target);
  const item = key === null ? undefined : workspace.plan.snapshot().items.get(key);
  if (item === undefined) return undefined;
  const planned = workspace.planPort.tasks({ kind: 'only', key: item.key });
  if (!planned.ok) return planned;
  const [spec] = planned.value.tasks;
  if (spec === undefined) return undefined;
  const told = taskPrompt(spec, taskContext(workspace, item));
  const text = workspace.redact?.(told) ?? told;
  if (!(await hasChat()) || !(await placeInEditor('chat', text)).ok) {
    await placeInEditor('clipboard', text);
    void vscode.window.showInformationMessage(t('The task is on the clipboard: paste it into your chat.'));
  }
  return ok(text);
}
