// Task Master's tasks.json: tagged or legacy, ids as numbers or strings, sub-tasks whose dependencies are siblings.
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Criterion, Dependency, Item, PlanDocument, PlanStatus } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Span, Written } from '../../model/text';
import { normalId } from '../graph/ids';
import type { Dialect, ReadContext } from './dialect';
import { type ItemDraft, KeyMaker, makeItem } from './item';
import { LineIndex } from './line-index';
import { wordFix } from './nearest-word';
import { hotfixIn } from './task-node';
import { unreadable } from './yaml-pieces';

const PATH = /(?:^|\/)(?:\.taskmaster\/)?tasks\/tasks\.json$/;
const STATUS: ReadonlyMap<string, PlanStatus> = new Map([
  ['pending', 'open'],
  ['in-progress', 'in-progress'],
  ['review', 'in-progress'],
  ['done', 'done'],
  ['completed', 'done'],
  ['blocked', 'blocked'],
  ['deferred', 'blocked'],
  ['cancelled', 'cancelled'],
]);
const WORDS = {
  open: 'pending',
  'in-progress': 'in-progress',
  blocked: 'blocked',
  done: 'done',
  cancelled: 'cancelled',
};

export const taskMaster: Dialect = {
  id: 'task-master',

  claim({ path, text }) {
    if (!/(?:^|\/)tasks\.json$/.test(path)) return 0;
    const looks = /"tasks"\s*:\s*\[/.test(text.slice(0, 200_000));
    if (PATH.test(path)) return looks || /\.taskmaster\//.test(path) ? 1 : 0;
    return looks && /"(?:dependencies|testStrategy|subtasks)"\s*:/.test(text.slice(0, 200_000)) ? 0.9 : 0;
  },

  sideFiles(path) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const above = folder.replace(/[^/]+\/$/, '');
    return [
      ...new Set([
        `${above}state.json`,
        `${above}config.json`,
        `${folder}state.json`,
        `${folder}config.json`,
        '.taskmaster/state.json',
        '.taskmaster/config.json',
      ]),
    ];
  },

  read(source, context) {
    return new Reader(source, context).read();
  },
};

/** What the side files say is the active tag. */
function activeTag(path: string, context: ReadContext): string {
  let fallback: string | null = null;
  for (const file of taskMaster.sideFiles?.(path) ?? []) {
    const text = context.sideFiles.get(file);
    const root = text === undefined ? undefined : parseTree(text);
    if (root === undefined) continue;
    const current = valueOf(root, 'currentTag');
    if (file.endsWith('state.json') && typeof current === 'string') return current;
    const set = childOf(root, 'global');
    const tag = set === null ? null : valueOf(set, 'defaultTag');
    if (typeof tag === 'string') fallback ??= tag;
  }
  return fallback ?? 'master';
}

function childOf(object: Node | null | undefined, name: string): Node | null {
  if (object?.type !== 'object') return null;
  return object.children?.find((each) => each.children?.[0]?.value === name)?.children?.[1] ?? null;
}

function valueOf(object: Node, name: string): unknown {
  return childOf(object, name)?.value;
}

class Reader {
  readonly #index: LineIndex;
  readonly #keys = new KeyMaker();
  readonly #items: Item[] = [];
  readonly #problems: Problem[] = [];
  readonly #active: string;

  constructor(
    readonly source: SourceText,
    context: ReadContext,
  ) {
    this.#index = new LineIndex(source.text);
    this.#active = activeTag(source.path, context);
  }

  read(): PlanDocument {
    const errors: ParseError[] = [];
    // Deeper than any task list: a parser that recurses must not be fed a tower of brackets.
    const root = nestedTooDeep(this.source.text) ? undefined : parseTree(this.source.text, errors);
    const first = errors[0];
    if (first !== undefined || root === undefined) {
      const start = Math.min(first?.offset ?? 0, this.source.text.length);
      const end = Math.min(start + (first?.length ?? 0), this.source.text.length);
      const what = first === undefined ? 'no JSON object' : printParseErrorCode(first.error);
      this.#problems.push(unreadable(this.source.path, this.#index, { start, end }, what));
    }
    if (root !== undefined) this.#readRoot(root);
    const active = this.#items.findLast((item) => item.kind === 'task');
    return {
      path: this.source.path,
      dialect: 'task-master',
      kind: this.#items.length === 0 ? 'none' : 'tasks',
      title: 'Task Master',
      items: this.#items,
      claimed: null,
      problems: this.#problems,
      belongsTo: null,
      appendSite: active?.span.end ?? null,
      status: null,
    };
  }

