// The tree as data: waiting pauses → folders → documents → lanes and phases → items → criteria → runs. Pure: nodes are
// references, everything else is looked up here. Looks (labels, icons, words) are in node-look.ts.
import type { RunView } from '../engine/service';
import type { Pause } from '../model/pause';
import type { Criterion, DocumentKind, Item, PlanDocument, PlanSnapshot } from '../model/plan';
import { unreachable } from '../model/result';
import { indexDocument, type Progress } from './document-index';
import {
  criterionRef,
  documentRef,
  folderRef,
  itemRef,
  pauseRef,
  rangeRef,
  runRef,
  runTaskRef,
  RUNS,
  WAITING,
  type CriterionList,
  type NodeRef,
} from './node-ref';
import { indexRuns, type RunIndex } from './run-index';

/** One workspace folder at one moment. */
export interface FolderSource {
  readonly id: string;
  readonly name: string;
  readonly snapshot: PlanSnapshot;
  readonly views: readonly RunView[];
  readonly pauses: readonly Pause[];
}

/** More siblings than this are shown in parts, so that an edit sends a screenful, not ten thousand rows. */
export const PART = 250;
const RUNS_SHOWN = 20;

export interface FolderModel {
  readonly source: FolderSource;
  readonly documents: readonly PlanDocument[];
  readonly document: (path: string) => PlanDocument | null;
  readonly runs: RunIndex;
}

export interface TreeModel {
  readonly folders: readonly FolderModel[];
  readonly waiting: number;
  roots(): readonly NodeRef[];
  children(ref: NodeRef): readonly NodeRef[];
  parent(ref: NodeRef): NodeRef | null;
  folder(id: string): FolderModel | null;
  item(folder: string, key: string): Item | null;
  criterion(ref: NodeRef): Criterion | null;
  /** Items of one part of a long list. */
  part(ref: NodeRef): readonly Item[];
  progress(ref: NodeRef): Progress;
}

export interface TreeOptions {
  readonly hideFinished: boolean;
}

export function createTreeModel(sources: readonly FolderSource[], options: TreeOptions): TreeModel {
  return new Model(sources.map(folderModel), options);
}

const KIND_ORDER: readonly DocumentKind[] = ['backlog', 'prd', 'tasks', 'none'];
const CRITERION_LISTS: readonly CriterionList[] = ['criteria', 'gates', 'tests'];
const byName = new Intl.Collator('en', { numeric: true });

/** Documents that are no plan are read too, but have no place in the tree. */
export const isShown = (document: PlanDocument): boolean => document.kind !== 'none' || document.items.length > 0;

function folderModel(source: FolderSource): FolderModel {
  const documents = source.snapshot.documents
    .filter(isShown)
    .sort((a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) || byName.compare(a.path, b.path));
  const byPath = new Map(documents.map((document) => [document.path, document]));
  return {
    source,
    documents,
    document: (path) => byPath.get(path) ?? null,
    runs: indexRuns(source.views, source.pauses),
  };
}

class Model implements TreeModel {
  readonly folders: readonly FolderModel[];
  readonly #byId: ReadonlyMap<string, FolderModel>;
  readonly #hideFinished: boolean;

  constructor(folders: readonly FolderModel[], options: TreeOptions) {
    this.folders = folders;
    this.#byId = new Map(folders.map((folder) => [folder.source.id, folder]));
    this.#hideFinished = options.hideFinished;
  }

  get waiting(): number {
    return this.folders.reduce((sum, folder) => sum + folder.runs.pauses.length, 0);
  }

  folder(id: string): FolderModel | null {
    return this.#byId.get(id) ?? null;
  }

  item(folder: string, key: string): Item | null {
    return this.folder(folder)?.source.snapshot.items.get(key) ?? null;
  }

