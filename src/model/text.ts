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
