// Findings of the reference dialects as problems with exact places and plain English sentences.
import type { Problem, ProblemCode, QuickFix } from '../../model/problem';
import type { Severity, Span, TextEdit } from '../../model/text';
import type { LineIndex } from './line-index';

export class ProblemList {
  readonly #found: Problem[] = [];

  constructor(
    readonly path: string,
    readonly index: LineIndex,
  ) {}

  add(code: ProblemCode, severity: Severity, span: Span, message: string, fixes: readonly QuickFix[] = []): void {
    const line = this.index.lineAt(span.start);
    const column = span.start - this.index.start(line) + 1;
    this.#found.push({ code, severity, path: this.path, line, column, span, message, fixes });
  }

  /** The lines from one to another as one edit that takes them away, with their line ends. */
  withoutLines(from: number, to: number): TextEdit {
    const { index } = this;
    const end = to < index.count ? index.start(to + 1) : index.text.length;
    return { span: { start: index.start(from), end }, text: '' };
  }

  get count(): number {
    return this.#found.length;
  }

  /** In document order. */
  all(): readonly Problem[] {
    return this.#found.sort((a, b) => a.span.start - b.span.start);
  }
}
