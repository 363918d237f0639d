// What the actions of plan-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { keptMomentSchema, memoryRowSchema } from './memory-shapes';
import { itemSchema } from './plan-shapes';
import { gateResultSchema, taskStateSchema } from './spec-shapes';

const text = z.string();

export const nextOutput = () =>
  z.strictObject({
    next: z.array(
      z.strictObject({
        because: z.array(text),
        takenBy: text.nullable().exactOptional(),
        key: text,
        id: text.nullable(),
        title: text,
        path: text,
        line: z.number(),
        priority: text.nullable(),
      }),
    ),
  });

export const setOutput = () =>
  z.strictObject({
    status: z.enum(['blocked', 'cancelled', 'done', 'in-progress', 'open']),
    changed: z.boolean(),
    command: text.nullable(),
    key: text,
    path: text,
    line: z.number(),
  });

export const showOutput = () =>
  z.strictObject({
    item: itemSchema(),
    waitsFor: z.array(text),
    run: z
      .strictObject({
        id: text,
        state: taskStateSchema().nullable(),
        gates: z.array(gateResultSchema()),
      })
      .nullable(),
    remembered: z.array(memoryRowSchema()),
    kept: z.array(keptMomentSchema()),
  });

export const tickOutput = () =>
  z.strictObject({
    key: text,
    line: z.number(),
    done: z.boolean(),
    path: text,
  });
