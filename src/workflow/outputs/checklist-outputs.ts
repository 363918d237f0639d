// What the actions of checklist-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

export const checklistOutput = () =>
  z.strictObject({
    ok: z.number(),
    missing: z.number(),
    unknown: z.number(),
    checklists: z.array(
      z.strictObject({
        name: text,
        points: z.array(
          z.strictObject({
            point: text,
            status: z.enum(['missing', 'ok', 'unknown']),
            evidence: text.describe('What shows it, with figures'),
          }),
        ),
      }),
    ),
  });
