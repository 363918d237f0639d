// What the actions of status-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { inProgressSchema, placeSchema, planStatusSchema } from './plan-shapes';

const text = z.string();

export const completeOutput = () =>
  z.strictObject({
    key: text,
    path: text,
    line: z.number(),
    from: text.nullable(),
    to: text,
    changed: z.boolean(),
    dates: z.record(z.string(), text).describe('Dates that were written with it, by name'),
  });

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
        z.strictObject({
          key: text,
          id: text.nullable(),
          title: text,
          path: text,
          line: z.number(),
          status: planStatusSchema(),
        }),
      ),
    }),
    z.strictObject({
      key: text,
      id: text.nullable(),
      title: text,
      path: text,
      line: z.number(),
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
      z.strictObject({
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
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
          z.strictObject({
            status: planStatusSchema(),
            score: z.number().nullable(),
            points: z.number().nullable(),
            key: text,
            id: text.nullable(),
            title: text,
            path: text,
            line: z.number(),
          }),
        ),
      }),
    ),
  });

export const progressOutput = () =>
  z.strictObject({
    progress: text,
    counted: text,
    key: text,
    id: text.nullable(),
    title: text,
    path: text,
    line: z.number(),
  });

export const queueOutput = () =>
  z.strictObject({
    queue: z.array(
      z.strictObject({
        status: planStatusSchema(),
        score: z.number().nullable(),
        points: z.number().nullable(),
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
      }),
    ),
  });

export const rescoreOutput = () =>
  z.strictObject({
    formula: text,
    items: z.array(
      z.strictObject({
        author: z.number().nullable(),
        computed: z.number(),
        parts: z.record(z.string(), z.number()).nullable(),
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
      }),
    ),
  });

export const staleOutput = () =>
  z.strictObject({
    days: z.number(),
    stale: z.array(
      z.strictObject({
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
        days: z.number().describe('Whole days since it was last touched'),
        since: text,
      }),
    ),
    undated: z.array(placeSchema()),
  });

export const startWorkOutput = () =>
  z.strictObject({
    inProgress: inProgressSchema(),
    key: text,
    path: text,
    line: z.number(),
    from: text.nullable(),
    to: text,
    changed: z.boolean(),
    dates: z.record(z.string(), text).describe('Dates that were written with it, by name'),
  });

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
