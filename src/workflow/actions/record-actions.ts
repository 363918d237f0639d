// What happened: status of the runs, history, output and evidence of a task.
import * as z from 'zod';
import type { EventFilter, StoredEvent } from '../../engine/ports';
import type { RunView } from '../../engine/service';
import type { Failure } from '../../model/failure';
import { err, ok, type Result } from '../../model/result';
import { taskUnder } from '../../model/run';
import { defineAction, type Workspace } from '../action';
import { executionsIn, tasksIn } from '../executions';
import { findItem } from '../resolve';
import { toRunOutput } from '../run-output';
import { historyOutput, outputOutput, statusOutput } from '../outputs/record-outputs';

export const status = defineAction({
  name: 'status',
  title: 'Show Status',
  description: 'Open runs, what waits for a person, what Continue would do.',
  effect: 'read',
  input: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(5).describe('How many ended runs') }),
  output: statusOutput,
  positional: [],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input) {
    const runs = workspace.engine.runs(input.limit).map((view) => toRunOutput(view, workspace));
    return ok({
      runner: workspace.engine.isRunner(),
      runs,
      pauses: runs
        .flatMap((run) => run.pauses)
        .map((pause) => ({ ...pause, remembered: rememberedAbout(workspace, pause.taskKey) })),
      continuations: workspace.engine.continuations(),
    });
  },
});

/** What an answer should not forget: the latest notes about the task, in a line each. */
const rememberedAbout = (workspace: Workspace, taskKey: string | null): readonly string[] =>
  taskKey === null ? [] : (workspace.memory?.notes(taskKey, 3) ?? []).map(({ kind, title }) => `${kind}: ${title}`);

export const history = defineAction({
  name: 'history',
  title: 'Show History',
  description: 'What ran, when, by whom, with which result: the latest events, oldest of them first.',
  effect: 'read',
  input: z.strictObject({
    run: z.string().optional().describe('Only this run'),
    item: z.string().optional().describe('Only this task'),
    limit: z.coerce.number().int().min(1).max(100_000).default(200).describe('How many events'),
    after: z.coerce.number().int().min(0).optional().describe('The first events behind this number instead'),
  }),
  output: historyOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const run = input.run === undefined ? null : runAsked(workspace, input.run);
    if (run === undefined) return err({ kind: 'unknown-run', id: input.run ?? '' });
    const keys = input.item === undefined ? ok(null) : keysAsked(workspace, input.item);
    if (!keys.ok) return keys;
    const filter = {
      limit: input.limit,
      ...(run === null ? {} : { runId: run.run.id }),
      ...(input.after === undefined ? { newest: true } : { afterSeq: input.after }),
    };
    const events = keys.value === null ? workspace.engine.events(filter) : eventsOf(workspace, keys.value, filter);
    return ok({
      events: events.map(({ seq, event }) => ({ seq, ...event })),
      executions: executionsIn(events, workspace.engine),
      tasks: tasksIn(events, workspace.engine),
    });
  },
});

const runAsked = ({ engine }: Workspace, asked: string): RunView | undefined =>
  engine.run(asked) ?? engine.runs(100).find((view) => view.run.id.startsWith(asked));

/** Every name an item had in its runs; one that is gone from the plan is found there by its id or key. */
function keysAsked(workspace: Workspace, asked: string): Result<readonly string[], Failure> {
  const item = findItem(workspace, asked);
  const views = workspace.engine.runs(100);
  if (item.ok) {
    const { key } = item.value;
    return ok([...new Set([key, ...views.flatMap((view) => taskUnder(view.tasks, key)?.taskKey ?? [])])]);
  }
  const gone = views.flatMap(({ tasks }) =>
    tasks.flatMap(({ taskKey, spec }) => ([taskKey, spec.key, spec.id].includes(asked) ? [taskKey] : [])),
  );
  return gone.length === 0 ? item : ok([...new Set(gone)]);
}

function eventsOf({ engine }: Workspace, keys: readonly string[], filter: EventFilter): readonly StoredEvent[] {
  const events = keys.flatMap((taskKey) => engine.events({ ...filter, taskKey })).sort((a, b) => a.seq - b.seq);
  return filter.newest === true ? events.slice(-filter.limit) : events.slice(0, filter.limit);
}

/** The newest run that tried or checked the task. A later one that found it done in its document did neither. */
function lastWorkedOn({ engine }: Workspace, key: string) {
  for (const run of engine.runs(100)) {
    const task = taskUnder(run.tasks, key);
    if (task === undefined) continue;
    const tried = run.attempts.some(({ taskKey }) => taskKey === task.taskKey);
    if (tried || engine.gateResults(run.run.id, task.taskKey).length > 0) return { run, task };
  }
  return undefined;
}

export const output = defineAction({
  name: 'output',
  title: 'Show Output',
  description: 'Kept output and gate evidence of the attempts of a task.',
  effect: 'read',
  input: z.strictObject({ item: z.string().min(1).describe('Id, key or title') }),
  output: outputOutput,
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const item = findItem(workspace, input.item);
    if (!item.ok) return item;
    const ran = lastWorkedOn(workspace, item.value.key);
    if (ran === undefined) return ok({ key: item.value.key, attempts: [], gates: [] });
    const { run, task } = ran;
    return ok({
      key: item.value.key,
      attempts: run.attempts
        .filter((attempt) => attempt.taskKey === task.taskKey)
        .map((attempt) => ({
          n: attempt.n,
          command: attempt.command,
          outcome: attempt.outcome,
          exitCode: attempt.exitCode,
          startedAt: attempt.startedAt,
          endedAt: attempt.endedAt,
          outputs: workspace.engine.outputs(attempt.id),
        })),
      gates: workspace.engine.gateResults(run.run.id, task.taskKey),
    });
  },
});
