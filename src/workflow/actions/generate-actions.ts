// New documents from what is written already: a PRD from a backlog item, tasks from a PRD, an item or both.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import type { Item } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { itemFacts, type ItemFacts } from '../../plan/compose/item-facts';
import { prdDecision } from '../../plan/compose/prd-rule';
import { normalId } from '../../plan/graph/ids';
import { defineAction, type Workspace } from '../action';
import type { ToolCommand } from '../../plan/write/tool-command';
import { draftDiff, draftLines, type DocumentDraft } from '../generate/drafts';
import { approveCommands, makeAll } from '../generate/make-all';
import { planPrd, planTasks, type TaskSources } from '../generate/plan-documents';
import { belonging, prdLimits, wrongOwner } from '../generate/sources';
import { findDocument, findItem } from '../resolve';
import { partsNaming } from '../scope';
import { generatePrdOutput, generateTasksOutput } from '../outputs/generate-outputs';

const yes = z.boolean().default(false).describe('Write it; without this it is only shown');

export const generatePrd = defineAction({
  name: 'generate-prd',
  title: 'Generate PRD…',
  description:
    'Writes a PRD for a backlog item from what is known about it; what nobody wrote becomes an open question.',
  effect: 'write',
  input: z.strictObject({
    item: z.string().min(1).describe('Backlog item: id, key or title'),
    force: z.boolean().default(false).describe('Although the rule says that the item needs none'),
    yes,
  }),
  output: generatePrdOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input) {
    const found = factsOf(workspace, input.item);
    if (!found.ok) return found;
    const { item, facts } = found.value;
    const name = item.id ?? item.title;
    const standing = item.id === null ? undefined : belonging(workspace, item.id, 'prd')[0];
    if (standing !== undefined)
      return err({ kind: 'invalid-input', field: name, message: `has a PRD already: ${standing.path}` });
    const decision = prdDecision(facts.points, facts.score, prdLimits(workspace));
    if (decision.prd === 'skip' && !input.force)
      return err({
        kind: 'invalid-input',
        field: name,
        message: `needs no PRD (${decision.why}); --force writes one all the same`,
      });
    const tasks = item.id === null ? undefined : belonging(workspace, item.id, 'tasks')[0];
    const planned = await planPrd(workspace, facts, tasks?.path ?? null);
    if (!planned.ok) return planned;
    const { draft, openQuestions } = planned.value;
    return written(workspace, [draft], input.yes, { path: draft.path, decision: decision.why, openQuestions });
  },
});

export const generateTasks = defineAction({
  name: 'generate-tasks',
  title: 'Generate Tasks…',
  description: 'Writes a task list from a PRD, a backlog item or both; each task names the line that asked for it.',
  effect: 'write',
  input: z.strictObject({
    backlogItem: z.string().optional().describe('Backlog item: id, key or title'),
    prd: z.string().optional().describe('PRD: path or file name'),
    again: z.boolean().default(false).describe('Although the item has a task list: a second one beside it'),
    approve: z.boolean().default(false).describe("Approve exactly the tool's commands shown (bd); for people only"),
    yes,
  }),
  output: generateTasksOutput,
  positional: ['backlogItem'],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    const sources = sourcesOf(workspace, input.backlogItem, input.prd);
    if (!sources.ok) return sources;
    const id = sources.value.facts?.id ?? sources.value.prd?.document.belongsTo ?? null;
    const standing = id === null ? undefined : belonging(workspace, id, 'tasks')[0];
    if (standing !== undefined && !input.again)
      return err({
        kind: 'invalid-input',
        field: id ?? '',
        message: `has a task list already: ${standing.path}; --again writes a second one`,
      });
    const planned = await planTasks(workspace, sources.value);
    if (!planned.ok) return planned;
    const { draft, more, path, commands, tasks, phases, withoutEstimate, form, notes } = planned.value;
    const kept = id === null ? undefined : partsNaming(workspace.plan.snapshot(), normalId(id))[0];
    // Issues that are missing only because a tool refused in the middle are made by doing it again.
    if (kept !== undefined && !(input.again && form !== 'beads') && commands.length === 0)
      return err({
        kind: 'invalid-input',
        field: id ?? '',
        message: `has tasks already: ${kept.path}:${kept.line}${form === 'beads' ? '' : '; --again writes them a second time'}`,
      });
    const free = draft === null || draft.before !== null ? draft : await freePath(workspace, draft);
    if (input.approve) approveCommands(workspace, commands, call);
    return written(
      workspace,
      [...(free === null ? [] : [free]), ...more],
      input.yes,
      {
        path: free?.path ?? path,
        form,
        tasks,
        phases,
        withoutEstimate,
        notes,
        commands: commands.map(({ text }) => text),
      },
      commands,
    );
  },
});

/** The item with its facts; a PRD's own items are no backlog items. */
function factsOf(
  workspace: Workspace,
  asked: string,
): Result<{ readonly item: Item; readonly facts: ItemFacts }, Failure> {
  const found = findItem(workspace, asked);
  if (!found.ok) return found;
  const document = workspace.plan.document(found.value.path);
  const text = workspace.plan.text(found.value.path);
  if (document === null || text === null) return err({ kind: 'unknown-document', path: found.value.path, nearest: [] });
  return ok({ item: found.value, facts: itemFacts(document, text, found.value) });
}

function sourcesOf(
  workspace: Workspace,
  askedItem: string | undefined,
  askedPrd: string | undefined,
): Result<TaskSources, Failure> {
  if (askedItem === undefined && askedPrd === undefined)
    return err({ kind: 'invalid-input', field: 'BACKLOGITEM', message: 'is missing; or say --prd' });
  const found = askedItem === undefined ? null : factsOf(workspace, askedItem);
  if (found !== null && !found.ok) return found;
  const facts = found?.value.facts ?? null;
  const id = facts?.id ?? null;
  const path =
    askedPrd === undefined
      ? ok(id === null ? null : (belonging(workspace, id, 'prd')[0]?.path ?? null))
      : findDocument(workspace, askedPrd);
  if (!path.ok) return path;
  if (path.value === null) return ok({ facts, prd: null, withoutPrd: 'none' });
  const document = workspace.plan.document(path.value);
  const text = workspace.plan.text(path.value);
  if (document === null || text === null) return err({ kind: 'unknown-document', path: path.value, nearest: [] });
  if (id !== null && document.belongsTo !== null && document.belongsTo !== normalId(id))
    return wrongOwner(path.value, document.belongsTo, id);
  // The item of a PRD tells its priority and hours, where there is exactly one.
  const owner = facts === null && document.belongsTo !== null ? factsOf(workspace, document.belongsTo) : null;
  const own = owner?.ok === true && owner.value.item.kind === 'backlog-item' ? owner.value.facts : null;
  return ok({ facts: facts ?? own, prd: { path: path.value, text, document }, withoutPrd: '' });
}

/** The path, or the path with -v2, -v3 …, that no file has yet. */
async function freePath(workspace: Workspace, draft: DocumentDraft): Promise<DocumentDraft> {
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? draft.path : draft.path.replace(/(\.\w+)$/, `-v${n}$1`);
    if ((await workspace.documents.read(path)) === null) return { ...draft, path };
  }
}

async function written<T extends object>(
  workspace: Workspace,
  drafts: readonly DocumentDraft[],
  write: boolean,
  about: T,
  commands: readonly ToolCommand[] = [],
) {
  if (write) {
    const made = await makeAll(workspace, drafts, commands);
    if (!made.ok) return made;
  }
  return ok({ ...about, written: write, documents: draftLines(drafts), diff: draftDiff(drafts) });
}
