// Who had the workspace open, when, through which surface.
import type { Database } from './driver';
import { ifPossible } from './faults';
import type { Row } from './rows';

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
  begin(id: string, surface: string): void;
  end(id: string): void;
  /** Has it not ended, and does its process live? Another machine's processes are not seen: the folder is of one. */
  isOpen(id: string): boolean;
  /** Newest first. */
  latest(limit: number): readonly Session[];
}

export function createSessions(db: Database, now: () => number, appVersion: string): Sessions {
  const begin = db.prepare(
    `INSERT INTO session(id, surface, pid, app_version, started_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING`,
  );
  const end = db.prepare('UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL');
  const one = db.prepare<[string], Row>('SELECT * FROM session WHERE id = ?');
  const latest = db.prepare<[number], Row>('SELECT * FROM session ORDER BY started_at DESC, id DESC LIMIT ?');
  return {
    begin: (id, surface) => ifPossible(() => begin.run(id, surface, process.pid, appVersion, now())),
    end: (id) => ifPossible(() => end.run(now(), id)),
    isOpen(id) {
      const row = one.get(id);
      // Its row may have been refused by a busy database: who is not known to have gone holds what it took until it runs out.
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
