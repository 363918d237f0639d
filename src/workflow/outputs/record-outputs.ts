// What the actions of record-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { storedEventSchema } from './event-shapes';
import { continuationSchema, executionSchema, runOutputSchema } from './run-shapes';
import {
  attemptOutcomeSchema,
  choiceIdSchema,
  choiceSchema,
  doSuggestionSchema,
  fixSuggestionSchema,
  gateResultSchema,
  pauseReasonSchema,
  reviewSuggestionSchema,
} from './spec-shapes';

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
    pauses: z.array(
      z.strictObject({
        remembered: z.array(text),
        id: text,
        runId: text,
        taskKey: text.nullable(),
        task: text.nullable(),
        title: text.nullable(),
        reason: pauseReasonSchema(),
        message: text,
        suggestion: z
          .discriminatedUnion('kind', [reviewSuggestionSchema(), doSuggestionSchema(), fixSuggestionSchema()])
          .nullable(),
        suggestionText: text.nullable(),
        choices: z.array(choiceSchema()),
        default: choiceIdSchema(),
        askedAt: z.number(),
      }),
    ),
    continuations: z.array(continuationSchema()),
  });
