// The items of one document as a tree with an index by id. Built once per reading of a document, then only read.
import type { DialectId, Item, ItemKind, PlanDocument } from '../../model/plan';
import { normalTitle } from './ids';

/** Kinds that are work by themselves; the others only group. */
const WORK: ReadonlySet<ItemKind> = new Set(['task', 'subtask', 'hotfix', 'plan-item', 'story', 'backlog-item']);

/** Dialects that keep one item per file or line, so that an id is meant for the whole folder. */
const REGISTERS: ReadonlySet<DialectId> = new Set(['backlog-md', 'beads']);

export interface Node {
  readonly item: Item;
  readonly home: Home;
  /** Position in the document. */
  readonly order: number;
  readonly parent: Node | null;
  readonly children: readonly Node[];
}

/** A document with its nodes. */
export interface Home {
  readonly document: PlanDocument;
  readonly nodes: readonly Node[];
  readonly byKey: ReadonlyMap<string, Node>;
  /** By loose id (see looseId). */
  readonly byId: ReadonlyMap<string, readonly Node[]>;
}

/** `from` waits for `to`. */
export interface Edge {
  readonly from: Node;
  readonly to: Node;
}

/** Id without the word that says "task": "T-1.1" and "1.1" are the same, "B-1" and "1" are not. */
export function looseId(normalId: string): string {
  return normalId.replace(/^(?:T-|#)(?=\d)/, '');
}

/** An id that only means something inside its own document or backlog item: a bare number. */
export function isLocalId(loose: string): boolean {
  return /^\d/.test(loose);
}

/** A whole folder shares the ids of such a document. */
export function isRegister(home: Home): boolean {
  return REGISTERS.has(home.document.dialect);
}

/** Something a person or a command can work on, rather than a heading over such things. */
export function isWork(node: Node): boolean {
  if (WORK.has(node.item.kind)) return true;
  return node.item.kind === 'epic' && node.home.document.dialect === 'beads' && node.children.length === 0;
}

/** Done when its children are: has work below and no commands of its own. */
export function isContainer(node: Node): boolean {
  return node.item.commands.length === 0 && node.children.some(isWork);
}

/** Nearest work below a group; work itself stands for itself. Optional work is left out. */
export function workOf(node: Node): readonly Node[] {
  if (isWork(node)) return [node];
  const found = node.children.filter((child) => !child.item.optional).flatMap(workOf);
  // A phase that says its own status can be waited for; an empty heading cannot.
  return found.length === 0 && node.children.length === 0 && node.item.statusText !== null ? [node] : found;
}

export function isWithin(node: Node, ancestor: Node): boolean {
  for (let at: Node | null = node; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}

export function sameTitle(a: Node, b: Node): boolean {
  return normalTitle(a.item.title) === normalTitle(b.item.title);
}

interface Building {
  readonly item: Item;
  readonly home: Home;
  readonly order: number;
  parent: Node | null;
  readonly children: Node[];
}

/** The tree of a document. A parent that is missing or would close a circle is left out. */
export function plant(document: PlanDocument): Home {
  const tree: Tree = { nodes: [], byKey: new Map(), byId: new Map() };
  const home: Home = { document, ...tree };
  grow(home, tree);
  return home;
}

/** The same, grown when somebody first asks for it: of documents that an earlier session read nobody may. */
export const plantLater = (document: PlanDocument): Home => new LaterHome(document);

interface Tree {
  readonly nodes: Building[];
  readonly byKey: Map<string, Building>;
  readonly byId: Map<string, Node[]>;
}

class LaterHome implements Home {
  #tree: Tree | null = null;

  constructor(readonly document: PlanDocument) {}

  get nodes(): readonly Node[] {
    return this.#grown().nodes;
  }
  get byKey(): ReadonlyMap<string, Node> {
    return this.#grown().byKey;
  }
  get byId(): ReadonlyMap<string, readonly Node[]> {
    return this.#grown().byId;
  }

  #grown(): Tree {
    if (this.#tree === null) {
      this.#tree = { nodes: [], byKey: new Map(), byId: new Map() };
      grow(this, this.#tree);
    }
    return this.#tree;
  }
}

function grow(home: Home, { nodes, byKey, byId }: Tree): void {
  for (const item of home.document.items) {
    const node: Building = { item, home, order: nodes.length, parent: null, children: [] };
    nodes.push(node);
    byKey.set(item.key, node);
    if (item.normalId === null) continue;
    const id = looseId(item.normalId);
    const list = byId.get(id);
    if (list === undefined) byId.set(id, [node]);
    else list.push(node);
  }
  for (const node of nodes) {
    const parent = node.item.parent === null ? undefined : byKey.get(node.item.parent);
    if (parent === undefined || isWithin(parent, node)) continue;
    node.parent = parent;
    parent.children.push(node);
  }
}
