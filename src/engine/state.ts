// The state of one run in memory: what folding its events gives, with the indexes that keep scheduling cheap.
// Nothing here decides anything; fold.ts is the only writer.
import type { Gate, GateResult } from '../model/gate';
import type { Pause } from '../model/pause';
import {
  FINAL_TASK_STATES,
  type Attempt,
  type Claim,
  type DocumentEdit,
  type Run,
  type TaskRun,
  type TaskSpec,
  type TaskState,
} from '../model/run';
import { createRankHeap, type RankHeap } from './rank-heap';

/** A task of a run with what its history says beyond its row. */
export interface TaskEntry {
  row: TaskRun;
  /** Position of arrival in the run; part of attempt ids. */
  readonly order: number;
  /** The latest attempt, open or not. */
  attemptId: string | null;
  /** When work on it began, over all its attempts: what an earlier one or a hot fix has done counts as its work. */
  since: number | null;
  /** Failed attempts since somebody last decided about the task. */
  tries: number;
  /** Attempts in a row of which nobody knows how they ended. */
  losses: number;
  /** Keys of the hot fixes that repair it. */
  hotfixes: readonly string[];
  /** Questions that a person answered with "go on"; not asked again. */
  readonly passed: Set<string>;
  /** Gates of the check that runs or ran last, and what they found so far. */
  gates: readonly Gate[];
  results: readonly GateResult[];
  /** A person vouched for the current attempt. */
  word: boolean;
  /** Its failure is counted already. */
  counted: boolean;
  /** Gone from its document. */
  removed: boolean;
  /** What a person made of it in its document while it was at work. */
  hand: 'done' | 'cancelled' | null;
  /** Its document was told last that it is in progress. */
  marked: boolean;
  /** What follows `cancelling`. */
  next: 'cancelled' | 'skipped' | 'ready';
  /** Not yet applied pause about this task. */
  pauseId: string | null;
  /** The agent that took it last; whether it still holds is a matter of time. */
  claim: Claim | null;
}

export interface RunState {
  run: Run;
  readonly tasks: Map<string, TaskEntry>;
  /** Current document key → key in this run (they differ after a rename). */
  readonly keys: Map<string, string>;
  /** Key → tasks that wait for it. */
  readonly dependents: Map<string, Set<string>>;
  readonly attempts: Map<string, Attempt>;
  readonly openAttempts: Set<string>;
  readonly pauses: Map<string, Pause>;
  /** Open or answered, not applied. */
  readonly openPauses: Set<string>;
  readonly edits: Map<string, DocumentEdit>;
  readonly openEdits: Set<string>;
  readonly counts: Record<TaskState, number>;
  /** Tasks that occupy a place of the run's concurrency. */
  readonly occupied: Set<string>;
  readonly retrying: Set<string>;
  readonly checking: Set<string>;
  /** Those of them whose check was ended, or went with its host, and begins anew when the run goes on. */
  readonly unchecked: Set<string>;
  /** Waiting tasks whose needs may be met by now. A hint: looking at too many is harmless. */
  readonly recheck: Set<string>;
  /** Tasks whose failures are those in a row. */
  readonly series: Set<string>;
  /** Ready tasks by rank; entries that are no longer ready are skipped when popped. */
  readonly ready: RankHeap;
}

export function emptyRun(run: Run): RunState {
  return {
    run,
    tasks: new Map(),
    keys: new Map(),
    dependents: new Map(),
    attempts: new Map(),
    openAttempts: new Set(),
    pauses: new Map(),
    openPauses: new Set(),
    edits: new Map(),
    openEdits: new Set(),
    counts: noCounts(),
    occupied: new Set(),
    retrying: new Set(),
    checking: new Set(),
    unchecked: new Set(),
    recheck: new Set(),
    series: new Set(),
    ready: createRankHeap(),
  };
}

export const noCounts = (): Record<TaskState, number> => ({
  waiting: 0,
  ready: 0,
  running: 0,
  checking: 0,
  retrying: 0,
  paused: 0,
  succeeded: 0,
  failed: 0,
  skipped: 0,
  cancelling: 0,
  cancelled: 0,
});

export const isFinal = (state: TaskState): boolean => FINAL_TASK_STATES.has(state);

/** Does a task that waited for this one go on? */
const satisfies = (entry: TaskEntry): boolean =>
  entry.row.state === 'succeeded' || entry.row.state === 'skipped' || (entry.removed && isFinal(entry.row.state));

/** Are all the needs of the task met? A need that is not part of the run does not hold it. */
export function needsMet(state: RunState, entry: TaskEntry): boolean {
  const { needs, repairs } = entry.row.spec;
  const find = (key: string): TaskEntry | undefined => state.tasks.get(state.keys.get(key) ?? key);
  // What it repairs waits for it, whatever its document says and however that is called by now.
  const repaired = repairs === null ? undefined : find(repairs);
  return needs.every((key) => {
    const need = find(key);
    return need === undefined || need === entry || need === repaired || satisfies(need);
  });
}

/** Pauses that let independent tasks go on: what failed waits aside. */
const ASIDE: ReadonlySet<Pause['reason']['kind']> = new Set(['task-failed', 'gate-failed', 'recovery', 'question']);
/**
 * Does a task that waits in this pause keep its place, so that a person is asked one thing at a time? While they repair
 * what failed, the branches that do not need it go on.
 */
export const keepsPlace = ({ reason }: Pause, { kind }: TaskSpec): boolean =>
  !ASIDE.has(reason.kind) && !(kind === 'hotfix' && reason.kind === 'your-turn');

/** Pauses that hold the run as a whole: asked about the run, or about going on after a task that is over. */
function holdsRun(state: RunState, pause: Pause): boolean {
  if (pause.reason.kind === 'question') return false;
  if (pause.taskKey === null) return true;
  const entry = state.tasks.get(pause.taskKey);
  return entry !== undefined && isFinal(entry.row.state);
}

/** The run's first pause that nothing may be started beside, if any. */
export function heldBy(state: RunState): Pause | null {
  for (const id of state.openPauses) {
    const pause = state.pauses.get(id);
    if (pause !== undefined && holdsRun(state, pause)) return pause;
  }
  return null;
}

/** What replaying must give again: rows only, in order of arrival. */
export function rowsOf(state: RunState): {
  readonly run: Run;
  readonly tasks: readonly TaskRun[];
  readonly attempts: readonly Attempt[];
  readonly pauses: readonly Pause[];
  readonly edits: readonly DocumentEdit[];
} {
  return {
    run: state.run,
    tasks: [...state.tasks.values()].map((entry) => entry.row),
    attempts: [...state.attempts.values()],
    pauses: [...state.pauses.values()],
    edits: [...state.edits.values()],
  };
}
