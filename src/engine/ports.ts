// What the engine needs from the world. store/, system/, plan/ and editor/ implement these; the engine imports none of them.
import type { Failure } from '../model/failure';
import type { Gate, GateResult } from '../model/gate';
import type { Pause } from '../model/pause';
import type { Result } from '../model/result';
import type {
  Attempt,
  AttemptOutput,
  DocumentChange,
  DocumentEdit,
  EngineCommand,
  Run,
  TaskRun,
  TaskSpec,
  RunScope,
} from '../model/run';
import type { RunEvent } from '../model/run-event';

export interface Disposable {
  dispose(): void;
}

/** Epoch milliseconds that never go backwards, a monotonic clock for durations, and timers that a test can drive. */
export interface Clock {
  now(): number;
  monotonic(): number;
  after(ms: number, run: () => void): Disposable;
}

export interface Ids {
  /** Unique, sortable by time where possible. */
  next(): string;
}

/** Everything one transition changes. Written in one transaction; when `commit` returns it is on the disk. */
export interface JournalBatch {
  readonly events: readonly RunEvent[];
  readonly runs: readonly Run[];
  readonly tasks: readonly TaskRun[];
  readonly attempts: readonly Attempt[];
  readonly outputs: readonly AttemptOutput[];
  readonly gateResults: readonly { readonly attemptId: string; readonly result: GateResult }[];
  readonly pauses: readonly Pause[];
  readonly edits: readonly DocumentEdit[];
  readonly applied: readonly { readonly commandId: string; readonly result: string }[];
}

/** One run with all its rows, as loaded at start. */
export interface RunRecord {
  readonly run: Run;
  readonly tasks: readonly TaskRun[];
  readonly attempts: readonly Attempt[];
  readonly pauses: readonly Pause[];
  readonly edits: readonly DocumentEdit[];
}

export interface EventFilter {
  readonly runId?: string;
  readonly taskKey?: string;
  readonly afterSeq?: number;
  readonly limit: number;
  readonly newest?: boolean;
}

/** The record: append-only events and the state they fold to. Rows are upserts by id. */
export interface Journal {
  /**
   * The events as they were stored. Throws `Fenced` when another host has become the runner since `epoch`, and an error
   * when a command was taken back before it could be applied.
   */
  commit(epoch: number, batch: JournalBatch): readonly StoredEvent[];
  /** Was its file taken away, or another put in its place? Absent: nobody can say. */
  isGone?(): boolean;
  openRuns(): readonly RunRecord[];
  run(id: string): RunRecord | null;
  /** Newest first. */
  runs(limit: number): readonly Run[];
  /** In order; of more than `limit` the first ones, or with `newest` the last ones. */
  events(filter: EventFilter): readonly StoredEvent[];
  gateResults(runId: string, taskKey: string): readonly GateResult[];
  outputs(attemptId: string): readonly AttemptOutput[];
  openPauses(): readonly Pause[];
  /** Not yet applied, oldest first. */
  openCommands(): readonly EngineCommand[];
  command(id: string): EngineCommand | null;
  /** Any host may call this. The same id twice is one command. */
  submit(command: EngineCommand): void;
  /** Takes a command back that nobody has applied. False: it is applied, and its result counts. */
  withdraw(id: string): boolean;
  /** Changes whenever any process has written (PRAGMA data_version or the like). Cheap. */
  version(): number;
}
export interface StoredEvent {
  readonly seq: number;
  readonly event: RunEvent;
}

