// What the actions of memory-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { taskOutput } from './agent-outputs';
import {
  keptMomentSchema,
  memoryKindSchema,
  memorySystemSchema,
  recalledSchema,
  systemStatusSchema,
} from './memory-shapes';

const text = z.string();

export const contextOutput = () =>
  taskOutput().extend({
    notes: z.array(
      z.strictObject({
        id: text,
        kind: memoryKindSchema(),
        title: text,
        text: text,
        source: z.record(z.string(), z.unknown()).nullable(),
        key: text.nullable(),
        at: z.number(),
      }),
    ),
    context: z.array(keptMomentSchema()),
  });

export const handoverOutput = () =>
  z.strictObject({
    text: text,
  });

export const keepContextOutput = () =>
  z.strictObject({
    key: text,
    kept: text,
  });

export const memoryOutput = () =>
  z.strictObject({
    text: text,
    tokens: z.number(),
    systems: z.array(
      z.strictObject({
        source: memorySystemSchema(),
        status: systemStatusSchema(),
        found: z.number(),
        ms: z.number(),
        output: z.array(
          z.strictObject({
            title: text,
            citation: text,
            tokens: z.number(),
          }),
        ),
        error: text.nullable(),
      }),
    ),
  });

export const primeOutput = () =>
  z.strictObject({
    text: text,
    tokens: z.number(),
  });

export const recallWordsOutput = () =>
  z.strictObject({
    query: text,
    found: z.array(recalledSchema()),
  });

export const rememberThisOutput = () =>
  z.strictObject({
    id: text,
    kind: memoryKindSchema(),
    title: text,
    text: text,
    source: z.record(z.string(), z.unknown()).nullable(),
    key: text.nullable(),
    at: z.number(),
  });
