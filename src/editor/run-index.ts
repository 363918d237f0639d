// What runs say about items: the state of each task in the newest run that knows it. Pure.
import type { RunView } from '../engine/service';
import type { Pause } from '../model/pause';
import { FINAL_RUN_STATES, type TaskRun } from '../model/run';

export interface Activity {
  readonly runId: string;
  readonly task: TaskRun;
  /** Is the run still open? */
  readonly live: boolean;
  readonly pause: Pause | null;
}

export interface RunIndex {
  readonly views: readonly RunView[];
  readonly pauses: readonly Pause[];
  readonly activity: ReadonlyMap<string, Activity>;
  /** Keys of items that run or are checked now, and of those that wait for a person. */
  readonly busy: readonly string[];
  readonly asking: readonly string[];
  readonly view: (runId: string) => RunView | null;
  readonly pause: (id: string) => Pause | null;
}

/** By the key an item has today. Open runs win over ended ones; among equals the first in the engine's order (best priority, newest). */
export function indexRuns(views: readonly RunView[], pauses: readonly Pause[]): RunIndex {
  const open = pauses.filter((pause) => pause.answer === null);
  const byTask = new Map<string, Pause>();
  for (const pause of open) {
    if (pause.taskKey !== null) byTask.set(`${pause.runId}\n${pause.taskKey}`, pause);
  }
  const activity = new Map<string, Activity>();
  for (const live of [true, false]) {
    for (const view of views) {
      if (FINAL_RUN_STATES.has(view.run.status) === live) continue;
      for (const task of view.tasks) {
        if (activity.has(task.spec.key)) continue;
        const pause = byTask.get(`${view.run.id}\n${task.taskKey}`) ?? null;
        activity.set(task.spec.key, { runId: view.run.id, task, live, pause });
      }
    }
  }
  const busy: string[] = [];
  const asking: string[] = [];
  for (const [key, { live, pause, task }] of activity) {
    if (!live) continue;
    if (pause !== null) asking.push(key);
    else if (task.state === 'running' || task.state === 'checking') busy.push(key);
  }
  const byId = new Map(views.map((view) => [view.run.id, view]));
  const pauseById = new Map(open.map((pause) => [pause.id, pause]));
  return {
    views,
    pauses: open,
    activity,
    busy,
    asking,
    view: (runId) => byId.get(runId) ?? null,
    pause: (id) => pauseById.get(id) ?? null,
  };
}
