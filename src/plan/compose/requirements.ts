// What a PRD asks for, with its lines: functional and other requirements, acceptance criteria, plan items under phases.
import type { Item, PlanDocument } from '../../model/plan';
import { plainText } from '../read/markdown';
import { cutSections, scanLines, type ScannedText, type Section } from '../read/sections';

export interface Requirement {
  /** "FR-2", "NFR-1.1"; null where it only stands in a list of requirements. */
  readonly ref: string | null;
  readonly title: string;
  /** 1-based. */
  readonly line: number;
  readonly functional: boolean;
  /** What stands under it, one line each. */
  readonly details: readonly string[];
  readonly priority: string | null;
  readonly moscow: string | null;
}
export interface Criterion {
  readonly text: string;
  readonly line: number;
}
export interface PlannedWork {
  readonly title: string;
  readonly line: number;
  readonly phase: string | null;
  /** "Phase 2: …" → 2. */
  readonly phaseNumber: number | null;
  /** As written on the item or its phase's share of hours. */
  readonly estimate: string | null;
  readonly item: Item;
}
export interface Asked {
  readonly requirements: readonly Requirement[];
  readonly criteria: readonly Criterion[];
  /** What the whole is checked by: the PRD's own quality gates. */
  readonly gates: readonly Criterion[];
  /** Phases that say which others come before them, by number; the rest follow one another. */
  readonly phaseNeeds: ReadonlyMap<number, readonly number[]>;
  /** "High", where the head of the document says so. */
  readonly priority: string | null;
  readonly work: readonly PlannedWork[];
  /** Phases without items. */
  readonly phases: readonly {
    readonly title: string;
    readonly number: number | null;
    readonly line: number;
    readonly estimate: string | null;
  }[];
}

