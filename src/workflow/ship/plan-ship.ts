// Everything `ship` would write, planned on texts: the item done and dated, its documents in the archive, the run record.
import type { Failure } from '../../model/failure';
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { withChangelogLine } from '../../plan/compose/changelog';
import { readDraft } from '../../plan/compose/read-draft';
import { relink } from '../../plan/compose/relink';
import type { PlanChange } from '../../plan/ports';
import { planEdit } from '../../plan/write/plan-edit';
import { applyEdits } from '../../plan/write/text-edits';
import type { Workspace } from '../action';
import type { DocumentDraft } from '../generate/drafts';
import { today } from '../generate/sources';
import { dateIn, dateLike, touched } from '../status/dates';
import { completedPrd } from '../status/prd-status';
import { type ArchiveWords, withArchiveWords } from './archive-row';
import { lessonsOffered, runRecord } from './run-record';
import type { ShipState } from './ship-state';

export interface ShipWish {
  readonly changelog: string | null;
  readonly writeChangelog: boolean;
  readonly lessons: readonly string[];
}
export interface ShipPlan {
  readonly drafts: readonly DocumentDraft[];
  readonly record: string;
  readonly changelog: string;
  readonly lessonsOffered: readonly string[];
}

export async function planShip(
  workspace: Workspace,
  item: Item,
  state: ShipState,
  wish: ShipWish,
): Promise<Result<ShipPlan, Failure>> {
  const id = item.id ?? item.title;
  const moves = new Map<string, string>();
  const taken = new Set<string>();
  for (const document of [...state.prds, ...state.lists]) {
    const to = await freeInArchive(workspace, document.path.split('/').at(-1) ?? document.path, taken);
    taken.add(to);
    moves.set(document.path, to);
  }
  const drafts: DocumentDraft[] = [];
  for (const [document, kind] of [
    ...state.prds.map((each) => [each, 'prd'] as const),
    ...state.lists.map((each) => [each, 'tasks'] as const),
  ]) {
    const to = moves.get(document.path);
    const text = workspace.plan.text(document.path);
    if (to === undefined || text === null) return err({ kind: 'unknown-document', path: document.path, nearest: [] });
    const settled = kind === 'prd' ? completedPrd(document, text) : text;
    drafts.push({
      path: to,
      before: null,
      after: renamed(relink(settled, document.path, to, moves), moves),
      movedFrom: document.path,
    });
    drafts.push({ path: document.path, before: text, after: null });
  }
  const changelog = wish.changelog ?? `${item.title} (${id})`;
  const home = shippedItem(workspace, item, moves, {
    outcome: wish.changelog ?? null,
    lessons: wish.lessons,
  });
  if (!home.ok) return home;
  drafts.push(home.value);
  const offered = lessonsOffered(state);
  const record = await freeInArchive(
    workspace,
    `RUN-${id.replaceAll(/[\u2010-\u2015]/g, '-').replaceAll(/[^\w.-]+/g, '-')}.md`,
    taken,
  );
  drafts.push({
    path: record,
    before: null,
    after: runRecord(state, {
      name: item.id === null ? item.title : `${item.id} — ${item.title}`,
      id,
      today: today(),
      prds: state.prds.map((each) => moves.get(each.path) ?? each.path),
      lists: state.lists.map((each) => moves.get(each.path) ?? each.path),
      lessons: [...wish.lessons, ...offered.filter((each) => !wish.lessons.includes(each))],
      changelog,
    }),
  });
  if (wish.writeChangelog) {
    const path = workspace.config().paths.changelog;
    const text = await workspace.documents.read(path);
    drafts.push({ path, before: text, after: withChangelogLine(text, changelog) });
  }
  return ok({ drafts, record, changelog, lessonsOffered: offered });
}

/** The name in the archive, with -v2, -v3 … where a file has it already. */
async function freeInArchive(workspace: Workspace, name: string, taken: ReadonlySet<string>): Promise<string> {
  const folder = workspace.config().paths.archive.replace(/\/+$/, '');
  for (let n = 1; ; n += 1) {
    const path = `${folder}/${n === 1 ? name : name.replace(/(\.\w+)?$/, `-v${n}$1`)}`;
    if (!taken.has(path) && (await workspace.documents.read(path)) === null) return path;
  }
}

/** Old paths written out in a text become the new ones. */
function renamed(text: string, moves: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [from, to] of moves) result = result.replaceAll(from, () => to);
  return result;
}

/** The item done, dated the way its document writes dates, and in its archive table where it has one for this. */
function shippedItem(
  workspace: Workspace,
  item: Item,
  moves: ReadonlyMap<string, string>,
  said: Pick<ArchiveWords, 'outcome' | 'lessons'>,
): Result<DocumentDraft, Failure> {
  const { path } = item;
  const before = workspace.plan.text(path);
  const standing = workspace.plan.document(path);
  if (before === null || standing === null) return err({ kind: 'unknown-document', path, nearest: [] });
  let text = renamed(before, moves);
  const archives = hasArchive(text);
  const dated = dateNames(standing);
  const steps: ((key: string) => PlanChange)[] = [(key) => ({ kind: 'set-status', key, status: 'done' })];
  if (dated !== null || archives) {
    const value =
      dated === null ? dateIn(workspace.config().dates.form, Date.now()) : dateLike(dated.example, Date.now());
    steps.push((key) => ({ kind: 'set-date', key, name: dated?.name ?? 'completed_at', value }));
  }
  if (archives) steps.push((key) => ({ kind: 'archive-item', key }));
  for (const [at, step] of steps.entries()) {
    const document = readDraft(path, text);
    const current = document?.items.find(
      (each) => each.normalId === item.normalId && each.title === item.title && each.kind === item.kind,
    );
    if (document === null || current === undefined)
      return err({ kind: 'not-writable', path, line: item.line, what: 'status done' });
    const edits = planEdit(document, text, step(current.key));
    // The status must be written; a date or an archive that this place has no room for is left.
    if (!edits.ok && at === 0) return edits;
    if (edits.ok) text = applyEdits(text, edits.value);
  }
  const row = archives ? withArchiveWords(text, { id: item.id, title: item.title, ...said }) : text;
  return ok({ path, before, after: touched(inLanes(row, item), Date.now()) });
}

/** A table of completed items with a date: where this backlog puts what is done. */
const hasArchive = (text: string): boolean =>
  /^[\t ]*\|[^\n]*\bID\b[^\n]*\bTitle\b[^\n]*\bcompletion date\b[^\n]*\|[\t ]*$/im.test(text);

function dateNames(document: PlanDocument): { readonly name: string; readonly example: string } | null {
  for (const name of ['completion_date', 'completed_at', 'completed']) {
    const example = document.items.map((each) => each.dates[name]?.text).find((text) => text !== undefined);
    if (example !== undefined) return { name: name === 'completion_date' ? 'completed_at' : name, example };
  }
  return null;
}

/** The item's bullet in a lane says so too, as other lanes' bullets do or plainly. */
function inLanes(text: string, item: Item): string {
  if (item.id === null) return text;
  const id = item.id.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const bullet = new RegExp(String.raw`^([-*+][\t ]+(?:\*\*)?${id}(?![\w-])[^\r\n]*?)[\t ]*$`, 'gmu');
  return text.replace(bullet, (line: string) =>
    !line.includes(item.title) || /complete|✅|done/i.test(line.replace(item.title, ''))
      ? line
      : `${line.trimEnd()} ✅ **COMPLETED**`,
  );
}
