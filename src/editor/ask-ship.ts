// What shipping asks: which item, then what shall be kept beside it: the changelog line and what was learned.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Invoke } from './action-invoker';
import type { Asker } from './actions';
import { parts, textSteps } from './input-steps';
import { pickItem } from './picks';
import { t } from './words';

const shipAnswer = z.looseObject({
  changelog: z.string(),
  lessons: z.array(z.string()),
  unfinished: z.array(z.unknown()),
  redGates: z.array(z.unknown()),
});

export const askShip =
  (invoke: Invoke): Asker =>
  async (folder, given) => {
    const item = 'item' in given ? given['item'] : await pickOpen(folder);
    if (item === undefined) return undefined;
    const input = item === null ? given : { ...given, item };
    if ('changelog' in given || 'lesson' in given || given['yes'] === true) return input;
    const looked = await invoke(folder, 'ship', input);
    const offer = looked.ok ? shipAnswer.safeParse(looked.value).data : undefined;
    // What stands in the way is said by the preview; nothing is kept of what is not finished.
    if (offer === undefined || offer.unfinished.length + offer.redGates.length > 0) return input;
    const kept = await pickKept(offer);
    return kept === undefined ? undefined : { ...input, ...kept };
  };

/** null: the one in progress is meant. */
async function pickOpen(folder: Parameters<Asker>[0]): Promise<string | null | undefined> {
  const open = [...folder.workspace.plan.snapshot().items.values()].filter(
    (item) => item.kind === 'backlog-item' && item.status !== 'done' && item.status !== 'cancelled',
  );
  const busy = open.filter((item) => item.status === 'in-progress');
  if (busy.length === 1) return null;
  const among = new Set((busy.length === 0 ? open : busy).map((item) => item.key));
  return (await pickItem(folder, t('Ship which item?'), among))?.key;
}

async function pickKept(offer: z.output<typeof shipAnswer>) {
  const line = { label: `$(list-flat) ${t('Changelog line')}`, detail: offer.changelog, picked: true };
  const lessons = offer.lessons.map((lesson) => ({
    label: `$(mortar-board) ${t('Lesson')}`,
    detail: lesson,
    picked: true,
  }));
  const own = { label: `$(add) ${t('Lessons of your own…')}`, detail: t('Asked next'), picked: false };
  const chosen = await vscode.window.showQuickPick([line, ...lessons, own], {
    title: t('Ship: what shall be kept beside it?'),
    placeHolder: t('Written with the run record; everything is shown first'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return undefined;
  const words = chosen.includes(own)
    ? await textSteps(t('Ship: lessons'), [
        {
          field: 'lessons',
          prompt: t('What was learned, divided by semicolons?'),
          placeholder: t('e.g. Write the file before the gate'),
        },
      ])
    : {};
  if (words === undefined) return undefined;
  const suggested = lessons.filter((each) => chosen.includes(each)).map(({ detail }) => detail);
  return { changelog: chosen.includes(line), lesson: [...suggested, ...parts(words['lessons'])] };
}
