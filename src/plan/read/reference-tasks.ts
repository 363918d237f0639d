// The reference project's task lists, process lists and execution plans (T1 to T22). Guides, templates and run logs of
// that project are recognised and hold no tasks.
import type { Item, PlanDocument } from '../../model/plan';
import type { QuickFix } from '../../model/problem';
import type { SourceText } from '../../model/text';
import { normalId, normalTitle } from '../graph/ids';
import { reopenFix } from '../graph/reopen';
import type { Dialect } from './dialect';
import { KeyMaker } from './item';
import { fillRange } from './reference-dependencies';
import { findTasks, titlesAbove, type FoundTask } from './reference-find-tasks';
import { taskName } from './reference-headings';
import { readHeader } from './reference-header';
import { phaseSections, type Phase } from './reference-phases';
import { ProblemList } from './reference-problems';
import { finish, lastInkLine, phaseDraft, subtaskDrafts, taskDraft, type Draft } from './reference-task-item';
import { cutSections, scanLines, type ScannedText, type Section } from './sections';
import { SiteBook } from './status-sites';
import { runThrough, type Steps } from './steps';
import { isCommonFile } from './task-sections';

const FILE_NAME =
  /(?:task[-_ ]?lists?|^tasks[-_]|[-_]tasks\.md$|process[-_]tasks|task[-_]generation|(?:^|[-_\d])execution[-_]|execution[-_ ]plan)/i;
/** Guides, templates and run logs of the reference project: they look like plans and hold none. */
const NO_PLAN = /(?:^|\/)\d{3}_guides\/|(?:^|\/)\d{3}_[^/]*template[^/]*\.md$|(?:^|\/)run-[a-z]-\d[^/]*\.md$/i;
const TEMPLATE = /template[^/]*\.md$/i;
const TITLE =
  /^#\s+.*\b(?:task list|process tasks?|task generation|execution plan|prioritized execution|tasks? (?:for|—|-))\b/im;

/** Signs of the project's hand in a file with another name. */
const FIELDS =
  /\*\*(?:🛑 )?(?:Priority|Estimated Time|Estimate|Time|Dependencies|Depends on|Acceptance Criteria|Done when|Auto-Advance|Quality Gates|MoSCoW)(?::\*\*|\*\*:)/i;
