// What is wrong inside one document besides its syntax: ids, fields, totals, parents, too much at once.
import type { ProblemCode, QuickFix } from '../../model/problem';
import type { Severity, Span } from '../../model/text';
import { reopenFix } from './reopen';
import { isContainer, isLocalId, isWork, sameTitle, type Home, type Node } from './node';

/** A problem before its line and column are known. */
export interface Draft {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly span: Span;
  readonly message: string;
  readonly fixes: readonly QuickFix[];
}

/** Codes a reader reports for the whole document or not at all; for the others it reports single lines. */
const BY_READER: ReadonlySet<ProblemCode> = new Set([
  'claimed-total',
  'conflicting-fields',
  'duplicate-id-same-item',
  'duplicate-id-different-item',
]);

export function documentProblems(home: Home): readonly Draft[] {
  const codes = new Set(home.document.problems.map((problem) => problem.code));
  const lines = new Set(home.document.problems.map((problem) => `${problem.code}:${problem.line}`));
  return [
    ...duplicates(home),
    ...conflicts(home),
    ...claimedTotal(home),
    ...checkedParents(home),
    ...timeLimits(home),
  ].filter(({ code, line }) => !(BY_READER.has(code) && codes.has(code)) && !lines.has(`${code}:${line}`));
}

export const problemAt = (
  node: Node,
  code: ProblemCode,
  severity: Severity,
  message: string,
  fixes: readonly QuickFix[] = [],
): Draft => ({
  code,
  severity,
  path: node.item.path,
  line: node.item.line,
  span: node.item.titleSpan,
  message,
  fixes,
});

/** A limit that nobody understands would be none. */
function* timeLimits(home: Home): Generator<Draft> {
  for (const node of home.nodes) {
    const limit = node.item.timeLimit ?? null;
    if (limit === null || limit.value !== null) continue;
    yield {
      ...problemAt(
        node,
        'unreadable-time-limit',
        'warning',
        `"${limit.text}" is no time limit; write for example "10 minutes", "1h 30m" or "none". Until then the limit of the config holds.`,
      ),
      line: 0,
      span: limit.span,
    };
  }
}

/** Numbers may start again under every tag or group; elsewhere an id stands for one thing. */
function* duplicates(home: Home): Generator<Draft> {
  for (const [id, nodes] of home.byId) {
    const first = nodes[0];
    if (first === undefined) continue;
    for (const node of nodes.slice(1)) {
      const twin = nodes.find((each) => each.order < node.order && sameTitle(each, node));
      const shown = node.item.id ?? id;
      if (twin !== undefined) {
        if (twin.parent !== node.parent && isLocalId(id) && home.document.dialect === 'task-master') continue;
        yield problemAt(
          node,
          'duplicate-id-same-item',
          'info',
          `${shown} is written twice: it also stands at line ${twin.item.line}.`,
        );
      } else {
        const rival = nodes.find((each) => each.order < node.order && sharesNumbering(each, node)) ?? null;
        if (rival === null) continue;
        yield problemAt(
          node,
          'duplicate-id-different-item',
          'warning',
          `${shown} is also the id of another item, "${rival.item.title}" at line ${rival.item.line}.`,
        );
      }
    }
  }
  for (const node of home.nodes) {
    const forms = new Map<string, number>();
    for (const place of node.item.occurrences) {
      const before = forms.get(place.form);
      forms.set(place.form, place.line);
      if (before === undefined || node.item.id === null) continue;
      yield {
        ...problemAt(
          node,
          'duplicate-id-same-item',
          'info',
          `${node.item.id} is written twice as a ${place.form}: it also stands at line ${before}.`,
        ),
        line: place.line,
      };
    }
  }
}

/** Task Master counts anew in every tag, and sub-tasks count anew in every task. */
function sharesNumbering(a: Node, b: Node): boolean {
  if (a.home.document.dialect !== 'task-master') return true;
  return a.parent === b.parent;
}

function* conflicts(home: Home): Generator<Draft> {
  for (const node of home.nodes) {
    const said = node.item.occurrences.filter((place) => place.statusText !== null);
    const first = said[0];
    const other = said.find((place) => place.status !== first?.status);
    if (first === undefined || other === undefined) continue;
    yield {
      ...problemAt(
        node,
        'conflicting-fields',
        'warning',
        `${node.item.id ?? node.item.title} is ${first.status} at line ${first.line} and ${other.status} at line ${other.line}.`,
      ),
      line: other.line,
    };
  }
}

/** Tasks of a document as its author would count them. */
function countedTasks(home: Home): number {
  for (const kinds of [['task', 'hotfix'], ['story'], ['plan-item'], ['backlog-item']]) {
    const count = home.nodes.filter((node) => kinds.includes(node.item.kind)).length;
    if (count > 0) return count;
  }
  return 0;
}

function* claimedTotal(home: Home): Generator<Draft> {
  const { claimed, path } = home.document;
  if (claimed === null) return;
  const count = countedTasks(home);
  if (count === claimed.value) return;
  const number = /\d+/.exec(claimed.text);
  const exact = number !== null && Number(number[0]) === claimed.value;
  const start = claimed.span.start + (number?.index ?? 0);
  yield {
    code: 'claimed-total',
    severity: 'info',
    path,
    line: 0,
    span: claimed.span,
    message: `The document claims ${claimed.value} tasks and has ${count}.`,
    fixes:
      exact && claimed.text.length === claimed.span.end - claimed.span.start
        ? [
            {
              title: `Claim ${count}`,
              edits: [{ span: { start, end: start + number[0].length }, text: String(count) }],
              preferred: true,
            },
          ]
        : [],
  };
}

function* checkedParents(home: Home): Generator<Draft> {
  for (const node of home.nodes) {
    if (node.item.status !== 'done' || node.children.length === 0) continue;
    const open = node.children.filter(
      (child) => isWork(child) && !child.item.optional && !['done', 'cancelled'].includes(child.item.status),
    );
    const first = open[0];
    if (first === undefined) continue;
    yield problemAt(
      node,
      'checked-parent-open-children',
      'warning',
      `"${node.item.title}" is done but ${open.length === 1 ? 'one child is' : `${open.length} children are`} not: line ${first.item.line}.`,
      reopenFix(
        node.item,
        node.children.some(({ item }) => item.status === 'done' || item.status === 'in-progress'),
      ),
    );
  }
}

/** Work that has begun; of a parent that is worked on through its children, the children. */
export function inProgress(home: Home): readonly Node[] {
  return home.nodes.filter((node) => node.item.status === 'in-progress' && isWork(node) && !isContainer(node));
}

/** What counts as one plan: a document, or a folder that keeps one item per file. */
export function planOf(home: Home): string {
  const { path, dialect } = home.document;
  return dialect === 'backlog-md' ? path.split('/').slice(0, -1).join('/') : path;
}
