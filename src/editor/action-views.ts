// The actions that ask or answer in their own way in the editor: what to run, what to continue, what comes next.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Invoke } from './action-invoker';
import type { ActionViews, Asker } from './actions';
import { askShip } from './ask-ship';
import { askStart } from './ask-start';
import type { AnswerFlow } from './answer-flow';
import { checklistPage, hygienePage, inProgressPage, stalePage } from './care-pages';
import { commandsPage } from './commands-page';
import type { RunEvent } from '../model/run-event';
import type { Folder, Folders } from './folder';
import { historyPage, statusPage } from './history-page';
import { memoryViews } from './memory-views';
import { itemTitle } from './node-look';
import { itemRef } from './node-ref';
import type { Pages } from './pages';
import { askStep, openRuns, pickDocument, pickItem, pickPause, pickRun, pickWay } from './picks';
import type { PlanTree } from './plan-tree';
import { goalFlow, sprintFlow } from './planning-flow';
import { roadmapPage } from './planning-pages';
import { revealPlace } from './reveal';
import { runDefaults } from './settings';
import { askDependency, askSet, askUpdateStatus } from './status-asks';
import { valuePage } from './value-text';
import { t } from './words';

const SCOPES = ['prd', 'tasks', 'backlogItem', 'sprintId', 'goalId', 'only', 'from', 'selection', 'ready', 'config'];
const hasScope = (given: Readonly<Record<string, unknown>>): boolean => SCOPES.some((name) => name in given);

const nextAnswer = z.object({
  next: z.array(
    z.object({
      key: z.string(),
      id: z.string().nullable(),
      path: z.string(),
      line: z.number(),
      title: z.string(),
      because: z.array(z.string()),
    }),
  ),
});
const approveAnswer = z.object({ commands: z.array(z.object({ command: z.string(), approved: z.boolean() })) });
const forgetAnswer = z.object({ runs: z.number(), events: z.number() });
const exportAnswer = z.object({ text: z.string().nullable() });
const startedAnswer = z.object({
  inProgress: z.object({ over: z.boolean(), limit: z.number(), items: z.array(z.unknown()) }),
});
const createdAnswer = z.object({ path: z.string() });

const askExecute: Asker = async (folder, given) => {
  if (hasScope(given)) return { ...runDefaults(), ...given };
  const path = await pickDocument(folder, t('Which plan shall run?'));
  return path === undefined ? undefined : { ...runDefaults(), ...given, tasks: path };
};

/** Commands are approved only after every one of them was shown in full. */
async function askApprove(
  folder: Folder,
  given: Readonly<Record<string, unknown>>,
  deps: ActionViewDeps,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (given['all'] === true) return given;
  const path = hasScope(given) ? undefined : await pickDocument(folder, t("Which plan's commands?"));
  if (path === undefined && !hasScope(given)) return undefined;
  const scope = path === undefined ? given : { ...given, tasks: path };
  const listed = await deps.invoke(folder, 'approve', scope);
  // The action itself says what was wrong with the scope.
  if (!listed.ok) return scope;
  const open = (approveAnswer.safeParse(listed.value).data?.commands ?? []).filter((each) => !each.approved);
  if (open.length === 0) {
    void vscode.window.showInformationMessage(t('Every command of this plan is approved already.'));
    return undefined;
  }
  const page = `${t('Commands to Approve')}.sh`;
  await deps.pages.show(page, () =>
    commandsPage(
      open.map(({ command }) => ({ command, of: path ?? '', place: '' })),
      t,
    ),
  );
  const yes = {
    label: `$(verified) ${t('Approve All {0} Commands', open.length)}`,
    detail: t('Exactly the texts shown, in this folder'),
  };
  const chosen = await vscode.window.showQuickPick([yes], {
    title: t('Run these commands on this machine?'),
    ignoreFocusOut: true,
  });
  await deps.pages.close(page);
  return chosen === undefined ? undefined : { ...scope, all: true };
}

