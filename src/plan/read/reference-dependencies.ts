// Dependencies as the reference project writes them: id lists, ranges, phases, "(blocks B-1)", ids inside prose.
// A path or a sentence without an id stays prose; nothing is guessed.
import type { Dependency } from '../../model/plan';
import type { Span } from '../../model/text';
import { normalId, plainHyphens } from '../graph/ids';
import { ContentCache } from './content-cache';

const NOTHING = /^(?:none|no dependencies?|n\/?a|nil|nothing|tbd|-+|)(?:\s*[-(,;.].*|\s+(?:required|yet)\b.*)?$/i;
const PATH = /[^\s()`,;]*(?:\/[^\s()`,;]*|\.(?:md|py|ts|js|json|ya?ml|sql|sh)\b)/gi;
const NUMBER = String.raw`\d+(?:\.\d+)*`;
const RANGE = new RegExp(
  String.raw`\b(tasks?\s+|t-?|phases?\s+)(${NUMBER})\s*(?:-|to|through|thru|\.\.+)\s*(?:tasks?\s+|t-?)?(${NUMBER})(?![\d.]*\w)`,
  'i',
);
const LETTER_RANGE = /(?<![\w.-])([A-Z]\d{1,2})\s*(?:-|to|through|\.\.+)\s*([A-Z]\d{1,2})(?![\w-])/;
const PHASE = /\bphases?\s+(\d+(?:\.\d+)?)((?:\s*(?:,|and|&|\+)\s*\d+(?:\.\d+)?\b)*)/i;
const ITEM =
  /(?<![\w.-])(?:t-hotfix-\d+|tasks?\s+(?:t-?)?\d+(?:\.\d+)*|tasks?\s+[A-Z]\d+|t-?\d+(?:\.\d+)*|[A-Z]{1,6}-\d+(?:-[A-Za-z]{1,3}\d*)*|[A-H]\d{1,2})(?![\w]|-\d)/gi;
const BLOCKS = /\bblocks?\b(?!ed|\s*by)/i;
const LARGEST_RANGE = 200;
const LONGEST_PIECE = 600;

const known = new ContentCache<readonly Dependency[]>(20_000);

/** One dependency per piece of a list; pieces split at commas, semicolons and "and" outside brackets. */
export function readDependencies(value: string, start: number, blocks = false): readonly Dependency[] {
  const found = known.get(
    blocks ? `blocks ${value}` : value,
    () => readAtStart(value, blocks),
    (made) => made.length + 1,
  );
  return found.map((each) => ({ ...each, span: { start: each.span.start + start, end: each.span.end + start } }));
}

