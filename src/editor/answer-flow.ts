// How a pause is answered in the editor: by a button, or by a quick pick with every choice; commands are read in full
// before many of them are approved at once.
import * as vscode from 'vscode';
import { gateCommand } from '../model/gate';
import type { Choice, ChoiceId } from '../model/pause';
import { choiceLabel, describePause, describeSuggestion } from '../workflow/words/pause-words';
import type { Invoke } from './action-invoker';
import type { Outcome } from './command-runner';
import { commandsPage, type ShownCommand } from './commands-page';
import type { Pages } from './pages';
import type { PlacedPause } from './picks';
import { choiceDetail, ordered, titleOfPause } from './prompt-model';
import { revealPlace } from './reveal';
import { t } from './words';

const CHOICE_ICONS: Readonly<Record<ChoiceId, string>> = {
  continue: 'debug-continue',
  done: 'check',
  run: 'play',
  skip: 'debug-step-over',
  retry: 'debug-restart',
  hotfix: 'wrench',
  waive: 'pass',
  fail: 'error',
  stop: 'debug-stop',
  approve: 'verified',
  'approve-all': 'verified-filled',
  answer: 'comment',
};

interface Offered extends vscode.QuickPickItem {
  /** null: it is no answer, but something to know. */
  readonly choice: Choice | null;
}

const SHOWN_NOTES = 3;

/** What does not fit becomes a tooltip that stands over the choices. The whole is said above the task. */
const FITS = 80;
const clipped = (text: string): string => (text.length <= FITS ? text : `${text.slice(0, FITS - 1).trimEnd()}…`);

export class AnswerFlow {
  readonly #invoke: Invoke;
  readonly #pages: Pages;

  constructor(invoke: Invoke, pages: Pages) {
    this.#invoke = invoke;
    this.#pages = pages;
  }

  /** Reveals the place, then offers every choice. Backing out leaves the pause open. */
  async ask(placed: PlacedPause, reveal = true): Promise<Outcome> {
    const { pause, view } = placed;
    if (reveal) await this.showPlace(placed);
    const hint = pause.suggestion === null ? '' : `💡 ${describeSuggestion(pause.suggestion, t)}`;
    const chosen = await vscode.window.showQuickPick<Offered>(
      [
        ...ordered(pause).map((choice) => ({
          label: `$(${CHOICE_ICONS[choice.id]}) ${choiceLabel(choice.id, t)}`,
          detail: choiceDetail(choice.id, pause, t),
          choice,
        })),
        ...remembered(placed),
      ],
      {
        title: titleOfPause(pause, view) ?? t('Answer Pause'),
        placeHolder: clipped([describePause(pause.reason, t), hint].filter((part) => part !== '').join(' – ')),
        ignoreFocusOut: true,
      },
    );
    if (chosen === undefined) return undefined;
    if (chosen.choice !== null) return this.take(placed, chosen.choice, true);
    await vscode.commands.executeCommand('soloflow.showReport', {
      kind: 'pause',
      folder: placed.folder.id,
      pauseId: pause.id,
    });
    return undefined;
  }

  /** Takes one choice; asks for words where the choice takes them (`wordy`: also where they are optional). */
  async take(placed: PlacedPause, choice: Choice, wordy: boolean): Promise<Outcome> {
    if (choice.id === 'approve-all') return this.review(placed, choice);
    let text: string | undefined;
    if (choice.id === 'answer' || (choice.takesText && wordy)) {
      const needed = choice.id === 'answer';
      text = await vscode.window.showInputBox({
        title: choiceLabel(choice.id, t),
        prompt: needed
          ? describePause(placed.pause.reason, t)
          : t('A note that is kept as context (may be left empty)'),
        ignoreFocusOut: true,
        validateInput: (value) => (needed && value.trim() === '' ? t('This cannot be empty') : undefined),
      });
      if (text === undefined) return undefined;
    }
    return this.#answer(placed, choice.id, text);
  }

