// What commands print that another host runs: read from their files while they are at work, and from the record where they
// were over too soon for that, so that whoever follows a run sees it as well.
import type { RunEvent } from '../model/run-event';
import type { Journal, Processes, Watch } from './ports';
import type { OutputChunk } from './service';
import type { RunState } from './state';

interface Onlooking {
  /** What is at work already. */
  begin(runs: Iterable<RunState>): void;
  /** To be called before others hear of the event: what a command printed comes before its end. */
  heard(event: RunEvent): void;
  /** This host runs the tasks now: what it looks on at already it tells to its end, so that nothing is told twice. */
  tells(attemptId: string): boolean;
  /** The same for an event of this host's own: what it begins itself it does not look on at. */
  heardOwn(event: RunEvent): void;
  /** Tells what is new. */
  poll(): void;
  close(): void;
}

interface Watched {
  readonly watch: Watch;
  hasTold: boolean;
}
type Whose = Pick<OutputChunk, 'runId' | 'taskKey' | 'attemptId'>;

export function createOnlooking(
  processes: Processes,
  journal: Pick<Journal, 'outputs'>,
  title: (runId: string, taskKey: string) => string,
  tell: (chunk: OutputChunk) => void,
): Onlooking {
  const open = new Map<string, Watched>();

  const say = ({ runId, taskKey, attemptId }: Whose, stream: 'out' | 'err', text: string): void => {
    if (text !== '') tell({ runId, taskKey, attemptId, title: title(runId, taskKey), stream, text, elsewhere: true });
  };
  const watch = (whose: Whose): void => {
    const id = whose.attemptId;
    if (open.has(id)) return;
    const made = processes.watch?.(id, (stream, text) => {
      const watched = open.get(id);
      if (watched !== undefined) watched.hasTold = true;
      say(whose, stream, text);
    });
    if (made !== undefined) open.set(id, { watch: made, hasTold: false });
  };
  const end = (whose: Whose): void => {
    const watched = open.get(whose.attemptId);
    watched?.watch.end();
    open.delete(whose.attemptId);
    if (watched?.hasTold === true) return;
    for (const { stream, head, tail, truncated } of journal.outputs(whose.attemptId)) {
      say(whose, stream, truncated ? `${head}\n[…]\n${tail}` : head);
    }
  };
  const heardOwn = (event: RunEvent): void => {
    if (event.type === 'attempt-ended' && open.has(event.attemptId)) end(event);
  };
  return {
    begin(runs) {
      for (const { openAttempts, attempts } of runs) {
        for (const id of openAttempts) {
          const attempt = attempts.get(id);
          if (attempt?.kind === 'shell') watch({ runId: attempt.runId, taskKey: attempt.taskKey, attemptId: id });
        }
      }
    },
    tells: (attemptId) => open.has(attemptId),
    heardOwn,
    heard(event) {
      if (event.type === 'attempt-started' && event.kind === 'shell') watch(event);
      heardOwn(event);
    },
    poll() {
      for (const watched of open.values()) watched.watch.poll();
    },
    close() {
      for (const watched of open.values()) watched.watch.end();
      open.clear();
    },
  };
}
