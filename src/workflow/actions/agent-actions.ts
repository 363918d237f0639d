// What an agent does with a task of the plan: takes it, reports, asks a person, hands it in, gives it up. The gates
// decide; people approve and answer.
import * as z from 'zod';
import type { RunView } from '../../engine/service';
import type { Failure } from '../../model/failure';
import type { GateResult } from '../../model/gate';
import type { Item } from '../../model/plan';
import type { Pause } from '../../model/pause';
import { err, ok, type Result } from '../../model/result';
import { FINAL_TASK_STATES, taskUnder, type TaskRun, type TaskState } from '../../model/run';
import { defineAction, type Call, type Workspace } from '../action';
import { freeNext, holderOf, speaker } from '../claims';
import { findItem } from '../resolve';
import { taskContext } from '../task-context';
import { waitFor } from '../wait-for';
import { describePause } from '../words/pause-words';
import { english } from '../words/translate';
import {
  askPersonOutput,
  claimTaskOutput,
  completeTaskOutput,
  failTaskOutput,
  runGatesOutput,
  taskOutput,
} from '../outputs/agent-outputs';

const item = z.string().min(1).max(1000).describe('id, key or title');

export const task = defineAction({
  name: 'task',
  title: 'Show Task With Context',
  description: 'A task with all its implementer needs: text, criteria, gates, dependencies, answers, last failure.',
  effect: 'read',
  input: z.strictObject({ item }),
  output: taskOutput,
  positional: ['item'],
  surfaces: ['cli', 'mcp'],
  async run(workspace, input) {
    const found = findItem(workspace, input.item);
    return found.ok ? ok(taskContext(workspace, found.value)) : found;
  },
});

/** States in which something is under way that ends by itself. */
const BUSY: ReadonlySet<TaskState> = new Set(['running', 'checking', 'retrying', 'cancelling']);

export const claimTask = defineAction({
  name: 'start-task',
  title: 'Start Task as Agent',
  description:
    'Takes a task for you alone: joins its open run or starts one. Without item: the next that nobody has. Then do the work and call complete-task.',
  effect: 'run',
  input: z.strictObject({ item: item.optional() }),
  output: claimTaskOutput,
  positional: ['item'],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    if (input.item !== undefined) {
      const found = findItem(workspace, input.item);
      return found.ok ? take(workspace, found.value, call) : found;
    }
    let refused: Failure = { kind: 'nothing-to-run', what: 'the plan', why: 'all-done' };
    for (const { item: wanted } of freeNext(workspace, TRIED)) {
      const taken = await take(workspace, wanted, call);
      // Another was faster: the one behind it.
      if (taken.ok || taken.error.kind !== 'claimed') return taken;
      refused = taken.error;
    }
    return err(refused);
  },
});

/** An onlooker sees what the runner wrote within a fraction of this. */
const SEEN_MS = 2000;

/** Tasks tried for an agent that takes whatever is next. */
const TRIED = 10;

async function take(workspace: Workspace, wanted: Item, call: Call) {
  const holder = holderOf(workspace, wanted.key);
  if (holder !== null) return err<Failure>({ kind: 'claimed', what: wanted.title, by: holder.by, until: holder.until });
  let runId = openTask(workspace, wanted)?.view.run.id;
  if (runId === undefined) {
    const started = await workspace.engine.start({
      scope: { kind: 'only', key: wanted.key },
      options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1, worker: false },
      // Two agents at the same moment start one run between them.
      requestKey: `agent:${wanted.key}:${latestRunOf(workspace, wanted)}`,
      by: call.by,
    });
    if (!started.ok) return started;
    runId = started.value.id;
  }
  const id = runId;
  const now = (): At | null => stateOf(workspace, id, wanted.key);
  call.progress('the run takes the task up', null);
  await waitFor(workspace, call.signal, () => {
    const at = now();
    // Ready behind other tasks of its run may take long: that is said, not waited for.
    return at !== null && !BUSY.has(at.task.state) && (at.task.state !== 'ready' || at.view.pauses.some(isOpen));
  });
  const at = now();
  if (at === null) return err<Failure>({ kind: 'nothing-to-run', what: wanted.title, why: 'all-done' });
  const claim = (task: TaskRun) =>
    workspace.engine.wish(
      { kind: 'claim', runId: id, taskKey: task.taskKey, text: null, ...speaker(workspace, task) },
      call.by,
    );
  let claimed = await claim(at.task);
  if (!claimed.ok && claimed.error.kind === 'claimed' && at.task.claim === undefined) {
    // The record is ahead of what was seen here: whoever has it may have gone.
    const seen = (): TaskRun | null => {
      const task = now()?.task;
      return task?.claim === undefined ? null : task;
    };
    const patience = AbortSignal.any([call.signal, AbortSignal.timeout(SEEN_MS)]);
    await waitFor(workspace, patience, () => seen() !== null);
    const task = seen();
    if (task !== null && speaker(workspace, task).gone !== undefined) claimed = await claim(task);
  }
  if (!claimed.ok) return claimed;
  return ok({ ...standing(at), task: taskContext(workspace, wanted) });
}

