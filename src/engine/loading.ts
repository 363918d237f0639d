// Runs out of the record: folded from their events, which are the truth; rows are only what views read.
import { apply } from './fold';
import type { RunEvent } from '../model/run-event';
import type { Journal, Log, RunRecord } from './ports';
import { emptyRun, type RunState } from './state';

const PAGE = 1000;

/** A run as its events give it, and the number of the last of them: what comes later is not in it. */
export interface LoadedRun {
  readonly state: RunState;
  readonly lastSeq: number;
}

/**
 * These runs, by default all that are open. One whose events contradict each other is left out and named in the log:
 * the others do not stand still for it.
 */
export function* loadRuns(
  journal: Journal,
  log: Log,
  ids: readonly string[] = journal.openRuns().map(({ run }) => run.id),
): Generator<LoadedRun> {
  for (const id of ids) {
    const loaded = loadRun(journal, id);
    if (typeof loaded === 'string') log.error(cannotBeFollowed(id), { why: loaded });
    else if (loaded !== null) yield loaded;
  }
}

/** null: there are no events to begin with. A text: why they cannot be followed. */
function loadRun(journal: Journal, runId: string): LoadedRun | string | null {
  let state: RunState | null = null;
  let lastSeq = 0;
  for (;;) {
    const page = journal.events({ runId, afterSeq: lastSeq, limit: PAGE });
    for (const { seq, event } of page) {
      lastSeq = seq;
      if (state === null) {
        if (event.type === 'run-created') state = emptyRun(event.run);
        continue;
      }
      const refusal = refusalOf(state, event);
      if (refusal !== null) return `event ${seq}: ${refusal}`;
    }
    if (page.length < PAGE) return state === null ? null : { state, lastSeq };
  }
}

/** Has the state take the event in. A text: why it cannot; nothing but the two is looked at, so it is about them. */
export function refusalOf(state: RunState, event: RunEvent): string | null {
  try {
    apply(state, event);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const cannotBeFollowed = (runId: string): string =>
  `What is recorded of run ${runId} contradicts itself; it is left alone. \`soloflow doctor\` says more.`;

/** The rows that these events of one run lead to; null without its beginning. */
export function foldRun(events: readonly RunEvent[]): RunRecord | null {
  let state: RunState | null = null;
  for (const event of events) {
    if (state !== null) apply(state, event);
    else if (event.type === 'run-created') state = emptyRun(event.run);
  }
  if (state === null) return null;
  return {
    run: state.run,
    tasks: [...state.tasks.values()].map(({ row }) => row),
    attempts: [...state.attempts.values()],
    pauses: [...state.pauses.values()],
    edits: [...state.edits.values()],
  };
}
