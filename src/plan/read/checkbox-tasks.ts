// Plain markdown task lists: TODO.md, tasks.md, "## Tasks" sections. Checklists in prose, guides and templates are not.
import type { PlanDocument } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText } from '../../model/text';
import { FieldReader } from './body-fields';
import { isStoryList, StoryCriteria, storyTitle } from './bmad-story';
import { boxOf, type MarkTable, statusOfMark, unknownMark } from './checkbox-line';
import { type TitleParts, titleParts } from './checkbox-title';
import type { Dialect } from './dialect';
import { LineIndex } from './line-index';
import { headingOf, type Line, walkLines } from './lines';
import { runThrough, type Steps } from './steps';
import { documentTitle, pathIsDecoy, pathIsTaskList, sectionKind } from './task-sections';
import { type StatusWords, taskDocument, type TaskNode, tickOf, unclosed } from './task-node';

const MARKS: MarkTable = { x: 'done', X: 'done', '-': 'in-progress', '/': 'in-progress', '!': 'blocked' };
const HEADING_TASK = /^#{2,5} (?:\S{1,4} )?(?:\*\*)?(?:Task [A-Z]?-?\d|T-?\d|T-HotFix)/m;
const NOTHING: TaskNode['extra'] = {};
const PHASE = /^(?:\W{0,4}\s*)?(?:\d+[.)]\s+)?(?:phase|stage|sprint|milestone|iteration|step|week|day|epic|part)\b/iu;

export const checkboxTasks: Dialect = {
  id: 'checkbox-tasks',

  claim: (source) => runThrough(claimInSteps(source)),
  claimInSteps,
  read: (source) => runThrough(readInSteps(source)),
  readInSteps,
};

function* claimInSteps(source: SourceText): Steps<number> {
  if (!/\.(?:md|mdx|markdown|txt)$/i.test(source.path) || !source.text.includes('[')) return 0;
  if (pathIsDecoy(source.path)) return 0;
  const found = yield* scan(source, true);
  if (found.nodes.length === 0) return 0;
  // Tasks that are headings: their boxes are criteria, and another dialect's.
  if (HEADING_TASK.test(source.text)) return 0.05;
  return pathIsTaskList(source.path) ? 0.5 : 0.3;
}

function* readInSteps(source: SourceText): Steps<PlanDocument> {
  const named = yield* scan(source, false);
  // Asked for by the config: then the boxes are tasks wherever they stand.
  const found = named.nodes.length > 0 ? named : yield* scan(source, false, true);
  yield;
  return taskDocument(source, 'checkbox-tasks', found.title, { ...found, words: wordsOf(found.nodes) });
}

/** Lines between two chances to give way. */
const STEP = 128;

interface Scan {
  readonly nodes: readonly TaskNode[];
  readonly problems: readonly Problem[];
  readonly title: string;
}

