// Measuring that survives a busy machine: pairs in turn, medians, ratios within one run, one table.

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Times `a` and `b` in turn, so that what slows the machine slows both. Answers medians and the median of a/b. */
export async function paired(
  rounds: number,
  a: (round: number) => unknown,
  b: (round: number) => unknown,
): Promise<{ readonly a: number; readonly b: number; readonly ratio: number }> {
  const times: { readonly a: number; readonly b: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push({ a: await timed(() => a(round)), b: await timed(() => b(round)) });
  }
  return {
    a: median(times.map((each) => each.a)),
    b: median(times.map((each) => each.b)),
    ratio: median(times.map((each) => each.a / each.b)),
  };
}

/** Longest time the thread was blocked while `work` ran. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let running = true;
  let last = performance.now();
  const probe = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(probe);
  };
  setImmediate(probe);
  try {
    await work();
  } finally {
    running = false;
  }
  // What blocked up to the very end is seen by the last probe.
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  return longest;
}

export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** null: nothing was promised. */
  readonly met: boolean | null;
}

export function printTable(title: string, rows: readonly Row[]): void {
  const lines = [
    ['what', 'measured', 'target', ''],
    ...rows.map((row) => [row.what, row.measured, row.target, row.met === null ? '' : row.met ? 'met' : 'MISSED']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  console.log(`\n${title} (Node ${process.version})`);
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
