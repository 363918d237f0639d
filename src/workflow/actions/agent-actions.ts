// What an agent does with a task of the plan: takes it, reports, asks a person, hands it in, gives it up. The gates decide; people approve.
import * as z from 'zod';
import type { RunView } from '../../engine/service';
import type { Failure } from '../../model/failure';
import type { GateResult } from '../../model/gate';
import type { Item } from '../../model/plan';
import type { Pause } from '../../model/pause';
import { err, ok, type Result } from '../../model/result';
import type { TaskRun } from '../../model/run';
import { defineAction, type Call, type Workspace } from '../action';
import { findItem } from '../resolve';
import { taskContext } from '../task-context';
import { waitFor } from '../wait-for';

const item = z.string().min(1).describe('Task: id, key or title');

export const task = defineAction({
  name: 'task',
  title: 'Show Task With Context',
  description: 'One task with all an implementer needs: text, criteria, gates, dependencies, decisions, last failure.',
  effect: 'read',
  input: z.strictObject({ item }),
  positional: ['item'],
  surfaces: ['cli', 'mcp'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    return found.ok ? ok(taskContext(workspace, found.value)) : found;
  },
});

export const claimTask = defineAction({
  name: 'start-task',
  title: 'Start Task as Agent',
  description: 'Takes a task: joins its open run or starts one for it. Then do the work and call complete-task.',
  effect: 'run',
  input: z.strictObject({ item }),
  positional: ['item'],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    let at = openTask(workspace, found.value);
    if (at === null) {
      const started = await workspace.engine.start({
        scope: { kind: 'only', key: found.value.key },
        options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1 },
        requestKey: `${call.by}:${found.value.key}:${workspace.engine.runs(1)[0]?.run.id ?? 'first'}`,
        by: call.by,
      });
      if (!started.ok) return started;
      await workspace.engine.settled(started.value.id, call.signal);
      at = openTask(workspace, found.value);
    }
    if (at === null) return err({ kind: 'nothing-to-run', what: found.value.title, why: 'all-done' });
    const claimed = await workspace.engine.wish(
      { kind: 'claim', runId: at.view.run.id, taskKey: at.task.taskKey, text: `taken by ${call.by}` },
      call.by,
    );
    if (!claimed.ok) return claimed;
    return ok({
      run: at.view.run.id,
      state: at.task.state,
      waitsFor: pauseText(at),
      task: taskContext(workspace, found.value),
    });
  },
});

const word = (name: string, title: string, description: string, kind: 'progress' | 'fail') =>
  defineAction({
    name,
    title,
    description,
    effect: 'run',
    input: z.strictObject({ item, text: z.string().min(1).max(10_000).describe('What happened') }),
    positional: ['item', 'text'],
    surfaces: ['mcp'],
    async run(workspace, input, call) {
      const at = taskOf(workspace, input.item);
      if (!at.ok) return at;
      const said = await workspace.engine.wish(
        { kind, runId: at.value.view.run.id, taskKey: at.value.task.taskKey, text: input.text },
        call.by,
      );
      return said.ok ? ok({ run: at.value.view.run.id, noted: input.text }) : said;
    },
  });

export const reportProgress = word(
  'report-progress',
  'Report Progress',
  'Notes progress on a task you started; kept as context.',
  'progress',
);
export const failTask = word(
  'fail-task',
  'Give Task Up',
  'Gives a task up with the reason; the run asks its person what to do.',
  'fail',
);

export const completeTask = defineAction({
  name: 'complete-task',
  title: 'Complete Task as Agent',
  description:
    'Hands a task in with evidence. The gates are run now; while one is red the answer is a refusal with the reason: fix it and call again.',
  effect: 'run',
  input: z.strictObject({
    item,
    evidence: z.string().min(1).max(10_000).describe('What was done, and where to see it'),
  }),
  positional: ['item', 'evidence'],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const at = taskOf(workspace, input.item);
    if (!at.ok) return at;
    const ready = await backToYourTurn(workspace, at.value, call);
    if (!ready.ok) return ready;
    const { run } = at.value.view;
    const { taskKey } = at.value.task;
    const since = workspace.engine.gateResults(run.id, taskKey).length;
    const said = await workspace.engine.wish(
      { kind: 'complete', runId: run.id, taskKey, text: input.evidence },
      call.by,
    );
    if (!said.ok) return said;
    await waitFor(workspace, call.signal, () => {
      const now = stateOf(workspace, run.id, taskKey);
      return (
        now === null ||
        now.task.state === 'succeeded' ||
        now.task.state === 'failed' ||
        (now.pause !== null && now.pause.id !== said.value)
      );
    });
    return verdict(workspace, run.id, taskKey, since);
  },
});

export const runGates = defineAction({
  name: 'run-gates',
  title: 'Show Gate Results',
  description: 'The gates of a task and what they found last; complete-task runs them.',
  effect: 'read',
  input: z.strictObject({ item }),
  positional: ['item'],
  surfaces: ['mcp'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    if (!found.ok) return found;
    const specs = workspace.planPort.tasks({ kind: 'only', key: found.value.key });
    const run = workspace.engine.runs(20).find((view) => view.tasks.some(({ taskKey }) => taskKey === found.value.key));
    return ok({
      gates: specs.ok ? (specs.value.tasks[0]?.gates ?? []) : [],
      results: run === undefined ? [] : workspace.engine.gateResults(run.run.id, found.value.key).map(shortResult),
    });
  },
});

