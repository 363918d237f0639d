// What outputs say of what is remembered. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';

const text = z.string();

const contextMomentSchema = () => z.enum(['answer', 'completion', 'failure', 'gate', 'manual', 'pause', 'start']);

export const keptMomentSchema = () =>
  z.strictObject({
    moment: contextMomentSchema(),
    at: z.number().describe('Epoch ms'),
    sessionId: text.nullable(),
    runId: text.nullable(),
    text: text.describe('What was known, as JSON text'),
  });

export const memoryKindSchema = () => z.enum(['context', 'decision', 'fact', 'lesson', 'note']);

export const memorySystemSchema = () => z.enum(['cursor', 'go_cli', 'ltst', 'prime']);

export const systemStatusSchema = () => z.enum(['empty', 'error', 'ok', 'timeout']);

export const recalledSchema = () =>
  z.strictObject({
    kind: z.enum(['context', 'decision', 'fact', 'lesson', 'note', 'section']),
    title: text,
    text: text,
    citation: text.describe('Where it can be looked up: "path:line", a task\'s key, a commit, "memory ID"'),
    path: text.nullable().describe('Sections only'),
    line: z.number().nullable().describe('1-based; sections only'),
    endLine: z.number().nullable(),
    id: text.nullable(),
    at: z.number().nullable().describe('Epoch ms; null for documents'),
    score: z.number().describe('Higher is better; comparable within one answer only'),
  });

export const memoryRowSchema = () =>
  z.strictObject({
    id: text,
    kind: memoryKindSchema(),
    scope: text.describe('What it is about at large: "workspace", a document path, a goal'),
    taskKey: text.nullable(),
    runId: text.nullable(),
    sessionId: text.nullable(),
    title: text,
    body: text,
    source: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Where it comes from: task, document line, commit, output'),
    supersededBy: text.nullable(),
    createdAt: z.number().describe('Epoch ms'),
  });