  roots(): readonly NodeRef[] {
    const documents =
      this.folders.length > 1
        ? this.folders.filter((folder) => folder.documents.length > 0).map((folder) => folderRef(folder.source.id))
        : this.folders.flatMap((folder) => this.#documents(folder));
    const anyRun = this.folders.some((folder) => folder.runs.views.length > 0);
    return [...(this.waiting > 0 ? [WAITING] : []), ...documents, ...(anyRun ? [RUNS] : [])];
  }

  children(ref: NodeRef): readonly NodeRef[] {
    switch (ref.kind) {
      case 'waiting':
        return this.folders.flatMap((folder) =>
          folder.runs.pauses.map((pause) => pauseRef(folder.source.id, pause.id)),
        );
      case 'folder': {
        const folder = this.folder(ref.folder);
        return folder === null ? [] : this.#documents(folder);
      }
      case 'document': {
        const document = this.folder(ref.folder)?.document(ref.path);
        return document === null || document === undefined
          ? []
          : this.#items(ref.folder, document, null, indexDocument(document).roots);
      }
      case 'range':
        return this.part(ref).map((item) => itemRef(ref.folder, item.key));
      case 'item':
        return this.#belowItem(ref.folder, ref.key);
      case 'runs':
        return this.folders.flatMap((folder) =>
          folder.runs.views.slice(0, RUNS_SHOWN).map((view) => runRef(folder.source.id, view.run.id)),
        );
      case 'run': {
        const tasks = this.folder(ref.folder)?.runs.view(ref.runId)?.tasks ?? [];
        return [...tasks]
          .sort((a, b) => a.spec.rank - b.spec.rank)
          .map((task) => runTaskRef(ref.folder, ref.runId, task.taskKey));
      }
      case 'pause':
      case 'criterion':
      case 'run-task':
        return [];
      default:
        return unreachable(ref);
    }
  }

  parent(ref: NodeRef): NodeRef | null {
    switch (ref.kind) {
      case 'waiting':
      case 'runs':
      case 'folder':
        return null;
      case 'pause':
        return WAITING;
      case 'document':
        return this.folders.length > 1 ? folderRef(ref.folder) : null;
      case 'range':
        return ref.parent === null ? documentRef(ref.folder, ref.path) : itemRef(ref.folder, ref.parent);
      case 'item':
        return this.#aboveItem(ref.folder, ref.key);
      case 'criterion':
        return itemRef(ref.folder, ref.key);
      case 'run':
        return RUNS;
      case 'run-task':
        return runRef(ref.folder, ref.runId);
      default:
        return unreachable(ref);
    }
  }

  criterion(ref: NodeRef): Criterion | null {
    if (ref.kind !== 'criterion') return null;
    return this.item(ref.folder, ref.key)?.[ref.list][ref.index] ?? null;
  }

  part(ref: NodeRef): readonly Item[] {
    if (ref.kind !== 'range') return [];
    const document = this.folder(ref.folder)?.document(ref.path);
    if (document === null || document === undefined) return [];
    const index = indexDocument(document);
    const siblings = this.#shown(document, ref.parent === null ? index.roots : index.children(ref.parent));
    return siblings.slice(ref.part * PART, (ref.part + 1) * PART);
  }

  progress(ref: NodeRef): Progress {
    const none: Progress = { done: 0, total: 0 };
    switch (ref.kind) {
      case 'document': {
        const document = this.folder(ref.folder)?.document(ref.path);
        return document === null || document === undefined ? none : indexDocument(document).whole;
      }
      case 'item': {
        const document = this.#documentOf(ref.folder, ref.key);
        return document === null ? none : indexDocument(document).progress(ref.key);
      }
      case 'folder':
        return (this.folder(ref.folder)?.documents ?? []).reduce((sum, document) => {
          const { done, total } = indexDocument(document).whole;
          return { done: sum.done + done, total: sum.total + total };
        }, none);
      default:
        return none;
    }
  }

  #documents(folder: FolderModel): readonly NodeRef[] {
    return folder.documents
      .filter((document) => !this.#hideFinished || !isFinished(indexDocument(document).whole))
      .map((document) => documentRef(folder.source.id, document.path));
  }

  #shown(document: PlanDocument, siblings: readonly Item[]): readonly Item[] {
    if (!this.#hideFinished) return siblings;
    const index = indexDocument(document);
    return siblings.filter(
      (item) => item.status !== 'cancelled' && item.status !== 'done' && !isFinished(index.progress(item.key)),
    );
  }

  #items(folder: string, document: PlanDocument, parent: string | null, siblings: readonly Item[]): readonly NodeRef[] {
    const shown = this.#shown(document, siblings);
    if (shown.length <= PART) return shown.map((item) => itemRef(folder, item.key));
    return Array.from({ length: Math.ceil(shown.length / PART) }, (_, part) =>
      rangeRef(folder, document.path, parent, part),
    );
  }

  #belowItem(folder: string, key: string): readonly NodeRef[] {
    const item = this.item(folder, key);
    const document = this.#documentOf(folder, key);
    if (item === null || document === null) return [];
    const items = this.#items(folder, document, key, indexDocument(document).children(key));
    const criteria = CRITERION_LISTS.flatMap((list) =>
      item[list].map((_, index) => criterionRef(folder, key, list, index)),
    );
    return [...criteria, ...items];
  }

  #aboveItem(folder: string, key: string): NodeRef | null {
    const item = this.item(folder, key);
    const document = this.#documentOf(folder, key);
    if (item === null || document === null) return null;
    const index = indexDocument(document);
    const parent = item.parent !== null && index.item(item.parent) !== null ? item.parent : null;
    const siblings = this.#shown(document, parent === null ? index.roots : index.children(parent));
    if (siblings.length > PART) {
      const at = siblings.findIndex((sibling) => sibling.key === key);
      if (at >= 0) return rangeRef(folder, document.path, parent, Math.floor(at / PART));
    }
    return parent === null ? documentRef(folder, document.path) : itemRef(folder, parent);
  }

  #documentOf(folder: string, key: string): PlanDocument | null {
    const item = this.item(folder, key);
    return item === null ? null : (this.folder(folder)?.document(item.path) ?? null);
  }
}

const isFinished = (progress: Progress): boolean => progress.total > 0 && progress.done === progress.total;
