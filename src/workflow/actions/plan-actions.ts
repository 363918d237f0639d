// Looking at the plan and changing a status by hand: list, next, show, set, tick.
import * as z from 'zod';
import { err, ok } from '../../model/result';
import { PLAN_STATUSES } from '../../model/plan';
import { taskUnder } from '../../model/run';
import { isAgent } from '../../engine/agent-words';
import { defineAction } from '../action';
import { freeNext, holderOf } from '../claims';
import { toListJson } from '../list-json';
import { listOutput } from '../outputs/list-output';
import { findDocument, findItem } from '../resolve';
import { approveCommand, writeChanges } from '../status/write-status';
import { nextOutput, setOutput, showOutput, tickOutput } from '../outputs/plan-outputs';

export const list = defineAction({
  name: 'list',
  title: 'List Plan',
  description: 'Every plan document of the workspace with its items and problems.',
  effect: 'read',
  input: z.strictObject({
    document: z.array(z.string()).optional().describe('Only these documents'),
  }),
  output: listOutput,
  positional: [],
  surfaces: ['cli', 'mcp'],
  async run(workspace, input) {
    const paths: string[] = [];
    for (const asked of input.document ?? []) {
      const found = findDocument(workspace, asked);
      if (!found.ok) return found;
      paths.push(found.value);
    }
    const snapshot = workspace.plan.snapshot();
    if (paths.length > 0) return ok(toListJson(snapshot, { documents: paths }));
    const problems = [...(workspace.configProblems?.() ?? []), ...snapshot.problems];
    return ok(toListJson({ ...snapshot, problems }));
  },
});

export const next = defineAction({
  name: 'next',
  title: 'Show Next Tasks',
  description: 'What to do next, best first, with the reasons for the order.',
  effect: 'read',
  input: z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(1).describe('How many') }),
  output: nextOutput,
  positional: [],
  surfaces: ['palette', 'cli', 'mcp'],
  async run(workspace, input, call) {
    // What another agent has taken is not next for an agent; a person sees who has it.
    const next = isAgent(call.by) ? freeNext(workspace, input.limit) : workspace.plan.next(input.limit);
    return ok({
      next: next.map(({ item, because }) => ({
        key: item.key,
        id: item.id,
        title: item.title,
        path: item.path,
        line: item.line,
        priority: item.priority?.text ?? null,
        // Where no record is open nobody knows.
        ...(workspace.session === undefined ? {} : { takenBy: holderOf(workspace, item.key)?.by ?? null }),
        because,
      })),
    });
  },
});

export const show = defineAction({
  name: 'show',
  title: 'Show Item',
  description: 'One item with everything that is known of it: fields, criteria, commands, run state, evidence.',
  effect: 'read',
  input: z.strictObject({ item: z.string().min(1).describe('Id, key or title') }),
  output: showOutput,
  positional: ['item'],
  surfaces: ['cli'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const item = found.value;
    const run = workspace.engine.runs(20).find((view) => taskUnder(view.tasks, item.key) !== undefined);
    return ok({
      item,
      waitsFor: (workspace.plan.snapshot().needs.get(item.key) ?? []).map(
        (key) => workspace.plan.snapshot().items.get(key)?.id ?? key,
      ),
      run:
        run === undefined
          ? null
          : {
              id: run.run.id,
              state: taskUnder(run.tasks, item.key)?.state ?? null,
              gates: workspace.engine.gateResults(run.run.id, item.key),
            },
      remembered: workspace.memory?.notes(item.key, 20) ?? [],
      kept: workspace.memory?.context(item.key, 5) ?? [],
    });
  },
});

export const set = defineAction({
  name: 'set',
  title: 'Set Status…',
  description: "Writes an item's status into its document, changing only the bytes of the status.",
  effect: 'write',
  input: z.strictObject({
    item: z.string().min(1).describe('Id, key or title'),
    status: z.enum(PLAN_STATUSES as ['open', 'in-progress', 'blocked', 'done', 'cancelled']).describe('New status'),
    approve: z
      .boolean()
      .default(false)
      .describe('Run the command of the tool that keeps the document, if it needs one'),
  }),
  output: setOutput,
  positional: ['item', 'status'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const item = found.value;
    const about = { key: item.key, path: item.path, line: item.line };
    if (item.status === input.status) return ok({ ...about, status: item.status, changed: false, command: null });
    if (input.approve) approveCommand(workspace, item, input.status, call);
    const written = await writeChanges(workspace, [{ kind: 'set-status', key: item.key, status: input.status }]);
    if (!written.ok) return written;
    return ok({ ...about, status: input.status, changed: true, command: written.value.commands[0] ?? null });
  },
});

export const tick = defineAction({
  name: 'tick',
  title: 'Tick Criterion…',
  description: 'Ticks or clears one criterion of an item in its document.',
  effect: 'write',
  input: z.strictObject({
    item: z.string().min(1).describe('Id, key or title'),
    line: z.coerce.number().int().min(1).describe('Line of the criterion'),
    clear: z.boolean().default(false).describe('Clear the box instead'),
  }),
  output: tickOutput,
  positional: ['item', 'line'],
  surfaces: ['cli'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const item = found.value;
    const criteria = [...item.criteria, ...item.gates, ...item.tests];
    const criterion = criteria.find((each) => each.line === input.line);
    if (criterion === undefined || criterion.box === null) {
      const lines = criteria.filter((each) => each.box !== null).map((each) => each.line);
      return err({
        kind: 'invalid-input',
        field: 'line',
        message: `no box there; boxes of this item stand at ${lines.join(', ') || 'no line'}`,
      });
    }
    const written = await workspace.plan.change([
      { kind: 'tick', key: item.key, line: input.line, done: !input.clear },
    ]);
    return written.ok ? ok({ key: item.key, line: input.line, done: !input.clear, path: item.path }) : written;
  },
});
