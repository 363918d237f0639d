// The quick picks: which folder, document, item, run or pause is meant, and what an action still needs to know.
import * as vscode from 'vscode';
import { plainText } from '../agents/plain-text';
import { FINAL_RUN_STATES } from '../model/run';
import type { RunView } from '../engine/service';
import type { Item } from '../model/plan';
import type { Pause } from '../model/pause';
import { describePause } from '../workflow/words/pause-words';
import type { OpenWay } from '../workflow/start/continue-work';
import type { AskStep } from './ask-steps';
import { indexDocument } from './document-index';
import type { Folder, Folders } from './folder';
import { itemTitle } from './node-look';
import { titleOfPause } from './prompt-model';
import { iconOf, stateOfRun, stateWords } from './state-look';
import { fieldWords } from './value-text';
import { t } from './words';

const SHOWN_AT_ONCE = 400;

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

async function pick<T>(title: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  // Labels are titles of documents, runs and tasks as well.
  const shown = choices.map((choice) => ({ ...choice, label: plainText(choice.label) }));
  const chosen = await vscode.window.showQuickPick(shown, {
    title,
    matchOnDescription: true,
    matchOnDetail: true,
    placeHolder: title,
  });
  return chosen?.value;
}

/** The only folder, the folder of the open document, or the one that is picked. */
export async function pickFolder(folders: Folders): Promise<Folder | undefined> {
  // One that is being opened, for the first time or anew because it was trusted, is waited for.
  await folders.settled();
  const all = folders.all();
  if (all.length <= 1) return all[0];
  const editor = vscode.window.activeTextEditor;
  const here = editor === undefined ? null : folders.locate(editor.document.uri);
  if (here !== null) return here.folder;
  // Those that have a plan come first.
  const documents = (folder: Folder): number =>
    folder.workspace.plan.snapshot().documents.filter((document) => document.items.length > 0).length;
  return pick(
    t('Which folder?'),
    all
      .map((folder) => ({ folder, count: documents(folder) }))
      .sort((a, b) => Number(b.count > 0) - Number(a.count > 0))
      .map(({ folder, count }) => ({
        label: folder.name,
        description: count === 0 ? t('no plan yet') : t('{0} plan documents', count),
        detail: folder.uri.fsPath,
        iconPath: new vscode.ThemeIcon('root-folder'),
        value: folder,
      })),
  );
}

export async function pickDocument(folder: Folder, title: string): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  const documents = folder.workspace.plan.snapshot().documents.filter((document) => document.items.length > 0);
  const choices = documents.map((document) => {
    const { done, total } = indexDocument(document).whole;
    return {
      label: document.title === '' ? document.path : document.title,
      description: `${done}/${total}`,
      detail: document.path,
      iconPath: new vscode.ThemeIcon(document.kind === 'backlog' ? 'list-tree' : 'tasklist'),
      value: document.path,
    };
  });
  // The document in front of the person comes first.
  const isActive = (path: string): boolean => vscode.Uri.joinPath(folder.uri, path).toString() === active;
  return pick(
    title,
    choices.sort((a, b) => Number(isActive(b.value)) - Number(isActive(a.value))),
  );
}

const itemChoice = (item: Item): Choice<Item> => ({
  label: itemTitle(item),
  description: [stateWords(item.status, t), item.priority?.text].filter((part) => part !== undefined).join(' · '),
  detail: `${item.path}:${item.line}`,
  iconPath: new vscode.ThemeIcon(iconOf(item.status).id),
  value: item,
});

/** Ready items first, then open ones, then the rest, each in document order. */
export async function pickItem(folder: Folder, title: string, among?: ReadonlySet<string>): Promise<Item | undefined> {
  const { plan } = folder.workspace;
  const items = [...plan.snapshot().items.values()].filter((item) => among === undefined || among.has(item.key));
  const ready = new Map(plan.ready().map((item, index) => [item.key, index]));
  const rank = (item: Item): number =>
    ready.get(item.key) ?? (item.status === 'done' || item.status === 'cancelled' ? 2e9 : 1e9);
  const sorted = items.sort((a, b) => rank(a) - rank(b));
  return sorted.length <= SHOWN_AT_ONCE ? pick(title, sorted.map(itemChoice)) : search(title, sorted);
}

