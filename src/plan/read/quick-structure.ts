// The structure of plain pieces (paragraphs, headings, rules, nested lists, fenced code) without a parser: most task bodies are made
// of nothing else. Gives exactly what remark gives for them, or null for anything that needs it.
import type { Code, Heading, List, ListItem, Paragraph, Root, RootContent } from 'mdast';

const RULE = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const MARK = /^(?:[-*+]|(\d{1,9})[.)])( +)/;
/** Quotes, HTML, other fences, marks without text or followed by a tab: all that remark has to see. */
const SPECIAL = /^(?:[>\t]|`{3}|~{3}|<|[-*+](?:\t|$)|\d{1,9}[.)](?:\t|$))/;
const FENCE = /^(`{3,})[ \t]*([^\s`\\&]*)$/;
const HEADING = /^#{1,6}(?:[ \t]|$)/;

interface OpenItem {
  readonly item: ListItem;
  /** Column its content starts at. */
  readonly content: number;
  readonly children: RootContent[];
}

interface OpenFence {
  readonly start: number;
  readonly marks: string;
  readonly lang: string;
  /** Column of its container's content, and how much further in it stands. */
  readonly content: number;
  readonly prefix: number;
  readonly lines: string[];
}

/** The tree of a piece, positions by offset only; null: not plain. */
export function quickStructure(text: string): Root | null {
  if (text.charCodeAt(0) === 0xfeff || /\r(?!\n)/.test(text)) return null;
  return new Reader(text).run();
}

class Reader {
  readonly #root: RootContent[] = [];
  readonly #open: OpenItem[] = [];
  #paragraph: Paragraph | null = null;
  #fence: OpenFence | null = null;

  constructor(readonly text: string) {}

  run(): Root | null {
    const { text } = this;
    for (let start = 0; start <= text.length;) {
      const lineEnd = text.indexOf('\n', start);
      const next = lineEnd === -1 ? text.length : lineEnd;
      if (!this.#line(start, next)) return null;
      start = next + 1;
    }
    // What is never closed depends on what is around it.
    return this.#fence === null ? { type: 'root', children: this.#root } : null;
  }

  /** false: this line needs remark. */
  #line(start: number, lineEnd: number): boolean {
    const { text } = this;
    if (this.#fence !== null) return this.#code(this.#fence, start, lineEnd);
    let end = lineEnd;
    while (end > start && /[ \t\r]/.test(text.charAt(end - 1))) end -= 1;
    if (end === start) {
      this.#paragraph = null;
      return true;
    }
    let at = start;
    while (text.charCodeAt(at) === 32) at += 1;
    const ink = text.slice(at, end);
    if (RULE.test(ink)) {
      this.#leave(at - start);
      this.#paragraph = null;
      return true;
    }
    const fence = FENCE.exec(ink);
    if (fence !== null) return this.#openFence(start, at, fence);
    if (SPECIAL.test(ink)) return false;
    if (HEADING.test(ink)) {
      this.#leave(at - start);
      this.#paragraph = null;
      this.#add(block('heading', at, end));
      return true;
    }
    const mark = MARK.exec(ink);
    if (mark !== null) return this.#item(start, at, end, mark);
    if (this.#paragraph !== null) {
      stretch(this.#paragraph, end);
      return true;
    }
    this.#leave(at - start);
    this.#begin(at, end);
    return true;
  }

  #openFence(start: number, at: number, fence: RegExpExecArray): boolean {
    if (this.text.includes('\r')) return false;
    this.#leave(at - start);
    this.#paragraph = null;
    const content = this.#open.at(-1)?.content ?? 0;
    const prefix = at - start - content;
    this.#fence = { start: at, marks: fence[1] ?? '', lang: fence[2] ?? '', content, prefix, lines: [] };
    return true;
  }

  /** A line inside a fence: code, or the end of it. */
  #code(fence: OpenFence, start: number, end: number): boolean {
    const line = this.text.slice(start, end);
    const indent = line.length - line.replace(/^ +/, '').length;
    const blank = /^[ \t]*$/.test(line);
    if (line.charCodeAt(indent) === 9) return false;
    // A line further out ends the item and with it the fence.
    if (!blank && indent < fence.content) return false;
    const marks = /^ *(`{3,})[ \t]*$/.exec(line)?.[1];
    if (marks === undefined || marks.length < fence.marks.length) {
      fence.lines.push(line.slice(Math.min(indent, fence.content + fence.prefix)));
      return true;
    }
    const position = positionOf(fence.start, start + line.trimEnd().length);
    const lang = fence.lang === '' ? null : fence.lang;
    this.#add({ type: 'code', lang, meta: null, value: fence.lines.join('\n'), position });
    this.#fence = null;
    return true;
  }

  #item(start: number, at: number, end: number, mark: RegExpExecArray): boolean {
    const depth = this.#depth(at - start);
    // Inside a paragraph only a list that starts with 1 can begin; elsewhere the line goes on with the paragraph.
    if (this.#paragraph !== null && depth === this.#open.length && mark[1] !== undefined && mark[1] !== '1')
      return false;
    const from = at + mark[0].length;
    const ink = this.text.slice(from, end);
    if (MARK.test(ink) || SPECIAL.test(ink) || HEADING.test(ink) || RULE.test(ink)) return false;
    this.#open.length = depth;
    const children: RootContent[] = [];
    const item: ListItem = {
      type: 'listItem',
      children: children as ListItem['children'],
      position: positionOf(at, end),
    };
    this.#list(mark[1] !== undefined, item);
    this.#open.push({ item, content: from - start, children });
    this.#begin(from, end);
    return true;
  }

  /** The items whose content reaches down to a line of this indent. */
  #depth(indent: number): number {
    let depth = 0;
    for (const open of this.#open) {
      if (indent < open.content) break;
      depth += 1;
    }
    return depth;
  }

  #leave(indent: number): void {
    this.#open.length = this.#depth(indent);
  }

  #list(ordered: boolean, item: ListItem): void {
    const children = this.#open.at(-1)?.children ?? this.#root;
    const last = children.at(-1);
    if (last?.type === 'list' && last.ordered === ordered) last.children.push(item);
    else children.push({ type: 'list', ordered, children: [item] } satisfies List);
  }

  #begin(start: number, end: number): void {
    this.#paragraph = block('paragraph', start, end);
    this.#add(this.#paragraph);
  }

  #add(node: Paragraph | Heading | Code): void {
    (this.#open.at(-1)?.children ?? this.#root).push(node);
  }
}

function block(type: 'paragraph', start: number, end: number): Paragraph;
function block(type: 'heading', start: number, end: number): Heading;
function block(type: 'paragraph' | 'heading', start: number, end: number): Paragraph | Heading {
  const position = positionOf(start, end);
  return type === 'paragraph' ? { type, children: [], position } : { type, depth: 1, children: [], position };
}

function positionOf(start: number, end: number): NonNullable<RootContent['position']> {
  // Nobody asks for lines and columns of a piece.
  return { start: { line: 1, column: 1, offset: start }, end: { line: 1, column: 1, offset: end } };
}

function stretch(node: Paragraph, end: number): void {
  if (node.position !== undefined) node.position = positionOf(node.position.start.offset ?? 0, end);
}
