// What happened: status of the runs, history, output and evidence of a task.
import * as z from 'zod';
import type { StoredEvent } from '../../engine/ports';
import { err, ok } from '../../model/result';
import { taskUnder } from '../../model/run';
import { defineAction, type Workspace } from '../action';
import { findItem } from '../resolve';
import { toRunOutput } from '../run-output';

export const status = defineAction({
  name: 'status',
  title: 'Show Status',
  description: 'Open runs, what waits for a person, what Continue would do.',
  effect: 'read',
  input: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(5).describe('How many ended runs') }),
  positional: [],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input) {
    const runs = workspace.engine.runs(input.limit).map(toRunOutput);
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
  description: 'What ran, when, by whom, with which result: the events, oldest first.',
  effect: 'read',
  input: z.strictObject({
    run: z.string().optional().describe('Only this run'),
    item: z.string().optional().describe('Only this task'),
    limit: z.coerce.number().int().min(1).max(100_000).default(200).describe('How many events'),
    after: z.coerce.number().int().min(0).optional().describe('Only events behind this number'),
  }),
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const item = input.item === undefined ? null : findItem(workspace, input.item);
    if (item !== null && !item.ok) return item;
    const run =
      input.run === undefined
        ? null
        : workspace.engine.runs(100).find((view) => view.run.id.startsWith(input.run ?? ''));
    if (run === undefined) return err({ kind: 'unknown-run', id: input.run ?? '' });
    const filter = {
      limit: input.limit,
      ...(run === null ? {} : { runId: run.run.id }),
      ...(input.after === undefined ? {} : { afterSeq: input.after }),
    };
    const events = item === null ? workspace.engine.events(filter) : eventsOf(workspace, item.value.key, filter);
    return ok({ events: events.map(({ seq, event }) => ({ seq, ...event })) });
  },
});

/** Events of an item under every name it had in its runs. */
function eventsOf(
  { engine }: Workspace,
  key: string,
  filter: { readonly limit: number; readonly runId?: string; readonly afterSeq?: number },
): readonly StoredEvent[] {
  const names = new Set([key, ...engine.runs(100).flatMap((view) => taskUnder(view.tasks, key)?.taskKey ?? [])]);
  return [...names]
    .flatMap((taskKey) => engine.events({ ...filter, taskKey }))
    .sort((a, b) => a.seq - b.seq)
    .slice(0, filter.limit);
}

export const output = defineAction({
  name: 'output',
  title: 'Show Output',
  description: 'Kept output and gate evidence of the attempts of a task.',
  effect: 'read',
  input: z.strictObject({ item: z.string().min(1).describe('Id, key or title') }),
  positional: ['item'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input) {
    const item = findItem(workspace, input.item);
    if (!item.ok) return item;
    const run = workspace.engine.runs(100).find((view) => taskUnder(view.tasks, item.value.key) !== undefined);
    const task = taskUnder(run?.tasks ?? [], item.value.key);
    if (run === undefined || task === undefined) return ok({ key: item.value.key, attempts: [], gates: [] });
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
