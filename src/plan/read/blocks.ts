// The body of an item as a flat list of lines, list entries and code, in document order, with positions in the whole
// document. remark sees the structure; lines inside its paragraphs are kept apart because authors write fields there.
import type { Code, List, ListItem, Paragraph, RootContent } from 'mdast';
import type { Span } from '../../model/text';
import { ContentCache } from './content-cache';
import { LineIndex } from './line-index';
import { LARGEST_PIECE, parseStructure } from './markdown';
import { cutRuns, type ScannedText } from './sections';

interface LineBlock {
  readonly kind: 'line' | 'heading';
  readonly line: number;
  /** The line's ink. */
  readonly span: Span;
}

export interface EntryBlock {
  readonly kind: 'entry';
  readonly line: number;
  /** 0 for a list at the margin, 1 for a list in it … */
  readonly depth: number;
  readonly ordered: boolean;
  /** The one or two characters in its box, null: no box. */
  readonly box: Span | null;
  /** First line of the entry's text, behind mark and box. */
  readonly span: Span;
  /** Its continuation lines that are no fields of their own. */
  readonly more: readonly Span[];
}

interface CodeBlock {
  readonly kind: 'code';
  /** Line of the opening fence. */
  readonly line: number;
  readonly lang: string;
  readonly value: string;
  /** The code between the fences. */
  readonly span: Span;
}

export type Block = LineBlock | EntryBlock | CodeBlock;

const MARK = /^(?:[-*+]|\d{1,9}[.)])[ \t]+/;
const BOX = /^\[([^\]\n]{1,2})\](?=[ \t]|$)|^\[([ xX])\](?![([])/u;
/** A line that starts a field of its own although markdown takes it for the continuation of a paragraph. */
const FIELD_START = /^(?:\*\*[^*\n]{2,60}\*\*|[🛑⏸])/u;

const pieces = new ContentCache<readonly Block[]>(60_000);

/** Blocks of the lines `from` to `to` (1-based, inclusive). Lines that are only comments are not parsed. */
export function readBlocks(lines: ScannedText, from: number, to: number): readonly Block[] {
  const blocks: Block[] = [];
  let start = from;
  const flush = (end: number): void => {
    if (start <= end) for (const run of cutRuns(lines, start, end, 200)) readRun(lines, run.from, run.to, blocks);
  };
  for (let line = from; line <= to; line += 1) {
    if (lines.kind(line) !== 'comment') continue;
    flush(line - 1);
    start = line + 1;
  }
  flush(to);
  return blocks;
}

/** Parses a run of lines, or moves what was once made of the same text to its place. */
function readRun(lines: ScannedText, from: number, to: number, blocks: Block[]): void {
  const base = lines.index.start(from);
  const text = lines.index.text.slice(base, lines.index.end(to));
  if (text.length > LARGEST_PIECE || text.trim() === '') return;
  const found = pieces.get(
    text,
    () => new Flattener(text).run(),
    (made) => made.length + 1,
  );
  const down = from - 1;
  const move = (span: Span): Span => ({ start: span.start + base, end: span.end + base });
  for (const block of found) {
    if (block.kind !== 'entry') blocks.push({ ...block, line: block.line + down, span: move(block.span) });
    else {
      const box = block.box === null ? null : move(block.box);
      blocks.push({ ...block, line: block.line + down, span: move(block.span), box, more: block.more.map(move) });
    }
  }
}

/** Flattens one piece; offsets and lines count from its start. */
class Flattener {
  readonly blocks: Block[] = [];
  readonly #index: LineIndex;

  constructor(readonly text: string) {
    this.#index = new LineIndex(text);
  }

  run(): readonly Block[] {
    for (const node of parseStructure(this.text).children) this.#node(node, 0);
    return this.blocks;
  }

  #node(node: RootContent, depth: number): void {
    switch (node.type) {
      case 'paragraph':
        this.#lines(this.#spanOf(node), 'line');
        break;
      case 'heading':
        this.#lines(this.#spanOf(node), 'heading');
        break;
      case 'list':
        this.#list(node, depth);
        break;
      case 'blockquote':
        for (const child of node.children) this.#node(child, depth);
        break;
      case 'code':
        this.#code(node);
        break;
      default:
        break;
    }
  }

  #list(list: List, depth: number): void {
    for (const item of list.children) this.#entry(item, depth, list.ordered === true);
  }

  #entry(item: ListItem, depth: number, ordered: boolean): void {
    const [first, ...rest] = item.children;
    if (first?.type === 'paragraph') this.#entryText(item, first, depth, ordered);
    else if (first !== undefined) this.#node(first, depth + 1);
    for (const child of rest) this.#node(child, depth + 1);
  }

  #entryText(item: ListItem, paragraph: Paragraph, depth: number, ordered: boolean): void {
    const { text } = this;
    const whole = this.#spanOf(item);
    const spans = this.#inkLines({ start: whole.start, end: this.#spanOf(paragraph).end });
    const first = spans[0];
    if (first === undefined) return;
    let start = first.start + (MARK.exec(text.slice(first.start, first.end))?.[0].length ?? 0);
    const box = BOX.exec(text.slice(start, Math.min(first.end, start + 8)));
    const boxSpan = box === null ? null : { start: start + 1, end: start + box[0].length - 1 };
    if (box !== null) {
      start += box[0].length;
      while (start < first.end && (text[start] === ' ' || text[start] === '\t')) start += 1;
    }
    const more: Span[] = [];
    const fields: Span[] = [];
    for (const span of spans.slice(1)) {
      if (fields.length > 0 || FIELD_START.test(text.slice(span.start, Math.min(span.end, span.start + 80))))
        fields.push(span);
      else more.push(span);
    }
    const line = this.#index.lineAt(first.start);
    this.blocks.push({ kind: 'entry', line, depth, ordered, box: boxSpan, span: { start, end: first.end }, more });
    for (const span of fields) this.blocks.push({ kind: 'line', line: this.#index.lineAt(span.start), span });
  }

  #code(node: Code): void {
    const span = this.#spanOf(node);
    const index = this.#index;
    const open = index.lineAt(span.start);
    const close = index.lineAt(span.end);
    const fenced = /^[`~]/.test(index.text.slice(span.start, span.start + 1));
    const start = fenced ? index.start(open + 1) : span.start;
    const closed = fenced && close > open && /^\s*(?:`{3,}|~{3,})/.test(index.line(close).slice(0, 60));
    const end = closed ? Math.max(start, index.end(close - 1)) : Math.max(start, span.end);
    this.blocks.push({ kind: 'code', line: open, lang: node.lang ?? '', value: node.value, span: { start, end } });
  }

  #lines(span: Span, kind: 'line' | 'heading'): void {
    for (const line of this.#inkLines(span)) {
      this.blocks.push({ kind, line: this.#index.lineAt(line.start), span: line });
    }
  }

  #spanOf(node: RootContent | ListItem): Span {
    return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
  }

  /** The span's lines without white space and quote marks around them. */
  #inkLines(span: Span): Span[] {
    const { text } = this;
    const found: Span[] = [];
    let at = span.start;
    while (at < span.end) {
      let end = text.indexOf('\n', at);
      if (end === -1 || end > span.end) end = span.end;
      let start = at;
      let stop = end;
      while (start < stop && /[\s>]/.test(text[start] ?? '')) start += 1;
      while (stop > start && /\s/.test(text[stop - 1] ?? '')) stop -= 1;
      if (start < stop) found.push({ start, end: stop });
      at = end + 1;
    }
    return found;
  }
}
