// Everything `start` would write, planned on texts before a byte changes: the item, its PRD or why it has none, its tasks.
import type { Failure } from '../../model/failure';
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { backlogMdFile } from '../../plan/compose/backlog-md-file';
import { addToBacklog } from '../../plan/compose/backlog-entry';
import { itemFacts, type ItemFacts } from '../../plan/compose/item-facts';
import { prdDecision, type PrdDecision, type PrdLimits } from '../../plan/compose/prd-rule';
import { readDraft } from '../../plan/compose/read-draft';
import { normalId } from '../../plan/graph/ids';
import { planEdit } from '../../plan/write/plan-edit';
import { applyEdits } from '../../plan/write/text-edits';
import type { ToolCommand } from '../../plan/write/tool-command';
import type { Workspace } from '../action';
import { startedDates, touched } from '../status/dates';
import { begunPrd } from '../status/prd-status';
import type { DocumentDraft } from '../generate/drafts';
import { planPrd, plannedListPath, planTasks, type TaskSources } from '../generate/plan-documents';
import { isKept } from '../generate/own-dialect';
import { partsInFiles } from '../scope';
import { belonging, prdLimits, wrongOwner } from '../generate/sources';
import { type Intake, sameId, takeIn } from './intake';

export interface StartWish {
  readonly idea: string;
  readonly points: number | null;
  readonly score: number | null;
  readonly problem: string | null;
  readonly lane: string | null;
  readonly backlog: string | null;
  readonly dependsOn: readonly string[];
  readonly acceptance: readonly string[];
  readonly steps: readonly string[];
  readonly prd: 'auto' | 'write' | 'skip';
  readonly force: boolean;
}

export interface StartPlan {
  readonly item: { readonly id: string; readonly title: string; readonly path: string; readonly isNew: boolean };
  readonly decision: PrdDecision;
  readonly prdPath: string | null;
  readonly tasksPath: string;
  /** The run is made of this item's own parts rather than of a list; null: of the list. */
  readonly itemKey: string | null;
  readonly openQuestions: readonly string[];
  readonly drafts: readonly DocumentDraft[];
  /** What a tool does behind the documents (bd makes the tasks), to be approved first. */
  readonly commands: readonly ToolCommand[];
  /** What happens, a line each, in the order it happens. */
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** What nobody said and a person could be asked once; nothing where the PRD was decided in words. */
  readonly missing: readonly ('points' | 'score')[];
}

/** Points of an item about which nobody said anything: what the intake of the reference workflow writes. */
const DEFAULT_POINTS = 3;

interface Home {
  readonly path: string;
  readonly text: string;
  readonly document: PlanDocument;
  readonly item: Item;
  readonly draft: DocumentDraft;
  readonly isNew: boolean;
}