/** Among thousands only what fits the typed words is handed to the editor. */
async function search(title: string, items: readonly Item[]): Promise<Item | undefined> {
  const box = vscode.window.createQuickPick<Choice<Item>>();
  const fitting = (typed: string): readonly Choice<Item>[] => {
    const words = typed.toLowerCase().split(/\s+/);
    const fits = (item: Item): boolean => {
      const text = `${item.id ?? ''} ${item.title} ${item.path}`.toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return items
      .values()
      .filter(fits)
      .take(SHOWN_AT_ONCE)
      .map((item) => ({ ...itemChoice(item), alwaysShow: true }))
      .toArray();
  };
  box.title = title;
  box.placeholder = t('Type a part of the id, title or file');
  box.items = fitting('');
  const chosen = Promise.withResolvers<Item | undefined>();
  const subscriptions = [
    box.onDidChangeValue((typed) => {
      box.items = fitting(typed);
    }),
    box.onDidAccept(() => {
      chosen.resolve(box.selectedItems[0]?.value ?? box.activeItems[0]?.value);
      box.hide();
    }),
    box.onDidHide(() => chosen.resolve(undefined)),
  ];
  box.show();
  try {
    return await chosen.promise;
  } finally {
    for (const each of [...subscriptions, box]) each.dispose();
  }
}

async function pickItems(folder: Folder, title: string): Promise<readonly string[] | undefined> {
  const chosen = await vscode.window.showQuickPick(
    [...folder.workspace.plan.snapshot().items.values()].map(itemChoice),
    {
      title,
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  return chosen?.map((choice) => choice.value.key);
}

/** The only open run, or the one that is picked. */
export async function pickRun(views: readonly RunView[], title: string): Promise<RunView | undefined> {
  if (views.length <= 1) return views[0];
  return pick(
    title,
    views.map((view) => {
      const state = stateOfRun(
        view.run.status,
        view.pauses.some((pause) => pause.answer === null),
      );
      return {
        label: view.run.title,
        description: `${view.counts.done}/${view.counts.total} · ${stateWords(state, t)}`,
        iconPath: new vscode.ThemeIcon(iconOf(state).id),
        value: view,
      };
    }),
  );
}

/** null: there is nothing to choose. */
export async function pickWay(ways: readonly OpenWay[], title: string): Promise<OpenWay | null | undefined> {
  if (ways.length <= 1) return null;
  const whys: Readonly<Record<OpenWay['why'], string>> = {
    interrupted: t('was interrupted'),
    paused: t('is paused'),
    running: t('is running'),
    'waiting-for-answer': t('waits for you'),
    'waits for --yes': t('waits to be written'),
  };
  const icons = { run: 'play', start: 'lightbulb', ship: 'package' } as const;
  return pick(
    title,
    ways.map((way) => ({
      label: way.kind === 'ship' ? t('Ship') : way.kind === 'start' ? t('Start: {0}', way.title) : way.title,
      description: whys[way.why],
      detail: way.id,
      iconPath: new vscode.ThemeIcon(icons[way.kind]),
      value: way,
    })),
  );
}

export const openRuns = (folder: Folder): readonly RunView[] =>
  folder.workspace.engine.runs().filter((view) => !FINAL_RUN_STATES.has(view.run.status));

export interface PlacedPause {
  readonly folder: Folder;
  readonly pause: Pause;
  readonly view: RunView | null;
}

const openPauses = (folders: Folders): readonly PlacedPause[] =>
  folders.all().flatMap((folder) =>
    folder.workspace.engine
      .pauses()
      .filter((pause) => pause.answer === null)
      .map((pause) => ({ folder, pause, view: folder.workspace.engine.run(pause.runId) })),
  );

/** The only waiting pause, or the one that is picked. */
export async function pickPause(folders: Folders): Promise<PlacedPause | undefined> {
  const open = openPauses(folders);
  if (open.length <= 1) return open[0];
  return pick(
    t('Which pause?'),
    open.map((placed) => ({
      label: titleOfPause(placed.pause, placed.view) ?? t('Run'),
      description: describePause(placed.pause.reason, t),
      iconPath: new vscode.ThemeIcon('debug-pause'),
      value: placed,
    })),
  );
}

/** Asks for one field of an action; undefined: the person backed out; null: left empty, the default counts. */
export async function askStep(step: AskStep, folder: Folder, title: string): Promise<unknown> {
  const { engine } = folder.workspace;
  const prompt = `${title}: ${step.prompt}`;
  switch (step.kind) {
    case 'item':
      if (step.optional) return null;
      return (await pickItem(folder, prompt))?.key;
    case 'items':
      return pickItems(folder, prompt);
    case 'document':
      if (step.optional) return null;
      return pickDocument(folder, prompt);
    case 'documents': {
      const path = await pickDocument(folder, prompt);
      return path === undefined ? undefined : [path];
    }
    case 'run': {
      const open = openRuns(folder);
      // With nothing open the action itself says so.
      if (open.length === 0) return step.optional ? null : (await pickRun(engine.runs(), prompt))?.run.id;
      return (await pickRun(open, prompt))?.run.id;
    }
    case 'pick':
      return pick(
        prompt,
        step.choices.map((value) => ({ label: fieldWords(value), value })),
      );
    case 'yes-no':
      return pick(prompt, [
        { label: t('Yes'), value: true },
        { label: t('No'), value: false },
      ]);
    case 'number': {
      const text = await vscode.window.showInputBox({
        title,
        prompt: step.prompt,
        validateInput: (value) =>
          (value === '' && step.optional) || (value.trim() !== '' && Number.isFinite(Number(value)))
            ? undefined
            : t('A number is needed'),
      });
      return text === undefined ? undefined : text === '' ? null : Number(text);
    }
    case 'text':
    case 'pause':
    case 'sprint':
    case 'goal': {
      const text = await vscode.window.showInputBox({
        title,
        prompt: step.optional ? t('{0} (may be left empty)', step.prompt) : step.prompt,
        validateInput: (value) => (step.optional || value.trim() !== '' ? undefined : t('This cannot be empty')),
      });
      return text === undefined ? undefined : text === '' ? null : text;
    }
  }
}
