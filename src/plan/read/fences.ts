// Finds code fences the way a human reads them: nested same-length fences, closers with an info string and fences that
// were never closed are recovered. It only classifies lines; it does not parse markdown.
import type { LineIndex } from './line-index';

export interface Fence {
  /** "`" or "~". */
  readonly char: string;
  readonly length: number;
  readonly info: string;
}

const FENCE = /^[ \t>]{0,40}(?:[-*+][ \t]{1,4}|\d{1,9}[.)][ \t]{1,4})?(`{3,}|~{3,})([^`]{0,200})$/;
const MARKDOWN = /^(?:markdown|md|mdx|mdc)\b/i;
/** Lines that no program text starts with: a fence that reaches one was never closed. */
const PROSE = /^(?:- \*\*\S|\*\*[^*\s]|\| ?[^|\s][^|]*\|)/;
const HEADING = /^#{2,6} \S/;
const LONGEST_FENCE_LINE = 300;

/** The fence that a line may open or close, null: it is no fence line. */
export function fenceAt(line: string): Fence | null {
  if (line.length > LONGEST_FENCE_LINE || (!line.includes('```') && !line.includes('~~~'))) return null;
  const match = FENCE.exec(line);
  const marks = match?.[1];
  if (match === null || marks === undefined) return null;
  return { char: marks.slice(0, 1), length: marks.length, info: (match[2] ?? '').trim() };
}

interface Open {
  readonly fence: Fence;
  readonly line: number;
  /** Last line of an inner fence that was closed, 0: none. */
  innerEnd: number;
}

/** A stack of open fences fed line by line. */
export class FenceTracker {
  #stack: Open[] = [];

  constructor(readonly index: LineIndex) {}

  get open(): boolean {
    return this.#stack.length > 0;
  }

  /**
   * Feeds a fence line. 'fence': it opened or closed one; 'content': it is text of the open one; a number: the open
   * fence was never closed and really ended before that line, where scanning has to go on.
   */
  feed(fence: Fence, line: number): 'fence' | 'content' | number {
    const top = this.#stack.at(-1);
    if (top === undefined) {
      this.#stack.push({ fence, line, innerEnd: 0 });
      return 'fence';
    }
    if (fence.char !== top.fence.char || fence.length < top.fence.length) return 'content';
    if (fence.info === '' || this.#looksLikeEnd(line)) {
      this.#stack.pop();
      const outer = this.#stack.at(-1);
      if (outer !== undefined) outer.innerEnd = line;
      return 'fence';
    }
    if (MARKDOWN.test(top.fence.info)) {
      this.#stack.push({ fence, line, innerEnd: 0 });
      return 'fence';
    }
    this.#stack.pop();
    return this.#realEnd(top.line, line - 1) ?? line;
  }

  /** The text is over: the line where scanning has to go on because the open fence had no end, null: all is well. */
  finish(lastLine: number): number | null {
    const outermost = this.#stack[0];
    if (outermost === undefined) return null;
    this.#stack = [];
    if (!MARKDOWN.test(outermost.fence.info)) return this.#realEnd(outermost.line, lastLine);
    return outermost.innerEnd === 0 ? null : this.#realEnd(outermost.innerEnd, lastLine);
  }

  /** A closer with an info string: text right above, nothing right below. */
  #looksLikeEnd(line: number): boolean {
    return (
      this.index.line(line - 1).trim() !== '' && (line >= this.index.count || this.index.line(line + 1).trim() === '')
    );
  }

  #realEnd(from: number, to: number): number | null {
    for (let line = from + 1; line <= to; line += 1) {
      const start = this.index.start(line);
      const head = this.index.text.slice(start, Math.min(this.index.end(line), start + LONGEST_FENCE_LINE));
      if (PROSE.test(head)) return line;
      if (HEADING.test(head) && this.index.line(line - 1).trim() === '') return line;
    }
    return null;
  }
}
