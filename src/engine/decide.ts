// What follows from what: one input, the state of a run, and the rules give events and effects. Deterministic, without
// clock, chance or I/O. The state that is handed in is advanced by exactly the events that come back, so that folding
// them from nothing gives the same state.
import type { Failure } from '../model/failure';
import type { Answer } from '../model/pause';
import { err, ok, unreachable, type Result } from '../model/result';
import type { Run, TaskSpec } from '../model/run';
import { attemptFinished, gateChecked } from './after';
import { applyAnswers } from './answers';
import { apply } from './fold';
import type { Input } from './inputs';
import { markAtWork } from './marks';
import { planChanged } from './plan-edits';
import { recover, shut } from './recovery';
import { schedule } from './scheduling';
import { emptyRun, type RunState } from './state';
import { applyWord, isAgent, isWord } from './agent-words';
import { beginTurn, emit, type Rules, type Turn } from './turn';
import { applyWish } from './wishes';

/** Begins a run: its first events. */
export function createRun(
  run: Run,
  specs: readonly TaskSpec[],
  rules: Rules,
  now: number,
  by: string,
): { readonly state: RunState; readonly turn: Turn } {
  const state = emptyRun(run);
  const turn = beginTurn(state, rules, now);
  const created = { type: 'run-created' as const, runId: run.id, at: now, actor: by, run };
  apply(state, created);
  turn.events.push(created);
  for (const spec of specs) emit(turn, { type: 'task-added', taskKey: spec.key, spec, actor: by });
  return { state, turn };
}

/** Decides about one input, adding to the turn. The value says what came of a wish, an answer or a schedule. */
export function decide(turn: Turn, input: Input): Result<string, Failure> {
  const { state } = turn;
  switch (input.kind) {
    case 'wish':
      return isWord(input.wish) ? applyWord(turn, input.wish, input.by) : applyWish(turn, input.wish, input.by);
    case 'answer':
      return takeAnswer(turn, input.pauseId, input.answer);
    case 'apply-answers':
      applyAnswers(turn);
      return ok('');
    case 'process-started': {
      const attempt = state.attempts.get(input.attemptId);
      if (attempt === undefined || attempt.endedAt !== null) return ok('');
      const { attemptId, pid, processStart, bootId, dir } = input;
      emit(turn, { type: 'attempt-process', taskKey: attempt.taskKey, attemptId, pid, processStart, bootId, dir });
      return ok('');
    }
    case 'adopted': {
      const attempt = state.attempts.get(input.attemptId);
      if (attempt === undefined || attempt.endedAt !== null) return ok('');
      const { taskKey } = attempt;
      const epoch = turn.rules.epoch;
      emit(turn, { type: 'attempt-adopted', taskKey, attemptId: input.attemptId, epoch, actor: 'recovery' });
      return ok('');
    }
    case 'attempt-finished':
      attemptFinished(turn, input.attemptId, input.report);
      return ok('');
    case 'deadline':
      if (state.openAttempts.has(input.attemptId)) {
        turn.effects.push({ kind: 'end-attempt', attemptId: input.attemptId });
      }
      return ok('');
    case 'long-at-work':
      markAtWork(turn, input.attemptId);
      return ok('');
    case 'gate-checked':
      gateChecked(turn, input.attemptId, input.gate, input.found);
      return ok('');
    case 'readiness': {
      const { name, status, detail } = input.step;
      emit(turn, { type: 'readiness', name, status, detail });
      return ok('');
    }
    case 'edit-applied': {
      const edit = state.edits.get(input.editId);
      if (edit === undefined || edit.appliedAt !== null) return ok('');
      emit(turn, { type: 'edit-applied', taskKey: edit.taskKey, editId: edit.id, result: input.result });
      return ok('');
    }
    case 'plan':
      planChanged(turn, input.reading);
      return ok('');
    case 'recover':
      recover(turn);
      return ok('');
    case 'shut':
      shut(turn);
      return ok('');
    case 'schedule':
      return ok(String(schedule(turn, input.slots)));
    default:
      return unreachable(input);
  }
}

/** Keeps an answer, the first one for good. What it does comes with `apply-answers`. */
function takeAnswer(turn: Turn, pauseId: string, answer: Answer): Result<string, Failure> {
  const pause = turn.state.pauses.get(pauseId);
  if (pause === undefined) return err({ kind: 'unknown-pause', id: pauseId });
  if (pause.answer !== null) {
    return err({ kind: 'already-answered', id: pauseId, choice: pause.answer.choice, by: pause.answer.by });
  }
  const choices = pause.choices.map(({ id }) => id);
  // Answers are for people: an agent hands its turn back with its own words.
  if (isAgent(answer.by) || !choices.includes(answer.choice))
    return err({ kind: 'illegal-choice', choice: answer.choice, choices });
  emit(turn, { type: 'pause-answered', pauseId, answer, actor: answer.by });
  return ok(pauseId);
}
