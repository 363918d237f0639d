// Stamps of files: cheap to take, and as long as a file's stamp is the same, so are its bytes.
import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Stamp } from '../plan/ports';
import type { QuickLook } from './quick-look';

/**
 * A file written less than this ago may be written again without its time telling: file systems count time in ticks,
 * the coarsest of two seconds. Until then it has no stamp.
 */
const YOUNG_MS = 3000;

/** Changes with the bytes of a file. Nobody can set back the time of the last change of any kind (ctime). */
export const signatureOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${ino}:${size}:${mtimeNs}:${ctimeNs}`;

/** null: not a plain file, or too young to tell. `now`: epoch ms from before it was looked at. */
export function stampOf(stats: BigIntStats, now: number): Stamp {
  if (!stats.isFile()) return null;
  const age = now - Number(stats.mtimeMs > stats.ctimeMs ? stats.mtimeMs : stats.ctimeMs);
  // A time to come is that of another clock: it tells nothing.
  return age > YOUNG_MS ? signatureOf(stats) : null;
}

export interface Looking {
  readonly look: QuickLook;
  /** Tell about what a link leads to, not about the link. */
  readonly follow: boolean;
}

/** What the listed files are now; null for what is gone meanwhile. */
export function statsOf(
  root: string,
  files: readonly string[],
  { look, follow }: Looking,
): Promise<readonly (BigIntStats | null)[]> {
  const [now, later] = follow ? [statSync, stat] : [lstatSync, lstat];
  return look.all(
    files,
    (file) => {
      try {
        return now(`${root}${path.sep}${file}`, { bigint: true, throwIfNoEntry: false }) ?? null;
      } catch {
        return null;
      }
    },
    async (file) => {
      try {
        return await later(`${root}${path.sep}${file}`, { bigint: true });
      } catch {
        return null;
      }
    },
  );
}
