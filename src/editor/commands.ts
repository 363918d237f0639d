// The editor's own commands: those that need a tree node or a CodeLens, and those about the views. All work is done by
// the declared actions.
import * as vscode from 'vscode';
import { ok } from '../model/result';
import { taskUnder } from '../model/run';
import type { Invoke } from './action-invoker';
import type { AnswerFlow } from './answer-flow';
import type { OwnCommand } from './command-ids';
import type { CommandRunner, Outcome } from './command-runner';
import type { Folder, Folders } from './folder';
import type { Pages } from './pages';
import { openInChat } from './open-in-chat';
import { pickFolder, pickItem, pickPause } from './picks';
import type { GoalVerb, SprintVerb } from './planning-flow';
import { VIEW_ID, type PlanTree } from './plan-tree';
import { reportText } from './report-text';
import { revealPlace } from './reveal';
import { runDefaults } from './settings';
import { itemKey, pauseOf, placeOf, runOf, targetOf, targetsOf, type Target } from './targets';
import type { RunTerminal } from './terminal';
import { t } from './words';

export interface CommandDeps {
  readonly folders: Folders;
  readonly tree: PlanTree;
  readonly terminal: RunTerminal;
  readonly pages: Pages;
  readonly answers: AnswerFlow;
  readonly invoke: Invoke;
  readonly runner: CommandRunner;
  readonly showLog: () => void;
  readonly copyMcpConfig: () => Promise<Outcome>;
}

type Run = (args: readonly unknown[]) => Promise<Outcome> | Outcome;

export function registerCommands(deps: CommandDeps): readonly vscode.Disposable[] {
  const commands: Readonly<Record<OwnCommand, Run>> = {
    ...viewCommands(deps),
    ...runCommands(deps),
    ...taskCommands(deps),
    ...planningCommands(),
  };
  return Object.entries(commands).map(([id, run]) => deps.runner.register(id, (...args) => run(args)));
}

const nothingChosen = (): undefined => {
  void vscode.window.showInformationMessage(t('Choose a task in the Plan view first.'));
  return undefined;
};

/** Works on the node it was called on; from the palette on the selected one, or on an item that is picked then. */
const onChosen =
  (
    { folders, tree }: CommandDeps,
    question: string,
    act: (target: Target) => Promise<Outcome> | Outcome,
    fits: (target: Target) => boolean = (target) => itemKey(target) !== null,
  ): Run =>
  async (args) => {
    const target = targetOf(folders, args, tree.selection);
    if (target !== null && fits(target)) return act(target);
    if (args.length > 0) return nothingChosen();
    const folder = await pickFolder(folders);
    const item = folder === undefined ? undefined : await pickItem(folder, question);
    return folder === undefined || item === undefined
      ? undefined
      : act({ folder, ref: { kind: 'item', id: '', folder: folder.id, key: item.key } });
  };

const isPlaced = (target: Target): boolean => placeOf(target) !== null;

/** About the views; nothing runs and nothing is written, but a new config file. */
function viewCommands(deps: CommandDeps) {
  const { folders, tree } = deps;
  return {
    'soloflow.refresh': async () => {
      for (const folder of folders.all()) await folder.workspace.plan.open();
      tree.refresh();
    },
    'soloflow.toggleFinished': () => tree.toggleFinished(),
    'soloflow.showTerminal': () => deps.terminal.show(),
    'soloflow.showLog': () => deps.showLog(),
    'soloflow.showView': async () => {
      await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
    },
    'soloflow.openConfig': async () => {
      const folder = await pickFolder(folders);
      return folder === undefined ? undefined : openConfig(folder);
    },
    'soloflow.copyMcpConfig': () => deps.copyMcpConfig(),
    'soloflow.openInChat': onChosen(deps, t('Which task shall go into the chat?'), openInChat),
    'soloflow.reveal': onChosen(
      deps,
      t('Which item shall be shown?'),
      async (target) => {
        const place = placeOf(target);
        if (place === null) return undefined;
        await revealPlace(target.folder, place.path, place.line, true);
        return ok(place);
      },
      isPlaced,
    ),
    'soloflow.showReport': onChosen(deps, t('The report of which task?'), (target) => showReport(target, deps.pages)),
    'soloflow.copyId': onChosen(deps, t('The id of which item?'), async (target) => {
      const key = itemKey(target);
      const item = key === null ? undefined : target.folder.workspace.plan.snapshot().items.get(key);
      if (item === undefined) return nothingChosen();
      await vscode.env.clipboard.writeText(item.id ?? item.title);
      return ok(item.id ?? item.title);
    }),
    'soloflow.copyPlace': onChosen(
      deps,
      t('The place of which item?'),
      async (target) => {
        const place = placeOf(target);
        if (place === null) return undefined;
        await vscode.env.clipboard.writeText(`${place.path}:${place.line}`);
        return ok(place);
      },
      isPlaced,
    ),
  } satisfies Partial<Record<OwnCommand, Run>>;
}

