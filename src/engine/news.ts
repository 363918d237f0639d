// Tells listeners what is new in the record, in order and once, whoever wrote it.
import type { Disposable, Journal, Log, StoredEvent } from './ports';

const PAGE = 500;

export interface News {
  /** From here on events are new. */
  open(): void;
  /** Takes what is there as told: whoever comes late hears what happens from now on. */
  skip(): void;
  /** Is there anybody to tell events to? */
  isHeard(): boolean;
  /** Reads the new events, tells them, each after `before`, and gives them. */
  pump(before?: (event: StoredEvent) => void): readonly StoredEvent[];
  /** Tells what this host has just written, without reading it back. */
  wrote(events: readonly StoredEvent[]): void;
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
      const page = journal.events({ afterSeq: fresh.at(-1)?.seq ?? lastSeq, limit: PAGE });
      fresh.push(...page);
      if (page.length === PAGE) continue;
      // Only now: what a page that cannot be read leaves untold is read again.
      lastSeq = fresh.at(-1)?.seq ?? lastSeq;
      return fresh;
    }
  };
  const tell = (events: readonly StoredEvent[], before: (event: StoredEvent) => void = () => {}): void => {
    for (const event of events) {
      safely(() => before(event));
      for (const listener of eventListeners) safely(() => listener(event));
    }
  };
  return {
    open() {
      lastSeq = journal.events({ limit: 1, newest: true })[0]?.seq ?? 0;
    },
    skip() {
      read();
    },
    isHeard: () => eventListeners.size > 0,
    pump(before) {
      const fresh = read();
      tell(fresh, before);
      return fresh;
    },
    wrote(events) {
      const [first] = events;
      const last = events.at(-1);
      if (first === undefined || last === undefined) return;
      // What came before was not told yet: all of it in order.
      if (first.seq !== lastSeq + 1) {
        tell(read());
        return;
      }
      lastSeq = last.seq;
      tell(events);
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
