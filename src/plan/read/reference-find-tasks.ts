// Finds the tasks of a reference document: headings first, else bullets with task ids, else the list under "Tasks".
// It finds places only; what a task says is read by reference-task-item.ts.
import type { Span } from '../../model/text';
import { normalId } from '../graph/ids';
import { readBody, type Body } from './reference-body';
import { taskName, untaggedName, type TaskName } from './reference-headings';
import type { Field } from './reference-labels';
import type { ScannedText, Section } from './sections';
import type { Steps } from './steps';

export interface FoundTask {
  readonly name: TaskName;
  readonly form: string;
  readonly line: number;
  /** The heading or bullet behind its marks. */
  readonly own: Span;
  readonly box: Span | null;
  /** Lines of its body; `to` < `from`: none. */
  readonly from: number;
  readonly to: number;
  /** Index of its section (heading form) or of the section it stands in. */
  readonly section: number;
  readonly body: Body;
}

/** Sections that show how a task is written. */
const NOT_HERE =
  /^(?!\W*(?:phase|epic)\b)(?:\W*(?:\d+(?:\.\d+)*[.)]?\s+)?(?:\w+\s+)?(?:templates?|examples?|formats?)\b|.*\b(?:templates?|examples?|formats?)\W*$)/i;
const BULLET = /^[ \t]{0,8}[-*+][ \t]+(?:\[([^\]\n]{1,2})\][ \t]+)?/u;
const ORDERED = /^ {0,3}\d{1,4}[.)][ \t]+(?:\[([^\]\n]{1,2})\][ \t]+)?/u;
/** Sections whose bullets mention tasks instead of listing them. */
const MENTIONS =
  /\b(?:risks?|mitigations?|dependenc\w*|timeline|metrics?|targets?|notes?|status|tracking|summary|state|changelog|history|references?|links?|troubleshooting|gates?|criteria|next steps|recovery|context|commands?|blockers?|lessons|definition of done|overview|testing|deliverables|appendix)\b/i;
const LISTS =
  /\b(?:tasks?|phases?|epics?|milestones?|breakdown|wbs|plan|implementation|must|should|could|execution|sprint|backlog|to-?do|work)\b/i;
const TASKS_HEADING = /^\W*(?:\d+(?:\.\d+)*[.)]?\s*)?(?:tasks?|task list|to-?dos?)\W*$/i;

/** Whether a section without a task id reads like a task: it is estimated and says what it is about. */
function hasTaskFields(seen: ReadonlySet<Field>): boolean {
  const has = (field: Field): number => (seen.has(field) ? 1 : 0);
  const planned = has('estimate') + has('moscow') + has('priority') + has('dependencies') + has('autoAdvance');
  const described = has('criteria') + has('description') + has('tests') + has('gates') + has('commands');
  return planned >= 2 && described >= 1;
}

/** A numbered section is a task if it has a status and something else of a plan. */
function isPlannedTask(seen: ReadonlySet<Field>): boolean {
  const wanted: readonly Field[] = ['status', 'priority', 'estimate', 'dependencies', 'criteria', 'moscow'];
  return wanted.filter((field) => seen.has(field)).length >= 2 && (seen.has('status') || seen.has('estimate'));
}

/** A weak id needs at least something of a task under it. */
function hasSomeFields(seen: ReadonlySet<Field>): boolean {
  const wanted: readonly Field[] = [
    'priority',
    'estimate',
    'dependencies',
    'commands',
    'criteria',
    'gates',
    'moscow',
    'autoAdvance',
  ];
  return wanted.filter((field) => seen.has(field)).length >= 1;
}

export function* findTasks(
  lines: ScannedText,
  sections: readonly Section[],
  bullets: (section: string) => boolean = () => true,
): Steps<readonly FoundTask[]> {
  const headings = yield* headingTasks(lines, sections, isPlanned);
  const listed = headings.length > 0 ? [] : yield* bulletTasks(lines, sections, bullets, isPlanned);
  const planned = headings.length > 0 ? headings : listed.length > 0 ? listed : numberedTasks(lines, sections);
  // A hot fix is added to a list later, in words of its own: it must not decide how the others are found.
  const fixes = yield* headingTasks(lines, sections, isFix);
  const fixed = headings.length > 0 || planned.length === 0 ? [] : yield* bulletTasks(lines, sections, bullets, isFix);
  if (fixes.length === 0 && fixed.length === 0) return planned;
  return [...planned, ...fixes, ...fixed].sort((a, b) => a.line - b.line);
}

