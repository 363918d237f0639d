// Applies edits to a text, refusing those that do not fit it.
import { editedText, type TextEdit } from '../model/text';

/** The edited text, or null if an edit lies outside the text, overlaps another or cuts a character in half. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  if (edits.some(({ span }) => cutsPair(text, span.start) || cutsPair(text, span.end))) return null;
  const edited = editedText(text, edits);
  return edited?.isWellFormed() === true ? edited : null;
}

function cutsPair(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
