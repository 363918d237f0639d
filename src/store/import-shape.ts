// Whether a line of an export is what it says it is, before any of it is taken. Whether its events follow from one another
// is asked when all are there.
import * as z from 'zod';
import type { PlanStatus } from '../model/plan';
import type { RunExport } from './export';
import { eventShape } from './import-events';
import { rowShapes, words } from './import-rows';
import type { Session } from './sessions';
import type { Stage } from './stages';

/** Made when the first line comes in: every start of the program loads this file, and few import anything. */
function makeShapes() {
  const rows = rowShapes();
  const run: z.ZodType<RunExport> = z.looseObject({
    run: rows.run,
    tasks: z.array(rows.task),
    attempts: z.array(rows.attempt),
    outputs: z.array(rows.output),
    gateResults: z.array(z.looseObject({ attemptId: z.string(), result: rows.gateResult })),
    pauses: z.array(rows.pause),
    edits: z.array(rows.edit),
  });
  const session: z.ZodType<Session> = z.looseObject({
    id: z.string().min(1),
    surface: z.string(),
    pid: z.int(),
    appVersion: z.string(),
    startedAt: z.int(),
    endedAt: z.int().nullable(),
  });
  const stage: z.ZodType<Stage> = z.looseObject({
    id: z.string().min(1),
    kind: z.string(),
    status: z.string(),
    data: z.record(z.string(), z.unknown()),
    by: z.string(),
    createdAt: z.int(),
    updatedAt: z.int(),
  });
  const spelling = z.looseObject({
    itemKey: z.string(),
    status: words<PlanStatus>({ open: 0, 'in-progress': 0, blocked: 0, done: 0, cancelled: 0 }),
    text: z.string(),
  });
  return { run, event: eventShape(rows), memory: rows.memory, session, stage, spelling };
}

type Shapes = ReturnType<typeof makeShapes>;
let shapes: Shapes | null = null;

/** The value as what its line says it is; a text: where it is not, as "tasks.3.spec.title: …". */
export function shaped<K extends keyof Shapes>(
  kind: K,
  value: unknown,
): { readonly value: z.output<Shapes[K]> } | string {
  shapes ??= makeShapes();
  const parsed = shapes[kind].safeParse(value);
  if (parsed.success) return { value: value as z.output<Shapes[K]> };
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
