// Keeps the context of a run at each turn: what was known when it started, paused, was answered, failed, was checked, was done.
import type { ContextMoment, KeptMoment } from '../model/memory';
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

/** Longest body of one row; what is longer keeps its beginning. */
const LONGEST = 16_384;

export interface Keeper {
  preserve(
    moment: ContextMoment,
    runId: string | null,
    taskKey: string | null,
    context: Readonly<Record<string, unknown>>,
  ): void;
  /** Latest context first. */
  restore(about: { readonly taskKey?: string; readonly runId?: string }, limit?: number): readonly KeptMoment[];
}

export function createKeeper(ports: KeeperPorts): Keeper {
  return {
    preserve(moment, runId, taskKey, context) {
      try {
        ports.store.add({
          id: ports.nextId(),
          kind: 'context',
          scope: taskKey === null ? 'run' : 'task',
          taskKey,
          runId,
          sessionId: ports.sessionId,
          title: moment,
          body: ports.redact(JSON.stringify(context, null, 1)).slice(0, LONGEST),
          source: runId === null ? null : { kind: 'run', runId },
          createdAt: ports.now(),
        });
      } catch (error) {
        // Context is a help, the run is the duty: losing a row must not stop it.
        ports.warn(
          `Context of ${taskKey ?? runId ?? 'the workspace'} was not kept: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    },
    restore(about, limit = 10) {
      return ports.store.latest({ ...about, kinds: ['context'], limit }).map((row) => ({
        moment: row.title as ContextMoment,
        at: row.createdAt,
        sessionId: row.sessionId,
        runId: row.runId,
        text: row.body,
      }));
    },
  };
}
