// After the work: gates in order, then done, then whether the run waits before it goes on.
import type { GateResult } from '../model/gate';
import type { Answer } from '../model/pause';
import { askApproval } from './before';
import { isGone, isLeftOut, isTicked } from './by-hand';
import type { ProcessResult } from './ports';
import { attemptFailed, gatesRed } from './failing';
import { entryOf } from './fold';
import { explicitYes, isWritten, waitAfter } from './rules';
import type { TaskEntry } from './state';
import { tellingLines } from './telling-lines';
import { ask, emit, preserve, queueEdit, unfinished, type AttemptReport, type Turn } from './turn';

/** An attempt's process or worker has come to its end. */
export function attemptFinished(turn: Turn, attemptId: string, report: AttemptReport): void {
  const { state } = turn;
  const attempt = state.attempts.get(attemptId);
  if (attempt === undefined || !state.openAttempts.has(attemptId)) return;
  const entry = entryOf(state, attempt.taskKey);
  const { result } = report;
  turn.outputs.push(...result.outputs.map((output) => ({ ...output, attemptId })));
  const fine = result.exitCode === 0 && report.error === null;
  const late = !fine && attempt.deadlineAt !== null && turn.now >= attempt.deadlineAt;
  const cancelled = entry.row.state === 'cancelling' && !fine;
  const outcome = cancelled ? 'cancelled' : result.lost ? 'lost' : fine ? 'ok' : late ? 'timeout' : 'error';
  emit(turn, {
    type: 'attempt-ended',
    taskKey: attempt.taskKey,
    attemptId,
    outcome,
    exitCode: result.exitCode,
    signal: result.signal,
    error: report.error ?? (outcome === 'error' || outcome === 'timeout' ? lastWords(result) : null),
  });
  if (entry.row.state === 'cancelling') return afterCancelling(turn, entry);
  if (entry.row.state !== 'running') return;
  if (outcome === 'ok') return workDone(turn, entry);
  if (isLeftOut(turn, entry) || isGone(turn, entry) || isTicked(turn, entry)) return;
  attemptFailed(turn, entry, report);
}

/** The lines of a command that tell why it failed, for whoever looks at the attempt without its whole output. */
function lastWords({ outputs }: ProcessResult): string | null {
  const text = [...outputs]
    .sort((a, b) => (a.stream === b.stream ? 0 : a.stream === 'out' ? -1 : 1))
    .map(({ head, tail }) => `${head}\n${tail}`)
    .join('\n');
  const lines = tellingLines(text);
  return lines.length === 0 ? null : lines.join('\n').slice(0, 400);
}

/** What was being ended is gone. */
function afterCancelling(turn: Turn, entry: TaskEntry): void {
  const { taskKey, reason } = entry.row;
  switch (entry.next) {
    case 'cancelled':
      return emit(turn, { type: 'task-cancelled', taskKey });
    case 'skipped':
      return emit(turn, { type: 'task-skipped', taskKey, reason: reason ?? '' });
    case 'ready':
      if (isLeftOut(turn, entry) || isGone(turn, entry) || isTicked(turn, entry)) return;
      return emit(turn, { type: 'task-ready', taskKey });
  }
}

/** The work is done, says whoever did it: now the gates. `word`: a person who did it vouches for the criteria. */
export function workDone(turn: Turn, entry: TaskEntry, word?: Pick<Answer, 'by' | 'text'>): void {
  const { spec, taskKey } = entry.row;
  const attemptId = attemptOf(entry);
  if (isLeftOut(turn, entry)) return;
  if (spec.gates.length === 0) return withoutGates(turn, entry);
  if (askApproval(turn, entry, 'gates')) return;
  // What a person has accepted of this very work is not asked about again when it is checked again.
  const waived = entry.results.filter(
    ({ gate, status }) => status === 'waived' && spec.gates.some(({ name }) => name === gate),
  );
  emit(turn, { type: 'gates-started', taskKey, attemptId, gates: spec.gates });
  for (const result of waived) emit(turn, { type: 'gate-result', taskKey, attemptId, result });
  if (word !== undefined) vouch(turn, entry, word);
  nextGate(turn, entry);
}

/** Whoever has done the work by hand was told its criteria: they are not asked about once more. */
function vouch(turn: Turn, entry: TaskEntry, { by, text }: Pick<Answer, 'by' | 'text'>): void {
  const { criteria, gates } = entry.row.spec;
  const evidence = { findings: criteria.map((criterion) => criterion.text) };
  const found = { kind: 'criteria', status: 'pass', detail: text ?? `${by} says they are met`, evidence } as const;
  for (const { kind, name } of gates) {
    if (kind === 'criteria') recordGate(turn, entry, { ...found, gate: name, at: turn.now }, by);
  }
}

/** Checks the first gate without a result; with none left the task is done. */
export function nextGate(turn: Turn, entry: TaskEntry): void {
  const gate = entry.gates.find(({ name }) => !entry.results.some((result) => result.gate === name));
  if (gate !== undefined) {
    turn.effects.push({ kind: 'check-gate', attemptId: attemptOf(entry), gate });
    return;
  }
  const waived = entry.results.some(({ status }) => status === 'waived');
  succeed(turn, entry, waived ? 'waived' : 'verified');
}

