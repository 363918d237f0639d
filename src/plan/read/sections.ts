// Cuts a document into lines of known kind, sections at headings and runs of list items, in one linear pass, so that
// remark only ever parses small pieces. It recovers broken fences and comments as a human would.
import type { Span } from '../../model/text';
import { fenceAt, FenceTracker } from './fences';
import { LineIndex } from './line-index';

/** "comment": the whole line is inside an HTML comment; comments within a line leave it "text". */
type LineKind = 'blank' | 'text' | 'heading' | 'fence' | 'code' | 'comment' | 'front';

/** A comment `<!-- … -->` outside fences: `span` with its marks, `body` between them. */
export interface CommentSpan {
  readonly span: Span;
  readonly body: Span;
  /** 1-based lines, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** False: the author never closed it; it was ended before the next thing that cannot be inside. */
  readonly closed: boolean;
}

/** A document cut into classified lines (1-based). */
export interface ScannedText {
  readonly index: LineIndex;
  readonly comments: readonly CommentSpan[];
  kind(line: number): LineKind;
  /** 1 to 6 for a heading, else 0. */
  depth(line: number): number;
}

const KINDS: readonly LineKind[] = ['text', 'blank', 'heading', 'fence', 'code', 'comment', 'front'];
const code = (kind: LineKind): number => KINDS.indexOf(kind);
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]|$)/;
/** How far the end of a comment with a comment inside is looked for. */
const NESTED_LOOKAHEAD = 300;

/** Classifies every line of a text. Never throws; linear. */
export function scanLines(text: string): ScannedText {
  return new Scanner(text).run();
}

class Scanner {
  readonly #index: LineIndex;
  readonly #kinds: Uint8Array;
  readonly #depths: Uint8Array;
  readonly #comments: CommentSpan[] = [];
  readonly #lastClose: number;
  #nextOpen: number;
  #noStructureAhead = false;

  constructor(readonly text: string) {
    this.#index = new LineIndex(text);
    this.#kinds = new Uint8Array(this.#index.count + 1);
    this.#depths = new Uint8Array(this.#index.count + 1);
    this.#nextOpen = text.indexOf('<!--');
    this.#lastClose = text.lastIndexOf('-->');
  }

  run(): ScannedText {
    const index = this.#index;
    const fences = new FenceTracker(index);
    let line = this.#frontMatter() + 1;
    for (;;) {
      if (line > index.count) {
        const again = fences.finish(index.count);
        if (again === null) break;
        line = this.#rewind(again);
        continue;
      }
      const start = index.start(line);
      const end = index.end(line);
      const fence = this.#mayBeFence(start, end) ? fenceAt(this.text.slice(start, end)) : null;
      if (fence !== null) {
        const fed = fences.feed(fence, line);
        if (typeof fed === 'number') {
          line = this.#rewind(fed);
          continue;
        }
        this.#set(line, fed === 'fence' ? 'fence' : 'code');
        line += 1;
      } else if (fences.open) {
        this.#set(line, 'code');
        line += 1;
      } else line = this.#plainLine(line, start, end);
    }
    const kinds = this.#kinds;
    const depths = this.#depths;
    return {
      index,
      comments: this.#comments,
      kind: (line) => KINDS[kinds[line] ?? 0] ?? 'text',
      depth: (line) => depths[line] ?? 0,
    };
  }

