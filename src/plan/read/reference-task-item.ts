// Turns places that findTasks found into items: status and its site, title, phase as parent, sub-tasks, problems.
import type { Item } from '../../model/plan';
import type { Span, Written } from '../../model/text';
import { plainHyphens } from '../graph/ids';
import { makeItem, type ItemDraft, type KeyMaker } from './item';
import type { Body } from './reference-body';
import type { FoundTask } from './reference-find-tasks';
import { cleanTitle, type Phase } from './reference-phases';
import type { ProblemList } from './reference-problems';
import { wordFix } from './nearest-word';
import type { ScannedText, Section } from './sections';
import { boxSite, fieldSite, glyphSite, suffixSite, type SiteBook, type SiteFound } from './status-sites';
import { STATUS_WORDS } from './status-words';

/** An item that waits for the document's spellings before its site can be given. */
export interface Draft {
  readonly draft: ItemDraft;
  /** null: nothing there can say a status. */
  readonly site: SiteFound | null;
}

/** All places of a task that say a status; the first is the one that counts and is written. */
function statusPlaces(lines: ScannedText, task: FoundTask, suffix: SiteFound): readonly SiteFound[] {
  const { text } = lines.index;
  const places: SiteFound[] = [];
  if (task.body.status !== null) places.push(fieldSite(task.body.status));
  if (task.box !== null) places.push(boxSite(text, task.box));
  const lead = task.name.lead;
  const glyph = lead?.kind === 'glyph' ? glyphSite(text, lead.span.start) : null;
  if (glyph !== null) places.push(glyph);
  const titled = suffix.span.start > task.name.title.start;
  if (titled && (suffix.text !== null || places.length === 0)) places.push(suffix);
  return places;
}

/** The item of a task. `parent` and `headings` are its phase and the titles above it. */
export function taskDraft(
  path: string,
  lines: ScannedText,
  task: FoundTask,
  phase: Phase | null,
  headings: readonly string[],
  problems: ProblemList,
): Draft {
  const { index } = lines;
  const suffix = suffixSite(index.text, task.name.title);
  const places = statusPlaces(lines, task, suffix);
  const site = places[0] ?? null;
  reportStatus(places, task, problems);
  reportConflicts(task.body, task, problems);
  const titleSpan = { start: task.name.title.start, end: Math.max(task.name.title.start, suffix.span.start) };
  const title = cleanTitle(index.text.slice(titleSpan.start, Math.min(titleSpan.end, titleSpan.start + 2000)));
  const status = site?.status ?? 'open';
  const statusText = task.body.status?.text ?? site?.text ?? null;
  const own = task.body.draft;
  const fallback = title === '' ? (task.name.id ?? 'Task') : title;
  return {
    site,
    draft: {
      ...own,
      ...(own.moscow === undefined ? { moscow: moscowInTitle(index.text, titleSpan) ?? phase?.moscow ?? null } : {}),
      path,
      id: task.name.id,
      title: fallback,
      kind: task.name.hotfix ? 'hotfix' : 'task',
      status,
      statusText,
      line: task.line,
      span: {
        start: index.start(task.line),
        end: index.end(Math.max(task.line, lastInkLine(lines, task.from, task.to))),
      },
      titleSpan,
      optional: own.optional ?? /\boptional\b/i.test(headings.at(-1) ?? ''),
      occurrences: [{ line: task.line, form: task.form, status, statusText, title: fallback }],
      headings,
    },
  };
}

