// What an agent outside may say about a task it works on: taken, getting on, done, failed, a question.
import type { Failure } from '../model/failure';
import { err, ok, unreachable, type Result } from '../model/result';
import { FINAL_RUN_STATES } from '../model/run';
import type { AgentWish, RunWish } from './service';
import { ask, emit, type Turn } from './turn';

export function applyWord(turn: Turn, word: AgentWish, by: string): Result<string, Failure> {
  const { state, now } = turn;
  const taskKey = state.keys.get(word.taskKey) ?? word.taskKey;
  const entry = state.tasks.get(taskKey);
  if (entry === undefined) return err({ kind: 'unknown-item', asked: word.taskKey, nearest: [] });
  if (FINAL_RUN_STATES.has(state.run.status)) {
    return err({ kind: 'illegal-transition', from: state.run.status, to: word.kind, what: entry.row.spec.title });
  }
  const text = word.text ?? '';
  switch (word.kind) {
    case 'claim':
    case 'progress':
      emit(turn, { type: 'note', taskKey, text: text === '' ? word.kind : text, actor: by });
      return ok(word.kind);
    case 'ask':
      return ok(ask(turn, entry, { kind: 'question', question: text, by }, ['answer'], { actor: by, stage: text }).id);
    case 'complete':
    case 'fail': {
      const pause = entry.pauseId === null ? undefined : state.pauses.get(entry.pauseId);
      const choice = word.kind === 'complete' ? ('done' as const) : ('fail' as const);
      const open = pause?.answer === null && pause.choices.some(({ id }) => id === choice);
      if (!open || pause === undefined) {
        const to = word.kind === 'complete' ? 'succeeded' : 'failed';
        return err({ kind: 'illegal-transition', from: entry.row.state, to, what: entry.row.spec.title });
      }
      const answer = { choice, text: word.text, by, at: now };
      emit(turn, { type: 'pause-answered', pauseId: pause.id, answer, actor: by });
      return ok(pause.id);
    }
    default:
      return unreachable(word.kind);
  }
}

const WORDS: ReadonlySet<string> = new Set<AgentWish['kind']>(['claim', 'progress', 'complete', 'fail', 'ask']);
export const isWord = (wish: RunWish): wish is AgentWish => WORDS.has(wish.kind);
