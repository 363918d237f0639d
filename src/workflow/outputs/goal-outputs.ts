// What the actions of goal-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { runOutputSchema } from './run-shapes';
import { goalStatusChangedSchema, goalTrackedSchema } from './sprint-shapes';

export const goalOutput = () => z.union([runOutputSchema(), goalTrackedSchema(), goalStatusChangedSchema()]);