  /** Shows every command with its exact text in a document, then asks. */
  async review(placed: PlacedPause, choice: Choice): Promise<Outcome> {
    const { pause, view } = placed;
    const asked = pause.reason.kind === 'approval' ? pause.reason.commands : [];
    const isAsked = new Set(asked);
    const all = choice.id === 'approve-all';
    const approvals = placed.folder.workspace.approvals;
    const rest: readonly ShownCommand[] = all
      ? (view?.tasks ?? []).flatMap(({ spec }) =>
          [...spec.commands, ...spec.gates.flatMap((gate) => gateCommand(gate) ?? [])]
            .filter((command) => !isAsked.has(command) && !approvals.isApproved(command))
            .map((command) => ({ command, of: titleOf(spec), place: `${spec.path}:${spec.line}` })),
        )
      : [];
    const task = view?.tasks.find((each) => each.taskKey === pause.taskKey);
    const own = asked.map((command) => ({
      command,
      of: task === undefined ? (view?.run.title ?? '') : titleOf(task.spec),
      place: task === undefined ? '' : `${task.spec.path}:${task.spec.line}`,
    }));
    const shown = [...own, ...rest];
    const several =
      new Set(shown.map((each) => each.command)).size > 1 || shown.some((each) => each.command.includes('\n'));
    // The one command stood on the button's notification already.
    if (all && !several) return this.#answer(placed, choice.id, undefined);
    const page = `${t('Commands to Approve')}.sh`;
    await this.#pages.show(page, () => commandsPage(shown, t));
    const count = new Set(shown.map((each) => each.command)).size;
    const skip = pause.choices.find((each) => each.id === 'skip');
    const chosen = await vscode.window.showQuickPick(
      [
        {
          label: `$(verified) ${all ? t('Approve All {0} Commands', count) : choiceLabel(choice.id, t)}`,
          detail: t('Exactly the texts shown, in this folder'),
          choice,
        },
        ...(skip === undefined
          ? []
          : [
              {
                label: `$(debug-step-over) ${choiceLabel('skip', t)}`,
                detail: choiceDetail('skip', pause, t),
                choice: skip,
              },
            ]),
      ],
      { title: t('Run these commands on this machine?'), ignoreFocusOut: true },
    );
    await this.#pages.close(page);
    return chosen === undefined ? undefined : this.#answer(placed, chosen.choice.id, undefined);
  }

  /** The line of the task, or the place the suggestion names. */
  async showPlace({ folder, pause, view }: PlacedPause): Promise<void> {
    if (pause.suggestion?.kind === 'review') {
      await revealPlace(folder, pause.suggestion.path, pause.suggestion.line, true);
      return;
    }
    const spec = view?.tasks.find((each) => each.taskKey === pause.taskKey)?.spec;
    if (spec === undefined) return;
    const item = folder.workspace.plan.snapshot().items.get(spec.key);
    await revealPlace(folder, item?.path ?? spec.path, item?.line ?? spec.line, true);
  }

  async #answer(placed: PlacedPause, choice: ChoiceId, text: string | undefined): Promise<Outcome> {
    // A notification can stand for long: meanwhile somebody may have answered in the terminal or another window.
    const isOpen = placed.folder.workspace.engine
      .pauses()
      .some((pause) => pause.id === placed.pause.id && pause.answer === null);
    if (!isOpen) {
      void vscode.window.showInformationMessage(t('This was answered already.'));
      return undefined;
    }
    return this.#invoke(placed.folder, 'answer', {
      pause: placed.pause.id,
      choice,
      ...(text === undefined || text === '' ? {} : { text }),
    });
  }
}

const titleOf = (spec: { readonly id: string | null; readonly title: string }): string =>
  spec.id === null ? spec.title : `${spec.id} ${spec.title}`;

/** The latest that somebody noted about the task: what an answer should not forget. Leads to all that is kept. */
function remembered({ folder, pause }: PlacedPause): readonly Offered[] {
  const key = pause.taskKey;
  const notes = key === null ? [] : (folder.workspace.memory?.notes(key, SHOWN_NOTES) ?? []);
  return notes.map(({ title }) => ({ label: `$(note) ${t('Remembered: {0}', title)}`, choice: null }));
}