const isFix = (name: TaskName): boolean => name.hotfix;
const isPlanned = (name: TaskName): boolean => !name.hotfix;

function sectionTitle(lines: ScannedText, section: Section): string {
  return lines.index.text.slice(section.title.start, Math.min(section.title.end, section.title.start + 300));
}

/** Titles above a section, its own last. */
export function titlesAbove(lines: ScannedText, sections: readonly Section[], at: number): readonly string[] {
  const titles: string[] = [];
  for (let i = at; i > 0; i = sections[i]?.parent ?? -1) {
    const section = sections[i];
    if (section !== undefined) titles.unshift(sectionTitle(lines, section));
  }
  return titles;
}

function* headingTasks(
  lines: ScannedText,
  sections: readonly Section[],
  which: (name: TaskName) => boolean,
): Steps<readonly FoundTask[]> {
  const { text } = lines.index;
  const strong = new Map<number, TaskName>();
  const weak = new Map<number, TaskName>();
  for (const [at, section] of sections.entries()) {
    if (section.depth < 2) continue;
    const name = taskName(text, section.title);
    if (name === null || !which(name)) continue;
    const above = titlesAbove(lines, sections, section.parent);
    if (above.slice(1).some((title) => NOT_HERE.test(title))) continue;
    (name.weak ? weak : strong).set(at, name);
  }
  const tasks = yield* readSections(lines, sections, strong, () => true);
  if (tasks.length > 0) return tasks;
  const numbered = new Map([...weak].filter(([, name]) => name.form === 'T15n'));
  const byWeakId = yield* readSections(
    lines,
    sections,
    new Map([...weak].filter(([, name]) => name.form !== 'T15n')),
    (body) => hasSomeFields(body.seen),
  );
  if (byWeakId.length > 0) return byWeakId;
  // "### 1. Title": most of them must be planned like tasks, else they are the sections of a document.
  const deep = new Map([...numbered].filter(([at]) => (sections[at]?.depth ?? 0) >= 3));
  const planned = yield* readSections(lines, sections, deep, (body) => isPlannedTask(body.seen));
  if (planned.length >= 2 && planned.length * 3 >= deep.size * 2) return planned;
  const untagged = new Map<number, TaskName>();
  for (const [at, section] of sections.entries()) {
    if (section.depth < 3) continue;
    const leaf = (sections[at + 1]?.depth ?? 0) <= section.depth;
    const title = sectionTitle(lines, section);
    if (!leaf || /^\W*(?:phase|epic|milestone|sprint)\b/i.test(title)) continue;
    const name = taskName(text, section.title)?.hotfix === true ? null : untaggedName(text, section.title);
    if (name !== null && which(name)) untagged.set(at, name);
  }
  return yield* readSections(lines, sections, untagged, (body) => hasTaskFields(body.seen));
}

function* readSections(
  lines: ScannedText,
  sections: readonly Section[],
  names: ReadonlyMap<number, TaskName>,
  accept: (body: Body) => boolean,
): Steps<readonly FoundTask[]> {
  const found: FoundTask[] = [];
  for (const [at, name] of names) {
    const section = sections[at];
    if (section === undefined) continue;
    // A task inside a task takes its own lines.
    let to = section.end;
    for (let next = at + 1; next < sections.length && (sections[next]?.line ?? 0) <= section.end; next += 1) {
      const below = sections[next];
      if (below !== undefined && names.has(next)) {
        to = below.line - 1;
        break;
      }
    }
    yield;
    const body = readBody(lines, section.from, to, name.fields === null ? [] : [name.fields]);
    if (!accept(body)) continue;
    const box = name.lead?.kind === 'box' ? name.lead.span : null;
    found.push({
      name,
      form: formOf(name, section.depth),
      line: section.line,
      own: section.title,
      box,
      from: section.from,
      to,
      section: at,
      body,
    });
  }
  return found;
}

function formOf(name: TaskName, depth: number): string {
  if (name.lead !== null) return 'T9';
  if (name.fields !== null) return 'T17';
  if (name.form === 'T16' && !/^P/i.test(name.id ?? '')) return 'T11';
  return name.form === 'T1' && depth === 3 ? 'T2' : name.form;
}