/** Which of the runs, starts and ships that are open. One or none: the action knows itself. */
const askContinue: Asker = async (folder, given) => {
  if ('run' in given) return given;
  // What starts and ships need is loaded only now.
  const { openWays } = await import('../workflow/start/continue-work');
  const way = await pickWay(openWays(folder.workspace), t('Continue with what?'));
  return way === undefined ? undefined : way === null ? given : { ...given, run: way.id };
};

const askOpenRun: Asker = async (folder, given) => {
  if ('run' in given) return given;
  const view = await pickRun(openRuns(folder), t('Which run?'));
  // None open: the action says so itself.
  return view === undefined && openRuns(folder).length > 1
    ? undefined
    : view === undefined
      ? given
      : { ...given, run: view.run.id };
};

/** Only tasks of runs can be skipped or tried again. */
const askRunTask: Asker = async (folder, given) => {
  if ('item' in given) return given;
  const keys = new Set(folder.workspace.engine.runs().flatMap((view) => view.tasks.map((task) => task.spec.key)));
  const item = await pickItem(folder, t('Which task?'), keys);
  return item === undefined ? undefined : { ...given, item: item.key };
};

/** Tasks come from a backlog item or from a PRD. */
const askSource: Asker = async (folder, given) => {
  if ('backlogItem' in given || 'prd' in given) return given;
  const { documents, items } = folder.workspace.plan.snapshot();
  const prds = documents
    .filter((document) => document.kind === 'prd')
    .map(({ title, path }) => ({
      label: title === '' ? path : title,
      description: t('PRD'),
      detail: path,
      input: { prd: path },
    }));
  const backlog = [...items.values()]
    .filter((item) => item.kind === 'backlog-item' && item.status !== 'done' && item.status !== 'cancelled')
    .map((item) => ({
      label: itemTitle(item),
      description: t('backlog item'),
      detail: `${item.path}:${item.line}`,
      input: { backlogItem: item.key },
    }));
  const chosen = await vscode.window.showQuickPick([...prds, ...backlog], {
    title: t('Tasks from which PRD or backlog item?'),
    matchOnDetail: true,
  });
  return chosen === undefined ? undefined : { ...given, ...chosen.input };
};

/** Old runs go only when somebody said how old. */
const askForget: Asker = async (folder, given) => {
  if ('days' in given) return given;
  const prompt = t('Forget finished runs that ended more than how many days ago?');
  const days = await askStep({ kind: 'number', field: 'days', prompt, optional: false }, folder, t('Forget Old Runs'));
  return days === undefined ? undefined : { ...given, days };
};

/** The text opens as a new document, to be saved wherever it is wanted. */
const askExport: Asker = async (folder, given) => {
  if ('format' in given) return given;
  const prompt = t('Which form?');
  const format = await askStep(
    { kind: 'pick', field: 'format', prompt, optional: false, choices: ['soloflow', 'workflow-state'] },
    folder,
    t('Export Record'),
  );
  if (format !== 'workflow-state') return format === undefined ? undefined : { ...given, format };
  const view = await pickRun(folder.workspace.engine.runs(), t('Which run?'));
  return view === undefined ? undefined : { ...given, format, run: view.run.id };
};

export interface ActionViewDeps {
  readonly tree: PlanTree;
  readonly pages: Pages;
  readonly answers: AnswerFlow;
  readonly folders: Folders;
  readonly invoke: Invoke;
  /** What a read action answers now, without a word about it; null: it cannot. */
  readonly look: (folder: Folder, name: string) => Promise<unknown>;
}