/** Finds the tasks. `first`: one is enough (to claim). */
function* scan(source: SourceText, first: boolean, anywhere = pathIsTaskList(source.path)): Steps<Scan> {
  const lines = walkLines(new LineIndex(source.text));
  const nodes: TaskNode[] = [];
  const problems: Problem[] = [];
  const headings: { readonly level: number; readonly text: string; readonly listing: boolean | null }[] = [];
  let above: readonly string[] = [];
  let stack: TaskNode[] = [];
  // Takes "Acceptance criteria:" lists that stand beside no task.
  let loose = new FieldReader();
  let phase: TaskNode | null = null;
  let listing = anywhere;
  let story = false;
  const agreed = new StoryCriteria();
  for (const line of lines.all) {
    if (line.number % STEP === 0) yield;
    if (line.kind === 'heading') {
      const heading = headingOf(line);
      while ((headings.at(-1)?.level ?? 0) >= heading.level) headings.pop();
      // "Phase 2: Requirements" is a phase of the work; only a section that is about criteria lists none.
      const kind = /^phase\s+\d/i.test(heading.text) && listing ? null : sectionKind(heading.text);
      // A title says what the file is about; only its sections switch listing on or off.
      const outer = headings.findLast((each) => each.listing !== null)?.listing ?? anywhere;
      const own = kind === 'tasks' ? true : kind === 'criteria' ? false : null;
      headings.push({ level: heading.level, text: heading.text, listing: own });
      above = headings.map((each) => each.text);
      listing = own ?? outer;
      story = isStoryList(heading.text) || (story && own === null);
      stack = [];
      loose = new FieldReader();
      if (phase !== null && heading.level <= phase.indent) phase = null;
      if (listing && PHASE.test(heading.text)) {
        phase = phaseNode(
          line,
          heading.level,
          heading,
          headings.slice(0, -1).map((each) => each.text),
        );
        nodes.push(phase);
      }
      continue;
    }
    if (!listing) {
      agreed.take(line, above.at(-1) ?? '');
      continue;
    }
    while (stack.length > 0 && leaves(line, stack.at(-1))) {
      // Blank lines and code at the margin do not end a task.
      stack.pop();
    }
    const owner = stack.at(-1) ?? null;
    if (owner?.reader?.take(line) === true) {
      owner.last = line;
      continue;
    }
    if (owner === null && loose.take(line)) continue;
    const box = boxOf(line);
    if (box === null) {
      if (owner !== null && line.kind !== 'blank' && line.indent > owner.indent) owner.last = line;
      continue;
    }
    while (stack.length > 0 && (stack.at(-1)?.indent ?? 0) >= line.indent) stack.pop();
    const parent = stack.at(-1) ?? phase;
    const status = statusOfMark(box.mark, MARKS);
    if (status === null) problems.push(unknownMark(source.path, line, box));
    const written = titleParts(box.text, box.textStart);
    const { parts, serves } = story ? storyTitle(written) : { parts: written, serves: [] };
    const reader = new FieldReader();
    const node: TaskNode = {
      kind: /^T-?HotFix/i.test(parts.id ?? '') ? 'hotfix' : stack.length > 0 ? 'subtask' : 'task',
      form: 'checkbox',
      line,
      indent: line.indent,
      id: parts.id,
      title: parts.title,
      titleSpan: parts.titleSpan,
      status: status ?? 'open',
      statusText: box.mark,
      site: box.box,
      parent,
      headings: above,
      reader,
      extra: serves.length === 0 ? extraOf(parts) : { ...extraOf(parts), criteria: agreed.named(serves) },
      last: line,
    };
    nodes.push(node);
    stack.push(node);
    if (first) break;
  }
  problems.push(...unclosed(source.path, lines));
  return { nodes: withoutEmptyPhases(nodes), problems, title: documentTitle(source.path, lines.all) };
}

/** What the task's own line says besides its title. */
function extraOf(parts: TitleParts): TaskNode['extra'] {
  const { priority, dependencies, dependencySite, owner, labels, due, parallel } = parts;
  if (priority === null && owner === null && due === null && !parallel && dependencies.length + labels.length === 0)
    return NOTHING;
  return {
    parallel,
    dependencies,
    labels,
    ...(priority === null ? {} : { priority }),
    ...(dependencySite === null ? {} : { dependencySite }),
    ...(owner === null ? {} : { owner }),
    ...(due === null ? {} : { dates: { due } }),
  };
}

function leaves(line: Line, owner: TaskNode | undefined): boolean {
  if (owner === undefined || line.kind === 'blank' || line.kind === 'comment') return false;
  if (line.kind === 'code' || line.kind === 'fence') return false;
  return line.indent <= owner.indent && boxOf(line) === null && !isLazy(line, owner);
}

/** A wrapped line that starts at the margin still belongs to the task right above it. */
function isLazy(line: Line, owner: TaskNode): boolean {
  return (
    line.number === owner.last.number + 1 && !/^\s*(?:[-*+>|]|\d+[.)])\s/.test(line.text) && !line.text.startsWith('**')
  );
}

function phaseNode(
  line: Line,
  level: number,
  heading: { readonly text: string; readonly span: { readonly start: number; readonly end: number } },
  headings: readonly string[],
): TaskNode {
  const id =
    /^(?:\W{0,4}\s*)?((?:phase|stage|sprint|milestone|iteration|step|week|day)\s+[\w.]{1,12}?)[.:\s)]*(?=$|[\s:.)\u2013\u2014-])/iu.exec(
      heading.text,
    )?.[1];
  return {
    kind: 'phase',
    form: 'phase-heading',
    line,
    indent: level,
    id: id ?? null,
    title: heading.text,
    titleSpan: heading.span,
    status: 'open',
    statusText: null,
    site: null,
    parent: null,
    headings,
    reader: null,
    extra: {},
    last: line,
  };
}

/** A phase heading with nothing under it is a heading; so is one that only holds another phase. */
function withoutEmptyPhases(nodes: readonly TaskNode[]): readonly TaskNode[] {
  const used = new Set(nodes.map((node) => node.parent));
  return nodes.filter((node) => node.kind !== 'phase' || used.has(node));
}

/** Words of the document: the tick and the half-done mark it already uses. */
function wordsOf(nodes: readonly TaskNode[]): StatusWords {
  const slash = nodes.some((node) => node.statusText === '/');
  return { open: ' ', 'in-progress': slash ? '/' : '-', blocked: '!', done: tickOf(nodes), cancelled: null };
}
