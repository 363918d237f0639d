// Backlog.md: one task per markdown file, its fields in front matter, its criteria between comment marks.
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { Criterion, Dependency, Item, PlanDocument, PlanStatus, StatusSite } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Span, Written } from '../../model/text';
import { normalId } from '../graph/ids';
import { criterionOf } from './body-fields';
import { boxOf } from './checkbox-line';
import type { Dialect, ReadContext } from './dialect';
import { type FrontMatter, frontMatterOf } from './front-matter';
import { KeyMaker, makeItem } from './item';
import { LineIndex } from './line-index';
import { headingOf, type Line, walkLines } from './lines';
import { wordFix } from './nearest-word';
import { scalarAt, textOf, unreadable, wordFor, writtenOf, type YamlText, yamlProblem } from './yaml-pieces';

type Folder = 'tasks' | 'completed' | 'drafts' | 'archive' | 'milestones' | 'other';
// "back-12 - title.md"; early versions of the tool, and people, write "back-12-title.md".
const NAME = /(?:^|\/)([A-Za-z][\w]*-\d+(?:\.\d+)*)(?: - |-|(?=\.md$))[^/]*\.md$/;
const DATES = ['created_date', 'updated_date', 'due_date'];

export const backlogMd: Dialect = {
  id: 'backlog-md',

  claim({ path, text }) {
    if (!NAME.test(path) || !/^---[\t ]*\r?\n/.test(text.slice(0, 40))) return 0;
    const head = text.slice(0, 20_000);
    if (!/^id:/m.test(head) || !/^title:/m.test(head)) return 0;
    const folder = folderOf(path);
    if (folder === 'other' && /(?:^|\/)(?:decisions|docs)\//.test(path)) return 0;
    const inside = /(?:^|\/)\.?backlog\//.test(path);
    return inside && folder !== 'other' ? 1 : /^(?:status|labels|dependencies):/m.test(head) ? 0.95 : 0;
  },

  sideFiles(path) {
    const found: string[] = [];
    for (let at = path.lastIndexOf('/'); at !== -1; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      found.push(`${folder}/config.yml`, `${folder}/backlog.config.yml`);
      if (at === 0) break;
    }
    return [...found, 'backlog.config.yml', 'config.yml'];
  },

  read(source, context) {
    const index = new LineIndex(source.text);
    const front = frontMatterOf(source.text, quoteNames);
    const problems: Problem[] = [];
    const items: Item[] = [];
    if (front === null) {
      problems.push(unreadable(source.path, index, { start: 0, end: index.end(1) }, 'the front matter has no end'));
    } else {
      problems.push(...yamlProblem(source, index, front.piece));
      if (front.map !== null)
        items.push(new TaskFile(source, index, front, front.map, statusesOf(source.path, context), problems).item());
    }
    return documentOf(source, items, problems);
  },
};

function documentOf(source: SourceText, items: readonly Item[], problems: readonly Problem[]): PlanDocument {
  const first = items[0];
  return {
    path: source.path,
    dialect: 'backlog-md',
    kind: first === undefined ? 'none' : 'backlog',
    title: first?.title ?? source.path.slice(source.path.lastIndexOf('/') + 1),
    items,
    claimed: null,
    problems,
    belongsTo: null,
    appendSite: null,
    status: null,
  };
}

/** "@name" is no YAML by itself; a letter in its place keeps every offset. Values are read from the text. */
function quoteNames(block: string): string {
  return block
    .replaceAll(/^([\t ]*(?:-|assignee:|reporter:)[\t ]+)@/gm, '$1_')
    .replaceAll(/^((?:assignee|reporter):[\t ]*\[.*\])/gm, (list) => list.replaceAll(/([[,][\t ]*)@/g, '$1_'));
}

function folderOf(path: string): Folder {
  const parts = path.split('/').slice(0, -1);
  if (parts.includes('archive')) return 'archive';
  const last = parts.at(-1) ?? '';
  return last === 'tasks' || last === 'completed' || last === 'drafts' || last === 'milestones' ? last : 'other';
}

/** The project's statuses in order; the last one says done. */
function statusesOf(path: string, context: ReadContext): readonly string[] {
  for (const file of backlogMd.sideFiles?.(path) ?? []) {
    const text = context.sideFiles.get(file);
    if (text === undefined || text.length > 200_000) continue;
    try {
      const root = parseDocument(text, { logLevel: 'silent', strict: false, uniqueKeys: false }).contents;
      const list = isMap(root) ? root.get('statuses', true) : null;
      if (!isSeq(list)) continue;
      const names = list.items.map((each) => textOf(each)).filter((each) => each !== null);
      if (names.length > 1) return names;
    } catch {
      continue;
    }
  }
  return ['To Do', 'In Progress', 'Done'];
}

function meaning(name: string, statuses: readonly string[]): PlanStatus | null {
  const at = statuses.findIndex((each) => each.toLowerCase() === name.toLowerCase());
  const word = name.toLowerCase();
  if (at === statuses.length - 1 && at !== -1) return 'done';
  if (at === 0) return 'open';
  if (/cancel|won'?t|reject|abandon/.test(word)) return 'cancelled';
  if (/block|hold|wait|deferred|parked|draft/.test(word)) return 'blocked';
  if (/progress|doing|review|active|started|testing|wip/.test(word)) return 'in-progress';
  if (/^(?:to ?do|open|backlog|ready|planned|new|next|triage)/.test(word)) return 'open';
  if (/^(?:done|complete|closed|finished|shipped)/.test(word)) return 'done';
  return at === -1 ? null : 'in-progress';
}

class TaskFile {
  readonly #folder: Folder;

  constructor(
    readonly source: SourceText,
    readonly index: LineIndex,
    readonly front: FrontMatter,
    readonly map: YAMLMap,
    readonly statuses: readonly string[],
    readonly problems: Problem[],
  ) {
    this.#folder = folderOf(source.path);
  }

  item(): Item {
    const { source, index, map } = this;
    const fileId = NAME.exec(source.path)?.[1] ?? null;
    const id = this.#text('id') ?? fileId;
    const title = this.#scalar('title');
    const titleNode = map.get('title', true);
    const whole = { start: 0, end: source.text.trimEnd().length };
    const body = this.#body();
    const titleSpan = title?.span ?? this.#nodeSpan(titleNode) ?? { start: 0, end: index.end(1) };
    const parent = this.#text('parent_task_id');
    const milestone = this.#text('milestone');
    return makeItem(new KeyMaker(), {
      path: source.path,
      kind: this.#folder === 'milestones' ? 'milestone' : parent === null ? 'task' : 'subtask',
      id,
      title: title?.value ?? textOf(titleNode) ?? id ?? '',
      line: index.lineAt(titleSpan.start),
      span: whole,
      titleSpan,
      parent,
      ...this.#status(),
      priority: writtenOf(this.#scalar('priority')),
      dependencies: this.#dependencies(),
      dependencySite: this.#nodeSpan(map.get('dependencies', true)),
      owner: writtenOf(this.#list('assignee')[0] ?? null),
      type: this.#text('type'),
      labels: [...this.#list('labels').map((each) => each.value), ...(milestone === null ? [] : [milestone])],
      dates: this.#dates(),
      ...body,
    });
  }

  #scalar(name: string): YamlText | null {
    return scalarAt(this.source.text, this.front.piece, this.map.get(name, true));
  }

  #text(name: string): string | null {
    const found = this.#scalar(name);
    if (found !== null) return found.text === '' ? null : found.value;
    return textOf(this.map.get(name, true))?.trim() ?? null;
  }

  /** A list, or a single value written without one. */
  #list(name: string): readonly YamlText[] {
    const node = this.map.get(name, true);
    const nodes: readonly unknown[] = isSeq(node) ? node.items : [node];
    return nodes
      .flatMap((each) => scalarAt(this.source.text, this.front.piece, each) ?? [])
      .filter((each) => each.text !== '');
  }

  #nodeSpan(node: unknown): Span | null {
    const range = (node as { readonly range?: readonly [number, number, number] | null } | null | undefined)?.range;
    if (range == null) return null;
    const start = Math.min(range[0] + this.front.piece.offset, this.source.text.length);
    const end = Math.max(start, Math.min(range[1] + this.front.piece.offset, this.source.text.length));
    return { start, end: start + this.source.text.slice(start, end).trimEnd().length };
  }

  #dates(): Record<string, Written<string>> {
    const dates: Record<string, Written<string>> = {};
    for (const name of DATES) {
      const value = writtenOf(this.#scalar(name));
      if (value !== null) dates[name] = value;
    }
    return dates;
  }

  #dependencies(): readonly Dependency[] {
    return this.#list('dependencies').map((each) => ({
      kind: 'item',
      text: each.value,
      targets: [normalId(each.value)],
      span: each.span,
    }));
  }

  #status(): {
    readonly status: PlanStatus;
    readonly statusText: string | null;
    readonly statusSite: StatusSite | null;
  } {
    const found = this.#scalar('status');
    const said = found === null || found.text === '' ? null : found.value;
    const known = said === null ? null : meaning(said, this.statuses);
    if (this.#folder === 'completed') return { status: 'done', statusText: said, statusSite: null };
    if (this.#folder === 'archive')
      return { status: known === 'done' ? 'done' : 'cancelled', statusText: said, statusSite: null };
    if (this.#folder === 'drafts') return { status: 'blocked', statusText: said, statusSite: null };
    if (found === null || said === null) return { status: 'open', statusText: null, statusSite: null };
    if (known === null) this.#unknown(found);
    const status = known ?? 'open';
    const words: Record<PlanStatus, string | null> = {
      open: null,
      'in-progress': null,
      blocked: null,
      done: null,
      cancelled: null,
    };
    // The first status of a meaning is the one to write; the last of all says done.
    for (const name of this.statuses) {
      const means = meaning(name, this.statuses);
      if (means !== null) words[means] ??= wordFor(name, found.quote);
    }
    words[status] = found.text;
    return { status, statusText: said, statusSite: { span: found.span, words } };
  }

  #unknown(found: YamlText): void {
    const line = this.index.lineAt(found.span.start);
    this.problems.push({
      code: 'unknown-status',
      severity: 'warning',
      path: this.source.path,
      line,
      column: found.span.start - this.index.start(line) + 1,
      span: found.span,
      message: `"${found.value}" is none of this project's statuses (${this.statuses.join(', ')}); the task is read as open.`,
      fixes: wordFix(found.value, this.statuses, found.span),
    });
  }

  #body(): {
    readonly criteria: readonly Criterion[];
    readonly gates: readonly Criterion[];
    readonly description: string | null;
    readonly statusSite?: null;
  } {
    const criteria: Criterion[] = [];
    const gates: Criterion[] = [];
    const description: string[] = [];
    const marks = new Map<string, number>();
    let block: string | null = null;
    let heading = '';
    for (const line of walkLines(this.index).all) {
      if (line.start < this.front.bodyStart) continue;
      if (line.kind === 'heading') heading = headingOf(line).text.toLowerCase();
      const mark = line.kind === 'comment' ? /<!--\s*(?:SECTION:)?(\w+):(BEGIN|END)\s*-->/.exec(line.text) : null;
      if (mark?.[1] !== undefined) {
        marks.set(mark[1], (marks.get(mark[1]) ?? 0) + (mark[2] === 'BEGIN' ? 1 : -1));
        block = mark[2] === 'BEGIN' ? mark[1] : null;
        continue;
      }
      if (line.kind !== 'text') continue;
      const listed =
        block ??
        (heading === 'acceptance criteria'
          ? 'AC'
          : heading === 'definition of done'
            ? 'DOD'
            : heading === 'description'
              ? 'DESCRIPTION'
              : '');
      if (listed === 'DESCRIPTION') description.push(line.text);
      if ((listed === 'AC' || listed === 'DOD') && boxOf(line) !== null)
        (listed === 'AC' ? criteria : gates).push(criterion(line));
    }
    const broken = [...marks].filter(([, depth]) => depth !== 0).map(([name]) => name);
    for (const name of broken) this.#unbalanced(name);
    const kept = (all: readonly Criterion[]): readonly Criterion[] =>
      broken.length === 0 ? all : all.map((each) => ({ ...each, box: null }));
    return {
      criteria: kept(criteria),
      gates: kept(gates),
      description: description.join('\n').trim() || null,
      // The tool would not find its sections again: nothing is written to such a file.
      ...(broken.length === 0 ? {} : { statusSite: null }),
    };
  }

  /** Marks that do not pair: the tool itself would not find its section again. */
  #unbalanced(name: string): void {
    const at = Math.max(0, this.source.text.indexOf(`${name}:`));
    const line = this.index.lineAt(at);
    this.problems.push({
      code: 'unreadable-row',
      severity: 'warning',
      path: this.source.path,
      line,
      column: 1,
      span: { start: this.index.start(line), end: this.index.end(line) },
      message: `The marks of the section ${name} do not pair; nothing is written to this file.`,
      fixes: [],
    });
  }
}

/** "#1 text" with its box; the number is the tool's. */
function criterion(line: Line): Criterion {
  const found = criterionOf(line);
  return { ...found, text: found.text.replace(/^#\d+[\t ]+/, '') };
}
