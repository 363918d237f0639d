// goal: execute, track-progress, update-status of one goal; roadmap: all goals and sprints with how far they are.
import * as z from 'zod';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { defineAction } from '../action';
import { roadmapOf, trackGoal, updateGoalStatus, type GoalStatusChanged, type GoalTracked } from '../goal/goal-steps';
import type { RunOutput } from '../run-output';
import { startScope } from '../sprint/start-scope';
import { goalOutput } from '../outputs/goal-outputs';
import { roadmapSchema } from '../outputs/sprint-shapes';

/** In the order of what can be done. */
type GoalOutput = RunOutput | GoalTracked | GoalStatusChanged;

export const goal = defineAction({
  name: 'goal',
  title: 'Work on a Goal…',
  description: 'Runs the work of a goal, computes its progress from linked work and measures, or sets its status.',
  effect: 'run',
  input: z.strictObject({
    do: z.enum(['execute', 'track-progress', 'update-status']).describe('What to do'),
    goal: z.string().min(1).describe('Id of the goal, e.g. GOAL-001'),
    status: z
      .string()
      .optional()
      .describe('update-status: planned, active, achieved, dropped; default: what the work says'),
    force: z.boolean().default(false).describe('update-status: achieved although work is open'),
    write: z.boolean().default(false).describe('track-progress: write it into the document'),
    autoAdvance: z.boolean().default(false).describe('execute: tasks without an explicit Auto-Advance go on'),
  }),
  output: goalOutput,
  positional: ['do', 'goal', 'status'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call): Promise<Result<GoalOutput, Failure>> {
    const reads = input.do === 'track-progress' && !input.write;
    if (!reads && !workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    switch (input.do) {
      case 'execute':
        return startScope(workspace, { kind: 'goal', id: input.goal }, input.autoAdvance, call);
      case 'track-progress':
        return trackGoal(workspace, input.goal, input.write);
      case 'update-status':
        return updateGoalStatus(workspace, input.goal, input.status, input.force);
    }
  },
});

export const roadmap = defineAction({
  name: 'roadmap',
  title: 'Show Roadmap',
  description: 'All goals with their sprints, measures and progress; sprints without a goal; items in neither.',
  effect: 'read',
  input: z.strictObject({}),
  output: roadmapSchema,
  positional: [],
  surfaces: ['palette', 'cli'],
  run: async (workspace) => ok(await roadmapOf(workspace)),
});
