// Circles of waiting: strongly connected components (Tarjan, iterative) and one concrete path through each.

/** Each circle as a path without repeating the first member; what waits for itself is a circle of one. */
export function findCycles<T extends object | string>(
  all: Iterable<T>,
  next: (one: T) => readonly T[],
  compare: (a: T, b: T) => number,
): readonly (readonly T[])[] {
  const places = new Map<T, Place>();
  const stack: T[] = [];
  const cycles: (readonly T[])[] = [];
  for (const root of all) {
    if (places.has(root)) continue;
    const edges = next(root);
    // Most things wait for nothing: no walk needed, and nothing that ends here is part of a circle.
    if (edges.length === 0) {
      places.set(root, { index: places.size, low: places.size, open: false });
      continue;
    }
    const work: { one: T; place: Place; edges: readonly T[]; at: number }[] = [];
    const enter = (one: T, edges: readonly T[]): void => {
      const place = { index: places.size, low: places.size, open: true };
      places.set(one, place);
      stack.push(one);
      work.push({ one, place, edges, at: 0 });
    };
    enter(root, edges);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const to = frame.edges[frame.at];
      frame.at += 1;
      if (to !== undefined) {
        const known = places.get(to);
        if (known === undefined) enter(to, next(to));
        else if (known.open && known.index < frame.place.low) frame.place.low = known.index;
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above !== undefined && frame.place.low < above.place.low) above.place.low = frame.place.low;
      if (frame.place.low !== frame.place.index) continue;
      const members: T[] = [];
      for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
        const place = places.get(one);
        if (place !== undefined) place.open = false;
        members.push(one);
        if (one === frame.one) break;
      }
      if (members.length > 1 || frame.edges.includes(frame.one)) cycles.push(pathThrough(members, next, compare));
    }
  }
  return cycles;
}

interface Place {
  readonly index: number;
  low: number;
  open: boolean;
}

/** Shortest way from the first member back to itself. */
function pathThrough<T extends object | string>(
  members: readonly T[],
  next: (one: T) => readonly T[],
  compare: (a: T, b: T) => number,
): readonly T[] {
  const inside = new Set(members);
  const start = [...members].sort(compare)[0];
  if (start === undefined) return members;
  const cameFrom = new Map<T, T>();
  const queue = [start];
  for (const one of queue) {
    for (const to of next(one)) {
      if (to === start) {
        const path = [one];
        for (let at = cameFrom.get(one); at !== undefined; at = cameFrom.get(at)) path.unshift(at);
        return path;
      }
      if (!inside.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, one);
      queue.push(to);
    }
  }
  return members;
}
