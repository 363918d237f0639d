// Links, headings and anchors of a markdown text, found by one linear scan outside code and comments. Reading for
// checks only: it does not build a tree and does not know every corner of the grammar.

export interface Link {
  /** As written, without title and angle brackets. */
  readonly target: string;
  /** 1-based. */
  readonly line: number;
}
interface Heading {
  readonly level: number;
  readonly text: string;
  readonly line: number;
}
export interface Outline {
  readonly links: readonly Link[];
  readonly headings: readonly Heading[];
  /** Everything a `#fragment` can point at: heading slugs as GitHub makes them, ids and names in HTML. */
  readonly anchors: ReadonlySet<string>;
  /** Reference links whose definition is missing: "[text][id]". */
  readonly undefinedReferences: readonly Link[];
}

export function outlineOf(text: string): Outline {
  const lines = proseLines(text);
  const links: Link[] = [];
  const headings: Heading[] = [];
  const ids: string[] = [];
  const definitions = new Set<string>();
  const references: { readonly id: string; readonly line: number }[] = [];
  for (const [i, line] of lines.entries()) {
    const heading = headingAt(lines, i);
    if (heading !== null) headings.push(heading);
    const definition = /^ {0,3}\[([^\]]{1,400})\]:\s*(?:<([^>]*)>|(\S+))/.exec(line);
    if (definition?.[1] !== undefined && !definition[1].startsWith('^')) {
      definitions.add(normalised(definition[1]));
      links.push({ target: definition[2] ?? definition[3] ?? '', line: i + 1 });
      continue;
    }
    for (const target of inlineTargets(line)) links.push({ target, line: i + 1 });
    for (const found of line.matchAll(/\]\[([^\]]{1,400})\]/g)) references.push({ id: found[1] ?? '', line: i + 1 });
    for (const found of line.matchAll(/<(?:a|img)\b[^>]{0,400}?\b(?:href|src)\s*=\s*["']([^"']{0,400})["']/gi)) {
      links.push({ target: found[1] ?? '', line: i + 1 });
    }
    for (const found of line.matchAll(/<[a-z][^>]{0,400}?\b(?:id|name)\s*=\s*["']([^"']{1,400})["']/gi))
      ids.push(found[1] ?? '');
  }
  const undefinedReferences = references
    .filter(({ id }) => !definitions.has(normalised(id)))
    .map(({ id, line }) => ({ target: id, line }));
  return { links, headings, anchors: new Set([...slugs(headings), ...ids]), undefinedReferences };
}

const normalised = (id: string): string => id.trim().replace(/\s+/g, ' ').toLowerCase();

/** Slugs of headings in order; a slug that was there before gets "-1", "-2", …, as GitHub does. */
function slugs(headings: readonly Heading[]): readonly string[] {
  const used = new Map<string, number>();
  return headings.map(({ text }) => {
    const base = slugOf(text);
    let slug = base;
    while (used.has(slug)) {
      const next = (used.get(base) ?? 0) + 1;
      used.set(base, next);
      slug = `${base}-${next}`;
    }
    used.set(slug, 0);
    return slug;
  });
}

function slugOf(heading: string): string {
  const shown = heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replace(/[*`~]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, '');
  return shown
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Longer lines are data, not prose. */
const LONGEST_LINE = 20_000;

/** The text line by line with front matter, code and comments blanked out. */
function proseLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const out: string[] = [];
  let fence: string | null = null;
  let inComment = false;
  let inFrontMatter = lines[0] === '---';
  for (const [i, whole] of lines.entries()) {
    const line = whole.length > LONGEST_LINE ? '' : whole;
    if (inFrontMatter) {
      inFrontMatter = i === 0 || !/^(?:---|\.\.\.)\s*$/.test(line);
      out.push('');
      continue;
    }
    if (fence !== null) {
      const close = /^[ >]*(`{3,}|~{3,})\s*$/.exec(line)?.[1];
      if (close !== undefined && close[0] === fence[0] && close.length >= fence.length) fence = null;
      out.push('');
      continue;
    }
    const open = inComment ? null : /^(?:[ >]|[-*+] |\d+[.)] )*(`{3,}(?=[^`]*$)|~{3,})/.exec(line);
    if (open?.[1] !== undefined) {
      fence = open[1];
      out.push('');
      continue;
    }
    const shown = withoutComments(line, inComment);
    inComment = shown.open;
    out.push(withoutCode(shown.text));
  }
  return out;
}

function withoutComments(line: string, open: boolean): { readonly text: string; readonly open: boolean } {
  let text = '';
  let at = 0;
  let inside = open;
  while (at < line.length) {
    const next = line.indexOf(inside ? '-->' : '<!--', at);
    if (next < 0) break;
    if (!inside) text += line.slice(at, next);
    at = next + (inside ? 3 : 4);
    inside = !inside;
  }
  return { text: inside ? text : text + line.slice(at), open: inside };
}

/** Code spans within one line are blanked; an unclosed backtick is text. */
function withoutCode(line: string): string {
  if (!line.includes('`')) return line;
  let out = '';
  let at = 0;
  for (const run of line.matchAll(/`+/g)) {
    if (run.index < at) continue;
    const close = closingRun(line, run.index + run[0].length, run[0].length);
    if (close < 0) continue;
    const end = close + run[0].length;
    // Headings keep the words of their code for the slug, links in it are none.
    out += line.slice(at, run.index) + line.slice(run.index, end).replace(/[[\]()<>]/g, ' ');
    at = end;
  }
  return out + line.slice(at);
}

function closingRun(line: string, from: number, length: number): number {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let found = runs.exec(line); found !== null; found = runs.exec(line)) {
    if (found[0].length === length) return found.index;
  }
  return -1;
}

function headingAt(lines: readonly string[], i: number): Heading | null {
  const line = lines[i] ?? '';
  const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(line);
  if (atx?.[1] !== undefined) {
    const text = (atx[2] ?? '').trimEnd().replace(/(?:^|[ \t])#+$/, '');
    return { level: atx[1].length, text: text.trim(), line: i + 1 };
  }
  const under = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1];
  const above = lines[i - 1] ?? '';
  if (under === undefined || above.trim() === '' || /^\s*(?:[#>|]|[-*+] |\d+[.)] |=+\s*$|-+\s*$)/.test(above))
    return null;
  return { level: under.startsWith('=') ? 1 : 2, text: above.trim(), line: i };
}

/** Targets of `[text](target "title")` and images, brackets in the target balanced. */
function inlineTargets(line: string): readonly string[] {
  const targets: string[] = [];
  for (let at = line.indexOf(']('); at >= 0; at = line.indexOf('](', at + 2)) {
    const from = at + 2;
    const angled = /^\s*<([^<>]*)>/.exec(line.slice(from, from + 600));
    if (angled?.[1] !== undefined) {
      targets.push(angled[1]);
      continue;
    }
    let depth = 0;
    let end = from;
    while (end < line.length && end - from < 600) {
      const char = line.charAt(end);
      if (char === '\\') end++;
      else if (char === '(') depth++;
      else if (char === ')' && depth-- === 0) break;
      else if (/\s/.test(char) && end > from) break;
      end++;
    }
    if (end < line.length) targets.push(line.slice(from, end).trim());
  }
  return targets;
}
