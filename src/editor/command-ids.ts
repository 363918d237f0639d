// Every command the editor contributes beside the declared actions, by where it belongs. A test keeps package.json true
// to this list and to the actions.

/** Shown in the command palette. */
export const PALETTE_COMMANDS = [
  'soloflow.runTask',
  'soloflow.runReady',
  'soloflow.planSprint',
  'soloflow.runSprint',
  'soloflow.updateSprint',
  'soloflow.showBurndown',
  'soloflow.completeSprint',
  'soloflow.runGoal',
  'soloflow.trackGoal',
  'soloflow.setGoalStatus',
  'soloflow.refresh',
  'soloflow.toggleFinished',
  'soloflow.showTerminal',
  'soloflow.showLog',
  'soloflow.showView',
  'soloflow.openConfig',
  'soloflow.copyMcpConfig',
] as const;

/** Work on a tree node; from the palette on the selected one, or on the item that is picked then. */
export const ITEM_COMMANDS = [
  'soloflow.runItem',
  'soloflow.runFrom',
  'soloflow.runSelection',
  'soloflow.markDone',
  'soloflow.reveal',
  'soloflow.showReport',
  'soloflow.openInChat',
  'soloflow.copyId',
  'soloflow.copyPlace',
] as const;

/** Need a tree node or a CodeLens argument; hidden from the palette, which has each of them in a form that asks. */
export const NODE_COMMANDS = [
  'soloflow.runDocument',
  'soloflow.runOnly',
  'soloflow.pauseNode',
  'soloflow.continueNode',
  'soloflow.stopNode',
  'soloflow.cancelNode',
  'soloflow.skipNode',
  'soloflow.retryNode',
  'soloflow.retryFromNode',
  'soloflow.setNode',
  'soloflow.approveNode',
  'soloflow.answerNode',
  'soloflow.answerWith',
] as const;

type PaletteCommand = (typeof PALETTE_COMMANDS)[number];
export type NodeCommand = (typeof NODE_COMMANDS)[number] | (typeof ITEM_COMMANDS)[number];
export type OwnCommand = PaletteCommand | NodeCommand;

/** Commands that a trusted markdown tooltip of ours may link to. */
export const TOOLTIP_COMMANDS: readonly NodeCommand[] = [
  'soloflow.runOnly',
  'soloflow.answerNode',
  'soloflow.reveal',
  'soloflow.showReport',
];

/** `update-status` → `soloflow.updateStatus`. */
export const actionCommand = (name: string): string =>
  `soloflow.${name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}`;
