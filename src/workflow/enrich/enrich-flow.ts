// Enrich: a writer is asked, its answer is kept as a proposal and shown; a yes writes exactly what was shown.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import type { Item, PlanDocument } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { itemFacts } from '../../plan/compose/item-facts';
import { normalId } from '../../plan/graph/ids';
import type { Call, Workspace } from '../action';
import { applyDrafts, draftDiff, draftLines, type DraftLine } from '../generate/drafts';
import { belonging, testCommandOf } from '../generate/sources';
import { findDocument, findItem } from '../resolve';
import { enrichPrompt } from './prompt';
import { proposalFrom, type Standing } from './proposal';
import { allowed, writerOf } from './writer';

const ENRICH = 'enrich';

export interface EnrichWish {
  /** Document, or an item that has one. */
  readonly target: string;
  readonly wish: string | null;
  readonly approve: boolean;
  readonly yes: boolean;
}
export interface EnrichOutput {
  readonly path: string;
  /** Who proposed it. */
  readonly by: string;
  readonly written: boolean;
  readonly documents: readonly DraftLine[];
  readonly diff: string;
  readonly notes: readonly string[];
}

const kept = z.object({
  path: z.string(),
  before: z.string(),
  after: z.string(),
  by: z.string(),
  notes: z.array(z.string()),
});
type Kept = z.output<typeof kept>;

/** Without a yes: asks and shows. With one: writes what was shown last, if the document still stands as it did then. */
export async function enrichDocument(
  workspace: Workspace,
  wish: EnrichWish,
  call: Call,
): Promise<Result<EnrichOutput, Failure>> {
  const standing = standingOf(workspace, wish.target);
  if (!standing.ok) return standing;
  const id = `enrich-${standing.value.path}`;
  if (wish.yes) return write(workspace, id, standing.value.path, call);
  const writer = await writerOf(workspace);
  if (writer === null)
    return err({
      kind: 'invalid-input',
      field: 'enrich',
      message: 'has nobody to ask: no language model is at hand and .soloflow/config.json names no agent',
    });
  const may = allowed(workspace, writer, wish.approve, call.by);
  if (!may.ok) return may;
  call.progress(`asking ${writer.name}`, null);
  const { document, text, path } = standing.value;
  const prompt = enrichPrompt({
    document,
    text,
    known: await knownAbout(workspace, document),
    wish: wish.wish,
  });
  const answered = await writer.complete(prompt, call.signal);
  if (!answered.ok) return answered;
  const proposed = proposalFrom(answered.value, standing.value);
  if (!proposed.ok)
    return err({
      kind: 'invalid-input',
      field: writer.name,
      message: `gave an answer that is not used: ${proposed.error}`,
    });
  const data: Kept = {
    path,
    before: text,
    after: proposed.value.text,
    by: writer.name,
    notes: [...proposed.value.notes],
  };
  workspace.stages?.put({ id, kind: ENRICH, status: 'shown', data, by: call.by });
  return ok(outputOf(data, false));
}

async function write(
  workspace: Workspace,
  id: string,
  path: string,
  call: Call,
): Promise<Result<EnrichOutput, Failure>> {
  const stage = workspace.stages?.get(id) ?? null;
  const parsed = stage?.status === 'shown' ? kept.safeParse(stage.data) : null;
  if (parsed?.success !== true)
    return err({
      kind: 'invalid-input',
      field: path,
      message: 'has no proposal yet; soloflow enrich without --yes asks for one',
    });
  const { data } = parsed;
  const applied = await applyDrafts(workspace.documents, [data]);
  // A proposal for a text that is gone is worth nothing any more.
  if (applied.ok || applied.error.kind === 'document-changed')
    workspace.stages?.put({ id, kind: ENRICH, status: applied.ok ? 'written' : 'dropped', data, by: call.by });
  if (!applied.ok) return applied;
  await workspace.plan.open();
  return ok(outputOf(data, true));
}

function outputOf(data: Kept, written: boolean): EnrichOutput {
  return {
    path: data.path,
    by: data.by,
    written,
    documents: draftLines([data]),
    diff: draftDiff([data]),
    notes: data.notes,
  };
}

/** The document asked for; of a backlog item its PRD, else its task list. */
function standingOf(workspace: Workspace, asked: string): Result<Standing, Failure> {
  const found = pathOf(workspace, asked);
  if (!found.ok) return found;
  const document = workspace.plan.document(found.value);
  const text = workspace.plan.text(found.value);
  if (document === null || text === null) return err({ kind: 'unknown-document', path: found.value, nearest: [] });
  if (document.kind !== 'prd' && document.kind !== 'tasks')
    return err({ kind: 'invalid-input', field: found.value, message: 'is neither a PRD nor a task list' });
  return ok({ path: found.value, text, document });
}

function pathOf(workspace: Workspace, asked: string): Result<string, Failure> {
  const item = /^[A-Z]{1,5}[-\u2010-\u2015]\d/i.test(asked) ? findItem(workspace, asked) : null;
  if (item === null) return findDocument(workspace, asked);
  if (!item.ok) return item;
  const { id, path, title, kind } = item.value;
  if (kind !== 'backlog-item') return ok(path);
  const own =
    id === null
      ? []
      : [...belonging(workspace, id, 'prd'), ...belonging(workspace, id, 'tasks')].map((each) => each.path);
  const [first] = own;
  return first === undefined
    ? err({ kind: 'invalid-input', field: id ?? title, message: 'has neither a PRD nor a task list yet' })
    : ok(first);
}

/** What the backlog, the memory and the workspace tell about the item of a document. */
async function knownAbout(workspace: Workspace, document: PlanDocument): Promise<readonly string[]> {
  const owner =
    document.belongsTo === null
      ? undefined
      : [...workspace.plan.snapshot().items.values()].find(
          (item): item is Item => item.kind === 'backlog-item' && item.normalId === normalId(document.belongsTo ?? ''),
        );
  const lines: string[] = [];
  if (owner !== undefined) {
    const home = workspace.plan.document(owner.path);
    const text = workspace.plan.text(owner.path);
    lines.push(`Backlog item ${owner.id ?? ''} "${owner.title}" (${owner.path}:${owner.line})`);
    if (home !== null && text !== null) {
      const facts = itemFacts(home, text, owner);
      for (const [name, said] of facts.notes) lines.push(`${name.replaceAll('_', ' ')}: ${oneLine(said.text)}`);
      for (const criterion of facts.criteria) lines.push(`acceptance: ${oneLine(criterion.text)}`);
    }
    for (const note of workspace.memory?.notes(owner.key, 10) ?? [])
      lines.push(`${note.kind}: ${oneLine(`${note.title} ${note.body}`)}`);
  }
  const tests = await testCommandOf(workspace);
  if (tests !== null) lines.push(`The tests of this workspace run with \`${tests}\``);
  for (const other of workspace.plan.snapshot().documents)
    if (other.path !== document.path && other.belongsTo !== null && other.belongsTo === document.belongsTo)
      lines.push(`Belongs to the same item: ${other.path} ("${other.title}")`);
  return lines;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
