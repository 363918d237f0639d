// The editor's entry point: builds the adapters, wires the views to one workspace per folder, and lets go in order
// (views, engines, databases). Nothing here knows how anything works.
import * as vscode from 'vscode';
import type { RunView } from './engine/service';
import { AnswerFlow } from './editor/answer-flow';
import { ActionInvoker, BY } from './editor/action-invoker';
import { actionViews } from './editor/action-views';
import { registerActions } from './editor/actions';
import { TaskLenses } from './editor/code-lens';
import { CommandRunner } from './editor/command-runner';
import { registerCommands } from './editor/commands';
import { ContextKeys } from './editor/context-keys';
import { editorContext } from './editor/editor-context';
import { editorDocuments, type EditorDocuments } from './editor/editor-documents';
import { editorLog } from './editor/log';
import { editorModel } from './editor/language-model';
import { registerLmTools } from './editor/lm-tools';
import { copyMcpConfig, registerMcp, type McpDeps } from './editor/mcp-server';
import { modelHands } from './editor/model-hands';
import { serverFor } from './editor/mcp-config';
import { sayNotices, sayTrouble } from './editor/notices';
import { Pages } from './editor/pages';
import { placeInEditor } from './editor/place-text';
import { PlanTree } from './editor/plan-tree';
import { Problems } from './editor/problems';
import { Prompts } from './editor/prompts';
import { StatusBar } from './editor/status-bar';
import { RunTerminal } from './editor/terminal';
import { FolderTrust } from './editor/trust';
import { t } from './editor/words';
import { WorkspaceFolders, type OpenFolder } from './editor/workspace-folders';
import type { Log } from './engine/ports';
import { configSchema, type Config } from './model/config';
import type { PlanSnapshot } from './model/plan';
import { openTrustedFolders } from './store/approvals';
import { describeFailure } from './workflow/words/failure-words';
import { actions } from './workflow/actions';

/** What `activate` returns to other extensions. */
export interface SoloflowApi {
  readonly version: 1;
  /** Plans of all opened folders by folder uri. */
  snapshot(): ReadonlyMap<string, PlanSnapshot>;
  /** Open runs first, then the latest ended, of all folders. */
  runs(): readonly RunView[];
  /** A plan or a run changed. */
  readonly onDidChange: vscode.Event<void>;
  /** Resolves when the plans of all folders were read. */
  readonly ready: Promise<void>;
}

let close: (() => Promise<void>) | null = null;

export function activate(context: vscode.ExtensionContext): SoloflowApi {
  const channel = vscode.window.createOutputChannel('Soloflow', { log: true });
  const log = editorLog(channel);
  const runner = new CommandRunner(log);
  const invoker = new ActionInvoker(
    actions,
    (folder) => folders.withEngine(folder),
    (id) => folders.byId(id),
  );
  const agentFolders = openTrustedFolders({ now: Date.now, log });
  const version = String(context.extension.packageJSON.version);
  const server = {
    script: context.asAbsolutePath('dist/mcp.js'),
    version,
    trustForAgents: (root: string) => {
      if (!agentFolders.isTrusted(root)) agentFolders.trust(root, BY);
    },
  };
  const folders = new WorkspaceFolders(opener(log, version, server), {
    failed: (folder, failure) => {
      runner.failed(failure, `open ${folder.name}`);
      tree.setMessage(describeFailure(failure, t));
    },
    crashed: (folder, error) => {
      void runner.guard(`open ${folder.name}`, () => Promise.reject(error));
    },
    opened: (folder, notices) => {
      following.push(terminal.follow(folder.workspace.engine));
      following.push(folder.workspace.engine.onTrouble(sayTrouble));
      sayNotices(notices, log, () => folders.tryAgain(folder));
      prompts.greet(folder);
    },
  });
  const following: { dispose(): void }[] = [];

  const pages = new Pages();
  const terminal = new RunTerminal();
  const answers = new AnswerFlow(invoker.invoke, pages);
  const prompts = new Prompts(folders, invoker.invoke, answers, runner);
  const tree = new PlanTree(folders, context.workspaceState, (folder, item, line, done) => {
    void runner.guard('tick', () => invoker.invoke(folder, 'tick', { item, line, clear: !done }));
  });
  const statusBar = new StatusBar(folders);
  const problems = new Problems(folders);
  const keys = new ContextKeys();
  const changed = new vscode.EventEmitter<void>();
  const look = (): void => {
    keys.update(folders);
    changed.fire();
  };
  const mcp: McpDeps = { folders, ...server };
  const views: readonly { dispose(): void }[] = [
    keys,
    new FolderTrust(folders, tree),
    folders.onDidChangeFolders(() => {
      look();
      statusBar.refresh();
      problems.refresh();
    }),
    folders.onDidChangePlan(() => {
      look();
      pages.refresh();
    }),
    folders.onDidChangeRuns(() => {
      look();
      pages.refresh();
    }),
    ...registerActions(actions, {
      folders,
      invoke: invoker.invoke,
      runner,
      pages,
      views: actionViews({ tree, pages, answers, folders, invoke: invoker.invoke, look: invoker.look }),
    }),
    ...registerCommands({
      folders,
      tree,
      terminal,
      pages,
      answers,
      invoke: invoker.invoke,
      runner,
      showLog: () => channel.show(),
      copyMcpConfig: () => copyMcpConfig(mcp),
    }),
    registerMcp(mcp),
    registerLmTools(actions, folders),
    new TaskLenses(folders),
    problems,
    statusBar,
    tree,
    prompts,
    terminal,
    pages,
    changed,
    invoker,
  ];
  close = async () => {
    for (const each of [...following, ...views]) each.dispose();
    await folders.close();
    channel.dispose();
  };
  // A folder that is opened anew meanwhile, because it was trusted, is waited for too.
  const ready = folders.update().then(() => folders.settled());
  return {
    version: 1,
    snapshot: () => new Map(folders.all().map((folder) => [folder.id, folder.workspace.plan.snapshot()])),
    runs: () => folders.all().flatMap((folder) => folder.workspace.engine.runs()),
    onDidChange: changed.event,
    ready,
  };
}