  #set(line: number, kind: LineKind): void {
    this.#kinds[line] = code(kind);
  }

  #rewind(line: number): number {
    this.#nextOpen = this.text.indexOf('<!--', this.#index.start(line));
    return line;
  }

  #frontMatter(): number {
    if (!/^---[ \t]*\r?(?:\n|$)/.test(this.text.slice(0, 40))) return 0;
    for (let line = 2; line <= Math.min(this.#index.count, 2000); line += 1) {
      const start = this.#index.start(line);
      if (this.text.startsWith('---', start) && this.#index.line(line).trim() === '---') {
        for (let at = 1; at <= line; at += 1) this.#set(at, 'front');
        return line;
      }
    }
    return 0;
  }

  #mayBeFence(start: number, end: number): boolean {
    if (end - start < 3) return false;
    for (let at = start; at < end && at < start + 60; at += 1) {
      const char = this.text.charCodeAt(at);
      if (char === 96 || char === 126) return true;
      // Space, tab, quote, list marks and digits may stand before a fence.
      if (char !== 32 && char !== 9 && char !== 62 && !(char >= 42 && char <= 57) && char !== 41) return false;
    }
    return false;
  }

  /** A line outside fences. Returns the line to go on with. */
  #plainLine(line: number, start: number, end: number): number {
    const first = firstInk(this.text, start, end);
    if (first === end) {
      this.#set(line, 'blank');
      return line + 1;
    }
    // It may have been taken for code before the scan was rewound.
    this.#set(line, 'text');
    if (this.text.charCodeAt(first) === 35) {
      const depth = HEADING.exec(this.text.slice(start, Math.min(end, start + 12)))?.[1]?.length ?? 0;
      if (depth > 0) {
        this.#set(line, 'heading');
        this.#depths[line] = depth;
      }
    }
    return this.#commentsFrom(line, start, end, first);
  }

  /** Takes the comments that open on this line. Returns the line behind the last of them. */
  #commentsFrom(line: number, start: number, end: number, first: number): number {
    let at = start;
    let ticks = 0;
    let counted = start;
    if (this.#nextOpen !== -1 && this.#nextOpen < start) this.#nextOpen = this.text.indexOf('<!--', start);
    while (this.#nextOpen !== -1 && this.#nextOpen < end) {
      const open = this.#nextOpen;
      for (; counted < open; counted += 1) if (this.text.charCodeAt(counted) === 96) ticks += 1;
      this.#nextOpen = this.text.indexOf('<!--', open + 4);
      // An odd number of back ticks before it: the mark stands in inline code. With an even one it may as well.
      if (open < at || ticks % 2 === 1 || (ticks > 0 && isInCode(this.text, start, end, open))) continue;
      const found = this.#commentEnd(line, open);
      if (found === null) continue;
      this.#comments.push({
        span: { start: open, end: found.end },
        body: { start: open + 4, end: found.closed ? found.end - 3 : found.end },
        from: line,
        to: found.line,
        closed: found.closed,
      });
      at = found.end;
      counted = Math.max(counted, found.end);
      ticks = 0;
      if (found.line > line) {
        if (open === first) this.#set(line, 'comment');
        for (let inner = line + 1; inner < found.line; inner += 1) this.#set(inner, 'comment');
        const rest = firstInk(this.text, found.end, this.#index.end(found.line));
        const whole = rest === this.#index.end(found.line) || !found.closed;
        this.#set(found.line, whole ? 'comment' : 'text');
        if (whole) return found.line + 1;
        line = found.line;
        start = found.end;
        end = this.#index.end(line);
        first = -1;
      } else if (open === first && firstInk(this.text, at, end) === end) this.#set(line, 'comment');
      else if (open === first) first = firstInk(this.text, at, end);
    }
    return line + 1;
  }

  /** Where the comment opened at `open` ends; null: it never does and nothing tells where it should have. */
  #commentEnd(line: number, open: number): { end: number; line: number; closed: boolean } | null {
    if (open > this.#lastClose) return this.#unclosed(line);
    const lastLine = this.#index.count;
    let nested: { end: number; line: number; closed: boolean } | null = null;
    let depth = 0;
    for (let at = line; at <= lastLine; at += 1) {
      if (nested !== null && at - nested.line > NESTED_LOOKAHEAD) return nested;
      const start = at === line ? open + 4 : this.#index.start(at);
      const end = this.#index.end(at);
      if (at > line && this.text.startsWith('<!--', firstInk(this.text, start, end))) {
        return nested ?? this.#unclosed(line);
      }
      const body = this.text.slice(start, end);
      let close = body.indexOf('-->');
      if (close === -1) continue;
      let inner = at > line ? body.indexOf('<!--') : -1;
      while (close !== -1) {
        while (inner !== -1 && inner < close) {
          depth += 1;
          inner = body.indexOf('<!--', inner + 4);
        }
        const here = { end: start + close + 3, line: at, closed: true };
        if (depth === 0) return here;
        depth -= 1;
        nested ??= here;
        close = body.indexOf('-->', close + 3);
      }
    }
    return nested ?? this.#unclosed(line);
  }

  /** An unclosed comment ends before the next table row, heading or comment. */
  #unclosed(line: number): { end: number; line: number; closed: boolean } | null {
    if (this.#noStructureAhead) return null;
    for (let at = line + 1; at <= this.#index.count; at += 1) {
      const start = this.#index.start(at);
      const end = this.#index.end(at);
      const first = firstInk(this.text, start, end);
      const char = this.text.charCodeAt(first);
      if (first < end && ((char === 124 && first === start) || char === 35 || this.text.startsWith('<!--', first))) {
        return { end: this.#index.end(at - 1), line: at - 1, closed: false };
      }
    }
    this.#noStructureAhead = true;
    return null;
  }
}

