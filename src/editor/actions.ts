// Every declared action that belongs into the palette becomes a command; what it needs to know is asked, unless given.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { ok, type Result } from '../model/result';
import type { AnyAction } from '../workflow/actions';
import type { Invoke } from './action-invoker';
import { askSteps } from './ask-steps';
import type { CommandRunner, Outcome } from './command-runner';
import { actionCommand } from './command-ids';
import type { Folder, Folders } from './folder';
import type { Pages } from './pages';
import { askStep, pickFolder } from './picks';
import { insisting } from './insist';
import { hasPreview, previewed } from './preview-flow';
import { nodeInput, targetOf } from './targets';
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
    deps.runner.register(actionCommand(action.name), (given) => runAction(action, inputOf(action, given, deps), deps)),
  );
}

/** Fields of another extension, a keybinding or a link; of a node of the tree what it stands for. */
function inputOf(action: AnyAction, given: unknown, { folders }: ActionDeps): Input {
  if (isInput(given)) return given;
  const target = given === undefined ? null : targetOf(folders, [given], []);
  return target === null ? {} : { folder: target.folder.id, ...nodeInput(action.input.shape, target) };
}

async function runAction(action: AnyAction, known: Input, deps: ActionDeps): Promise<Outcome> {
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
  return perform(action, folder, asked, deps);
}

async function perform(
  action: AnyAction,
  folder: Folder,
  input: Input,
  deps: ActionDeps,
): Promise<Result<unknown, Failure> | undefined> {
  const result = await deps.invoke(folder, action.name, input);
  if (!result.ok)
    return insisting(action.input.shape, input, result.error, (more) => perform(action, folder, more, deps));
  const show = deps.views.show[action.name];
  if (show !== undefined) await show(folder, result.value);
  else if (action.effect === 'read') await showPage(t(action.title.replace(/…$/, '')), result.value, deps.pages);
  return ok(result.value);
}

/** A text is shown as it is, anything else as lists and tables. */
async function showPage(title: string, value: unknown, pages: Pages): Promise<void> {
  const text = typeof value === 'object' && value !== null && 'text' in value ? value.text : null;
  const name = title.replace(/^(?:Show|Preview) /, '');
  const page = typeof text === 'string' ? text : valuePage(name, value);
  await pages.show(`${name}.md`, () => page, { preview: true });
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

/** A plain object of fields; nodes of the tree have a kind. */
const isInput = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value);
