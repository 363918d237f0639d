// The walk that spec-kit, Kiro, snarktank and OpenSpec lists share: task lines under headings, with their bodies.
// What a task line looks like and whose child it is, the dialect says.
import type { PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Span } from '../../model/text';
import { criterionOf, FieldReader } from './body-fields';
import { boxOf } from './checkbox-line';
import type { ItemDraft } from './item';
import { LineIndex } from './line-index';
import { type Heading, headingOf, type Line, type Lines, walkLines } from './lines';
import { runThrough, type Steps } from './steps';
import { hotfixIn, type TaskNode, unclosed } from './task-node';
import { documentTitle } from './task-sections';

export interface FoundTask {
  readonly id: string | null;
  readonly title: string;
  readonly titleSpan: Span;
  readonly status: PlanStatus;
  readonly statusText: string;
  readonly site: Span;
  readonly extra: Partial<ItemDraft>;
}

export interface ListRules {
  readonly form: string;
  /** Also lines in fences and comments (OpenSpec counts them). */
  readonly everywhere?: boolean;
  /** The task on a line; null: none. Problems go to `report`. */
  task(line: Line, report: (problem: Problem) => void): FoundTask | null;
  /** A heading that is an item of its own; null: it only names what follows. */
  phase(heading: Heading): { readonly id: string | null; readonly title: string } | null;
  /** True: tasks in this section are not the document's. */
  skips?(heading: Heading): boolean;
  /** True: this section repeats tasks instead of listing them, unless it holds ids that stand nowhere else. */
  repeats?(heading: Heading): boolean;
  parent(task: FoundTask, line: Line, found: Found): TaskNode | null;
  kind(task: FoundTask, parent: TaskNode | null): 'task' | 'subtask';
  /** Reads a line under a task; true: taken. `task` null: the line stands between tasks. */
  detail?(line: Line, task: TaskNode | null, found: Found): boolean;
}

/** What was found so far. */
export interface Found {
  readonly nodes: TaskNode[];
  /** Latest node by id. */
  readonly byId: Map<string, TaskNode>;
  phase: TaskNode | null;
}

export interface TaskLines {
  readonly nodes: readonly TaskNode[];
  readonly problems: readonly Problem[];
  readonly lines: Lines;
  readonly title: string;
}

export const readTaskLines = (source: SourceText, rules: ListRules): TaskLines =>
  runThrough(taskLinesInSteps(source, rules));

export function* taskLinesInSteps(source: SourceText, rules: ListRules): Steps<TaskLines> {
  const lines = walkLines(new LineIndex(source.text));
  yield;
  const skipped = new Map<number, string[]>();
  const read = yield* readSections(source, lines, rules, skipped, new Set());
  const ids = new Set(read.nodes.map((node) => node.id));
  // A section that only repeats what stands elsewhere stays out; one that holds tasks of its own was misjudged.
  const own = [...skipped].filter(([, mentioned]) => mentioned.length > 0 && !mentioned.some((id) => ids.has(id)));
  if (own.length === 0) return read;
  return yield* readSections(source, lines, rules, new Map(), new Set(own.map(([line]) => line)));
}

/** Lines between two chances to give way. */
const STEP = 128;

