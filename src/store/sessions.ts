// Who had the workspace open, when, through which surface.
import { JournalUnavailable } from '../engine/ports';
import type { Database } from './driver';
import { ifPossible, writing } from './faults';
import type { Row } from './table';

export interface Session {
  readonly id: string;
  /** "editor", "cli", "mcp:<client>". */
  readonly surface: string;
  readonly pid: number;
  readonly appVersion: string;
  readonly startedAt: number;
  /** null: still open, or ended without saying so. */
  readonly endedAt: number | null;
}
export interface Sessions {
  /** Where the database cannot be written now it is tried again until it can, with the time of the first try. */
  begin(id: string, surface: string): void;
  end(id: string): void;
  /** Has it not ended, and does its process live? Another machine's processes are not seen: the folder is of one. */
  isOpen(id: string): boolean;
  /** Newest first. */
  latest(limit: number): readonly Session[];
}

/** Until a refused beginning is tried again; doubled each time, up to the second. */
const RETRY_MS = 250;
const SLOWEST_RETRY_MS = 15_000;

export function createSessions(db: Database, now: () => number, appVersion: string): Sessions {
  const begin = db.prepare(
    `INSERT INTO session(id, surface, pid, app_version, started_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`,
  );
  const end = db.prepare('UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const one = db.prepare<[string], Row>('SELECT * FROM session WHERE id = ?');
  const latest = db.prepare<[number], Row>('SELECT * FROM session ORDER BY started_at DESC, id DESC LIMIT ?');
  /** Beginnings that the database refused, with what they would have written. */
  const refused = new Map<string, readonly [surface: string, startedAt: number]>();
  const write = (): void => {
    for (const [id, [surface, startedAt]] of refused) {
      try {
        writing(() => begin.run(id, surface, process.pid, appVersion, startedAt));
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
        if (error.reason === 'busy' || error.reason === 'full') return;
      }
      refused.delete(id);
    }
  };
  const tryAgain = (wait: number): void => {
    setTimeout(() => {
      if (!db.open || refused.size === 0) return;
      write();
      if (refused.size > 0) tryAgain(Math.min(2 * wait, SLOWEST_RETRY_MS));
    }, wait).unref();
  };
  return {
    begin(id, surface) {
      refused.set(id, [surface, now()]);
      write();
      if (refused.size > 0) tryAgain(RETRY_MS);
    },
    end(id) {
      write();
      ifPossible(() => end.run(now(), id));
      refused.delete(id);
    },
    isOpen(id) {
      const row = one.get(id);
      // Its beginning may still be refused: who is not known to have gone holds what it took until it runs out.
      if (row === undefined) return true;
      const { endedAt, pid } = toSession(row);
      return endedAt === null && isAlive(pid);
    },
    latest: (limit) => latest.all(limit).map(toSession),
  };
}

/** A row as a value. */
export const toSession = (row: Row): Session => ({
  id: row['id'] as string,
  surface: row['surface'] as string,
  pid: row['pid'] as number,
  appVersion: row['app_version'] as string,
  startedAt: row['started_at'] as number,
  endedAt: row['ended_at'] as number | null,
});

/** Is there a process of this number? It may be another one by now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
