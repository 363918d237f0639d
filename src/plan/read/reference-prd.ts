// The reference project's PRDs (a to m): full tasks where they are written as tasks, else the leaf items of the
// implementation plan under its phases.
import type { Item, PlanDocument } from '../../model/plan';
import type { SourceText } from '../../model/text';
import type { Dialect } from './dialect';
import { KeyMaker } from './item';
import { findTasks, titlesAbove } from './reference-find-tasks';
import { readHeader } from './reference-header';
import { cleanTitle } from './reference-phases';
import { findPlan, type FoundPlanItem, type PlanGroup } from './reference-plan-items';
import { ProblemList } from './reference-problems';
import { finish, phaseDraft, type Draft } from './reference-task-item';
import { buildTaskItems, lineTest, reportDuplicates, reportParents } from './reference-tasks';
import { cutSections, scanLines, type ScannedText, type Section } from './sections';
import { boxSite, SiteBook, suffixSite } from './status-sites';
import { runThrough, type Steps } from './steps';
import { isCommonFile } from './task-sections';

const FILE_NAME = /^(?:\d{3}[_-])?prd[-_. ]/i;
const TITLE = /^#\s+(?:.{0,40}\bproduct requirements document|prd\b)/im;

export const referencePrd: Dialect = {
  id: 'reference-prd',
  claim(source) {
    if (!/\.(?:md|markdown|mdown)$/i.test(source.path) || /template[^/]*\.md$/i.test(source.path)) return 0;
    if (isCommonFile(source.path)) return 0;
    const named = FILE_NAME.test(source.path.slice(source.path.lastIndexOf('/') + 1));
    const titled = TITLE.test(source.text.slice(0, 4000));
    if (!named && !titled) return 0;
    const sections =
      /^#{2,3} .{0,12}(?:problem statement|implementation plan|acceptance criteria|technical approach|task breakdown)/im.test(
        source.text,
      );
    if (named) return titled || sections ? 1 : 0.8;
    return sections ? 0.9 : 0.6;
  },
  read: (source) => runThrough(readPrd(source)),
  readInSteps: readPrd,
};

function* readPrd(source: SourceText): Steps<PlanDocument> {
  const lines = scanLines(source.text);
  const sections = cutSections(lines);
  const problems = new ProblemList(source.path, lines.index);
  const tasks = yield* findTasks(lines, sections);
  yield;
  const header = readHeader(source.path, lines, sections, lineTest(tasks));
  const plan = tasks.length > 0 ? [] : findPlan(lines, sections);
  yield;
  const items =
    tasks.length > 0
      ? buildTaskItems(source.path, lines, sections, tasks, problems)
      : planItems(source.path, lines, sections, plan, problems);
  yield;
  reportDuplicates(items, problems);
  reportParents(items, problems);
  const last = plan.flatMap((group) => group.items).at(-1);
  const lastTask = tasks.at(-1);
  return {
    path: source.path,
    dialect: 'reference-prd',
    kind: 'prd',
    title: header.title,
    items,
    claimed: header.claimed,
    problems: problems.all(),
    belongsTo: header.belongsTo,
    appendSite:
      last !== undefined
        ? lines.index.end(last.end)
        : lastTask === undefined
          ? null
          : lines.index.end(Math.max(lastTask.line, lastTask.to)),
    status: header.status,
  };
}

function planItems(
  path: string,
  lines: ScannedText,
  sections: readonly Section[],
  plan: readonly PlanGroup[],
  problems: ProblemList,
): readonly Item[] {
  const book = new SiteBook();
  const keys = new KeyMaker();
  const drafts: { readonly draft: Draft; readonly under: Draft | null }[] = [];
  for (const group of plan) {
    let parent: Draft | null = null;
    const above = group.phase === null ? [] : titlesAbove(lines, sections, sections[group.phase.section]?.parent ?? -1);
    if (group.phase !== null) {
      const phase = phaseDraft(path, lines, group.phase, sections, above);
      parent = { ...phase, draft: { ...phase.draft, dependencies: group.dependencies } };
      drafts.push({ draft: parent, under: null });
      if (parent.site !== null) book.see(parent.site);
    }
    const headings = group.phase === null ? above : [...above, group.phase.title];
    for (const item of group.items) {
      const draft = planDraft(path, lines, item, headings, problems);
      if (draft.site !== null) book.see(draft.site);
      drafts.push({ draft, under: parent });
    }
  }
  const keyOf = new Map<Draft, string>();
  return drafts.map(({ draft, under }) => {
    const item = finish(keys, book, draft, under === null ? null : (keyOf.get(under) ?? null));
    keyOf.set(draft, item.key);
    return item;
  });
}

function planDraft(
  path: string,
  lines: ScannedText,
  found: FoundPlanItem,
  headings: readonly string[],
  problems: ProblemList,
): Draft {
  const { index } = lines;
  const suffix = suffixSite(index.text, found.own);
  const site = found.box === null ? suffix : boxSite(index.text, found.box);
  if (found.box !== null && site.status === null) {
    problems.add(
      'unknown-marker',
      'warning',
      site.span,
      `"[${site.text ?? ''}]" is no known mark; the item counts as open.`,
    );
  }
  const titleSpan = { start: found.own.start, end: Math.max(found.own.start, suffix.span.start) };
  const raw = index.text.slice(titleSpan.start, Math.min(titleSpan.end, titleSpan.start + 2000));
  const title = cleanTitle(raw) || raw.trim() || 'Plan item';
  const status = site.status ?? 'open';
  const statusText = found.box === null ? site.text : `[${site.text ?? ''}]`;
  return {
    site,
    draft: {
      path,
      title,
      kind: 'plan-item',
      status,
      statusText,
      line: found.line,
      span: { start: index.start(found.line), end: index.end(found.end) },
      titleSpan,
      occurrences: [{ line: found.line, form: 'plan-item', status, statusText, title }],
      headings,
    },
  };
}
