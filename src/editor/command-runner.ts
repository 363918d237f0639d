// The one wrapper around every command: expected failures become a sentence, anything else a bug report one can copy.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import type { Result } from '../model/result';
import { describeFailure } from '../workflow/words/failure-words';
import type { Log } from '../engine/ports';
import { withoutFlags } from './flag-words';
import { t } from './words';

export type Outcome = Result<unknown, Failure> | void;

export class CommandRunner {
  readonly #log: Log;
  constructor(log: Log) {
    this.#log = log;
  }

  register(id: string, run: (...args: readonly unknown[]) => Promise<Outcome> | Outcome): vscode.Disposable {
    return vscode.commands.registerCommand(id, (...args: readonly unknown[]) => this.guard(id, () => run(...args)));
  }

  /** The value of a successful command, undefined otherwise. Never rejects: what went wrong was said already. */
  async guard(what: string, run: () => Promise<Outcome> | Outcome): Promise<unknown> {
    try {
      const outcome = await run();
      if (outcome === undefined || outcome.ok) return outcome?.value;
      this.failed(outcome.error, what);
    } catch (error) {
      // The window closed while something was asked.
      if (error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'Canceled'))
        return undefined;
      this.#bug(what, error);
    }
    return undefined;
  }

  /** Says a failure once, without waiting for the person. */
  failed(failure: Failure, what: string): void {
    if (failure.kind === 'cancelled') return;
    this.#log.warn(`${what} failed`, { ...failure });
    void this.#say(failure);
  }

  async #say(failure: Failure): Promise<void> {
    const message = withoutFlags(describeFailure(failure, t));
    if (failure.kind === 'untrusted') {
      const manage = t('Manage Workspace Trust');
      if ((await vscode.window.showWarningMessage(message, manage)) === manage)
        await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    if (failure.kind === 'nothing-to-run' || failure.kind === 'already-answered') {
      void vscode.window.showInformationMessage(message);
      return;
    }
    const showLog = t('Show Log');
    if ((await vscode.window.showWarningMessage(message, showLog)) === showLog)
      await vscode.commands.executeCommand('soloflow.showLog');
  }

  #bug(what: string, error: unknown): void {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#log.error(`${what} hit a bug`, { details });
    const copy = t('Copy Details');
    const showLog = t('Show Log');
    const message = t('Soloflow hit a bug: {0}', error instanceof Error ? error.message : String(error));
    const offer = async (): Promise<void> => {
      const chosen = await vscode.window.showErrorMessage(message, copy, showLog);
      if (chosen === copy) await vscode.env.clipboard.writeText(`${what}\n${details}`);
      if (chosen === showLog) await vscode.commands.executeCommand('soloflow.showLog');
    };
    void offer();
  }
}
