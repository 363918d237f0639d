// An onlooker sees a claim a moment after it was made: what its agent is told then.
import { afterEach, expect, it } from 'vitest';
import type { RunView } from '../../../src/engine/service';
import type { Claim } from '../../../src/model/run';
import { claimTask } from '../../../src/workflow/actions/agent-actions';
import type { Workspace } from '../../../src/workflow/action';
import { call, place, type Place } from './workspace';

let at: Place;
afterEach(() => at.remove());

/** The workspace of an agent whose engine shows no claim until it was refused once. */
async function behind(isOpen: (session: string) => boolean) {
  at = place();
  at.write('Task-List-B-001-x.md', '# Task List: B-001 — X\n\n#### Task 1.1: One\n\n**Status**: todo\n');
  const opened = await at.open();
  const first = { ...opened, session: { id: 'first', isOpen: () => true } } as Workspace;
  const item = { item: 'Task 1.1' };
  expect((await claimTask.run(first, item, { ...call, by: 'mcp:first' })).ok).toBe(true);
  let refused = 0;
  const blind = (view: RunView): RunView =>
    refused > 0 ? view : { ...view, tasks: view.tasks.map(({ claim: _unseen, ...task }) => task) };
  const engine: Workspace['engine'] = {
    ...opened.engine,
    run: (id) => {
      const view = opened.engine.run(id);
      return view === null ? null : blind(view);
    },
    runs: (limit) => opened.engine.runs(limit).map(blind),
    wish: async (wish, by) => {
      const told = await opened.engine.wish(wish, by);
      if (!told.ok) refused += 1;
      return told;
    },
  };
  const second = { ...opened, engine, session: { id: 'second', isOpen } } as Workspace;
  const told = await claimTask.run(second, item, { ...call, by: 'mcp:second' });
  const holder = opened.engine.runs(1)[0]?.tasks[0]?.claim as Claim;
  return { told, refused, holder: holder.by };
}

it('takes over what the record says is held by one who has gone', async () => {
  const { told, refused, holder } = await behind((session) => session !== 'first');
  expect([told.ok, refused, holder]).toEqual([true, 1, 'mcp:second']);
});

it('leaves to another what that one has', async () => {
  const { told, refused, holder } = await behind(() => true);
  expect(told).toMatchObject({ ok: false, error: { kind: 'claimed', by: 'mcp:first' } });
  expect([refused, holder]).toEqual([1, 'mcp:first']);
});
