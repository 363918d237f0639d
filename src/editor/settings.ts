// The editor's settings, typed and checked at the border: a value of the wrong kind counts as the default.
import * as vscode from 'vscode';
import type { LensMode } from './lens-model';

const SETTING_DEFAULTS = {
  codeLens: 'tasks',
  'notifications.pauses': true,
  'notifications.runEnd': true,
  'terminal.reveal': 'onRun',
  'run.autoAdvance': false,
  'run.smartPause': true,
  'run.contextPreserve': true,
} as const satisfies Readonly<Record<string, string | boolean>>;

type Name = keyof typeof SETTING_DEFAULTS;

function read(name: Name): unknown {
  return vscode.workspace.getConfiguration('soloflow').get(name, SETTING_DEFAULTS[name]);
}
const flag = (name: Name): boolean => {
  const value = read(name);
  return typeof value === 'boolean' ? value : SETTING_DEFAULTS[name] === true;
};

export const codeLensMode = (): LensMode => {
  const value = read('codeLens');
  return value === 'waiting' || value === 'off' ? value : 'tasks';
};
export const notifiesPauses = (): boolean => flag('notifications.pauses');
export const notifiesRunEnd = (): boolean => flag('notifications.runEnd');
export const revealsTerminal = (): boolean => read('terminal.reveal') !== 'never';

/** Options a run started in the editor begins with. */
export const runDefaults = (): {
  readonly autoAdvance: boolean;
  readonly smartPause: boolean;
  readonly contextPreserve: boolean;
} => ({
  autoAdvance: flag('run.autoAdvance'),
  smartPause: flag('run.smartPause'),
  contextPreserve: flag('run.contextPreserve'),
});
