// What would change in a document, as a unified diff for people to read before they say yes.

const CONTEXT = 3;
/** Above this many line pairs the middle is shown as one replacement instead of being matched line by line. */
const MOST_PAIRS = 4_000_000;

interface Piece {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** `before` null: the document is new; `after` null: it goes away. Empty when nothing changes. `from`: its path until now. */
export function unifiedDiff(path: string, before: string | null, after: string | null, from: string = path): string {
  if (before === after && from === path) return '';
  const pieces = compare(linesOf(before ?? ''), linesOf(after ?? ''));
  const head = [
    `--- ${before === null ? '/dev/null' : `a/${from}`}`,
    `+++ ${after === null ? '/dev/null' : `b/${path}`}`,
  ];
  return `${[...head, ...hunks(pieces)].join('\n')}\n`;
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function compare(a: readonly string[], b: readonly string[]): readonly Piece[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const same = (line: string): Piece => ({ sign: ' ', line });
  return [
    ...a.slice(0, start).map(same),
    ...anchored(a.slice(start, a.length - tail), b.slice(start, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** Cuts what is left at lines that stand once on each side, so that a long document with two changes stays cheap. */
function anchored(a: readonly string[], b: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let [fromA, fromB] = [0, 0];
  for (const [atA, atB] of [...anchors(a, b), [a.length, b.length] as const]) {
    pieces.push(...middle(a.slice(fromA, atA), b.slice(fromB, atB)));
    const line = a[atA];
    if (line !== undefined) pieces.push({ sign: ' ', line });
    [fromA, fromB] = [atA + 1, atB + 1];
  }
  return pieces;
}

/** Places of the lines that are unique in both, as many as stand in the same order on both sides. */
function anchors(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const [inA, inB] = [placesOf(a), placesOf(b)];
  const pairs: (readonly [number, number])[] = [];
  for (const [line, at] of inA) {
    const other = inB.get(line) ?? -1;
    if (at >= 0 && other >= 0) pairs.push([at, other]);
  }
  // Longest rising sequence: the last pair of the best sequence of each length, and who came before it.
  const ends: number[] = [];
  const before: number[] = [];
  for (const [n, [, at]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if ((pairs[ends[half] ?? 0]?.[1] ?? 0) < at) low = half + 1;
      else high = half;
    }
    before[n] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = n;
  }
  const chosen: (readonly [number, number])[] = [];
  for (let n = ends.at(-1) ?? -1; n >= 0; n = before[n] ?? -1) {
    const pair = pairs[n];
    if (pair !== undefined) chosen.push(pair);
  }
  return chosen.reverse();
}

/** -1: the line stands there more than once. */
function placesOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, line] of lines.entries()) places.set(line, places.has(line) ? -1 : at);
  return places;
}

/** Longest common subsequence of what is left between the common start and end. */
function middle(a: readonly string[], b: readonly string[]): readonly Piece[] {
  const gone = (line: string): Piece => ({ sign: '-', line });
  const come = (line: string): Piece => ({ sign: '+', line });
  if (a.length * b.length > MOST_PAIRS) return [...a.map(gone), ...b.map(come)];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      pieces.push({ sign: ' ', line: left });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      pieces.push(gone(left));
      i += 1;
    } else if (right !== undefined) {
      pieces.push(come(right));
      j += 1;
    }
  }
  return pieces;
}

function hunks(pieces: readonly Piece[]): readonly string[] {
  const shown = new Uint8Array(pieces.length);
  for (const [at, piece] of pieces.entries()) {
    if (piece.sign !== ' ') shown.fill(1, Math.max(0, at - CONTEXT), Math.min(pieces.length, at + CONTEXT + 1));
  }
  const out: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (let at = 0; at < pieces.length;) {
    if (shown[at] === 0) {
      at += 1;
      oldLine += 1;
      newLine += 1;
      continue;
    }
    let end = at;
    while (end < pieces.length && shown[end] === 1) end += 1;
    const hunk = pieces.slice(at, end);
    const olds = hunk.filter((piece) => piece.sign !== '+').length;
    const news = hunk.filter((piece) => piece.sign !== '-').length;
    out.push(`@@ -${olds === 0 ? oldLine - 1 : oldLine},${olds} +${news === 0 ? newLine - 1 : newLine},${news} @@`);
    out.push(...hunk.map((piece) => `${piece.sign}${piece.line}`));
    oldLine += olds;
    newLine += news;
    at = end;
  }
  return out;
}