export async function planStart(workspace: Workspace, wish: StartWish): Promise<Result<StartPlan, Failure>> {
  const notes: string[] = [];
  const home = await homeOf(workspace, wish, notes);
  if (!home.ok) return home;
  const { item, document, text, isNew } = home.value;
  const id = item.id ?? item.title;
  const facts = withSaid(itemFacts(document, text, item), wish);
  const decision = decide(wish, facts, prdLimits(workspace), notes);
  const lines = [
    isNew
      ? `${id} "${item.title}" is new in ${item.path}:${item.line}${home.value.draft.before === null && document.dialect === 'reference-backlog' ? ' (a new backlog)' : ''}`
      : `${id} "${item.title}" stands in ${item.path}:${item.line}`,
  ];
  const drafts: DocumentDraft[] = [];

  const standingPrd = prdOf(workspace, item);
  if (!standingPrd.ok) return standingPrd;
  const standingTasks = isNew ? undefined : belonging(workspace, id, 'tasks')[0];
  let prd: TaskSources['prd'] = standingPrd.value;
  let openQuestions: readonly string[] = [];
  if (prd !== null) {
    const begins = begunPrd(prd.document, true);
    if (begins !== null) drafts.push({ path: prd.path, before: prd.text, after: applyEdits(prd.text, [begins]) });
    const moves =
      begins === null ? '' : `; ${prd.document.status?.text ?? ''} → ${begins.text}: your yes approves and begins it`;
    lines.push(`PRD ${prd.path} is there already${moves}`);
  } else if (decision.prd === 'write') {
    const planned = await planPrd(
      workspace,
      facts,
      standingTasks?.path ?? (await plannedListPath(workspace, item.id, item.title)),
    );
    if (!planned.ok) return planned;
    const { draft } = planned.value;
    const read = draft.after === null ? null : readDraft(draft.path, draft.after);
    // The yes that writes it approves it, and its run begins with it. Nothing moves: only the word on its line changes.
    const begins = read === null ? null : begunPrd(read, true);
    const text = draft.after === null || begins === null ? draft.after : applyEdits(draft.after, [begins]);
    const document = text === null ? null : readDraft(draft.path, text);
    if (document !== null && text !== null) prd = { path: draft.path, text, document };
    openQuestions = planned.value.openQuestions;
    drafts.push({ ...draft, after: text });
    lines.push(`PRD ${draft.path}: ${decision.why}`);
    if (openQuestions.length > 0) lines.push(`${openQuestions.length} open questions in it`);
  } else lines.push(`PRD skipped: ${decision.why}`);

  let tasksPath = standingTasks?.path ?? '';
  let asItem = false;
  let commands: readonly ToolCommand[] = [];
  const parts = partsInFiles(workspace.plan.snapshot(), item);
  if (parts.length > 0) {
    asItem = true;
    tasksPath = item.path;
    lines.push(`${count(parts.length, 'task')} of it ${parts.length === 1 ? 'is' : 'are'} there already`);
  } else if (standingTasks !== undefined) lines.push(`Tasks ${tasksPath} are there already`);
  else {
    // A PRD without steps leaves the tasks to the item itself; they name it all the same.
    const withoutPrd = prd?.path ?? (decision.prd === 'skip' ? `skipped (${decision.why})` : 'none');
    const planned = await planTasks(workspace, { facts, prd: asksForWork(prd) ? prd : null, withoutPrd });
    if (!planned.ok) return planned;
    const { draft, path, more } = planned.value;
    if (draft !== null) drafts.push(draft);
    drafts.push(...more);
    commands = planned.value.commands;
    asItem = isKept(planned.value.form);
    tasksPath = asItem ? item.path : path;
    notes.push(...planned.value.notes);
    lines.push(`${count(planned.value.tasks, 'task')} in ${count(planned.value.phases, 'phase')}: ${path}`);
    if (commands.length > 0)
      lines.push(`${count(commands.length, 'issue')} made by bd, once a person approved the commands`);
    if (planned.value.withoutEstimate > 0)
      notes.push(
        `Nobody said how long ${planned.value.tasks === 1 ? 'the task takes' : `${count(planned.value.withoutEstimate, 'task')} take`}`,
      );
  }
  drafts.unshift(home.value.draft);
  return ok({
    item: { id, title: item.title, path: item.path, isNew },
    decision,
    prdPath: prd?.path ?? null,
    tasksPath,
    itemKey: asItem ? item.key : null,
    openQuestions,
    drafts: drafts.filter((draft) => draft.before !== draft.after),
    commands,
    lines,
    notes,
    missing:
      wish.prd === 'auto' && standingPrd.value === null && standingTasks === undefined
        ? missingIn(wish, facts, isNew)
        : [],
  });
}

/** A new item gets points all the same: those are nobody's word. */
const missingIn = (wish: StartWish, facts: ItemFacts, isNew: boolean): StartPlan['missing'] => [
  ...(wish.points === null && (isNew || facts.points === null) ? ['points' as const] : []),
  ...(facts.score === null ? ['score' as const] : []),
];

const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** The item where it stands or will stand, in progress from now on. */
async function homeOf(workspace: Workspace, wish: StartWish, notes: string[]): Promise<Result<Home, Failure>> {
  const taken = await takeIn(workspace, { text: wish.idea, backlog: wish.backlog, force: wish.force });
  if (!taken.ok) return taken;
  const intake = taken.value;
  if (intake.kind === 'standing') {
    const { path } = intake.item;
    const document = workspace.plan.document(path);
    const text = workspace.plan.text(path);
    if (document === null || text === null) return err({ kind: 'unknown-document', path, nearest: [] });
    return ok({
      path,
      text,
      document,
      item: intake.item,
      draft: begun(workspace, path, text, text, document, intake.item),
      isNew: false,
    });
  }
  if (intake.kind === 'new-file') return newFile(intake, wish);
  const { backlog, id, title } = intake;
  const unknown = wish.dependsOn.map((each) => workspace.plan.find(each)).find((found) => !found.ok);
  if (unknown !== undefined && !unknown.ok) return unknown;
  if (wish.points === null)
    notes.push(`Nobody said how many points: ${DEFAULT_POINTS} are written (--points says otherwise)`);
  if (wish.score === null) notes.push('Nobody said a score: none is written (--score says one)');
  const edits = addToBacklog(
    backlog.document,
    backlog.text,
    {
      id,
      title,
      points: wish.points ?? DEFAULT_POINTS,
      score: wish.score,
      problem: wish.problem,
      dependsOn: wish.dependsOn,
      acceptance: wish.acceptance,
      steps: wish.steps,
      lane: wish.lane,
    },
    workspace.config().lanes,
  );
  const unwritable = err({
    kind: 'not-writable',
    path: backlog.path,
    line: 1,
    what: 'it has neither a table with ID and Title nor a lane or list for a new item',
  } as const);
  if (edits === null) return unwritable;
  const text = applyEdits(backlog.text, edits);
  const document = readDraft(backlog.path, text);
  const item = document?.items.find(
    (each) => sameId(each.id, id) && each.kind === 'backlog-item' && each.title === title,
  );
  // What would not be read back as the item it is must not be written.
  if (document === null || item === undefined) return unwritable;
  const before = backlog.isNew ? null : backlog.text;
  return ok({
    path: backlog.path,
    text,
    document,
    item,
    draft: begun(workspace, backlog.path, before, text, document, item),
    isNew: true,
  });
}

