// What the actions of sprint-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { runOutputSchema } from './run-shapes';
import { sprintBurndownSchema, sprintCompletedSchema, sprintPlanSchema, sprintProgressSchema } from './sprint-shapes';

export const sprintOutput = () =>
  z.union([
    runOutputSchema(),
    sprintPlanSchema(),
    sprintProgressSchema(),
    sprintCompletedSchema(),
    sprintBurndownSchema(),
  ]);
