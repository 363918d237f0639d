// What outputs say of starting and shipping. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { draftLineSchema } from './plan-shapes';
import { runOutputSchema } from './run-shapes';

const text = z.string();

const startStageSchema = () => z.enum(['documents', 'dropped', 'preview', 'run', 'started']);

export const startOutputSchema = () =>
  z.strictObject({
    workflow: z.literal('start'),
    id: text,
    stage: startStageSchema(),
    item: z.strictObject({
      id: text,
      title: text,
      path: text,
      isNew: z.boolean(),
    }),
    prd: z.strictObject({
      path: text.nullable(),
      decision: z.enum(['skip', 'write']),
      why: text,
    }),
    tasks: text,
    documents: z.array(draftLineSchema()),
    diff: text,
    commands: z.array(text).describe('What a tool does behind the documents, to be approved first'),
    openQuestions: z.array(text),
    lines: z.array(text).describe('What was found and done, a line each'),
    notes: z.array(text),
    missing: z.array(z.enum(['points', 'score'])).describe('What nobody said yet: a person may be asked once'),
    run: runOutputSchema().nullable(),
  });

export const shippedOutputSchema = () =>
  z.strictObject({
    workflow: z.literal('shipped'),
    id: text,
    paths: z.array(text),
  });

const taskPlaceSchema = () =>
  z.strictObject({
    name: text,
    path: text,
    line: z.number(),
    why: text,
  });

export const shipOutputSchema = () =>
  z.strictObject({
    workflow: z.literal('ship'),
    item: z.strictObject({
      id: text.nullable(),
      title: text,
      path: text,
    }),
    written: z.boolean(),
    unfinished: z.array(taskPlaceSchema()),
    redGates: z.array(taskPlaceSchema()),
    unverified: z.array(taskPlaceSchema()),
    documents: z.array(draftLineSchema()),
    diff: text,
    record: text,
    changelog: text,
    lessons: z.array(text),
    notes: z.array(text),
    git: z
      .strictObject({
        commands: z.array(text),
        done: z.boolean(),
      })
      .nullable()
      .describe('Offered, or done where a person approved them'),
  });
