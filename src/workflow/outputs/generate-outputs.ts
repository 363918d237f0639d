// What the actions of generate-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { dialectNameSchema, draftLineSchema } from './plan-shapes';

const text = z.string();

export const generatePrdOutput = () =>
  z.strictObject({
    path: text,
    decision: text,
    openQuestions: z.array(text),
    written: z.boolean(),
    documents: z.array(draftLineSchema()),
    diff: text,
  });

export const generateTasksOutput = () =>
  z.strictObject({
    path: text,
    form: dialectNameSchema(),
    tasks: z.number(),
    phases: z.number(),
    withoutEstimate: z.number(),
    notes: z.array(text),
    commands: z.array(text).describe('What a tool does to make them, to be approved first'),
    written: z.boolean(),
    documents: z.array(draftLineSchema()),
    diff: text,
  });
