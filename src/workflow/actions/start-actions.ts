// One command from an idea to running work: intake, PRD or a recorded skip, tasks, a preview of every change, the run.
import * as z from 'zod';
import { err, ok } from '../../model/result';
import { defineAction } from '../action';
import { approveCommands } from '../generate/make-all';
import { recorded } from '../recorded';
import { planStart } from '../start/plan-start';
import { goOn, interrupted, openRunOf, preview, shownAgain, waitingFor } from '../start/start-flow';
import { startOutputSchema } from '../outputs/start-shapes';

export const start = defineAction({
  name: 'start',
  title: 'Start an Idea…',
  description:
    'Takes an idea or a backlog item through backlog, PRD (or a recorded skip) and tasks to a run; shows every change first.',
  effect: 'run',
  input: z.strictObject({
    idea: z.string().describe('The idea in a few words, or the id of a backlog item'),
    points: z.coerce.number().min(0).max(1000).optional().describe('Size in points, e.g. 3.5'),
    score: z.coerce.number().min(0).max(100).optional().describe('Score of the item, e.g. 4.2'),
    problem: z.string().optional().describe('What is wrong today, or the outcome wished for'),
    lane: z.string().optional().describe('Lane of a new item: P0, P1, P2 …; default: by score'),
    backlog: z.string().optional().describe('Path of the backlog, where there are several'),
    dependsOn: z.array(z.string()).default([]).describe('Items that come before it'),
    accept: z.array(z.string()).default([]).describe('What must be true at the end; a `command` passes is checked'),
    step: z.array(z.string()).default([]).describe('A step of the way there, in order'),
    prd: z
      .enum(['auto', 'write', 'skip'])
      .default('auto')
      .describe('auto: skipped below 5 points with a score of at least 3.0'),
    force: z.boolean().default(false).describe('Although another item looks alike'),
    yes: z.boolean().default(false).describe('Write the documents and run; without it they are only shown'),
    approve: z.boolean().default(false).describe("Approve exactly the tool's commands shown (bd); for people only"),
    autoAdvance: z.boolean().default(false).describe('Tasks without an explicit Auto-Advance go on without asking'),
    smartPause: z.boolean().default(true).describe('Ask before destructive, deployment and database steps'),
    contextPreserve: z.boolean().default(true).describe('Keep the context of each task'),
    concurrency: z.coerce.number().int().min(1).max(64).optional().describe('Tasks at once'),
  }),
  output: startOutputSchema,
  positional: ['idea'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    if (input.yes && !workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    // A start that was cut off goes on as it was planned.
    const cut = interrupted(workspace, input.idea);
    if (cut !== null && input.approve) approveCommands(workspace, cut.data.plan.commands, call);
    if (cut !== null) return input.yes ? recorded(() => goOn(workspace, cut.stage.id, call)) : ok(shownAgain(cut));
    call.progress('plan', 0.1);
    const plan = await planStart(workspace, {
      idea: input.idea,
      points: input.points ?? null,
      score: input.score ?? null,
      problem: input.problem ?? null,
      lane: input.lane ?? null,
      backlog: input.backlog ?? null,
      dependsOn: input.dependsOn,
      acceptance: input.accept,
      steps: input.step,
      prd: input.prd,
      force: input.force,
    });
    if (!plan.ok) {
      const waiting = plan.error.kind === 'unknown-item' ? waitingFor(workspace, input.idea) : null;
      if (waiting === null) return plan;
      if (input.approve) approveCommands(workspace, waiting.data.plan.commands, call);
      return input.yes ? recorded(() => goOn(workspace, waiting.stage.id, call)) : ok(shownAgain(waiting));
    }
    const running = openRunOf(workspace, plan.value);
    if (running !== null)
      return err({
        kind: 'invalid-input',
        field: plan.value.item.id,
        message: `runs already; soloflow continue ${running} goes on with it`,
      });
    const options = {
      autoAdvance: input.autoAdvance,
      smartPause: input.smartPause,
      contextPreserve: input.contextPreserve,
      concurrency: input.concurrency ?? workspace.config().run.concurrency,
    };
    if (input.approve) approveCommands(workspace, plan.value.commands, call);
    return recorded(async () => {
      const shown = preview(workspace, plan.value, options, call.by);
      return input.yes ? goOn(workspace, shown.id, call) : ok(shown.output);
    });
  },
});
