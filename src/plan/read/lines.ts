// Walks a text line by line and says which lines are code, comment or front matter, so that readers skip decoys.
// Not a markdown parser: linear, line based, tolerant of what remark would swallow.
import type { LineIndex } from './line-index';

type LineKind = 'text' | 'blank' | 'heading' | 'fence' | 'code' | 'comment' | 'front-matter';

export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly start: number;
  /** Behind the last character, before CR and LF. */
  readonly end: number;
  readonly text: string;
  /** Columns of white space before the first character, tabs to the next multiple of four. */
  readonly indent: number;
  readonly kind: LineKind;
  /** Info string of the fence on its opening line, lower case. */
  readonly info: string | null;
}

export interface Lines {
  readonly all: readonly Line[];
  /** Line of a fence or comment that never ends; everything behind it is hidden. null: none. */
  readonly openAt: number | null;
}

const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const FENCE = /^[ \t]*(?:[-*+][ \t]+)?(`{3,}|~{3,})([^\n]*)$/;
const LIST_OR_HEADING = /^[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t])/;

function indentOf(text: string): number {
  let columns = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32) columns += 1;
    else if (code === 9) columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}

/** Classifies every line once. */
export function walkLines(index: LineIndex): Lines {
  const all: Line[] = [];
  let fence: { mark: string; indent: number; line: number } | null = null;
  let comment: number | null = null;
  let frontMatter = false;
  for (let number = 1; number <= index.count; number += 1) {
    const start = index.start(number);
    const end = index.end(number);
    const text = index.text.slice(start, end);
    const indent = indentOf(text);
    const push = (kind: LineKind, info: string | null = null): void => {
      all.push({ number, start, end, text, indent, kind, info });
    };
    if (frontMatter) {
      push('front-matter');
      if (/^(?:---|\.\.\.)[ \t]*$/.test(text)) frontMatter = false;
      continue;
    }
    if (number === 1 && /^---[ \t]*$/.test(text) && hasFrontMatterEnd(index)) {
      frontMatter = true;
      push('front-matter');
      continue;
    }
    if (fence !== null) {
      const closes = closesFence(text, fence.mark);
      // A fence inside a list item ends with its item.
      const leaves = !closes && fence.indent > 0 && indent < fence.indent && LIST_OR_HEADING.test(text);
      if (!leaves) {
        push(closes ? 'fence' : 'code');
        if (closes) fence = null;
        continue;
      }
      fence = null;
    }
    if (comment !== null) {
      push('comment');
      if (text.includes('-->')) comment = null;
      continue;
    }
    if (text.length === indent || text.trim() === '') {
      push('blank');
      continue;
    }
    const opening = FENCE.exec(text);
    if (opening !== null && !(opening[1]?.startsWith('`') === true && (opening[2] ?? '').includes('`'))) {
      fence = { mark: opening[1] ?? '```', indent, line: number };
      push('fence', (opening[2] ?? '').trim().toLowerCase());
      continue;
    }
    if (indent < 4 && text.startsWith('<!--', text.length - text.trimStart().length)) {
      if (!text.includes('-->')) comment = number;
      push('comment');
      continue;
    }
    push(HEADING.test(text) ? 'heading' : 'text');
  }
  return { all, openAt: fence?.line ?? comment };
}

function closesFence(text: string, mark: string): boolean {
  const trimmed = text.trim();
  const char = mark.charAt(0);
  if (trimmed.length < mark.length || !trimmed.startsWith(char)) return false;
  for (let at = 0; at < trimmed.length; at += 1) if (trimmed[at] !== char) return false;
  return true;
}

function hasFrontMatterEnd(index: LineIndex): boolean {
  for (let number = 2; number <= index.count; number += 1) {
    const line = index.line(number);
    if (/^(?:---|\.\.\.)[ \t]*$/.test(line)) return true;
    if (HEADING.test(line)) return false;
  }
  return false;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly span: { readonly start: number; readonly end: number };
}

/** Level and bare text of a heading line. */
export function headingOf(line: Line): Heading {
  const lead = /^ {0,3}(#{1,6})[ \t]*/.exec(line.text);
  const from = lead?.[0].length ?? 0;
  let to = line.text.length;
  while (to > from && ' \t'.includes(line.text.charAt(to - 1))) to -= 1;
  let hashes = to;
  while (hashes > from && line.text.charAt(hashes - 1) === '#') hashes -= 1;
  if (hashes < to && (hashes === from || ' \t'.includes(line.text.charAt(hashes - 1)))) to = hashes;
  while (to > from && ' \t'.includes(line.text.charAt(to - 1))) to -= 1;
  return {
    level: lead?.[1]?.length ?? 1,
    text: line.text.slice(from, to),
    span: { start: line.start + from, end: line.start + to },
  };
}