/** "P1 — Ship the schema (Must)". */
function moscowInTitle(text: string, title: Span): Written<string> | null {
  const start = Math.max(title.start, title.end - 40);
  const match = /\(\W{0,6}(must|should|could|won'?t)(?:[ -]have)?\)\W{0,4}$/i.exec(text.slice(start, title.end));
  const word = match?.[1];
  if (match === null || word === undefined) return null;
  const at = start + match.index + match[0].indexOf(word);
  return { value: word, text: word, span: { start: at, end: at + word.length } };
}

const NEEDS_A_PERSON =
  /^ {0,3}(?:[-*+]\s+)?(?:<!--\s*)?[*_]{0,2}(?:human[ _-]required|requires human)[*_]{0,2}\s*:\s*[*_]{0,2}\s*(?:yes|true)\b/i;

/** Where what belongs to a phase begins, what is said of the phase itself is over. */
const ITS_ITEMS = /^\s*(?:[-*+]\s+\[|\d+[.)]\s|\|)/;

/** The item of a phase. */
export function phaseDraft(
  path: string,
  lines: ScannedText,
  phase: Phase,
  sections: readonly Section[],
  headings: readonly string[],
): Draft {
  const { index } = lines;
  const status = phase.site.status ?? 'open';
  return {
    site: phase.site,
    draft: {
      path,
      id: phase.id,
      title: phase.title,
      kind: phase.kind,
      status,
      statusText: phase.site.text,
      line: phase.line,
      span: {
        start: index.start(phase.line),
        end: index.end(Math.max(phase.line, lastInkLine(lines, phase.line + 1, phase.end))),
      },
      titleSpan: phase.titleSpan,
      moscow: phase.moscow,
      estimate: phase.estimate,
      humanRequired: isAPersons(lines, sections[phase.section]),
      occurrences: [{ line: phase.line, form: 'phase', status, statusText: phase.site.text, title: phase.title }],
      headings,
    },
  };
}

function isAPersons({ index }: ScannedText, section: Section | undefined): boolean {
  if (section === undefined) return false;
  for (let line = section.from; line <= section.to; line += 1) {
    const text = index.text.slice(index.start(line), index.end(line));
    if (NEEDS_A_PERSON.test(text)) return true;
    if (ITS_ITEMS.test(text)) return false;
  }
  return false;
}

const SUBTASK = /^\s{0,12}[-*+]\s+\[([^\]\n]{1,2})\]\s+(\*\*)?(\d+(?:\.\d+){1,4})(?:\*\*)?\s*:?\s*/u;

/** Numbered boxes under a task ("- [ ] **1.1.1**: …", or "- [ ] 1.1 …" where the task's own number goes before). */
export function subtaskDrafts(
  path: string,
  lines: ScannedText,
  task: FoundTask,
  problems: ProblemList,
): readonly Draft[] {
  const { index } = lines;
  const number = /\d+(?:\.\d+)*$/.exec(task.name.id ?? '')?.[0];
  const found: Draft[] = [];
  for (let line = task.from; line <= task.to; line += 1) {
    if (lines.kind(line) !== 'text') continue;
    const start = index.start(line);
    const match = SUBTASK.exec(index.text.slice(start, Math.min(index.end(line), start + 80)));
    const [inside, id] = [match?.[1], match?.[3]];
    if (match === null || inside === undefined || id === undefined) continue;
    if (match[2] === undefined && (number === undefined || !id.startsWith(`${number}.`))) continue;
    const open = start + match[0].indexOf('[') + 1;
    const site = boxSite(index.text, { start: open, end: open + inside.length });
    if (site.status === null)
      problems.add(
        'unknown-marker',
        'warning',
        site.span,
        `"[${inside}]" is no known mark; the sub-task counts as open.`,
      );
    const titleSpan = { start: start + match[0].length, end: Math.max(start + match[0].length, index.end(line)) };
    const title = cleanTitle(index.text.slice(titleSpan.start, Math.min(titleSpan.end, titleSpan.start + 2000)));
    const status = site.status ?? 'open';
    const statusText = `[${inside}]`;
    found.push({
      site,
      draft: {
        path,
        id,
        title: title === '' ? id : title,
        kind: 'subtask',
        status,
        statusText,
        line,
        span: { start, end: index.end(line) },
        titleSpan,
        occurrences: [{ line, form: 'T21', status, statusText, title: title === '' ? id : title }],
      },
    });
  }
  return found;
}

/** Makes the item once the site book knows every spelling of the document. */
export function finish(keys: KeyMaker, book: SiteBook, { draft, site }: Draft, parent: string | null): Item {
  return makeItem(keys, { ...draft, statusSite: site === null ? null : book.site(site), parent });
}

function reportStatus(places: readonly SiteFound[], task: FoundTask, problems: ProblemList): void {
  const [first] = places;
  if (first?.status === null && first.text !== null) {
    const code = first.form === 'box' || first.form === 'field-box' ? 'unknown-marker' : 'unknown-status';
    const fixes = code === 'unknown-status' ? wordFix(first.text, STATUS_WORDS, first.span) : [];
    problems.add(code, 'warning', first.span, `"${first.text}" is no known status; the task counts as open.`, fixes);
  }
  for (const place of places.slice(1)) {
    if (place.status === null || first === undefined || first.status === null || place.status === first.status)
      continue;
    const name = task.name.id ?? 'The task';
    problems.add(
      'conflicting-fields',
      'warning',
      place.span,
      `${name} says "${place.text ?? ''}" here but "${first.text ?? ''}" in its status; the latter counts.`,
    );
  }
  for (const odd of task.body.oddBoxes) {
    problems.add('unknown-marker', 'warning', odd.span, 'Unknown mark in a box; it counts as open.');
  }
}

function reportConflicts(body: Body, task: FoundTask, problems: ProblemList): void {
  for (const field of ['priority', 'estimate', 'autoAdvance', 'pauseAfter', 'status', 'points'] as const) {
    const [first, ...others] = body.values.get(field) ?? [];
    for (const other of others) {
      if (first === undefined || fold(other.text) === fold(first.text)) continue;
      const name = task.name.id ?? 'The task';
      problems.add(
        'conflicting-fields',
        'warning',
        other.span,
        `${name} says "${other.text}" here and "${first.text}" in line ${first.line}; the first counts.`,
      );
    }
  }
}

function fold(text: string): string {
  return plainHyphens(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, ' ')
    .trim();
}

/** Last line with ink that is no rule, so that an item does not own the space before the next. */
export function lastInkLine(lines: ScannedText, from: number, to: number): number {
  let line = to;
  while (line >= from) {
    if (lines.kind(line) !== 'blank' && !/^\s*(?:[-*_]\s*){3,}$/.test(lines.index.line(line).slice(0, 80))) return line;
    line -= 1;
  }
  return from - 1;
}
