// Opens one workspace per folder, follows folders that come and go, and tells the views what changed where.
import * as vscode from 'vscode';
import type { RunView } from '../engine/service';
import type { Failure } from '../model/failure';
import type { Problem } from '../model/problem';
import type { Result } from '../model/result';
import { FINAL_RUN_STATES } from '../model/run';
import type { StoreNotice } from '../model/store-notice';
import type { Workspace } from '../workflow/action';
import { relativePath } from './editor-documents';
import type { Folder, Folders } from './folder';
import { t } from './words';

type OpenedWorkspace = Workspace & {
  /** plan: documents only. engine: with database and runs. */
  readonly needs: 'plan' | 'run';
  readonly notices: readonly StoreNotice[];
  readonly configProblems: () => readonly Problem[];
  dispose(): Promise<void>;
};

/** `record`: with the database even where there is no plan yet, because something is to be kept. */
export type OpenFolder = (folder: vscode.WorkspaceFolder, record: boolean) => Promise<Result<OpenedWorkspace, Failure>>;

export interface FolderReports {
  /** The folder could not be opened at all. */
  readonly failed: (folder: vscode.WorkspaceFolder, failure: Failure) => void;
  /** A bug. */
  readonly crashed: (folder: vscode.WorkspaceFolder, error: unknown) => void;
  readonly opened: (folder: Folder, notices: readonly StoreNotice[]) => void;
}

interface Opened {
  readonly folder: Folder;
  readonly workspace: OpenedWorkspace;
  readonly listening: readonly { dispose(): void }[];
}

export class WorkspaceFolders implements Folders {
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new Set<Promise<void>>();
  /** Folders whose first record is wanted. */
  readonly #recorded = new Set<string>();
  readonly #foldersChanged = new vscode.EventEmitter<void>();
  readonly #planChanged = new vscode.EventEmitter<Folder>();
  readonly #runsChanged = new vscode.EventEmitter<Folder>();
  readonly #open: OpenFolder;
  readonly #reports: FolderReports;
  readonly #subscription: vscode.Disposable;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  readonly onDidChangeFolders = this.#foldersChanged.event;
  readonly onDidChangePlan = this.#planChanged.event;
  readonly onDidChangeRuns = this.#runsChanged.event;

  constructor(open: OpenFolder, reports: FolderReports) {
    this.#open = open;
    this.#reports = reports;
    this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => void this.update());
  }

  /** Resolves when every folder of the window was tried. */
  update(): Promise<void> {
    this.#work = this.#work.then(() => this.#match());
    return this.#work;
  }

  /** Opens a folder anew that had no engine, e.g. after it was trusted. */
  reopen(id: string): Promise<void> {
    this.#work = this.#work.then(() => this.#openAnew(id, false));
    return this.#work;
  }

  /** Opens a folder anew whose record could not be used, unless work is open that only this window knows. */
  async tryAgain(folder: Folder): Promise<void> {
    this.#work = this.#work.then(() => this.#closeAndOpen(folder.id));
    return this.#work;
  }

  /** The folder with its database: one without a plan gets it when its first work is to be recorded. */
  async withEngine(folder: Folder): Promise<Folder> {
    await this.#work;
    if (vscode.workspace.isTrusted && !this.hasEngine(folder.id)) {
      this.#recorded.add(folder.id);
      await this.reopen(folder.id);
    }
    return this.byId(folder.id) ?? folder;
  }

  /** Resolves when every folder known so far was tried. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** In the order of the window, whenever each was opened. */
  all(): readonly Folder[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap((at) => this.#opened.get(at.uri.toString())?.folder ?? []);
  }

  byId(id: string): Folder | null {
    return this.#opened.get(id)?.folder ?? null;
  }

  hasEngine(id: string): boolean {
    return this.#opened.get(id)?.workspace.needs === 'run';
  }

  locate(uri: vscode.Uri): { readonly folder: Folder; readonly path: string } | null {
    let best: { readonly folder: Folder; readonly path: string } | null = null;
    for (const { folder } of this.#opened.values()) {
      const path = relativePath(folder.uri, uri);
      if (path !== null && (best === null || path.length < best.path.length)) best = { folder, path };
    }
    return best;
  }

  /** Waits until every engine has let go and every database is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription.dispose();
    await this.#work;
    for (const id of this.#opened.keys()) void this.#shut(id);
    await Promise.allSettled(this.#closing);
    this.#foldersChanged.dispose();
    this.#planChanged.dispose();
    this.#runsChanged.dispose();
  }

  async #closeAndOpen(id: string): Promise<void> {
    // The one of now: who is asked may take a while to answer.
    const engine = this.byId(id)?.workspace.engine;
    if (engine !== undefined && engine.isRunner() && engine.runs().some(isOpen)) {
      const message = t('A run is open that only this window knows. Let it end or cancel it first, then try again.');
      void vscode.window.showWarningMessage(message);
      return;
    }
    // First, or its hold on the folder would be taken for that of another window.
    await this.#shut(id);
    await this.#openAnew(id, true);
  }

  /** The folder as it was stays until the new one stands: nobody sees it gone in between. */
  async #openAnew(id: string, whatever: boolean): Promise<void> {
    const at = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.toString() === id);
    if (this.#closed || at === undefined || (!whatever && this.hasEngine(id))) return;
    await this.#openOne(id, at);
    this.#foldersChanged.fire();
  }

  async #match(): Promise<void> {
    if (this.#closed) return;
    const wanted = new Map(
      (vscode.workspace.workspaceFolders ?? [])
        .filter((folder) => folder.uri.scheme === 'file')
        .map((folder) => [folder.uri.toString(), folder]),
    );
    for (const id of this.#opened.keys()) if (!wanted.has(id)) void this.#shut(id);
    for (const [id, folder] of wanted) if (!this.#opened.has(id)) await this.#openOne(id, folder);
    this.#foldersChanged.fire();
  }

  async #openOne(id: string, at: vscode.WorkspaceFolder): Promise<void> {
    let result: Awaited<ReturnType<OpenFolder>>;
    try {
      result = await this.#open(at, this.#recorded.has(id));
    } catch (error) {
      // One folder that cannot be opened must not take the others with it.
      this.#reports.crashed(at, error);
      return;
    }
    if (!result.ok) {
      this.#reports.failed(at, result.error);
      return;
    }
    const workspace = result.value;
    const folder: Folder = {
      id,
      name: at.name,
      uri: at.uri,
      workspace,
      otherProblems: () => workspace.configProblems(),
    };
    const listening = [
      workspace.plan.onDidChange(() => this.#planChanged.fire(folder)),
      workspace.engine.onDidChange(() => this.#runsChanged.fire(folder)),
    ];
    void this.#shut(id);
    this.#opened.set(id, { folder, workspace, listening });
    this.#reports.opened(folder, workspace.notices);
  }

  /** Resolves when its engine has let go. */
  #shut(id: string): Promise<void> {
    const opened = this.#opened.get(id);
    if (opened === undefined) return Promise.resolve();
    this.#opened.delete(id);
    for (const each of opened.listening) each.dispose();
    const closing = opened.workspace.dispose().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing.catch(() => undefined);
  }
}

const isOpen = ({ run }: RunView): boolean => !FINAL_RUN_STATES.has(run.status);
