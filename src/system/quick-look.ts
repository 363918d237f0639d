// Many small questions to the file system. Asked directly they are several times faster than in the background, as long
// as the disk answers at once; a slow disk is asked in the background, so that nobody waits for it.

/** Then whoever shares the thread gets a turn. */
const SLICE_MS = 8;
/** An answer that takes longer comes from a disk that is far away, asleep or busy. */
const SLOW_MS = 4;
const MOST_SLOW = 3;
/** One in this many may be slow: on a busy machine some answers wait for their turn. */
const SLOW_IN = 20;
const AT_ONCE = 64;

export class QuickLook {
  #since = performance.now();
  #slow = 0;
  #asked = 0;

  /** The answers in the order of `list`. `now` and `later` ask the same. */
  async all<T, R>(list: readonly T[], now: (one: T) => R, later: (one: T) => Promise<R>): Promise<readonly R[]> {
    const answers: R[] = [];
    let asked = performance.now();
    for (const one of list) {
      if (this.#isSlow()) break;
      answers.push(now(one));
      this.#asked += 1;
      const answered = performance.now();
      if (answered - asked > SLOW_MS) this.#slow += 1;
      asked = answered;
      if (answered - this.#since < SLICE_MS) continue;
      await new Promise<void>((resume) => setImmediate(resume));
      asked = this.#since = performance.now();
    }
    while (answers.length < list.length) {
      const some = list.slice(answers.length, answers.length + AT_ONCE);
      answers.push(...(await Promise.all(some.map(later))));
    }
    return answers;
  }
  #isSlow(): boolean {
    return this.#slow >= MOST_SLOW && this.#slow * SLOW_IN > this.#asked;
  }
}
