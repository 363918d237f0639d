// Whose task it is among agents: one has it at a time, until it is over, given back, silent for long, or its session is
// gone. A person is never held by it.
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { Claim } from '../model/run';
import type { AgentWish } from './service';
import { isFinal, type TaskEntry } from './state';
import { emit, type Turn } from './turn';

/** Nothing heard for so long: another may take it. */
export const SILENT_MS = 30 * 60_000;
/** A word moves the end on, but not with each of many words. */
const RENEW_MS = 60_000;

/** The claim that holds now; null: anybody may take it. */
export const liveClaim = ({ claim, row }: TaskEntry, now: number): Claim | null =>
  claim === null || isFinal(row.state) || claim.until <= now ? null : claim;

/** Takes the task, or says who has it. */
export function takeClaim(turn: Turn, entry: TaskEntry, word: AgentWish, by: string): Result<null, Failure> {
  const live = liveClaim(entry, turn.now);
  const session = word.session ?? by;
  if (live === null || live.session === session || live.session === word.gone) {
    const before = entry.claim;
    const reason =
      before === null || before.session === session
        ? 'taken'
        : live === null
          ? `taken over from ${before.by}: nothing was heard of it`
          : `taken over from ${before.by}: its session has ended`;
    put(turn, entry, { by, session, at: turn.now, until: turn.now + SILENT_MS }, reason, by);
    return ok(null);
  }
  return err(heldBy(entry, live));
}

/** A word of one who does not have the task is refused; a word of the one who has it moves the end on. */
export function checkClaim(turn: Turn, entry: TaskEntry, word: AgentWish, by: string): Result<null, Failure> {
  const live = liveClaim(entry, turn.now);
  if (live === null || word.session === undefined) return ok(null);
  if (live.session !== word.session) {
    return live.session === word.gone ? takeClaim(turn, entry, word, by) : err(heldBy(entry, live));
  }
  const until = turn.now + SILENT_MS;
  if (until - live.until > RENEW_MS) put(turn, entry, { ...live, until }, 'heard of', by);
  return ok(null);
}

/** Gives it back: by the one who has it, or by a person. */
export function releaseClaim(
  turn: Turn,
  entry: TaskEntry,
  word: AgentWish,
  by: string,
  isAgent: boolean,
): Result<null, Failure> {
  const live = liveClaim(entry, turn.now);
  if (live === null) return ok(null);
  if (isAgent && live.session !== word.session) return err(heldBy(entry, live));
  put(turn, entry, null, word.text ?? 'given back', by);
  return ok(null);
}

function put(turn: Turn, entry: TaskEntry, claim: Claim | null, reason: string, by: string): void {
  emit(turn, { type: 'claim-changed', taskKey: entry.row.taskKey, claim, reason, actor: by });
}

const heldBy = (entry: TaskEntry, { by, until }: Claim): Failure => ({
  kind: 'claimed',
  what: entry.row.spec.title,
  by,
  until,
});
