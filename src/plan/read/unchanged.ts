// Which lines of a text stand as they stood in an earlier text: those before and behind what was edited. What was read
// of them then holds still, moved to where they are now.
import type { CommentSpan, ScannedText } from './sections';

/** How far something moved. */
export interface Shift {
  readonly lines: number;
  readonly chars: number;
}

const STILL: Shift = { lines: 0, chars: 0 };

export class Unchanged {
  /** Lines 1 to `#head` are as they were, and the lines from `#tail` on, moved. */
  readonly #head: number;
  readonly #tail: number;
  readonly #moved: Shift;
  readonly #firstComment = new Map<number, number>();

  constructor(
    readonly before: ScannedText,
    readonly now: ScannedText,
  ) {
    const [old, text] = [before.index.text, now.index.text];
    this.#moved = { lines: now.index.count - before.index.count, chars: text.length - old.length };
    const start = commonStart(old, text);
    const end = commonEnd(old, text, start);
    let head = now.index.lineAt(start) - 1;
    for (let line = 1; line <= head; line += 1) if (!this.#sameKind(line, line)) head = line - 1;
    this.#head = head;
    // The line break before a line must be the same too, else it may have been the end of a longer line.
    let tail = now.index.lineAt(text.length - end) + 1;
    for (let line = now.index.count; line >= tail; line -= 1) {
      if (!this.#sameKind(line - this.#moved.lines, line)) tail = line + 1;
    }
    this.#tail = tail;
    for (const [at, comment] of before.comments.entries()) {
      if (!this.#firstComment.has(comment.from)) this.#firstComment.set(comment.from, at);
    }
  }

  /** How far the lines `from` to `to` of the text as it is now have moved; null: they are not what they were. */
  shift(from: number, to: number): Shift | null {
    if (to <= this.#head) return STILL;
    return from >= this.#tail ? this.#moved : null;
  }

  /** Are these comments, all there are in some unchanged lines, what they were? */
  sameComments(comments: readonly CommentSpan[], shift: Shift): boolean {
    const first = comments[0];
    if (first === undefined) return true;
    const at = this.#firstComment.get(first.from - shift.lines);
    if (at === undefined) return false;
    return comments.every((comment, n) => {
      const old = this.before.comments[at + n];
      return (
        old !== undefined &&
        old.closed === comment.closed &&
        old.from + shift.lines === comment.from &&
        old.to + shift.lines === comment.to &&
        old.span.start + shift.chars === comment.span.start &&
        old.span.end + shift.chars === comment.span.end &&
        old.body.end + shift.chars === comment.body.end
      );
    });
  }

  #sameKind(old: number, line: number): boolean {
    return this.before.kind(old) === this.now.kind(line) && this.before.depth(old) === this.now.depth(line);
  }
}

const STRIDE = 4096;

/** Length of the common start. Whole strides are compared at once. */
function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + STRIDE <= most && a.slice(at, at + STRIDE) === b.slice(at, at + STRIDE)) at += STRIDE;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Length of the common end that does not overlap a common start. */
function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let length = 0;
  while (
    length + STRIDE <= most &&
    a.slice(a.length - length - STRIDE, a.length - length) === b.slice(b.length - length - STRIDE, b.length - length)
  ) {
    length += STRIDE;
  }
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length += 1;
  return length;
}
