// spec-kit: specs/<feature>/tasks.md with "T001 [P] [US1]" lines under "## Phase N: …" headings.
import type { Dependency, PlanDocument } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Span } from '../../model/text';
import { boxOf, DONE_MARKS, statusOfMark, unknownMark } from './checkbox-line';
import { dependenciesIn } from './dependency-text';
import type { Dialect } from './dialect';
import type { Line } from './lines';
import { type Found, type ListRules, someLine, taskLinesInSteps } from './task-lines';
import { runThrough, type Steps } from './steps';
import { taskDocument, type TaskNode, tickOf, trimmed, written } from './task-node';
import { pathIsDecoy } from './task-sections';

// Some write the number in bold ("**T013** [P] …"), some add a story's name ("[US1+US2]", "[Story: US1]").
const TASK =
  /^[\t ]+\*{0,2}(T\d{3,}[a-z]?(?:-\d{1,3})?)[:.]?\*{0,2}[:.]?((?:[\t ]+\[(?:P|[^\]]{0,30}\bUS\d+[^\]]{0,30})\])*)(?:[\t ]+|$)/;
const TASK_LINE = /^\s*[-*] \[[^\]]?\] \*{0,2}T\d{3,}[a-z]?(?:-\d{1,3})?[:.]?\*{0,2}[:.]?\s/;
const SHORT_NUMBER = /^\s*[-*] \[[^\]]?\] \*{0,2}T\d{1,2}\b/;
const PHASE = /^Phase (\d+(?:\.\d+)*|[A-Z])\b:?[\t ]*(.*)$/i;
const DEPENDS = /[\t ]*\((?:depends on|after|requires|blocked by):?[\t ]+([^()]{1,2000})\)[\t .]*$/i;

export const specKit: Dialect = {
  id: 'spec-kit',

  claim: (source) => runThrough(claimInSteps(source)),
  claimInSteps,
  read: (source) => runThrough(readInSteps(source)),
  readInSteps,
};

