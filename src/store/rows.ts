// Between the values of model/ and the rows of the tables: what each column takes, and a row as a value again. Nothing
// here decides anything.
import type { GateResult } from '../model/gate';
import type { Pause } from '../model/pause';
import type { Attempt, AttemptOutput, DocumentEdit, EngineCommand, Run, TaskRun, TaskSpec } from '../model/run';
import { table, type Row } from './table';

const json = (text: unknown): never => JSON.parse(text as string) as never;
/** Timers may come out fractional; stamps are whole milliseconds. */
const whole = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms));

export const runs = table(
  'run',
  {
    id: (run: Run) => run.id,
    request_key: (run: Run) => run.requestKey,
    title: (run: Run) => run.title,
    scope: (run: Run) => JSON.stringify(run.scope),
    status: (run: Run) => run.status,
    options: (run: Run) => JSON.stringify(run.options),
    priority: (run: Run) => run.priority,
    after: (run: Run) => JSON.stringify(run.after),
    created_at: (run: Run) => run.createdAt,
    started_at: (run: Run) => run.startedAt,
    ended_at: (run: Run) => run.endedAt,
    reason: (run: Run) => run.reason,
    failures_in_a_row: (run: Run) => run.failuresInARow,
    revision: (run: Run) => run.revision,
  },
  ['id'],
);
export const toRun = (row: Row): Run => ({
  id: row['id'] as string,
  requestKey: row['request_key'] as string,
  title: row['title'] as string,
  scope: json(row['scope']),
  status: row['status'] as Run['status'],
  options: json(row['options']),
  priority: row['priority'] as number,
  after: json(row['after']),
  createdAt: row['created_at'] as number,
  startedAt: row['started_at'] as number | null,
  endedAt: row['ended_at'] as number | null,
  reason: row['reason'] as string | null,
  failuresInARow: row['failures_in_a_row'] as number,
  revision: row['revision'] as number,
});

// A task's frozen spec is written again with each of its states: its text is made once.
const specTexts = new WeakMap<TaskSpec, string>();
function specText(spec: TaskSpec): string {
  let text = specTexts.get(spec);
  if (text === undefined) specTexts.set(spec, (text = JSON.stringify(spec)));
  return text;
}

export const tasks = table(
  'task_run',
  {
    run_id: (task: TaskRun) => task.runId,
    task_key: (task: TaskRun) => task.taskKey,
    state: (task: TaskRun) => task.state,
    attempt: (task: TaskRun) => task.attempt,
    next_at: (task: TaskRun) => whole(task.nextAt),
    verification: (task: TaskRun) => task.verification,
    reason: (task: TaskRun) => task.reason,
    revision: (task: TaskRun) => task.revision,
    updated_at: (task: TaskRun) => task.updatedAt,
    spec: (task: TaskRun) => specText(task.spec),
  },
  ['run_id', 'task_key'],
);
/** What changes when a task moves on. */
export const taskMove = tasks.update(
  ['state', 'attempt', 'next_at', 'verification', 'reason', 'revision', 'updated_at'],
  ['run_id', 'task_key', 'spec'],
);
export const toTask = (row: Row): TaskRun => ({
  runId: row['run_id'] as string,
  taskKey: row['task_key'] as string,
  spec: json(row['spec']),
  state: row['state'] as TaskRun['state'],
  attempt: row['attempt'] as number,
  nextAt: row['next_at'] as number | null,
  verification: row['verification'] as TaskRun['verification'],
  reason: row['reason'] as string | null,
  revision: row['revision'] as number,
  updatedAt: row['updated_at'] as number,
});

export const attempts = table(
  'attempt',
  {
    id: (attempt: Attempt) => attempt.id,
    run_id: (attempt: Attempt) => attempt.runId,
    task_key: (attempt: Attempt) => attempt.taskKey,
    n: (attempt: Attempt) => attempt.n,
    kind: (attempt: Attempt) => attempt.kind,
    idempotency_key: (attempt: Attempt) => attempt.idempotencyKey,
    epoch: (attempt: Attempt) => attempt.epoch,
    command: (attempt: Attempt) => attempt.command,
    cwd: (attempt: Attempt) => attempt.cwd,
    dir: (attempt: Attempt) => attempt.dir,
    pid: (attempt: Attempt) => attempt.pid,
    process_start: (attempt: Attempt) => attempt.processStart,
    boot_id: (attempt: Attempt) => attempt.bootId,
    started_at: (attempt: Attempt) => attempt.startedAt,
    deadline_at: (attempt: Attempt) => whole(attempt.deadlineAt),
    ended_at: (attempt: Attempt) => attempt.endedAt,
    outcome: (attempt: Attempt) => attempt.outcome,
    exit_code: (attempt: Attempt) => attempt.exitCode,
    signal: (attempt: Attempt) => attempt.signal,
    error: (attempt: Attempt) => attempt.error,
  },
  ['id'],
);
/** What changes when an attempt goes on; what it was begun with stays. */
export const attemptMove = attempts.update(
  [
    'epoch',
    'dir',
    'pid',
    'process_start',
    'boot_id',
    'deadline_at',
    'ended_at',
    'outcome',
    'exit_code',
    'signal',
    'error',
  ],
  ['id'],
);
export const toAttempt = (row: Row): Attempt => ({
  id: row['id'] as string,
  runId: row['run_id'] as string,
  taskKey: row['task_key'] as string,
  n: row['n'] as number,
  kind: row['kind'] as Attempt['kind'],
  idempotencyKey: row['idempotency_key'] as string,
  epoch: row['epoch'] as number,
  command: row['command'] as string | null,
  cwd: row['cwd'] as string | null,
  dir: row['dir'] as string | null,
  pid: row['pid'] as number | null,
  processStart: row['process_start'] as string | null,
  bootId: row['boot_id'] as string | null,
  startedAt: row['started_at'] as number,
  deadlineAt: row['deadline_at'] as number | null,
  endedAt: row['ended_at'] as number | null,
  outcome: row['outcome'] as Attempt['outcome'],
  exitCode: row['exit_code'] as number | null,
  signal: row['signal'] as string | null,
  error: row['error'] as string | null,
});

