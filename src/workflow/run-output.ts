// A run as every surface reports it: counts, tasks with their state, and what waits for a person.
import type { Engine, RunCounts, RunView } from '../engine/service';
import type { Failure } from '../model/failure';
import type { Verification } from '../model/gate';
import type { Choice, ChoiceId, PauseReason, Suggestion } from '../model/pause';
import { err, ok, type Result } from '../model/result';
import type { RunStatus, TaskState } from '../model/run';
import type { Workspace } from './action';
import { describePause, describeSuggestion } from './words/pause-words';
import { english } from './words/translate';

interface PauseOutput {
  readonly id: string;
  readonly runId: string;
  readonly taskKey: string | null;
  readonly task: string | null;
  readonly title: string | null;
  readonly reason: PauseReason;
  readonly message: string;
  readonly suggestion: Suggestion | null;
  readonly suggestionText: string | null;
  readonly choices: readonly Choice[];
  readonly default: ChoiceId;
  readonly askedAt: number;
}

interface TaskOutput {
  readonly key: string;
  readonly id: string | null;
  readonly title: string;
  readonly path: string;
  readonly line: number;
  readonly state: TaskState;
  readonly attempt: number;
  readonly verification: Verification | null;
  readonly reason: string | null;
  /** The agent that has it, and until when nothing need be heard of it. */
  readonly takenBy: string | null;
  readonly takenUntil: number | null;
}

export interface RunOutput {
  readonly id: string;
  readonly title: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly counts: RunCounts;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Of a run that has not begun: the runs that must succeed first. */
  readonly waitsFor: readonly { readonly id: string; readonly title: string; readonly status: RunStatus | null }[];
  readonly tasks: readonly TaskOutput[];
  readonly pauses: readonly PauseOutput[];
}

interface Around {
  readonly engine: Pick<Engine, 'run'>;
  readonly plan: Pick<Workspace['plan'], 'snapshot'>;
}

export function runOutput(workspace: Workspace, runId: string): Result<RunOutput, Failure> {
  const view = workspace.engine.run(runId);
  return view === null ? err({ kind: 'unknown-run', id: runId }) : ok(toRunOutput(view, workspace));
}

export function toRunOutput(view: RunView, { engine, plan }: Around): RunOutput {
  const { items } = plan.snapshot();
  return {
    id: view.run.id,
    title: view.run.title,
    status: view.run.status,
    reason: view.run.reason,
    counts: view.counts,
    createdAt: view.run.createdAt,
    endedAt: view.run.endedAt,
    waitsFor: view.run.startedAt === null && view.run.endedAt === null ? runsBefore(view, engine) : [],
    tasks: view.tasks.map((task) => ({
      key: task.spec.key,
      id: task.spec.id,
      title: task.spec.title,
      path: task.spec.path,
      line: items.get(task.spec.key)?.line ?? task.spec.line,
      state: task.state,
      attempt: task.attempt,
      verification: task.verification,
      reason: task.reason,
      takenBy: task.claim?.by ?? null,
      takenUntil: task.claim?.until ?? null,
    })),
    pauses: pausesOf(view),
  };
}

function runsBefore({ run }: RunView, engine: Pick<Engine, 'run'>): RunOutput['waitsFor'] {
  return run.after.flatMap((id) => {
    const other = engine.run(id)?.run;
    return other?.status === 'succeeded' ? [] : { id, title: other?.title ?? id, status: other?.status ?? null };
  });
}

/** Open pauses of a run with their sentences in plain English (the editor makes its own). */
function pausesOf(view: RunView): readonly PauseOutput[] {
  return view.pauses
    .filter((pause) => pause.answer === null)
    .map((pause) => {
      const task = view.tasks.find((each) => each.taskKey === pause.taskKey);
      return {
        id: pause.id,
        runId: pause.runId,
        taskKey: pause.taskKey,
        task: task === undefined ? pause.taskKey : (task.spec.id ?? task.spec.title),
        title: task?.spec.title ?? null,
        reason: pause.reason,
        message: describePause(pause.reason, english),
        suggestion: pause.suggestion,
        suggestionText: pause.suggestion === null ? null : describeSuggestion(pause.suggestion, english),
        choices: pause.choices,
        default: pause.default,
        askedAt: pause.askedAt,
      };
    });
}
