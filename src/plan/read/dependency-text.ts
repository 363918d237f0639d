// Dependencies in a short list of ids ("T1, T2", "Task 1.1", "1.1-1.3", "Phase 2", "None"); what has no id is prose.
import type { Dependency } from '../../model/plan';
import type { Written } from '../../model/text';
import { normalId, plainHyphens } from '../graph/ids';

const NONE = /^(?:none|n\/a|na|nothing|no|nil|-+|)$/i;
const ID = /^(?:tasks?[\s-]+)?#?((?:[A-Za-z]{1,12}-?)?\d+[a-z]?(?:[.-][\dA-Za-z]+)*)$/i;
const PHASE = /^(phase|stage|sprint)s?\s+(\w{1,12}(?:\.\d+)?)\b/i;
const BRACKETED = /^(.{1,120}?)\s*\(.{0,400}\)$/s;
const RANGE =
  /^(?:tasks?[\s-]+)?([A-Za-z]{0,12}-?(?:\d+\.)*)(\d+)\s*(?:-|to|through|\.\.\.?)\s*([A-Za-z]{0,12}-?(?:\d+\.)*)(\d+)(?:\s+\w{1,20})?$/i;
const LIMIT = 200;

/** Splits at commas and semicolons outside brackets; every piece becomes one dependency. "None" gives none. */
export function dependenciesIn(value: Written<string>, blocks: boolean): readonly Dependency[] {
  const found: Dependency[] = [];
  for (const piece of pieces(value)) {
    const text = piece.text;
    const bare = plainHyphens(text).replaceAll(/[*_`]/g, '').trim();
    if (NONE.test(bare)) continue;
    found.push(dependencyOf(bare, text, piece.start, blocks));
  }
  return found;
}

function dependencyOf(bare: string, text: string, start: number, blocks: boolean): Dependency {
  const span = { start, end: start + text.length };
  const kind = blocks ? 'blocks' : 'item';
  const phase = PHASE.exec(bare);
  if (phase !== null) return { kind: 'phase', text, targets: [normalId(`${phase[1]} ${phase[2]}`)], span };
  const range = rangeTargets(bare);
  if (range !== null) return { kind: blocks ? 'blocks' : 'range', text, targets: range, span };
  const short = bare.length < 600 ? (BRACKETED.exec(bare)?.[1] ?? bare) : bare;
  const id = ID.exec(short.slice(0, 80) === short ? short : '');
  if (id?.[1] !== undefined)
    return { kind, text, targets: [normalId(short.replace(/^#/, '').replace(/^tasks[\s-]+/i, 'Task '))], span };
  const lead = /^((?:[A-Z]{1,6}-?\d+(?:[.-]\w+)*)|(?:task\s+\d+(?:\.\d+)*))[\s:]/i.exec(short.slice(0, 60));
  if (lead?.[1] !== undefined) return { kind, text, targets: [normalId(lead[1])], span };
  return { kind: 'prose', text, targets: [], span };
}

function rangeTargets(bare: string): readonly string[] | null {
  if (bare.length > 80) return null;
  const found = RANGE.exec(bare);
  if (found === null) return null;
  const prefix = found[1] ?? '';
  const other = found[3] ?? '';
  const first = Number(found[2]);
  const last = Number(found[4]);
  // "B-1-2" is an id with a sub-number unless the second half repeats the prefix or the first has none.
  const spaced = /\s(?:-|to|through)\s|\.\./i.test(bare);
  if (prefix !== '' && other === '' && !spaced) return null;
  if (other !== '' && other.toUpperCase() !== prefix.toUpperCase()) return null;
  if (last < first || last - first > LIMIT) return null;
  return Array.from({ length: last - first + 1 }, (_, n) => normalId(`${prefix}${first + n}`));
}

function pieces(value: Written<string>): readonly { readonly text: string; readonly start: number }[] {
  const found: { text: string; start: number }[] = [];
  const text = value.text;
  let depth = 0;
  let from = 0;
  const cut = (to: number): void => {
    let start = from;
    let end = to;
    while (start < end && /\s/.test(text.charAt(start))) start += 1;
    while (end > start && /[\s.]/.test(text.charAt(end - 1))) end -= 1;
    if (end > start) found.push({ text: text.slice(start, end), start: value.span.start + start });
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '(') depth += 1;
    else if (char === ')' && depth > 0) depth -= 1;
    const and = char === ' ' && depth === 0 && /^ and\s/i.test(text.slice(at, at + 5));
    if (((char === ',' || char === ';') && depth === 0) || and) {
      cut(at);
      from = and ? at + 5 : at + 1;
    }
  }
  cut(text.length);
  return found;
}
