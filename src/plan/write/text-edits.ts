// Applying and undoing edits: everything outside their spans stays as it is, byte for byte.
import { editedText, inTextOrder, type Span, type TextEdit } from '../../model/text';

/** The edited text. Throws a RangeError for spans outside the text or on top of each other: a bug of the caller. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const edited = editedText(text, edits);
  if (edited === null) throw new RangeError(`Edits overlap or leave the text of ${text.length}`);
  return edited;
}

/** Edits that turn the edited text back into `text`. */
export function inverseEdits(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  let shift = 0;
  return inTextOrder(edits).map(({ span, text: replacement }) => {
    const start = span.start + shift;
    shift += replacement.length - (span.end - span.start);
    return { span: { start, end: start + replacement.length }, text: text.slice(span.start, span.end) };
  });
}

/** The one edit that makes a span say something; none if it says it already. */
export function replace(text: string, span: Span, replacement: string): readonly TextEdit[] {
  return text.slice(span.start, span.end) === replacement ? [] : [{ span, text: replacement }];
}

/** Line end the text uses: that of its first line. */
export function lineEnd(text: string): '\r\n' | '\n' {
  const at = text.indexOf('\n');
  return at > 0 && text.charCodeAt(at - 1) === 13 ? '\r\n' : '\n';
}

/** Offset behind the last character of the line that holds `offset`, before its line end. */
export function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return at > offset && text.charCodeAt(at - 1) === 13 ? at - 1 : at;
}

export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** New lines behind the line that ends at `end` (an offset before its line end). */
export function insertLines(text: string, end: number, lines: readonly string[]): TextEdit {
  const eol = lineEnd(text);
  if (end === 0) return { span: { start: 0, end: 0 }, text: lines.map((line) => line + eol).join('') };
  return { span: { start: end, end }, text: lines.map((line) => eol + line).join('') };
}

/** A value given from outside stays inside its brackets, quotes or table cell, and on its line. */
export function fitsSpan(text: string, span: Span, value: string): boolean {
  if (/[\r\n]/.test(value)) return false;
  const before = text.charAt(span.start - 1);
  const after = text.charAt(span.end);
  if (before === '[' && after === ']') return value.length <= 2 && !/[[\]]/.test(value);
  if (before === '"' && after === '"') return !/["\\]/.test(value);
  if (before === "'" && after === "'") return !value.includes("'");
  if (value.includes('|')) return !text.slice(startOfLine(text, span.start), span.start).includes('|');
  return !value.includes('-->');
}
