// The plan's cache over the rows of the database.
import type { CachedReading, PlanCache } from './plan/ports';
import { bookkeeping } from './store/connect';
import type { KeptReadings } from './store/kept-readings';
import type { Store } from './store/open';

/**
 * Readings go into the database some in one transaction, and may be lost with the power: what is missing or cannot be
 * written or read is read from its document again.
 */
export function planCache({ db, planCache: rows }: Pick<Store, 'db' | 'planCache'>): PlanCache {
  const putAll = db.transaction((readings: readonly CachedReading[]) => {
    for (const each of readings) rows.put(each.path, each.hash, each.version, each.payload);
  });
  const ifPossible = <T>(work: () => T, instead: T): T => {
    try {
      return work();
    } catch {
      return instead;
    }
  };
  return {
    get: (path, hash, version) => ifPossible(() => rows.get(path, hash, version), null),
    put: (readings) => ifPossible(() => bookkeeping(db, () => putAll(readings)), undefined),
    *all() {
      const all = rows.all()[Symbol.iterator]();
      for (
        let next = ifPossible(() => all.next(), null);
        next?.done === false;
        next = ifPossible(() => all.next(), null)
      ) {
        const { path, hash, readerVersion, json } = next.value;
        yield { path, hash, version: readerVersion, payload: json };
      }
    },
    keepOnly: (paths) => ifPossible(() => bookkeeping(db, () => rows.keepOnly(paths)), undefined),
  };
}

/** A cache that is only looked into; who has something new to keep opens the whole record for it, with all its care. */
export function lookedCache(looked: KeptReadings, whole: () => Store | null): PlanCache {
  const readings = planCache(looked);
  let record: PlanCache | null | undefined;
  const writer = (): PlanCache | null => {
    if (record === undefined) {
      const store = whole();
      record = store === null ? null : planCache(store);
    }
    return record;
  };
  return {
    get: (path, hash, version) => readings.get(path, hash, version),
    all: () => readings.all?.() ?? [],
    put: (readings) => writer()?.put(readings),
    keepOnly: (paths) => writer()?.keepOnly?.(paths),
  };
}