const latestRunOf = ({ engine }: Workspace, { key }: Item): string =>
  engine.runs(50).find(({ tasks }) => taskUnder(tasks, key) !== undefined)?.run.id ?? 'first';

const said = z.string().min(1).max(10_000);

/** What an agent says goes into the record: without secrets. */
const kept = ({ redact }: Workspace, text: string): string => redact?.(text) ?? text;

const word = (name: string, title: string, description: string, kind: 'progress' | 'fail') =>
  defineAction({
    name,
    title,
    description,
    effect: 'run',
    input: z.strictObject({ item, text: said.describe('What happened') }),
    output: failTaskOutput,
    positional: ['item', 'text'],
    surfaces: ['mcp'],
    async run(workspace, input, call) {
      const at = taskOf(workspace, input.item);
      if (!at.ok) return at;
      const { run } = at.value.view;
      const { taskKey } = at.value.task;
      const done = await workspace.engine.wish(
        { kind, runId: run.id, taskKey, text: kept(workspace, input.text), ...speaker(workspace, at.value.task) },
        call.by,
      );
      if (!done.ok) return done;
      await applied(workspace, call, run.id, taskKey, done.value);
      const now = stateOf(workspace, run.id, taskKey);
      return ok({ noted: true, ...standing(now ?? at.value) });
    },
  });

export const reportProgress = word(
  'report-progress',
  'Report Progress',
  'Notes progress on a task you started; kept as its context.',
  'progress',
);
export const failTask = word('fail-task', 'Give Task Up', 'Gives a task up; a person decides what comes then.', 'fail');

export const completeTask = defineAction({
  name: 'complete-task',
  title: 'Complete Task as Agent',
  description:
    'Hands a task in with evidence. Its gates run now; while one is red this is refused with the reason: fix it and call again.',
  effect: 'run',
  input: z.strictObject({ item, evidence: said.describe('What was done, where to see it') }),
  output: completeTaskOutput,
  positional: ['item', 'evidence'],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const at = taskOf(workspace, input.item);
    if (!at.ok) return at;
    const { run } = at.value.view;
    const { taskKey } = at.value.task;
    const since = workspace.engine.gateResults(run.id, taskKey).length;
    const handed = await workspace.engine.wish(
      {
        kind: 'complete',
        runId: run.id,
        taskKey,
        text: kept(workspace, input.evidence),
        ...speaker(workspace, at.value.task),
      },
      call.by,
    );
    if (!handed.ok) return handed;
    call.progress('the gates run', null);
    if (!(await applied(workspace, call, run.id, taskKey, handed.value))) return err({ kind: 'cancelled' });
    return verdict(workspace, run.id, taskKey, since);
  },
});

export const runGates = defineAction({
  name: 'run-gates',
  title: 'Run Gates as Agent',
  description: 'Runs the gates of a started task without handing it in: what complete-task would find.',
  effect: 'run',
  input: z.strictObject({ item }),
  output: runGatesOutput,
  positional: ['item'],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted() || workspace.checkGates === undefined) return err({ kind: 'untrusted' });
    const at = taskOf(workspace, input.item);
    if (!at.ok) return at;
    const { view, task } = at.value;
    const looks = await workspace.checkGates(view.run.id, task.taskKey, call.signal, (look, fraction) =>
      call.progress(`${look.gate}: ${look.status}`, fraction),
    );
    return looks.ok ? ok({ gates: looks.value }) : looks;
  },
});

/** How long a question waits for its answer before the agent is told to come back, and how often it is told to be patient. */
const PATIENCE_S = 50;
const HEARTBEAT_MS = 5000;

export const askPerson = defineAction({
  name: 'ask-person',
  title: 'Ask a Person',
  description: 'Asks the person about a started task and waits. pending: call again later with the pause id.',
  effect: 'run',
  input: z.strictObject({
    item: item.optional(),
    question: z.string().min(1).max(4000).optional(),
    pause: z.string().optional().describe('Waits for an earlier question instead'),
    wait: z.number().min(0).max(3600).default(PATIENCE_S).describe('Seconds'),
  }),
  output: askPersonOutput,
  positional: [],
  surfaces: ['mcp'],
  async run(workspace, input, call) {
    if (!workspace.approvals.trusted()) return err({ kind: 'untrusted' });
    const waiting = (): void => call.progress('waiting for the person', null);
    waiting();
    const opened = input.pause === undefined ? await question(workspace, input, call) : ok(input.pause);
    if (!opened.ok) return opened;
    const id = opened.value;
    const find = (): Pause | null => findQuestion(workspace, id);
    const patience = AbortSignal.any([call.signal, AbortSignal.timeout(input.wait * 1000)]);
    const heartbeat = setInterval(waiting, HEARTBEAT_MS);
    try {
      await waitFor(workspace, patience, () => find()?.answer != null);
    } finally {
      clearInterval(heartbeat);
    }
    const pause = find();
    if (pause === null) return err({ kind: 'unknown-pause', id });
    const { answer } = pause;
    return ok({ pause: id, pending: answer === null, text: answer?.text ?? null, by: answer?.by ?? null });
  },
});