/** How long a question waits for its answer before the agent is told to come back. */
const PATIENCE_MS = 55_000;

export const askPerson = defineAction({
  name: 'ask-person',
  title: 'Ask a Person',
  description:
    'Asks the person a question about a task; waits a while for the answer. If it says pending, call again with the pause id later.',
  effect: 'run',
  input: z.strictObject({
    item: item.optional(),
    question: z.string().min(1).max(4000).optional().describe('The question'),
    pause: z.string().optional().describe('Id of an earlier question: waits for its answer'),
  }),
  positional: [],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    let id = input.pause ?? null;
    if (id === null) {
      if (input.item === undefined || input.question === undefined)
        return err({
          kind: 'invalid-input',
          field: 'question',
          message: 'say item and question, or the pause id of an earlier question',
        });
      const at = taskOf(workspace, input.item);
      if (!at.ok) return at;
      const asked = await workspace.engine.wish(
        { kind: 'ask', runId: at.value.view.run.id, taskKey: at.value.task.taskKey, text: input.question },
        call.by,
      );
      if (!asked.ok) return asked;
      id = asked.value;
    }
    const pauseId = id;
    const find = (): Pause | null => {
      for (const view of workspace.engine.runs(50)) {
        const pause = view.pauses.find((each) => each.id === pauseId);
        if (pause !== undefined) return pause;
      }
      return null;
    };
    if (find() === null) return err({ kind: 'unknown-pause', id: pauseId });
    call.progress('waiting for the person', null);
    const answered = await waitFor(
      workspace,
      AbortSignal.any([call.signal, AbortSignal.timeout(PATIENCE_MS)]),
      () => find()?.answer != null,
    );
    const answer = find()?.answer ?? null;
    return ok(
      answered && answer !== null
        ? { pause: pauseId, pending: false, choice: answer.choice, text: answer.text, by: answer.by }
        : { pause: pauseId, pending: true, choice: null, text: null, by: null },
    );
  },
});

interface At {
  readonly view: RunView;
  readonly task: TaskRun;
  readonly pause: Pause | null;
}

/** The task in an open run. */
function openTask(workspace: Workspace, wanted: Item): At | null {
  for (const view of workspace.engine.runs(50)) {
    if (view.run.endedAt !== null) continue;
    const found = view.tasks.find((each) => each.spec.key === wanted.key || each.taskKey === wanted.key);
    if (found !== undefined && found.state !== 'succeeded')
      return { view, task: found, pause: openPauseOf(view, found) };
  }
  return null;
}

function taskOf(workspace: Workspace, asked: string): Result<At, Failure> {
  const found = findItem(workspace, asked);
  if (!found.ok) return found;
  const at = openTask(workspace, found.value);
  return at === null
    ? err({ kind: 'invalid-input', field: asked, message: 'is not in an open run; call start-task first' })
    : ok(at);
}

function stateOf(workspace: Workspace, runId: string, taskKey: string): At | null {
  const view = workspace.engine.run(runId);
  const found = view?.tasks.find((each) => each.taskKey === taskKey);
  return view === null || found === undefined ? null : { view, task: found, pause: openPauseOf(view, found) };
}

/** The pause that holds the task; a question beside it holds nothing. */
const openPauseOf = (view: RunView, of: TaskRun): Pause | null =>
  view.pauses.find(
    (pause) => pause.answer === null && pause.taskKey === of.taskKey && pause.reason.kind !== 'question',
  ) ?? null;

const pauseText = (at: At): string | null => at.pause?.reason.kind ?? null;

/** After a red gate the task waits for a decision: trying again is the agent's own, everything else is a person's. */
async function backToYourTurn(workspace: Workspace, at: At, call: Call): Promise<Result<null, Failure>> {
  if (at.pause === null || at.pause.choices.some(({ id }) => id === 'done')) return ok(null);
  if (!at.pause.choices.some(({ id }) => id === 'retry'))
    return err({ kind: 'illegal-choice', choice: 'done', choices: at.pause.choices.map(({ id }) => id) });
  const again = await workspace.engine.answer(at.pause.id, 'retry', null, call.by);
  if (!again.ok) return again;
  await waitFor(
    workspace,
    call.signal,
    () => stateOf(workspace, at.view.run.id, at.task.taskKey)?.pause?.choices.some(({ id }) => id === 'done') === true,
  );
  return ok(null);
}

function verdict(
  workspace: Workspace,
  runId: string,
  taskKey: string,
  since: number,
): Result<
  { accepted: true; state: string; verification: string | null; gates: readonly ReturnType<typeof shortResult>[] },
  Failure
> {
  const now = stateOf(workspace, runId, taskKey);
  const results = workspace.engine.gateResults(runId, taskKey).slice(since);
  const red = results.filter(({ status }) => status === 'fail' || status === 'error');
  if (now !== null && (now.task.state === 'failed' || now.pause?.reason.kind === 'gate-failed')) {
    return err({
      kind: 'gates-red',
      key: taskKey,
      gates: red.map(({ gate }) => gate),
      detail: red.map(redDetail).join('\n'),
    });
  }
  return ok({
    accepted: true,
    state: now?.task.state ?? 'succeeded',
    verification: now?.task.verification ?? null,
    gates: results.map(shortResult),
  });
}

const redDetail = (result: GateResult): string =>
  [result.detail, result.evidence.outputTail ?? ''].filter((part) => part !== '').join('\n');
const shortResult = (result: GateResult) => ({ gate: result.gate, status: result.status, detail: result.detail });
