// Long work in small steps: whoever runs it may let others have a turn between them.

/** Ends with its result; what it yields says nothing. */
export type Steps<T> = Generator<undefined, T>;

/** All steps at once. */
export function runThrough<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