/** `skipped`: takes the ids under each heading that only repeats tasks, by its line. `listed`: headings not to skip. */
function* readSections(
  source: SourceText,
  lines: Lines,
  rules: ListRules,
  skipped: Map<number, string[]>,
  listed: ReadonlySet<number>,
): Steps<TaskLines> {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => void problems.push(problem);
  const found: Found = { nodes: [], byId: new Map(), phase: null };
  const headings: { readonly level: number; readonly text: string }[] = [];
  let above: readonly string[] = [];
  let skipLevel = 0;
  let mentioned: string[] = [];
  let current: TaskNode | null = null;
  for (const line of lines.all) {
    if (line.number % STEP === 0) yield;
    if (line.kind === 'heading') {
      const heading = headingOf(line);
      while ((headings.at(-1)?.level ?? 0) >= heading.level) headings.pop();
      if (skipLevel >= heading.level) skipLevel = 0;
      if (skipLevel === 0 && rules.skips?.(heading) === true) {
        skipLevel = heading.level;
        mentioned = [];
      } else if (skipLevel === 0 && !listed.has(line.number) && rules.repeats?.(heading) === true) {
        skipLevel = heading.level;
        mentioned = [];
        skipped.set(line.number, mentioned);
      }
      current = null;
      if (found.phase !== null && heading.level <= found.phase.indent) found.phase = null;
      const phase = skipLevel > 0 ? null : rules.phase(heading);
      if (phase !== null) {
        found.phase = phaseOf(
          line,
          heading,
          phase,
          headings.map((each) => each.text),
        );
        found.nodes.push(found.phase);
        if (phase.id !== null) found.byId.set(phase.id, found.phase);
      }
      headings.push({ level: heading.level, text: heading.text });
      above = headings.map((each) => each.text);
      continue;
    }
    if (skipLevel > 0) {
      const mention = line.kind === 'text' ? rules.task(line, () => undefined)?.id : null;
      if (mention != null) mentioned.push(mention);
      continue;
    }
    const visible = line.kind === 'text' || (rules.everywhere === true && line.kind !== 'blank');
    const task = visible ? rules.task(line, report) : null;
    if (task !== null) {
      const parent = rules.parent(task, line, found);
      const fix = hotfixIn(task.title, task.titleSpan.start);
      current = {
        form: rules.form,
        line,
        indent: line.indent,
        ...task,
        ...(fix === null
          ? { kind: rules.kind(task, parent) }
          : { kind: 'hotfix', id: fix.id, title: fix.title, titleSpan: { start: fix.start, end: task.titleSpan.end } }),
        parent,
        headings: above,
        reader: new FieldReader(),
        last: line,
      };
      found.nodes.push(current);
      if (task.id !== null) found.byId.set(task.id, current);
      continue;
    }
    current = body(line, current, found, rules);
  }
  const used = new Set(found.nodes.map((node) => node.parent));
  return {
    nodes: found.nodes.filter((node) => node.kind !== 'phase' || used.has(node)),
    problems: rules.everywhere === true ? problems : [...problems, ...unclosed(source.path, lines)],
    lines,
    title: documentTitle(source.path, lines.all),
  };
}

/** A line that is no task; gives the task that goes on behind it. */
function body(line: Line, current: TaskNode | null, found: Found, rules: ListRules): TaskNode | null {
  if (line.kind === 'blank') return current;
  if (current === null) {
    if (line.kind === 'text') rules.detail?.(line, null, found);
    return null;
  }
  const near = line.number === current.last.number + 1;
  const inside = line.indent > current.indent || (near && !/^(?:[-*+>|]\s|\*\*|---|___)/.test(line.text));
  // A stray "-" at the margin is what some tools leave behind.
  if (!inside && /^\s*[-*+]?\s*$/.test(line.text)) return current;
  if (!inside) {
    if (line.kind === 'text' && rules.detail?.(line, null, found) !== true && line.indent < current.indent) return null;
    return line.kind === 'text' ? null : current;
  }
  current.last = line;
  const taken =
    (line.kind === 'text' && rules.detail?.(line, current, found) === true) || current.reader?.take(line) === true;
  if (taken || line.kind !== 'text') return current;
  const fields = current.reader?.fields;
  if (fields === undefined) return current;
  const said = line.text.trim().replace(/^[-*+](?:\s+|$)/, '');
  if (said === '') return current;
  if (boxOf(line) === null) fields.description.push(said);
  else fields.criteria.push(criterionOf(line));
  return current;
}

function phaseOf(
  line: Line,
  heading: Heading,
  phase: { readonly id: string | null; readonly title: string },
  headings: readonly string[],
): TaskNode {
  return {
    kind: 'phase',
    form: 'phase-heading',
    line,
    indent: heading.level,
    id: phase.id,
    title: phase.title,
    titleSpan: heading.span,
    status: 'open',
    statusText: null,
    site: null,
    parent: null,
    headings,
    reader: new FieldReader(),
    extra: {},
    last: line,
  };
}

/** True if any line of the text is a task line by this test, without reading further than needed. */
export function someLine(text: string, test: RegExp, limit = 4000): boolean {
  let at = 0;
  for (let n = 0; n < limit && at <= text.length; n += 1) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    if (test.test(line.length > 2000 ? line.slice(0, 2000) : line)) return true;
    if (end === -1) return false;
    at = end + 1;
  }
  return false;
}
