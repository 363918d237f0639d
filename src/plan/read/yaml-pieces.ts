// Values of a YAML document with their places: what the YAML dialects share. Reads only, never writes YAML out.
import { isScalar, parseDocument, Scalar, YAMLParseError } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { Problem } from '../../model/problem';
import type { SourceText, Span, Written } from '../../model/text';
import type { LineIndex } from './line-index';

export interface YamlPiece {
  readonly document: Document;
  /** Offset of the piece in the text. */
  readonly offset: number;
}

/** Parses a piece of a text; lines and offsets stay those of the text through `offset`. Never throws. */
export function parseYaml(text: string, offset: number): YamlPiece {
  const parse = (part: string): Document =>
    parseDocument(part, { logLevel: 'silent', strict: false, uniqueKeys: false, prettyErrors: false });
  try {
    if (!nestedTooDeep(text)) return { document: parse(text), offset };
  } catch {
    // Lists inside lists beyond the parser's stack: said below.
  }
  const document = parse('');
  document.errors.push(new YAMLParseError([0, Math.min(1, text.length)], 'IMPOSSIBLE', 'nested too deep'));
  return { document, offset };
}

/** Brackets open at once: the parser recurses, no list of tasks needs more. */
function nestedTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 91 || char === 123) depth += 1;
    else if (char === 93 || char === 125) depth = Math.max(0, depth - 1);
    if (depth > 100) return true;
  }
  return false;
}

export interface YamlText {
  /** The value as text. */
  readonly value: string;
  /** Inside the quotes; the whole of a plain scalar. */
  readonly span: Span;
  /** The text at `span`. */
  readonly text: string;
  readonly quote: '' | "'" | '"';
}

/** A scalar on one line with its place inside its quotes; null: no scalar, a block or several lines. */
export function scalarAt(source: string, piece: YamlPiece, node: unknown): YamlText | null {
  if (!isScalar(node) || node.range == null) return null;
  const start = node.range[0] + piece.offset;
  const end = node.range[1] + piece.offset;
  const quote = node.type === Scalar.QUOTE_DOUBLE ? '"' : node.type === Scalar.QUOTE_SINGLE ? "'" : '';
  if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) return null;
  const span = quote === '' ? { start, end } : { start: start + 1, end: end - 1 };
  if (span.end < span.start) return null;
  const text = source.slice(span.start, span.end);
  if (/[\r\n]/.test(text)) return null;
  // The author's text: "1.10" must not become 1.1.
  const value = quote === '' ? text : String(node.value);
  return { value, span, text, quote };
}

/** Text of any scalar, also of blocks. */
export function textOf(node: unknown): string | null {
  if (!isScalar(node) || node.value === null || node.value === undefined) return null;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? JSON.stringify(node.value);
}

export function writtenOf(found: YamlText | null): Written<string> | null {
  return found === null || found.text === '' ? null : { value: found.value, text: found.text, span: found.span };
}

/** A status word as it must stand inside these quotes; plain words that YAML would misread get quotes. */
export function wordFor(word: string, quote: YamlText['quote']): string {
  if (quote === '"') return JSON.stringify(word).slice(1, -1);
  if (quote === "'") return word.replaceAll("'", "''");
  const plain =
    /^[\p{L}_][\p{L}\p{N}_ ./-]*$/u.test(word) &&
    !word.endsWith(' ') &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(word);
  return plain ? word : `'${word.replaceAll("'", "''")}'`;
}

export function pairSpan(pair: Pair, piece: YamlPiece): Span {
  const key = pair.key as Node | null;
  const value = pair.value as Node | null;
  const start = (key?.range?.[0] ?? 0) + piece.offset;
  return { start, end: (value?.range?.[1] ?? key?.range?.[1] ?? 0) + piece.offset };
}

/** The first thing the parser could not read, as the document's problem. */
export function yamlProblem(source: SourceText, index: LineIndex, piece: YamlPiece): readonly Problem[] {
  const error = piece.document.errors[0];
  if (error === undefined) return [];
  const start = Math.min(source.text.length, error.pos[0] + piece.offset);
  return [
    unreadable(
      source.path,
      index,
      { start, end: Math.max(start, Math.min(source.text.length, error.pos[1] + piece.offset)) },
      error.message.split('\n')[0] ?? 'not YAML',
    ),
  ];
}

export function unreadable(path: string, index: LineIndex, span: Span, what: string): Problem {
  const line = index.lineAt(span.start);
  return {
    code: 'unreadable-document',
    severity: 'error',
    path,
    line,
    column: span.start - index.start(line) + 1,
    span,
    message: `This file cannot be read as a whole: ${what}`,
    fixes: [],
  };
}
