// What the checklists are judged by: figures counted from plan, config and record, gathered once. Judges nothing.
import type { RunView } from '../../engine/service';
import type { Config } from '../../model/config';
import type { PlanSnapshot } from '../../model/plan';
import type { RunEvent } from '../../model/run-event';
import type { Workspace } from '../action';
import { staleItems } from '../status/hygiene';

/** Latest events looked at: enough for some hundred tasks, quick to read. */
const MOST_EVENTS = 20_000;
const RUNS = 50;
const STALE_DAYS = 7;

export interface Facts {
  readonly snapshot: PlanSnapshot;
  readonly config: Config;
  /** Latest first. */
  readonly runs: readonly RunView[];
  readonly events: readonly RunEvent[];
  /** Checks of the record by name: ok, warning or error, and what they saw; null: there is no record. */
  readonly care: ReadonlyMap<string, { readonly status: string; readonly detail: string }> | null;
  /** Moments of context kept for tasks of the latest run, and how many of its begun tasks have one. */
  readonly kept: { readonly moments: number; readonly tasks: number; readonly begun: number };
  readonly memories: number | null;
  /** Words of the longer workflows with the status each stands at, latest first. */
  readonly stages: readonly { readonly kind: string; readonly status: string }[];
  readonly branch: string | null;
  readonly inRepository: boolean;
  /** Titles of what is in progress and untouched for days. */
  readonly stale: readonly string[];
  readonly continuations: number;
}

export async function gatherFacts(workspace: Workspace, now: number): Promise<Facts> {
  const snapshot = workspace.plan.snapshot();
  const runs = workspace.engine.runs(RUNS);
  const latest = [...runs].sort((a, b) => b.run.createdAt - a.run.createdAt)[0] ?? null;
  const begun = latest?.tasks.filter((task) => task.attempt > 0 || task.state === 'succeeded') ?? [];
  const moments = begun.map((task) => workspace.memory?.context(task.taskKey, 5).length ?? 0);
  const lastEvent = (key: string): number | null =>
    workspace.engine.events({ taskKey: key, limit: MOST_EVENTS }).at(-1)?.event.at ?? null;
  const care = workspace.record === null ? null : await workspace.record.doctor(false);
  const repository = await workspace.repository.state();
  return {
    snapshot,
    config: workspace.config(),
    runs,
    events: runs.flatMap(({ run }) =>
      workspace.engine.events({ runId: run.id, limit: MOST_EVENTS }).map(({ event }) => event),
    ),
    care: care === null ? null : new Map(care.map(({ check, status, detail }) => [check, { status, detail }])),
    kept: {
      moments: moments.reduce((sum, each) => sum + each, 0),
      tasks: moments.filter((each) => each > 0).length,
      begun: begun.length,
    },
    memories: workspace.memory?.notes(null, 1000).length ?? null,
    stages: ['start', 'ship'].flatMap((kind) =>
      (workspace.stages?.list(kind, 20) ?? []).map(({ status }) => ({ kind, status })),
    ),
    branch: repository?.branch ?? null,
    inRepository: repository !== null,
    stale: staleItems(snapshot, STALE_DAYS, now, lastEvent).map(({ id, title }) => id ?? title),
    continuations: workspace.engine.continuations().length,
  };
}
