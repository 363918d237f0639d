// Keeps the context of a run at each turn: what was known when it started, paused, was answered, failed, was checked, was done.
import type { ContextMoment, KeptMoment, NewMemory } from '../model/memory';
import type { MemoryStore } from './ports';

export interface KeeperPorts {
  readonly store: MemoryStore;
  readonly nextId: () => string;
  readonly now: () => number;
  readonly sessionId: string;
  /** Secrets never reach the database. */
  readonly redact: (text: string) => string;
  readonly warn: (message: string) => void;
}

type Context = Readonly<Record<string, unknown>>;

/** Longest body of one row; what is longer keeps its beginning. */
const LONGEST = 16_384;

export interface Keeper {
  /** Throws nothing: context is a help, the run is the duty. */
  preserve(moment: ContextMoment, runId: string | null, taskKey: string | null, context: Context): void;
  /** By hand. Throws `JournalUnavailable` where it could not be written: whoever types it is told. */
  keep(runId: string | null, taskKey: string | null, context: Context): void;
  /** Latest context first. */
  restore(about: { readonly taskKey?: string; readonly runId?: string }, limit?: number): readonly KeptMoment[];
}

export function createKeeper(ports: KeeperPorts): Keeper {
  const row = (moment: ContextMoment, runId: string | null, taskKey: string | null, context: Context): NewMemory => ({
    id: ports.nextId(),
    kind: 'context',
    scope: taskKey === null ? 'run' : 'task',
    taskKey,
    runId,
    sessionId: ports.sessionId,
    title: moment,
    body: bodyOf(context, ports.redact),
    source: runId === null ? null : { kind: 'run', runId },
    createdAt: ports.now(),
  });
  return {
    preserve(moment, runId, taskKey, context) {
      try {
        ports.store.add(row(moment, runId, taskKey, context));
      } catch (error) {
        ports.warn(
          `Context of ${taskKey ?? runId ?? 'the workspace'} was not kept: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
    keep: (runId, taskKey, context) => ports.store.add(row('manual', runId, taskKey, context)),
    restore(about, limit = 10) {
      return ports.store.latest({ ...about, kinds: ['context'], limit }).map((kept) => ({
        moment: kept.title as ContextMoment,
        at: kept.createdAt,
        sessionId: kept.sessionId,
        runId: kept.runId,
        text: kept.body,
      }));
    },
  };
}

/** Secrets are looked for in each text before JSON puts signs into it, and in the whole, where a name stands beside its value. */
function bodyOf(context: Context, redact: (text: string) => string): string {
  const text = JSON.stringify(context, (_, each: unknown) => (typeof each === 'string' ? redact(each) : each), 1);
  return redact(text).slice(0, LONGEST);
}
