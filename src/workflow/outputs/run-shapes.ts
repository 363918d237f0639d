// What outputs say of runs: tasks, pauses, gates, answers. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import {
  attemptKindSchema,
  attemptOutcomeSchema,
  choiceIdSchema,
  choiceSchema,
  doSuggestionSchema,
  fixSuggestionSchema,
  pauseReasonSchema,
  reviewSuggestionSchema,
  runStatusSchema,
  taskStateSchema,
  verificationSchema,
} from './spec-shapes';

const text = z.string();

const runCountsSchema = () =>
  z.strictObject({
    total: z.number(),
    done: z.number(),
    failed: z.number(),
    running: z.number(),
    paused: z.number(),
    waiting: z.number(),
  });

const runTaskSchema = () =>
  z.strictObject({
    key: text,
    id: text.nullable(),
    title: text,
    path: text,
    line: z.number(),
    state: taskStateSchema(),
    attempt: z.number(),
    verification: verificationSchema().nullable(),
    reason: text.nullable(),
    takenBy: text.nullable().describe('The agent that has it, and until when nothing need be heard of it'),
    takenUntil: z.number().nullable(),
  });

export const pauseOutputSchema = () =>
  z.strictObject({
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
  });

export const runOutputSchema = () =>
  z.strictObject({
    id: text,
    title: text,
    status: runStatusSchema(),
    reason: text.nullable(),
    counts: runCountsSchema(),
    createdAt: z.number(),
    endedAt: z.number().nullable(),
    waitsFor: z
      .array(z.strictObject({ id: text, title: text, status: runStatusSchema().nullable() }))
      .describe('Of a run that has not begun: the runs that must succeed first'),
    tasks: z.array(runTaskSchema()),
    pauses: z.array(pauseOutputSchema()),
  });

export const executionSchema = () =>
  z.strictObject({
    attemptId: text,
    runId: text,
    run: text,
    taskKey: text,
    task: text,
    n: z.number(),
    command: text.nullable(),
    kind: attemptKindSchema().describe("shell: a command; agent: an agent or the editor's model; person: by hand"),
    by: text.describe('Whoever said how it ended, else the host it ran on ("cli:4711"), else whoever began it'),
    startedAt: z.number().describe('Epoch ms'),
    endedAt: z.number().nullable(),
    outcome: attemptOutcomeSchema().nullable().describe('null: still at work'),
    exitCode: z.number().nullable(),
    verification: verificationSchema().nullable().describe('Set where the task was done with this try'),
  });

const continuationWhySchema = () => z.enum(['interrupted', 'paused', 'running', 'waiting-for-answer']);

export const continuationSchema = () =>
  z.strictObject({
    runId: text,
    title: text,
    why: continuationWhySchema(),
    counts: runCountsSchema(),
  });
