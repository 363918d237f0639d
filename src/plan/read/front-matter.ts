// The YAML block at the top of a markdown file, parsed in place.
import { isMap, type YAMLMap } from 'yaml';
import { parseYaml, type YamlPiece } from './yaml-pieces';

export interface FrontMatter {
  readonly piece: YamlPiece;
  readonly map: YAMLMap | null;
  /** Offsets of the block between its dashes, and of the text behind it. */
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
}

/** Front matter is a page at most; the YAML parser takes its time. */
const LARGEST = 100_000;

/** The block, null without one. `fix` may change text but not its length (bare "@name" is no YAML). */
export function frontMatterOf(text: string, fix: (block: string) => string = (block) => block): FrontMatter | null {
  const open = /^---[\t ]*\r?\n/.exec(text.slice(0, 40));
  if (open === null) return null;
  const start = open[0].length;
  const close = closingLine(text, start);
  if (close === null || close.start - start > LARGEST) return null;
  const piece = parseYaml(fix(text.slice(start, close.start)), start);
  const contents = piece.document.contents;
  return { piece, map: isMap(contents) ? contents : null, start, end: close.start, bodyStart: close.end };
}

function closingLine(text: string, from: number): { readonly start: number; readonly end: number } | null {
  let at = from;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const end = next === -1 ? text.length : next;
    if (/^---[\t ]*\r?$/.test(text.slice(at, Math.min(end, at + 20)))) return { start: at, end };
    if (next === -1) return null;
    at = next + 1;
  }
  return null;
}
