// What the actions of run-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { runOutputSchema } from './run-shapes';
import { shippedOutputSchema, startOutputSchema } from './start-shapes';

const text = z.string();

export const approveOutput = () =>
  z.strictObject({
    trustedForAgents: z.boolean(),
    answered: z.array(text),
    commands: z.array(
      z.strictObject({
        command: text,
        approved: z.boolean(),
      }),
    ),
  });

export const continueRunOutput = () => z.union([runOutputSchema(), startOutputSchema(), shippedOutputSchema()]);
