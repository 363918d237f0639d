// What an agent outside may say about a task it works on: taken, getting on, done, failed, a question.
import type { Failure } from '../model/failure';
import type { ChoiceId, Pause } from '../model/pause';
import type { Claim } from '../model/run';
import { err, ok, unreachable, type Result } from '../model/result';
import { FINAL_RUN_STATES } from '../model/run';
import { checkClaim, liveClaim, releaseClaim, takeClaim } from './claims';
import type { AgentWish, RunWish } from './service';
import type { TaskEntry } from './state';
import { ask, emit, type Turn } from './turn';

export function applyWord(turn: Turn, word: AgentWish, by: string): Result<string, Failure> {
  const { state } = turn;
  const taskKey = state.keys.get(word.taskKey) ?? word.taskKey;
  const entry = state.tasks.get(taskKey);
  if (entry === undefined) return err({ kind: 'unknown-item', asked: word.taskKey, nearest: [] });
  if (FINAL_RUN_STATES.has(state.run.status)) {
    return err({ kind: 'illegal-transition', from: state.run.status, to: word.kind, what: entry.row.spec.title });
  }
  const text = word.text ?? '';
  const pause = entry.pauseId === null ? undefined : state.pauses.get(entry.pauseId);
  const asked = pause?.answer === null ? pause : undefined;
  const noted = (): Result<string, Failure> => {
    emit(turn, { type: 'note', taskKey, text: text === '' ? word.kind : text, actor: by });
    return ok(word.kind);
  };
  if (word.kind === 'release') {
    const released = releaseClaim(turn, entry, word, by, isAgent(by));
    return released.ok ? ok(word.kind) : released;
  }
  const allowed = word.kind === 'claim' ? takeClaim(turn, entry, word, by) : checkClaim(turn, entry, word, by);
  if (!allowed.ok) return allowed;
  switch (word.kind) {
    case 'claim':
      return ok(word.kind);
    case 'progress':
      return noted();
    case 'ask': {
      // Asking the same again is the same question: an agent that was started anew finds its answer.
      for (const { id, taskKey: about, reason } of state.pauses.values()) {
        if (about === taskKey && reason.kind === 'question' && reason.question === text) return ok(id);
      }
      return ok(ask(turn, entry, { kind: 'question', question: text, by }, ['answer'], { actor: by, stage: text }).id);
    }
    // Only the turn to work is the agent's to give back. What is asked of a person stays asked.
    case 'complete': {
      const handed = handIn(turn, entry, by, word.text);
      if (handed !== null) return ok(handed);
      if (isAtWork(turn, entry)) return noted();
      return err({ kind: 'illegal-transition', from: entry.row.state, to: 'succeeded', what: entry.row.spec.title });
    }
    case 'fail':
      if (asked?.reason.kind === 'your-turn') return ok(answer(turn, asked, 'fail', by, word.text));
      if (asked?.reason.kind === 'gate-failed' || isAtWork(turn, entry)) return noted();
      return err({ kind: 'illegal-transition', from: entry.row.state, to: 'failed', what: entry.row.spec.title });
    default:
      return unreachable(word.kind);
  }
}

/** An agent says that it is done: its turn ends, or a red gate is looked at again. null: neither is asked. */
export function handIn(turn: Turn, { pauseId }: TaskEntry, by: string, text: string | null): string | null {
  const pause = pauseId === null ? undefined : turn.state.pauses.get(pauseId);
  if (pause === undefined || pause.answer !== null) return null;
  if (pause.reason.kind === 'your-turn') return answer(turn, pause, 'done', by, text);
  return pause.reason.kind === 'gate-failed' ? answer(turn, pause, 'continue', by, text) : null;
}

function answer(turn: Turn, { id }: Pause, choice: ChoiceId, by: string, text: string | null): string {
  emit(turn, { type: 'pause-answered', pauseId: id, answer: { choice, text, by, at: turn.now }, actor: by });
  return id;
}

/** The claim of the agent outside that works on it now, if one does. */
export function agentsClaim(entry: TaskEntry, now: number): Claim | null {
  const claim = liveClaim(entry, now);
  return claim !== null && isAgent(claim.by) ? claim : null;
}

/** An agent that the engine itself started says something: how its attempt ends decides. */
const isAtWork = ({ state }: Turn, { attemptId, row }: TaskEntry): boolean =>
  row.state === 'running' && attemptId !== null && state.attempts.get(attemptId)?.kind === 'agent';

/** Agents outside come in through MCP; their word is never a person's. */
export const isAgent = (by: string): boolean => by.startsWith('mcp:');

const WORDS: ReadonlySet<string> = new Set<AgentWish['kind']>([
  'claim',
  'release',
  'progress',
  'complete',
  'fail',
  'ask',
]);
export const isWord = (wish: RunWish): wish is AgentWish => WORDS.has(wish.kind);
