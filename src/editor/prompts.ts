// Notifications: a new pause asks once; what was open at start is offered once as "Continue?"; the end of a run is said.
// A notification that goes away leaves the pause where it stands: in the tree, the status bar and over its task.
import * as vscode from 'vscode';
import type { Result } from '../model/result';
import type { Failure } from '../model/failure';
import { FINAL_RUN_STATES } from '../model/run';
import type { RunView } from '../engine/service';
import type { AnswerFlow } from './answer-flow';
import type { Invoke } from './action-invoker';
import { coalesce } from './coalesce';
import type { CommandRunner } from './command-runner';
import type { Folder, Folders } from './folder';
import type { PlacedPause } from './picks';
import { promptFor, type PromptAct } from './prompt-model';
import { endWords, resumeWords } from './run-words';
import { notifiesPauses, notifiesRunEnd } from './settings';
import { t } from './words';

export class Prompts implements vscode.Disposable {
  readonly #invoke: Invoke;
  readonly #answers: AnswerFlow;
  readonly #runner: CommandRunner;
  readonly #subscription: vscode.Disposable;
  /** Pauses that were asked about in this window, or stood there when it opened. */
  readonly #asked = new Set<string>();
  /** Runs seen open, so that only their end is told. */
  readonly #open = new Set<string>();
  readonly #greeted = new Set<string>();

  constructor(folders: Folders, invoke: Invoke, answers: AnswerFlow, runner: CommandRunner) {
    this.#invoke = invoke;
    this.#answers = answers;
    this.#runner = runner;
    // A moment later: what led to the change is complete then.
    const soon = coalesce(30, () => {
      for (const folder of folders.all()) this.look(folder);
    });
    this.#subscription = vscode.Disposable.from(soon, folders.onDidChangeRuns(soon), folders.onDidChangeFolders(soon));
  }

  /** Once per folder, when it was opened: what stopped last time is offered in one notification. */
  greet(folder: Folder): void {
    // In Restricted Mode nothing is known of runs; the folder is opened anew when it is trusted.
    if (this.#greeted.has(folder.id) || !vscode.workspace.isTrusted) return;
    this.#greeted.add(folder.id);
    const { engine } = folder.workspace;
    for (const pause of engine.pauses()) this.#asked.add(pause.id);
    for (const view of engine.runs()) if (!FINAL_RUN_STATES.has(view.run.status)) this.#open.add(view.run.id);
    const stopped = engine.continuations().filter((each) => each.why !== 'running');
    const first = stopped[0];
    if (first === undefined) return;
    const onlyPause = engine.pauses().filter((pause) => pause.answer === null);
    const asking = onlyPause[0];
    if (stopped.length === 1 && first.why === 'waiting-for-answer' && onlyPause.length === 1 && asking !== undefined) {
      this.#prompt({ folder, pause: asking, view: engine.run(asking.runId) });
      return;
    }
    this.#say(async () => {
      const go = t('Continue');
      const show = t('Show');
      const chosen = await vscode.window.showInformationMessage(resumeWords(stopped, t), go, show);
      if (chosen === show) await vscode.commands.executeCommand('soloflow.showView');
      return chosen === go ? vscode.commands.executeCommand('soloflow.continue', { folder: folder.id }) : undefined;
    });
  }

  /** Asks about pauses that were not asked about yet, tells runs that ended. */
  look(folder: Folder): void {
    if (!this.#greeted.has(folder.id)) return;
    const { engine } = folder.workspace;
    for (const pause of engine.pauses()) {
      if (pause.answer !== null || this.#asked.has(pause.id)) continue;
      this.#asked.add(pause.id);
      if (notifiesPauses()) this.#prompt({ folder, pause, view: engine.run(pause.runId) });
    }
    for (const view of engine.runs()) {
      if (!FINAL_RUN_STATES.has(view.run.status)) this.#open.add(view.run.id);
      else if (this.#open.delete(view.run.id)) this.#ended(folder, view);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #prompt(placed: PlacedPause): void {
    const prompt = promptFor(placed.pause, placed.view, t);
    placed.folder.workspace.log.info('asked', {
      pause: placed.pause.id,
      task: placed.pause.taskKey,
      reason: placed.pause.reason.kind,
    });
    const labels = prompt.buttons.map((button) => button.label);
    const show =
      prompt.severity === 'warning' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    this.#say(async () => {
      const chosen = await show(prompt.message, ...labels);
      const act = prompt.buttons.find((button) => button.label === chosen)?.act;
      return act === undefined ? undefined : this.#act(placed, act);
    });
  }

  #act(placed: PlacedPause, act: PromptAct): Promise<Result<unknown, Failure> | void> {
    switch (act.kind) {
      case 'answer':
        return this.#answers.take(placed, act.choice, false);
      case 'review':
        return this.#answers.review(placed, act.choice);
      case 'show':
        return this.#answers.ask(placed);
    }
  }

  #ended(folder: Folder, view: RunView): void {
    if (!notifiesRunEnd() || view.run.status === 'cancelled') return;
    const failed = view.run.status === 'failed';
    const show = failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    this.#say(async () => {
      const report = t('Show');
      const retry = t('Retry');
      const chosen = await show(endWords(view, t), ...(failed ? [retry, report] : [report]));
      if (chosen === report) await vscode.commands.executeCommand('soloflow.showView');
      const task = view.tasks.find((each) => each.state === 'failed');
      return chosen === retry && task !== undefined
        ? this.#invoke(folder, 'retry', { item: task.spec.key, run: view.run.id })
        : undefined;
    });
  }

  /** Nobody waits for a notification. */
  #say(ask: () => Promise<unknown>): void {
    void this.#runner.guard('notification', async () => {
      const outcome = await ask();
      return isOutcome(outcome) ? outcome : undefined;
    });
  }
}

const isOutcome = (value: unknown): value is Result<unknown, Failure> =>
  typeof value === 'object' && value !== null && 'ok' in value;
