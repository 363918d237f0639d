// sprint: plan, execute-tasks, update-progress, complete, burndown of one sprint.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { err, type Result } from '../../model/result';
import { defineAction } from '../action';
import type { RunOutput } from '../run-output';
import {
  completeSprint,
  planSprint,
  sprintBurndown,
  updateProgress,
  type SprintBurndown,
  type SprintCompleted,
  type SprintPlan,
  type SprintProgress,
} from '../sprint/sprint-steps';
import { startScope } from '../sprint/start-scope';
import { sprintOutput } from '../outputs/sprint-outputs';

const date = z.iso.date().optional();

/** In the order of what can be done. */
type SprintOutput = SprintPlan | RunOutput | SprintProgress | SprintCompleted | SprintBurndown;

export const sprint = defineAction({
  name: 'sprint',
  title: 'Work on a Sprint…',
  description:
    'Plans a sprint by priority, dependencies and capacity, runs it, writes its progress, completes it, shows its burn-down.',
  effect: 'run',
  input: z.strictObject({
    do: z.enum(['plan', 'execute-tasks', 'update-progress', 'complete', 'burndown']).describe('What to do'),
    sprint: z.string().min(1).describe('Id of the sprint, e.g. SPRINT-001'),
    capacity: z.coerce.number().positive().optional().describe('plan: points that fit (default: as written, else 20)'),
    start: date.describe('plan: first day, e.g. 2026-11-02'),
    end: date.describe('plan: last day'),
    file: z.string().optional().describe('plan: document for a new sprint'),
    write: z.boolean().default(false).describe('plan: write it; without it the plan is only shown'),
    into: z.string().optional().describe('complete: sprint that takes over what is open'),
    autoAdvance: z.boolean().default(false).describe('execute-tasks: tasks without an explicit Auto-Advance go on'),
  }),
  output: sprintOutput,
  positional: ['do', 'sprint'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call): Promise<Result<SprintOutput, Failure>> {
    // Reading is free; an onlooker in a folder nobody trusts neither writes nor runs.
    const reads = input.do === 'burndown' || (input.do === 'plan' && !input.write);
    if (!reads && !workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    switch (input.do) {
      case 'plan':
        return planSprint(workspace, input, Date.now());
      case 'execute-tasks':
        return startScope(workspace, { kind: 'sprint', id: input.sprint }, input.autoAdvance, call);
      case 'update-progress':
        return updateProgress(workspace, input.sprint);
      case 'complete':
        return completeSprint(workspace, input.sprint, input.into, Date.now());
      case 'burndown':
        return sprintBurndown(workspace, input.sprint, Date.now());
    }
  },
});
