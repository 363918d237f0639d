// What the actions of enrich-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { draftLineSchema } from './plan-shapes';

const text = z.string();

export const enrichOutput = () =>
  z.strictObject({
    path: text,
    by: text.describe('Who proposed it'),
    written: z.boolean(),
    documents: z.array(draftLineSchema()),
    diff: text,
    notes: z.array(text),
  });
