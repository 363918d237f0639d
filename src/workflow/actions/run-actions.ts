// Running the plan: execute, continue, pause, stop, cancel, skip, retry, answer, approve.
import * as z from 'zod';
import type { RunWish } from '../../engine/service';
import { gateCommand } from '../../model/gate';
import { err, ok, type Result } from '../../model/result';
import type { Failure } from '../../model/failure';
import type { ChoiceId } from '../../model/pause';
import type { TaskSpec } from '../../model/run';
import { defineAction, type Call, type Workspace } from '../action';
import { beginRun } from '../begin-run';
import { findPause, findRun, findTask, scopeOf } from '../resolve';
import { recorded } from '../recorded';
import { runOutput, type RunOutput } from '../run-output';
import { waitFor } from '../wait-for';
import { continueWork } from '../start/continue-work';
import { approveOutput, continueRunOutput } from '../outputs/run-outputs';
import { runOutputSchema } from '../outputs/run-shapes';

const CHOICES = [
  'continue',
  'done',
  'run',
  'skip',
  'retry',
  'hotfix',
  'waive',
  'fail',
  'stop',
  'approve',
  'approve-all',
  'answer',
] as const satisfies readonly ChoiceId[];

const scopeInput = {
  prd: z.string().optional().describe('Tasks of this PRD'),
  tasks: z.string().optional().describe('Tasks of this task list'),
  backlogItem: z.string().optional().describe('Tasks of this backlog item'),
  sprintId: z.string().optional().describe('Tasks of this sprint'),
  goalId: z.string().optional().describe('Tasks of this goal'),
  only: z.string().optional().describe('Only this task'),
  from: z.string().optional().describe('This task and what follows it in its document'),
  selection: z.array(z.string()).optional().describe('These items'),
  ready: z.boolean().optional().describe('Everything that is ready'),
};

export const execute = defineAction({
  name: 'execute',
  title: 'Run Plan…',
  description: 'Runs tasks in dependency order; pauses where a person must decide; checks each result with gates.',
  effect: 'run',
  input: z.strictObject({
    ...scopeInput,
    autoAdvance: z.boolean().default(false).describe('Tasks without an explicit Auto-Advance go on without asking'),
    smartPause: z.boolean().default(true).describe('Ask before destructive, deployment and database steps'),
    contextPreserve: z.boolean().default(true).describe('Keep the context of each task'),
    concurrency: z.coerce.number().int().min(1).max(64).optional().describe('Tasks at once'),
    priority: z.coerce.number().int().default(0).describe('Higher goes first among several runs'),
    after: z.array(z.string()).optional().describe('Runs that must succeed first: id, its beginning, or title'),
    requestKey: z.string().optional().describe('The same key twice starts one run'),
  }),
  output: runOutputSchema,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const { autoAdvance, smartPause, contextPreserve, concurrency, priority, after, requestKey, ...wish } = input;
    const scope = scopeOf(workspace, wish);
    if (!scope.ok) return scope;
    const before: string[] = [];
    for (const asked of after ?? []) {
      const run = findRun(workspace, asked);
      if (!run.ok) return run;
      before.push(run.value.run.id);
    }
    const options = {
      autoAdvance,
      smartPause,
      contextPreserve,
      concurrency: concurrency ?? workspace.config().run.concurrency,
    };
    return beginRun(workspace, { scope: scope.value, options, priority, after: before, requestKey }, call);
  },
});

export const continueRun = defineAction({
  name: 'continue',
  title: 'Continue',
  description: 'Goes on where the work stopped: after a pause, a crash or a closed editor, or with a start that waits.',
  effect: 'run',
  input: z.strictObject({
    run: z.string().optional().describe('Which run, item or start, where several are open'),
    yes: z.boolean().default(false).describe('A start that waits: write its documents and run'),
    approve: z.boolean().default(false).describe("Approve exactly the tool's commands it showed (bd); for people only"),
  }),
  output: continueRunOutput,
  positional: ['run'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    return recorded(() => continueWork(workspace, input, call));
  },
});

const onRun = (name: string, title: string, description: string, kind: 'pause' | 'stop' | 'cancel') =>
  defineAction({
    name,
    title,
    description,
    effect: 'run',
    input: z.strictObject({ run: z.string().optional().describe('Which run, where several are open') }),
    output: runOutputSchema,
    positional: ['run'],
    surfaces: ['palette', 'cli'],
    async run(workspace, input, call) {
      const found = findRun(workspace, input.run);
      return found.ok ? wish(workspace, call, { kind, runId: found.value.run.id }) : found;
    },
  });

export const pause = onRun('pause', 'Pause', 'Starts no further task; what runs is finished.', 'pause');
export const stop = onRun('stop', 'Stop', 'Ends what runs and keeps the run for Continue.', 'stop');
export const cancel = onRun('cancel', 'Cancel Run', 'Ends the run for good; finished tasks stay finished.', 'cancel');

const onTask = (name: string, title: string, description: string, kind: 'skip' | 'retry' | 'retry-from') =>
  defineAction({
    name,
    title,
    description,
    effect: 'run',
    input: z.strictObject({
      item: z.string().min(1).describe('Task of an open run: id, key or title'),
      run: z.string().optional().describe('Which run'),
    }),
    output: runOutputSchema,
    positional: ['item'],
    surfaces: ['palette', 'cli'],
    async run(workspace, input, call) {
      const of = input.run === undefined ? null : findRun(workspace, input.run);
      if (of?.ok === false) return of;
      const found = findTask(workspace, input.item, of === null ? workspace.engine.runs(50) : [of.value]);
      return found.ok ? wish(workspace, call, { kind, ...found.value }) : found;
    },
  });