export const outputs = table(
  'output',
  {
    attempt_id: (output: AttemptOutput) => output.attemptId,
    stream: (output: AttemptOutput) => output.stream,
    bytes: (output: AttemptOutput) => output.bytes,
    truncated: (output: AttemptOutput) => (output.truncated ? 1 : 0),
    redactions: (output: AttemptOutput) => output.redactions,
    head: (output: AttemptOutput) => output.head,
    tail: (output: AttemptOutput) => output.tail,
  },
  ['attempt_id', 'stream'],
);
export const toOutput = (row: Row): AttemptOutput => ({
  attemptId: row['attempt_id'] as string,
  stream: row['stream'] as AttemptOutput['stream'],
  bytes: row['bytes'] as number,
  truncated: row['truncated'] === 1,
  redactions: row['redactions'] as number,
  head: row['head'] as string,
  tail: row['tail'] as string,
});

interface AttemptGate extends GateResult {
  readonly attemptId: string;
}
export const gateResults = table(
  'gate_result',
  {
    attempt_id: (result: AttemptGate) => result.attemptId,
    gate: (result: AttemptGate) => result.gate,
    kind: (result: AttemptGate) => result.kind,
    status: (result: AttemptGate) => result.status,
    detail: (result: AttemptGate) => result.detail,
    evidence: (result: AttemptGate) => JSON.stringify(result.evidence),
    at: (result: AttemptGate) => result.at,
  },
  ['attempt_id', 'gate'],
);
export const toGateResult = (row: Row): GateResult => ({
  gate: row['gate'] as string,
  kind: row['kind'] as GateResult['kind'],
  status: row['status'] as GateResult['status'],
  detail: row['detail'] as string,
  evidence: json(row['evidence']),
  at: row['at'] as number,
});

/** Version of the shape of a pause's JSON columns: an answer given in a month meets the shape it was asked in. */
const PAUSE_VERSION = 1;
export const pauses = table(
  'pause',
  {
    id: (pause: Pause) => pause.id,
    run_id: (pause: Pause) => pause.runId,
    task_key: (pause: Pause) => pause.taskKey,
    dedupe_key: (pause: Pause) => pause.dedupeKey,
    version: () => PAUSE_VERSION,
    reason: (pause: Pause) => JSON.stringify(pause.reason),
    suggestion: (pause: Pause) => (pause.suggestion === null ? null : JSON.stringify(pause.suggestion)),
    choices: (pause: Pause) => JSON.stringify(pause.choices),
    default_choice: (pause: Pause) => pause.default,
    asked_at: (pause: Pause) => pause.askedAt,
    answer: (pause: Pause) => (pause.answer === null ? null : JSON.stringify(pause.answer)),
    applied_at: (pause: Pause) => pause.appliedAt,
  },
  ['id'],
);
export const toPause = (row: Row): Pause => ({
  id: row['id'] as string,
  runId: row['run_id'] as string,
  taskKey: row['task_key'] as string | null,
  dedupeKey: row['dedupe_key'] as string,
  reason: json(row['reason']),
  suggestion: row['suggestion'] === null ? null : json(row['suggestion']),
  choices: json(row['choices']),
  default: row['default_choice'] as Pause['default'],
  askedAt: row['asked_at'] as number,
  answer: row['answer'] === null ? null : json(row['answer']),
  appliedAt: row['applied_at'] as number | null,
});

export const edits = table(
  'document_edit',
  {
    id: (edit: DocumentEdit) => edit.id,
    run_id: (edit: DocumentEdit) => edit.runId,
    task_key: (edit: DocumentEdit) => edit.taskKey,
    path: (edit: DocumentEdit) => edit.path,
    change: (edit: DocumentEdit) => JSON.stringify(edit.change),
    at: (edit: DocumentEdit) => edit.at,
    applied_at: (edit: DocumentEdit) => edit.appliedAt,
    result: (edit: DocumentEdit) => edit.result,
  },
  ['run_id', 'id'],
);
/** What changes when an edit was applied. */
export const editMove = edits.update(['applied_at', 'result'], ['run_id', 'id']);
export const toEdit = (row: Row): DocumentEdit => ({
  id: row['id'] as string,
  runId: row['run_id'] as string,
  taskKey: row['task_key'] as string,
  path: row['path'] as string,
  change: json(row['change']),
  at: row['at'] as number,
  appliedAt: row['applied_at'] as number | null,
  result: row['result'] as string | null,
});

export const commands = table(
  'command',
  {
    id: (command: EngineCommand) => command.id,
    kind: (command: EngineCommand) => command.kind,
    payload: (command: EngineCommand) => JSON.stringify(command.payload),
    by: (command: EngineCommand) => command.by,
    at: (command: EngineCommand) => command.at,
    applied_at: (command: EngineCommand) => command.appliedAt,
    result: (command: EngineCommand) => command.result,
  },
  ['id'],
);
export const toCommand = (row: Row): EngineCommand => ({
  id: row['id'] as string,
  kind: row['kind'] as EngineCommand['kind'],
  payload: json(row['payload']),
  by: row['by'] as string,
  at: row['at'] as number,
  appliedAt: row['applied_at'] as number | null,
  result: row['result'] as string | null,
});