export function actionViews(deps: ActionViewDeps): ActionViews {
  /** A page that follows the plan and the runs while it is open. */
  const page =
    (action: string, title: string, text: (value: unknown, words: typeof t) => string): ActionViews['show'][string] =>
    (folder, value) =>
      deps.pages.show(`${title}.md`, () => text(value, t), {
        preview: true,
        renew: async () => {
          const again = await deps.look(folder, action);
          return again === null ? null : text(again, t);
        },
      });
  return {
    instead: {
      answer: async () => {
        const placed = await pickPause(deps.folders);
        if (placed !== undefined) return deps.answers.ask(placed);
        void vscode.window.showInformationMessage(t('Nothing waits for you.'));
        return undefined;
      },
      sprint: (folder, given) => sprintFlow(folder, given, deps),
      goal: (folder, given) => goalFlow(folder, given, deps),
    },
    ask: {
      start: askStart,
      execute: askExecute,
      approve: (folder, given) => askApprove(folder, given, deps),
      continue: askContinue,
      pause: askOpenRun,
      stop: askOpenRun,
      cancel: askOpenRun,
      skip: askRunTask,
      retry: askRunTask,
      'retry-from': askRunTask,
      output: askRunTask,
      set: askSet,
      'update-status': askUpdateStatus,
      dependency: askDependency,
      'generate-tasks': askSource,
      ship: askShip(deps.invoke),
      forget: askForget,
      export: askExport,
      // All three stand on one page.
      checklist: async (_, given) => given,
      // One click makes it where the configuration says.
      'create-backlog': async (_, given) => given,
    },
    show: {
      ...memoryViews(deps.pages),
      checklist: page('checklist', t('Checklists'), checklistPage),
      hygiene: page('hygiene', t('Plan Hygiene'), hygienePage),
      stale: page('stale', t('Stale Items'), stalePage),
      'in-progress': page('in-progress', t('Work in Progress'), inProgressPage),
      roadmap: page('roadmap', t('Roadmap'), roadmapPage),
      'start-work': async (_, value) => {
        const told = startedAnswer.safeParse(value).data;
        if (told?.inProgress.over === true)
          void vscode.window.showWarningMessage(
            t('{0} items are in progress now, {1} are the limit.', told.inProgress.items.length, told.inProgress.limit),
          );
      },
      dependency: async (_, value) => {
        // What was written stands in the document; what was looked up is told.
        if (!('on' in Object(value)))
          await deps.pages.show(`${t('Dependencies')}.md`, () => valuePage(t('Dependencies'), value), {
            preview: true,
          });
      },
      // Starting shows itself: the tree, the status bar and the terminal move.
      execute: async () => {
        await vscode.commands.executeCommand('soloflow.showView');
      },
      next: async (folder, value) => {
        const first = nextAnswer.safeParse(value).data?.next[0];
        if (first === undefined) {
          void vscode.window.showInformationMessage(t('Nothing is ready: everything is done or waits for something.'));
          return;
        }
        await revealPlace(folder, first.path, first.line);
        await deps.tree.reveal(itemRef(folder.id, first.key));
        const run = t('Run');
        const sentence = [t('Next: {0}.', itemTitle(first)), ...first.because].join(' ');
        const chosen = await vscode.window.showInformationMessage(sentence, run);
        if (chosen === run)
          await vscode.commands.executeCommand('soloflow.execute', { folder: folder.id, only: first.key });
      },
      history: async (folder, value) => {
        const { events } = value as { readonly events: readonly RunEvent[] };
        const viewOf = (runId: string) => folder.workspace.engine.run(runId);
        await deps.pages.show(`${t('History')}.md`, () => historyPage(events, viewOf, t), { preview: true });
      },
      // The page follows the runs while it is open.
      status: async (folder) => {
        await deps.pages.show(`${t('Status')}.md`, () => statusPage(folder.workspace.engine.runs(), t), {
          preview: true,
        });
      },
      export: async (_, value) => {
        const { text } = exportAnswer.parse(value);
        if (text === null) return;
        const document = await vscode.workspace.openTextDocument({ content: text });
        await vscode.window.showTextDocument(document);
      },
      forget: async (_, value) => {
        const { runs, events } = forgetAnswer.parse(value);
        void vscode.window.showInformationMessage(
          runs === 0
            ? t('No run is that old: nothing was forgotten.')
            : t('{0} runs with {1} events were moved into the archive.', runs, events),
        );
      },
      'create-backlog': async (folder, value) => {
        const created = createdAnswer.safeParse(value).data;
        if (created !== undefined) await revealPlace(folder, created.path, 1);
      },
    },
  };
}