function firstInk(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9)) at += 1;
  return at;
}

/** A heading with what stands under it up to the next heading of any depth. */
export interface Section {
  /** 0 for what stands above the first heading. */
  readonly depth: number;
  /** 1-based line of the heading, 0 for the part above the first. */
  readonly line: number;
  /** The heading's text behind its marks, trimmed; empty for the part above the first. */
  readonly title: Span;
  /** First and last line of the body; `to` < `from` when there is none. */
  readonly from: number;
  readonly to: number;
  /** Index of the section whose heading stands above this one, -1: none. */
  readonly parent: number;
  /** Last line of the section with all sections under it. */
  readonly end: number;
}

/** Sections in document order. The first is the part above the first heading, also when it is empty. */
export function cutSections(lines: ScannedText): readonly Section[] {
  const { index } = lines;
  const found: { -readonly [K in keyof Section]: Section[K] }[] = [
    { depth: 0, line: 0, title: { start: 0, end: 0 }, from: 1, to: index.count, parent: -1, end: index.count },
  ];
  const open: number[] = [];
  for (let line = 1; line <= index.count; line += 1) {
    const depth = lines.depth(line);
    if (depth === 0 || lines.kind(line) !== 'heading') continue;
    const previous = found.at(-1);
    if (previous !== undefined) previous.to = line - 1;
    while (open.length > 0 && (found[open.at(-1) ?? 0]?.depth ?? 0) >= depth) {
      const closed = found[open.pop() ?? 0];
      if (closed !== undefined) closed.end = line - 1;
    }
    found.push({
      depth,
      line,
      title: headingSpan(index, line, depth),
      from: line + 1,
      to: index.count,
      parent: open.at(-1) ?? -1,
      end: index.count,
    });
    open.push(found.length - 1);
  }
  const first = found[0];
  if (first !== undefined) first.end = first.to;
  return found;
}

function headingSpan(index: LineIndex, line: number, depth: number): Span {
  const { text } = index;
  const lineEnd = index.end(line);
  const start = firstInk(text, index.start(line), lineEnd) + depth;
  let from = firstInk(text, start, lineEnd);
  let end = lineEnd;
  while (end > from && (text.charCodeAt(end - 1) === 32 || text.charCodeAt(end - 1) === 9)) end -= 1;
  // A closing run of # belongs to the marks.
  let close = end;
  while (close > from && text.charCodeAt(close - 1) === 35) close -= 1;
  if (close < end && (close === from || text.charCodeAt(close - 1) === 32)) {
    end = close;
    while (end > from && text.charCodeAt(end - 1) === 32) end -= 1;
  }
  if (from > end) from = end;
  return { start: from, end };
}

const ITEM_AT_MARGIN = /^(?:[-*+]|\d{1,9}[.)])[ \t]/;

/**
 * Cuts lines `from` to `to` into runs of about `most` lines, only before list items at the margin or after a blank line,
 * never inside a fence or comment: remark is superlinear on long lists.
 */
export function cutRuns(
  lines: ScannedText,
  from: number,
  to: number,
  most = 60,
): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let start = from;
  for (let line = from + 1; line <= to; line += 1) {
    if (line - start < most || lines.kind(line) !== 'text') continue;
    const at = lines.index.start(line);
    const head = lines.index.text.slice(at, Math.min(lines.index.end(line), at + 12));
    const atMargin = ITEM_AT_MARGIN.test(head) || (lines.kind(line - 1) === 'blank' && /^\S/.test(head));
    if (!atMargin) continue;
    runs.push({ from: start, to: line - 1 });
    start = line;
  }
  if (start <= to) runs.push({ from: start, to });
  return runs;
}

/** Does the place stand in a code span of its line? A span ends with as many back ticks as it began with. */
function isInCode(text: string, start: number, end: number, at: number): boolean {
  const runs = [...text.slice(start, end).matchAll(/`+/g)].map(({ 0: run, index }) => ({
    from: start + index,
    length: run.length,
  }));
  for (let n = 0; n < runs.length; n += 1) {
    const opening = runs[n];
    if (opening === undefined || opening.from > at) return false;
    const closing = runs.findIndex((run, other) => other > n && run.length === opening.length);
    const last = runs[closing];
    if (last === undefined) continue;
    if (last.from > at) return true;
    n = closing;
  }
  return false;
}
