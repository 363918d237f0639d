// Circles of waiting: strongly connected components (Tarjan, iterative) and one concrete path through each.

/** Each circle as a path of keys without repeating the first; a key that waits for itself is a circle of one. */
export function findCycles(
  keys: Iterable<string>,
  next: (key: string) => readonly string[],
): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  for (const root of keys) {
    if (index.has(root)) continue;
    const work: { key: string; edges: readonly string[]; at: number }[] = [];
    const enter = (key: string): void => {
      index.set(key, index.size);
      low.set(key, index.size - 1);
      stack.push(key);
      onStack.add(key);
      work.push({ key, edges: next(key), at: 0 });
    };
    enter(root);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const to = frame.edges[frame.at];
      frame.at += 1;
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) lower(low, frame.key, index.get(to) ?? 0);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) lower(low, parent.key, low.get(frame.key) ?? 0);
      if (low.get(frame.key) !== index.get(frame.key)) continue;
      const members: string[] = [];
      for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
        onStack.delete(key);
        members.push(key);
        if (key === frame.key) break;
      }
      if (members.length > 1 || frame.edges.includes(frame.key)) cycles.push(pathThrough(members, next));
    }
  }
  return cycles;
}

function lower(low: Map<string, number>, key: string, to: number): void {
  if (to < (low.get(key) ?? 0)) low.set(key, to);
}

/** Shortest way from the smallest member back to itself. */
function pathThrough(members: readonly string[], next: (key: string) => readonly string[]): string[] {
  const inside = new Set(members);
  const start = [...members].sort()[0] ?? '';
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const key of queue) {
    for (const to of next(key)) {
      if (to === start) {
        const path = [key];
        for (let at = cameFrom.get(key); at !== undefined; at = cameFrom.get(at)) path.unshift(at);
        return path;
      }
      if (!inside.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, key);
      queue.push(to);
    }
  }
  return [...members];
}
