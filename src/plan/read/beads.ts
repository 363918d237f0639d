// beads: .beads/issues.jsonl, one issue per line. Read only: the file is an export of bd's own database.
import type { Criterion, Dependency, Item, PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { Span, Written } from '../../model/text';
import { normalId } from '../graph/ids';
import type { Dialect } from './dialect';
import { type ItemDraft, KeyMaker, makeItem } from './item';
import { LineIndex } from './line-index';

const STATUS: ReadonlyMap<string, PlanStatus> = new Map([
  ['open', 'open'],
  ['in_progress', 'in-progress'],
  ['hooked', 'in-progress'],
  ['blocked', 'blocked'],
  ['deferred', 'blocked'],
  // Pinned issues stay open for ever and are never handed out as work.
  ['pinned', 'blocked'],
  ['closed', 'done'],
  ['tombstone', 'cancelled'],
]);
/** Dependency types that keep an issue from being ready. */
const BLOCKING = new Set(['blocks', 'waits-for', 'conditional-blocks']);
const DATES = ['created_at', 'updated_at', 'closed_at', 'due_at', 'defer_until'];

export const beads: Dialect = {
  id: 'beads',

  claim({ path, text }) {
    if (!path.endsWith('.jsonl')) return 0;
    const first = text.slice(0, 4000);
    const looks = /^\s*\{"/.test(first) && /"issue_type"\s*:/.test(text.slice(0, 100_000)) && /"id"\s*:/.test(first);
    if (/(?:^|\/)\.beads\/[^/]+\.jsonl$/.test(path)) return looks ? 1 : 0;
    return looks ? 0.9 : 0;
  },

  read(source) {
    const index = new LineIndex(source.text);
    const keys = new KeyMaker();
    const found: { readonly draft: ItemDraft; readonly above: string | null }[] = [];
    const problems: Problem[] = [];
    for (let number = 1; number <= index.count; number += 1) {
      const text = index.line(number);
      if (text.trim() === '') continue;
      const span = { start: index.start(number), end: index.end(number) };
      const issue = parseIssue(text);
      if (issue === null) problems.push(brokenLine(source.path, number, span, problems.length === 0));
      else {
        found.push(draftOf(issue, source.path, number, span, text));
        const unknown = unknownStatus(issue, source.path, number, span);
        if (unknown !== null) problems.push(unknown);
      }
    }
    const items = ordered(found, keys);
    return {
      path: source.path,
      dialect: 'beads',
      kind: items.length === 0 ? 'none' : 'backlog',
      title: 'beads',
      items,
      claimed: null,
      problems,
      belongsTo: null,
      appendSite: null,
      status: null,
    };
  },
};

type Issue = Readonly<Record<string, unknown>>;

function parseIssue(text: string): Issue | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return typeof (value as Issue)['id'] === 'string' ? (value as Issue) : null;
  } catch {
    return null;
  }
}

