// Work that keeps its stages in the record: a record that cannot be written is a failure, not a crash.
import { JournalUnavailable } from '../engine/ports';
import type { Failure } from '../model/failure';
import { err, type Result, unreachable } from '../model/result';

const PATH = '.soloflow';

export async function recorded<T>(work: () => Promise<Result<T, Failure>>): Promise<Result<T, Failure>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
    return err(failureOf(error.reason));
  }
}

function failureOf(reason: JournalUnavailable['reason']): Failure {
  switch (reason) {
    case 'busy':
    case 'locked':
      return { kind: 'store-locked', path: PATH };
    case 'full':
      return { kind: 'store-full', path: PATH };
    case 'read-only':
      return { kind: 'store-read-only', path: PATH };
    case 'broken':
      return { kind: 'store-corrupt', path: PATH, setAsideAs: null };
    default:
      return unreachable(reason);
  }
}
