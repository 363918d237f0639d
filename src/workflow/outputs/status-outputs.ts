// What the actions of status-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { inProgressSchema, placeSchema, planStatusSchema } from './plan-shapes';

const text = z.string();

export const completeOutput = () => updateStatusOutput();

export const dependencyOutput = () =>
  z.union([
    z.strictObject({
      valid: z.boolean(),
      problems: z.array(
        z.strictObject({
          path: text,
          line: z.number(),
          code: text,
          message: text,
        }),
      ),
    }),
    z.strictObject({
      key: text,
      id: text.nullable(),
      title: text,
      path: text,
      line: z.number(),
      ready: z.boolean(),
      waitsFor: z.array(
        placeSchema().extend({
          status: planStatusSchema(),
        }),
      ),
    }),
    placeSchema().extend({
      on: text,
      done: z.enum(['add', 'resolve']),
    }),
  ]);

export const hygieneOutput = () =>
  z.strictObject({
    documents: z.number(),
    items: z.number(),
    problems: z.record(z.string(), z.number()),
    stale: z.array(
      placeSchema().extend({
        days: z.number().describe('Whole days since it was last touched'),
        since: text,
      }),
    ),
    undated: z.array(placeSchema()),
    inProgress: inProgressSchema(),
    doneWithOpenTasks: z.array(placeSchema()),
  });

export const lanesOutput = () =>
  z.strictObject({
    lanes: z.array(
      z.strictObject({
        lane: text,
        path: text,
        line: z.number(),
        items: z.array(
          placeSchema().extend({
            status: planStatusSchema(),
            score: z.number().nullable(),
            points: z.number().nullable(),
          }),
        ),
      }),
    ),
  });

export const progressOutput = () =>
  placeSchema().extend({
    progress: text,
    counted: text,
  });

export const queueOutput = () =>
  z.strictObject({
    queue: z.array(
      placeSchema().extend({
        status: planStatusSchema(),
        score: z.number().nullable(),
        points: z.number().nullable(),
      }),
    ),
  });

export const rescoreOutput = () =>
  z.strictObject({
    formula: text,
    items: z.array(
      placeSchema().extend({
        author: z.number().nullable(),
        computed: z.number(),
        parts: z.record(z.string(), z.number()).nullable(),
      }),
    ),
  });

export const staleOutput = () =>
  z.strictObject({
    days: z.number(),
    stale: z.array(
      placeSchema().extend({
        days: z.number().describe('Whole days since it was last touched'),
        since: text,
      }),
    ),
    undated: z.array(placeSchema()),
  });

export const startWorkOutput = () => updateStatusOutput().extend({ inProgress: inProgressSchema() });

export const updateStatusOutput = () =>
  z.strictObject({
    key: text,
    path: text,
    line: z.number(),
    from: text.nullable(),
    to: text,
    changed: z.boolean(),
    dates: z.record(z.string(), text).describe('Dates that were written with it, by name'),
  });
