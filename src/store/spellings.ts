// The author's own words for a status of an item, so that writing it back restores them.
import type { PlanStatus } from '../model/plan';
import { bookkeeping } from './connect';
import type { Database } from './driver';
import { ifPossible } from './faults';

export interface Spellings {
  get(itemKey: string, status: PlanStatus): string | null;
  put(itemKey: string, status: PlanStatus, text: string): void;
}

export function createSpellings(db: Database): Spellings {
  const get = db.prepare<[string, string], { text: string }>(
    'SELECT text FROM spelling WHERE item_key = ? AND status = ?',
  );
  const put = db.prepare(
    `INSERT INTO spelling(item_key, status, text) VALUES (?, ?, ?)
     ON CONFLICT(item_key, status) DO UPDATE SET text = excluded.text`,
  );
  return {
    get: (itemKey, status) => get.get(itemKey, status)?.text ?? null,
    // A word that the power takes is written in the document's usual one: not worth a wait for the disk per task.
    put: (itemKey, status, text) => ifPossible(() => bookkeeping(db, () => put.run(itemKey, status, text))),
  };
}
