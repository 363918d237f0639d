// From found task lines to items: what all checkbox dialects share (extents, parents, criteria, keys).
import type { DialectId, Item, ItemKind, PlanDocument, PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Span, Written } from '../../model/text';
import { normalId } from '../graph/ids';
import type { FieldReader } from './body-fields';
import { boxOf } from './checkbox-line';
import { type ItemDraft, KeyMaker, makeItem } from './item';
import type { Line, Lines } from './lines';

export type StatusWords = Readonly<Record<PlanStatus, string | null>>;

/** A task, phase or group as found, before its end is known. */
export interface TaskNode {
  readonly kind: ItemKind;
  readonly form: string;
  readonly line: Line;
  readonly indent: number;
  readonly id: string | null;
  readonly title: string;
  readonly titleSpan: Span;
  readonly status: PlanStatus;
  readonly statusText: string | null;
  readonly site: Span | null;
  readonly parent: TaskNode | null;
  readonly headings: readonly string[];
  readonly reader: FieldReader | null;
  /** What the dialect knows besides the fields; wins over them. */
  readonly extra: Partial<ItemDraft>;
  /** Last line that belongs to it; grows while reading. */
  last: Line;
}

/** Makes the items in the order found; a node's parent must stand before it. */
function itemsOf(path: string, nodes: readonly TaskNode[], keys: KeyMaker, words: StatusWords): readonly Item[] {
  for (let n = nodes.length - 1; n >= 0; n -= 1) {
    const node = nodes[n];
    if (node?.parent != null && node.last.end > node.parent.last.end) node.parent.last = node.last;
  }
  const made = new Map<TaskNode, string>();
  return nodes.map((node) => {
    const item = makeItem(keys, {
      path,
      kind: node.kind,
      id: node.id,
      title: node.title,
      titleSpan: node.titleSpan,
      line: node.line.number,
      span: { start: node.line.start, end: node.last.end },
      status: node.status,
      statusText: node.statusText,
      statusSite: node.site === null ? null : { span: node.site, words: wordsFor(words, node) },
      parent: node.parent === null ? null : (made.get(node.parent) ?? null),
      headings: node.headings,
      ...joined(node),
      occurrences: [
        {
          line: node.line.number,
          form: node.form,
          status: node.status,
          statusText: node.statusText,
          title: node.title,
        },
      ],
    });
    made.set(node, item.key);
    return item;
  });
}

/** The words of a place: writing the status it already has changes nothing. */
function wordsFor(words: StatusWords, node: { status: PlanStatus; statusText: string | null }): StatusWords {
  // Most places already use the document's words: thousands of items then share them.
  if (node.statusText === null || words[node.status] === node.statusText) return words;
  return { ...words, [node.status]: node.statusText };
}

/** Lists of the task's own line and of its fields together; single values of its line win. */
function joined(node: TaskNode): Partial<ItemDraft> {
  const found = node.reader?.found ?? null;
  if (found === null) return node.extra;
  const { description, ...fields } = found;
  const { extra } = node;
  return {
    ...fields,
    ...extra,
    description: description.length === 0 ? null : description.join('\n'),
    criteria: [...(extra.criteria ?? []), ...fields.criteria],
    dependencies: [...(extra.dependencies ?? []), ...fields.dependencies],
    labels: [...new Set([...(extra.labels ?? []), ...fields.labels])],
    dates: { ...fields.dates, ...extra.dates },
  };
}

export function written(text: string, start: number): Written<string> {
  return { value: text, text, span: { start, end: start + text.length } };
}

/** Trims a piece of text and moves its offset along. */
export function trimmed(text: string, start: number): { readonly text: string; readonly start: number } {
  const from = text.length - text.trimStart().length;
  return { text: text.trim(), start: start + from };
}

/** A fence or comment that never ends, when task lines are lost behind it. */
export function unclosed(path: string, lines: Lines): readonly Problem[] {
  const line = lines.openAt === null ? undefined : lines.all[lines.openAt - 1];
  if (line === undefined) return [];
  const hidden = lines.all.slice(line.number).filter((each) => boxOf({ ...each, kind: 'text' }) !== null).length;
  if (hidden === 0) return [];
  return [
    {
      code: 'unreadable-row',
      severity: 'warning',
      path,
      line: line.number,
      column: 1,
      span: { start: line.start, end: line.end },
      message: `This ${line.kind === 'comment' ? 'comment' : 'code block'} is never closed; ${hidden} checkbox lines behind it are not read.`,
      fixes: [],
    },
  ];
}

/** The tick a document mostly uses: "x" unless it writes more "X". */
export function tickOf(nodes: readonly TaskNode[]): string {
  let balance = 0;
  for (const node of nodes) {
    if (node.statusText === 'X') balance += 1;
    else if (node.statusText === 'x') balance -= 1;
  }
  return balance > 0 ? 'X' : 'x';
}

/** A document of one kind of checkbox list from what was found in it. */
export function taskDocument(
  source: SourceText,
  dialect: DialectId,
  title: string,
  found: { readonly nodes: readonly TaskNode[]; readonly problems: readonly Problem[]; readonly words: StatusWords },
): PlanDocument {
  const items = itemsOf(source.path, found.nodes, new KeyMaker(), found.words);
  const name = source.path.slice(source.path.lastIndexOf('/') + 1);
  const named = /(?:^|[-_ ])(B[-\u2010-\u2015_]\d+(?:[-_][A-Za-z\d]{1,3}(?=[-_.]))?)/i.exec(name)?.[1];
  return {
    path: source.path,
    dialect,
    kind: items.length === 0 ? 'none' : 'tasks',
    title,
    items,
    claimed: null,
    problems: found.problems,
    belongsTo: ownerIn(source.text) ?? (named === undefined ? null : normalId(named.replace('_', '-'))),
    appendSite: items.findLast((item) => item.kind !== 'phase')?.span.end ?? null,
    status: null,
  };
}

/** "**Backlog item**: B-005" in the head of a list: tools that name all their lists tasks.md say it there. */
export function ownerIn(text: string): string | null {
  const id =
    /^(?:[-*][\t ]+)?(?:\*\*)?Backlog item(?:\*\*)?:(?:\*\*)?[\t ]*([A-Z]{1,5}[-\u2010-\u2015]\d{1,6}(?:[-\u2010-\u2015]\w{1,3})?)\b/im.exec(
      text.slice(0, 2000),
    )?.[1];
  return id === undefined ? null : normalId(id);
}

/** A hot fix inside a numbered list keeps its own id behind the number: "8. T-HotFix-1: Fix the build". */
export function hotfixIn(
  title: string,
  start: number,
): { readonly id: string; readonly title: string; readonly start: number } | null {
  const found = /^(T-?HotFix-?\d{1,6})[:.]?[\t ]+(?=\S)/i.exec(title.slice(0, 60));
  const id = found?.[1];
  if (found === null || id === undefined) return null;
  return { id, title: title.slice(found[0].length), start: start + found[0].length };
}