async function question(
  workspace: Workspace,
  input: { readonly item?: string | undefined; readonly question?: string | undefined },
  call: Call,
): Promise<Result<string, Failure>> {
  if (input.item === undefined || input.question === undefined) {
    const message = 'say item and question, or the pause id of an earlier question';
    return err({ kind: 'invalid-input', field: 'question', message });
  }
  const at = taskOf(workspace, input.item);
  if (!at.ok) return at;
  const { view, task } = at.value;
  const asked = await workspace.engine.wish(
    {
      kind: 'ask',
      runId: view.run.id,
      taskKey: task.taskKey,
      text: kept(workspace, input.question),
      ...speaker(workspace, task),
    },
    call.by,
  );
  // Another host may have opened it: it is there a moment later.
  if (asked.ok) await waitFor(workspace, call.signal, () => findQuestion(workspace, asked.value) !== null);
  return asked;
}

/** A question by id, of an open or an ended run. Only questions: what else waits for a person is not an agent's. */
function findQuestion(workspace: Workspace, id: string): Pause | null {
  const run = workspace.engine.run(id.slice(0, Math.max(0, id.lastIndexOf('-p'))));
  return run?.pauses.find((pause) => pause.id === id && pause.reason.kind === 'question') ?? null;
}

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
    if (found !== undefined && found.state !== 'succeeded') return { view, task: found, pause: pauseOf(view, found) };
  }
  return null;
}

function taskOf(workspace: Workspace, asked: string): Result<At, Failure> {
  const found = findItem(workspace, asked);
  if (!found.ok) return found;
  const at = openTask(workspace, found.value);
  return at === null ? err({ kind: 'invalid-input', field: asked, message: whyNot(workspace, found.value) }) : ok(at);
}

/** What became of it while the agent worked, if anything did. */
function whyNot({ engine }: Workspace, { key }: Item): string {
  const last = engine.runs(50).flatMap(({ tasks }) => taskUnder(tasks, key) ?? [])[0];
  if (last === undefined || !FINAL_TASK_STATES.has(last.state)) return 'is not in an open run; call start-task first';
  const how = last.verification ?? last.reason;
  return `is ${last.state} already${how === null ? '' : ` (${how})`}; call start-task only to take it up anew`;
}

function stateOf(workspace: Workspace, runId: string, key: string): At | null {
  const view = workspace.engine.run(runId);
  const found = view?.tasks.find((each) => each.taskKey === key || each.spec.key === key);
  return view === null || found === undefined ? null : { view, task: found, pause: pauseOf(view, found) };
}

const isOpen = (pause: Pause): boolean => pause.answer === null && pause.reason.kind !== 'question';

/** The pause that holds the task; a question beside it holds nothing. */
const pauseOf = (view: RunView, of: TaskRun): Pause | null =>
  view.pauses.find((pause) => isOpen(pause) && pause.taskKey === of.taskKey) ?? null;

/** Where a task stands, for the agent that works on it. */
const standing = ({ view, task, pause }: At) => ({
  run: view.run.id,
  state: task.state,
  yourTurn: pause?.reason.kind === 'your-turn' || pause?.reason.kind === 'gate-failed',
  waitsFor: pause === null ? null : describePause(pause.reason, english),
});

/** Waits until what was said took effect and what it set off has ended. `word` is an answered pause's id, or a mere word. */
function applied(workspace: Workspace, call: Call, runId: string, taskKey: string, word: string): Promise<boolean> {
  if (!word.startsWith(`${runId}-p`)) return Promise.resolve(true);
  return waitFor(workspace, call.signal, () => {
    const now = stateOf(workspace, runId, taskKey);
    if (now === null) return true;
    const pause = now.view.pauses.find(({ id }) => id === word);
    return pause !== undefined && pause.appliedAt !== null && !BUSY.has(now.task.state);
  });
}

function verdict(workspace: Workspace, runId: string, taskKey: string, since: number) {
  const now = stateOf(workspace, runId, taskKey);
  if (now === null) return err<Failure>({ kind: 'unknown-run', id: runId });
  const results = workspace.engine.gateResults(runId, taskKey).slice(since);
  const red = results.filter(({ status }) => status === 'fail' || status === 'error');
  if (red.length > 0 && now.task.state !== 'succeeded') {
    const gates = red.map(({ gate }) => gate);
    return err<Failure>({ kind: 'gates-red', key: taskKey, gates, detail: red.map(redDetail).join('\n') });
  }
  return ok({
    accepted: now.task.state === 'succeeded',
    ...standing(now),
    verification: now.task.verification,
    gates: results.map(({ gate, status, detail }) => ({ gate, status, detail })),
  });
}

const redDetail = (result: GateResult): string =>
  [result.detail, result.evidence.outputTail ?? ''].filter((part) => part !== '').join('\n');