/** Thrown by `Journal.commit`: this host is no longer the runner and must stop at once. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/**
 * Thrown by `commit`, `submit` and `withdraw` when nothing was written. busy: another process holds the file, try
 * again soon; the others last until a person helps, so no new work is taken. locked: it was held for so long when this
 * host came that it looks at a copy.
 */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
  readonly reason: 'busy' | 'locked' | 'full' | 'read-only' | 'broken';
  constructor(reason: JournalUnavailable['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Election of the one runner. The OS releases the lock when its holder dies. */
export interface Lease {
  /** The new epoch, or null while someone else holds it. Never blocks. */
  tryAcquire(owner: string): number | null;
  /** Nobody runs tasks here now. Absent: nobody can say. */
  isFree?(): boolean;
  holder(): { readonly owner: string; readonly epoch: number; readonly pid: number } | null;
  release(): void;
}

/** A running supervised process tree. */
export interface ProcessHandle {
  readonly pid: number;
  readonly processStart: string;
  readonly bootId: string;
  readonly dir: string;
  /** Ends the whole tree: TERM, then KILL. Resolves when nothing of it is left. */
  end(): Promise<void>;
  /** Resolves when the command has finished by itself or was ended. */
  readonly finished: Promise<ProcessResult>;
  onOutput(listener: (stream: 'out' | 'err', text: string) => void): Disposable;
}
export interface ProcessResult {
  /** null: killed or lost. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly lost: boolean;
  readonly outputs: readonly Omit<AttemptOutput, 'attemptId'>[];
  readonly durationMs: number;
}
export interface ProcessRequest {
  readonly attemptId: string;
  readonly idempotencyKey: string;
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly title: string;
  /** True: worth nothing without this host, so it is ended at once when the host dies instead of waiting to be adopted. */
  readonly ephemeral?: boolean;
}

/** Output of a command that somebody else tends. */
export interface Watch {
  poll(): void;
  /** Tells the rest, and lets go. */
  end(): void;
}

/** Starts commands under the supervisor, and finds again those a dead host left behind. */
export interface Processes {
  start(request: ProcessRequest): Promise<Result<ProcessHandle, Failure>>;
  /** Takes over what `attempt` left: still running, finished meanwhile, or lost. null: it never started. */
  adopt(attempt: Attempt): Promise<ProcessHandle | null>;
  /** What an attempt has printed so far, whoever runs it. Absent: nobody can say. */
  peek?(attemptId: string): readonly AttemptOutput[];
  /** Follows what an attempt prints that another host runs. Absent: nobody can. */
  watch?(attemptId: string, listener: (stream: 'out' | 'err', text: string) => void): Watch;
  /** The record has the attempt's result: its files may go. */
  forget?(attemptId: string): void;
}

/** Has a person approved exactly this command here? Kept outside the repository. */
export interface Approvals {
  isApproved(command: string): boolean;
  approve(commands: readonly string[], by: string): void;
  trusted(): boolean;
}

export interface GateContext {
  readonly runId: string;
  readonly spec: TaskSpec;
  readonly attempt: Attempt;
  /** Epoch ms at which work on the task began: with its first attempt. What was changed from then on is its work. */
  readonly since: number;
  /** Documents that the run itself writes: statuses, boxes, hot fixes. */
  documents(): ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** What a command of the gate prints, as it comes. Absent: nobody looks. */
  readonly output?: (stream: 'out' | 'err', text: string, command: string) => void;
}
export interface GateRunner {
  /** 'ask' means a person's word is needed. */
  check(gate: Gate, context: GateContext): Promise<GateResult | { readonly ask: string }>;
}

/** The plan as the engine sees it: tasks of a scope, and the few changes it makes to documents. */
export interface PlanPort {
  tasks(scope: RunScope): Result<{ readonly title: string; readonly tasks: readonly TaskSpec[] }, Failure>;
  /** Ids of everything that stands in a document. Absent: nobody can tell. */
  ids?(path: string): readonly (string | null)[];
  /** Where a task stands now, its 1-based line: others above it come and go. Absent or null: nobody can tell. */
  line?(key: string): number | null;
  /** Status the documents show now, by key; missing: the task is gone from its document. */
  status(keys: readonly string[]): ReadonlyMap<string, 'open' | 'in-progress' | 'blocked' | 'done' | 'cancelled'>;
  /** Idempotent: applying the same change twice leaves the document as after once. */
  apply(change: DocumentChange, path: string): Promise<Result<string, Failure>>;
  /** Several changes of one document in one write, all or none. Absent: they are applied one after the other. */
  readonly applyAll?: (changes: readonly DocumentChange[], path: string) => Promise<Result<string, Failure>>;
  onDidChange(listener: () => void): Disposable;
  /** Reads what has changed without having been noticed yet. Absent: everything is noticed at once. */
  refresh?(): Promise<unknown>;
}

/** Makes the workspace ready for commands: services, virtual environment, toolchain. */
export interface Readiness {
  prepare(report: (step: ReadinessStep) => void, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
}
export interface ReadinessStep {
  readonly name: string;
  readonly status: 'checking' | 'starting' | 'ready' | 'skipped' | 'degraded';
  readonly detail: string;
}

/** What must outlive a session, told at each transition. Must not throw. */
export interface ContextKeeper {
  preserve(
    moment: 'start' | 'pause' | 'answer' | 'failure' | 'gate' | 'completion' | 'manual',
    runId: string,
    taskKey: string | null,
    context: Readonly<Record<string, unknown>>,
  ): void;
  /** What is preserved in `work` becomes one write. Absent: each is one. */
  together?(work: () => void): void;
}

/** Does a task that has no commands: an agent or the editor's model. Absent: it is the person's turn. */
export interface Worker {
  canDo(spec: TaskSpec): boolean;
  /** What it would run for this task: approved like any command. Absent or null: it runs none. */
  commandFor?(spec: TaskSpec): string | null;
  /** Ends soon after the signal, with what there is by then. */
  work(
    spec: TaskSpec,
    attempt: Attempt,
    signal: AbortSignal,
    output: (stream: 'out' | 'err', text: string) => void,
  ): Promise<ProcessResult>;
}

export interface Log {
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
}
