// Phases, epics and milestones that tasks and plan items belong to, as written in headings, bold lines or list entries.
import type { Span, Written } from '../../model/text';
import { plainText } from './markdown';
import type { ScannedText, Section } from './sections';
import { suffixSite, type SiteFound } from './status-sites';

export interface Phase {
  /** "Phase 1", "Epic A"; null where the words carry no number. */
  readonly id: string | null;
  readonly kind: 'phase' | 'epic' | 'milestone';
  readonly title: string;
  /** Raw title without the status suffix. */
  readonly titleSpan: Span;
  readonly line: number;
  /** Last line that belongs to it. */
  readonly end: number;
  readonly site: SiteFound;
  readonly moscow: Written<string> | null;
  readonly estimate: Written<string> | null;
  /** Heading section, -1: written in another way. */
  readonly section: number;
}

const WORD =
  /^(?:[^\p{L}\p{N}]|\*\*|(?:\d+(?:\.\d+)*[.)]\s*))*(phase|epic|milestone|stage|sprint|iteration|wave|week)s?\s+(\d+(?:\.\d+)*|[A-Z]|[IVX]{1,4})(?![\p{L}\p{N}])[\s:.–—*-]*/iu;
const MOSCOW = /\b(must|should|could|won'?t)(?:[\s-]+have)?\b/i;
/** A field glued to the words before it. */
const FIELD_IN_LINE = /(?<=[^\s*(]|\*\*)\*\*[^*\n:]{2,40}:\s*\*\*/;
const EFFORT =
  /\(\s*((?:~|≈)?\s*\d[\d.,]*\s*(?:[-–—]\s*\d[\d.,]*\s*)?(?:h|hours?|hrs?|d|days?|weeks?|minutes?|mins?|points?|pts?)\b[^()]*)\)/i;

/** A phase named by this text, null: it names none. `end` is the phase's last line. */
export function phaseIn(text: string, span: Span, line: number, end: number, section = -1): Phase | null {
  const source = text.slice(span.start, Math.min(span.end, span.start + 600));
  const match = WORD.exec(source.slice(0, 60));
  const [word, number] = [match?.[1], match?.[2]];
  if (match === null || word === undefined || number === undefined) return null;
  const glued = source.search(FIELD_IN_LINE);
  const own = glued === -1 ? span : { start: span.start, end: span.start + glued };
  const site = suffixSite(text, own);
  const rest = { start: span.start + match[0].length, end: Math.max(span.start + match[0].length, site.span.start) };
  const words = cleanTitle(text.slice(rest.start, Math.min(rest.end, rest.start + 2000)));
  const kind = /epic/i.test(word) ? 'epic' : /milestone/i.test(word) ? 'milestone' : 'phase';
  return {
    id: `${word} ${number}`,
    kind,
    title: words === '' ? `${word} ${number}` : words,
    titleSpan: rest,
    line,
    end,
    site,
    moscow: writtenMatch(source, MOSCOW, span.start, /\(([^()]*)\)/),
    estimate: writtenMatch(source, EFFORT, span.start, null),
    section,
  };
}

/** Phases among the headings. */
export function phaseSections(lines: ScannedText, sections: readonly Section[]): ReadonlyMap<number, Phase> {
  const found = new Map<number, Phase>();
  for (const [at, section] of sections.entries()) {
    if (section.depth < 2) continue;
    const phase = phaseIn(lines.index.text, section.title, section.line, section.end, at);
    if (phase !== null) found.set(at, phase);
  }
  return found;
}

/** Plain words of a raw title whose bold marks may be cut in half. */
export function cleanTitle(raw: string): string {
  const marked = raw.includes('**');
  const odd = marked && raw.split('**').length % 2 === 0;
  const plain = plainText(odd ? raw.replaceAll('**', '') : raw);
  const single = /\s\s|[\t\r\n]/.test(plain) ? plain.replace(/\s+/g, ' ') : plain;
  return /[\s:–—-]$/.test(single) ? single.replace(/\s*[:–—-]\s*$/, '').trim() : single;
}

function writtenMatch(source: string, pattern: RegExp, base: number, within: RegExp | null): Written<string> | null {
  const area = within === null ? null : within.exec(source);
  if (within !== null && area === null) return null;
  const text = area?.[0] ?? source;
  const match = pattern.exec(text);
  const value = match?.[1];
  if (match === null || value === undefined) return null;
  const start = base + (area?.index ?? 0) + match.index + match[0].indexOf(value);
  return { value: value.trim(), text: value, span: { start, end: start + value.length } };
}
