// Long work in short slices, so that whoever shares the thread gets a turn.

/** Work that goes on for longer than this gives way. Well below 50 ms, because one step may take a while itself. */
const SLICE_MS = 10;

export class Slices {
  #since = performance.now();

  /** Gives way if the slice is used up. */
  async breathe(): Promise<void> {
    if (!this.#isUsedUp()) return;
    await new Promise<void>((resume) => setImmediate(resume));
    this.#since = performance.now();
  }

  /** Runs a generator to its end, giving way between its steps. */
  async run<T>(steps: Generator<undefined, T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (this.#isUsedUp()) await this.breathe();
    }
  }

  #isUsedUp(): boolean {
    return performance.now() - this.#since >= SLICE_MS;
  }
}
