// The one remark parser of the house, for small pieces only: parsed once per content, positions relative to the piece.
import type { Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml']);

/** Characters of source that the cache holds on to at most. */
const CACHE_CHARACTERS = 4_000_000;
/** remark is superlinear: a larger piece is not worth its time and is read by lines alone. */
export const LARGEST_PIECE = 60_000;

const cache = new Map<string, Root>();
let cached = 0;

/** The tree of a piece of markdown, from the cache if this very text was parsed before. Positions start at 0. */
export function parsePiece(text: string): Root {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const piece = text.length > LARGEST_PIECE ? text.slice(0, LARGEST_PIECE) : text;
  const root = parser.parse(piece);
  cached += text.length;
  while (cached > CACHE_CHARACTERS) {
    const oldest = cache.keys().next();
    if (oldest.done === true) break;
    cached -= oldest.value.length;
    cache.delete(oldest.value);
  }
  cache.set(text, root);
  return root;
}

/** Inline markdown as people read it: marks gone, code spans and links by their text. */
export function plainText(source: string): string {
  if (!/[*_`[\]<>&\\~]/.test(source)) return source.trim();
  if (source.length > 4000) return source.replace(/[*_`~]+/g, '').trim();
  // A zero-width start keeps "- x" or "# x" from becoming a block.
  return textOf(parsePiece(`\u200b${source}`))
    .replaceAll('\u200b', '')
    .trim();
}

interface AnyNode {
  readonly type: string;
  readonly value?: string;
  readonly alt?: string | null;
  readonly children?: readonly unknown[];
}

/** All text under a node; HTML is left out. */
export function textOf(node: unknown): string {
  const at = node as AnyNode;
  if (at.type === 'html') return '';
  if (at.type === 'break') return ' ';
  if (typeof at.value === 'string') return at.value;
  if (at.type === 'image') return at.alt ?? '';
  return (at.children ?? []).map(textOf).join('');
}
