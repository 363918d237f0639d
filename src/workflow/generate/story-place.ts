// Where a new BMAD story goes: its number in an epic that is not closed, its file, and its line in sprint-status.yaml.
import type { Item, PlanDocument } from '../../model/plan';
import { readDraft } from '../../plan/compose/read-draft';
import { slug } from '../../plan/compose/slug';
import { applyEdits, endOfLine, insertLines, startOfLine } from '../../plan/write/text-edits';
import type { Workspace } from '../action';
import type { DocumentDraft } from './drafts';

export interface StoryPlace {
  readonly path: string;
  /** "1.4" */
  readonly number: string;
  /** The status file with the story's line; null: there is none, or it has no place for one. */
  readonly status: DocumentDraft | null;
}

/** "docs/stories/1.2.page-names.md", "docs/stories/1-2-page-names.md" */
export const STORY_PATH = /(?:^|\/)stories\/(\d+)([.-])(\d+)\2[^/]*\.md$/;

export async function storyPlace(workspace: Workspace, title: string): Promise<StoryPlace> {
  const { documents } = workspace.plan.snapshot();
  const board = documents.findLast(({ dialect }) => dialect === 'bmad') ?? null;
  const text = board === null ? null : workspace.plan.text(board.path);
  const paths = await workspace.documents.list();
  const files = paths.flatMap((path) => {
    const [, epic, mark, story] = STORY_PATH.exec(path) ?? [];
    return epic === undefined || story === undefined || mark === undefined
      ? []
      : [{ path, epic: Number(epic), story: Number(story), mark }];
  });
  const mark = files.at(-1)?.mark ?? '-';
  const epic = epicOf(board, files);
  const taken = [
    ...files.filter((file) => file.epic === epic).map((file) => file.story),
    ...stories(board, epic).map(({ story }) => story),
  ];
  const number = Math.max(0, ...taken) + 1;
  const name = slug(title);
  const folder = folderOf(text) ?? files.at(-1)?.path.replace(/[^/]+$/, '') ?? 'docs/stories/';
  const status = board === null || text === null ? null : withStory(board, text, epic, `${epic}-${number}-${name}`);
  return {
    path: `${folder}${epic}${mark}${number}${mark}${name}.md`,
    number: `${epic}.${number}`,
    status: board === null || status === null ? null : { path: board.path, before: text, after: status },
  };
}

const epicNumber = (item: Item): number => Number(/^epic-(\d+)$/.exec(item.id ?? '')?.[1] ?? Number.NaN);

/** The last epic that is not closed; all of them closed: a new one. */
function epicOf(board: PlanDocument | null, files: readonly { readonly epic: number }[]): number {
  const epics = (board?.items ?? []).filter(({ kind }) => kind === 'epic');
  const open = epics.findLast((item) => item.status !== 'done' && !Number.isNaN(epicNumber(item)));
  if (open !== undefined) return epicNumber(open);
  const known = [...epics.map(epicNumber).filter((each) => !Number.isNaN(each)), ...files.map(({ epic }) => epic)];
  // Without a board nobody says that an epic is closed.
  return board === null ? Math.max(1, ...known) : Math.max(0, ...known) + 1;
}

const stories = (
  board: PlanDocument | null,
  epic: number,
): readonly { readonly item: Item; readonly story: number }[] =>
  (board?.items ?? []).flatMap((item) => {
    const [, of, story] = /^(\d+)-(\d+)[a-z]?-/.exec(item.id ?? '') ?? [];
    return story !== undefined && Number(of) === epic ? [{ item, story: Number(story) }] : [];
  });

/** `story_location` of the status file, where it names a folder of the workspace. */
function folderOf(text: string | null): string | null {
  const said = /^story_location:[\t ]*["']?([^"'\r\n#]+?)["']?[\t ]*(?:#.*)?$/m.exec(text ?? '')?.[1]?.trim();
  const folder = said?.replace(/^\{project-root\}\//, '').replace(/^\.\//, '');
  if (folder === undefined || !/^[\w.-]+(?:\/[\w .-]+)*\/?$/.test(folder) || folder.split('/').includes('..'))
    return null;
  return `${folder.replace(/\/+$/, '')}/`;
}

/** The board's text with one line more, read back; null: it would not be read as that story. */
function withStory(board: PlanDocument, text: string, epic: number, name: string): string | null {
  const home = board.items.find((item) => epicNumber(item) === epic);
  const last = stories(board, epic).reduce<Item | undefined>(
    (latest, { item }) => (latest === undefined || item.span.start > latest.span.start ? item : latest),
    home,
  );
  const listed = board.items.filter(({ labels }) => !labels.includes('action-item'));
  const end = listed.reduce<Item | undefined>(
    (latest, item) => (latest === undefined || item.span.start > latest.span.start ? item : latest),
    undefined,
  );
  const beside = last ?? end;
  if (beside === undefined) return null;
  const start = startOfLine(text, beside.span.start);
  const indent = text.slice(start, beside.span.start);
  if (indent.trim() !== '') return null;
  const line = `${indent}${name}: ready-for-dev`;
  const lines =
    last === undefined
      ? ['', `${indent}epic-${epic}: backlog`, line, `${indent}epic-${epic}-retrospective: optional`]
      : [line];
  const after = applyEdits(text, [insertLines(text, endOfLine(text, beside.span.start), lines)]);
  const read = readDraft(board.path, after)?.items.find((item) => item.id === name);
  return read?.status === 'open' ? after : null;
}
