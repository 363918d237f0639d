// What the rest of the house may ask of the engine. The same object serves the runner and a mere onlooker:
// an onlooker's wishes become command rows that the runner applies.
import type { Failure } from '../model/failure';
import type { GateResult } from '../model/gate';
import type { ChoiceId, Pause } from '../model/pause';
import type { Result } from '../model/result';
import type { Attempt, AttemptOutput, Run, RunOptions, RunScope, TaskRun } from '../model/run';
import type { Disposable, EventFilter, StoredEvent } from './ports';

export interface StartRequest {
  readonly scope: RunScope;
  readonly options: RunOptions;
  readonly priority?: number;
  readonly after?: readonly string[];
  readonly requestKey: string;
  readonly by: string;
}

export interface RunCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly paused: number;
  readonly waiting: number;
}

/** A run as views show it. */
export interface RunView {
  readonly run: Run;
  readonly counts: RunCounts;
  readonly tasks: readonly TaskRun[];
  readonly attempts: readonly Attempt[];
  readonly pauses: readonly Pause[];
  /** Marks in documents that were decided and do not stand there yet. */
  readonly unwritten: number;
}

export type RunWish =
  | { readonly kind: 'pause' | 'stop' | 'cancel'; readonly runId: string }
  /** With options: it goes on under these. */
  | { readonly kind: 'resume'; readonly runId: string; readonly options?: RunOptions }
  | { readonly kind: 'skip' | 'retry' | 'retry-from'; readonly runId: string; readonly taskKey: string }
  | AgentWish;

/**
 * What an agent outside says about a task of an open run. complete and fail answer its "your turn" pause, the gates
 * still decide; ask opens a question that holds nothing; claim takes the task for this agent alone, release gives it
 * back (also by a person); progress is a note.
 */
export interface AgentWish {
  readonly kind: 'claim' | 'release' | 'progress' | 'complete' | 'fail' | 'ask';
  readonly runId: string;
  readonly taskKey: string;
  readonly text: string | null;
  /** Of the process through which the agent speaks; claims are kept by it. */
  readonly session?: string;
  /** A session that has a claim and is known to have ended. */
  readonly gone?: string;
}

/** What `continue` would do now. */
export interface Continuation {
  readonly runId: string;
  readonly title: string;
  readonly why: 'interrupted' | 'paused' | 'running' | 'waiting-for-answer';
  readonly counts: RunCounts;
}

export interface OutputChunk {
  readonly runId: string;
  readonly taskKey: string;
  readonly attemptId: string;
  readonly title: string;
  readonly stream: 'out' | 'err';
  readonly text: string;
  /** It comes from this command of a gate, not from the task's own. */
  readonly gate?: string;
  /** Another host runs it. */
  readonly elsewhere?: true;
}

export interface Engine {
  /** Becomes the runner if nobody is, recovers what an earlier host left, and follows the record. */
  open(): Promise<void>;
  /** Is this host the one that runs tasks? */
  isRunner(): boolean;
  start(request: StartRequest): Promise<Result<Run, Failure>>;
  wish(wish: RunWish, by: string): Promise<Result<string, Failure>>;
  answer(pauseId: string, choice: ChoiceId, text: string | null, by: string): Promise<Result<Pause, Failure>>;
  continuations(): readonly Continuation[];
  /** Open runs first (by priority), then the latest ended. */
  runs(limit?: number): readonly RunView[];
  run(id: string): RunView | null;
  pauses(): readonly Pause[];
  events(filter: EventFilter): readonly StoredEvent[];
  gateResults(runId: string, taskKey: string): readonly GateResult[];
  /** What is kept of an attempt; of one at work, what it has printed so far. */
  outputs(attemptId: string): readonly AttemptOutput[];
  /** Any change of any run, from any process; coalesced. */
  onDidChange(listener: () => void): Disposable;
  /** Each stored event, in order, from any process, as it is seen. */
  onEvent(listener: (event: StoredEvent) => void): Disposable;
  /** Live output of commands; of those that another host runs only the tasks' own, not of gates. */
  onOutput(listener: (chunk: OutputChunk) => void): Disposable;
  /** The record takes nothing, so that nothing new begins; null: it does again. Told once each. */
  onTrouble(listener: (failure: Failure | null) => void): Disposable;
  /** Resolves when the run has ended or waits only for a person. */
  settled(runId: string, signal?: AbortSignal): Promise<RunView>;
  /** Stops taking new work, lets go of the lease. Running commands are left to be adopted unless `end`. */
  close(options: { readonly endProcesses: boolean }): Promise<void>;
}
