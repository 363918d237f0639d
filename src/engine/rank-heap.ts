// A binary heap of task keys, smallest rank first, arrival breaks ties. Keeps scheduling linear-logarithmic.

export interface RankHeap {
  push(key: string, rank: number, order: number): void;
  /** Removes and gives the smallest; null when empty. */
  pop(): string | null;
  peek(): string | null;
}

interface Node {
  readonly key: string;
  readonly rank: number;
  readonly order: number;
}

const before = (a: Node, b: Node): boolean => a.rank < b.rank || (a.rank === b.rank && a.order < b.order);

export function createRankHeap(): RankHeap {
  const nodes: Node[] = [];
  const swapUp = (from: number): void => {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const [a, b] = [nodes[i], nodes[parent]];
      if (a === undefined || b === undefined || !before(a, b)) return;
      [nodes[i], nodes[parent]] = [b, a];
      i = parent;
    }
  };
  const swapDown = (): void => {
    let i = 0;
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        const [a, b] = [nodes[child], nodes[least]];
        if (a !== undefined && b !== undefined && before(a, b)) least = child;
      }
      const [a, b] = [nodes[i], nodes[least]];
      if (least === i || a === undefined || b === undefined) return;
      [nodes[i], nodes[least]] = [b, a];
      i = least;
    }
  };
  return {
    push(key, rank, order) {
      nodes.push({ key, rank, order });
      swapUp(nodes.length - 1);
    },
    pop() {
      const top = nodes[0];
      const last = nodes.pop();
      if (top === undefined || last === undefined) return null;
      if (nodes.length > 0) {
        nodes[0] = last;
        swapDown();
      }
      return top.key;
    },
    peek: () => nodes[0]?.key ?? null,
  };
}
