// BMAD's sprint-status.yaml: "epic-1", "1-2-slug" and "epic-1-retrospective" under development_status.
import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Item, PlanStatus, StatusSite } from '../../model/plan';
import type { Problem } from '../../model/problem';
import type { SourceText, Written } from '../../model/text';
import type { Dialect } from './dialect';
import { KeyMaker, makeItem } from './item';
import { LineIndex } from './line-index';
import { wordFix } from './nearest-word';
import {
  pairSpan,
  parseYaml,
  scalarAt,
  textOf,
  unreadable,
  wordFor,
  writtenOf,
  type YamlPiece,
  type YamlText,
  yamlProblem,
} from './yaml-pieces';

type Kind = 'epic' | 'story' | 'retrospective' | 'action';
const STATUS: Readonly<Record<Kind, Readonly<Record<string, PlanStatus>>>> = {
  epic: { backlog: 'open', contexted: 'open', 'in-progress': 'in-progress', done: 'done' },
  story: {
    backlog: 'open',
    drafted: 'open',
    'ready-for-dev': 'open',
    'in-progress': 'in-progress',
    review: 'in-progress',
    blocked: 'blocked',
    done: 'done',
  },
  retrospective: { optional: 'open', done: 'done', completed: 'done' },
  action: { open: 'open', 'in-progress': 'in-progress', done: 'done' },
};
const WORDS: Readonly<Record<Kind, StatusSite['words']>> = {
  epic: { open: 'backlog', 'in-progress': 'in-progress', blocked: null, done: 'done', cancelled: null },
  story: { open: 'ready-for-dev', 'in-progress': 'in-progress', blocked: null, done: 'done', cancelled: null },
  retrospective: { open: 'optional', 'in-progress': null, blocked: null, done: 'done', cancelled: null },
  action: { open: 'open', 'in-progress': 'in-progress', blocked: null, done: 'done', cancelled: null },
};

/** A sprint has hundreds of stories at most; the YAML parser takes its time. */
const LARGEST = 300_000;

const TOOL_FOLDER = /(?:^|\/)(?:_bmad|\.bmad[^/]*|skills|workflows|templates)\//;

export const bmad: Dialect = {
  id: 'bmad',

  claim({ path, text }) {
    if (!/\.ya?ml$/.test(path) || !/^development_status:/m.test(text)) return 0;
    // The template that the tool installs beside its workflows is nobody's sprint.
    if (/template[^/]*\.ya?ml$/.test(path) && TOOL_FOLDER.test(path)) return 0;
    return /(?:^|\/)sprint-status[^/]*\.ya?ml$/.test(path) ? 1 : 0.8;
  },

  read(source) {
    const index = new LineIndex(source.text);
    const problems: Problem[] = [];
    const tooLarge = source.text.length > LARGEST;
    const piece = parseYaml(tooLarge ? '' : source.text, 0);
    if (tooLarge) problems.push(unreadable(source.path, index, { start: 0, end: index.end(1) }, 'it is too large'));
    else problems.push(...yamlProblem(source, index, piece));
    const items = [...statuses(source, index, piece, problems)];
    const root = piece.document.contents;
    const title = isMap(root) ? textOf(root.get('project', true)) : null;
    return {
      path: source.path,
      dialect: 'bmad',
      kind: items.length === 0 ? 'none' : 'backlog',
      title: title ?? 'Sprint status',
      items,
      claimed: null,
      problems,
      belongsTo: null,
      appendSite: null,
      status: null,
    };
  },
};

