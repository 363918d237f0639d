// The Plan view: gives VS Code the tree model piece by piece, and after a change only the nodes that look different.
import * as vscode from 'vscode';
import { coalesce } from './coalesce';
import { TOOLTIP_COMMANDS } from './command-ids';
import type { Folder, Folders } from './folder';
import { lookOf, type NodeLook } from './node-look';
import type { NodeRef } from './node-ref';
import { tooltipOf } from './node-tooltip';
import { createTreeModel, type FolderSource, type TreeModel } from './tree-model';
import { t } from './words';

export const VIEW_ID = 'soloflow.plan';
const REFRESH_MS = 40;
/** More changed nodes than this are sent as one refresh of the whole. */
const MANY = 150;
const HIDE_FINISHED = 'soloflow.hideFinished';

const COLLAPSIBLE = {
  leaf: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  opened: vscode.TreeItemCollapsibleState.Expanded,
} as const;

interface Shown {
  readonly ref: NodeRef;
  look: string;
  /** Ids of the children VS Code knows, null: never asked. */
  children: string | null;
}

/** Ticks or clears the box of a criterion in its document. */
export type Tick = (folder: Folder, key: string, line: number, done: boolean) => void;

export class PlanTree implements vscode.TreeDataProvider<NodeRef>, vscode.Disposable {
  readonly #folders: Folders;
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<NodeRef[] | undefined>();
  readonly #shown = new Map<string, Shown>();
  readonly #view: vscode.TreeView<NodeRef>;
  readonly #own: readonly vscode.Disposable[];
  readonly #refreshSoon = coalesce(REFRESH_MS, () => this.refresh());
  #model: TreeModel;
  #roots = '';
  #ready = false;
  #message: string | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(folders: Folders, memory: vscode.Memento, tick: Tick) {
    this.#folders = folders;
    this.#memory = memory;
    this.#model = this.#read();
    this.#view = vscode.window.createTreeView<NodeRef>(VIEW_ID, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
      manageCheckboxStateManually: true,
    });
    this.#own = [
      this.#view,
      this.#changed,
      this.#refreshSoon,
      folders.onDidChangeFolders(this.#refreshSoon),
      folders.onDidChangePlan(this.#refreshSoon),
      folders.onDidChangeRuns(this.#refreshSoon),
      this.#view.onDidChangeCheckboxState((event) => {
        for (const [ref, state] of event.items) {
          const criterion = this.#model.criterion(ref);
          const folder = 'folder' in ref ? folders.byId(ref.folder) : null;
          if (ref.kind !== 'criterion' || criterion === null || folder === null) continue;
          tick(folder, ref.key, criterion.line, state === vscode.TreeItemCheckboxState.Checked);
        }
      }),
    ];
  }

  get model(): TreeModel {
    return this.#model;
  }

  /** What is selected where a person can see it. */
  get selection(): readonly NodeRef[] {
    return this.#view.visible ? this.#view.selection : [];
  }

  /** Looks again at once and tells VS Code what became different. */
  refresh(): void {
    this.#model = this.#read();
    this.#dressView();
    const roots = idsOf(this.#model.roots());
    if (roots !== this.#roots) {
      this.#changed.fire(undefined);
      return;
    }
    const different: NodeRef[] = [];
    for (const [id, shown] of this.#shown) {
      const look = lookOf(this.#model, shown.ref, t);
      if (look === null) {
        // Its parent's list changed too; that one is fired.
        this.#shown.delete(id);
        continue;
      }
      const same =
        JSON.stringify(look) === shown.look &&
        (shown.children === null || idsOf(this.#model.children(shown.ref)) === shown.children);
      if (!same) different.push(shown.ref);
    }
    if (different.length > MANY) this.#changed.fire(undefined);
    else if (different.length > 0) this.#changed.fire(different);
  }

  async getChildren(ref?: NodeRef): Promise<NodeRef[]> {
    if (ref === undefined && !this.#ready) {
      // The view shows its progress bar until the plans were read, instead of a welcome that is not true.
      await this.#folders.settled();
      this.#ready = true;
      this.#model = this.#read();
    }
    const children = (ref === undefined ? this.#model.roots() : this.#model.children(ref)).map((child) =>
      this.#one(child),
    );
    if (ref === undefined) this.#roots = idsOf(children);
    else {
      const shown = this.#shown.get(ref.id);
      if (shown !== undefined) shown.children = idsOf(children);
    }
    return children;
  }

  getParent(ref: NodeRef): NodeRef | undefined {
    const parent = this.#model.parent(ref);
    return parent === null ? undefined : this.#one(parent);
  }

  getTreeItem(ref: NodeRef): vscode.TreeItem {
    const look = lookOf(this.#model, ref, t);
    const shown = this.#shown.get(ref.id);
    if (look === null) return new vscode.TreeItem('');
    if (shown !== undefined) shown.look = JSON.stringify(look);
    return this.#toItem(ref, look);
  }

  /** Tooltips are made only when someone looks. */
  resolveTreeItem(item: vscode.TreeItem, ref: NodeRef): vscode.TreeItem {
    const text = tooltipOf(this.#model, ref, t);
    if (text === null) return item;
    const links = tooltipLinks(ref, this.#model);
    const tooltip = new vscode.MarkdownString(links === '' ? text : `${text}\n\n${links}`, false);
    tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
    item.tooltip = tooltip;
    return item;
  }

  /** Selects a node in the view, opening what is above it. */
  async reveal(ref: NodeRef, focus = false): Promise<void> {
    await this.#view.reveal(this.#one(ref), { select: true, focus, expand: false });
  }

  get hideFinished(): boolean {
    return this.#memory.get(HIDE_FINISHED, false);
  }

  async toggleFinished(): Promise<void> {
    await this.#memory.update(HIDE_FINISHED, !this.hideFinished);
    this.refresh();
  }

  /** A sentence above the tree: only for what stops the work. */
  setMessage(message: string | undefined): void {
    this.#message = message;
    this.#dressView();
  }

  dispose(): void {
    for (const each of this.#own) each.dispose();
  }

  #read(): TreeModel {
    return createTreeModel(this.#folders.all().map(sourceOf), { hideFinished: this.hideFinished });
  }

  /** VS Code knows nodes by object identity: the same id is always the same object. */
  #one(ref: NodeRef): NodeRef {
    const known = this.#shown.get(ref.id);
    if (known !== undefined) return known.ref;
    this.#shown.set(ref.id, { ref, look: '', children: null });
    return ref;
  }

  #dressView(): void {
    const waiting = this.#model.waiting;
    this.#view.badge =
      waiting === 0
        ? undefined
        : {
            value: waiting,
            tooltip: waiting === 1 ? t('1 pause waits for you') : t('{0} pauses wait for you', waiting),
          };
    this.#view.description = this.hideFinished ? t('open only') : this.#progress();
    this.#view.message = this.#message ?? '';
  }

  #progress(): string {
    const counts = this.#model.folders
      .flatMap((folder) => folder.runs.views)
      .filter((view) => view.run.endedAt === null)
      .map((view) => view.counts);
    const total = counts.reduce((sum, each) => sum + each.total, 0);
    return total === 0
      ? ''
      : t(
          '{0} of {1}',
          counts.reduce((sum, each) => sum + each.done, 0),
          total,
        );
  }

  #toItem(ref: NodeRef, look: NodeLook): vscode.TreeItem {
    const item = new vscode.TreeItem(look.label, COLLAPSIBLE[look.open]);
    item.id = ref.id;
    item.description = look.description;
    item.contextValue = look.context;
    item.iconPath = new vscode.ThemeIcon(
      look.icon.id,
      look.icon.color === null ? undefined : new vscode.ThemeColor(look.icon.color),
    );
    item.accessibilityInformation = { label: look.words, role: 'treeitem' };
    if (look.box !== null) {
      item.checkboxState = {
        state: look.box ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
        tooltip: look.box ? t('Clear the box') : t('Tick the box'),
        accessibilityInformation: { label: look.words },
      };
    }
    if (look.click !== null) {
      const command = { reveal: 'soloflow.reveal', answer: 'soloflow.answerNode', report: 'soloflow.showReport' }[
        look.click
      ];
      item.command = { command, title: look.label, arguments: [ref] };
    }
    const folder = 'folder' in ref ? this.#folders.byId(ref.folder) : null;
    // With its address the document carries the editor's own marks: problems, version control, open and unsaved.
    if (ref.kind === 'document' && folder !== null) item.resourceUri = vscode.Uri.joinPath(folder.uri, ref.path);
    return item;
  }
}

const idsOf = (refs: readonly NodeRef[]): string => refs.map((ref) => ref.id).join('\u0000');

const sourceOf = (folder: Folder): FolderSource => ({
  id: folder.id,
  name: folder.name,
  snapshot: folder.workspace.plan.snapshot(),
  views: folder.workspace.engine.runs(),
  pauses: folder.workspace.engine.pauses(),
});

function tooltipLinks(ref: NodeRef, model: TreeModel): string {
  const link = (title: string, command: (typeof TOOLTIP_COMMANDS)[number]): string =>
    `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([ref]))})`;
  if (ref.kind === 'pause') return link(t('Answer…'), 'soloflow.answerNode');
  if (ref.kind !== 'item') return '';
  const activity = model.folder(ref.folder)?.runs.activity.get(ref.key);
  const status = model.item(ref.folder, ref.key)?.status;
  const links = [
    ...(activity?.pause === null || activity?.pause === undefined ? [] : [link(t('Answer…'), 'soloflow.answerNode')]),
    ...(activity?.live === true || status === 'done' || status === 'cancelled'
      ? []
      : [link(t('Run'), 'soloflow.runOnly')]),
    ...(activity === undefined ? [] : [link(t('Show Report'), 'soloflow.showReport')]),
  ];
  return links.join(' · ');
}
