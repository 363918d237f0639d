// Taking a task back from an agent: a person's word, kept with its reason.
import * as z from 'zod';
import { err, ok } from '../../model/result';
import { defineAction } from '../action';
import { findItem } from '../resolve';
import { releaseTaskOutput } from '../outputs/claim-outputs';

export const releaseTask = defineAction({
  name: 'release-task',
  title: 'Take Task Back From Agent…',
  description: 'Takes a task back from the agent that has it, so that another may take it; the reason is kept.',
  effect: 'run',
  input: z.strictObject({
    item: z.string().min(1).max(1000).describe('Id, key or title'),
    reason: z.string().min(1).max(2000).default('taken back by a person').describe('Why'),
  }),
  output: releaseTaskOutput,
  positional: ['item', 'reason'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const { key, title } = found.value;
    for (const { run, tasks } of workspace.engine.runs(50)) {
      const task = run.endedAt === null ? tasks.find(({ spec, taskKey }) => spec.key === key || taskKey === key) : null;
      if (task?.claim === undefined) continue;
      const wish = { kind: 'release', runId: run.id, taskKey: task.taskKey, text: input.reason } as const;
      const released = await workspace.engine.wish(wish, call.by);
      return released.ok ? ok({ key, title, from: task.claim.by, reason: input.reason }) : released;
    }
    return err({ kind: 'invalid-input', field: input.item, message: 'no agent has it' });
  },
});