/** What a gate found, or the question it asks. */
export function gateChecked(
  turn: Turn,
  attemptId: string,
  gate: string,
  found: GateResult | { readonly ask: string },
): void {
  const attempt = turn.state.attempts.get(attemptId);
  const entry = attempt === undefined ? undefined : turn.state.tasks.get(attempt.taskKey);
  // A check that was ended, or of an earlier attempt, says nothing any more.
  if (entry === undefined || entry.attemptId !== attemptId || entry.row.state !== 'checking') return;
  if (!entry.gates.some(({ name }) => name === gate) || entry.results.some((result) => result.gate === gate)) return;
  if (isLeftOut(turn, entry)) return;
  if ('ask' in found) {
    if (isGone(turn, entry)) return;
    ask(turn, entry, { kind: 'gate-person', gate, question: found.ask }, ['done', 'fail', 'waive', 'skip'], {
      stage: gate,
    });
    return;
  }
  const { command } = found.evidence;
  if (found.status === 'error' && command !== undefined && !turn.rules.isApproved(command)) {
    // Found out only now how tests are run here, or taken back meanwhile: nothing has failed, a person is to be asked.
    ask(turn, entry, { kind: 'approval', commands: [command] }, ['approve', 'approve-all', 'skip'], { stage: 'gates' });
    return;
  }
  recordGate(turn, entry, found);
  if (found.status === 'fail' || found.status === 'error') gatesRed(turn, entry);
  else nextGate(turn, entry);
}

export function recordGate(turn: Turn, entry: TaskEntry, result: GateResult, actor = 'scheduler'): void {
  const attemptId = attemptOf(entry);
  emit(turn, { type: 'gate-result', taskKey: entry.row.taskKey, attemptId, result, actor });
  turn.gateResults.push({ attemptId, result });
  preserve(turn, 'gate', entry.row.taskKey, { gate: result.gate, status: result.status, detail: result.detail });
}

/** No gate of a task has this name. */
const PERSON = 'person';

/** A person's word about the task as a whole, kept as a gate result. */
export function recordWord(turn: Turn, entry: TaskEntry, by: string, text: string | null): void {
  const detail = text ?? `${by} says it is done`;
  const result: GateResult = { gate: PERSON, kind: 'person', status: 'pass', detail, evidence: {}, at: turn.now };
  recordGate(turn, entry, result, by);
}

function withoutGates(turn: Turn, entry: TaskEntry): void {
  if (entry.word) return succeed(turn, entry, 'verified');
  const { options } = turn.state.run;
  if (explicitYes(entry.row.spec, options) || entry.removed) return succeed(turn, entry, 'unverified');
  if (isTicked(turn, entry)) return;
  const wait = waitAfter(entry.row.spec, options);
  // The author asks for a person's eyes anyway: one question instead of two.
  if (wait !== null && isWritten(wait)) {
    ask(turn, entry, wait, ['continue', 'retry', 'skip', 'stop'], { stage: 'unverified' });
  } else {
    ask(turn, entry, { kind: 'unverified' }, ['done', 'retry', 'skip']);
  }
}

/** The task is done: recorded, its document is to say so, and the run goes on or waits. */
export function succeed(
  turn: Turn,
  entry: TaskEntry,
  verification: 'verified' | 'unverified' | 'waived',
  waitAsked = false,
): void {
  const { taskKey, spec } = entry.row;
  const { ticked, unchecked } = saidOfCriteria(entry);
  emit(turn, { type: 'task-succeeded', taskKey, verification, ...(unchecked.length === 0 ? {} : { unchecked }) });
  if (ticked.length > 0) queueEdit(turn, entry, { kind: 'tick-criteria', key: spec.key, lines: ticked });
  queueEdit(turn, entry, { kind: 'set-status', key: spec.key, status: 'done' });
  preserve(turn, 'completion', taskKey, { title: spec.title, verification, results: entry.results });
  const wait = waitAsked || entry.removed ? null : waitAfter(spec, turn.state.run.options);
  // The defaults ask for a person's eyes: they were there a moment ago, or nothing follows to wait for.
  if (wait === null || (!isWritten(wait) && (entry.word || unfinished(turn.state) === 0))) return;
  ask(turn, entry, wait, ['continue', 'retry', 'stop']);
}

/** Which lines of the document were found true, and which nobody has looked at. */
function saidOfCriteria(entry: TaskEntry): {
  readonly ticked: readonly string[];
  readonly unchecked: readonly string[];
} {
  const { gates, results } = entry;
  const { criteria } = entry.row.spec;
  // The answer to a question of its own is no word about everything.
  const confirmed = results.some(
    ({ gate, kind, status }) => status === 'pass' && (kind === 'criteria' || gate === PERSON),
  );
  const decided = new Set(gates.flatMap(({ name, boxes }) => [name, ...(boxes ?? [])]));
  const rest = criteria.filter(({ text, done }) => done !== true && !decided.has(text));
  const ticked = [
    ...(confirmed ? rest.filter(({ done }) => done === false).map(({ text }) => text) : []),
    ...gates.flatMap((gate) => (isGreen(entry, gate.name) ? (gate.boxes ?? []) : [])),
  ];
  const wereAsked = confirmed || results.some(({ kind }) => kind === 'criteria');
  return { ticked: [...new Set(ticked)], unchecked: wereAsked ? [] : rest.map(({ text }) => text) };
}

const isGreen = (entry: TaskEntry, gate: string): boolean =>
  entry.results.some((result) => result.gate === gate && result.status === 'pass');

const attemptOf = (entry: TaskEntry): string => {
  if (entry.attemptId === null) throw new Error(`task ${entry.row.taskKey} has no attempt`);
  return entry.attemptId;
};