/** Waits until what was decided is stored and every database is closed; commands that run are left to be adopted. */
export async function deactivate(): Promise<void> {
  await close?.();
  close = null;
}

/** One folder: documents always; the database only where the folder is trusted and has, or had, a plan. */
function opener(log: Log, version: string, mcp: Pick<McpDeps, 'script' | 'trustForAgents'>): OpenFolder {
  return async (at, record) => {
    // The database and the parsers are loaded after the view stands.
    const { openWorkspace } = await import('./wire');
    const open = async (needs: 'plan' | 'run') => {
      const began = performance.now();
      const made: EditorDocuments[] = [];
      // Asked when a model is chosen: the config is read by then.
      let config = (): Config => configSchema.parse({});
      const opened = await openWorkspace({
        root: at.uri.fsPath,
        by: BY,
        trusted: () => vscode.workspace.isTrusted,
        needs,
        // The editor's own watchers do it.
        watch: false,
        log,
        version,
        documents: (disk) => {
          const documents = editorDocuments(at.uri, disk);
          made.push(documents);
          return documents;
        },
        editorProblems: () => problemsShown(at.uri),
        place: placeInEditor,
        mcpServer: serverFor(mcp.script, at.uri.fsPath, process.execPath),
        agentBegins: () => mcp.trustForAgents(at.uri.fsPath),
        editorModel: {
          model: editorModel(() => config().agent.model),
          hands: modelHands(at.uri),
          actions,
        },
        editorContext: () => editorContext(at.uri, problemsShown(at.uri)),
      });
      if (!opened.ok) {
        for (const each of made) each.dispose();
        return opened;
      }
      const workspace = opened.value;
      ({ config } = workspace);
      const { documents, items } = workspace.plan.snapshot();
      log.info('folder opened', {
        folder: at.name,
        needs,
        documents: documents.length,
        items: items.size,
        ms: Math.round(performance.now() - began),
      });
      return {
        ok: true as const,
        value: {
          ...workspace,
          needs,
          dispose: async () => {
            await workspace.dispose();
            for (const each of made) each.dispose();
          },
        },
      };
    };
    if (!vscode.workspace.isTrusted) return open('plan');
    if (record || (await exists(vscode.Uri.joinPath(at.uri, '.soloflow', 'soloflow.db')))) return open('run');
    const looked = await open('plan');
    if (!looked.ok || looked.value.plan.snapshot().documents.every((document) => document.items.length === 0))
      return looked;
    await looked.value.dispose();
    return open('run');
  };
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Errors and warnings of other tools under a folder, one line each. */
function problemsShown(root: vscode.Uri): readonly string[] {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, diagnostics]) =>
      uri.scheme === root.scheme && uri.path.startsWith(`${root.path}/`)
        ? diagnostics
            .filter((each) => each.source !== 'soloflow' && each.severity <= vscode.DiagnosticSeverity.Warning)
            .map((each) => `${uri.path.slice(root.path.length + 1)}:${each.range.start.line + 1} ${each.message}`)
        : [],
    );
}
