// Applying answers: what each choice of each pause does. Answering is one step, applying another, done once.
import type { Answer, Pause } from '../model/pause';
import { unreachable } from '../model/result';
import { isAgent } from './agent-words';
import { nextGate, recordGate, recordWord, succeed, workDone } from './after';
import { startAttempt } from './before';
import { takeBackWord } from './by-hand';
import { createHotfix, evidenceOf, exhausted, gatesRed, howItFailed, redGates } from './failing';
import type { TaskEntry } from './state';
import { emit, preserve, type Turn } from './turn';
import { cancelRun, leave } from './wishes';

/** Gives every answered pause its effect. */
export function applyAnswers(turn: Turn): void {
  for (const id of turn.state.openPauses) {
    const pause = turn.state.pauses.get(id);
    if (pause?.answer !== null && pause?.answer !== undefined) applyAnswer(turn, pause, pause.answer);
  }
}

function applyAnswer(turn: Turn, pause: Pause, answer: Answer): void {
  const actor = answer.by;
  const { taskKey } = pause;
  emit(turn, { type: 'pause-applied', pauseId: pause.id, actor });
  if (answer.text !== null && answer.text !== '' && taskKey !== null) {
    emit(turn, { type: 'note', taskKey, text: answer.text, actor });
  }
  preserve(turn, 'answer', taskKey, { reason: pause.reason, choice: answer.choice, text: answer.text, by: actor });
  const entry = taskKey === null ? undefined : turn.state.tasks.get(taskKey);
  if (answer.choice === 'stop') {
    if (entry?.counted === true && entry.row.state === 'paused') {
      emit(turn, { type: 'task-failed', taskKey: entry.row.taskKey, reason: detailOf(pause), actor });
    }
    if (pause.reason.kind === 'failures-in-a-row') giveUp(turn, actor);
    return cancelRun(turn, actor, detailOf(pause));
  }
  if (entry === undefined) return;
  if (entry.row.state === 'succeeded') return afterWait(turn, entry, answer);
  // Somebody has moved the task on meanwhile (skipped, ticked by hand): the answer came too late to matter.
  if (entry.row.state !== 'paused' || entry.pauseId !== null) return;
  applyToTask(turn, entry, pause, answer);
}

/** What failed and waited for a decision has failed: the run was stopped because of it. */
function giveUp(turn: Turn, actor: string): void {
  for (const entry of turn.state.tasks.values()) {
    if (!entry.counted || entry.row.state !== 'paused') continue;
    const reason = howItFailed(turn, entry);
    leave(turn, entry, 'stop', actor);
    emit(turn, { type: 'task-failed', taskKey: entry.row.taskKey, reason, actor });
  }
}

/** The task was done already; the run waited. */
function afterWait(turn: Turn, entry: TaskEntry, answer: Answer): void {
  if (answer.choice !== 'retry') return;
  takeBackWord(turn, entry, answer.by);
  emit(turn, { type: 'task-ready', taskKey: entry.row.taskKey, actor: answer.by });
}

function applyToTask(turn: Turn, entry: TaskEntry, pause: Pause, answer: Answer): void {
  const { taskKey } = entry.row;
  const actor = answer.by;
  switch (answer.choice) {
    case 'approve':
    case 'approve-all':
      if (pause.dedupeKey.endsWith('|gates')) return toGates(turn, entry);
      return emit(turn, { type: 'task-ready', taskKey, actor });
    case 'skip':
      endPersonsAttempt(turn, entry, 'cancelled', null, actor);
      return emit(turn, { type: 'task-skipped', taskKey, reason: answer.text ?? `skipped by ${actor}`, actor });
    case 'retry':
    case 'run':
      endPersonsAttempt(turn, entry, 'cancelled', null, actor);
      return emit(turn, { type: 'task-ready', taskKey, actor });
    case 'done':
      return saidDone(turn, entry, pause, answer);
    case 'continue':
      if (pause.reason.kind === 'gate-failed') return workDone(turn, entry);
      if (pause.reason.kind === 'pause-after') {
        recordWord(turn, entry, actor, answer.text);
        return succeed(turn, entry, 'verified', true);
      }
      return emit(turn, { type: 'task-ready', taskKey, actor });
    case 'waive':
      return waive(turn, entry, pause, answer);
    case 'hotfix':
      return createHotfix(turn, entry, evidenceOf(turn, entry, detailOf(pause)), actor);
    case 'fail':
      return saidFail(turn, entry, pause, answer);
    case 'answer':
    case 'stop':
      return;
    default:
      return unreachable(answer.choice);
  }
}

