// From what a person typed to the item that is meant: one that stands in a backlog, or a new one that resembles none.
import type { Failure } from '../../model/failure';
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { backlogMdManner, type BacklogMdManner } from '../../plan/compose/backlog-md-file';
import { newBacklog } from '../../plan/compose/new-backlog';
import { nextId } from '../../plan/compose/next-id';
import { likeness, mostAlike } from '../../plan/compose/similar-title';
import { normalId } from '../../plan/graph/ids';
import type { Workspace } from '../action';
import { findItem } from '../resolve';
import { laneNames, today } from '../generate/sources';

const DEFAULT_BACKLOG = 'docs/backlog.md';
const WITH_ID =
  /^\s*([A-Z]{1,5}[-\u2010-\u2015](?:\d{1,6})(?:[-\u2010-\u2015][A-Za-z]{1,3}\d{0,2})?)\s*(?:[:–—-]\s*|\s+|$)(.*)$/s;

/** One word with a hyphen and a digit: meant as an id. */
const LIKE_AN_ID = /^[A-Za-z]{1,8}[-\u2010-\u2015][\w.-]*\d[\w.-]*$/;

/** A backlog as it stands. `document` null: it has no items yet; `text` null: the file is to be made. */
export interface Backlog {
  readonly path: string;
  readonly text: string;
  readonly document: PlanDocument | null;
  readonly isNew: boolean;
}

export type Intake =
  | { readonly kind: 'standing'; readonly item: Item }
  | { readonly kind: 'new'; readonly backlog: Backlog; readonly id: string; readonly title: string }
  /** In a Backlog.md project, where each item is a file. */
  | { readonly kind: 'new-file'; readonly manner: BacklogMdManner; readonly number: string; readonly title: string };

export interface Idea {
  readonly text: string;
  /** Path of the backlog where there are several. */
  readonly backlog: string | null;
  /** Although another item is alike. */
  readonly force: boolean;
}

export async function takeIn(workspace: Workspace, idea: Idea): Promise<Result<Intake, Failure>> {
  const text = idea.text.replaceAll(/\s+/g, ' ').trim();
  if (!/[\p{L}\p{N}]/u.test(text))
    return err({ kind: 'invalid-input', field: 'IDEA', message: 'is empty: say in a few words what is to be done' });
  const named = WITH_ID.exec(text);
  const id = named?.[1] ?? null;
  const title = (named === null ? text : (named[2] ?? '')).trim();
  if (id !== null) {
    const found = findItem(workspace, id);
    if (found.ok) return standing(workspace, found.value, title);
    // An id alone must be known; with words behind it, it is the wish for that id.
    if (title === '' || found.error.kind === 'ambiguous-item') return found;
  } else if (LIKE_AN_ID.test(text)) {
    // A slip of the finger in an id is not an idea.
    const found = findItem(workspace, text);
    return found.ok ? standing(workspace, found.value, '') : found;
  } else {
    const exact = workspace.plan.find(text);
    if (exact.ok && isIdea(workspace, exact.value) && exact.value.key === text)
      return standing(workspace, exact.value, '');
  }
  if (title.length > 200)
    return err({
      kind: 'invalid-input',
      field: 'IDEA',
      message: `is ${title.length} characters long; a title has at most 200`,
    });
  const alike = idea.force
    ? null
    : mostAlike(title, backlogItems(workspace), (item) => item.title, workspace.config().limits.alike);
  if (alike !== null) {
    const { of } = alike;
    const place = `${of.id === null ? '' : `${of.id} `}"${of.title}" (${of.path}:${of.line}, ${of.status})`;
    return err({ kind: 'duplicate-idea', title, of: place, similarity: alike.likeness.similarity });
  }
  const manner = idea.backlog === null ? backlogMdHome(workspace) : null;
  if (manner !== null) return ok({ kind: 'new-file', manner, number: String(manner.highest + 1), title });
  const backlog = await backlogOf(workspace, idea.backlog);
  if (!backlog.ok) return backlog;
  const free = id ?? nextId(workspace.plan.snapshot(), backlog.value.path, workspace.config().ids);
  return ok({ kind: 'new', backlog: backlog.value, id: free, title });
}

function standing(workspace: Workspace, item: Item, title: string): Result<Intake, Failure> {
  if (!isIdea(workspace, item))
    return err({
      kind: 'invalid-input',
      field: item.id ?? item.title,
      message: `is no backlog item but a ${item.kind}; soloflow execute --only runs it`,
    });
  const name = item.id ?? item.title;
  if (title !== '' && likeness(title, item.title) === null)
    return err({
      kind: 'invalid-input',
      field: name,
      message: `is "${item.title}" already (${item.path}:${item.line}); leave the id out to get a new one`,
    });
  if (item.status === 'done' || item.status === 'cancelled')
    return err({
      kind: 'invalid-input',
      field: name,
      message: `is ${item.status} already (${item.path}:${item.line}); set it open first to start it again`,
    });
  return ok({ kind: 'standing', item });
}

const backlogItems = (workspace: Workspace): readonly Item[] =>
  [...workspace.plan.snapshot().items.values()].filter((item) => isIdea(workspace, item));

/** What `start` and `ship` take: an item of a backlog, or a task of a Backlog.md project that is no part of another. */
export const isIdea = (workspace: Workspace, item: Item): boolean =>
  item.kind === 'backlog-item' ||
  (item.kind === 'task' && workspace.plan.document(item.path)?.dialect === 'backlog-md');

/** A Backlog.md project that is the only backlog here. */
function backlogMdHome(workspace: Workspace): BacklogMdManner | null {
  if (workspace.config().paths.backlog !== null) return null;
  const { documents } = workspace.plan.snapshot();
  return documents.some(isBacklogFile) ? null : backlogMdManner(documents);
}

/** One file with many items; tools that keep each in a file of its own are no such backlogs. */
const isBacklogFile = ({ kind, dialect }: PlanDocument): boolean =>
  kind === 'backlog' && dialect !== 'backlog-md' && dialect !== 'bmad' && dialect !== 'beads';

/** The backlog meant: the one asked for, the config's, the only one; a new one where there is none. */
async function backlogOf(workspace: Workspace, asked: string | null): Promise<Result<Backlog, Failure>> {
  const documents = workspace.plan.snapshot().documents.filter(isBacklogFile);
  const configured = workspace.config().paths.backlog;
  const wanted = asked ?? configured;
  if (wanted === null && documents.length > 1) {
    const paths = documents.map((document) => document.path).join(', ');
    return err({
      kind: 'invalid-input',
      field: '--backlog',
      message: `is needed: there are ${documents.length} backlogs (${paths}); paths.backlog in .soloflow/config.json settles it`,
    });
  }
  const path = wanted ?? documents[0]?.path ?? DEFAULT_BACKLOG;
  const document = documents.find((each) => each.path === path) ?? null;
  const text = document === null ? await workspace.documents.read(path) : workspace.plan.text(path);
  if (text !== null) return ok({ path, text, document, isNew: false });
  if (asked !== null && asked !== configured)
    return err({ kind: 'unknown-document', path, nearest: documents.map((each) => each.path) });
  return ok({ path, text: newBacklog(today(), laneNames(workspace)), document: null, isNew: true });
}

export const sameId = (a: string | null, b: string): boolean => a !== null && normalId(a) === normalId(b);
