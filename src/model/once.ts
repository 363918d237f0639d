// A value that is made when it is first asked for.

/** Calls `make` once at most; gives what it gave. `make` must not give undefined. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
