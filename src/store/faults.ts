// What an error of SQLite or of the file system means for us.
import { JournalUnavailable } from '../engine/ports';
import type { Failure } from '../model/failure';

export type Fault = 'busy' | 'full' | 'read-only' | 'not-a-database' | 'corrupt' | 'io' | 'other';

/** The error's own code, e.g. SQLITE_BUSY or ENOSPC; empty where there is none. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Puts an error into one of the few kinds that are answered differently. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy';
  // SHMSIZE: the file that windows share cannot grow, which it needs at every opening.
  if (/^(?:SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/.test(code)) return 'full';
  if (code === 'SQLITE_NOTADB') return 'not-a-database';
  if (code.startsWith('SQLITE_CORRUPT')) return 'corrupt';
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return 'read-only';
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return 'read-only';
  if (code.startsWith('SQLITE_IOERR') || /^E[A-Z]+$/.test(code)) return 'io';
  return 'other';
}

/** The failure a person sees for an error met while opening `path`. */
export function failureOf(error: unknown, path: string): Failure {
  const fault = faultOf(error);
  switch (fault) {
    case 'busy':
      return { kind: 'store-locked', path };
    case 'full':
      return { kind: 'store-full', path };
    case 'read-only':
      return { kind: 'store-read-only', path };
    case 'not-a-database':
    case 'corrupt':
      return { kind: 'store-corrupt', path, setAsideAs: null };
    case 'io':
    case 'other':
      return { kind: 'file', path, operation: 'read', code: codeOf(error) || String(error) };
  }
}

/** Turns faults of a write into `JournalUnavailable`; anything else is a defect and passes through. */
export function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'other') throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new JournalUnavailable(
      fault === 'busy' || fault === 'full' || fault === 'read-only' ? fault : 'broken',
      message,
    );
  }
}

/** For writes that are a courtesy: what cannot be written now is left out. */
export function ifPossible(write: () => unknown): void {
  try {
    writing(write);
  } catch (error) {
    if (!(error instanceof JournalUnavailable)) throw error;
  }
}