/** A new task of a Backlog.md project, begun. */
function newFile(intake: Intake & { readonly kind: 'new-file' }, wish: StartWish): Result<Home, Failure> {
  const { manner, number, title } = intake;
  const { path, text } = backlogMdFile(manner, {
    number,
    title,
    status: manner.inProgress,
    created: new Date().toISOString().slice(0, 16).replace('T', ' '),
    parent: null,
    dependencies: wish.dependsOn,
    priority: null,
    labels: [],
    description: wish.problem === null ? [] : [wish.problem],
    criteria: wish.acceptance,
    done: [],
    plan: wish.steps.map((step, n) => `${n + 1}. ${step}`),
  });
  const document = readDraft(path, text);
  const item = document?.items[0];
  if (document === null || item?.title !== title)
    return err({ kind: 'not-writable', path, line: 1, what: 'a new task: it would not be read back' });
  return ok({ path, text, document, item, draft: { path, before: null, after: text }, isNew: true });
}

/** In progress from now on, with the day where its backlog keeps such notes. */
function begun(
  workspace: Workspace,
  path: string,
  before: string | null,
  text: string,
  document: PlanDocument,
  item: Item,
): DocumentDraft {
  if (item.status !== 'open' && item.status !== 'blocked') return { path, before, after: text };
  // A backlog without other items has no word of its own yet; the new one's legend names this.
  const spelling = before === null ? { spelling: 'in-progress' } : {};
  const edits = planEdit(document, text, { kind: 'set-status', key: item.key, status: 'in-progress', ...spelling });
  if (!edits.ok) return { path, before, after: text };
  const moved = touched(applyEdits(text, edits.value), Date.now());
  const notes = document.dialect === 'reference-backlog' && /<!--\s*[a-z_]+\s*:/.test(text);
  const dated = startedDates(document, item, notes, workspace.config().dates.form, Date.now());
  const read = readDraft(path, moved);
  let after = moved;
  for (const [name, value] of Object.entries(dated)) {
    const again = after === moved ? read : readDraft(path, after);
    const same = again?.items.find((each) => each.normalId === item.normalId && each.title === item.title);
    if (again === null || same === undefined) break;
    const stamp = planEdit(again, after, { kind: 'set-date', key: same.key, name, value });
    if (stamp.ok) after = applyEdits(after, stamp.value);
  }
  return { path, before, after };
}

const withSaid = (facts: ItemFacts, wish: StartWish): ItemFacts => ({
  ...facts,
  points: wish.points ?? facts.points,
  score: wish.score ?? facts.score,
});

function decide(wish: StartWish, facts: ItemFacts, limits: PrdLimits, notes: string[]): PrdDecision {
  const ruled = prdDecision(facts.points, facts.score, limits);
  if (wish.prd !== 'auto' && wish.prd !== ruled.prd) {
    notes.push(`The rule says otherwise about the PRD (${ruled.why})`);
    return { prd: wish.prd, why: 'asked for' };
  }
  return ruled;
}

/** The PRD of a standing item: the one it links, or one that says it belongs to it. */
function prdOf(workspace: Workspace, item: Item): Result<TaskSources['prd'], Failure> {
  const id = item.id === null ? null : normalId(item.id);
  const linked = item.prd === null ? null : (workspace.plan.document(item.prd.trim().replace(/^\.\//, '')) ?? null);
  if (linked !== null && id !== null && linked.belongsTo !== null && linked.belongsTo !== id)
    return wrongOwner(linked.path, linked.belongsTo, item.id ?? '');
  const document = linked ?? (item.id === null ? null : (belonging(workspace, item.id, 'prd')[0] ?? null));
  const text = document === null ? null : workspace.plan.text(document.path);
  return ok(document === null || text === null ? null : { path: document.path, text, document });
}

/** A PRD without steps leaves the tasks to the item itself. */
const asksForWork = (prd: TaskSources['prd']): boolean => prd !== null && prd.document.items.length > 0;
