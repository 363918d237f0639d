// The plan was edited while the run goes on: what was added, changed, renamed, removed or ticked by hand is taken in.
import type { Pause, PauseReason } from '../model/pause';
import type { PlanStatus } from '../model/plan';
import type { TaskSpec } from '../model/run';
import { FINAL_RUN_STATES } from '../model/run';
import { agentsClaim, handIn } from './agent-words';
import { CROSSED_OUT, HAND } from './by-hand';
import { emit, isOver, queueEdit, type Turn } from './turn';
import { redGates } from './failing';
import { cancelRun, leave } from './wishes';
import { bestMatch } from './same-task';
import { needsMet, type TaskEntry } from './state';

/** What the documents say now about a run's scope. */
export interface PlanReading {
  /** null: the scope itself is gone. */
  readonly specs: readonly TaskSpec[] | null;
  /** By key, of the run's tasks; missing: gone from the document. */
  readonly status: ReadonlyMap<string, PlanStatus>;
  /** Documents of tasks that are not found: they are not there, or empty. */
  readonly away?: ReadonlySet<string>;
}

/** States in which a tick by hand is taken at its word; what is at work comes to its own end. */
const TAKES_TICK = new Set(['waiting', 'ready', 'retrying', 'paused', 'failed', 'skipped', 'cancelled']);
/** The same for one that is crossed out. */
const TAKES_CROSS = new Set(['waiting', 'ready', 'retrying', 'paused', 'failed']);
const AT_WORK = new Set(['running', 'checking', 'cancelling']);

export function planChanged(turn: Turn, reading: PlanReading): void {
  const { state } = turn;
  if (FINAL_RUN_STATES.has(state.run.status) || state.run.status === 'cancelling') return;
  if ((reading.specs ?? []).length === 0 && reading.status.size === 0)
    return cancelRun(turn, HAND, 'its document is gone');
  const fresh = new Map((reading.specs ?? []).map((spec) => [spec.key, spec]));
  const gone: TaskEntry[] = [];
  const away: TaskEntry[] = [];
  const behind = notYetWritten(turn);
  for (const entry of state.tasks.values()) {
    const { key } = entry.row.spec;
    const spec = fresh.get(key);
    fresh.delete(key);
    const status = reading.status.get(key);
    if (staysOut(entry, status)) continue;
    if (spec !== undefined) takeChange(turn, entry, withBlock(spec, status));
    if (status !== undefined && behind.has(entry.row.taskKey)) continue;
    if (status !== undefined) takeStatus(turn, entry, status);
    else if (reading.away?.has(entry.row.spec.path) === true) away.push(entry);
    else if (spec === undefined && (!awaitsItsDocument(entry) || stands(entry, fresh))) gone.push(entry);
  }
  const becomes = (entry: TaskEntry, spec: TaskSpec): void => {
    fresh.delete(spec.key);
    const status = reading.status.get(spec.key);
    if (staysOut(entry, status)) return;
    rename(turn, entry, withBlock(spec, status));
    if (status !== undefined) takeStatus(turn, entry, status);
  };
  for (const entry of gone) {
    const spec = entry.removed ? elsewhere(turn, entry, fresh) : bestMatch(entry.row.spec, fresh);
    if (spec !== null) becomes(entry, spec);
    else if (!entry.removed) remove(turn, entry);
  }
  for (const entry of away) {
    const spec = moved(entry, fresh);
    if (spec !== null) becomes(entry, spec);
  }
  if (state.run.scope.kind === 'ready' || state.run.scope.kind === 'only') return;
  for (const spec of fresh.values()) {
    if (reading.status.get(spec.key) === 'done') continue;
    const added = withBlock(spec, reading.status.get(spec.key));
    emit(turn, { type: 'task-added', taskKey: newKey(turn, spec.key), spec: added, actor: HAND });
  }
}

/** Another task of the run may have come under this name and be called otherwise since. */
function newKey({ state }: Turn, key: string): string {
  for (let n = 1; ; n++) {
    const free = n === 1 ? key : `${key} (${String(n)})`;
    if (!state.tasks.has(free)) return free;
  }
}

/** Tasks whose status is about to be written: what their documents still say is our own word of before. */
const notYetWritten = ({ state }: Turn): ReadonlySet<string> =>
  new Set(
    [...state.openEdits].flatMap((id) => {
      const edit = state.edits.get(id);
      return edit?.change.kind === 'set-status' ? [edit.taskKey] : [];
    }),
  );

