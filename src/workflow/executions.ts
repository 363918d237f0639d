// What ran, when, by whom, with which result: events put together, one line for each try at a task.
import type { StoredEvent } from '../engine/ports';
import type { Engine } from '../engine/service';
import type { Verification } from '../model/gate';
import type { AttemptKind, AttemptOutcome } from '../model/run';

export interface Execution {
  readonly attemptId: string;
  readonly runId: string;
  readonly run: string;
  readonly taskKey: string;
  readonly task: string;
  readonly n: number;
  readonly command: string | null;
  /** shell: a command; agent: an agent or the editor's model; person: by hand. */
  readonly kind: AttemptKind;
  /** Whoever said how it ended, else the host it ran on ("cli:4711"), else whoever began it. */
  readonly by: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** null: still at work. */
  readonly outcome: AttemptOutcome | null;
  readonly exitCode: number | null;
  /** Set where the task was done with this try. */
  readonly verification: Verification | null;
}

/** The tries that began in these events (in order), with what the events say of their end. */
export function executionsIn(events: readonly StoredEvent[], engine: Pick<Engine, 'run'>): readonly Execution[] {
  const found = new Map<string, Execution>();
  /** Run and task → its latest try. */
  const latest = new Map<string, string>();
  const nameOf = namesFrom(engine);
  for (const { event } of events) {
    if (event.type === 'attempt-started') {
      const { attemptId, runId, taskKey, n, command, kind, host, actor, at } = event;
      latest.set(`${runId} ${taskKey}`, attemptId);
      found.set(attemptId, {
        attemptId,
        runId,
        ...nameOf(runId, taskKey),
        taskKey,
        n,
        command,
        kind,
        by: host ?? actor,
        startedAt: at,
        endedAt: null,
        outcome: null,
        exitCode: null,
        verification: null,
      });
    } else if (event.type === 'attempt-ended') {
      const begun = found.get(event.attemptId);
      if (begun === undefined) continue;
      const { outcome, exitCode, actor, at } = event;
      const by = actor === 'scheduler' ? begun.by : actor;
      found.set(event.attemptId, { ...begun, outcome, exitCode, endedAt: at, by });
    } else if (event.type === 'task-succeeded') {
      const begun = found.get(latest.get(`${event.runId} ${event.taskKey}`) ?? '');
      if (begun !== undefined) found.set(begun.attemptId, { ...begun, verification: event.verification });
    }
  }
  return [...found.values()];
}

/** Names of all tasks that these events are about. */
export function tasksIn(
  events: readonly StoredEvent[],
  engine: Pick<Engine, 'run'>,
): readonly { readonly runId: string; readonly taskKey: string; readonly task: string }[] {
  const nameOf = namesFrom(engine);
  const found = new Map<string, { readonly runId: string; readonly taskKey: string; readonly task: string }>();
  for (const { event } of events) {
    if (!('taskKey' in event)) continue;
    const { runId, taskKey } = event;
    const key = `${runId} ${taskKey}`;
    if (!found.has(key)) found.set(key, { runId, taskKey, task: nameOf(runId, taskKey).task });
  }
  return [...found.values()];
}

/** Titles of runs and tasks; each run is looked up once. */
function namesFrom(engine: Pick<Engine, 'run'>) {
  const views = new Map<string, { readonly run: string; readonly tasks: ReadonlyMap<string, string> }>();
  return (runId: string, taskKey: string): { readonly run: string; readonly task: string } => {
    let known = views.get(runId);
    if (known === undefined) {
      const view = engine.run(runId);
      const named = (view?.tasks ?? []).map(
        (task) =>
          [task.taskKey, task.spec.id === null ? task.spec.title : `${task.spec.id}: ${task.spec.title}`] as const,
      );
      known = { run: view?.run.title ?? runId, tasks: new Map(named) };
      views.set(runId, known);
    }
    return { run: known.run, task: known.tasks.get(taskKey) ?? taskKey };
  };
}
