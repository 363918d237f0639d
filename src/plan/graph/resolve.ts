// From dependencies as written to the items they mean: the own document first, then the documents of the same
// backlog item, then the workspace. What stays unclear is a finding, never a guess.
import type { Dependency } from '../../model/plan';
import { normalTitle } from './ids';
import { implicitEdges } from './implicit-order';
import { isLocalId, isRegister, looseId, workOf, type Edge, type Home, type Node } from './node';

/** An edge that leaves its document. Keys, so that it outlives a re-reading of either side. */
interface ForeignEdge {
  readonly from: string;
  readonly to: string;
}

/** A dependency that leads nowhere, or to several things. */
export interface Finding {
  readonly code: 'unknown-dependency' | 'ambiguous-dependency';
  readonly key: string;
  readonly dependency: Dependency;
  /** The normalised id in question. */
  readonly target: string;
  readonly candidates: readonly string[];
}

export interface Resolution {
  /** By position in the document: what each item waits for within the document. */
  readonly own: readonly (readonly Node[])[];
  readonly foreign: readonly ForeignEdge[];
  readonly findings: readonly Finding[];
  /** Ids that were looked for outside the document: when one of them changes hands, resolve again. */
  readonly lookups: ReadonlySet<string>;
}

/** The rest of the workspace, as far as a document needs it. */
export interface World {
  byId(loose: string): readonly Node[];
  /** Documents that belong to a backlog id. */
  belonging(normalId: string): readonly Home[];
}

/** Prefix of lookups that mean "the documents of this backlog id" rather than an item. */
export const BELONGING = 'documents of ';

/** `known`: it is there, but nothing in it can be waited for. */
type Found = { readonly nodes: readonly Node[]; readonly known?: true } | { readonly candidates: readonly Node[] };
const NOTHING: Found = { nodes: [] };

const NO_NODES: readonly Node[] = [];

export function resolveHome(home: Home, world: World): Resolution {
  const findings: Finding[] = [];
  const lookups = new Set<string>();
  const finder = new Finder(home, world, lookups);
  const edges: Edge[] = [];
  for (const node of home.nodes) {
    for (const dependency of node.item.dependencies) {
      for (const { id, found } of finder.targets(node, dependency)) {
        const nodes = 'nodes' in found ? found.nodes : NO_NODES;
        for (const other of nodes) {
          edges.push(dependency.kind === 'blocks' ? { from: other, to: node } : { from: node, to: other });
        }
        const code = 'candidates' in found ? 'ambiguous-dependency' : 'unknown-dependency';
        if (nodes.length > 0 || 'known' in found) continue;
        if (code === 'unknown-dependency' && (id === '' || id === home.document.belongsTo)) continue;
        const candidates = 'candidates' in found ? found.candidates.map((each) => each.item.key) : [];
        findings.push({ code, key: node.item.key, dependency, target: id, candidates });
      }
    }
  }
  return { ...sortEdges(home, [...edges, ...implicitEdges(home)]), findings, lookups };
}

function sortEdges(home: Home, edges: readonly Edge[]): Pick<Resolution, 'own' | 'foreign'> {
  const own: (readonly Node[])[] = Array.from({ length: home.nodes.length }, () => NO_NODES);
  const foreign: ForeignEdge[] = [];
  for (const { from, to } of edges) {
    if (from.home !== home || to.home !== home) foreign.push({ from: from.item.key, to: to.item.key });
    else if (own[from.order]?.includes(to) === false) own[from.order] = [...(own[from.order] ?? NO_NODES), to];
  }
  return { own, foreign };
}

class Finder {
  #titles: Map<string, Node[]> | null = null;

  constructor(
    readonly home: Home,
    readonly world: World,
    readonly lookups: Set<string>,
  ) {}

  targets(node: Node, dependency: Dependency): readonly { readonly id: string; readonly found: Found }[] {
    switch (dependency.kind) {
      case 'prose': {
        // Not a guess: the text is exactly the title of another item of this document.
        const title = normalTitle(dependency.text);
        const same = title === '' ? NO_NODES : this.#titled(title).filter((each) => each !== node);
        return title !== '' && same.length === 1 ? [{ id: '', found: { nodes: same.flatMap(workOf) } }] : [];
      }
      case 'range':
        return [{ id: dependency.targets.join(' to '), found: this.range(node, dependency) }];
      case 'phase':
        return dependency.targets.map((id) => ({ id, found: this.phase(node, id) }));
      case 'item':
      case 'blocks':
        return dependency.targets.map((id) => ({ id, found: this.item(node, id, dependency.text) }));
    }
  }

