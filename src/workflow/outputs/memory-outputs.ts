// What the actions of memory-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import {
  keptMomentSchema,
  memoryKindSchema,
  memorySystemSchema,
  recalledSchema,
  systemStatusSchema,
} from './memory-shapes';
import { criterionLineSchema, gateLineSchema, planStatusSchema } from './plan-shapes';
import { choiceIdSchema, gateStatusSchema, taskStateSchema } from './spec-shapes';

const text = z.string();

export const contextOutput = () =>
  z.strictObject({
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
    key: text,
    id: text.nullable(),
    title: text,
    path: text,
    line: z.number(),
    status: planStatusSchema(),
    priority: text.nullable(),
    text: text,
    commands: z.array(text),
    criteria: z.array(criterionLineSchema()),
    gates: z.array(gateLineSchema()),
    waitsFor: z.array(
      z.strictObject({
        id: text.nullable(),
        title: text,
        status: planStatusSchema(),
      }),
    ),
    state: taskStateSchema().nullable(),
    steps: z.array(text),
    evidence: text.nullable(),
    answers: z.array(
      z.strictObject({
        question: text,
        choice: choiceIdSchema().nullable(),
        text: text.nullable(),
        by: text.nullable(),
      }),
    ),
    lastGates: z.array(
      z.strictObject({
        gate: text,
        status: gateStatusSchema(),
        detail: text,
      }),
    ),
    lastFailure: text.nullable(),
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
