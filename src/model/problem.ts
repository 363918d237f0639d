// What is wrong with a document, as data. Views put it into words and fixes.
import type { Severity, Span, TextEdit } from './text';

export type ProblemCode =
  | 'unknown-status'
  | 'unknown-marker'
  | 'duplicate-id-same-item'
  | 'duplicate-id-different-item'
  | 'conflicting-fields'
  | 'unknown-dependency'
  | 'ambiguous-dependency'
  | 'cancelled-dependency'
  | 'unreadable-time-limit'
  | 'dependency-cycle'
  | 'claimed-total'
  | 'displaced-metadata'
  | 'unreadable-row'
  | 'unreadable-document'
  | 'checked-parent-open-children'
  | 'in-progress-limit'
  | 'config';

/** One answer that would make a problem go away. */
export interface QuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly preferred: boolean;
}

/** A finding in one document. `message` is the plain English sentence; `line` and `column` are 1-based. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly span: Span;
  readonly message: string;
  readonly fixes: readonly QuickFix[];
}
