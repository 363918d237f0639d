// Finds the implementation plan of a PRD and its leaf items under phases (shapes a to m). Line by line: the shapes
// differ in indentation and labels that markdown's tree does not keep apart.
import type { Dependency } from '../../model/plan';
import type { Span } from '../../model/text';
import { readDependencies } from './reference-dependencies';
import { titlesAbove } from './reference-find-tasks';
import { fieldNamed, labelName } from './reference-labels';
import { cleanTitle, phaseIn, type Phase } from './reference-phases';
import type { ScannedText, Section } from './sections';
import { suffixSite, type SiteFound } from './status-sites';

export interface FoundPlanItem {
  readonly line: number;
  /** Text behind mark and box, up to the end of the line. */
  readonly own: Span;
  readonly box: Span | null;
  /** Last line of what is indented under it. */
  readonly end: number;
}

/** A phase or named group of the plan with its items. */
export interface PlanGroup {
  readonly phase: Phase | null;
  readonly items: readonly FoundPlanItem[];
  readonly dependencies: readonly Dependency[];
}

const RANKS: readonly RegExp[] = [
  /\b(?:task breakdown|work breakdown|wbs)\b/i,
  /\b(?:implementation|project|execution|delivery|migration|development|work) (?:plan|phases|strategy|roadmap|steps)\b|^plan$/i,
  /^(?:what are the )?(?:phases|milestones)\b/i,
];
const ASIDE =
  /\b(?:dependenc\w*|timeline|risks?|success|metrics?|resources?|criteria|prerequisites?|budget|rollback|testing strategy|notes?|monitoring|references?|objective|goals?|duration|estimated (?:time|effort|hours)|schedule|validation|quality gates?|handoff|assumptions)\b/i;
/** A label within a phase is aside only when it is nothing but such a word. */
const ASIDE_LABEL =
  /^(?:what(?: are| is|['’]s) the )?(?:key )?(?:dependenc\w*|timeline|risks?(?: (?:and|&) mitigations?)?|success (?:criteria|metrics)|metrics|resources?|(?:acceptance|exit|completion) criteria|prerequisites?|budget|rollback(?: plan)?|notes?|objectives?|goals?|duration|estimated (?:time|effort|hours)|schedule|quality gates?|validation|owner|status|priority)$/i;
const ENTRY = /^([ \t]*)(?:([-*+])|(\d{1,4})([.)]))[ \t]+(?:\[([^\]\n]{1,2})\][ \t]+)?/u;
const LABEL = /^(?:[^\p{L}\p{N}\s*]{1,4}\s*)?\*\*([^*\n]{2,160})\*\*\s*(.*)$/u;
const BLANK_FORM =
  /^(?:\*\*)?(?:(?:task|step|phase) [\w.-]{1,6}\s*[:.–—-]?\s*)?(?:\*\*)?\s*[:–—-]?\s*(?:\[[^\]\n]{2,80}\]|<[^>\n]{2,80}>|\{[^}\n]{2,80}\})(?:\*\*)?[\s.:]*$/i;
const QUESTION = /^(?:what are the )?phases\b/i;

/** The plan of a document, empty where it has none. */
export function findPlan(lines: ScannedText, sections: readonly Section[]): readonly PlanGroup[] {
  let phasesOnly: readonly PlanGroup[] = [];
  for (const rank of RANKS) {
    for (const [at, section] of sections.entries()) {
      if (section.depth < 2 || !rank.test(bareTitle(lines, section))) continue;
      if (
        titlesAbove(lines, sections, section.parent)
          .slice(1)
          .some((title) => ASIDE.test(title))
      )
        continue;
      const groups = filledIn(lines, new PlanReader(lines, sections, at).run());
      if (groups.some((group) => group.items.length > 0)) return groups;
      if (phasesOnly.length === 0 && groups.some((group) => group.phase !== null)) phasesOnly = groups;
    }
  }
  if (phasesOnly.length > 0) return phasesOnly;
  const phased = sectionOfPhases(lines, sections);
  if (phased !== -1) return filledIn(lines, new PlanReader(lines, sections, phased).run());
  return howItWorks(lines, sections);
}

/** What a template leaves to be filled in ("Task 1.1: [Task description]", "Phase 1: [Name]") is no plan. */
function filledIn(lines: ScannedText, groups: readonly PlanGroup[]): readonly PlanGroup[] {
  const { text } = lines.index;
  const isBlank = ({ own }: FoundPlanItem): boolean =>
    own.end - own.start < 200 && BLANK_FORM.test(text.slice(own.start, own.end));
  return groups
    .map((group) => ({ group, items: group.items.filter((item) => !isBlank(item)) }))
    .filter(({ group, items }) => items.length > 0 || (group.items.length === 0 && !isBlankPhase(group.phase)))
    .map(({ group, items }) => (items.length === group.items.length ? group : { ...group, items }));
}

const isBlankPhase = (phase: Phase | null): boolean => phase !== null && BLANK_FORM.test(phase.title);

