// One decision in the making: the state, what is known from outside, and the events and effects gathered so far.
import type { Config } from '../model/config';
import type { Gate, GateResult } from '../model/gate';
import type { ChoiceId, Choice, Pause, PauseReason, Suggestion } from '../model/pause';
import type { AttemptOutput, DocumentChange, Run, RunStatus, TaskSpec } from '../model/run';
import type { RunEvent } from '../model/run-event';
import type { ContextKeeper, ProcessResult } from './ports';
import { apply } from './fold';
import { isFinal, type RunState, type TaskEntry } from './state';

/** What decisions depend on besides the state and the input. Asked, never changed. */
export interface Rules {
  readonly config: Config;
  readonly epoch: number;
  /** Who this host is, for the record. */
  readonly host?: string;
  /** How commands are read: decides how several lines become one script. */
  readonly shell: 'sh' | 'cmd';
  /** Absolute folder in which commands run. */
  readonly root: string;
  isApproved(command: string): boolean;
  env(name: string): string | undefined;
  /** Is there an agent or a model that would do this task? */
  canDo(spec: TaskSpec): boolean;
  /** The command line it would need. */
  workerCommand?(spec: TaskSpec): string | null;
  /** Status of another run; null: unknown. */
  runStatus(id: string): RunStatus | null;
  /** What a person knows that run by. */
  runTitle?(id: string): string | null;
  /** Ids that stand in a document or are about to, so that a hot fix gets one of its own. */
  hotfixIds?(path: string): readonly (string | null)[];
  /** Where a task stands in its document now. */
  lineOf?(key: string): number | null;
  /** Has another run this task in its hands, so that this one is to wait? */
  isTaken?(runId: string, key: string): boolean;
}

/** What must happen in the world because of a decision, after its events are on the disk. */
export type Effect =
  | { readonly kind: 'start-process'; readonly attemptId: string }
  | { readonly kind: 'start-worker'; readonly attemptId: string }
  | { readonly kind: 'adopt'; readonly attemptId: string }
  | { readonly kind: 'check-gate'; readonly attemptId: string; readonly gate: Gate }
  /** Ends the attempt's process, its worker and its gate checks. */
  | { readonly kind: 'end-attempt'; readonly attemptId: string }
  | { readonly kind: 'arm-timer'; readonly at: number }
  | { readonly kind: 'arm-deadline'; readonly attemptId: string; readonly at: number }
  | { readonly kind: 'apply-edit'; readonly editId: string }
  | {
      readonly kind: 'preserve';
      readonly moment: Parameters<ContextKeeper['preserve']>[0];
      readonly taskKey: string | null;
      readonly context: Readonly<Record<string, unknown>>;
    };

/** What is told of an attempt that is over. `lost` without a start: the host died before the command began. */
export interface AttemptReport {
  readonly result: ProcessResult;
  /** Why it could not be started or was not finished, in one line. */
  readonly error: string | null;
  readonly neverStarted: boolean;
}

type Body<E> = E extends RunEvent ? Omit<E, 'runId' | 'at' | 'actor'> & { readonly actor?: string } : never;
/** An event without what the turn knows itself. */
export type EventBody = Body<RunEvent>;

export interface Turn {
  readonly state: RunState;
  /** The run's row as it was before. */
  readonly before: Run;
  readonly rules: Rules;
  /** Epoch ms. */
  readonly now: number;
  readonly events: RunEvent[];
  readonly effects: Effect[];
  readonly outputs: AttemptOutput[];
  readonly gateResults: { readonly attemptId: string; readonly result: GateResult }[];
}

export function beginTurn(state: RunState, rules: Rules, now: number): Turn {
  return { state, before: state.run, rules, now, events: [], effects: [], outputs: [], gateResults: [] };
}

/** Says what happened: recorded, and folded into the state at once. */
export function emit(turn: Turn, body: EventBody): void {
  const event = { actor: 'scheduler', ...body, runId: turn.state.run.id, at: turn.now } as RunEvent;
  apply(turn.state, event);
  turn.events.push(event);
  if (event.type === 'task-failed' || event.type === 'task-skipped' || event.type === 'task-cancelled') {
    const entry = turn.state.tasks.get(event.taskKey);
    if (entry?.marked !== true) return;
    // It is no longer at work, and not done: the document says again what it said before.
    queueEdit(turn, entry, { kind: 'set-status', key: entry.row.spec.key, status: 'open', from: 'in-progress' });
  }
}

export function preserve(
  turn: Turn,
  moment: Parameters<ContextKeeper['preserve']>[0],
  taskKey: string | null,
  context: Readonly<Record<string, unknown>>,
): void {
  if (turn.state.run.options.contextPreserve) turn.effects.push({ kind: 'preserve', moment, taskKey, context });
}

const takesText: ReadonlySet<ChoiceId> = new Set([
  'done',
  'skip',
  'fail',
  'retry',
  'hotfix',
  'waive',
  'answer',
  'continue',
]);
const choices = (ids: readonly ChoiceId[]): readonly Choice[] =>
  ids.map((id) => ({ id, takesText: takesText.has(id) }));

/** Opens a pause about a task (or the run) with its choices; the first one is the default unless told. */
export function ask(
  turn: Turn,
  entry: TaskEntry | null,
  reason: PauseReason,
  ids: readonly ChoiceId[],
  options: {
    readonly default?: ChoiceId;
    readonly suggestion?: Suggestion;
    readonly actor?: string;
    readonly stage?: string;
  } = {},
): Pause {
  const { state, now } = turn;
  const taskKey = entry?.row.taskKey ?? null;
  const pause: Pause = {
    id: `${state.run.id}-p${String(state.pauses.size + 1)}`,
    runId: state.run.id,
    taskKey,
    dedupeKey: [reason.kind, state.run.id, taskKey ?? '', options.stage ?? ''].join('|'),
    reason,
    suggestion: options.suggestion ?? (entry === null ? null : reviewOf(turn, entry)),
    choices: choices(ids),
    default: options.default ?? ids[0] ?? 'continue',
    askedAt: now,
    answer: null,
    appliedAt: null,
  };
  emit(turn, { type: 'pause-opened', pause, actor: options.actor ?? 'scheduler' });
  preserve(turn, 'pause', taskKey, { reason, title: entry?.row.spec.title ?? state.run.title });
  return pause;
}

const reviewOf = ({ rules }: Turn, entry: TaskEntry): Suggestion => ({
  kind: 'review',
  path: entry.row.spec.path,
  line: rules.lineOf?.(entry.row.spec.key) ?? entry.row.spec.line,
  what: entry.row.spec.title,
});

/** Queues a change of the task's document; a task that is gone from it, or a run of nothing, changes none. */
export function queueEdit(turn: Turn, entry: TaskEntry, change: DocumentChange): void {
  if (entry.removed) return;
  const editId = `${turn.state.run.id}-e${String(turn.state.edits.size + 1)}`;
  const { taskKey, spec } = entry.row;
  emit(turn, { type: 'edit-queued', taskKey, editId, path: spec.path, change });
  turn.effects.push({ kind: 'apply-edit', editId });
}

/** Are there tasks left that are not over? */
export function unfinished(state: RunState): number {
  const { waiting, ready, running, checking, retrying, paused, cancelling } = state.counts;
  return waiting + ready + running + checking + retrying + paused + cancelling;
}

export const isOver = (entry: TaskEntry): boolean => isFinal(entry.row.state);