function saidDone(turn: Turn, entry: TaskEntry, pause: Pause, answer: Answer): void {
  const actor = answer.by;
  if (pause.reason.kind === 'gate-person') {
    passGate(turn, entry, pause.reason.gate, 'pass', answer);
    resumeGates(turn, entry);
    return;
  }
  if (pause.reason.kind === 'unverified') {
    recordWord(turn, entry, actor, answer.text);
    return succeed(turn, entry, 'verified');
  }
  if (pause.reason.kind === 'human-required') startAttempt(turn, entry, 'person', null);
  endPersonsAttempt(turn, entry, 'ok', answer.text, actor);
  // A person's word is a gate result of its own; the task's other gates still decide. An agent's word proves nothing.
  if (isAgent(actor)) return workDone(turn, entry);
  recordWord(turn, entry, actor, answer.text);
  workDone(turn, entry, answer);
}

function saidFail(turn: Turn, entry: TaskEntry, pause: Pause, answer: Answer): void {
  const actor = answer.by;
  const detail = answer.text ?? `${actor} says it failed`;
  if (pause.reason.kind === 'gate-person') {
    passGate(turn, entry, pause.reason.gate, 'fail', answer);
    return gatesRed(turn, entry);
  }
  if (pause.reason.kind === 'your-turn') {
    endPersonsAttempt(turn, entry, 'error', detail, actor);
    return exhausted(turn, entry, { detail, command: null, outputTail: '', attempts: 1 });
  }
  emit(turn, { type: 'task-failed', taskKey: entry.row.taskKey, reason: detailOf(pause), actor });
}

function waive(turn: Turn, entry: TaskEntry, pause: Pause, answer: Answer): void {
  const gates = pause.reason.kind === 'gate-failed' ? pause.reason.gates : [];
  for (const gate of gates) passGate(turn, entry, gate, 'waived', answer);
  if (pause.reason.kind === 'gate-person') passGate(turn, entry, pause.reason.gate, 'waived', answer);
  resumeGates(turn, entry);
}

function passGate(
  turn: Turn,
  entry: TaskEntry,
  name: string,
  status: 'pass' | 'fail' | 'waived',
  answer: Answer,
): void {
  const gate = entry.gates.find((gate) => gate.name === name);
  const kind = gate?.kind ?? 'person';
  const detail = answer.text ?? `${status} by ${answer.by}`;
  recordGate(turn, entry, { gate: name, kind, status, detail, evidence: {}, at: turn.now }, answer.by);
}

/** Approved in the middle of a check: what was found and answered before it stands. */
function toGates(turn: Turn, entry: TaskEntry): void {
  if (entry.gates.length > 0 && redGates(entry).length === 0) resumeGates(turn, entry);
  else workDone(turn, entry);
}

/** Goes on with the gates that have no result yet; those that have one keep it. */
function resumeGates(turn: Turn, entry: TaskEntry): void {
  const { taskKey } = entry.row;
  const { gates, attemptId } = entry;
  if (attemptId === null) return;
  emit(turn, { type: 'gates-started', taskKey, attemptId, gates, goesOn: true });
  nextGate(turn, entry);
}

function endPersonsAttempt(
  turn: Turn,
  entry: TaskEntry,
  outcome: 'ok' | 'error' | 'cancelled',
  error: string | null,
  actor: string,
): void {
  const attempt = entry.attemptId === null ? undefined : turn.state.attempts.get(entry.attemptId);
  if (attempt === undefined || attempt.kind !== 'person' || attempt.endedAt !== null) return;
  const { taskKey } = entry.row;
  const ended = { exitCode: null, signal: null, error: outcome === 'error' ? error : null };
  emit(turn, { type: 'attempt-ended', taskKey, attemptId: attempt.id, outcome, ...ended, actor });
}

function detailOf(pause: Pause): string {
  const { reason } = pause;
  if (reason.kind === 'task-failed' || reason.kind === 'gate-failed') return reason.detail;
  if (reason.kind === 'failures-in-a-row') {
    const what = reason.summary === undefined ? '' : `: ${reason.summary.join('; ')}`;
    return `stopped after failures in a row${what}`;
  }
  return `stopped at ${reason.kind}`;
}