  #readRoot(root: Node): void {
    if (root.type !== 'object') return;
    const names = (root.children ?? []).map((each) => String(each.children?.[0]?.value));
    if (names.every((name) => name === 'tasks' || name === 'metadata')) {
      this.#readList(childOf(root, 'tasks'), null, 'master');
      return;
    }
    for (const entry of root.children ?? []) {
      const tag = String(entry.children?.[0]?.value);
      const value = entry.children?.[1];
      const list = childOf(value, 'tasks');
      if (value === undefined || list === null) continue;
      const name = entry.children?.[0];
      if (name === undefined) continue;
      const lane = makeItem(this.#keys, {
        path: this.source.path,
        kind: 'lane',
        title: tag,
        line: this.#index.lineAt(entry.offset),
        span: spanOf(entry),
        titleSpan: { start: name.offset + 1, end: Math.max(name.offset + 1, name.offset + name.length - 1) },
        description: stringOf(childOf(childOf(value, 'metadata'), 'description')),
        labels: tag === this.#active ? ['active'] : [],
      });
      this.#items.push(lane);
      this.#readList(list, lane, tag);
    }
  }

  #readList(list: Node | null, lane: Item | null, tag: string): void {
    for (const task of list?.type === 'array' ? (list.children ?? []) : []) {
      if (task.type !== 'object') {
        this.#report(task, 'an entry of the task list is no object');
        continue;
      }
      const made = this.#task(task, lane, tag, null);
      this.#items.push(made);
      const subtasks = childOf(task, 'subtasks');
      for (const subtask of subtasks?.type === 'array' ? (subtasks.children ?? []) : []) {
        if (subtask.type === 'object') this.#items.push(this.#task(subtask, made, tag, made.id ?? ''));
        else this.#report(subtask, 'an entry of the sub-task list is no object');
      }
    }
  }

  #report(node: Node, what: string): void {
    this.#problems.push({
      ...unreadable(this.source.path, this.#index, spanOf(node), what),
      code: 'unreadable-row',
      severity: 'warning',
    });
  }

  #task(node: Node, parent: Item | null, tag: string, above: string | null): Item {
    const idNode = childOf(node, 'id');
    const written = idNode === null ? null : String(idNode.value);
    // A sub-task's number counts inside its task: "12" under task 3 is 3.12, unless it is written dotted already.
    const id = written === null ? null : above === null || written.includes('.') ? written : `${above}.${written}`;
    const title = childOf(node, 'title');
    const titleSpan = title === null ? { start: node.offset, end: node.offset } : inner(title);
    const status = childOf(node, 'status');
    const said = stringOf(status);
    const known = said === null ? undefined : STATUS.get(said);
    if (status !== null && known === undefined) this.#unknownStatus(status, said ?? '');
    const priority = childOf(node, 'priority');
    // A hot fix has a number like every task; its own name stands in the title.
    const fix =
      title === null || above !== null
        ? null
        : hotfixIn(this.source.text.slice(titleSpan.start, titleSpan.end), titleSpan.start);
    const draft: ItemDraft = {
      path: this.source.path,
      kind: fix !== null ? 'hotfix' : above === null ? 'task' : 'subtask',
      id: fix?.id ?? id,
      title:
        fix === null
          ? (stringOf(title) ?? `Task ${id ?? '?'}`)
          : (hotfixIn(stringOf(title) ?? '', 0)?.title ?? fix.title),
      titleSpan: fix === null ? titleSpan : { start: fix.start, end: titleSpan.end },
      line: this.#index.lineAt(node.offset),
      span: spanOf(node),
      headings: [tag],
      parent: parent?.key ?? null,
      status: known ?? 'open',
      statusText: said,
      statusSite:
        status?.type === 'string' && this.#isClosed(status)
          ? {
              span: inner(status),
              words:
                said === null || known === undefined
                  ? { ...WORDS, ...(said === null ? {} : { open: said }) }
                  : { ...WORDS, [known]: said },
            }
          : null,
      priority: priority === null ? null : this.#string(priority),
      dependencies: this.#dependencies(childOf(node, 'dependencies'), above),
      dependencySite: this.#arraySite(childOf(node, 'dependencies')),
      description:
        [stringOf(childOf(node, 'description')), stringOf(childOf(node, 'details'))]
          .filter((text) => text !== null && text !== '')
          .join('\n\n') || null,
      tests: this.#criteria(childOf(node, 'testStrategy')),
      criteria: this.#criteria(childOf(node, 'acceptanceCriteria')),
      labels: tag === 'master' ? [] : [tag],
      score: this.#number(childOf(node, 'complexity')),
      dates: this.#dates(node),
      type: stringOf(childOf(node, 'type')),
      owner: this.#stringOrNull(childOf(node, 'assignee')),
    };
    return makeItem(this.#keys, draft);
  }

  #dates(node: Node): Record<string, Written<string>> {
    const dates: Record<string, Written<string>> = {};
    for (const name of ['createdAt', 'updatedAt', 'completedAt', 'dueDate']) {
      const value = childOf(node, name);
      if (value?.type === 'string') dates[name] = this.#string(value);
    }
    return dates;
  }

  #string(node: Node): Written<string> {
    const span = node.type === 'string' ? inner(node) : spanOf(node);
    return { value: String(node.value), text: this.source.text.slice(span.start, span.end), span };
  }

  #stringOrNull(node: Node | null): Written<string> | null {
    return node?.type === 'string' && node.value !== '' ? this.#string(node) : null;
  }

  #number(node: Node | null): Written<number> | null {
    if (node?.type !== 'number') return null;
    return {
      value: Number(node.value),
      text: this.source.text.slice(node.offset, node.offset + node.length),
      span: spanOf(node),
    };
  }

  #criteria(node: Node | null): readonly Criterion[] {
    const of = (each: Node): Criterion[] => {
      const text = stringOf(each)?.trim() ?? '';
      return text === '' ? [] : [{ text, done: null, line: this.#index.lineAt(each.offset), box: null, command: null }];
    };
    if (node === null) return [];
    return node.type === 'array' ? (node.children ?? []).flatMap(of) : of(node);
  }

  #dependencies(node: Node | null, above: string | null): readonly Dependency[] {
    if (node?.type !== 'array') return [];
    return (node.children ?? []).flatMap((entry): Dependency[] => {
      const text = String(entry.value ?? '');
      if (!/^\d+(?:\.\d+)*$/.test(text)) {
        return text === '' || text === 'undefined'
          ? []
          : [{ kind: 'prose', text, targets: [], span: entrySpan(entry) }];
      }
      // In a sub-task a bare number is a sibling.
      const target = above !== null && !text.includes('.') ? `${above}.${text}` : text;
      return [{ kind: 'item', text, targets: [normalId(target)], span: entrySpan(entry) }];
    });
  }

  #arraySite(node: Node | null): Span | null {
    return node?.type === 'array'
      ? { start: node.offset + 1, end: Math.max(node.offset + 1, node.offset + node.length - 1) }
      : null;
  }

  /** A string that the text ends in has no closing quote, and no place to write into. */
  #isClosed(node: Node): boolean {
    const end = node.offset + node.length;
    if (node.length < 2 || this.source.text.charAt(end - 1) !== '"') return false;
    return end < this.source.text.length || !this.source.text.slice(node.offset + 1, end - 1).endsWith('\\');
  }

  #unknownStatus(node: Node, said: string): void {
    const line = this.#index.lineAt(node.offset);
    this.#problems.push({
      code: 'unknown-status',
      severity: 'warning',
      path: this.source.path,
      line,
      column: node.offset - this.#index.start(line) + 1,
      span: spanOf(node),
      message: `"${said}" is no status Task Master knows; the task is read as open.`,
      fixes: node.type === 'string' && this.#isClosed(node) ? wordFix(said, [...STATUS.keys()], inner(node)) : [],
    });
  }
}

const spanOf = (node: Node): Span => ({ start: node.offset, end: node.offset + node.length });
const inner = (node: Node): Span => ({
  start: node.offset + 1,
  end: Math.max(node.offset + 1, node.offset + node.length - 1),
});
const entrySpan = (node: Node): Span => (node.type === 'string' ? inner(node) : spanOf(node));
const stringOf = (node: Node | null): string | null => (node?.type === 'string' ? String(node.value) : null);

function nestedTooDeep(text: string): boolean {
  let depth = 0;
  let string = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (string) {
      if (char === 92) at += 1;
      else if (char === 34 || char === 10) string = false;
    } else if (char === 34) string = true;
    else if (char === 123 || char === 91) {
      depth += 1;
      if (depth > 200) return true;
    } else if (char === 125 || char === 93) depth -= 1;
  }
  return false;
}
