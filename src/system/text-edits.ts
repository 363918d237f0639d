// Applies edits to a text, refusing those that do not fit it.
import type { TextEdit } from '../model/text';

/** The edited text, or null if an edit lies outside the text, overlaps another or cuts a character in half. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  let out = '';
  let at = 0;
  for (const edit of inOrder(edits)) {
    const { start, end } = edit.span;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < at || end < start || end > text.length)
      return null;
    if (cutsPair(text, start) || cutsPair(text, end)) return null;
    out += text.slice(at, start) + edit.text;
    at = end;
  }
  out += text.slice(at);
  return out.isWellFormed() ? out : null;
}

/** As they stand in the text; insertions at one place keep the order given. */
export function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.order - b.order)
    .map(({ edit }) => edit);
}

function cutsPair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
