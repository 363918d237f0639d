// What the actions of record-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { storedEventSchema } from './event-shapes';
import { continuationSchema, executionSchema, pauseOutputSchema, runOutputSchema } from './run-shapes';
import { attemptOutcomeSchema, gateResultSchema } from './spec-shapes';

const text = z.string();

export const historyOutput = () =>
  z.strictObject({
    events: z.array(storedEventSchema()),
    executions: z.array(executionSchema()),
    /** Names of the tasks in these events, by run and key. */
    tasks: z.array(z.strictObject({ runId: text, taskKey: text, task: text })),
  });

export const outputOutput = () =>
  z.strictObject({
    key: text,
    attempts: z.array(
      z.strictObject({
        n: z.number(),
        command: text.nullable(),
        outcome: attemptOutcomeSchema().nullable(),
        exitCode: z.number().nullable(),
        startedAt: z.number(),
        endedAt: z.number().nullable(),
        outputs: z.array(
          z.strictObject({
            attemptId: text,
            stream: z.enum(['err', 'out']),
            bytes: z.number(),
            truncated: z.boolean(),
            redactions: z.number(),
            head: text,
            tail: text,
          }),
        ),
      }),
    ),
    gates: z.array(gateResultSchema()),
  });

export const statusOutput = () =>
  z.strictObject({
    runner: z.boolean(),
    runs: z.array(runOutputSchema()),
    pauses: z.array(pauseOutputSchema().extend({ remembered: z.array(text) })),
    continuations: z.array(continuationSchema()),
  });
