// What is begun now, and when a run is over. Order by rank; concurrency of the run and of the whole house.
import { begin } from './before';
import { heldBy, isFinal, needsMet, type RunState, type TaskEntry } from './state';
import { ask, emit, preserve, unfinished, type Turn } from './turn';
import { closePause } from './wishes';

/** Starts what can be started with `slots` places left in the house. Gives the number of places taken. */
export function schedule(turn: Turn, slots: number): number {
  const { state } = turn;
  if (state.run.status === 'created') startRun(turn);
  wake(turn);
  dropMoot(turn);
  let taken = 0;
  const elsewhere: TaskEntry[] = [];
  while (canBegin(turn, slots - taken)) {
    const entry = nextReady(state);
    if (entry === null) break;
    if (!needsMet(state, entry)) {
      // What it needs was opened again while it was asked about.
      emit(turn, { type: 'task-waiting', taskKey: entry.row.taskKey, reason: 'needs' });
    } else if (turn.rules.isTaken?.(state.run.id, entry.row.spec.key) === true) elsewhere.push(entry);
    else if (begin(turn, entry) === 'started') taken += 1;
  }
  // Another run works on them: still ready, looked at again with the next step of any run.
  for (const { row, order } of elsewhere) state.ready.push(row.taskKey, row.spec.rank, order);
  endRun(turn);
  return taken;
}

function startRun(turn: Turn): void {
  const { run, openPauses } = turn.state;
  const waitsFor = run.after.filter((id) => turn.rules.runStatus(id) !== 'succeeded');
  if (waitsFor.length === 0 || (openPauses.size === 0 && releasedByPerson(turn.state))) {
    // What it asked whether to wait for was done after all.
    for (const id of openPauses) closePause(turn, id, 'run', 'scheduler');
    emit(turn, { type: 'run-started' });
    preserve(turn, 'start', null, { title: run.title, scope: run.scope, tasks: turn.state.tasks.size });
    return;
  }
  const names = waitsFor.flatMap((id) => {
    const status = turn.rules.runStatus(id);
    const isLost = status === null || status === 'failed' || status === 'cancelled';
    return isLost ? `${turn.rules.runTitle?.(id) ?? id} (${status ?? 'no longer in the record'})` : [];
  });
  if (names.length > 0 && openPauses.size === 0)
    ask(turn, null, { kind: 'unresolved-dependency', names }, ['run', 'stop'], { default: 'stop' });
}
const releasedByPerson = (state: RunState): boolean =>
  [...state.pauses.values()].some(
    ({ taskKey, reason, answer, appliedAt }) =>
      taskKey === null && reason.kind === 'unresolved-dependency' && appliedAt !== null && answer?.choice === 'run',
  );

/** Waiting tasks whose needs are met become ready, and those whose time to try again has come. */
function wake(turn: Turn): void {
  const { state } = turn;
  if (state.run.status === 'cancelling' || isFinalRun(state)) return;
  for (const key of state.recheck) {
    const entry = state.tasks.get(key);
    if (entry?.row.state === 'waiting' && needsMet(state, entry)) emit(turn, { type: 'task-ready', taskKey: key });
  }
  state.recheck.clear();
  if (state.run.status !== 'running') return;
  for (const key of state.retrying) {
    const row = state.tasks.get(key)?.row;
    if (row !== undefined && (row.nextAt ?? 0) <= turn.now) emit(turn, { type: 'task-ready', taskKey: key });
  }
}

/** Whoever has settled each of the failures in a row has looked at them: nothing is left to ask about. */
function dropMoot(turn: Turn): void {
  const { openPauses, pauses, tasks } = turn.state;
  for (const id of openPauses) {
    const pause = pauses.get(id);
    if (pause?.reason.kind !== 'failures-in-a-row' || pause.answer !== null) continue;
    const isSettled = (key: string): boolean =>
      ['succeeded', 'skipped', 'cancelled'].includes(tasks.get(key)?.row.state ?? 'cancelled');
    if (pause.reason.tasks.every(isSettled)) closePause(turn, id, 'continue', 'scheduler');
  }
}

function canBegin(turn: Turn, slots: number): boolean {
  const { state } = turn;
  if (state.run.status !== 'running' || slots <= 0) return false;
  return state.occupied.size < state.run.options.concurrency && heldBy(state) === null;
}

function nextReady(state: RunState) {
  for (let key = state.ready.pop(); key !== null; key = state.ready.pop()) {
    const entry = state.tasks.get(key);
    if (entry?.row.state === 'ready') return entry;
  }
  return null;
}

function endRun(turn: Turn): void {
  const { state } = turn;
  const { run, counts } = state;
  if (isFinalRun(state) || state.openEdits.size > 0) return;
  if (run.status === 'cancelling') {
    if (unfinished(state) > 0) return;
    return end(turn, counts.failed > 0 ? 'failed' : 'cancelled', run.reason);
  }
  if (run.status === 'created' || state.openPauses.size > 0) return;
  const left = unfinished(state);
  if (left === 0) {
    if (counts.failed > 0) return end(turn, 'failed', failedTitles(state));
    const cancelled = leftCancelled(state);
    return cancelled.length > 0
      ? end(turn, 'cancelled', `left cancelled: ${titles(cancelled)}`)
      : end(turn, 'succeeded', null);
  }
  // Only tasks that wait for what will never be done: nobody is asked, nothing runs, so it is over.
  if (left === counts.waiting) return end(turn, 'failed', blockedBy(state));
}

function end(turn: Turn, status: 'succeeded' | 'failed' | 'cancelled', reason: string | null): void {
  emit(turn, { type: 'run-ended', status, reason });
  preserve(turn, 'completion', null, { status, reason, counts: { ...turn.state.counts } });
}

const titles = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${String(names.length - 5)} more` : '');

function failedTitles(state: RunState): string {
  const failed = [...state.tasks.values()].filter(({ row }) => row.state === 'failed');
  return `failed: ${titles(failed.map(({ row }) => row.spec.title))}`;
}

/** Tasks of a run that was cancelled, of which somebody took up only others. What was taken out of the plan is none. */
const leftCancelled = ({ tasks }: RunState): readonly string[] =>
  [...tasks.values()].flatMap(({ row, removed }) => (row.state === 'cancelled' && !removed ? [row.spec.title] : []));

function blockedBy(state: RunState): string {
  const blockers = new Set<string>();
  for (const { row } of state.tasks.values()) {
    if (row.state !== 'waiting') continue;
    for (const need of row.spec.needs) {
      const entry = state.tasks.get(state.keys.get(need) ?? need);
      if (entry !== undefined && isFinal(entry.row.state) && !['succeeded', 'skipped'].includes(entry.row.state)) {
        blockers.add(entry.row.spec.title);
      }
    }
  }
  const { waiting: n } = state.counts;
  const waiting = n === 1 ? '1 task waits' : `${String(n)} tasks wait`;
  return blockers.size === 0 ? `${waiting} for each other` : `${waiting} for: ${titles([...blockers])}`;
}

const isFinalRun = (state: RunState): boolean => ['succeeded', 'failed', 'cancelled'].includes(state.run.status);
