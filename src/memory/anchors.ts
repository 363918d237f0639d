// Anchors: comments by which a document says what of it is worth reading first, and for whom.
import { MEMORY_ROLES, type MemoryRole } from '../model/memory';

export interface Anchor {
  /** `[a-z0-9-]+`; keys may repeat between documents. */
  readonly key: string;
  /** 0–999, lower first. */
  readonly priority: number;
  readonly pins: readonly MemoryRole[];
  /** 1-based, of the key's comment. */
  readonly line: number;
  /** 1-based: where the next anchor begins, or the document ends. */
  readonly endLine: number;
  /** What it marks, without the comments. */
  readonly text: string;
}

const DEFAULT_PRIORITY = 999;
/** More than this is never shown of an anchor. */
const LONGEST = 4000;
const FIELD = /^[ \t]*<!--[ \t]*(ANCHOR_KEY|ANCHOR_PRIORITY|ROLE_PINS)[ \t]*:[ \t]*(.*?)[ \t]*-->/;
const COMMENT = /<!--[\s\S]*?-->/g;

/** Anchors of a document, in its order. Priority and pins belong to the key before them, or to the one right behind. */
export function anchorsOf(text: string): readonly Anchor[] {
  if (!text.includes('ANCHOR_KEY')) return [];
  const lines = text.split(/\r?\n/);
  const found: { key: string; priority: number | null; pins: readonly MemoryRole[] | null; line: number }[] = [];
  let loose: { priority: number | null; pins: readonly MemoryRole[] | null } = { priority: null, pins: null };
  let inFence = false;
  for (const [index, line] of lines.entries()) {
    if (/^ {0,3}(?:`{3,}|~{3,})/.test(line)) inFence = !inFence;
    const field = inFence ? null : FIELD.exec(line);
    if (field === null) {
      // A field without a key right behind it belongs to nothing.
      if (line.trim() !== '' && !line.trim().startsWith('<!--')) loose = { priority: null, pins: null };
      continue;
    }
    const [, name, value = ''] = field;
    if (name === 'ANCHOR_KEY') {
      const key = value.trim().toLowerCase();
      if (/^[a-z0-9-]+$/.test(key)) found.push({ key, ...loose, line: index + 1 });
      loose = { priority: null, pins: null };
      continue;
    }
    const last = found.at(-1);
    const near = last !== undefined && onlyComments(lines, last.line, index);
    if (name === 'ANCHOR_PRIORITY') {
      const priority = readPriority(value);
      if (near) last.priority ??= priority;
      else loose.priority = priority;
    } else {
      const pins = readPins(value);
      if (near) last.pins ??= pins;
      else loose.pins = pins;
    }
  }
  return found.map((anchor, index) => {
    const endLine = (found[index + 1]?.line ?? lines.length + 1) - 1;
    return {
      key: anchor.key,
      priority: anchor.priority ?? DEFAULT_PRIORITY,
      pins: anchor.pins ?? [],
      line: anchor.line,
      endLine,
      text: lines
        .slice(anchor.line - 1, endLine)
        .join('\n')
        .replace(COMMENT, '')
        .trim()
        .slice(0, LONGEST),
    };
  });
}

/** Nothing but comments and blank lines between two lines (1-based, 0-based). */
const onlyComments = (lines: readonly string[], from: number, to: number): boolean =>
  lines.slice(from, to).every((line) => line.trim() === '' || line.trim().startsWith('<!--'));

function readPriority(value: string): number | null {
  const number = /^\d{1,3}$/.test(value.trim()) ? Number(value) : Number.NaN;
  return Number.isInteger(number) ? number : null;
}

/** A JSON list of roles; unknown ones are dropped, anything else is no pin at all. */
function readPins(value: string): readonly MemoryRole[] | null {
  let list: unknown;
  try {
    list = JSON.parse(value);
  } catch {
    return null;
  }
  if (!Array.isArray(list)) return null;
  const wanted = new Set(list.filter((each) => typeof each === 'string').map((each) => each.trim().toLowerCase()));
  return MEMORY_ROLES.filter((role) => wanted.has(role));
}
