// Keeps the record small without being asked: once a day, while nothing is at work, the host that runs the tasks lets
// go of old finished runs (into the archive) and gives their space back. A little at a time.
import type { Log } from './engine/ports';
import type { Engine } from './engine/service';
import type { Failure } from './model/failure';
import type { Result } from './model/result';
import type { Store } from './store/open';

const DAY = 86_400_000;
const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 3_600_000;
/** What is dropped and written into the archive at once. */
const RUNS_AT_ONCE = 100;
/** A larger file is not rewritten behind somebody's back: it would stand still for too long. */
const LARGEST_REWRITTEN = 256 * 1024 * 1024;
const TENDED_AT = 'tended_at';

export interface Tended {
  readonly store: Pick<Store, 'meta' | 'now' | 'mode' | 'db'>;
  readonly engine: Pick<Engine, 'isRunner' | 'runs'>;
  /** null: everything is kept. */
  readonly keepDays: () => number | null;
  readonly forget: (
    days: number,
    limits: { readonly atMost: number; readonly rewrite: boolean },
  ) => Result<{ readonly runs: number }, Failure>;
  readonly log: Log;
}

export interface Tending {
  /** Does it if it is due. */
  look(): void;
  dispose(): void;
}

export function tendRecord({ store, engine, keepDays, forget, log }: Tended): Tending {
  const isDue = (): boolean => Number(store.meta.get(TENDED_AT) ?? 0) + DAY <= store.now();
  const isIdle = (): boolean => engine.runs(1).every(({ run, counts }) => run.endedAt !== null || counts.running === 0);
  const look = (): void => {
    const days = keepDays();
    if (days === null || store.mode !== 'durable' || !engine.isRunner()) return;
    try {
      if (!isDue() || !isIdle()) return;
      const forgotten = forget(days, { atMost: RUNS_AT_ONCE, rewrite: sizeOf(store.db) <= LARGEST_REWRITTEN });
      if (!forgotten.ok) return;
      const dropped = forgotten.value;
      // As many as may go at once: there are more, the next look goes on.
      if (dropped.runs < RUNS_AT_ONCE) store.meta.set(TENDED_AT, String(store.now()));
      if (dropped.runs > 0) log.info('Old runs were moved into the archive.', { runs: dropped.runs });
    } catch (error) {
      log.warn('The record could not be tidied; it is tried again later.', { error: String(error) });
    }
  };
  let timer = setTimeout(function again() {
    look();
    timer = setTimeout(again, LOOK_MS);
    timer.unref();
  }, FIRST_LOOK_MS);
  timer.unref();
  return { look, dispose: () => clearTimeout(timer) };
}

const sizeOf = (db: Store['db']): number =>
  Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