/** A section without a telling name that is cut into phases, -1: none. */
function sectionOfPhases(lines: ScannedText, sections: readonly Section[]): number {
  const counts = new Map<number, number>();
  for (const [at, section] of sections.entries()) {
    const parent = sections[section.parent];
    if (parent === undefined || parent.depth < 2 || ASIDE.test(bareTitle(lines, parent))) continue;
    if (phaseIn(lines.index.text, section.title, section.line, section.end, at) === null) continue;
    const count = (counts.get(section.parent) ?? 0) + 1;
    if (count === 2) return section.parent;
    counts.set(section.parent, count);
  }
  return -1;
}

function bareTitle(lines: ScannedText, section: Section): string {
  const raw = lines.index.text.slice(section.title.start, Math.min(section.title.end, section.title.start + 200));
  return raw
    .replace(/\*\*/g, '')
    .replace(/^[^\p{L}]+/u, '')
    .trim();
}

interface OpenGroup {
  phase: Phase | null;
  items: FoundPlanItem[];
  dependencies: Dependency[];
  /** Indent of a phase that is a list entry, -1: heading or bold line. */
  indent: number;
  /** Indent of its items, -1: not known yet. */
  itemIndent: number;
  /** It has a "Tasks" label: only what stands under it counts. */
  tasks: boolean;
}

class PlanReader {
  readonly #groups: OpenGroup[] = [];
  readonly #text: string;
  #group: OpenGroup | null = null;
  /** Heading depth under which everything is aside, 0: none. */
  #asideDepth = 0;
  #asideLabel = false;
  #inDependencies = false;
  #asked = false;

  constructor(
    readonly lines: ScannedText,
    readonly sections: readonly Section[],
    readonly at: number,
  ) {
    this.#text = lines.index.text;
  }

  run(): readonly PlanGroup[] {
    const { index } = this.lines;
    const plan = this.sections[this.at];
    if (plan === undefined) return [];
    let next = this.at + 1;
    for (let line = plan.from; line <= plan.end; line += 1) {
      const kind = this.lines.kind(line);
      const below = this.sections[next];
      if (kind === 'heading' && below !== undefined && below.line === line) {
        this.#heading(below, next);
        next += 1;
      } else if (kind === 'text') {
        const start = index.start(line);
        const end = trimEnd(this.#text, start, index.end(line));
        if (end > start) this.#textLine(line, start, end);
      }
    }
    return this.#groups.filter((group) => group.phase !== null || group.items.length > 0);
  }

  #heading(section: Section, at: number): void {
    if (this.#asideDepth > 0 && section.depth > this.#asideDepth) return;
    this.#asideDepth = 0;
    this.#asideLabel = false;
    this.#inDependencies = false;
    const title = bareTitle(this.lines, section);
    const phase = phaseIn(this.#text, section.title, section.line, section.end, at);
    if (phase !== null) this.#open(phase, -1);
    else if (QUESTION.test(title)) this.#ask();
    else if (ASIDE.test(title)) {
      this.#asideDepth = section.depth;
      this.#inDependencies = /dependenc/i.test(title);
    } else this.#open(namedGroup(this.#text, section, at), -1);
  }

  #ask(): void {
    this.#group = null;
    this.#asked = true;
  }

  #open(phase: Phase | null, indent: number): OpenGroup {
    const group = { phase, items: [], dependencies: [], indent, itemIndent: -1, tasks: false };
    this.#groups.push(group);
    this.#group = group;
    return group;
  }

  #textLine(line: number, start: number, end: number): void {
    const head = this.#text.slice(start, Math.min(end, start + 400));
    const entry = ENTRY.exec(head);
    if (entry !== null) this.#entry(line, start, end, entry);
    else if (!/^\s/.test(head) || this.#group === null) this.#label(line, start, end, head);
  }

