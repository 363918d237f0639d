// `ship` as durable stages: what is in the way, the documents, git. What was said yes to goes on after a kill.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import type { Item } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import type { Call, GitCommand, Stage, Workspace } from '../action';
import { applyDrafts, draftDiff, draftLines, type DraftLine } from '../generate/drafts';
import type { ShipPlan } from './plan-ship';
import { taskName, type ShipState, type TaskFacts } from './ship-state';

const SHIP = 'ship';

interface TaskPlace {
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly why: string;
}
export interface ShipOutput {
  readonly workflow: 'ship';
  readonly item: { readonly id: string | null; readonly title: string; readonly path: string };
  readonly written: boolean;
  readonly unfinished: readonly TaskPlace[];
  readonly redGates: readonly TaskPlace[];
  readonly unverified: readonly TaskPlace[];
  readonly documents: readonly DraftLine[];
  readonly diff: string;
  readonly record: string;
  readonly changelog: string;
  readonly lessons: readonly string[];
  readonly notes: readonly string[];
  /** Offered, or done where a person approved them. */
  readonly git: { readonly commands: readonly string[]; readonly done: boolean } | null;
}

const place = (task: TaskFacts, why: string): TaskPlace => ({
  name: taskName(task),
  path: task.item.path,
  line: task.item.line,
  why,
});

export function shipOutput(
  item: Item,
  state: ShipState,
  plan: ShipPlan,
  written: boolean,
  notes: readonly string[],
  git: ShipOutput['git'],
): ShipOutput {
  return {
    workflow: 'ship',
    item: { id: item.id, title: item.title, path: item.path },
    written,
    unfinished: state.unfinished.map((task) => place(task, task.item.status)),
    redGates: state.red.map(({ task, gate }) => place(task, `${gate.gate}: ${gate.detail}`)),
    unverified: state.unverified.map((task) => place(task, 'no gate looked at it')),
    documents: draftLines(plan.drafts),
    diff: draftDiff(plan.drafts),
    record: plan.record,
    changelog: plan.changelog,
    lessons: plan.lessonsOffered,
    notes,
    git,
  };
}

const kept = z.object({
  item: z.string(),
  drafts: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});

/** Keeps what is about to be written, writes it, keeps that it stands. */
export async function writeShip(
  workspace: Workspace,
  item: Item,
  plan: ShipPlan,
  by: string,
): Promise<Result<readonly string[], Failure>> {
  const id = `ship-${item.id ?? item.key}`;
  const data = { item: item.id ?? item.title, drafts: plan.drafts.map((draft) => ({ ...draft })) };
  workspace.stages?.put({ id, kind: SHIP, status: 'documents', data, by });
  return finish(workspace, { id, drafts: plan.drafts, data, by });
}

async function finish(
  workspace: Workspace,
  about: {
    readonly id: string;
    readonly drafts: ShipPlan['drafts'];
    readonly data: Stage['data'];
    readonly by: string;
  },
): Promise<Result<readonly string[], Failure>> {
  const { id, drafts, data, by } = about;
  const applied = await applyDrafts(workspace.documents, drafts);
  workspace.stages?.put({ id, kind: SHIP, status: applied.ok ? 'shipped' : 'refused', data, by });
  await workspace.plan.open();
  return applied;
}

/** Ships that were cut off while their documents were written. */
export const cutShips = (workspace: Workspace): readonly Stage[] =>
  (workspace.stages?.list(SHIP, 20) ?? []).filter((stage) => stage.status === 'documents');

/** Writes what such a ship still has to write. */
export async function finishShip(
  workspace: Workspace,
  stage: Stage,
  call: Call,
): Promise<Result<readonly string[], Failure>> {
  const parsed = kept.safeParse(stage.data);
  if (!parsed.success) return err({ kind: 'unknown-run', id: stage.id });
  const done = await finish(workspace, { id: stage.id, drafts: parsed.data.drafts, data: stage.data, by: call.by });
  return done.ok ? ok(parsed.data.drafts.map((draft) => draft.path)) : done;
}

/** What git would be asked to do for this; null: there is no repository. */
export async function gitOffer(
  workspace: Workspace,
  item: Item,
  branchName: string,
): Promise<{ readonly commands: readonly GitCommand[]; readonly notes: readonly string[] } | null> {
  const state = await workspace.repository.state();
  if (state === null) return null;
  const message = item.id === null ? item.title : `${item.id}: ${item.title}`;
  const commands: GitCommand[] = [];
  const notes: string[] = takenIn(state.dirty);
  if (state.detached && state.head !== null) {
    notes.push(`HEAD is at no branch (${state.head.slice(0, 8)}): the commit goes to a new one, ${branchName}`);
    commands.push(command(['switch', '-c', branchName]));
  }
  commands.push(command(['add', '-A', '--', '.']), command(['commit', '-m', message]));
  return { commands, notes };
}

/** What a commit takes in besides the documents of the item. */
function takenIn(dirty: readonly string[]): string[] {
  const few = dirty.slice(0, 8).join(', ');
  if (dirty.length === 0) return [];
  const more = dirty.length > 8 ? ` and ${dirty.length - 8} more` : '';
  return [`The commit takes in what is changed here already: ${few}${more}`];
}

function command(args: readonly string[]): GitCommand {
  const quoted = args.map((arg) => (/^[\w./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`));
  return { text: `git ${quoted.join(' ')}`, args };
}