function* bulletTasks(
  lines: ScannedText,
  sections: readonly Section[],
  accept: (section: string) => boolean,
  which: (name: TaskName) => boolean,
): Steps<readonly FoundTask[]> {
  const { index } = lines;
  const seen = new Set<string>();
  const found: FoundTask[] = [];
  for (const [at, section] of sections.entries()) {
    const titles = titlesAbove(lines, sections, at);
    const below = titles.filter((_, level) => level > 0 || sections[at]?.depth !== 1);
    if (!accept(titles.at(-1) ?? '') || below.some((title) => NOT_HERE.test(title))) continue;
    const own = titles.at(-1) ?? '';
    const listing = titles.some((title) => LISTS.test(title));
    if (MENTIONS.test(own) && !/\b(?:tasks?|breakdown|phase|epic)\b/i.test(own)) continue;
    const here: { name: TaskName; line: number; own: Span; box: Span | null; indent: number }[] = [];
    for (let line = section.from; line <= section.to; line += 1) {
      if (lines.kind(line) !== 'text') continue;
      const start = index.start(line);
      const mark = BULLET.exec(index.text.slice(start, Math.min(index.end(line), start + 40)));
      if (mark === null) continue;
      const ownStart = start + mark[0].length;
      const span = { start: ownStart, end: trimEnd(index.text, ownStart, index.end(line)) };
      const name = taskName(index.text, span);
      if (name === null || !which(name) || name.form.startsWith('T15') || (name.weak && !listing)) continue;
      const separated = /^[^:–—]{1,24}\s*(?:\*\*\s*[:–—]|[:–—])/.test(
        index.text.slice(span.start, Math.min(span.end, span.start + 60)),
      );
      if (!separated && !TASKS_HEADING.test(own)) continue;
      const id = normalId(name.id ?? '');
      if (seen.has(id)) continue;
      seen.add(id);
      const open = mark[0].indexOf('[');
      const box = mark[1] === undefined ? null : { start: start + open + 1, end: start + open + 1 + mark[1].length };
      here.push({ name, line, own: span, box, indent: mark[0].search(/\S/) });
    }
    for (const [i, each] of here.entries()) {
      yield;
      const to = bodyEnd(lines, each.line, Math.min(section.to, (here[i + 1]?.line ?? Infinity) - 1), each.indent);
      found.push({
        name: each.name,
        form: 'T14',
        line: each.line,
        own: each.own,
        box: each.box,
        from: each.line + 1,
        to,
        section: at,
        body: readBody(lines, each.line + 1, to, each.name.fields === null ? [] : [each.name.fields]),
      });
    }
  }
  return found;
}

function numberedTasks(lines: ScannedText, sections: readonly Section[]): readonly FoundTask[] {
  const { index } = lines;
  const found: FoundTask[] = [];
  for (const [at, section] of sections.entries()) {
    if (section.depth < 2 || !TASKS_HEADING.test(sectionTitle(lines, section))) continue;
    for (let line = section.from; line <= section.to; line += 1) {
      if (lines.kind(line) !== 'text') continue;
      const start = index.start(line);
      const head = index.text.slice(start, Math.min(index.end(line), start + 40));
      const mark = ORDERED.exec(head);
      if (mark === null) continue;
      const own = { start: start + mark[0].length, end: trimEnd(index.text, start, index.end(line)) };
      const name = untaggedName(index.text, own);
      if (name === null) continue;
      const open = mark[0].indexOf('[');
      const box = mark[1] === undefined ? null : { start: start + open + 1, end: start + open + 1 + mark[1].length };
      const to = bodyEnd(lines, line, section.to, 0);
      const numbered = { ...name, id: /\d+/.exec(mark[0])?.[0] ?? null, form: 'T13' };
      found.push({
        name: numbered,
        form: 'T13',
        line,
        own,
        box,
        from: line + 1,
        to,
        section: at,
        body: readBody(lines, line + 1, to),
      });
    }
  }
  return found;
}

/** Last line of what is indented under a list entry. */
function bodyEnd(lines: ScannedText, line: number, last: number, indent: number): number {
  let end = line;
  for (let at = line + 1; at <= last; at += 1) {
    const kind = lines.kind(at);
    if (kind === 'blank') continue;
    const start = lines.index.start(at);
    const ink = lines.index.text.slice(start, Math.min(lines.index.end(at), start + 40)).search(/\S/);
    if (kind === 'heading' || (ink !== -1 && ink <= indent)) break;
    end = at;
  }
  return end;
}

function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
