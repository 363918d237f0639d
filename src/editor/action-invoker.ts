// Runs a declared action for the editor: input checked by its own schema, progress in the view, cancelled with the window.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { err, type Result } from '../model/result';
import type { AnyAction } from '../workflow/actions';
import type { Folder } from './folder';
import { VIEW_ID } from './plan-tree';

export const BY = 'editor';

/** Actions whose steps are worth watching, and that can be given up. */
const SHOWN_STEPS: ReadonlySet<string> = new Set(['memory', 'prime', 'recall']);

export type Invoke = (
  folder: Folder,
  name: string,
  input: Readonly<Record<string, unknown>>,
) => Promise<Result<unknown, Failure>>;

export class ActionInvoker implements vscode.Disposable {
  readonly #actions: ReadonlyMap<string, AnyAction>;
  readonly #ending = new AbortController();

  readonly #withEngine: (folder: Folder) => Promise<Folder>;

  readonly #now: (id: string) => Folder | null;

  /** `withEngine` gives the folder as it is now, with its database where something is to be kept. */
  constructor(
    actions: readonly AnyAction[],
    withEngine: (folder: Folder) => Promise<Folder>,
    now: (id: string) => Folder | null,
  ) {
    this.#now = now;
    this.#withEngine = withEngine;
    this.#actions = new Map(actions.map((action) => [action.name, action]));
  }

  readonly invoke: Invoke = async (asked, name, input) => {
    const action = this.#actions.get(name);
    if (action === undefined) throw new Error(`No action "${name}" is declared`);
    const parsed = action.input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return err({
        kind: 'invalid-input',
        field: issue?.path.join('.') || name,
        message: issue?.message ?? 'not understood',
      });
    }
    const folder = keeps(action, parsed.data) ? await this.#withEngine(asked) : (this.#now(asked.id) ?? asked);
    const log = (step: string, fraction: number | null): void =>
      folder.workspace.log.info(`${name}: ${step}`, fraction === null ? {} : { fraction });
    if (!SHOWN_STEPS.has(name)) {
      return vscode.window.withProgress({ location: { viewId: VIEW_ID } }, () =>
        action.run(folder.workspace, parsed.data, { by: BY, signal: this.#ending.signal, progress: log }),
      );
    }
    const title = action.title.replace(/…$/, '');
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, async (shown, token) => {
      const stop = new AbortController();
      const listening = token.onCancellationRequested(() => stop.abort());
      let before = 0;
      const progress = (step: string, fraction: number | null): void => {
        log(step, fraction);
        const now = fraction === null ? before : fraction * 100;
        shown.report({ message: step, increment: now - before });
        before = now;
      };
      const signal = AbortSignal.any([this.#ending.signal, stop.signal]);
      return action.run(folder.workspace, parsed.data, { by: BY, signal, progress }).finally(() => listening.dispose());
    });
  };

  /** What a read action answers now, with nothing shown and nothing said; null: it cannot. */
  readonly look = async (asked: Folder, name: string): Promise<unknown> => {
    const action = this.#actions.get(name);
    const parsed = action?.input.safeParse({});
    if (action === undefined || action.effect !== 'read' || parsed?.success !== true) return null;
    const folder = this.#now(asked.id) ?? asked;
    const call = { by: BY, signal: this.#ending.signal, progress: () => undefined };
    try {
      const result = await action.run(folder.workspace, parsed.data, call);
      return result.ok ? result.value : null;
    } catch (error) {
      // Nobody asked for it: the page stays as it was, the log says why.
      folder.workspace.log.warn(`${name}: could not be looked up again`, { error: String(error) });
      return null;
    }
  };

  dispose(): void {
    this.#ending.abort();
  }
}

/** Reading and showing what would be done need no database. */
const keeps = (action: AnyAction, input: Readonly<Record<string, unknown>>): boolean =>
  action.effect !== 'read' && (!('yes' in action.input.shape) || input['yes'] === true);
