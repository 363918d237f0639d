// A run of a plan: what the record keeps. Rows here are the state; events (run-event.ts) are how it came to be.
import type { Gate, Verification } from './gate';

export type RunStatus = 'created' | 'running' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';
export type TaskState =
  | 'waiting'
  | 'ready'
  | 'running'
  | 'checking'
  | 'retrying'
  | 'paused'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelling'
  | 'cancelled';
export const FINAL_TASK_STATES: ReadonlySet<TaskState> = new Set(['succeeded', 'failed', 'skipped', 'cancelled']);
export const FINAL_RUN_STATES: ReadonlySet<RunStatus> = new Set(['succeeded', 'failed', 'cancelled']);

/** What a run was started from. Paths are workspace-relative, keys are item keys. */
export type RunScope =
  | { readonly kind: 'document'; readonly path: string }
  | { readonly kind: 'item'; readonly key: string }
  | { readonly kind: 'only'; readonly key: string }
  | { readonly kind: 'from'; readonly key: string }
  | { readonly kind: 'selection'; readonly keys: readonly string[] }
  | { readonly kind: 'ready' }
  | { readonly kind: 'sprint'; readonly id: string }
  | { readonly kind: 'goal'; readonly id: string };

/** The same scope with its items' keys replaced: they are other ones after a rename. */
export function withKeys(scope: RunScope, now: (key: string) => string): RunScope {
  switch (scope.kind) {
    case 'item':
    case 'only':
    case 'from':
      return { ...scope, key: now(scope.key) };
    case 'selection':
      return { ...scope, keys: scope.keys.map(now) };
    default:
      return scope;
  }
}

export interface RunOptions {
  /** True: tasks without an explicit Auto-Advance go on without asking. */
  readonly autoAdvance: boolean;
  /** True: pause rules (destructive, deployment, …) are asked; explicit fields always are. */
  readonly smartPause: boolean;
  readonly contextPreserve: boolean;
  readonly concurrency: number;
  /** False: tasks without commands are left to whoever started the run, also where an agent is configured. */
  readonly worker?: boolean;
}

/** Frozen copy of what a task was when it was taken into the run. */
export interface TaskSpec {
  readonly key: string;
  readonly path: string;
  readonly line: number;
  readonly id: string | null;
  readonly title: string;
  readonly kind: 'task' | 'hotfix';
  readonly type: string | null;
  readonly priority: string | null;
  readonly autoAdvance: boolean | null;
  readonly pauseAfter: boolean | null;
  readonly readyPrompt: string | null;
  readonly humanRequired: boolean;
  /** Key of what it is a part of that says so; asked once for all its parts. */
  readonly personFor?: string;
  /** The task's own word on whether it waits for a person before it begins, and why. */
  readonly smartPause?: { readonly value: boolean; readonly note: string | null };
  readonly commands: readonly string[];
  /** What says in the records of the document's tool (bd) that it is begun and done; approved with the others. */
  readonly toolCommands?: readonly string[];
  readonly criteria: readonly { readonly text: string; readonly done: boolean | null }[];
  readonly gates: readonly Gate[];
  /** Keys inside the run. */
  readonly needs: readonly string[];
  /** Dependencies that no item answers to (prose, unknown ids). */
  readonly unresolved: readonly string[];
  readonly timeoutMs: number | null;
  /** Set for a hot fix: key of the task it repairs. */
  readonly repairs: string | null;
  /** Position in the order to be taken, smaller first. */
  readonly rank: number;
  /** Hot fixes: what to do, in order, and what failed. For whoever does the task. */
  readonly steps?: readonly string[];
  readonly evidence?: string;
  /** A hot fix that does not stand in its document yet. */
  readonly pending?: true;
}

export interface Run {
  readonly id: string;
  /** The same request twice starts one run. */
  readonly requestKey: string;
  readonly title: string;
  readonly scope: RunScope;
  readonly status: RunStatus;
  readonly options: RunOptions;
  /** Higher runs first when several compete for the overall concurrency. */
  readonly priority: number;
  /** Runs that must succeed first. */
  readonly after: readonly string[];
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly reason: string | null;
  readonly failuresInARow: number;
  readonly revision: number;
}