const textIn = (issue: Issue, name: string): string | null => {
  const value = issue[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

/** Parents before children, else the order of the file. */
function ordered(
  found: readonly { readonly draft: ItemDraft; readonly above: string | null }[],
  keys: KeyMaker,
): readonly Item[] {
  const byId = new Map(found.map((each) => [each.draft.id ?? '', each]));
  const children = new Map<string, { readonly draft: ItemDraft; readonly above: string | null }[]>();
  const roots: { readonly draft: ItemDraft; readonly above: string | null }[] = [];
  for (const each of found) {
    if (each.above === null || !byId.has(each.above) || each.above === each.draft.id) roots.push(each);
    else {
      const list = children.get(each.above);
      if (list === undefined) children.set(each.above, [each]);
      else list.push(each);
    }
  }
  const items: Item[] = [];
  const placed = new Set<unknown>();
  const place = (start: { readonly draft: ItemDraft; readonly above: string | null }): void => {
    const stack: { readonly each: typeof start; readonly parent: string | null }[] = [{ each: start, parent: null }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (placed.has(next.each)) continue;
      placed.add(next.each);
      const item = makeItem(keys, { ...next.each.draft, parent: next.parent });
      items.push(item);
      for (const child of (children.get(next.each.draft.id ?? '') ?? []).toReversed())
        stack.push({ each: child, parent: item.key });
    }
  };
  for (const root of roots) place(root);
  // Issues that are each other's parents have no root.
  for (const each of found) if (!placed.has(each)) place(each);
  return items;
}

function draftOf(
  issue: Issue,
  path: string,
  line: number,
  span: Span,
  text: string,
): { readonly draft: ItemDraft; readonly above: string | null } {
  const id = textIn(issue, 'id') ?? '';
  const title = textIn(issue, 'title') ?? id;
  const status = textIn(issue, 'status');
  const type = textIn(issue, 'issue_type');
  const links = dependenciesOf(issue, span);
  const place = (name: string): Span => valueSpan(text, span.start, name) ?? span;
  const dates: Record<string, Written<string>> = {};
  for (const name of DATES) {
    const value = textIn(issue, name);
    if (value !== null) dates[name] = { value, text: value, span: place(name) };
  }
  const priority = issue['priority'];
  const minutes = issue['estimated_minutes'];
  const owner = textIn(issue, 'assignee') ?? textIn(issue, 'owner');
  const description = ['description', 'design', 'notes']
    .map((name) => textIn(issue, name))
    .filter((each) => each !== null);
  const labels = Array.isArray(issue['labels']) ? issue['labels'].filter((each) => typeof each === 'string') : [];
  const draft: ItemDraft = {
    path,
    kind: type === 'epic' ? 'epic' : type === 'milestone' ? 'milestone' : type === 'story' ? 'story' : 'task',
    id,
    title,
    line,
    span,
    titleSpan: place('title'),
    status: status === null ? 'open' : (STATUS.get(status) ?? 'open'),
    statusText: status,
    statusSite: null,
    priority:
      typeof priority === 'number' ? { value: `P${priority}`, text: String(priority), span: place('priority') } : null,
    estimate:
      typeof minutes === 'number'
        ? { value: `${minutes} minutes`, text: String(minutes), span: place('estimated_minutes') }
        : null,
    dependencies: links.dependencies,
    description: description.length === 0 ? null : description.join('\n\n'),
    criteria: criteriaOf(textIn(issue, 'acceptance_criteria'), line),
    owner:
      owner === null
        ? null
        : { value: owner, text: owner, span: place(textIn(issue, 'assignee') === null ? 'owner' : 'assignee') },
    type,
    labels,
    dates,
  };
  const dot = id.lastIndexOf('.');
  return { draft, above: textIn(issue, 'parent') ?? links.parent ?? (dot === -1 ? null : id.slice(0, dot)) };
}

function dependenciesOf(
  issue: Issue,
  span: Span,
): { readonly dependencies: readonly Dependency[]; readonly parent: string | null } {
  const dependencies: Dependency[] = [];
  let parent: string | null = null;
  const list = issue['dependencies'];
  for (const entry of Array.isArray(list) ? (list as unknown[]) : []) {
    if (typeof entry !== 'object' || entry === null) continue;
    const on = textIn(entry as Issue, 'depends_on_id');
    const type = textIn(entry as Issue, 'type') ?? 'blocks';
    if (on === null) continue;
    if (type === 'parent-child') parent = on;
    else if (BLOCKING.has(type)) dependencies.push({ kind: 'item', text: on, targets: [normalId(on)], span });
  }
  return { dependencies, parent };
}

function criteriaOf(text: string | null, line: number): readonly Criterion[] {
  return (text ?? '')
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const box = /^[-*+]\s+\[([ xX])\]\s+/.exec(each);
      const bare = box === null ? each.replace(/^(?:[-*+]|\d+[.)])\s+/, '') : each.slice(box[0].length);
      return { text: bare, done: box === null ? null : box[1] !== ' ', line, box: null, command: null };
    });
}

/** Place of a property's value in the issue's line, inside its quotes. */
function valueSpan(text: string, offset: number, name: string): Span | null {
  const at = text.indexOf(`"${name}":`);
  if (at === -1) return null;
  let start = at + name.length + 3;
  while (text[start] === ' ') start += 1;
  if (text[start] !== '"') {
    const rest = /^[-\d.a-zA-Z]+/.exec(text.slice(start, start + 40))?.[0].length ?? 0;
    return { start: offset + start, end: offset + start + rest };
  }
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return { start: offset + start + 1, end: offset + Math.min(end, text.length) };
}

function unknownStatus(issue: Issue, path: string, line: number, span: Span): Problem | null {
  const status = textIn(issue, 'status');
  if (status === null || STATUS.has(status)) return null;
  return {
    code: 'unknown-status',
    severity: 'info',
    path,
    line,
    column: 1,
    span,
    message: `"${status}" is a status of this project's own; the issue is read as open.`,
    fixes: [],
  };
}

/** The first broken line makes the document unreadable as a whole; each one is named. */
function brokenLine(path: string, line: number, span: Span, first: boolean): Problem {
  return {
    code: first ? 'unreadable-document' : 'unreadable-row',
    severity: first ? 'error' : 'warning',
    path,
    line,
    column: 1,
    span,
    message: 'This line is no issue: each line must be one JSON object with an id.',
    fixes: [],
  };
}
