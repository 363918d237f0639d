// From found task lines to items: what all checkbox dialects share (extents, parents, criteria, keys).
import type { Item, ItemKind, PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { Span, Written } from '../../model/text';
import type { FieldReader } from './body-fields';
import { type ItemDraft, type KeyMaker, makeItem } from './item';
import type { Line } from './lines';

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
export function itemsOf(path: string, nodes: readonly TaskNode[], keys: KeyMaker, words: StatusWords): readonly Item[] {
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
      ...(node.reader === null ? {} : fieldsOf(node.reader)),
      ...node.extra,
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
export function wordsFor(words: StatusWords, node: { status: PlanStatus; statusText: string | null }): StatusWords {
  return node.statusText === null ? words : { ...words, [node.status]: node.statusText };
}

function fieldsOf(reader: FieldReader): Partial<ItemDraft> {
  const { description, ...fields } = reader.fields;
  return { ...fields, description: description.length === 0 ? null : description.join('\n') };
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
export function unclosed(path: string, line: Line, hidden: number): Problem {
  return {
    code: 'unreadable-row',
    severity: 'warning',
    path,
    line: line.number,
    column: 1,
    span: { start: line.start, end: line.end },
    message: `This ${line.kind === 'comment' ? 'comment' : 'code block'} is never closed; ${hidden} checkbox lines behind it are not read.`,
    fixes: [],
  };
}