/** What the author marks as blocked waits for something no item answers to. */
const withBlock = (spec: TaskSpec, status: PlanStatus | undefined): TaskSpec =>
  status === 'blocked' ? { ...spec, unresolved: [...spec.unresolved, 'marked as blocked'] } : spec;

/** A hot fix stands in its document only after the edit that puts it there. */
const awaitsItsDocument = (entry: TaskEntry): boolean => entry.row.spec.pending === true && !isOver(entry);

/** Its edit has been applied: the document has the hot fix now, under the key of the document. */
const stands = (entry: TaskEntry, fresh: ReadonlyMap<string, TaskSpec>): boolean =>
  [...fresh.values()].some(({ path, id }) => path === entry.row.spec.path && id === entry.row.spec.id);

function takeStatus(turn: Turn, entry: TaskEntry, status: PlanStatus): void {
  const { taskKey, state } = entry.row;
  const said = status === 'done' || status === 'cancelled' ? status : null;
  const isTheWorks = AT_WORK.has(state) || isFromTheWork(turn, entry);
  if (isTheWorks ? said !== entry.hand : said === null && entry.hand !== null)
    emit(turn, { type: 'task-marked-by-hand', taskKey, status: said, actor: HAND });
  // What was said while it was at work is no answer to what is asked now, or done about it.
  else if (said !== null && said === entry.hand) return;
  if (isTheWorks) return;
  const claim = said === 'done' && TAKES_TICK.has(state) ? agentsClaim(entry, turn.now) : null;
  if (claim !== null) {
    // An agent that has the task ticks it as it goes: it has handed it in, and the gates decide.
    emit(turn, { type: 'task-marked-by-hand', taskKey, status: 'done', actor: HAND });
    handIn(turn, entry, claim.by, 'ticked in its document');
    return;
  }
  if (status === 'done' && TAKES_TICK.has(state)) {
    if (state !== 'failed' && state !== 'skipped' && state !== 'cancelled') leave(turn, entry, 'done', HAND);
    emit(turn, { type: 'task-done-by-hand', taskKey, actor: HAND });
  } else if (status === 'cancelled' && TAKES_CROSS.has(state)) {
    if (state !== 'failed') leave(turn, entry, 'skip', HAND);
    emit(turn, { type: 'task-skipped', taskKey, reason: CROSSED_OUT, actor: HAND });
  }
}

/** A document is read a moment after it was written: what is found behind a red end may be the work's own last act. */
function isFromTheWork({ state, now }: Turn, entry: TaskEntry): boolean {
  const pause = entry.pauseId === null ? undefined : state.pauses.get(entry.pauseId);
  const attempt = entry.attemptId === null ? undefined : state.attempts.get(entry.attemptId);
  // A hot fix may have come without a question.
  if (pause === undefined && entry.row.state === 'waiting' && entry.hotfixes.length > 0)
    return now - entry.row.updatedAt < LATE_MS && (attempt?.kind === 'agent' || redGates(entry).length > 0);
  if (pause === undefined || now - pause.askedAt >= LATE_MS) return false;
  return pause.reason.kind === 'gate-failed' || (pause.reason.kind === 'task-failed' && attempt?.kind === 'agent');
}
const LATE_MS = 3000;

function takeChange(turn: Turn, entry: TaskEntry, spec: TaskSpec): void {
  // What is over is not changed under its feet.
  if (isOver(entry) && !entry.removed) return;
  const merged = merge(turn, entry, spec);
  if (entry.removed) return takeBack(turn, entry, merged);
  if (entry.row.spec === merged || signature(entry.row.spec) === signature(merged)) return;
  const { taskKey, state } = entry.row;
  emit(turn, { type: 'task-changed', taskKey, spec: merged, actor: HAND });
  const pause = entry.pauseId === null ? undefined : turn.state.pauses.get(entry.pauseId);
  if (state !== 'paused' || pause?.answer !== null || !isAskedBefore(pause)) return;
  // The question was about the task as it was: whether it is still to be asked is found out anew.
  leave(turn, entry, 'retry', HAND);
  emit(
    turn,
    needsMet(turn.state, entry) ? { type: 'task-ready', taskKey } : { type: 'task-waiting', taskKey, reason: 'needs' },
  );
}

