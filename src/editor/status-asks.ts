// What is asked before statuses and dependencies are changed: an item, a task or a PRD, then only what may follow.
import * as vscode from 'vscode';
import { plainText } from '../agents/plain-text';
import { PLAN_STATUSES, type Item, type PlanStatus } from '../model/plan';
import { commandFor } from '../workflow/status/write-status';
import { itemTransition, prdTransition, PRD_STATUSES, readPrdStatus } from '../workflow/status/transitions';
import type { Asker } from './actions';
import type { Folder } from './folder';
import { itemTitle } from './node-look';
import { pickItem } from './picks';
import { iconOf, stateWords } from './state-look';
import { t } from './words';

/** `set` takes any status: it is the person's own hand. */
export const askSet: Asker = async (folder, given) => {
  const item = await itemOf(folder, given, t('Set the status of which item?'));
  if (item === undefined) return undefined;
  const asked = PLAN_STATUSES.find((each) => each === given['status']);
  if (asked === undefined && 'status' in given) return { ...given, item: item.key };
  const status = asked ?? (await pickStatus(item, PLAN_STATUSES));
  return status === undefined ? undefined : askToolCommand(folder, item, { ...given, item: item.key, status });
};

/** What a tool keeps is changed by the tool's own command: shown in full, run on a yes only. */
async function askToolCommand(
  folder: Folder,
  item: Item,
  input: Readonly<Record<string, unknown>> & { readonly status: PlanStatus },
): ReturnType<Asker> {
  const { plan, approvals } = folder.workspace;
  const command = commandFor(plan, item, input.status);
  if (command === null || approvals.isApproved(command.text)) return input;
  const yes = {
    label: `$(terminal) ${t('Run {0}', command.text)}`,
    detail: t('Exactly this command, in this folder. It is approved from then on.'),
  };
  const title = t('{0} is kept by {1}. Run its command?', itemTitle(item), command.program);
  const chosen = await vscode.window.showQuickPick([yes], { title, placeHolder: title, ignoreFocusOut: true });
  return chosen === undefined ? undefined : { ...input, approve: true };
}

/** Only statuses that may follow; PRDs have words of their own. */
export const askUpdateStatus: Asker = async (folder, given) => {
  if ('prd' in given) return askPrdStatus(folder, given, String(given['prd']));
  if ('item' in given) return askItemStatus(folder, given);
  const prds = folder.workspace.plan.snapshot().documents.filter((document) => document.kind === 'prd');
  if (prds.length === 0) return askItemStatus(folder, given);
  const anItem = { label: `$(checklist) ${t('An item or a task…')}`, description: '', detail: '', prd: null };
  const chosen = await vscode.window.showQuickPick(
    [
      anItem,
      ...prds.map(({ title, path, status }) => ({
        label: `$(book) ${plainText(title === '' ? path : title)}`,
        description: status?.text ?? '',
        detail: path,
        prd: path,
      })),
    ],
    { title: t('Update the status of what?'), matchOnDetail: true },
  );
  if (chosen === undefined) return undefined;
  return chosen.prd === null ? askItemStatus(folder, given) : askPrdStatus(folder, given, chosen.prd);
};

const askItemStatus: Asker = async (folder, given) => {
  const item = await itemOf(folder, given, t('Update the status of which item?'));
  if (item === undefined) return undefined;
  if ('status' in given) return { ...given, item: item.key };
  const next = PLAN_STATUSES.filter((to) => to !== item.status && itemTransition('', item.status, to).ok);
  const status = await pickStatus(item, next);
  return status === undefined ? undefined : { ...given, item: item.key, status };
};

async function askPrdStatus(folder: Folder, given: Parameters<Asker>[1], path: string): ReturnType<Asker> {
  if ('status' in given) return { ...given, prd: path };
  const document = folder.workspace.plan.document(path);
  const now = readPrdStatus(document?.status?.text ?? '');
  const next = PRD_STATUSES.filter((to) => to !== now && prdTransition('', now, to).ok);
  const title = t('{0}: from {1} to', document?.title ?? path, document?.status?.text ?? t('no status'));
  const status = await vscode.window.showQuickPick([...next], { title, placeHolder: title });
  return status === undefined ? undefined : { ...given, prd: path, status };
}

async function pickStatus(item: Item, statuses: readonly PlanStatus[]): Promise<PlanStatus | undefined> {
  const title = t('{0}: from {1} to', itemTitle(item), stateWords(item.status, t));
  const choices = statuses.map((status) => ({
    label: stateWords(status, t),
    iconPath: new vscode.ThemeIcon(iconOf(status).id),
    description: status === item.status ? t('now') : '',
    status,
  }));
  return (await vscode.window.showQuickPick(choices, { title, placeHolder: title }))?.status;
}

const itemOf = async (folder: Folder, given: Parameters<Asker>[1], title: string): Promise<Item | undefined> => {
  const { items } = folder.workspace.plan.snapshot();
  const asked = given['item'];
  if (typeof asked !== 'string') return pickItem(folder, title);
  return items.get(asked) ?? [...items.values()].find((item) => item.id === asked);
};

const DEPENDENCY_VERBS = ['add', 'resolve', 'check', 'validate'] as const;

/** The verb, the item, and for adding or taking away the other item. */
export const askDependency: Asker = async (folder, given) => {
  const words = {
    add: { label: t('Add a Dependency'), detail: t('An item waits for another one'), icon: 'add' },
    resolve: { label: t('Take a Dependency Away'), detail: t('The item waits for it no longer'), icon: 'remove' },
    check: { label: t('Check an Item'), detail: t('What it waits for, and whether that is done'), icon: 'search' },
    validate: { label: t('Check All'), detail: t('Unknown ones and cycles of the whole plan'), icon: 'checklist' },
  };
  const verb =
    DEPENDENCY_VERBS.find((each) => each === given['do']) ??
    (
      await vscode.window.showQuickPick(
        DEPENDENCY_VERBS.map((each) => ({
          label: words[each].label,
          detail: words[each].detail,
          iconPath: new vscode.ThemeIcon(words[each].icon),
          verb: each,
        })),
        { title: t('Edit Dependencies') },
      )
    )?.verb;
  if (verb === undefined) return undefined;
  if (verb === 'validate') return { ...given, do: verb };
  const item = await itemOf(folder, given, t('{0}: which item?', words[verb].label));
  if (item === undefined) return undefined;
  const base = { ...given, do: verb, item: item.key };
  if (verb === 'check' || 'on' in given) return base;
  const on = verb === 'add' ? await pickOther(folder, item) : await pickWritten(item);
  return on === undefined ? undefined : { ...base, on };
};

/** Items that stand in the same kind of list come first in the picking anyway: the item itself is left out. */
async function pickOther(folder: Folder, item: Item): Promise<string | undefined> {
  const { items } = folder.workspace.plan.snapshot();
  const among = new Set([...items.keys()].filter((key) => key !== item.key));
  return (await pickItem(folder, t('{0} waits for which item?', itemTitle(item)), among))?.key;
}

/** As the author wrote them: one that no item answers to can be taken away too. */
async function pickWritten(item: Item): Promise<string | undefined> {
  const written = item.dependencies.map(({ text }) => text);
  if (written.length > 0)
    return vscode.window.showQuickPick([...written], { title: t('{0} waits no longer for what?', itemTitle(item)) });
  void vscode.window.showInformationMessage(t('{0} waits for nothing.', itemTitle(item)));
  return undefined;
}
