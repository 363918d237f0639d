// Tells listeners what is new in the record, in order and once, whoever wrote it.
import type { Disposable, Journal, Log, StoredEvent } from './ports';
import { lastSeqOf } from './follower';

const PAGE = 500;
const LOOKED_AT = 20;

export interface News {
  /** From here on events are new. */
  open(): void;
  /** Takes what is there as told: whoever comes late hears what happens from now on. */
  skip(): void;
  /** Is there anybody to tell events to? */
  isHeard(): boolean;
  /** Reads the new events, tells them, and gives them. */
  pump(): readonly StoredEvent[];
  changed(): void;
  onDidChange(listener: () => void): Disposable;
  onEvent(listener: (event: StoredEvent) => void): Disposable;
  close(): void;
}

export function createNews(journal: Journal, log: Log): News {
  const changeListeners = new Set<() => void>();
  const eventListeners = new Set<(event: StoredEvent) => void>();
  let lastSeq = 0;
  let told = true;
  let closed = false;

  const safely = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      log.error('A listener failed.', { error: String(error) });
    }
  };
  const read = (): readonly StoredEvent[] => {
    const fresh: StoredEvent[] = [];
    for (;;) {
      const page = journal.events({ afterSeq: lastSeq, limit: PAGE });
      lastSeq = page.at(-1)?.seq ?? lastSeq;
      fresh.push(...page);
      if (page.length < PAGE) return fresh;
    }
  };
  return {
    open() {
      // The newest events belong to an open run or to one of the latest.
      const ids = [...journal.openRuns().map(({ run }) => run.id), ...journal.runs(LOOKED_AT).map(({ id }) => id)];
      lastSeq = Math.max(0, ...[...new Set(ids)].map((id) => lastSeqOf(journal, id)));
    },
    skip() {
      read();
    },
    isHeard: () => eventListeners.size > 0,
    pump() {
      const fresh = read();
      for (const event of fresh) for (const listener of eventListeners) safely(() => listener(event));
      return fresh;
    },
    changed() {
      if (!told || closed) return;
      told = false;
      // Coalesced: a view is drawn once for a tick's many changes.
      setImmediate(() => {
        told = true;
        if (!closed) for (const listener of changeListeners) safely(listener);
      });
    },
    onDidChange(listener) {
      changeListeners.add(listener);
      return { dispose: () => changeListeners.delete(listener) };
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return { dispose: () => eventListeners.delete(listener) };
    },
    close() {
      closed = true;
      changeListeners.clear();
      eventListeners.clear();
    },
  };
}
