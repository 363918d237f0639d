// Looks through the whole file in slices, so that a large one can be checked while the editor goes on working.
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database } from './driver';
import { faultOf } from './faults';

export interface Health {
  readonly sound: boolean;
  /** What SQLite says about the damage, a few lines at most. */
  readonly detail: string;
}

/** Checks table by table with a pause between; a table of 10 MB takes about 20 ms. Never throws. */
export async function checkHealth(db: Database): Promise<Health> {
  const found: string[] = [];
  try {
    const tables = db
      .prepare<[], { name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rootpage`,
      )
      .all();
    for (const { name } of tables) {
      await breathe();
      if (!db.open) return { sound: true, detail: 'closed before the end' };
      const rows = db.pragma(`quick_check("${name}")`) as readonly Readonly<Record<string, string>>[];
      found.push(...rows.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok'));
    }
    const broken = db.pragma('foreign_key_check') as readonly { readonly table: string }[];
    found.push(...broken.map((row) => `row of ${row.table} without its parent`));
  } catch (error) {
    if (faultOf(error) === 'busy') return { sound: true, detail: 'busy, not checked to the end' };
    found.push(error instanceof Error ? error.message : String(error));
  }
  return { sound: found.length === 0, detail: found.slice(0, 5).join('\n') };
}

/** Has the next opening check the file whatever its size, and set it aside if it is damaged. */
export function suspect(db: Database): void {
  db.prepare(
    `INSERT INTO meta(key, value) VALUES ('suspect', '1') ON CONFLICT(key) DO UPDATE SET value = excluded.value`,
  ).run();
}
