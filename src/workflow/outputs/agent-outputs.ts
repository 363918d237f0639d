// What the actions of agent-actions.ts answer. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { keptMomentSchema, memoryKindSchema } from './memory-shapes';
import { criterionLineSchema, gateLineSchema, planStatusSchema } from './plan-shapes';
import { choiceIdSchema, gateStatusSchema, taskStateSchema, verificationSchema } from './spec-shapes';

const text = z.string();

export const askPersonOutput = () =>
  z.strictObject({
    pause: text,
    pending: z.boolean(),
    text: text.nullable(),
    by: text.nullable(),
  });

export const claimTaskOutput = () =>
  z.strictObject({
    task: taskOutput(),
    run: text,
    state: taskStateSchema(),
    yourTurn: z.boolean(),
    waitsFor: text.nullable(),
  });

export const completeTaskOutput = () =>
  z.strictObject({
    verification: verificationSchema().nullable(),
    gates: z.array(
      z.strictObject({
        gate: text,
        status: gateStatusSchema(),
        detail: text,
      }),
    ),
    run: text,
    state: taskStateSchema(),
    yourTurn: z.boolean(),
    waitsFor: text.nullable(),
    accepted: z.boolean(),
  });

export const failTaskOutput = () =>
  z.strictObject({
    run: text,
    state: taskStateSchema(),
    yourTurn: z.boolean(),
    waitsFor: text.nullable(),
    noted: z.boolean(),
  });

export const runGatesOutput = () =>
  z.strictObject({
    gates: z.array(
      z.strictObject({
        gate: text,
        status: z.enum(['ask', 'error', 'fail', 'pass', 'waived']),
        detail: text,
      }),
    ),
  });

export const taskOutput = () =>
  z.strictObject({
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
    context: z.array(keptMomentSchema()),
    notes: z.array(
      z.strictObject({
        id: text,
        kind: memoryKindSchema(),
        text: text,
        at: z.number(),
      }),
    ),
    lastFailure: text.nullable(),
  });
