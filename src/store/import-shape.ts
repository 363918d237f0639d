// What an exported run must look like before any of it is taken: the tables check single values, this checks shapes.
import * as z from 'zod';
import type { RunStatus, TaskState } from '../model/run';
import { RUN_TRANSITIONS, TASK_TRANSITIONS } from '../model/transitions';

/** Made when the first line comes in: every start of the program loads this file, and few import anything. */
function makeShapes() {
  const text = z.string();
  const stamp = z.int();
  const spec = z.looseObject({
    key: text,
    path: text,
    line: z.number(),
    id: text.nullable(),
    title: text,
    kind: z.enum(['task', 'hotfix']),
    type: text.nullable(),
    priority: text.nullable(),
    autoAdvance: z.boolean().nullable(),
    pauseAfter: z.boolean().nullable(),
    readyPrompt: text.nullable(),
    humanRequired: z.boolean(),
    commands: z.array(text),
    criteria: z.array(z.looseObject({ text, done: z.boolean().nullable() })),
    gates: z.array(z.looseObject({ kind: text, name: text })),
    needs: z.array(text),
    unresolved: z.array(text),
    timeoutMs: z.number().nullable(),
    repairs: text.nullable(),
    rank: z.number(),
  });

  const run = z.looseObject({
    id: text.min(1),
    requestKey: text.min(1),
    title: text,
    scope: z.looseObject({ kind: text }),
    status: z.enum(Object.keys(RUN_TRANSITIONS) as RunStatus[]),
    options: z.looseObject({
      autoAdvance: z.boolean(),
      smartPause: z.boolean(),
      contextPreserve: z.boolean(),
      concurrency: z.int().min(1),
    }),
    priority: z.number(),
    after: z.array(text),
    createdAt: stamp,
    failuresInARow: z.int(),
    revision: z.int(),
  });

  const runExport = z.looseObject({
    run,
    tasks: z.array(
      z.looseObject({
        runId: text,
        taskKey: text,
        spec,
        state: z.enum(Object.keys(TASK_TRANSITIONS) as TaskState[]),
        revision: z.int(),
      }),
    ),
    attempts: z.array(z.looseObject({ id: text, runId: text, taskKey: text, n: z.int(), kind: text })),
    outputs: z.array(z.looseObject({ attemptId: text, stream: z.enum(['out', 'err']), head: text, tail: text })),
    gateResults: z.array(
      z.looseObject({ attemptId: text, result: z.looseObject({ gate: text, evidence: z.looseObject({}) }) }),
    ),
    pauses: z.array(
      z.looseObject({
        id: text,
        runId: text,
        taskKey: text.nullable(),
        dedupeKey: text,
        reason: z.looseObject({ kind: text }),
        choices: z.array(z.looseObject({ id: text, takesText: z.boolean() })),
        default: text,
      }),
    ),
    edits: z.array(
      z.looseObject({ id: text, runId: text, taskKey: text, path: text, change: z.looseObject({ kind: text }) }),
    ),
  });
  const event = z.looseObject({ type: text, runId: text, at: stamp, actor: text });
  const memory = z.looseObject({ id: text.min(1), kind: text, title: text, body: text, createdAt: stamp });

  return { run: runExport, event, memory };
}

type Shapes = ReturnType<typeof makeShapes>;
let shapes: Shapes | null = null;

/** Where a value is not what its line says it is, as "tasks.3.spec.title: …"; null: it is. */
export function shapeProblem(kind: keyof Shapes, value: unknown): string | null {
  shapes ??= makeShapes();
  const parsed = shapes[kind].safeParse(value);
  if (parsed.success) return null;
  const issue = parsed.error.issues[0];
  return issue === undefined ? 'unknown shape' : `${issue.path.join('.')}: ${issue.message}`;
}

/** Everything in an exported run must be about that run. */
export function strangers(value: {
  readonly run: { readonly id: string };
  readonly tasks: readonly { readonly runId: string }[];
  readonly attempts: readonly { readonly id: string; readonly runId: string }[];
  readonly pauses: readonly { readonly runId: string }[];
  readonly edits: readonly { readonly runId: string }[];
  readonly outputs: readonly { readonly attemptId: string }[];
  readonly gateResults: readonly { readonly attemptId: string }[];
}): boolean {
  const attempts = new Set(value.attempts.map((attempt) => attempt.id));
  return (
    [...value.tasks, ...value.attempts, ...value.pauses, ...value.edits].some((each) => each.runId !== value.run.id) ||
    [...value.outputs, ...value.gateResults].some((each) => !attempts.has(each.attemptId))
  );
}
