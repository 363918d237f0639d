// Small facts about the file itself, and a clock that never goes backwards from one start to the next.
import type { Database } from './driver';

export interface Meta {
  get(key: string): string | null;
  set(key: string, value: string): void;
  delete(key: string): void;
}

export function createMeta(db: Database): Meta {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  return {
    get: (key) => get.get(key)?.value ?? null,
    set: (key, value) => {
      db.prepare(
        'INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
      ).run(key, value);
    },
    delete: (key) => {
      db.prepare('DELETE FROM meta WHERE key = ?').run(key);
    },
  };
}

/**
 * Epoch ms, never less than any stamp the file already holds: a clock set back for a day stands still until the day
 * has passed, so the order of the record is kept.
 */
export function steadyClock(db: Database, now: () => number): () => number {
  const stamp = (sql: string): number => db.prepare<[], { at: number | null }>(sql).get()?.at ?? 0;
  let highest = Math.max(
    stamp(`SELECT CAST(value AS INTEGER) AS at FROM meta WHERE key = 'clock_high_water'`),
    stamp('SELECT at FROM event ORDER BY seq DESC LIMIT 1'),
    stamp('SELECT at FROM command ORDER BY seq DESC LIMIT 1'),
    stamp('SELECT taken_at AS at FROM lease'),
  );
  return () => (highest = Math.max(highest, Math.round(now())));
}