const LISTED = /^ {0,4}[-*+] +(?:\[.\] +)?(?:\*\*)?(?:Task +#?[\dA-Z]|T-?\d)/m;

/** "### 1. Title" with a plan's fields right under it. */
const NUMBERED =
  /^#{3,5} \d{1,3}[.)] [^\n]{1,200}\n(?:[^\n]{0,300}\n){0,3}?(?:[-*+] )?\*\*(?:Status|Priority|Estimate\w*|Estimated [^*\n]{1,20}|Effort|Dependencies)\b/gim;

export const referenceTasks: Dialect = {
  id: 'reference-tasks',
  claim(source) {
    if (NO_PLAN.test(source.path)) return 0.9;
    if (TEMPLATE.test(source.path))
      return FILE_NAME.test(source.path) || TITLE.test(source.text.slice(0, 4000)) ? 0.6 : 0;
    if (!/\.(?:md|markdown|mdown)$/i.test(source.path) || isCommonFile(source.path)) return 0;
    const name = source.path.slice(source.path.lastIndexOf('/') + 1);
    const named = FILE_NAME.test(name);
    const titled = TITLE.test(source.text.slice(0, 4000));
    // A file named after a backlog item belongs to the project, also when it lists nothing: its boxes are no tasks.
    const owned = named && /\b[A-Z]-\d+/.test(name);
    const strong = countTaskHeadings(source.text);
    if (strong > 0 && named) return 1;
    if (owned) return 0.9;
    const like = FIELDS.test(source.text) || LISTED.test(source.text);
    if (strong >= 2) return titled ? 0.85 : like ? 0.7 : 0.35;
    if (strong === 1) return 0.3;
    if (like && [...source.text.matchAll(NUMBERED)].length >= 2) return 0.6;
    if (named && titled) return like ? 0.9 : 0.4;
    if (named || titled) return like ? 0.6 : 0.2;
    return 0;
  },
  read: (source) => runThrough(readTaskDocument(source)),
  readInSteps: readTaskDocument,
};

/** Headings that name a task beyond doubt, at most 3 are counted. */
function countTaskHeadings(text: string): number {
  let count = 0;
  for (const match of text.matchAll(/^#{2,5} +([^\n]{3,200})/gm)) {
    const start = match.index + match[0].indexOf(match[1] ?? '');
    const name = taskName(text, { start, end: start + (match[1] ?? '').trimEnd().length });
    if (name !== null && !name.weak && ++count === 3) break;
  }
  return count;
}

function* readTaskDocument(source: SourceText): Steps<PlanDocument> {
  const lines = scanLines(source.text);
  const sections = cutSections(lines);
  const problems = new ProblemList(source.path, lines.index);
  const noPlan = NO_PLAN.test(source.path) || TEMPLATE.test(source.path);
  const tasks = noPlan ? [] : yield* findTasks(lines, sections);
  yield;
  const header = readHeader(source.path, lines, sections, lineTest(tasks));
  const items = buildTaskItems(source.path, lines, sections, tasks, problems);
  const counted = items.filter((item) => item.kind === 'task').length;
  const hotfixes = items.filter((item) => item.kind === 'hotfix').length;
  if (
    header.claimed !== null &&
    tasks.length > 0 &&
    header.claimed.value !== counted &&
    header.claimed.value !== counted + hotfixes
  ) {
    const fix = {
      title: `Write ${counted}`,
      edits: [{ span: header.claimed.span, text: String(counted) }],
      preferred: true,
    };
    problems.add(
      'claimed-total',
      'warning',
      header.claimed.span,
      `The document claims ${header.claimed.value} tasks; it lists ${counted}.`,
      [fix],
    );
  }
  yield;
  reportDuplicates(items, problems);
  reportParents(items, problems);
  const last = tasks.at(-1);
  return {
    path: source.path,
    dialect: 'reference-tasks',
    kind: noPlan || (tasks.length === 0 && !FILE_NAME.test(source.path)) ? 'none' : 'tasks',
    title: header.title,
    items,
    claimed: header.claimed,
    problems: problems.all(),
    belongsTo: header.belongsTo,
    appendSite:
      last === undefined ? null : lines.index.end(Math.max(last.line, lastInkLine(lines, last.from, last.to))),
    status: header.status,
  };
}

export function lineTest(tasks: readonly FoundTask[]): (line: number) => boolean {
  const within = new Set<number>();
  for (const task of tasks) for (let line = task.line; line <= task.to; line += 1) within.add(line);
  return (line) => within.has(line);
}

/** Items of found tasks with their phases before them and their sub-tasks behind them. */
export function buildTaskItems(
  path: string,
  lines: ScannedText,
  sections: readonly Section[],
  tasks: readonly FoundTask[],
  problems: ProblemList,
): readonly Item[] {
  const phases = phaseSections(lines, sections);
  const book = new SiteBook();
  const keys = new KeyMaker();
  const drafts: { readonly draft: Draft; readonly under: Draft | null }[] = [];
  const made = new Map<Phase, Draft>();
  const add = (draft: Draft, under: Draft | null): void => {
    if (draft.site !== null) book.see(draft.site);
    drafts.push({ draft, under });
  };
  for (const task of tasks) {
    const phase = phaseOf(task, sections, phases);
    let parent: Draft | null = null;
    if (phase !== null) {
      parent = made.get(phase) ?? null;
      if (parent === null) {
        const outer = outerPhase(phase, sections, phases);
        const above = titlesAbove(lines, sections, sections[phase.section]?.parent ?? -1);
        parent = phaseDraft(path, lines, phase, sections, above);
        made.set(phase, parent);
        add(parent, outer === null ? null : (made.get(outer) ?? null));
      }
    }
    const own =
      task.name.form === 'T14' || task.name.form === 'T13' ? task.section : (sections[task.section]?.parent ?? -1);
    const draft = taskDraft(path, lines, task, phase, titlesAbove(lines, sections, own), problems);
    add(draft, parent);
    for (const subtask of subtaskDrafts(path, lines, task, problems)) add(subtask, draft);
  }
  const keyOf = new Map<Draft, string>();
  const ids = tasks.map((task) => (task.name.id === null ? '' : normalId(task.name.id)));
  return drafts.map(({ draft, under }) => {
    const ranged = draft.draft.dependencies?.some((dependency) => dependency.kind === 'range') ?? false;
    const dependencies = ranged ? draft.draft.dependencies?.map((dependency) => fillRange(dependency, ids)) : undefined;
    const whole = dependencies === undefined ? draft : { ...draft, draft: { ...draft.draft, dependencies } };
    const item = finish(keys, book, whole, under === null ? null : (keyOf.get(under) ?? null));
    keyOf.set(draft, item.key);
    return item;
  });
}

function phaseOf(task: FoundTask, sections: readonly Section[], phases: ReadonlyMap<number, Phase>): Phase | null {
  for (let at = task.section; at > 0; at = sections[at]?.parent ?? -1) {
    const phase = phases.get(at);
    if (phase !== undefined && phase.line !== task.line) return phase;
  }
  return null;
}

function outerPhase(phase: Phase, sections: readonly Section[], phases: ReadonlyMap<number, Phase>): Phase | null {
  for (let at = sections[phase.section]?.parent ?? -1; at > 0; at = sections[at]?.parent ?? -1) {
    const outer = phases.get(at);
    if (outer !== undefined) return outer;
  }
  return null;
}

/** The same id twice in one document: the same item again, or two things under one name. */
export function reportDuplicates(items: readonly Item[], problems: ProblemList): void {
  const first = new Map<string, Item>();
  for (const item of items) {
    if (item.normalId === null || item.kind === 'phase' || item.kind === 'epic' || item.kind === 'milestone') continue;
    const before = first.get(item.normalId);
    if (before === undefined) first.set(item.normalId, item);
    else if (normalTitle(before.title) === normalTitle(item.title)) {
      problems.add(
        'duplicate-id-same-item',
        'warning',
        item.titleSpan,
        `${item.id ?? ''} "${item.title}" stands in line ${before.line} already.`,
        sameWords(before, item, problems),
      );
    } else {
      problems.add(
        'duplicate-id-different-item',
        'warning',
        item.titleSpan,
        `${item.id ?? ''} is "${before.title}" in line ${before.line} and "${item.title}" here.`,
      );
    }
  }
}

/** What stands twice word for word needs to stand once. */
function sameWords(first: Item, again: Item, problems: ProblemList): readonly QuickFix[] {
  const { index } = problems;
  const words = ({ span }: Item): string => index.text.slice(span.start, span.end).trim();
  if (words(first) !== words(again)) return [];
  const edit = problems.withoutLines(again.line, index.lineAt(Math.max(again.span.start, again.span.end - 1)));
  return [{ title: 'Remove the repetition', edits: [edit], preferred: true }];
}

/** A phase or task that says done while something under it is open. */
export function reportParents(items: readonly Item[], problems: ProblemList): void {
  const open = new Map<string, number>();
  const begun = new Set<string>();
  for (const { parent, status } of items) {
    if (parent === null) continue;
    if (status !== 'done' && status !== 'cancelled') open.set(parent, (open.get(parent) ?? 0) + 1);
    if (status === 'done' || status === 'in-progress') begun.add(parent);
  }
  for (const item of items) {
    const count = open.get(item.key) ?? 0;
    if (item.status !== 'done' || count === 0) continue;
    problems.add(
      'checked-parent-open-children',
      'warning',
      item.titleSpan,
      `${item.id ?? item.title} says done, but ${count} under it ${count === 1 ? 'is' : 'are'} open.`,
      reopenFix(item, begun.has(item.key)),
    );
  }
}
