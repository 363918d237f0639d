// .soloflow/config.json: what a workspace may settle. Unknown keys are refused so that a typo is seen.
import * as z from 'zod';

const gate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), name: z.string().optional(), command: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('files'),
    name: z.string().optional(),
    paths: z.array(z.string()).min(1),
    expect: z.enum(['exist', 'created', 'changed']).default('exist'),
  }),
  z.strictObject({ kind: z.literal('criteria'), name: z.string().optional() }),
  z.strictObject({ kind: z.literal('tests'), name: z.string().optional(), command: z.string().optional() }),
  z.strictObject({
    kind: z.literal('references'),
    name: z.string().optional(),
    paths: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal('navigation'),
    name: z.string().optional(),
    paths: z.array(z.string()).default([]),
  }),
  z.strictObject({ kind: z.literal('problems'), name: z.string().optional() }),
  z.strictObject({
    kind: z.literal('tree'),
    name: z.string().optional(),
    expect: z.enum(['clean', 'committed']).default('clean'),
  }),
  z.strictObject({ kind: z.literal('person'), name: z.string().optional(), question: z.string().min(1) }),
]);

const isExpression = (source: string): boolean => {
  try {
    return new RegExp(source, 'i').source !== '';
  } catch {
    return false;
  }
};
const expression = z.string().refine(isExpression, 'not a regular expression');

const pauseRule = z.strictObject({
  name: z.string().min(1),
  /** Regular expression over each command line of a task and of its gates. */
  command: expression.optional(),
  /** Regular expression over the title and the type. */
  task: expression.optional(),
  priority: z.array(z.string()).optional(),
  message: z.string().min(1),
});

/** What kinds of failures are told apart. */
const FAILURE_CATEGORIES = [
  'network',
  'file',
  'database',
  'permission',
  'timeout',
  'validation',
  'execution',
  'default',
] as const;
export type FailureCategory = (typeof FAILURE_CATEGORIES)[number];

/** What is left out is that of "*", else the built-in value of the category. */
const retry = z.strictObject({
  retries: z.int().min(0).max(20).optional(),
  delayMs: z.int().min(0).optional(),
  factor: z.number().min(1).optional(),
  maxMs: z.int().min(0).optional(),
  jitter: z.number().min(0).max(1).optional(),
});

const service = z.strictObject({
  name: z.string().min(1),
  check: z.string().min(1),
  start: z.string().optional(),
  timeoutMs: z.int().positive().default(20_000),
});

/** The whole config with its defaults. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  documents: z
    .strictObject({
      include: z
        .array(z.string())
        .default([
          '**/*.md',
          '**/.taskmaster/tasks/tasks.json',
          '**/tasks/tasks.json',
          '**/sprint-status.yaml',
          '**/.beads/issues.jsonl',
        ]),
      exclude: z
        .array(z.string())
        .default([
          '**/node_modules/**',
          '**/.git/**',
          '**/dist/**',
          '**/out/**',
          '**/.soloflow/**',
          '**/.vscode-test/**',
          '**/.venv/**',
          '**/venv/**',
        ]),
      /** Path glob → dialect id, or "none" to leave a file alone. */
      dialects: z.record(z.string(), z.string()).default({}),
      maxBytes: z.int().positive().default(20_000_000),
    })
    .prefault({}),
  run: z
    .strictObject({
      concurrency: z.int().min(1).max(64).default(1),
      /** Commands at once over all runs. */
      overall: z.int().min(1).max(256).default(8),
      timeoutMinutes: z.number().positive().nullable().default(null),
      graceSeconds: z.int().min(1).default(30),
      /** What is at work for so long is marked as in progress in its document, where that has such a mark. null: never. */
      markAfterSeconds: z.number().min(0).nullable().default(2),
      hotfix: z.enum(['offer', 'always', 'never']).default('offer'),
      retry: z.partialRecord(z.enum([...FAILURE_CATEGORIES, '*']), retry).default({}),
      env: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  /** Task type → gates; "*" for every task. */
  gates: z.record(z.string(), z.array(gate)).default({}),
  pauseRules: z.array(pauseRule).default([]),
  services: z.array(service).default([]),
  /** Old finished runs move into the archive by themselves. null: the record keeps everything. */
  record: z.strictObject({ keepDays: z.number().positive().nullable().default(90) }).prefault({}),
  limits: z
    .strictObject({
      /** Backlog items begun at once. */
      inProgress: z.int().positive().default(2),
      /** An item below so many points … */
      prdPoints: z.number().min(0).default(5),
      /** … with at least this score needs no PRD. */
      prdScore: z.number().min(0).default(3),
      /** From this likeness of titles on an idea is taken for one that stands there, 0..1. */
      alike: z.number().min(0.5).max(1).default(0.85),
      /** Items of the agent queue. */
      queue: z.int().positive().max(100).default(10),
    })
    .prefault({}),
  /** Ids of new backlog items. null: in the manner of the backlog, else B-001. */
  ids: z
    .strictObject({
      prefix: z
        .string()
        .regex(/^[A-Z]{1,5}$/, 'one to five capital letters')
        .nullable()
        .default(null),
      digits: z.int().min(1).max(6).nullable().default(null),
    })
    .prefault({}),
  /** How dates are written where the document does not show it. */
  dates: z.strictObject({ form: z.enum(['date', 'date-time']).default('date') }).prefault({}),
  /** Lanes of a backlog with the score from which a new item goes there, highest first. */
  lanes: z
    .array(z.strictObject({ name: z.string().min(1), from: z.number() }))
    .min(1)
    .default([
      { name: 'P0', from: 5 },
      { name: 'P1', from: 3 },
      { name: 'P2', from: 0 },
    ]),
  generate: z
    .strictObject({
      /** Whose words generated task lists are written in. auto: those of the lists that stand here. */
      tasks: z
        .enum([
          'auto',
          'reference-tasks',
          'spec-kit',
          'kiro',
          'openspec',
          'snarktank',
          'checkbox-tasks',
          'cursor-plan',
          'backlog-md',
          'task-master',
          'bmad',
          'beads',
        ])
        .default('auto'),
    })
    .prefault({}),
  agent: z
    .strictObject({
      command: z.string().nullable().default(null),
      /** editor: the editor's own language model, where the editor runs the tasks. */
      preset: z.enum(['claude', 'codex', 'cursor-agent', 'gemini', 'copilot', 'editor']).nullable().default(null),
      /** Of the editor's language models: id or family. null: the first there is. */
      model: z.string().min(1).nullable().default(null),
      timeoutMinutes: z.number().positive().default(30),
    })
    .prefault({}),
  memory: z
    .strictObject({
      goCli: z.string().nullable().default(null),
      budget: z.int().positive().default(6000),
      /** How long one system may take; the others go on. */
      timeoutSeconds: z.number().min(0.1).max(120).default(8),
    })
    .prefault({}),
  paths: z
    .strictObject({
      backlog: z.string().nullable().default(null),
      prds: z.string().default('docs/plans'),
      tasks: z.string().default('docs/plans'),
      archive: z.string().default('docs/plans/archive'),
      templates: z.string().default('.soloflow/templates'),
      changelog: z.string().default('CHANGELOG.md'),
    })
    .prefault({}),
});
export type Config = z.output<typeof configSchema>;
export type GateConfig = z.output<typeof gate>;
export type PauseRule = z.output<typeof pauseRule>;
/** How a kind of failure is tried again. */
export interface RetryPolicy {
  readonly retries: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Part of the delay that chance may take away. */
  readonly jitter: number;
}
export type ServiceConfig = z.output<typeof service>;
