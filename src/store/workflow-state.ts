// The workflow-state JSON that other tools of this kind keep (workflow_id, completed_tasks, …), and `.ai_state.json`.
// Reading is lenient about its forms: tasks as strings or objects, with `task_id` or `id`.
import * as z from 'zod';
import type { RunRecord } from '../engine/ports';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { Attempt, RunStatus, TaskRun } from '../model/run';

export interface WorkflowState {
  readonly workflow_id: string;
  readonly status: 'in_progress' | 'paused' | 'completed' | 'failed' | 'cancelled';
  readonly current_task: string | null;
  readonly completed_tasks: readonly {
    readonly task_id: string;
    readonly result: Readonly<Record<string, unknown>>;
    /** ISO 8601. */
    readonly completed_at: string;
  }[];
  readonly pending_tasks: readonly {
    readonly task_id: string;
    readonly type: string | null;
    readonly dependencies: readonly string[];
  }[];
  readonly context: {
    readonly current_phase: number;
    readonly total_phases: number;
    readonly progress_percent: number;
  };
}

const idOf = (task: TaskRun): string => task.spec.id ?? task.taskKey;
const CURRENT = new Set<TaskRun['state']>(['running', 'checking', 'retrying', 'paused', 'cancelling']);
const DONE = new Set<TaskRun['state']>(['succeeded', 'skipped', 'cancelled']);

/** A run in those words. Skipped and cancelled tasks count as completed, with what became of them as their result. */
export function toWorkflowState(record: RunRecord): WorkflowState {
  const tasks = [...record.tasks].sort((a, b) => a.spec.rank - b.spec.rank);
  const names = new Map(tasks.map((task) => [task.taskKey, idOf(task)]));
  const latest = new Map(record.attempts.map((attempt) => [attempt.taskKey, attempt]));
  const done = tasks.filter((task) => DONE.has(task.state));
  const current = tasks.find((task) => CURRENT.has(task.state)) ?? tasks.find((task) => task.state === 'ready') ?? null;
  const total = tasks.length;
  return {
    // What came from elsewhere keeps its name.
    workflow_id: record.run.requestKey.startsWith('import:') ? record.run.title : record.run.id,
    status: statusOf(record.run.status),
    current_task: current === null ? null : idOf(current),
    completed_tasks: done.map((task) => ({
      task_id: idOf(task),
      result: resultOf(task, latest.get(task.taskKey)),
      completed_at: new Date(task.updatedAt).toISOString(),
    })),
    pending_tasks: tasks
      .filter((task) => !DONE.has(task.state) && task !== current)
      .map((task) => ({
        task_id: idOf(task),
        type: task.spec.type,
        dependencies: task.spec.needs.map((key) => names.get(key) ?? key),
      })),
    context: {
      current_phase: total === 0 ? 0 : Math.min(total, done.length + 1),
      total_phases: total,
      progress_percent: total === 0 ? 100 : Math.round((100 * done.length) / total),
    },
  };
}

function resultOf(task: TaskRun, attempt: Attempt | undefined): Readonly<Record<string, unknown>> {
  return {
    status: task.state === 'succeeded' ? 'completed' : task.state,
    verification: task.verification,
    attempts: task.attempt,
    exit_code: attempt?.exitCode ?? null,
  };
}

function statusOf(status: RunStatus): WorkflowState['status'] {
  switch (status) {
    case 'created':
    case 'running':
      return 'in_progress';
    case 'paused':
    case 'cancelling':
      return 'paused';
    case 'succeeded':
      return 'completed';
    case 'failed':
    case 'cancelled':
      return status;
  }
}

