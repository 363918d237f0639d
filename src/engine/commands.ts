// Command rows: wishes as any host writes them and the runner reads them. Rows are checked when read, because another
// version of this program may have written them.
import type { Failure } from '../model/failure';
import type { ChoiceId } from '../model/pause';
import { err, ok, type Result } from '../model/result';
import type { EngineCommand, EngineCommandKind, RunOptions, RunScope } from '../model/run';
import type { Journal } from './ports';
import type { RunWish, StartRequest } from './service';

/** A command row, understood. */
export type Wish =
  | { readonly kind: 'start'; readonly request: StartRequest }
  | { readonly kind: 'wish'; readonly wish: RunWish }
  | { readonly kind: 'answer'; readonly pauseId: string; readonly choice: ChoiceId; readonly text: string | null };

export const startPayload = (request: StartRequest): EngineCommand['payload'] => ({ ...request });
export const wishPayload = (wish: RunWish): EngineCommand['payload'] => {
  const { kind: _, ...payload } = wish;
  return payload;
};

/** Reads a row; a payload that is not of its kind is 'invalid-input'. */
export function readCommand(command: EngineCommand): Result<Wish, Failure> {
  const { kind, payload } = command;
  const text = (name: string): string | null => (typeof payload[name] === 'string' ? payload[name] : null);
  const named = (name: 'session' | 'gone'): { readonly session?: string; readonly gone?: string } => {
    const value = text(name);
    return value === null ? {} : { [name]: value };
  };
  const runId = text('runId');
  const taskKey = text('taskKey');
  switch (kind) {
    case 'start': {
      const scope = payload['scope'] as RunScope | undefined;
      const options = payload['options'] as RunOptions | undefined;
      const requestKey = text('requestKey');
      if (typeof scope !== 'object' || typeof options !== 'object' || requestKey === null) return invalid(kind);
      const after = Array.isArray(payload['after']) ? payload['after'].filter((id) => typeof id === 'string') : [];
      const priority = typeof payload['priority'] === 'number' ? payload['priority'] : 0;
      return ok({ kind: 'start', request: { scope, options, requestKey, after, priority, by: command.by } });
    }
    case 'resume': {
      if (runId === null) return invalid(kind);
      const options = optionsIn(payload['options']);
      return ok({ kind: 'wish', wish: { kind, runId, ...(options === null ? {} : { options }) } });
    }
    case 'pause':
    case 'stop':
    case 'cancel':
      return runId === null ? invalid(kind) : ok({ kind: 'wish', wish: { kind, runId } });
    case 'skip':
    case 'retry':
    case 'retry-from':
      if (runId === null || taskKey === null) return invalid(kind);
      return ok({ kind: 'wish', wish: { kind, runId, taskKey } });
    case 'answer': {
      const pauseId = text('pauseId');
      const choice = text('choice');
      if (pauseId === null || choice === null) return invalid(kind);
      // Whether it is one of the pause's choices is for the pause to say.
      return ok({ kind: 'answer', pauseId, choice: choice as ChoiceId, text: text('text') });
    }
    case 'claim':
    case 'release':
    case 'progress':
    case 'complete':
    case 'fail':
    case 'ask':
      if (runId === null || taskKey === null) return invalid(kind);
      return ok({
        kind: 'wish',
        wish: { kind, runId, taskKey, text: text('text'), ...named('session'), ...named('gone') },
      });
    default:
      return invalid(kind);
  }
}

function optionsIn(value: unknown): RunOptions | null {
  if (typeof value !== 'object' || value === null) return null;
  const { autoAdvance, smartPause, contextPreserve, concurrency, worker } = value as Partial<RunOptions>;
  if (typeof autoAdvance !== 'boolean' || typeof smartPause !== 'boolean') return null;
  if (typeof contextPreserve !== 'boolean' || typeof concurrency !== 'number') return null;
  const places = Math.max(1, Math.floor(concurrency));
  const known = { autoAdvance, smartPause, contextPreserve, concurrency: places };
  return typeof worker === 'boolean' ? { ...known, worker } : known;
}

const invalid = (kind: EngineCommandKind): Result<never, Failure> =>
  err({ kind: 'invalid-input', field: kind, message: `The command "${kind}" has not the fields it needs.` });

/** Why a pause that no open run has cannot be answered. Those of ended runs are answered: the record says by whom. */
export function refusedAnswer(journal: Journal, pauseId: string): Failure {
  const run = journal.run(pauseId.slice(0, pauseId.lastIndexOf('-p')));
  const answer = run?.pauses.find(({ id }) => id === pauseId)?.answer ?? null;
  if (answer === null) return { kind: 'unknown-pause', id: pauseId };
  return { kind: 'already-answered', id: pauseId, choice: answer.choice, by: answer.by };
}

export const writeResult = (result: Result<string, Failure>): string => JSON.stringify(result);

export function readResult(text: string | null): Result<string, Failure> {
  if (text === null) return ok('');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'ok' in value) return value as Result<string, Failure>;
  } catch {
    // Falls through: another program's words are taken as they are.
  }
  return ok(text);
}