export const skip = onTask('skip', 'Skip Task', 'Leaves a task out; what depends on it goes on without it.', 'skip');
export const retry = onTask('retry', 'Retry Task', 'Tries a failed, skipped or cancelled task again.', 'retry');
export const retryFrom = onTask(
  'retry-from',
  'Retry From Here',
  'Tries this task and everything that depends on it again.',
  'retry-from',
);

export const answer = defineAction({
  name: 'answer',
  title: 'Answer Pause…',
  description: 'Answers a waiting pause; the answer takes effect exactly once.',
  effect: 'run',
  input: z.strictObject({
    pause: z.string().min(1).describe('Id of the pause, or the task it stands on'),
    choice: z.enum(CHOICES).describe('One of the choices of the pause'),
    text: z.string().max(10_000).optional().describe('What to keep as context'),
  }),
  output: runOutputSchema,
  positional: ['pause', 'choice'],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const found = findPause(workspace, input.pause);
    if (!found.ok) return found;
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const answered = await workspace.engine.answer(found.value.id, input.choice, input.text ?? null, call.by);
    return answered.ok ? followed(workspace, call, answered.value.runId) : answered;
  },
});

/** Approves commands of tasks ahead of the run. Never offered to agents. */
export const approve = defineAction({
  name: 'approve',
  title: 'Approve Commands…',
  description: 'Shows the commands of a plan and, with --all, approves exactly these texts for this folder.',
  effect: 'write',
  input: z.strictObject({
    ...scopeInput,
    config: z.boolean().default(false).describe('Instead of a plan: services and memory of .soloflow/config.json'),
    all: z.boolean().default(false).describe('Approve every command shown'),
  }),
  output: approveOutput,
  positional: [],
  surfaces: ['palette', 'cli'],
  async run(workspace, input, call) {
    const { all, config, ...wish } = input;
    if (config) return approveConfig(workspace, all, call);
    const scope = scopeOf(workspace, wish);
    if (!scope.ok) return scope;
    const tasks = workspace.planPort.tasks(scope.value);
    if (!tasks.ok) return tasks;
    const commands = [
      ...new Set(
        tasks.value.tasks.flatMap((task) => [
          ...task.commands,
          ...task.gates.flatMap((gate) => gateCommand(gate) ?? []),
          ...(task.toolCommands ?? []),
          ...agentCommandOf(workspace, task),
        ]),
      ),
    ];
    if (all) {
      if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
      workspace.approvals.approve(commands, call.by);
      workspace.trustFolder?.(call.by);
    }
    return approved(workspace, commands, all, all && workspace.trustFolder !== undefined, call);
  },
});

/** A task without commands is the configured agent's, whose own command line is approved like any other. */
function agentCommandOf(workspace: Workspace, task: TaskSpec): readonly string[] {
  const command = task.commands.length > 0 ? null : (workspace.workerCommand?.(task) ?? null);
  return command === null ? [] : [command];
}

/** Commands that no task names but the configuration: what services need, and the memory's own. */
async function approveConfig(workspace: Workspace, all: boolean, call: Call) {
  const { services, memory } = workspace.config();
  const commands = [
    ...new Set(
      [...services.flatMap(({ check, start }) => [check, start]), memory.goCli].filter((each) => each != null),
    ),
  ];
  if (all && !workspace.approvals.trusted()) return err({ kind: 'untrusted' as const });
  if (all) workspace.approvals.approve(commands, call.by);
  return approved(workspace, commands, all, false, call);
}

/** What is approved now. Open questions that asked for nothing else are answered by it. */
async function approved(
  workspace: Workspace,
  commands: readonly string[],
  all: boolean,
  trustedForAgents: boolean,
  call: Call,
) {
  const isApproved = (command: string): boolean => workspace.approvals.isApproved(command);
  const answered: string[] = [];
  for (const pause of all ? workspace.engine.pauses() : []) {
    if (pause.reason.kind !== 'approval' || !pause.reason.commands.every(isApproved)) continue;
    const done = await workspace.engine.answer(pause.id, 'approve', null, call.by);
    if (done.ok) answered.push(pause.id);
  }
  return ok({
    trustedForAgents,
    answered,
    commands: commands.map((command) => ({ command, approved: isApproved(command) })),
  });
}

async function wish(workspace: Workspace, call: Call, wished: RunWish): Promise<Result<RunOutput, Failure>> {
  const done = await workspace.engine.wish(wished, call.by);
  return done.ok ? followed(workspace, call, wished.runId) : done;
}

/** What follows at once. A terminal that went away before would leave the rest to the next host. */
async function followed(workspace: Workspace, call: Call, runId: string): Promise<Result<RunOutput, Failure>> {
  const within = (ms: number): AbortSignal => AbortSignal.any([call.signal, AbortSignal.timeout(ms)]);
  await waitFor(workspace, within(ENDING_MS), () => !isEnding(workspace, runId));
  await waitFor(workspace, within(WRITING_MS), () => (workspace.engine.run(runId)?.unwritten ?? 0) === 0);
  return runOutput(workspace, runId);
}

/** Longer than a process has between being asked to end and being killed. */
const ENDING_MS = 15_000;
/** Longer than marks in a long document are put off. */
const WRITING_MS = 3000;

function isEnding(workspace: Workspace, runId: string): boolean {
  const view = workspace.engine.run(runId);
  if (view === null) return false;
  return view.run.status === 'cancelling' || view.tasks.some(({ state }) => state === 'cancelling');
}
