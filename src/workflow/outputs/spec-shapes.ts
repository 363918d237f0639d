// What outputs say of the parts that a run is made of: tasks as planned, gates and their results, scopes, pauses, changes of documents. Made when asked for; the compiler holds them against what the actions give.
import * as z from 'zod';
import { criterionLineSchema } from './plan-shapes';

const text = z.string();

export const taskStateSchema = () =>
  z.enum([
    'cancelled',
    'cancelling',
    'checking',
    'failed',
    'paused',
    'ready',
    'retrying',
    'running',
    'skipped',
    'succeeded',
    'waiting',
  ]);

export const choiceIdSchema = () =>
  z.enum([
    'answer',
    'approve',
    'approve-all',
    'continue',
    'done',
    'fail',
    'hotfix',
    'retry',
    'run',
    'skip',
    'stop',
    'waive',
  ]);

export const gateStatusSchema = () => z.enum(['error', 'fail', 'pass', 'waived']);

export const verificationSchema = () => z.enum(['unverified', 'verified', 'waived']);

export const runStatusSchema = () =>
  z.enum(['cancelled', 'cancelling', 'created', 'failed', 'paused', 'running', 'succeeded']);

const riskKindSchema = () => z.enum(['database', 'deployment', 'explicit', 'priority']);

export const pauseReasonSchema = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('your-turn'),
    }),
    z.strictObject({
      kind: z.literal('pause-after'),
      prompt: text.nullable(),
    }),
    z.strictObject({
      kind: z.literal('no-auto-advance'),
      why: riskKindSchema(),
    }),
    z.strictObject({
      kind: z.literal('human-required'),
    }),
    z.strictObject({
      kind: z.literal('approval'),
      commands: z.array(text),
    }),
    z.strictObject({
      kind: z.literal('destructive'),
      command: text,
      rule: text,
    }),
    z.strictObject({
      kind: z.literal('credentials'),
      names: z.array(text),
    }),
    z.strictObject({
      kind: z.literal('rule'),
      rule: text,
      message: text,
    }),
    z.strictObject({
      kind: z.literal('gate-failed'),
      gates: z.array(text),
      detail: text,
    }),
    z.strictObject({
      kind: z.literal('gate-person'),
      gate: text,
      question: text,
    }),
    z.strictObject({
      kind: z.literal('unverified'),
    }),
    z.strictObject({
      kind: z.literal('task-failed'),
      detail: text,
      attempts: z.number(),
    }),
    z.strictObject({
      kind: z.literal('failures-in-a-row'),
      tasks: z.array(text),
      summary: z.array(text).exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('unresolved-dependency'),
      names: z.array(text),
    }),
    z.strictObject({
      kind: z.literal('recovery'),
      detail: text,
    }),
    z.strictObject({
      kind: z.literal('question'),
      question: text,
      by: text,
    }),
  ]);

export const reviewSuggestionSchema = () =>
  z.strictObject({
    kind: z.literal('review'),
    path: text,
    line: z.number(),
    what: text,
  });

export const doSuggestionSchema = () =>
  z.strictObject({
    kind: z.literal('do'),
    what: text,
  });

export const fixSuggestionSchema = () =>
  z.strictObject({
    kind: z.literal('fix'),
    what: text,
    command: text.nullable(),
  });

export const choiceSchema = () =>
  z.strictObject({
    id: choiceIdSchema(),
    takesText: z.boolean(),
  });

const gateKindSchema = () =>
  z.enum(['command', 'criteria', 'files', 'navigation', 'person', 'problems', 'references', 'tests', 'tree']);

const testCountsSchema = () =>
  z.strictObject({
    total: z.number(),
    failed: z.number(),
    skipped: z.number(),
  });

export const gateResultSchema = () =>
  z.strictObject({
    gate: text,
    kind: gateKindSchema(),
    status: gateStatusSchema(),
    detail: text,
    evidence: z.strictObject({
      command: text.exactOptional(),
      exitCode: z.number().nullable().exactOptional(),
      outputTail: text.exactOptional(),
      files: z.array(text).exactOptional(),
      durationMs: z.number().exactOptional(),
      findings: z.array(text).exactOptional().describe('Findings with place, e.g. broken links "docs/a.md:12 #gone"'),
      tests: testCountsSchema().exactOptional(),
    }),
    at: z.number().describe('Epoch ms'),
  });

export const runScopeSchema = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('document'),
      path: text,
    }),
    z.strictObject({
      kind: z.literal('item'),
      key: text,
    }),
    z.strictObject({
      kind: z.literal('only'),
      key: text,
    }),
    z.strictObject({
      kind: z.literal('from'),
      key: text,
    }),
    z.strictObject({
      kind: z.literal('selection'),
      keys: z.array(text),
    }),
    z.strictObject({
      kind: z.literal('ready'),
    }),
    z.strictObject({
      kind: z.literal('sprint'),
      id: text,
    }),
    z.strictObject({
      kind: z.literal('goal'),
      id: text,
    }),
  ]);

