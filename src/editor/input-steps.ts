// Several short questions in a row: each says which of how many it is, can be left empty where it may, and goes back.
import * as vscode from 'vscode';
import { t } from './words';

export interface TextStep {
  readonly field: string;
  readonly prompt: string;
  readonly placeholder: string;
  /** What is wrong with the words, undefined: nothing. */
  readonly check?: (value: string) => string | undefined;
}

/** The answers by field, empty ones left out; undefined: the person backed out. `first`: number of the first step. */
export async function textSteps(
  title: string,
  steps: readonly TextStep[],
  first = 1,
): Promise<Readonly<Record<string, string>> | undefined> {
  const answers = new Map<string, string>();
  const total = first - 1 + steps.length;
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const answer = await askOne(title, step, answers.get(step.field) ?? '', { at: first + at, total, back: at > 0 });
    if (answer === undefined) return undefined;
    if (answer === 'back') at -= 1;
    else {
      answers.set(step.field, answer.text);
      at += 1;
    }
  }
  return Object.fromEntries([...answers].filter(([, text]) => text.trim() !== ''));
}

async function askOne(
  title: string,
  step: TextStep,
  value: string,
  place: { readonly at: number; readonly total: number; readonly back: boolean },
): Promise<{ readonly text: string } | 'back' | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.step = place.at;
  box.totalSteps = place.total;
  box.prompt = step.prompt;
  box.placeholder = step.placeholder;
  box.value = value;
  box.ignoreFocusOut = true;
  box.buttons = place.back ? [vscode.QuickInputButtons.Back] : [];
  const answered = Promise.withResolvers<{ readonly text: string } | 'back' | undefined>();
  const check = (): boolean => {
    const wrong = box.value.trim() === '' ? undefined : step.check?.(box.value);
    box.validationMessage = wrong ?? '';
    return wrong === undefined;
  };
  const subscriptions = [
    box.onDidChangeValue(check),
    box.onDidAccept(() => {
      if (check()) answered.resolve({ text: box.value });
    }),
    box.onDidTriggerButton(() => answered.resolve('back')),
    box.onDidHide(() => answered.resolve(undefined)),
  ];
  box.show();
  try {
    return await answered.promise;
  } finally {
    for (const each of [...subscriptions, box]) each.dispose();
  }
}

/** A number between two ends; both 4.5 and 4,5 are understood. */
export const numberCheck =
  (least: number, most: number) =>
  (value: string): string | undefined => {
    const number = asNumber(value);
    return Number.isFinite(number) && number >= least && number <= most
      ? undefined
      : t('A number from {0} to {1} is needed', least, most);
  };

export const asNumber = (value: string): number => Number(value.trim().replace(',', '.'));

/** Parts of an answer that may hold several, divided by semicolons. */
export const parts = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
