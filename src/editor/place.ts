// From an offset in a text to a line and column, as an editor counts them. Pure.

const starts = new Map<string, readonly number[]>();

/** Line starts of the texts asked last; several problems of one document ask for the same text. */
function lineStarts(text: string): readonly number[] {
  const known = starts.get(text);
  if (known !== undefined) return known;
  const made = [0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10) made.push(at + 1);
    else if (code === 13 && text.charCodeAt(at + 1) !== 10) made.push(at + 1);
  }
  if (starts.size > 3) starts.clear();
  starts.set(text, made);
  return made;
}

/** Both 0-based; an offset outside the text is moved to its nearer end. */
export function spanPlace(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = lineStarts(text);
  const at = Math.min(Math.max(0, offset), text.length);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: at - (lines[low] ?? 0) };
}
