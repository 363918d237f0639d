// Backlog.md front matter: a line added or a list entry changed at its offsets; the rest of the block is not touched.
import type { Dependency, Item } from '../../model/plan';
import { ok } from '../../model/result';
import { type Edits, invalid, notWritable } from './edits';
import { endOfLine, lineEnd, startOfLine } from './text-edits';

interface Block {
  /** Offset of the first key line. */
  readonly start: number;
  /** Offset of the closing line. */
  readonly end: number;
}

function blockOf(text: string): Block | null {
  const open = /^---[\t ]*\r?\n/.exec(text.slice(0, 20));
  if (open === null) return null;
  const close = /^---[\t ]*$/m.exec(text.slice(open[0].length));
  return close === null ? null : { start: open[0].length, end: open[0].length + close.index };
}

interface KeyLine {
  readonly start: number;
  /** Offset behind the colon. */
  readonly value: number;
  /** Before the line end. */
  readonly end: number;
}

function keyLine(text: string, block: Block, key: string): KeyLine | null {
  let start = block.start;
  while (start < block.end) {
    const end = endOfLine(text, start);
    if (text.startsWith(`${key}:`, start)) return { start, value: start + key.length + 1, end };
    const next = text.indexOf('\n', end) + 1;
    if (next === 0) return null;
    start = next;
  }
  return null;
}

/** Adds `key: value` at the end of the block; a key without value gets it behind its colon. */
export function frontMatterField(text: string, item: Item, key: string, value: string): Edits {
  const block = blockOf(text);
  if (block === null) return notWritable(item, key);
  if (!/^[a-z][a-zA-Z_]*$/.test(key)) return invalid('name', 'A front matter key is one word.');
  const there = keyLine(text, block, key);
  if (there !== null) {
    if (text.slice(there.value, there.end).trim() !== '') return notWritable(item, key);
    return ok([{ span: { start: there.value, end: there.end }, text: ` ${scalar(value)}` }]);
  }
  return ok([{ span: { start: block.end, end: block.end }, text: `${key}: ${scalar(value)}${lineEnd(text)}` }]);
}

/** Plain where YAML reads the same text back, else in single quotes. */
export function scalar(value: string): string {
  const plain =
    /^[A-Za-z][\w ./-]*$/.test(value) && !value.endsWith(' ') && !/^(?:true|false|null|yes|no|on|off)$/i.test(value);
  return plain ? value : `'${value.replaceAll("'", "''")}'`;
}

export function addFrontMatterEntry(text: string, item: Item, name: string): Edits {
  const block = blockOf(text);
  if (block === null) return notWritable(item, 'dependency');
  const key = keyLine(text, block, 'dependencies');
  const eol = lineEnd(text);
  if (key === null)
    return ok([{ span: { start: block.end, end: block.end }, text: `dependencies:${eol}  - ${scalar(name)}${eol}` }]);
  const value = text.slice(key.value, key.end).trim();
  if (value === '') {
    const entries = blockEntries(text, block, key);
    const last = entries.at(-1);
    if (last === undefined) return ok([{ span: { start: key.end, end: key.end }, text: `${eol}  - ${scalar(name)}` }]);
    return ok([{ span: { start: last.end, end: last.end }, text: `${eol}${last.lead}${scalar(name)}` }]);
  }
  if (!value.startsWith('[') || !value.endsWith(']')) return notWritable(item, 'dependency');
  const closing = text.lastIndexOf(']', key.end - 1);
  const empty = value.slice(1, -1).trim() === '';
  // The tool itself writes an empty list as "[]" and a filled one as lines.
  if (empty) return ok([{ span: { start: key.value, end: key.end }, text: `${eol}  - ${scalar(name)}` }]);
  return ok([{ span: { start: closing, end: closing }, text: `, ${scalar(name)}` }]);
}

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly lead: string;
}

function blockEntries(text: string, block: Block, key: KeyLine): readonly Entry[] {
  const found: Entry[] = [];
  let start = text.indexOf('\n', key.end) + 1;
  while (start > 0 && start < block.end) {
    const end = endOfLine(text, start);
    const lead = /^[\t ]*-[\t ]+/.exec(text.slice(start, end))?.[0];
    if (lead === undefined) break;
    found.push({ start, end, lead });
    start = text.indexOf('\n', end) + 1;
  }
  return found;
}

export function removeFrontMatterEntry(text: string, item: Item, found: Dependency): Edits {
  const block = blockOf(text);
  const key = block === null ? null : keyLine(text, block, 'dependencies');
  if (block === null || key === null) return notWritable(item, `dependency ${found.text}`);
  const entries = blockEntries(text, block, key);
  const entry = entries.find((each) => each.start <= found.span.start && found.span.end <= each.end);
  if (entry !== undefined) {
    if (entries.length === 1) return ok([{ span: { start: key.value, end: entry.end }, text: ' []' }]);
    const lineStart = startOfLine(text, entry.start);
    return ok([{ span: { start: lineStart, end: text.indexOf('\n', entry.end) + 1 }, text: '' }]);
  }
  const inline = item.dependencies.filter((each) => each.span.start > key.value && each.span.end <= key.end);
  const at = inline.indexOf(found);
  const after = inline[at + 1];
  const before = inline[at - 1];
  const quote = /["']/.test(text.charAt(found.span.start - 1)) ? 1 : 0;
  const start = found.span.start - quote;
  const end = found.span.end + quote;
  const quoteOf = (each: Dependency): number => (/["']/.test(text.charAt(each.span.start - 1)) ? 1 : 0);
  if (at === -1) return notWritable(item, `dependency ${found.text}`);
  if (after !== undefined) return ok([{ span: { start, end: after.span.start - quoteOf(after) }, text: '' }]);
  if (before !== undefined) return ok([{ span: { start: before.span.end + quoteOf(before), end }, text: '' }]);
  return ok([{ span: { start, end }, text: '' }]);
}