export const runOptionsSchema = () =>
  z.strictObject({
    autoAdvance: z.boolean().describe('True: tasks without an explicit Auto-Advance go on without asking'),
    smartPause: z
      .boolean()
      .describe('True: pause rules (destructive, deployment, …) are asked; explicit fields always are'),
    contextPreserve: z.boolean(),
    concurrency: z.number(),
    worker: z
      .boolean()
      .exactOptional()
      .describe('False: tasks without commands are left to whoever started the run, also where an agent is configured'),
  });

export const readinessStatusSchema = () => z.enum(['checking', 'degraded', 'ready', 'skipped', 'starting']);

const boxesSchema = () =>
  z
    .array(text)
    .exactOptional()
    .describe(
      "Words of the document's boxes that this check decides about: ticked when the task is done and it was green",
    );

export const gateSchema = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('command'),
      name: text,
      command: text,
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('files'),
      name: text,
      paths: z.array(text),
      expect: z.enum(['changed', 'created', 'exist']),
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('criteria'),
      name: text,
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('tests'),
      name: text,
      command: text.nullable(),
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('references'),
      name: text,
      paths: z.array(text),
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('navigation'),
      name: text,
      paths: z.array(text),
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('problems'),
      name: text,
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('tree'),
      name: text,
      expect: z.enum(['clean', 'committed']),
      boxes: boxesSchema(),
    }),
    z.strictObject({
      kind: z.literal('person'),
      name: text,
      question: text,
      boxes: boxesSchema(),
    }),
  ]);

export const taskSpecSchema = () =>
  z.strictObject({
    key: text,
    path: text,
    line: z.number(),
    id: text.nullable(),
    title: text,
    kind: z.enum(['hotfix', 'task']),
    type: text.nullable(),
    priority: text.nullable(),
    autoAdvance: z.boolean().nullable(),
    pauseAfter: z.boolean().nullable(),
    readyPrompt: text.nullable(),
    humanRequired: z.boolean(),
    personFor: text.exactOptional().describe('Key of what it is a part of that says so; asked once for all its parts'),
    smartPause: z
      .strictObject({ value: z.boolean(), note: text.nullable() })
      .exactOptional()
      .describe("The task's own word on whether it waits for a person before it begins, and why"),
    commands: z.array(text),
    toolCommands: z
      .array(text)
      .exactOptional()
      .describe("What the document's tool (bd) is told, approved with the others"),
    criteria: z.array(criterionLineSchema()),
    gates: z.array(gateSchema()),
    needs: z.array(text).describe('Keys inside the run'),
    unresolved: z.array(text).describe('Dependencies that no item answers to (prose, unknown ids)'),
    timeoutMs: z.number().nullable(),
    repairs: text.nullable().describe('Set for a hot fix: key of the task it repairs'),
    rank: z.number().describe('Position in the order to be taken, smaller first'),
    steps: z
      .array(text)
      .exactOptional()
      .describe('Hot fixes: what to do, in order, and what failed. For whoever does the task'),
    evidence: text.exactOptional(),
    pending: z.literal(true).exactOptional().describe('A hot fix that does not stand in its document yet'),
  });

export const attemptKindSchema = () => z.enum(['agent', 'gate', 'person', 'shell']);

export const attemptOutcomeSchema = () => z.enum(['cancelled', 'error', 'gate-failed', 'lost', 'ok', 'timeout']);

export const answerSchema = () =>
  z.strictObject({
    choice: choiceIdSchema(),
    text: text.nullable(),
    by: text.describe('"editor", "cli", "mcp:<client>", with the user name where known'),
    at: z.number().describe('Epoch ms'),
  });

export const pauseSchema = () =>
  z.strictObject({
    id: text,
    runId: text,
    taskKey: text.nullable().describe('null: the run as a whole is asked about'),
    dedupeKey: text.describe('One open pause per key: asking again is the same pause'),
    reason: pauseReasonSchema(),
    suggestion: z
      .discriminatedUnion('kind', [reviewSuggestionSchema(), doSuggestionSchema(), fixSuggestionSchema()])
      .nullable()
      .describe('What the tool would look at or do next: data for a sentence, e.g. a path and line'),
    choices: z.array(choiceSchema()),
    default: choiceIdSchema(),
    askedAt: z.number(),
    answer: answerSchema().nullable(),
    appliedAt: z.number().nullable().describe('Epoch ms at which the answer took effect; null: not yet'),
  });

export const documentChangeSchema = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('set-status'),
      key: text,
      status: z.enum(['blocked', 'cancelled', 'done', 'in-progress', 'open']),
      from: z.enum(['in-progress', 'open']).exactOptional().describe('Only where the document says this now'),
    }),
    z.strictObject({
      kind: z.literal('tick-criteria'),
      key: text,
      lines: z.array(text),
      done: z.literal(false).exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('append-hotfix'),
      after: text,
      id: text,
      title: text,
      steps: z.array(text),
      criteria: z.array(text),
      evidence: text,
    }),
  ]);
