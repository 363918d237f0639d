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
 * How fast time goes on while the machine's clock is behind what is written already: durations and what runs out stay about
 * right, and the clock catches up in the end.
 */
const PACE = 0.9;

export interface SteadyClock {
  /** Epoch ms that never go backwards. */
  readonly now: () => number;
  /** When a stamp was given by the machine's own clock, which is what files are stamped with. As far as can be told. */
  readonly wallOf: (stamp: number) => number;
  /** Others wrote meanwhile: goes on from what is written now. */
  readonly raise: () => void;
}

/**
 * Never less than any stamp the file already holds, so that the order of the record is kept: a clock that was set back for
 * a day goes on from where it was, a little slower than time does, until the day has caught up with it.
 */
export function steadyClock(db: Database, wall: () => number, monotonic = () => performance.now()): SteadyClock {
  const stamp = (sql: string): number => db.prepare<[], { at: number | null }>(sql).get()?.at ?? 0;
  const written = (): number =>
    Math.max(
      stamp(`SELECT CAST(value AS INTEGER) AS at FROM meta WHERE key = 'clock_high_water'`),
      stamp('SELECT at FROM event ORDER BY seq DESC LIMIT 1'),
      stamp('SELECT at FROM command ORDER BY seq DESC LIMIT 1'),
      stamp('SELECT taken_at AS at FROM lease'),
    );
  let highest = written();
  let behind: { readonly from: number; readonly since: number } | null = null;
  const now = (): number => {
    const at = Math.round(wall());
    if (at >= highest) {
      behind = null;
      return (highest = at);
    }
    behind ??= { from: highest, since: monotonic() };
    return (highest = Math.max(highest, behind.from + Math.floor(PACE * (monotonic() - behind.since))));
  };
  return {
    now,
    wallOf: (given) => {
      const passed = now() - given;
      return behind === null ? given : Math.floor(wall() - passed / PACE);
    },
    raise: () => {
      const found = written();
      if (found <= highest) return;
      highest = found;
      behind = null;
    },
  };
}
