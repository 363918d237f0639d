// A markdown document as sections: what stands between two headings, cut into pieces where it is long. Knows no plan.

export interface Section {
  /** Titles from the document's first heading down to this section's own, joined by " › ". */
  readonly trail: string;
  /** 1-based, of the first line. */
  readonly line: number;
  /** 1-based, of the last line. */
  readonly endLine: number;
  readonly text: string;
}

/** Characters after which a section is cut at the next good place, and at the latest. */
const LONG = 1200;
const LONGEST = 2400;
/** Longer lines (a table row with a whole story) are kept up to here for searching. */
const LONGEST_LINE = 8000;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;

/** Sections in document order; they cover every line that is not blank. */
export const sectionsOf = (text: string): readonly Section[] => [...eachSection(text)];

/** The same one by one, for documents so large that others must get their turn in between. */
export function* eachSection(text: string): Generator<Section> {
  const trail: string[] = [];
  let lines: string[] = [];
  let start = 1;
  let size = 0;
  let fence: string | null = null;
  const flush = (next: number): readonly Section[] => {
    const [said, from] = [lines, start];
    lines = [];
    size = 0;
    start = next;
    const first = said.findIndex((line) => line.trim() !== '');
    if (first < 0) return [];
    const last = said.findLastIndex((line) => line.trim() !== '');
    return [
      {
        trail: trail.filter((title) => title !== '').join(' › '),
        line: from + first,
        endLine: from + last,
        text: said.slice(first, last + 1).join('\n'),
      },
    ];
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const mark = FENCE.exec(line)?.[1];
    const wasOpen = fence !== null;
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence) && line.trim() === mark) fence = null;
    }
    const heading = fence === null && !wasOpen ? HEADING.exec(line) : null;
    if (heading?.[1] !== undefined) {
      // A heading with nothing under it but another heading goes along with that one.
      if (lines.some((each) => each.trim() !== '' && !HEADING.test(each))) yield* flush(index + 1);
      const level = heading[1].length;
      trail.length = Math.min(trail.length, level - 1);
      while (trail.length < level - 1) trail.push('');
      trail.push(plainTitle(heading[2] ?? ''));
    } else if (
      size > LONGEST ||
      (size > LONG && fence === null && (line.trim() === '' || /^(?:[-*|]|\d+\.)/.test(line)))
    ) {
      yield* flush(index + 1);
    }
    lines.push(line.length > LONGEST_LINE ? line.slice(0, LONGEST_LINE) : line);
    size += line.length + 1;
  }
  yield* flush(0);
}

/** A heading without its decoration. */
const plainTitle = (title: string): string =>
  title
    .replace(/[*`]+/g, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim();