function statuses(source: SourceText, index: LineIndex, piece: YamlPiece, problems: Problem[]): readonly Item[] {
  const root = piece.document.contents;
  if (!isMap(root)) return [];
  const keys = new KeyMaker();
  const items: Item[] = [];
  const epics = new Map<string, string>();
  const list = root.get('development_status', true);
  const pairs = isMap(list) ? list.items.filter(isPair) : [];
  // Epics first: a story may stand above its epic.
  const entries = pairs.map((pair) => ({
    pair,
    name: textOf(pair.key) ?? '',
    status: scalarAt(source.text, piece, pair.value),
  }));
  const make = (entry: (typeof entries)[number], kind: Kind, parent: string | null): Item => {
    const span = pairSpan(entry.pair, piece);
    const key = scalarAt(source.text, piece, entry.pair.key);
    const item = makeItem(keys, {
      path: source.path,
      ...named(entry.name, kind),
      kind: kind === 'epic' ? 'epic' : kind === 'story' ? 'story' : 'task',
      line: index.lineAt(span.start),
      span,
      titleSpan: key?.span ?? span,
      parent,
      optional: kind === 'retrospective',
      ...statusOf(source, index, entry.status, kind, span.start, problems),
    });
    return item;
  };
  const made = new Map<(typeof entries)[number], Item>();
  for (const entry of entries) {
    const epic = /^epic-(\w+?)$/.exec(entry.name);
    if (epic?.[1] === undefined) continue;
    const item = make(entry, 'epic', null);
    made.set(entry, item);
    epics.set(epic[1], item.key);
  }
  for (const entry of entries) {
    if (made.has(entry)) continue;
    const retrospective = /^epic-(\w+?)-retrospective$/.exec(entry.name);
    const number = retrospective?.[1] ?? /^(\d+)-/.exec(entry.name)?.[1] ?? '';
    made.set(entry, make(entry, retrospective === null ? 'story' : 'retrospective', epics.get(number) ?? null));
  }
  const below = Map.groupBy(made.values(), (item) => item.parent);
  for (const entry of entries) {
    const item = made.get(entry);
    if (item === undefined || item.parent !== null) continue;
    items.push(item);
    if (item.kind === 'epic') items.push(...(below.get(item.key) ?? []));
  }
  return [...items, ...actions(source, index, piece, epics, keys, problems)];
}

/** The key is the id ("1-2-user-auth"); a story is called by its slug. */
function named(name: string, kind: Kind): { readonly id: string; readonly title: string } {
  const slug = kind === 'story' ? /^\d+-\d+[a-z]?-(.+)$/.exec(name)?.[1] : undefined;
  return { id: name, title: (slug ?? name).replaceAll('-', ' ') };
}

function statusOf(
  source: SourceText,
  index: LineIndex,
  found: YamlText | null,
  kind: Kind,
  at: number,
  problems: Problem[],
): { readonly status: PlanStatus; readonly statusText: string | null; readonly statusSite: StatusSite | null } {
  if (found === null || found.text === '') return { status: 'open', statusText: null, statusSite: null };
  const table = STATUS[kind];
  const status = Object.hasOwn(table, found.value) ? table[found.value] : undefined;
  if (status === undefined) {
    const line = index.lineAt(at);
    problems.push({
      code: 'unknown-status',
      severity: 'warning',
      path: source.path,
      line,
      column: found.span.start - index.start(line) + 1,
      span: found.span,
      message: `"${found.value}" is no status of a ${kind === 'action' ? 'action item' : kind}; it is read as open and kept.`,
      fixes: wordFix(found.value, Object.keys(table), found.span),
    });
  }
  const words = WORDS[kind];
  const quoted = (word: string | null): string | null => (word === null ? null : wordFor(word, found.quote));
  return {
    status: status ?? 'open',
    statusText: found.value,
    statusSite: {
      span: found.span,
      words: {
        open: quoted(words.open),
        'in-progress': quoted(words['in-progress']),
        blocked: null,
        done: quoted(words.done),
        cancelled: null,
        [status ?? 'open']: found.text,
      },
    },
  };
}

function actions(
  source: SourceText,
  index: LineIndex,
  piece: YamlPiece,
  epics: ReadonlyMap<string, string>,
  keys: KeyMaker,
  problems: Problem[],
): readonly Item[] {
  const root = piece.document.contents;
  const list = isMap(root) ? root.get('action_items', true) : null;
  if (!isSeq(list)) return [];
  return list.items.flatMap((entry): Item[] => {
    if (!isMap(entry) || entry.range == null) return [];
    const title = textOf(entry.get('action', true));
    if (title === null) return [];
    const start = entry.range[0] + piece.offset;
    const end = entry.range[1] + piece.offset;
    const owner: Written<string> | null = writtenOf(scalarAt(source.text, piece, entry.get('owner', true)));
    const epic = entry.get('epic', true);
    return [
      makeItem(keys, {
        path: source.path,
        title,
        kind: 'task',
        line: index.lineAt(start),
        span: { start, end },
        titleSpan: scalarAt(source.text, piece, entry.get('action', true))?.span ?? { start, end },
        headings: ['action items'],
        parent: epics.get(isScalar(epic) ? String(epic.value) : '') ?? null,
        owner,
        labels: ['action-item'],
        ...statusOf(source, index, scalarAt(source.text, piece, entry.get('status', true)), 'action', start, problems),
      }),
    ];
  });
}
