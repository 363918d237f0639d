// What a pause asks in a notification: the sentence, how loud, and at most three buttons. Pure. Everything a pause can be
// answered with is in the quick pick behind "Show…"; a dismissed notification leaves the pause as it is.
import { plainText } from '../agents/plain-text';
import type { RunView } from '../engine/service';
import type { Choice, ChoiceId, Pause, PauseReason } from '../model/pause';
import { choiceLabel, describePause, describeSuggestion } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import { itemTitle } from './node-look';

export type PromptAct =
  | { readonly kind: 'answer'; readonly choice: Choice }
  /** Shows every command with its exact text first, then asks. */
  | { readonly kind: 'review'; readonly choice: Choice }
  /** Reveals the place and offers every choice. */
  | { readonly kind: 'show' };

interface PromptButton {
  readonly label: string;
  readonly act: PromptAct;
}

export interface Prompt {
  readonly severity: 'info' | 'warning';
  readonly message: string;
  readonly buttons: readonly PromptButton[];
}

/** A command longer than this, or of several lines, is shown in a document: a notification would fold or cut it. */
const COMMAND_FITS = 160;

export const titleOfPause = (pause: Pause, view: RunView | null): string | null => {
  const task = view?.tasks.find((each) => each.taskKey === pause.taskKey);
  if (task !== undefined) return itemTitle(task.spec);
  return view === null ? null : plainText(view.run.title);
};

export function promptFor(pause: Pause, view: RunView | null, t: Translate): Prompt {
  const title = titleOfPause(pause, view);
  const reason = describePause(pause.reason, t);
  const hint = hintOf(pause, view, t);
  const head = title === null ? reason : `${title}: ${reason}`;
  const message = `${head}${/[.!?…:]$/.test(head) || hint === '' ? '' : '.'}${hint}`;
  const severity = isSerious(pause.reason) ? 'warning' : 'info';
  if (pause.reason.kind === 'approval') return { severity, message, buttons: approvalButtons(pause, t) };
  const answers = ordered(pause)
    .slice(0, 2)
    .map((choice) => ({ label: choiceLabel(choice.id, t), act: { kind: 'answer' as const, choice } }));
  return { severity, message, buttons: [...answers, { label: t('Show…'), act: { kind: 'show' } }] };
}

/** The suggestion without the title it often begins with: that one was just said. */
function hintOf(pause: Pause, view: RunView | null, t: Translate): string {
  if (pause.suggestion === null) return '';
  const title = view?.tasks.find((each) => each.taskKey === pause.taskKey)?.spec.title;
  const whole = describeSuggestion(pause.suggestion, t);
  const hint =
    title !== undefined && whole.startsWith(title) ? whole.slice(title.length).replace(/^[\s·:]+/, '') : whole;
  return hint === '' ? '' : ` 💡 ${hint}`;
}

/** Choices in the order they are offered: the default first, unless taking it blindly would do harm. */
export function ordered(pause: Pause): readonly Choice[] {
  const safeFirst = isRisky(pause.reason);
  const rank = (choice: Choice): number => {
    if (safeFirst && RUNS.has(choice.id)) return 2;
    return choice.id === pause.default ? 0 : 1;
  };
  return pause.choices
    .map((choice, index) => ({ choice, index }))
    .sort((a, b) => rank(a.choice) - rank(b.choice) || a.index - b.index)
    .map(({ choice }) => choice);
}

const RUNS: ReadonlySet<ChoiceId> = new Set(['run', 'approve', 'approve-all', 'continue', 'retry']);

const isRisky = (reason: PauseReason): boolean => reason.kind === 'destructive';

const isSerious = (reason: PauseReason): boolean =>
  reason.kind === 'destructive' ||
  reason.kind === 'gate-failed' ||
  reason.kind === 'task-failed' ||
  reason.kind === 'failures-in-a-row' ||
  reason.kind === 'credentials';

function approvalButtons(pause: Pause, t: Translate): readonly PromptButton[] {
  const commands = pause.reason.kind === 'approval' ? pause.reason.commands : [];
  const only = commands.length === 1 ? commands[0] : undefined;
  const shown = only !== undefined && only.length <= COMMAND_FITS && !only.includes('\n');
  const wanted: readonly ChoiceId[] = ['approve', 'approve-all', 'skip'];
  return wanted.flatMap((id) => {
    const choice = pause.choices.find((each) => each.id === id);
    if (choice === undefined) return [];
    const review = id === 'approve-all' || (id === 'approve' && !shown);
    const label = id === 'approve' && !shown ? t('Review and Approve…') : choiceLabel(id, t);
    return [{ label, act: { kind: review ? 'review' : 'answer', choice } as const }];
  });
}

/** How a choice reads in the quick pick. */
export function choiceDetail(choice: ChoiceId, pause: Pause, t: Translate): string {
  switch (choice) {
    case 'continue':
      return t('Go on with the plan');
    case 'done':
      return t('The work is finished: check it and go on');
    case 'run':
      return t('Run this task now');
    case 'skip':
      return t('Leave this task out; what depends on it goes on');
    case 'retry':
      return t('Try this task again');
    case 'hotfix':
      return t('Write a HotFix task with the evidence into the document, then try again');
    case 'waive':
      return t('Accept the result although a gate is not green; kept in the record');
    case 'fail':
      return t('The task failed; independent tasks go on');
    case 'stop':
      return t('Stop the run; Continue takes it up again');
    case 'approve':
      return pause.reason.kind === 'approval' && pause.reason.commands.length === 1
        ? (pause.reason.commands[0] ?? '').replace(/\s*\n\s*/g, ' ⏎ ')
        : t('Exactly these commands, in this folder');
    case 'approve-all':
      return t('Every command of this plan, after you have seen them');
    case 'answer':
      return t('Your words are kept as context');
  }
}
