// A record that takes nothing is told of once, and once more when it takes something again.
import type { Clock, JournalUnavailable } from './ports';

/** So soon it is tried again. */
const BUSY_MS = 100;
const UNAVAILABLE_MS = 1000;
/** Who holds the file for a moment is no trouble; who holds it for so long is. */
const BUSY_LONG_MS = 5000;

interface Trouble {
  /** A commit was refused. In how many ms it is tried again. */
  refused(error: JournalUnavailable): number;
  /** A commit was written. */
  written(): void;
}

export function createTrouble(
  clock: Pick<Clock, 'monotonic'>,
  tell: (error: JournalUnavailable | null) => void,
): Trouble {
  let told: JournalUnavailable['reason'] | null = null;
  let since: number | null = null;
  return {
    refused(error) {
      since ??= clock.monotonic();
      const isBusy = error.reason === 'busy';
      if (error.reason !== told && !(isBusy && clock.monotonic() - since < BUSY_LONG_MS)) {
        told = error.reason;
        tell(error);
      }
      return isBusy ? BUSY_MS : UNAVAILABLE_MS;
    },
    written() {
      since = null;
      if (told === null) return;
      told = null;
      tell(null);
    },
  };
}
