// The one remark parser of the house, for small pieces only. Positions are relative to the piece.
import type { Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { ContentCache } from './content-cache';
import { quickStructure } from './quick-structure';

const full = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml']);

/**
 * Structure only: what stands inside a line costs half the time and is read where it is needed. Indented code and
 * underlined headings are off because authors indent fields and put rules right under them.
 */
const INLINE = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
  'definition',
  'codeIndented',
  'setextUnderline',
];
const structure = unified().use(remarkParse);
structure.data('micromarkExtensions', [{ disable: { null: INLINE } }]);

/** remark is superlinear: a larger piece is not worth its time. */
export const LARGEST_PIECE = 60_000;
const LONGEST_INLINE = 4000;
const plain = new ContentCache<string>(1_000_000);

/** Lists, entries, paragraphs, fences of a piece; paragraphs hold plain source. Beyond the largest piece nothing is read. */
export function parseStructure(text: string): Root {
  const piece = text.length > LARGEST_PIECE ? text.slice(0, LARGEST_PIECE) : text;
  return quickStructure(piece) ?? remarkStructure(piece);
}

/** The same by remark alone. */
export function remarkStructure(text: string): Root {
  return structure.parse(text);
}

/** Inline markdown as people read it: marks gone, code spans and links by their text. */
export function plainText(source: string): string {
  if (!/[*_`[\]<>&\\~]/.test(source)) return source.trim();
  if (source.length > LONGEST_INLINE) return source.replace(/[*_`~]+/g, '').trim();
  return plain.get(
    source,
    () => inlineText(source),
    (text) => text.length + 16,
  );
}

function inlineText(source: string): string {
  const simple = simpleText(source);
  if (simple !== null) return simple;
  // A zero-width start keeps "- x" or "# x" from becoming a block.
  return textOf(full.parse(`\u200b${source}`))
    .replaceAll('\u200b', '')
    .trim();
}

const MARKS = /[*_`[\]<>&\\~]/g;
const PRIVATE = /[\ue000-\ue07f]/g;
const BOLD_OR_CODE =
  /\*\*([^*_`[\]<>&\\~\s](?:[^*_`[\]<>&\\~]{0,400}[^*_`[\]<>&\\~\s])?)\*\*(?![\p{L}\p{N}])|`([^`\n]+)`(?!`)/gu;

/** Only well-formed bold and code marks around plain words: no parser needed, null otherwise. */
function simpleText(source: string): string | null {
  if (/[\ue000-\ue07f]/.test(source)) return null;
  // Marks inside code are text: they are moved out of the way while looking for marks that are left.
  const rest = source.replace(
    BOLD_OR_CODE,
    (_, bold?: string, code?: string) =>
      bold ?? (code ?? '').replace(MARKS, (mark) => String.fromCharCode(0xe000 + mark.charCodeAt(0))),
  );
  if (/[*`[\]<>&\\~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(rest)) return null;
  return rest.replace(PRIVATE, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xe000)).trim();
}

interface AnyNode {
  readonly type: string;
  readonly value?: string;
  readonly alt?: string | null;
  readonly children?: readonly unknown[];
}

/** All text under a node; HTML is left out. */
function textOf(node: unknown): string {
  const at = node as AnyNode;
  if (at.type === 'html') return '';
  if (at.type === 'break') return ' ';
  if (typeof at.value === 'string') return at.value;
  if (at.type === 'image') return at.alt ?? '';
  return (at.children ?? []).map(textOf).join('');
}