/** An agent has taken the task: the others leave it alone. */
export interface Claim {
  /** "mcp:<client>". */
  readonly by: string;
  /** Of the process through which it speaks: two agents of the same name are two. */
  readonly session: string;
  readonly at: number;
  /** Epoch ms. When nothing was heard until then, another may take it. */
  readonly until: number;
}

export interface TaskRun {
  readonly runId: string;
  readonly taskKey: string;
  readonly spec: TaskSpec;
  readonly state: TaskState;
  readonly attempt: number;
  /** Epoch ms of the next try while retrying. */
  readonly nextAt: number | null;
  readonly verification: Verification | null;
  readonly reason: string | null;
  readonly revision: number;
  readonly updatedAt: number;
  /** In views of open runs, where an agent has it. Events are what keeps it. */
  readonly claim?: Claim;
}

/** The task that stands under this key now, or came into the run under it: they differ after a rename. */
export const taskUnder = (tasks: readonly TaskRun[], key: string): TaskRun | undefined =>
  tasks.find((task) => task.spec.key === key) ?? tasks.find((task) => task.taskKey === key);

export type AttemptKind = 'shell' | 'agent' | 'person' | 'gate';
export type AttemptOutcome = 'ok' | 'error' | 'timeout' | 'cancelled' | 'gate-failed' | 'lost';

/** One try at one task. At most one is open per task. */
export interface Attempt {
  readonly id: string;
  readonly runId: string;
  readonly taskKey: string;
  readonly n: number;
  readonly kind: AttemptKind;
  /** Handed to the command as SOLOFLOW_ATTEMPT. */
  readonly idempotencyKey: string;
  readonly epoch: number;
  readonly command: string | null;
  readonly cwd: string | null;
  /** Folder with the supervisor's files (out, err, exit). */
  readonly dir: string | null;
  readonly pid: number | null;
  readonly processStart: string | null;
  readonly bootId: string | null;
  readonly startedAt: number;
  readonly deadlineAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: AttemptOutcome | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: string | null;
}

/** Kept output of an attempt: head and tail of each stream, secrets redacted. */
export interface AttemptOutput {
  readonly attemptId: string;
  readonly stream: 'out' | 'err';
  readonly bytes: number;
  readonly truncated: boolean;
  readonly redactions: number;
  readonly head: string;
  readonly tail: string;
}

/** A change to a document that must happen after the transaction that decided it, once (outbox). */
export interface DocumentEdit {
  readonly id: string;
  readonly runId: string;
  readonly taskKey: string;
  readonly path: string;
  readonly change: DocumentChange;
  readonly at: number;
  readonly appliedAt: number | null;
  readonly result: string | null;
}

export type DocumentChange =
  | {
      readonly kind: 'set-status';
      readonly key: string;
      readonly status: 'in-progress' | 'done' | 'blocked' | 'cancelled' | 'open';
      /** Only where the document says this now: a mark of ours never covers what somebody wrote. */
      readonly from?: 'in-progress' | 'open';
    }
  | {
      readonly kind: 'tick-criteria';
      readonly key: string;
      readonly lines: readonly string[];
      /** The ticks are taken back: the task is done again. */
      readonly done?: false;
    }
  | {
      readonly kind: 'append-hotfix';
      readonly after: string;
      readonly id: string;
      readonly title: string;
      readonly steps: readonly string[];
      readonly criteria: readonly string[];
      readonly evidence: string;
    };

/** A wish of any window, terminal or agent; the runner applies it exactly once. */
export interface EngineCommand {
  readonly id: string;
  readonly kind: EngineCommandKind;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly at: number;
  readonly appliedAt: number | null;
  readonly result: string | null;
}
export type EngineCommandKind =
  | 'start'
  | 'pause'
  | 'resume'
  | 'stop'
  | 'cancel'
  | 'retry'
  | 'retry-from'
  | 'skip'
  | 'answer'
  | 'ask'
  | 'complete'
  | 'fail'
  | 'claim'
  | 'release'
  | 'progress';
