// Where something stands in a document, and the smallest change that can be made to it.

/** A half-open range of UTF-16 offsets into a document's text. The text never contains a byte order mark. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replace the text of `span` by `text`. An empty span is an insertion, an empty text a deletion. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A value together with the exact text and place it was read from. */
export interface Written<T> {
  readonly value: T;
  readonly text: string;
  readonly span: Span;
}

export type Severity = 'error' | 'warning' | 'info';

/** A document as it is read: workspace-relative path with `/`, text without byte order mark. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Edits in the order they stand in the text; insertions at one place keep the order given. */
export function inTextOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits
    .map((edit, n) => ({ edit, n }))
    .toSorted((a, b) => a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.n - b.n)
    .map((each) => each.edit);
}

/** The edited text; everything outside the spans stays. null: an edit lies outside the text or on top of another. */
export function editedText(text: string, edits: readonly TextEdit[]): string | null {
  const parts: string[] = [];
  let at = 0;
  for (const { span, text: replacement } of inTextOrder(edits)) {
    const { start, end } = span;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < at || end < start || end > text.length)
      return null;
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** A line that was written over and over (a progress bar), as a terminal shows it in the end. */
export function lastWritten(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}
