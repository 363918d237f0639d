// Between the values of model/ and the rows of the tables. Nothing here decides anything.
import type { GateResult } from '../model/gate';
import type { Pause } from '../model/pause';
import type { Attempt, AttemptOutput, DocumentEdit, EngineCommand, Run, TaskRun, TaskSpec } from '../model/run';

/** A row as better-sqlite3 hands it out. */
export type Row = Readonly<Record<string, string | number | bigint | Buffer | null>>;
export type Value = string | number | null;

const json = (text: unknown): never => JSON.parse(text as string) as never;
/** Timers may come out fractional; stamps are whole milliseconds. */
const whole = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms));

export const RUN_COLUMNS =
  'id, request_key, title, scope, status, options, priority, after, created_at, started_at, ended_at, reason, failures_in_a_row, revision';
export const runValues = (run: Run): readonly Value[] => [
  run.id,
  run.requestKey,
  run.title,
  JSON.stringify(run.scope),
  run.status,
  JSON.stringify(run.options),
  run.priority,
  JSON.stringify(run.after),
  run.createdAt,
  run.startedAt,
  run.endedAt,
  run.reason,
  run.failuresInARow,
  run.revision,
];
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

export const TASK_COLUMNS =
  'run_id, task_key, state, attempt, next_at, verification, reason, revision, updated_at, spec';
export const taskValues = (task: TaskRun): readonly Value[] => [
  task.runId,
  task.taskKey,
  task.state,
  task.attempt,
  whole(task.nextAt),
  task.verification,
  task.reason,
  task.revision,
  task.updatedAt,
  specText(task.spec),
];
/** What changes when a task moves on. */
export const TASK_MOVES = 'state, attempt, next_at, verification, reason, revision, updated_at';
export const taskMoves = (task: TaskRun): readonly Value[] => [
  task.state,
  task.attempt,
  whole(task.nextAt),
  task.verification,
  task.reason,
  task.revision,
  task.updatedAt,
  task.runId,
  task.taskKey,
  specText(task.spec),
];
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

export const ATTEMPT_COLUMNS =
  'id, run_id, task_key, n, kind, idempotency_key, epoch, command, cwd, dir, pid, process_start, boot_id, started_at, deadline_at, ended_at, outcome, exit_code, signal, error';
export const attemptValues = (attempt: Attempt): readonly Value[] => [
  attempt.id,
  attempt.runId,
  attempt.taskKey,
  attempt.n,
  attempt.kind,
  attempt.idempotencyKey,
  attempt.epoch,
  attempt.command,
  attempt.cwd,
  attempt.dir,
  attempt.pid,
  attempt.processStart,
  attempt.bootId,
  attempt.startedAt,
  whole(attempt.deadlineAt),
  attempt.endedAt,
  attempt.outcome,
  attempt.exitCode,
  attempt.signal,
  attempt.error,
];
/** What changes when an attempt goes on; what it was begun with stays. */
export const ATTEMPT_MOVES =
  'epoch, dir, pid, process_start, boot_id, deadline_at, ended_at, outcome, exit_code, signal, error';
export const attemptMoves = (attempt: Attempt): readonly Value[] => [
  attempt.epoch,
  attempt.dir,
  attempt.pid,
  attempt.processStart,
  attempt.bootId,
  whole(attempt.deadlineAt),
  attempt.endedAt,
  attempt.outcome,
  attempt.exitCode,
  attempt.signal,
  attempt.error,
  attempt.id,
];
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

export const OUTPUT_COLUMNS = 'attempt_id, stream, bytes, truncated, redactions, head, tail';
export const outputValues = (output: AttemptOutput): readonly Value[] => [
  output.attemptId,
  output.stream,
  output.bytes,
  output.truncated ? 1 : 0,
  output.redactions,
  output.head,
  output.tail,
];
export const toOutput = (row: Row): AttemptOutput => ({
  attemptId: row['attempt_id'] as string,
  stream: row['stream'] as AttemptOutput['stream'],
  bytes: row['bytes'] as number,
  truncated: row['truncated'] === 1,
  redactions: row['redactions'] as number,
  head: row['head'] as string,
  tail: row['tail'] as string,
});

export const GATE_COLUMNS = 'attempt_id, gate, kind, status, detail, evidence, at';
export const gateValues = (attemptId: string, result: GateResult): readonly Value[] => [
  attemptId,
  result.gate,
  result.kind,
  result.status,
  result.detail,
  JSON.stringify(result.evidence),
  result.at,
];
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
export const PAUSE_COLUMNS =
  'id, run_id, task_key, dedupe_key, version, reason, suggestion, choices, default_choice, asked_at, answer, applied_at';
export const pauseValues = (pause: Pause): readonly Value[] => [
  pause.id,
  pause.runId,
  pause.taskKey,
  pause.dedupeKey,
  PAUSE_VERSION,
  JSON.stringify(pause.reason),
  pause.suggestion === null ? null : JSON.stringify(pause.suggestion),
  JSON.stringify(pause.choices),
  pause.default,
  pause.askedAt,
  pause.answer === null ? null : JSON.stringify(pause.answer),
  pause.appliedAt,
];
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

export const EDIT_COLUMNS = 'id, run_id, task_key, path, change, at, applied_at, result';
export const editValues = (edit: DocumentEdit): readonly Value[] => [
  edit.id,
  edit.runId,
  edit.taskKey,
  edit.path,
  JSON.stringify(edit.change),
  edit.at,
  edit.appliedAt,
  edit.result,
];
/** What changes when an edit was applied. */
export const EDIT_MOVES = 'applied_at, result';
export const editMoves = (edit: DocumentEdit): readonly Value[] => [edit.appliedAt, edit.result, edit.runId, edit.id];
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

export const COMMAND_COLUMNS = 'id, kind, payload, by, at, applied_at, result';
export const commandValues = (command: EngineCommand): readonly Value[] => [
  command.id,
  command.kind,
  JSON.stringify(command.payload),
  command.by,
  command.at,
  command.appliedAt,
  command.result,
];
export const toCommand = (row: Row): EngineCommand => ({
  id: row['id'] as string,
  kind: row['kind'] as EngineCommand['kind'],
  payload: json(row['payload']),
  by: row['by'] as string,
  at: row['at'] as number,
  appliedAt: row['applied_at'] as number | null,
  result: row['result'] as string | null,
});

/** An upsert by key: every column but the key is taken from the new row. */
export function upsertSql(table: string, columns: string, key: string): string {
  const names = columns.split(', ');
  const keys = key.split(', ');
  const sets = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${table}(${columns}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT(${key}) DO UPDATE SET ${sets.join(', ')}`;
}

/** An update of the row whose `where` columns are as given: values of `set` first, then of `where`. */
export function updateSql(table: string, set: string, where: string): string {
  const equals = (names: string): readonly string[] => names.split(', ').map((name) => `${name} = ?`);
  return `UPDATE ${table} SET ${equals(set).join(', ')} WHERE ${equals(where).join(' AND ')}`;
}