  #label(line: number, start: number, end: number, head: string): void {
    const label = LABEL.exec(head.trimStart());
    if (label === null) return;
    const words = (label[1] ?? '').replace(/[:?]+\s*$/, '');
    const ink = start + head.search(/\S/);
    const phase = phaseIn(this.#text, { start: ink, end }, line, line);
    if (phase !== null) {
      this.#asideLabel = false;
      this.#asideDepth = 0;
      this.#open(phase, -1);
      return;
    }
    if (QUESTION.test(words)) {
      this.#asideLabel = false;
      this.#ask();
      return;
    }
    this.#inDependencies = /dependenc/i.test(words);
    const isTasks = /^(?:tasks|steps|key tasks|work items)$/i.test(words.trim());
    if (isTasks && this.#group !== null) this.#group.tasks = true;
    const deliverables = /deliverables/i.test(words);
    this.#asideLabel =
      !isTasks &&
      (ASIDE_LABEL.test(words.trim()) ||
        (this.#group?.tasks ?? false) ||
        (deliverables && (this.#group?.tasks ?? false)));
  }

  #entry(line: number, start: number, end: number, match: RegExpExecArray): void {
    const indent = (match[1] ?? '').replaceAll('\t', '    ').length;
    const own = { start: start + match[0].length, end };
    if (own.start >= own.end) return;
    if (this.#asideDepth > 0 || this.#asideLabel) {
      if (this.#inDependencies) this.#dependency(own);
      return;
    }
    const phase = /phase|epic|milestone|stage|sprint|week/i.test(this.#text.slice(own.start, own.start + 40))
      ? phaseIn(this.#text, own, line, line)
      : null;
    const group = this.#group;
    const outside = group === null || group.indent === -1 ? group === null : indent <= group.indent;
    if (phase !== null && (group === null || group.phase === null || outside)) {
      this.#open(phase, indent);
      return;
    }
    const boxed = match[5] !== undefined;
    if (outside && group !== null) this.#group = null;
    const target = this.#group ?? this.#loose(match, boxed);
    if (target === null) return;
    const name = /^\*\*([^*\n]{2,60})\*\*\s*:|^([\p{L}][\p{L} -]{2,30}):\s/u.exec(
      this.#text.slice(own.start, Math.min(own.end, own.start + 100)),
    );
    const field = name === null ? null : fieldNamed(labelName(name[1] ?? name[2] ?? ''));
    if (!boxed && match[3] === undefined && field !== null && field !== 'tests') return;
    if (target.itemIndent === -1) target.itemIndent = indent;
    if (indent > target.itemIndent + 1) {
      const named = this.#namedByEntry(target);
      if (named === null) return;
      named.itemIndent = indent;
      named.items.push(this.#itemOf(line, own, start, match));
      return;
    }
    target.items.push(this.#itemOf(line, own, start, match));
  }

  #itemOf(line: number, own: Span, start: number, match: RegExpExecArray): FoundPlanItem {
    const open = match[0].indexOf('[');
    const box = match[5] === undefined ? null : { start: start + open + 1, end: start + open + 1 + match[5].length };
    return { line, own, box, end: line };
  }

  /** "1. **Foundation** (1h)" with entries under it is a phase without the word. */
  #namedByEntry(group: OpenGroup): OpenGroup | null {
    const last = group.items.at(-1);
    if (group.phase !== null || last === undefined || !this.#text.startsWith('**', last.own.start)) return null;
    group.items.pop();
    const site = suffixSite(this.#text, last.own);
    return this.#open(groupNamed(this.#text, last.own, site, last.line, last.line, -1), group.itemIndent);
  }

  /** Entries without any phase count when they are numbered or boxed, or answer "What are the phases?". */
  #loose(match: RegExpExecArray, boxed: boolean): OpenGroup | null {
    if (match[3] === undefined && !boxed && !this.#asked) return null;
    const last = this.#groups.at(-1);
    return last !== undefined && last.phase === null && this.#group === null ? last : this.#open(null, -1);
  }

  /** "- **Phase 2**: Requires Phase 1" in the dependency part of the plan. */
  #dependency(own: Span): void {
    const source = this.#text.slice(own.start, Math.min(own.end, own.start + 300));
    const label = /^\*{0,2}\s*((?:phase|epic|milestone)\s+[\w.]+)\*{0,2}\s*:\s*\*{0,2}\s*/i.exec(source);
    if (label === null || /parallel/i.test(source)) return;
    const name = (label[1] ?? '').toLowerCase();
    const group = this.#groups.find((each) => each.phase?.id?.toLowerCase() === name);
    group?.dependencies.push(...readDependencies(source.slice(label[0].length), own.start + label[0].length));
  }
}

function namedGroup(text: string, section: Section, at: number): Phase {
  return groupNamed(text, section.title, suffixSite(text, section.title), section.line, section.end, at);
}

function groupNamed(text: string, own: Span, site: SiteFound, line: number, end: number, section: number): Phase {
  const titleSpan = { start: own.start, end: Math.max(own.start, site.span.start) };
  const title = cleanTitle(text.slice(titleSpan.start, Math.min(titleSpan.end, titleSpan.start + 2000)));
  return { id: null, kind: 'phase', title, titleSpan, line, end, site, moscow: null, estimate: null, section };
}

/** A PRD without a plan may still number its steps under "How does it work?". */
function howItWorks(lines: ScannedText, sections: readonly Section[]): readonly PlanGroup[] {
  const { index } = lines;
  const planned = sections.some((section) => RANKS.some((rank) => rank.test(bareTitle(lines, section))));
  if (planned) return [];
  const items: FoundPlanItem[] = [];
  let within = false;
  for (let line = 1; line <= index.count && items.length < 50; line += 1) {
    const kind = lines.kind(line);
    if (kind === 'blank') continue;
    const start = index.start(line);
    const head = index.text.slice(start, Math.min(index.end(line), start + 200));
    const match = kind === 'text' ? ENTRY.exec(head) : null;
    if (/how does it work\?/i.test(head)) within = true;
    else if (within && match?.[3] !== undefined && (match[1] ?? '') === '') {
      items.push({
        line,
        own: { start: start + match[0].length, end: trimEnd(index.text, start, index.end(line)) },
        box: null,
        end: line,
      });
    } else if (within && (kind === 'heading' || (items.length > 0 && /^\S/.test(head)))) break;
  }
  return items.length === 0 ? [] : [{ phase: null, items, dependencies: [] }];
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
