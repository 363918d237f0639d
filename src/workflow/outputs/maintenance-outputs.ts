// What the actions of maintenance-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

export const doctorOutput = () =>
  z.strictObject({
    healthy: z.boolean(),
    findings: z.array(
      z.strictObject({
        check: text,
        status: z.enum(['error', 'ok', 'warning']),
        detail: text,
        repair: text.nullable(),
        repaired: text.nullable(),
      }),
    ),
  });

export const exportRecordOutput = () =>
  z.strictObject({
    file: text.nullable(),
    text: text.nullable(),
  });

export const forgetOutput = () =>
  z.strictObject({
    runs: z.number(),
    events: z.number(),
    archive: text.nullable().describe('File they were moved into'),
    held: z
      .strictObject({ runs: z.number(), by: text })
      .nullable()
      .describe('Old runs that stay, because this open run began before them'),
  });

export const importRecordOutput = () =>
  z.strictObject({
    runs: z.number(),
    events: z.number(),
    memories: z.number(),
    skipped: z.number(),
  });