const REF = /^(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:\*\*)?((?:NFR|FR|REQ)[-\s]?\d+(?:\.\d+)*)\b(?:\*\*)?\s*[:.)–—-]*\s*(.*)$/i;
const REQUIREMENTS = /\b(?:functional requirements|requirements)\b/i;
const FUNCTIONAL = /\bfunctional requirements\b/i;
const CRITERIA = /\b(?:acceptance criteria|how do we know it'?s done|definition of done|success criteria)\b/i;
const GATES = /\bquality gates?\b/i;
const NOT_REQUIREMENTS = /non[- ]functional|requirements document|resource|system requirements|testing requirements/i;
const TASK = /^\W*(?:task\b|T-?\d)/i;
const BULLET = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;

export function askedBy(document: PlanDocument, text: string): Asked {
  const lines = scanLines(text);
  const sections = cutSections(lines);
  return {
    requirements: requirementsIn(lines, sections),
    criteria: criteriaIn(lines, sections),
    gates: gatesIn(lines, sections),
    phaseNeeds: phaseNeedsIn(lines, sections),
    priority: /^[\s#>*<!-]{0,12}priority\**\s*:\**[\t ]*([^\r\n]{1,60})/im.exec(text.slice(0, 3000))?.[1] ?? null,
    ...planIn(document),
  };
}

function requirementsIn(lines: ScannedText, sections: readonly Section[]): readonly Requirement[] {
  const found: Requirement[] = [];
  for (const [at, section] of sections.entries()) {
    const title = titleOf(lines, section);
    const named = REF.exec(title);
    if (named?.[1] !== undefined && section.line > 0) {
      const below = numberedIn(lines, section);
      if (below.length > 0) found.push(...below);
      else if (!sections.some((each) => each.parent === at && REF.test(titleOf(lines, each))))
        found.push(requirement(named[1], named[2] ?? '', section.line, bulletsIn(lines, section)));
      continue;
    }
    const below = numberedIn(lines, section);
    if (below.length > 0) found.push(...below);
    else if (
      REQUIREMENTS.test(title) &&
      !NOT_REQUIREMENTS.test(title) &&
      section.depth > 1 &&
      !isUnder(lines, sections, at, CRITERIA)
    )
      for (const bullet of bulletsIn(lines, section, true))
        // A list without numbers asks for work only where it says so; limits and qualities are checked at the end.
        found.push({
          ...requirement(null, bullet.text, bullet.line, bullet.below),
          functional: FUNCTIONAL.test(title),
        });
  }
  const seen = new Set<string>();
  return found.filter((each) => {
    const key = each.ref ?? `${each.line}`;
    return each.title.length >= 4 && !seen.has(key) && seen.add(key);
  });
}

/** "- **FR-1.1**: Parse …" lines of a section's own body. */
function numberedIn(lines: ScannedText, section: Section): readonly Requirement[] {
  return bulletsIn(lines, section, true).flatMap((bullet) => {
    const match = REF.exec(bullet.raw);
    return match?.[1] === undefined ? [] : [requirement(match[1], match[2] ?? '', bullet.line, bullet.below)];
  });
}

function requirement(
  ref: string | null,
  raw: string,
  line: number,
  details: readonly { readonly text: string }[],
): Requirement {
  const title = cleanTitle(raw);
  const all = [title, ...details.map((each) => each.text)].join(' ');
  return {
    ref:
      ref === null
        ? null
        : ref
            .toUpperCase()
            .replace(/\s/g, '-')
            .replace(/^([A-Z]+)(?=\d)/, '$1-'),
    title,
    line,
    functional: ref === null || !/^NFR/i.test(ref),
    details: details.map((each) => each.text),
    priority:
      /\b(critical|high|medium|low)\s+priority\b|\bpriority\W{1,4}(critical|high|medium|low)\b/i
        .exec(all)
        ?.slice(1)
        .find(Boolean) ?? null,
    moscow: /\b(must|should|could|won'?t)[- ]have\b|\((must|should|could)\)/i.exec(all)?.slice(1).find(Boolean) ?? null,
  };
}

function criteriaIn(lines: ScannedText, sections: readonly Section[]): readonly Criterion[] {
  const found = new Map<string, Criterion>();
  for (const [at, section] of sections.entries()) {
    const title = titleOf(lines, section);
    if (section.line === 0 || !CRITERIA.test(title) || isUnder(lines, sections, at, TASK)) continue;
    // Questions under the heading each have their list; those that ask for something else are left alone.
    const own = [
      section,
      ...sections.filter(
        (each) =>
          each.parent === at && !/\b(?:success look like|metrics?|quality gates?)\b/i.test(titleOf(lines, each)),
      ),
    ];
    for (const each of own)
      for (const bullet of bulletsIn(lines, each, true))
        for (const text of criteriaOf(bullet)) if (!found.has(text)) found.set(text, { text, line: bullet.line });
  }
  return [...found.values()];
}

function gatesIn(lines: ScannedText, sections: readonly Section[]): readonly Criterion[] {
  const found = new Map<string, Criterion>();
  for (const [at, section] of sections.entries()) {
    if (section.line === 0 || !GATES.test(titleOf(lines, section)) || isUnder(lines, sections, at, TASK)) continue;
    for (const bullet of bulletsIn(lines, section, true))
      for (const text of criteriaOf(bullet)) if (!found.has(text)) found.set(text, { text, line: bullet.line });
  }
  return [...found.values()];
}

/** "- **Phase 5**: Requires Phases 2-4 to be complete" under a heading about dependencies. */
function phaseNeedsIn(lines: ScannedText, sections: readonly Section[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  const beside: { readonly phase: number; readonly of: number }[] = [];
  for (const section of sections.filter((each) => /\bdependenc/i.test(titleOf(lines, each))))
    for (const { text } of bulletsIn(lines, section, true)) {
      const [, name, said] = /^Phase\s+(\d{1,2})\s*[:–—-]\s*(.+)$/i.exec(text) ?? [];
      if (name === undefined || said === undefined) continue;
      const phase = Number(name);
      const alongside = /parallel with phase\s+(\d{1,2})/i.exec(said)?.[1];
      if (/\ball (?:previous|earlier|other|prior)\b/i.test(said))
        found.set(
          phase,
          Array.from({ length: phase - 1 }, (_, n) => n + 1),
        );
      else if (/^(?:no dependencies|none)\b/i.test(said)) found.set(phase, []);
      else if (alongside !== undefined) beside.push({ phase, of: Number(alongside) });
      else {
        const named = /\bphases?\s+(\d{1,2}(?:\s*(?:,|and|&|-|–|to)\s*(?:phase\s+)?\d{1,2})*)/i.exec(said)?.[1];
        if (named !== undefined)
          found.set(
            phase,
            phasesNamed(named).filter((each) => each < phase),
          );
      }
    }
  // What runs beside a phase waits for what that phase waits for.
  for (const { phase, of } of beside)
    found.set(
      phase,
      (found.get(of) ?? [of - 1]).filter((each) => each > 0),
    );
  return found;
}

/** "2-4" → 2, 3, 4; "1, 3 and 5" → 1, 3, 5. */
const phasesNamed = (text: string): readonly number[] =>
  [...text.matchAll(/(\d{1,2})(?:\s*(?:-|–|to)\s*(\d{1,2}))?/g)].flatMap(([, from, to]) =>
    Array.from({ length: Math.max(1, Number(to ?? from) - Number(from) + 1) }, (_, n) => Number(from) + n),
  );

/** A name over a list of checks stands for them: "Reliability" with three boxes below is three criteria. */
function criteriaOf({ text, raw, below }: Bullet): readonly string[] {
  const isName = /:\s*$/.test(text) || /^\*\*[^*]+\*\*:?\s*$/.test(raw) || !/\s\S+\s/.test(text);
  if (below.length === 0 || !isName) return [text];
  const name = text.replace(/\s*:\s*$/, '');
  return below.map((each) => `${name}: ${each.text.replace(/^\[[ xX]\]\s+/, '')}`);
}

/** Does a heading above this one match? A criteria heading under a task belongs to that task. */
function isUnder(lines: ScannedText, sections: readonly Section[], at: number, pattern: RegExp): boolean {
  for (let above = sections[at]?.parent ?? -1; above > 0; above = sections[above]?.parent ?? -1) {
    const section = sections[above];
    if (section !== undefined && pattern.test(titleOf(lines, section))) return true;
  }
  return false;
}

interface Bullet {
  readonly text: string;
  readonly raw: string;
  readonly line: number;
  readonly below: readonly { readonly text: string }[];
}

/** List entries of a section's own body at the outermost level, with what stands under each. `outer` false: all levels. */
function bulletsIn(lines: ScannedText, section: Section, outer = false): readonly Bullet[] {
  const found: { text: string; raw: string; line: number; indent: number; below: { text: string }[] }[] = [];
  for (let line = section.from; line <= section.to; line += 1) {
    if (lines.kind(line) !== 'text') continue;
    const match = BULLET.exec(lines.index.line(line));
    if (match === null) continue;
    const indent = match[1]?.length ?? 0;
    const raw = (match[3] ?? '').trim();
    const text = cleanText(raw);
    if (text === '') continue;
    const last = found.at(-1);
    if (outer && last !== undefined && indent > last.indent) last.below.push({ text });
    else found.push({ text, raw, line, indent, below: [] });
  }
  return found;
}

function planIn(document: PlanDocument): Pick<Asked, 'work' | 'phases'> {
  const titles = new Map(document.items.map((item) => [item.key, item]));
  const work: PlannedWork[] = [];
  const parents = new Set(document.items.map((item) => item.parent));
  for (const item of document.items) {
    if (item.kind === 'phase' || item.kind === 'lane' || item.kind === 'epic' || item.kind === 'subtask') continue;
    const phase = item.parent === null ? null : (titles.get(item.parent) ?? null);
    work.push({
      title: cleanTitle(item.title),
      line: item.line,
      phase: phase?.kind === 'phase' || phase?.kind === 'epic' ? phase.title : null,
      phaseNumber: phase === null ? null : phaseNumber(phase),
      estimate: item.estimate?.text ?? hoursOf(item.title),
      item,
    });
  }
  const phases = document.items
    .filter((item) => (item.kind === 'phase' || item.kind === 'epic') && !parents.has(item.key))
    .map((item) => ({
      title: item.title,
      number: phaseNumber(item),
      line: item.line,
      estimate: item.estimate?.text ?? hoursOf(item.title),
    }));
  return { work, phases };
}

/** "Phase 2: Do it" → 2; null: it has no number. */
function phaseNumber({ id, title }: Item): number | null {
  const number = /^\W*(?:phase|step|milestone|stage)\s+(\d{1,2})\b/i.exec(id ?? title)?.[1];
  return number === undefined ? null : Number(number);
}

/** "(8 hours)", "(2h)", "(1-2 days)" within a title. */
function hoursOf(title: string): string | null {
  return /\((\s*\d[\d.–-]*\s*(?:h|hours?|hrs?|days?|d|minutes?|min|weeks?)\s*)\)/i.exec(title)?.[1]?.trim() ?? null;
}

/** What a document is about: its title without the kind of document and the id; null: it only says what kind it is. */
export function subjectOf(title: string): string | null {
  const subject = plainText(title)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/^(?:PRD|product requirements? document)\b\s*(?:\([^)]*\)\s*)?[:–—-]*\s*/i, '')
    .replace(/^[A-Z]{1,5}[\u2010-\u2015-]\d+(?:[\u2010-\u2015-]\w{1,3})?\b\s*[:–—-]*\s*/, '')
    .trim();
  return subject === '' || /^(?:project )?overview$/i.test(subject) ? null : subject;
}

const titleOf = (lines: ScannedText, section: Section): string =>
  lines.index.text.slice(section.title.start, section.title.end).replaceAll('**', '').trim();

const cleanText = (raw: string): string =>
  raw
    .replaceAll(/\*\*|__/g, '')
    .replace(/^[✅⏳❌🔄]\s*/u, '')
    .trim();

/** A title of one line, without marks, hours and a closing colon; what is long is cut at its first clause. */
export function cleanTitle(raw: string): string {
  const text = plainText(raw)
    .replace(/\((\s*\d[\d.–-]*\s*(?:h|hours?|hrs?|days?|d|minutes?|min|weeks?)\s*)\)/i, '')
    .replace(/\s*\((?:weeks?|days?)\s[\d\s–-]+\)/i, '')
    .replace(/[\s:–—-]+$/u, '')
    .replace(/^[\s:–—-]+/u, '')
    .replaceAll(/\s+(?=[:;,](?:\s|$))/g, '')
    .replaceAll(/\s{2,}/g, ' ')
    .trim();
  if (text.length <= 110) return text;
  const clause = /^.{20,110}?(?=[.;:]\s|,\s|\s[–—(-])/u.exec(text)?.[0] ?? text.slice(0, 110).replace(/\s+\S*$/, '');
  return clause.trim();
}