/** Start, pause and end runs from a node. */
function runCommands(deps: CommandDeps) {
  const { folders, tree, invoke } = deps;
  const execute = async (folder: Folder, scope: Readonly<Record<string, unknown>>): Promise<Outcome> => {
    const started = await invoke(folder, 'execute', { ...runDefaults(), ...scope });
    tree.refresh();
    return started;
  };
  const onItem = (scope: 'only' | 'from' | 'backlogItem', question: string) =>
    onChosen(deps, question, (target) => execute(target.folder, { [scope]: itemKey(target) }));
  const onRun = (name: 'pause' | 'continue' | 'stop' | 'cancel') => async (args: readonly unknown[]) => {
    const target = targetOf(folders, args, tree.selection);
    const view = target === null ? null : runOf(target);
    if (target === null) return nothingChosen();
    return invoke(target.folder, name, view === null ? {} : { run: view.run.id });
  };
  return {
    'soloflow.runTask': async () => {
      const folder = await pickFolder(folders);
      const item = folder === undefined ? undefined : await pickItem(folder, t('Which task shall run?'));
      return folder === undefined || item === undefined ? undefined : execute(folder, { only: item.key });
    },
    'soloflow.runReady': async () => {
      const folder = await pickFolder(folders);
      return folder === undefined ? undefined : execute(folder, { ready: true });
    },
    'soloflow.runDocument': async (args: readonly unknown[]) => {
      const target = targetOf(folders, args, tree.selection);
      const path = target === null ? null : (placeOf(target)?.path ?? null);
      return target === null || path === null ? nothingChosen() : execute(target.folder, { tasks: path });
    },
    'soloflow.runItem': onItem('backlogItem', t('Which item shall run with its tasks?')),
    'soloflow.runOnly': onItem('only', t('Which task shall run?')),
    'soloflow.runFrom': onItem('from', t('From which task on?')),
    'soloflow.runSelection': async (args: readonly unknown[]) => {
      const targets = targetsOf(folders, args, tree.selection);
      const first = targets[0];
      if (first === undefined) return nothingChosen();
      const keys = targets.flatMap((each) => (each.folder === first.folder ? (itemKey(each) ?? []) : []));
      return keys.length === 0 ? nothingChosen() : execute(first.folder, { selection: [...new Set(keys)] });
    },
    'soloflow.pauseNode': onRun('pause'),
    'soloflow.continueNode': onRun('continue'),
    'soloflow.stopNode': onRun('stop'),
    'soloflow.cancelNode': onRun('cancel'),
  } satisfies Partial<Record<OwnCommand, Run>>;
}

/** The verbs of sprints and goals under names of their own. */
function planningCommands() {
  const verb = (action: 'sprint' | 'goal', name: SprintVerb | GoalVerb) => async () => {
    await vscode.commands.executeCommand(`soloflow.${action}`, { do: name });
  };
  return {
    'soloflow.planSprint': verb('sprint', 'plan'),
    'soloflow.runSprint': verb('sprint', 'execute-tasks'),
    'soloflow.updateSprint': verb('sprint', 'update-progress'),
    'soloflow.showBurndown': verb('sprint', 'burndown'),
    'soloflow.completeSprint': verb('sprint', 'complete'),
    'soloflow.runGoal': verb('goal', 'execute'),
    'soloflow.trackGoal': verb('goal', 'track-progress'),
    'soloflow.setGoalStatus': verb('goal', 'update-status'),
  } satisfies Partial<Record<OwnCommand, Run>>;
}

