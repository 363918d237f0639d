// From what a turn did to the rows one transaction writes.
import type { RunEvent } from '../model/run-event';
import type { Attempt, DocumentEdit, TaskRun } from '../model/run';
import type { Pause } from '../model/pause';
import type { JournalBatch } from './ports';
import type { Turn } from './turn';

/** One batch of several runs' turns: their events in order and the last version of every row they touched. */
export function batchOf(turns: readonly Turn[], applied: JournalBatch['applied']): JournalBatch {
  const tasks: TaskRun[] = [];
  const attempts: Attempt[] = [];
  const pauses: Pause[] = [];
  const edits: DocumentEdit[] = [];
  for (const { state, events } of turns) {
    const touched = touchedBy(events);
    for (const key of touched.tasks) pushDefined(tasks, state.tasks.get(key)?.row);
    for (const id of touched.attempts) pushDefined(attempts, state.attempts.get(id));
    for (const id of touched.pauses) pushDefined(pauses, state.pauses.get(id));
    for (const id of touched.edits) pushDefined(edits, state.edits.get(id));
  }
  return {
    events: turns.flatMap(({ events }) => events),
    runs: turns.filter(isRunTouched).map(({ state }) => state.run),
    tasks,
    attempts,
    outputs: turns.flatMap(({ outputs }) => outputs),
    gateResults: turns.flatMap(({ gateResults }) => gateResults),
    pauses,
    edits,
    applied,
  };
}

/** Most turns are about tasks alone. */
const isRunTouched = ({ state, before, events }: Turn): boolean =>
  state.run !== before || events[0]?.type === 'run-created';

function pushDefined<T>(list: T[], value: T | undefined): void {
  if (value !== undefined) list.push(value);
}

/** Ids of the rows that events speak of, in order of first mention: an attempt that ended comes before its successor. */
function touchedBy(events: readonly RunEvent[]) {
  const tasks = new Set<string>();
  const attempts = new Set<string>();
  const pauses = new Set<string>();
  const edits = new Set<string>();
  for (const event of events) {
    if ('taskKey' in event) tasks.add(event.taskKey);
    if ('attemptId' in event) attempts.add(event.attemptId);
    if ('editId' in event) edits.add(event.editId);
    if ('pauseId' in event) pauses.add(event.pauseId);
    if (event.type === 'hotfix-created') tasks.add(event.spec.key);
    if (event.type === 'pause-opened') {
      pauses.add(event.pause.id);
      if (event.pause.taskKey !== null) tasks.add(event.pause.taskKey);
    }
  }
  return { tasks, attempts, pauses, edits };
}
