// Keeps readings for the next session, behind the answers: nobody waits for the cache.
import { packReading, type Reading } from './plan-index-cache';
import { Slices } from './plan-index-slices';
import type { PlanCache } from './ports';

const PUT_AT_ONCE = 8;

/** A reading that the cache does not have. */
export interface FreshReading {
  readonly path: string;
  readonly version: string;
  readonly hash: () => string;
  readonly reading: Reading;
}

export class Keeping {
  readonly #cache: PlanCache | null;
  readonly #fresh = new Map<string, FreshReading>();
  #running: Promise<void> | null = null;

  constructor(cache: PlanCache | null) {
    this.#cache = cache;
  }

  /** Takes a reading and puts it into the cache a little later. */
  add(fresh: FreshReading): void {
    if (this.#cache === null) return;
    this.#fresh.set(fresh.path, fresh);
  }

  /** Puts everything taken so far, a few at a time: a store may write them at once. */
  put(): Promise<void> {
    this.#running ??= this.#putAll().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #putAll(): Promise<void> {
    // Whoever waits for the reading comes first.
    await new Promise<void>((resume) => setImmediate(resume));
    const slices = new Slices();
    while (this.#cache !== null && this.#fresh.size > 0) {
      const some = [...this.#fresh.values()].slice(0, PUT_AT_ONCE);
      for (const { path } of some) this.#fresh.delete(path);
      this.#cache.put(
        some.map(({ path, version, hash, reading }) => ({
          path,
          version,
          hash: hash(),
          payload: packReading(reading),
        })),
      );
      await slices.breathe();
    }
  }
}
