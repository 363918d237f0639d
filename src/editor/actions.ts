// Every declared action that belongs into the palette becomes a command; what it needs to know is asked, unless given.
import * as vscode from 'vscode';
import { ok } from '../model/result';
import type { AnyAction } from '../workflow/actions';
import type { Invoke } from './action-invoker';
import { askSteps } from './ask-steps';
import type { CommandRunner, Outcome } from './command-runner';
import { actionCommand } from './command-ids';
import type { Folder, Folders } from './folder';
import type { Pages } from './pages';
import { askStep, pickFolder } from './picks';
import { hasPreview, previewed } from './preview-flow';
import { valuePage } from './value-text';
import { t } from './words';

type Input = Readonly<Record<string, unknown>>;

/** Asks for an action's input in its own way; undefined: the person backed out. `given` are known fields. */
export type Asker = (folder: Folder, given: Input) => Promise<Input | undefined>;
/** Shows what an action answered; without one, read actions open a page and the others say nothing more. */
type Shower = (folder: Folder, value: unknown) => Promise<void>;

/** Does the whole of an action in its own way, when its input is not given completely. */
type Instead = (folder: Folder, given: Input) => Promise<Outcome>;

export interface ActionViews {
  readonly instead: Readonly<Record<string, Instead>>;
  readonly ask: Readonly<Record<string, Asker>>;
  readonly show: Readonly<Record<string, Shower>>;
}

export interface ActionDeps {
  readonly folders: Folders;
  readonly invoke: Invoke;
  readonly runner: CommandRunner;
  readonly pages: Pages;
  readonly views: ActionViews;
}

const paletteActions = (actions: readonly AnyAction[]): readonly AnyAction[] =>
  actions.filter((action) => action.surfaces.includes('palette'));

export function registerActions(actions: readonly AnyAction[], deps: ActionDeps): readonly vscode.Disposable[] {
  return paletteActions(actions).map((action) =>
    deps.runner.register(actionCommand(action.name), (given) => runAction(action, given, deps)),
  );
}

async function runAction(action: AnyAction, given: unknown, deps: ActionDeps): Promise<Outcome> {
  const known: Input = isInput(given) ? given : {};
  const { folder: folderId, ...input } = known;
  const folder =
    (typeof folderId === 'string' ? deps.folders.byId(folderId) : null) ?? (await pickFolder(deps.folders));
  if (folder === undefined) {
    void vscode.window.showInformationMessage(t('Open a folder with a plan first.'));
    return undefined;
  }
  const instead = deps.views.instead[action.name];
  if (instead !== undefined && !action.input.safeParse(input).success) return instead(folder, input);
  const asker = deps.views.ask[action.name] ?? ((_, start) => askGenerally(action, folder, start));
  const asked = await asker(folder, input);
  if (asked === undefined) return undefined;
  if (hasPreview(action) && asked['yes'] !== true) return previewed(action, folder, asked, deps);
  const result = await deps.invoke(folder, action.name, asked);
  if (!result.ok) return result;
  const show = deps.views.show[action.name];
  if (show !== undefined) await show(folder, result.value);
  else if (action.effect === 'read') await showPage(t(action.title.replace(/…$/, '')), result.value, deps.pages);
  return ok(result.value);
}

/** A text is shown as it is, anything else as lists and tables. */
async function showPage(title: string, value: unknown, pages: Pages): Promise<void> {
  const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : null;
  const page = typeof text === 'string' ? text : valuePage(title, value);
  await pages.show(`${title.replace(/^Show /, '')}.md`, () => page, { preview: true });
}

async function askGenerally(action: AnyAction, folder: Folder, given: Input): Promise<Input | undefined> {
  const input: Record<string, unknown> = { ...given };
  for (const step of askSteps(action.input, action.positional, given)) {
    const answer = await askStep(step, folder, action.title.replace(/…$/, ''));
    if (answer === undefined) return undefined;
    if (answer !== null) input[step.field] = answer;
  }
  return input;
}

/** Arguments of another extension, a keybinding or a link: a plain object of fields. Tree nodes are not for here. */
const isInput = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value);