/** Made when a state is read, which happens seldom. */
function foreignSchema() {
  const name = z.union([z.string(), z.number()]).transform(String);
  const reference = z.union([
    name.transform((task_id) => ({ task_id, completed_at: null, type: null, dependencies: [] as readonly string[] })),
    z
      .looseObject({
        task_id: name.optional(),
        id: name.optional(),
        completed_at: z.string().nullish(),
        type: z.string().nullish(),
        dependencies: z.array(name).nullish(),
      })
      .transform((task, context) => {
        const task_id = task.task_id ?? task.id;
        if (task_id === undefined) {
          context.addIssue({ code: 'custom', message: 'a task has neither task_id nor id' });
          return z.NEVER;
        }
        return {
          task_id,
          completed_at: task.completed_at ?? null,
          type: task.type ?? null,
          dependencies: task.dependencies ?? [],
        };
      }),
  ]);
  return z
    .looseObject({
      workflow_id: name.optional(),
      project: z.string().optional(),
      status: z.string().optional(),
      current_task: z.union([reference, z.null()]).optional(),
      completed_tasks: z.array(reference).optional(),
      pending_tasks: z.array(reference).optional(),
      context: z.record(z.string(), z.unknown()).optional(),
    })
    .refine(
      (state) =>
        state.current_task !== undefined || state.completed_tasks !== undefined || state.pending_tasks !== undefined,
      'has neither current_task nor completed_tasks nor pending_tasks',
    );
}

interface ForeignTask {
  readonly id: string;
  readonly type: string | null;
  readonly needs: readonly string[];
  /** As it stands there, which may be no date; null: it does not say. */
  readonly completedAt: string | null;
  readonly done: boolean;
}
export interface ForeignState {
  /** The workflow's or the project's name, null if none is given. */
  readonly name: string | null;
  readonly currentTask: string | null;
  /** Done ones first, then the current one, then the pending ones; each once. */
  readonly tasks: readonly ForeignTask[];
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Reads a workflow state of either form, or the file in which several stand under their ids. Dates that are none
 * ("2025-01-XX 10:30:00") are taken as unknown.
 */
export function readWorkflowStates(text: string): Result<readonly ForeignState[], Failure> {
  const invalid = (message: string): Result<never, Failure> => err({ kind: 'invalid-input', field: 'file', message });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return invalid(
      `is neither an export nor a workflow state: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const schema = foreignSchema();
  const states: ForeignState[] = [];
  for (const { name, value } of statesIn(json)) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const place = [...(name === null ? [] : [name]), ...(issue?.path ?? [])].join('.');
      return invalid(`${place} ${issue?.message ?? ''}`.trim());
    }
    states.push(foreignState(parsed.data, name));
  }
  return ok(states);
}

const STATE_KEYS = ['current_task', 'completed_tasks', 'pending_tasks'];

/** The state itself, or each that stands under its id. */
function statesIn(json: unknown): readonly { readonly name: string | null; readonly value: unknown }[] {
  if (json !== null && typeof json === 'object' && !Array.isArray(json)) {
    const entries = Object.entries(json);
    const isEach = entries.every(([, each]) => each !== null && typeof each === 'object' && !Array.isArray(each));
    const isState = STATE_KEYS.some((key) => key in json);
    if (entries.length > 0 && isEach && !isState) return entries.map(([name, value]) => ({ name, value }));
  }
  return [{ name: null, value: json }];
}

function foreignState(state: z.output<ReturnType<typeof foreignSchema>>, name: string | null): ForeignState {
  const tasks = new Map<string, ForeignTask>();
  for (const task of state.completed_tasks ?? []) {
    tasks.set(task.task_id, {
      id: task.task_id,
      type: task.type,
      needs: task.dependencies,
      completedAt: task.completed_at,
      done: true,
    });
  }
  const current = state.current_task ?? null;
  for (const task of [...(current === null ? [] : [current]), ...(state.pending_tasks ?? [])]) {
    const known = tasks.get(task.task_id);
    if (known?.done === true) continue;
    tasks.set(task.task_id, {
      id: task.task_id,
      type: task.type ?? known?.type ?? null,
      needs: task.dependencies.length > 0 ? task.dependencies : (known?.needs ?? []),
      completedAt: null,
      done: false,
    });
  }
  return {
    name: state.workflow_id ?? state.project ?? name,
    currentTask: current?.task_id ?? null,
    tasks: [...tasks.values()],
    context: state.context ?? {},
  };
}
