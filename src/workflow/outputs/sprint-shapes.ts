// What outputs say of sprints and goals. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { placeSchema } from './plan-shapes';

const text = z.string();

const progressSchema = () =>
  z.strictObject({
    done: z.number(),
    total: z.number(),
    unit: z.enum(['items', 'points']),
    percent: z.number().describe('0..100'),
  });

export const goalTrackedSchema = () => goalProgressSchema().extend({ changed: z.boolean() });

const goalStatusSchema = () => z.enum(['achieved', 'active', 'dropped', 'planned']);

export const goalStatusChangedSchema = () =>
  z.strictObject({
    id: text,
    path: text,
    line: z.number(),
    from: text.nullable(),
    to: goalStatusSchema(),
    changed: z.boolean(),
    open: z.number().describe('What speaks against "achieved": work that is open and measures not reached'),
  });

const goalProgressSchema = () =>
  z.strictObject({
    id: text,
    title: text,
    path: text,
    line: z.number(),
    status: text.nullable(),
    progress: progressSchema(),
    measures: z.array(
      z.strictObject({
        reached: z.boolean().nullable(),
        text: text,
        current: z.number().nullable(),
        target: z.number().nullable(),
        line: z.number().describe('1-based'),
      }),
    ),
    sprints: z.array(
      z.strictObject({
        id: text,
        status: text.nullable(),
        progress: progressSchema(),
      }),
    ),
    open: z.array(placeSchema()),
    unknown: z.array(text).describe('Ids that no item answers to'),
  });

export const roadmapSchema = () =>
  z.strictObject({
    goals: z.array(goalProgressSchema()),
    otherSprints: z
      .array(
        z.strictObject({
          id: text,
          title: text,
          status: text.nullable(),
          progress: progressSchema(),
        }),
      )
      .describe('Sprints that serve no goal'),
    unplanned: z.array(placeSchema()).describe('Open backlog items in no sprint and no goal'),
  });

export const sprintPlanSchema = () =>
  z.strictObject({
    sprint: text,
    capacity: z.number(),
    standing: z.array(placeSchema()),
    chosen: z.array(
      z.strictObject({
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
        points: z.number(),
        because: text,
      }),
    ),
    leftOut: z.array(
      z.strictObject({
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
        why: text,
      }),
    ),
    points: z.number(),
    written: text.nullable().describe('Where it was written; null: only shown'),
  });

export const sprintProgressSchema = () =>
  z.strictObject({
    progress: progressSchema(),
    open: z.array(placeSchema()),
    unknown: z.array(text).describe('Ids that no item answers to'),
    changed: z.boolean(),
    id: text,
    title: text,
    path: text,
    line: z.number(),
  });

export const sprintCompletedSchema = () =>
  z.strictObject({
    velocity: z.number(),
    unit: z.enum(['items', 'points']),
    averageVelocity: z
      .number()
      .nullable()
      .describe('Of the completed sprints before, this one left out; null: none told'),
    done: z.array(placeSchema()),
    carriedOver: z.array(placeSchema()),
    into: text.nullable(),
    id: text,
    title: text,
    path: text,
    line: z.number(),
  });

export const sprintBurndownSchema = () =>
  z.strictObject({
    unit: z.enum(['items', 'points']),
    id: text,
    title: text,
    path: text,
    line: z.number(),
    total: z.number(),
    remaining: z.number(),
    days: z.array(
      z.strictObject({
        day: text.describe('YYYY-MM-DD'),
        remaining: z.number().nullable().describe('null: still to come'),
        ideal: z.number(),
      }),
    ),
    undated: z.number().describe('Points of work that is done on a day nobody wrote down; counted as of today'),
  });