function* claimInSteps({ path, text }: SourceText): Steps<number> {
  if (!path.endsWith('.md') || pathIsDecoy(path.replace(/(^|\/)spec\//g, '$1specs/'))) return 0;
  // Most documents have none anywhere: seen at once, without a look at each line.
  if (!/\] \*{0,2}T\d{3}/.test(text) || !someLine(text, TASK_LINE)) return 0;
  const { nodes, problems } = yield* taskLinesInSteps({ path, text }, rulesFor(path));
  const tasks = nodes.filter((node) => node.kind !== 'phase').length;
  if (tasks === 0) return 0;
  if (/(?:^|\/)specs\/[^/]+\/tasks\.md$/.test(path)) return 1;
  // "T1 … T150": the tool's own numbers have three digits from the first.
  if (someLine(text, SHORT_NUMBER)) return 0.2;
  // A list of another kind in which some entries quote such numbers.
  return tasks >= problems.filter((each) => each.code === 'unreadable-row').length ? 0.9 : 0.2;
}

function* readInSteps(source: SourceText): Steps<PlanDocument> {
  const found = yield* taskLinesInSteps(source, rulesFor(source.path));
  const ticks = found.nodes.some((node) => DONE_MARKS.has(node.statusText ?? ''));
  const words = {
    open: ' ',
    'in-progress': null,
    blocked: null,
    // The tool's own prompts write a capital X.
    done: ticks ? tickOf(found.nodes) : 'X',
    cancelled: null,
  };
  yield;
  return taskDocument(source, 'spec-kit', found.title, {
    nodes: withPriorities(found.nodes),
    problems: found.problems,
    words,
  });
}

function rulesFor(path: string): ListRules {
  return {
    form: 'spec-kit',
    task(line, report) {
      const box = boxOf(line);
      if (box === null || /^[\t ]*\d/.test(line.text)) return null;
      const head = TASK.exec(box.text.slice(0, 400));
      if (head === null) {
        if (line.indent === 0 && !/^\s*T?XXX\b|^\s*CHK\d|^\s*TXXX/.test(box.text)) report(unplaced(path, line));
        return null;
      }
      const status = statusOfMark(box.mark, { x: 'done', X: 'done' });
      if (status === null) report(unknownMark(path, line, box));
      const found = trimmed(box.text.slice(head[0].length), box.textStart + head[0].length);
      const depends = dependsOn(found.text, found.start);
      const title = depends === null ? found.text : found.text.slice(0, depends.at);
      const marks = head[2] ?? '';
      return {
        id: head[1] ?? null,
        title,
        titleSpan: { start: found.start, end: found.start + title.length },
        status: status ?? 'open',
        statusText: box.mark,
        site: box.box,
        extra: {
          parallel: marks.includes('[P]'),
          labels: [...marks.matchAll(/US\d+/g)].map((story) => story[0]),
          ...(depends === null ? {} : { dependencies: depends.dependencies, dependencySite: depends.site }),
        },
      };
    },
    phase(heading) {
      const phase = heading.level === 2 ? PHASE.exec(heading.text) : null;
      return phase === null ? null : { id: `Phase ${phase[1]}`, title: heading.text };
    },
    // "## Phase 3: Validation" is work; "## Validation Checklist" is not.
    skips: (heading) =>
      !PHASE.test(heading.text) &&
      /\b(?:checklist|parallel (?:execution )?examples?|format|path conventions)\b/i.test(heading.text),
    repeats: (heading) => !PHASE.test(heading.text) && /\bvalidation\b/i.test(heading.text),
    parent: (_task, _line, found) => found.phase,
    kind: () => 'task',
    detail: phaseDetail,
  };
}

/** Goal, independent test and checkpoint of a phase stand in bold paragraphs at the margin. */
function phaseDetail(line: Line, task: TaskNode | null, found: Found): boolean {
  if (task !== null || found.phase === null) return false;
  const note = /^\*\*(Goal|Purpose|Independent Test|Checkpoint)(?:\*\*:|:\*\*)[\t ]*(.*)$/i.exec(line.text);
  const name = note?.[1]?.toLowerCase();
  const text = note?.[2]?.trim() ?? '';
  if (name === undefined || text === '') return false;
  const fields = found.phase.reader?.fields;
  if (name === 'checkpoint') {
    const start = line.end - text.length;
    const last = found.nodes.at(-1);
    if (last !== undefined && last.kind !== 'phase' && last.reader !== null)
      last.reader.fields.pauseAfter ??= { value: true, text, span: { start, end: line.end } };
  } else if (name === 'independent test') {
    fields?.criteria.push({ text, done: null, line: line.number, box: null, command: null });
  } else fields?.description.push(text);
  return true;
}

function dependsOn(
  text: string,
  start: number,
): { readonly at: number; readonly dependencies: readonly Dependency[]; readonly site: Span } | null {
  const from = Math.max(0, text.length - 2100);
  const found = DEPENDS.exec(text.slice(from));
  if (found === null) return null;
  const list = found[1] ?? '';
  const at = from + found.index;
  const value = written(list, start + at + found[0].lastIndexOf(list));
  return { at, dependencies: dependenciesIn(value, false), site: value.span };
}

/** "(Priority: P1)" in a phase heading. The order of the phases is the graph's business. */
function withPriorities(nodes: readonly TaskNode[]): readonly TaskNode[] {
  for (const node of nodes) {
    const priority = node.kind === 'phase' ? /\(Priority:[\t ]*(P\d)\)/i.exec(node.line.text) : null;
    const text = priority?.[1];
    if (priority === null || text === undefined) continue;
    const start = node.line.start + priority.index + priority[0].indexOf(text, 9);
    Object.assign(node.extra, { priority: { value: text, text, span: { start, end: start + text.length } } });
  }
  return nodes;
}

function unplaced(path: string, line: Line): Problem {
  return {
    code: 'unreadable-row',
    severity: 'info',
    path,
    line: line.number,
    column: 1,
    span: { start: line.start, end: line.end },
    message: 'A checkbox without a task number ("T001") is not a task of this list.',
    fixes: [],
  };
}
