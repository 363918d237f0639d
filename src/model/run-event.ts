// What happened, in order. Append only; folding a run's events gives its state. The engine owns this union.
import type { Gate, GateResult, Verification } from './gate';
import type { Answer, Pause } from './pause';
import type { AttemptKind, AttemptOutcome, Claim, DocumentChange, Run, RunOptions, TaskSpec } from './run';

interface About {
  readonly runId: string;
  /** Epoch ms. */
  readonly at: number;
  /** Who caused it: "scheduler", "editor", "cli", "mcp:<client>", "recovery", "by hand". */
  readonly actor: string;
}
interface AboutTask extends About {
  readonly taskKey: string;
}
interface AboutAttempt extends AboutTask {
  readonly attemptId: string;
}

export type RunEvent =
  | (About & { readonly type: 'run-created'; readonly run: Run })
  | (About & { readonly type: 'run-started'; readonly options?: RunOptions })
  /** `ended`: what was at work is being ended, or went with its host; without it, it comes to its own end. */
  | (About & { readonly type: 'run-paused'; readonly reason: string; readonly ended?: true })
  /**
   * With options: it goes on under these. `waits`: it has not begun yet and may have to wait for other runs. `afresh`: it
   * had ended; whoever takes it up again has looked at its failures.
   */
  | (About & {
      readonly type: 'run-resumed';
      readonly options?: RunOptions;
      readonly waits?: true;
      readonly afresh?: true;
    })
  | (About & { readonly type: 'run-cancelling'; readonly reason?: string })
  | (About & {
      readonly type: 'run-ended';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      readonly reason: string | null;
    })
  /** A step of making the workspace ready for the run's commands: a service, an environment, a toolchain. */
  | (About & {
      readonly type: 'readiness';
      readonly name: string;
      readonly status: 'checking' | 'starting' | 'ready' | 'skipped' | 'degraded';
      readonly detail: string;
    })
  | (AboutTask & { readonly type: 'task-added'; readonly spec: TaskSpec })
  | (AboutTask & { readonly type: 'task-changed'; readonly spec: TaskSpec })
  | (AboutTask & { readonly type: 'task-removed' })
  | (AboutTask & { readonly type: 'task-renamed'; readonly newKey: string; readonly spec: TaskSpec })
  | (AboutTask & { readonly type: 'task-done-by-hand' })
  /** Its document says something else of it while it is at work; null: no longer. What it counts for is seen at its end. */
  | (AboutTask & { readonly type: 'task-marked-by-hand'; readonly status: 'done' | 'cancelled' | null })
  /** `again`: somebody wishes it to be done once more. */
  | (AboutTask & { readonly type: 'task-ready'; readonly again?: true })
  | (AboutTask & { readonly type: 'task-waiting'; readonly reason: string; readonly again?: true })
  | (AboutAttempt & {
      readonly type: 'attempt-started';
      readonly n: number;
      readonly kind: AttemptKind;
      readonly idempotencyKey: string;
      readonly epoch: number;
      readonly command: string | null;
      readonly cwd: string | null;
      readonly dir: string | null;
      readonly deadlineAt: number | null;
      /** Which host begins it: surface and process id, "cli:4711". */
      readonly host?: string;
    })
  | (AboutAttempt & {
      readonly type: 'attempt-process';
      readonly pid: number;
      readonly processStart: string;
      readonly bootId: string;
      readonly dir: string;
    })
  | (AboutAttempt & { readonly type: 'attempt-adopted'; readonly epoch: number })
  | (AboutAttempt & {
      readonly type: 'attempt-ended';
      readonly outcome: AttemptOutcome;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly error: string | null;
    })
  /** `goesOn`: after a question in the middle of it; what was found and answered before stands. */
  | (AboutAttempt & { readonly type: 'gates-started'; readonly gates: readonly Gate[]; readonly goesOn?: true })
  | (AboutAttempt & { readonly type: 'gate-result'; readonly result: GateResult })
  | (AboutTask & {
      readonly type: 'task-succeeded';
      readonly verification: Verification;
      /** Criteria and gates in words that its gates say nothing about, and nobody was asked about. */
      readonly unchecked?: readonly string[];
    })
  | (AboutTask & { readonly type: 'task-failed'; readonly reason: string })
  | (AboutTask & {
      readonly type: 'retry-scheduled';
      readonly nextAt: number;
      readonly category: string;
      /** Which of how many retries this is. Records of earlier versions do not tell. */
      readonly retry?: number;
      readonly retries?: number;
    })
  | (AboutTask & { readonly type: 'task-skipped'; readonly reason: string })
  | (AboutTask & { readonly type: 'task-cancelled' })
  /** What still runs for this task is being ended; afterwards it goes to `next`. */
  | (AboutTask & {
      readonly type: 'task-cancelling';
      readonly next: 'cancelled' | 'skipped' | 'ready';
      readonly reason: string;
    })
  | (AboutTask & { readonly type: 'hotfix-created'; readonly spec: TaskSpec })
  | (About & { readonly type: 'pause-opened'; readonly pause: Pause })
  | (About & { readonly type: 'pause-answered'; readonly pauseId: string; readonly answer: Answer })
  | (About & { readonly type: 'pause-applied'; readonly pauseId: string })
  | (AboutTask & {
      readonly type: 'edit-queued';
      readonly editId: string;
      readonly path: string;
      readonly change: DocumentChange;
    })
  | (AboutTask & { readonly type: 'edit-applied'; readonly editId: string; readonly result: string })
  /** An agent took the task, was heard of, or gave it back; why it went from one to another. */
  | (AboutTask & { readonly type: 'claim-changed'; readonly claim: Claim | null; readonly reason: string })
  | (AboutTask & { readonly type: 'note'; readonly text: string });
