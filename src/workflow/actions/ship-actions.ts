// Finishing an item: what is in the way is listed, then item, documents, run record and, if wished, changelog and commit.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import type { Item } from '../../model/plan';
import { err, ok, type Result } from '../../model/result';
import { slug } from '../../plan/compose/slug';
import { defineAction, type Call, type GitCommand, type Workspace } from '../action';
import { isIdea } from '../start/intake';
import { recorded } from '../recorded';
import { findItem } from '../resolve';
import { checkAgain } from '../ship/check-again';
import { planShip } from '../ship/plan-ship';
import { gitOffer, shipOutput, writeShip } from '../ship/ship-flow';
import { shipState, taskName, type ShipState } from '../ship/ship-state';
import { shipOutputSchema } from '../outputs/start-shapes';

export const ship = defineAction({
  name: 'ship',
  title: 'Ship Item…',
  description:
    'Finishes a backlog item: lists what is unfinished, sets it done with its date, archives its documents with a run record; offers changelog, lessons and commit.',
  effect: 'write',
  input: z.strictObject({
    item: z.string().optional().describe('Backlog item: id, key or title; default: the one in progress'),
    force: z.boolean().default(false).describe('Although tasks are unfinished or gates are red'),
    changelog: z.boolean().default(false).describe('Write the changelog line too'),
    entry: z.string().optional().describe('Words of the changelog line; default: title and id'),
    lesson: z.array(z.string()).default([]).describe('What was learned, kept in the run record'),
    commit: z.boolean().default(false).describe('Run the git commands that were approved'),
    approve: z.boolean().default(false).describe('Approve exactly the git commands shown; for people only'),
    yes: z.boolean().default(false).describe('Write it; without this it is only shown'),
  }),
  output: shipOutputSchema,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const found = input.item === undefined ? theOneInProgress(workspace) : findItem(workspace, input.item);
    if (!found.ok) return found;
    const item = found.value;
    const name = item.id ?? item.title;
    const fits = shippable(workspace, item);
    if (!fits.ok) return fits;
    const { state, fromRecord } = await checkAgain(workspace, shipState(workspace, item), call);
    if (call.signal.aborted) return err({ kind: 'cancelled' });
    if (input.yes) {
      const clear = inTheWay(name, state, input.force);
      if (!clear.ok) return clear;
    }
    const plan = await planShip(workspace, item, state, {
      changelog: input.entry ?? null,
      writeChangelog: input.changelog,
      lessons: input.lesson,
    });
    if (!plan.ok) return plan;
    const branch = slug(`${item.id ?? ''} ${item.title}`).slice(0, 40);
    const offer = await gitOffer(workspace, item, branch);
    const notes = [
      ...(fromRecord ? ['No gate ran again: what is said of them is from the record'] : []),
      ...(offer?.notes ?? []),
      ...(offer === null ? ['There is no git repository here: nothing to commit'] : []),
    ];
    if (offer !== null && input.commit) {
      const allowed = approved(workspace, offer.commands, input.approve, call);
      if (!allowed.ok) return allowed;
    }
    const commands = offer?.commands ?? [];
    if (!input.yes)
      return ok(
        shipOutput(item, state, plan.value, false, notes, { commands: commands.map((each) => each.text), done: false }),
      );
    const written = await recorded(() => writeShip(workspace, item, plan.value, call.by));
    if (!written.ok) return written;
    for (const lesson of input.lesson)
      workspace.memory?.remember({
        kind: 'lesson',
        text: lesson,
        taskKey: null,
        source: { item: name },
        supersedes: null,
        by: call.by,
      });
    if (offer !== null && input.commit) {
      for (const command of commands) {
        const ran = await workspace.repository.run(command);
        if (!ran.ok) return err(afterShipping(name, command, ran.error));
      }
    }
    const git = offer === null ? null : { commands: commands.map((each) => each.text), done: input.commit };
    return ok(shipOutput(item, state, plan.value, true, notes, git));
  },
});

/** The documents stand; what git did not do is left to the person. */
function afterShipping(name: string, command: GitCommand, failure: Failure): Failure {
  if (failure.kind !== 'git') return failure;
  const message = `${name} is shipped and its documents are written, but "${command.text}" failed: ${failure.message}`;
  return { kind: 'git', message };
}

function theOneInProgress(workspace: Workspace): Result<Item, Failure> {
  const items = [...workspace.plan.snapshot().items.values()].filter(
    (item) => isIdea(workspace, item) && item.status === 'in-progress',
  );
  const [only] = items;
  if (only === undefined)
    return err({ kind: 'invalid-input', field: 'ITEM', message: 'is missing: no backlog item is in progress' });
  if (items.length > 1)
    return err({
      kind: 'ambiguous-item',
      asked: 'ship',
      candidates: items.map((item) => `${item.id ?? ''} ${item.title}`.trim()),
    });
  return ok(only);
}

function shippable(workspace: Workspace, item: Item): Result<null, Failure> {
  const name = item.id ?? item.title;
  if (!isIdea(workspace, item))
    return err({
      kind: 'invalid-input',
      field: name,
      message: `is no backlog item but a ${item.kind}; soloflow complete finishes it`,
    });
  if (item.status === 'done' || item.status === 'cancelled')
    return err({
      kind: 'invalid-input',
      field: name,
      message: `is ${item.status} already (${item.path}:${item.line})`,
    });
  return ok(null);
}

/** A run that goes on is always in the way; unfinished work and red gates are, unless a person insists. */
function inTheWay(name: string, state: ShipState, force: boolean): Result<null, Failure> {
  const few = (names: readonly string[]): string =>
    names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
  if (state.open !== null)
    return err({
      kind: 'invalid-input',
      field: name,
      message: `still runs (${state.open.run.title}): let it end, or soloflow cancel ${state.open.run.id}`,
    });
  if (force) return ok(null);
  if (state.unfinished.length > 0) {
    const names = few(state.unfinished.map(taskName));
    return err({
      kind: 'invalid-input',
      field: name,
      message: `has ${state.unfinished.length} unfinished tasks (${names}); --force ships it all the same`,
    });
  }
  if (state.red.length > 0) {
    const gates = state.red.map(({ task, gate }) => `${taskName(task)} – ${gate.gate}`);
    return err({ kind: 'gates-red', key: name, gates, detail: '--force ships it all the same.' });
  }
  return ok(null);
}

/** Commands run only with a person's approval of exactly their texts; an agent cannot give it. */
function approved(
  workspace: Workspace,
  commands: readonly GitCommand[],
  approve: boolean,
  call: Call,
): Result<null, Failure> {
  if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
  const texts = commands.map((each) => each.text);
  if (approve && !call.by.startsWith('mcp')) workspace.approvals.approve(texts, call.by);
  const open = texts.filter((text) => !workspace.approvals.isApproved(text));
  return open.length === 0 ? ok(null) : err({ kind: 'not-approved', commands: open });
}
