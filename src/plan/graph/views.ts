// Maps over all items of a workspace that are looked up in the documents instead of being built anew for each change.
import type { Item } from '../../model/plan';
import type { Home, Node } from './node';

/** Finds a node by key: keys begin with the path of their document and "#". */
export class Nodes {
  readonly #homes: ReadonlyMap<string, Home>;

  constructor(homes: ReadonlyMap<string, Home>) {
    this.#homes = homes;
  }

  get(key: string): Node | undefined {
    // A path may hold a "#" itself.
    for (let at = key.indexOf('#'); at !== -1; at = key.indexOf('#', at + 1)) {
      const found = this.#homes.get(key.slice(0, at))?.byKey.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A read-only map from item keys to something each node tells; nodes that tell undefined are not in it. */
export class NodeView<V> implements ReadonlyMap<string, V> {
  readonly #homes: readonly Home[];
  readonly #nodes: Nodes;
  readonly #tell: (node: Node) => V | undefined;
  #size: number | null;

  /** `size`: if it is known already. */
  constructor(homes: readonly Home[], nodes: Nodes, tell: (node: Node) => V | undefined, size: number | null = null) {
    this.#homes = homes;
    this.#nodes = nodes;
    this.#tell = tell;
    this.#size = size;
  }

  get(key: string): V | undefined {
    const node = this.#nodes.get(key);
    return node === undefined ? undefined : this.#tell(node);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    if (this.#size === null) {
      let size = 0;
      for (const home of this.#homes) for (const node of home.nodes) if (this.#tell(node) !== undefined) size += 1;
      this.#size = size;
    }
    return this.#size;
  }

  *entries(): Generator<[string, V], undefined> {
    for (const home of this.#homes) {
      for (const node of home.nodes) {
        const value = this.#tell(node);
        if (value !== undefined) yield [node.item.key, value];
      }
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, V], undefined> {
    return this.entries();
  }

  forEach(callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}

export const itemOfNode = (node: Node): Item => node.item;
