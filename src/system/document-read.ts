// The text of one file together with the stamp of exactly this text.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Stamp } from '../plan/ports';
import { signatureOf, stampOf } from './document-stamps';
import { decodeFile } from './text-file';

export interface StampedText {
  readonly text: string;
  readonly stamp: Stamp;
}

/** `file` is a real path. Throws as the file system does. */
export async function readFileStamped(
  file: string,
  mostBytes: number,
  clock: () => number,
): Promise<StampedText | 'too-large'> {
  const handle = await open(file, 'r');
  try {
    // Looked at before it is read: whoever writes meanwhile leaves another stamp behind.
    const now = clock();
    const stats = await handle.stat({ bigint: true });
    if (stats.size > BigInt(mostBytes)) return 'too-large';
    return { text: decodeFile(await handle.readFile()).text, stamp: stampOf(stats, now) };
  } finally {
    await handle.close();
  }
}

/** The text of a plain file if its stamp is still this one, at once. */
export function readFileNow(root: string, file: string, stamp: string): string | null {
  let handle: number | null = null;
  try {
    handle = openSync(path.join(root, file), 'r');
    if (signatureOf(fstatSync(handle, { bigint: true })) !== stamp) return null;
    const { text } = decodeFile(readFileSync(handle));
    return signatureOf(fstatSync(handle, { bigint: true })) === stamp ? text : null;
  } catch {
    // Gone, or not ours to read any more.
    return null;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