/** It was taken out, and where it stands again it says that it is not to be done. */
const staysOut = (entry: TaskEntry, status: PlanStatus | undefined): boolean =>
  entry.removed && entry.row.state === 'cancelled' && status === 'cancelled';

/** It was cut out and stands there again: what was done meanwhile is done. */
function takeBack(turn: Turn, entry: TaskEntry, spec: TaskSpec): void {
  emit(turn, { type: 'task-added', taskKey: entry.row.taskKey, spec, actor: HAND });
  if (entry.row.state !== 'succeeded' || wasTicked(turn, entry)) return;
  queueEdit(turn, entry, { kind: 'set-status', key: spec.key, status: 'done' });
}

const wasTicked = ({ state }: Turn, { row }: TaskEntry): boolean =>
  [...state.edits.values()].some(
    ({ taskKey, change }) => taskKey === row.taskKey && change.kind === 'set-status' && change.status === 'done',
  );

/** Its document is not there, and another one says the same of it. */
function moved(entry: TaskEntry, fresh: ReadonlyMap<string, TaskSpec>): TaskSpec | null {
  const { id, title } = entry.row.spec;
  const same = [...fresh.values()].filter((spec) => spec.id === id && spec.title === title);
  return same.length === 1 ? (same[0] ?? null) : null;
}

/** Cut out of one place and put into another, without a word changed; what was done and ticked before is over. */
function elsewhere(turn: Turn, entry: TaskEntry, fresh: ReadonlyMap<string, TaskSpec>): TaskSpec | null {
  const { id, path, title } = entry.row.spec;
  if (entry.row.state === 'succeeded' && wasTicked(turn, entry)) return null;
  return [...fresh.values()].find((spec) => spec.path === path && spec.id === id && spec.title === title) ?? null;
}

const BEFORE: ReadonlySet<PauseReason['kind']> = new Set([
  'unresolved-dependency',
  'human-required',
  'rule',
  'destructive',
  'credentials',
  'approval',
  'no-auto-advance',
]);
const isAskedBefore = (pause: Pause): boolean => BEFORE.has(pause.reason.kind) && !pause.dedupeKey.endsWith('|gates');

function rename(turn: Turn, entry: TaskEntry, spec: TaskSpec): void {
  const merged = merge(turn, entry, spec);
  emit(turn, { type: 'task-renamed', taskKey: entry.row.taskKey, newKey: spec.key, spec: merged, actor: HAND });
  if (entry.removed) takeBack(turn, entry, merged);
}

/** What the engine knows of a task and the document does not: which one it repairs, and by which it is repaired. */
function merge(turn: Turn, entry: TaskEntry, spec: TaskSpec): TaskSpec {
  const old = entry.row.spec;
  if (old.repairs === null && entry.hotfixes.length === 0) return spec;
  const needs = new Set(spec.needs);
  for (const key of entry.hotfixes) needs.add(key);
  if (old.repairs === null) return needs.size === spec.needs.length ? spec : { ...spec, needs: [...needs] };
  // A hot fix depends on what it repairs only in words; in the graph it is the other way round.
  const repaired = turn.state.tasks.get(old.repairs)?.row.spec.key ?? old.repairs;
  return {
    ...spec,
    kind: 'hotfix',
    repairs: old.repairs,
    gates: old.gates,
    unresolved: [],
    rank: old.rank,
    needs: [...needs].filter((key) => key !== old.repairs && key !== repaired),
    ...(old.steps === undefined ? {} : { steps: old.steps }),
    ...(old.evidence === undefined ? {} : { evidence: old.evidence }),
  };
}

function remove(turn: Turn, entry: TaskEntry): void {
  const { taskKey, state } = entry.row;
  if (state === 'paused' || state === 'ready' || state === 'retrying') leave(turn, entry, 'skip', HAND);
  emit(turn, { type: 'task-removed', taskKey, actor: HAND });
}

const signatures = new WeakMap<TaskSpec, string>();
/** What makes a task another one to do. Its line, its rank and its ticks do not. */
function signature(spec: TaskSpec): string {
  const known = signatures.get(spec);
  if (known !== undefined) return known;
  const criteria = spec.criteria.map(({ text }) => text);
  const made = JSON.stringify({ ...spec, line: 0, rank: 0, criteria, needs: [...spec.needs].sort() });
  signatures.set(spec, made);
  return made;
}
