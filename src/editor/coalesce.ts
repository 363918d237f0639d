// Turns a burst of calls into one call a little later.

export interface Coalesced {
  (): void;
  /** Forgets a call that has not happened yet. */
  dispose(): void;
}

export function coalesce(ms: number, run: () => void): Coalesced {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const call = (): void => {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      run();
    }, ms);
  };
  return Object.assign(call, {
    dispose: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  });
}
