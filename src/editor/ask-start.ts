// What "Start an Idea…" asks: the idea itself, or an item that stands in the backlog already, then what is not known of it.
import * as vscode from 'vscode';
import type { Item } from '../model/plan';
import type { Asker } from './actions';
import type { Folder } from './folder';
import { asNumber, numberCheck, parts, textSteps, type TextStep } from './input-steps';
import { itemTitle } from './node-look';
import { iconOf, stateWords } from './state-look';
import { t } from './words';

type Idea = { readonly idea: string; readonly item: Item | null };

export const askStart: Asker = async (folder, given) => {
  if ('idea' in given) return given;
  const chosen = await pickIdea(folder);
  if (chosen === undefined) return undefined;
  const { idea, item } = chosen;
  const steps = stepsFor(item);
  if (steps.length === 0) return { ...given, idea };
  const answers = await textSteps(t('Start: {0}', item === null ? idea : itemTitle(item)), steps, 2);
  if (answers === undefined) return undefined;
  const { problem, points, score } = answers;
  return {
    ...given,
    idea,
    ...(problem === undefined ? {} : { problem }),
    ...(points === undefined ? {} : { points: asNumber(points) }),
    ...(score === undefined ? {} : { score: asNumber(score) }),
    step: parts(answers['steps']),
    accept: parts(answers['accept']),
  };
};

/** Words are a new idea; the open items of the backlog stand below, so that none is written twice. */
async function pickIdea(folder: Folder): Promise<Idea | undefined> {
  const open = [...folder.workspace.plan.snapshot().items.values()].filter(
    (item) => item.kind === 'backlog-item' && item.status !== 'done' && item.status !== 'cancelled',
  );
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: Idea | null }>();
  const known = open.map((item) => ({
    label: itemTitle(item),
    description: stateWords(item.status, t),
    detail: `${item.path}:${item.line}`,
    iconPath: new vscode.ThemeIcon(iconOf(item.status).id),
    value: { idea: item.id ?? item.title, item },
  }));
  const fill = (): void => {
    const idea = box.value.trim();
    const fresh = {
      label: idea === '' ? t('Type your idea in a few words') : t('New idea: {0}', idea),
      detail: t('Becomes a backlog item, a PRD where it needs one, and tasks; shown before it is written'),
      iconPath: new vscode.ThemeIcon('lightbulb'),
      alwaysShow: true,
      value: idea === '' ? null : { idea, item: null },
    };
    const heading = { label: t('Items of the backlog'), kind: vscode.QuickPickItemKind.Separator, value: null };
    box.items = known.length === 0 ? [fresh] : [fresh, heading, ...known];
  };
  box.title = t('Start an Idea');
  box.step = 1;
  box.totalSteps = 6;
  box.placeholder =
    known.length === 0 ? t('e.g. Greet people by name') : t('A new idea in a few words, or an item that stands there');
  box.matchOnDetail = true;
  box.ignoreFocusOut = true;
  fill();
  const answered = Promise.withResolvers<Idea | undefined>();
  const subscriptions = [
    box.onDidChangeValue(fill),
    box.onDidAccept(() => {
      const [selected] = box.selectedItems;
      if (selected !== undefined && selected.value !== null) answered.resolve(selected.value);
    }),
    box.onDidHide(() => answered.resolve(undefined)),
  ];
  box.show();
  try {
    return await answered.promise;
  } finally {
    for (const each of [...subscriptions, box]) each.dispose();
  }
}

/** Of an item only what it does not say; of a new idea everything a PRD and tasks can be made of. */
function stepsFor(item: Item | null): readonly TextStep[] {
  const points: TextStep = {
    field: 'points',
    prompt: t('How big is it, in points? Empty: not known yet'),
    placeholder: t('e.g. 5 or 3.5'),
    check: numberCheck(0, 1000),
  };
  const score: TextStep = {
    field: 'score',
    prompt: t('How much is it worth, as a score? Below 5 points, 3.0 and more needs no PRD. Empty: not known yet'),
    placeholder: t('e.g. 4.2'),
    check: numberCheck(0, 100),
  };
  if (item !== null) return [...(item.points === null ? [points] : []), ...(item.score === null ? [score] : [])];
  return [
    {
      field: 'problem',
      prompt: t('What is wrong today, or wished for? Empty: becomes an open question'),
      placeholder: t('e.g. Everybody gets the same greeting'),
    },
    {
      field: 'steps',
      prompt: t('Which steps lead there, in order, divided by semicolons? Each becomes a task'),
      placeholder: t('e.g. Write the greeting; Say how it is used'),
    },
    {
      field: 'accept',
      prompt: t('What must be true at the end, divided by semicolons? A command in back ticks becomes a gate'),
      placeholder: t('e.g. `npm test` passes'),
    },
    points,
    score,
  ];
}
