// Files that may be larger than a text can be: written piece by piece, read line by line. At once, because what is written
// is read out of one moment of the database, and what is read goes into one transaction.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { locate } from './workspace-path';

const CHUNK = 1 << 20;

export function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

/** The lines of a file of the workspace, without their ends, as often as they are asked for; null: there is none to read. */
export async function openLines(root: string, file: string): Promise<Iterable<string> | null> {
  const where = await locate(root, file).catch(() => null);
  if (where?.kind !== 'inside' || !where.exists) return null;
  return { [Symbol.iterator]: () => linesOf(where.file) };
}

function* linesOf(file: string): Generator<string> {
  const fd = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.alloc(CHUNK);
    // Of a line that is longer than a chunk: put together once, when its end is there.
    let open: string[] = [];
    for (;;) {
      const bytes = readSync(fd, buffer);
      const [first = '', ...rest] = (bytes === 0 ? decoder.end() : decoder.write(buffer.subarray(0, bytes))).split(
        '\n',
      );
      open.push(first);
      for (const next of rest) {
        yield withoutEnds(open.join(''));
        open = [next];
      }
      if (bytes === 0) break;
    }
    if (open.some((part) => part !== '')) yield withoutEnds(open.join(''));
  } finally {
    closeSync(fd);
  }
}

const withoutEnds = (line: string): string => line.replace(/^\uFEFF/, '').replace(/\r$/, '');