  /** Nodes of this document by title; most documents are never asked. */
  #titled(title: string): readonly Node[] {
    if (this.#titles === null) {
      this.#titles = new Map();
      for (const node of this.home.nodes) {
        const own = normalTitle(node.item.title);
        const list = this.#titles.get(own);
        if (list === undefined) this.#titles.set(own, [node]);
        else list.push(node);
      }
    }
    return this.#titles.get(title) ?? NO_NODES;
  }

  item(node: Node, id: string, text: string): Found {
    const loose = looseId(id);
    const own = narrow(node, this.home.byId.get(loose) ?? [], id, text);
    if (!isEmpty(own)) return expand(own, node);
    this.lookups.add(loose);
    const others = this.world.byId(loose).filter((each) => each.home !== this.home);
    const belongsTo = this.home.document.belongsTo;
    // The backlog item that this document spells out is done through the document; it cannot be waited for from inside.
    if (belongsTo !== null && looseId(belongsTo) === loose) return NOTHING;
    if (belongsTo !== null) {
      const near = narrow(
        node,
        others.filter((each) => each.home.document.belongsTo === belongsTo),
        id,
        text,
      );
      if (!isEmpty(near)) return expand(near, node);
    }
    const reachable = isLocalId(loose)
      ? others.filter((each) => isRegister(this.home) && isRegister(each.home) && folder(each) === folder(node))
      : others;
    const registered = reachable.filter((each) => each.home.document.kind === 'backlog' || isRegister(each.home));
    const far = narrow(node, registered.length > 0 ? registered : reachable, id, text);
    if (!isEmpty(far) || isLocalId(loose)) return expand(far, node);
    this.lookups.add(BELONGING + id);
    const homes = this.world.belonging(id).filter((each) => each !== this.home && each.document.kind === 'tasks');
    return { nodes: homes.flatMap((each) => each.nodes.filter((top) => top.parent === null).flatMap(workOf)) };
  }

  phase(node: Node, id: string): Found {
    const number = /(\d+(?:\.\d+)*|[A-Z])$/.exec(id)?.[1] ?? id;
    const name = normalTitle(id);
    const groups = this.home.nodes.filter((each) => {
      if (each === node || each.item.kind === 'task' || each.item.kind === 'subtask') return false;
      // Its first characters decide: titles of plan items can be long.
      const title = normalTitle(each.item.title.slice(0, 80));
      if (title === name || title.startsWith(`${name} `)) return true;
      const own = each.item.normalId;
      return each.item.kind === 'phase' && own !== null && (own === id || own === number || own === `P-${number}`);
    });
    const first = groups[0];
    if (first !== undefined) return { nodes: workOf(first).filter((each) => each !== node), known: true };
    const numbered = this.home.nodes.filter(
      (each) => each !== node && each.item.normalId !== null && looseId(each.item.normalId).startsWith(`${number}.`),
    );
    if (numbered.length > 0) return { nodes: numbered.filter((each) => each.item.kind !== 'subtask') };
    return this.item(node, id, '');
  }

  /** "Tasks 1-15": everything numbered from the first to the last; two targets are the ends, more are the members. */
  range(node: Node, dependency: Dependency): Found {
    const [first, last] = [dependency.targets[0], dependency.targets.at(-1)];
    if (first === undefined || last === undefined) return NOTHING;
    if (dependency.targets.length > 2) {
      const members = dependency.targets.flatMap((id) => this.home.byId.get(looseId(id)) ?? []);
      return { nodes: members.filter((each) => each !== node) };
    }
    const [low, high] = [looseId(first), looseId(last)];
    const within = this.home.nodes.filter((each) => {
      if (each === node || each.item.normalId === null) return false;
      const id = looseId(each.item.normalId);
      return letters(id) === letters(low) && compareIds(id, low) >= 0 && compareIds(id, high) <= 0;
    });
    return { nodes: within.filter((each) => each.parent === null || !within.includes(each.parent)).flatMap(workOf) };
  }
}

/** One of several candidates, if the text or the place says which. */
function narrow(node: Node, all: readonly Node[], id: string, text: string): Found {
  const others = all.length > 1 ? all.filter((each) => each !== node) : all;
  const exact = others.filter((each) => each.item.normalId === id);
  let left = exact.length > 0 ? exact : others;
  if (left.length <= 1) return { nodes: left };
  const words = ` ${normalTitle(text)} `;
  const named = left.filter((each) => {
    const title = normalTitle(each.item.title);
    return title !== '' && words.includes(` ${title} `);
  });
  if (named.length > 0) left = named;
  left = nearest(node, left);
  const [first] = left;
  if (first === undefined) return NOTHING;
  const title = normalTitle(first.item.title);
  // The same item written down twice: the first place stands for all.
  if (left.every((each) => normalTitle(each.item.title) === title)) return { nodes: [first] };
  const startsSame = left.filter((each) => words.trim() !== '' && startsWithTitle(words, id, each));
  return startsSame.length === 1 ? { nodes: startsSame } : { candidates: left };
}

/** "B-1060 Academic Citation" names "Academic Citation Quality Gates". */
function startsWithTitle(words: string, id: string, node: Node): boolean {
  const rest = words.trim().slice(normalTitle(id).length).trim();
  const head = rest.split(' ').slice(0, 3).join(' ');
  return head !== '' && normalTitle(node.item.title).startsWith(head);
}

/** Those that share the deepest group with the node: numbers may start again in every phase or tag. */
function nearest(node: Node, candidates: readonly Node[]): readonly Node[] {
  for (let group = node.parent; group !== null; group = group.parent) {
    const inside = candidates.filter((each) => {
      for (let at: Node | null = each; at !== null; at = at.parent) if (at === group) return true;
      return false;
    });
    if (inside.length > 0) return inside;
  }
  return candidates;
}

/** A group that is waited for means the work in it. */
function expand(found: Found, node: Node): Found {
  if ('candidates' in found) return found;
  if (found.nodes.every((each) => each.children.length === 0)) return found;
  return { nodes: found.nodes.flatMap((each) => (each === node ? [each] : workOf(each))), known: true };
}

const isEmpty = (found: Found): boolean => 'nodes' in found && found.nodes.length === 0;
const folder = (node: Node): string => node.item.path.split('/').slice(0, -2).join('/');
const letters = (id: string): string => /^\D*/.exec(id)?.[0] ?? '';

/** Compares ids number by number: 1.9 before 1.10. A parent stands before its children and ends behind them. */
function compareIds(a: string, b: string): number {
  const [left, right] = [a.match(/\d+/g) ?? [], b.match(/\d+/g) ?? []];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = Number(left[at]) - Number(right[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}