function readAtStart(value: string, blocks: boolean): readonly Dependency[] {
  if (NOTHING.test(plainHyphens(value).replace(/[*_`]/g, '').trim())) return [];
  const found: Dependency[] = [];
  let word = '';
  for (const piece of pieces(value)) {
    const text = value.slice(piece.start, piece.end);
    const span = piece;
    // "Task 1.1, 1.2": a bare number goes on with the word before it.
    const bare = new RegExp(`^${NUMBER}$`).test(text) && word !== '';
    const dependency = readPiece(bare ? `${word} ${text}` : text, text, span, blocks);
    if (dependency === null) continue;
    const lead = /^\W*(task|phase)s?\b/i.exec(text)?.[1];
    word = bare ? word : (lead ?? '');
    found.push(...dependency);
  }
  return found;
}

function readPiece(source: string, text: string, span: Span, blocks: boolean): readonly Dependency[] | null {
  const plain = plainHyphens(source.slice(0, LONGEST_PIECE)).replace(/[*_`]/g, ' ').trim();
  if (plain === '' || NOTHING.test(plain)) return null;
  const reverse = BLOCKS.exec(plain);
  if (reverse !== null && !blocks) {
    // "None (blocks B-2)" and "B-1 (blocks B-2)": what stands before the word is an ordinary dependency.
    const before = readOne(plain.slice(0, reverse.index).replace(/[(\s]+$/, ''), text, span, 'item');
    const after = readOne(plain.slice(reverse.index), text, span, 'blocks');
    const known = [before, after].filter((each) => each !== null && each.kind !== 'prose') as Dependency[];
    if (known.length > 0) return known;
  }
  const one = readOne(plain, text, span, blocks ? 'blocks' : 'item');
  return one === null ? null : [one];
}

function readOne(plain: string, text: string, span: Span, kind: 'item' | 'blocks'): Dependency | null {
  if (plain === '' || NOTHING.test(plain)) return null;
  const open = plain.replace(PATH, (path) => ' '.repeat(path.length));
  // Brackets explain; an id in them counts only when none stands outside.
  const outside = open.replace(/\([^()]*\)/g, ' ');
  const range = rangeOf(outside);
  if (range !== null) return { kind: kind === 'blocks' ? 'blocks' : 'range', text, targets: range, span };
  const items = itemsIn(outside);
  if (items.length > 0) return { kind, text, targets: items, span };
  const phase = PHASE.exec(outside);
  if (phase !== null) {
    const numbers = [phase[1] ?? '', ...(phase[2]?.match(/\d+(?:\.\d+)?/g) ?? [])];
    return { kind: 'phase', text, targets: numbers.map((number) => normalId(`Phase ${number}`)), span };
  }
  const inside = itemsIn(open);
  if (inside.length > 0) return { kind, text, targets: inside, span };
  return { kind: 'prose', text, targets: [], span };
}

function itemsIn(plain: string): readonly string[] {
  return [...new Set([...plain.matchAll(ITEM)].map((match) => idOf(match[0])))];
}

/** "Tasks A1" names A1; "Task 1.1" and "T1.1" name T-1.1. */
function idOf(written: string): string {
  return normalId(written.replace(/^tasks?\s+(?=[A-Z]\d)(?!t-?\d)/i, '').replace(/^tasks\s+/i, 'Task '));
}

function rangeOf(plain: string): readonly string[] | null {
  const letters = LETTER_RANGE.exec(plain);
  if (letters?.[1] !== undefined && letters[2] !== undefined) return letterRange(letters[1], letters[2]);
  const match = RANGE.exec(plain);
  const [word, from, to] = [match?.[1], match?.[2], match?.[3]];
  if (word === undefined || from === undefined || to === undefined) return null;
  const cut = from.lastIndexOf('.') + 1;
  const prefix = from.slice(0, cut);
  const ends = [normalId(`Task ${from}`), normalId(`Task ${to}`)];
  if (to.includes('.') && (!to.startsWith(prefix) || cut === 0)) return /^phase/i.test(word) ? null : ends;
  if (!to.includes('.') && cut > 0) return null;
  const first = Number(from.slice(cut));
  const last = Number(to.slice(to.lastIndexOf('.') + 1));
  if (last < first || last - first > LARGEST_RANGE) return null;
  const name = /^phase/i.test(word) ? 'Phase' : 'Task';
  return Array.from({ length: last - first + 1 }, (_, at) => normalId(`${name} ${prefix}${first + at}`));
}

/** "B1-B3" is three tasks; of "C1-D3" only the ends are known here, the document knows what lies between. */
function letterRange(from: string, to: string): readonly string[] {
  const [first, last] = [Number(from.slice(1)), Number(to.slice(1))];
  if (from.slice(0, 1) !== to.slice(0, 1) || last < first || last - first > LARGEST_RANGE)
    return [normalId(from), normalId(to)];
  return Array.from({ length: last - first + 1 }, (_, at) => normalId(`${from.slice(0, 1)}${first + at}`));
}

/** Fills a range of which only the ends were known with what the document lists between them. */
export function fillRange(dependency: Dependency, ids: readonly string[]): Dependency {
  const [first, last] = dependency.targets;
  if (dependency.kind !== 'range' || dependency.targets.length !== 2 || first === undefined || last === undefined)
    return dependency;
  const [from, to] = [ids.indexOf(first), ids.lastIndexOf(last)];
  if (from === -1 || to <= from + 1) return dependency;
  return { ...dependency, targets: [...new Set(ids.slice(from, to + 1))] };
}

function pieces(value: string): readonly Span[] {
  const found: Span[] = [];
  let depth = 0;
  let from = 0;
  const cut = (end: number): void => {
    let start = from;
    let stop = end;
    while (start < stop && /[\s*]/.test(value[start] ?? '')) start += 1;
    while (stop > start && /[\s.*]/.test(value[stop - 1] ?? '')) stop -= 1;
    if (start < stop) found.push({ start, end: stop });
  };
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at];
    if (char === '(' || char === '[') depth += 1;
    else if ((char === ')' || char === ']') && depth > 0) depth -= 1;
    else if (depth === 0 && (char === ',' || char === ';')) {
      cut(at);
      from = at + 1;
    } else if (
      depth === 0 &&
      char === ' ' &&
      /^ (?:and|&) (?=task|t-|[a-z]+[-\u2010-\u2015]\d)/i.test(value.slice(at, at + 20))
    ) {
      cut(at);
      from = value.indexOf(' ', at + 1) + 1;
    }
  }
  cut(value.length);
  return found;
}