/** About single tasks: status, retry, answers. */
function taskCommands(deps: CommandDeps) {
  const { folders, tree, invoke, answers } = deps;
  const mark = async (target: Target): Promise<Outcome> => {
    const key = itemKey(target);
    const done = await invoke(target.folder, 'set', { item: key, status: 'done' });
    if (done.ok) return undefined;
    if (done.error.kind !== 'not-approved') return done;
    // Its tool keeps it: the command is shown and asked for.
    await vscode.commands.executeCommand('soloflow.set', { folder: target.folder.id, item: key, status: 'done' });
    return undefined;
  };
  const markOne = onChosen(deps, t('Which item is done?'), mark);
  const onTask = (name: 'skip' | 'retry' | 'retry-from') => async (args: readonly unknown[]) => {
    const target = targetOf(folders, args, tree.selection);
    const key = target === null ? null : itemKey(target);
    if (target === null || key === null) return nothingChosen();
    const view = runOf(target);
    return invoke(target.folder, name, { item: key, ...(view === null ? {} : { run: view.run.id }) });
  };
  return {
    'soloflow.skipNode': onTask('skip'),
    'soloflow.retryNode': onTask('retry'),
    'soloflow.retryFromNode': onTask('retry-from'),
    'soloflow.setNode': async (args: readonly unknown[]) => {
      const target = targetOf(folders, args, tree.selection);
      const key = target === null ? null : itemKey(target);
      if (target === null || key === null) return nothingChosen();
      await vscode.commands.executeCommand('soloflow.set', { folder: target.folder.id, item: key });
      return undefined;
    },
    'soloflow.markDone': async (args: readonly unknown[]) => {
      const targets = targetsOf(folders, args, tree.selection);
      const items = targets.filter((each) => itemKey(each) !== null);
      if (items.length <= 1) return markOne(args);
      for (const each of items) {
        const done = await mark(each);
        if (done?.ok === false) return done;
      }
      return undefined;
    },
    'soloflow.approveNode': async (args: readonly unknown[]) => {
      const target = targetOf(folders, args, tree.selection);
      const path = target === null ? null : (placeOf(target)?.path ?? null);
      if (target === null || path === null) return nothingChosen();
      await vscode.commands.executeCommand('soloflow.approve', { folder: target.folder.id, tasks: path });
      return undefined;
    },
    'soloflow.answerNode': async (args: readonly unknown[]) => {
      const target = targetOf(folders, args, tree.selection);
      const placed = (target === null ? null : pauseOf(target)) ?? (await pickPause(folders));
      if (placed === undefined) {
        void vscode.window.showInformationMessage(t('Nothing waits for you.'));
        return undefined;
      }
      return answers.ask(placed);
    },
    'soloflow.answerWith': async (args: readonly unknown[]) => {
      const target = targetOf(folders, args, []);
      const placed = target === null ? null : pauseOf(target);
      const choice = placed?.pause.choices.find((each) => each.id === args[1]);
      if (placed === null || choice === undefined) return nothingChosen();
      return answers.take(placed, choice, false);
    },
  } satisfies Partial<Record<OwnCommand, Run>>;
}

async function showReport(target: Target, pages: Pages): Promise<Outcome> {
  const view = runOf(target);
  const key = itemKey(target);
  const { engine, memory } = target.folder.workspace;
  const task = view === null || key === null ? undefined : taskUnder(view.tasks, key);
  if (view === null || task === undefined) {
    void vscode.window.showInformationMessage(t('This task has not run yet.'));
    return undefined;
  }
  const runId = view.run.id;
  const { taskKey } = task;
  const name = `${t('Report')} ${task.spec.id ?? task.spec.title}.md`;
  await pages.show(
    name,
    () => {
      const now = engine.run(runId) ?? view;
      return reportText(
        {
          runTitle: now.run.title,
          task: now.tasks.find((each) => each.taskKey === taskKey) ?? task,
          attempts: now.attempts.filter((attempt) => attempt.taskKey === taskKey),
          outputs: (attemptId) => engine.outputs(attemptId),
          gates: engine.gateResults(runId, taskKey),
          pauses: now.pauses.filter((pause) => pause.taskKey === taskKey),
          notes: memory?.notes(taskKey, 20) ?? [],
          kept: memory?.context(taskKey, 100).filter(({ moment }) => moment === 'manual') ?? [],
        },
        t,
      );
    },
    { preview: true },
  );
  return ok(name);
}

/** Opens .soloflow/config.json; a new one is empty and completed by the editor from its schema. */
async function openConfig(folder: Folder): Promise<Outcome> {
  const path = '.soloflow/config.json';
  const uri = vscode.Uri.joinPath(folder.uri, path);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(uri, { ignoreIfExists: true, contents: new TextEncoder().encode('{\n  \n}\n') });
    if (!(await vscode.workspace.applyEdit(edit))) return undefined;
  }
  await vscode.window.showTextDocument(uri);
  return ok(path);
}
