// The files of one attempt's folder, as the host sees them. What each means stands in supervisor.ts.
import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { RawOutput } from './output';

export type Stream = 'out' | 'err';
export const STREAMS: readonly Stream[] = ['out', 'err'];

/** How much of each stream is kept at each end, bytes. */
export const PART = 64 * 1024;

/**
 * A new folder owned by `token`; the owner's file holds our pid, and below it `marks`: what other hosts are to hide from
 * the output. Throws EEXIST: this attempt has been started before.
 */
export function createAttemptFolder(dir: string, token: string, marks = ''): void {
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(path.dirname(dir), { recursive: true });
    mkdirSync(dir, { mode: 0o700 });
  }
  writeFileSync(path.join(dir, `owner.${token}`), `${process.pid}\n${marks}`);
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Takes the folder over from whoever owns it. False: nobody does any more (it was ended or is finished and left). */
export function takeOver(dir: string, token: string): boolean {
  for (let tries = 0; tries < 5; tries++) {
    const owner = owners(dir)[0];
    if (owner === undefined) return false;
    if (owner === `owner.${token}`) return true;
    try {
      const mine = path.join(dir, `owner.${token}`);
      renameSync(path.join(dir, owner), mine);
      // Whole at every moment, also on a full disk: others read what is to be hidden there.
      const next = path.join(dir, `next.${token}`);
      writeFileSync(next, `${process.pid}\n${hiddenMarks(dir)}`);
      renameSync(next, mine);
      return true;
    } catch {
      // Somebody was faster: look again who it is now.
    }
  }
  return false;
}

export function owns(dir: string, token: string): boolean {
  return existsSync(path.join(dir, `owner.${token}`));
}

/** It is over. What is to be hidden from its output stays known until that is in the record. */
export function disown(dir: string, token: string): void {
  try {
    renameSync(path.join(dir, `owner.${token}`), path.join(dir, OVER));
  } catch {
    // Another host has taken it over, or it is gone.
  }
}

const OVER = 'over';

/** Marks of the secrets that whoever began the command knew. */
export function hiddenMarks(dir: string): string {
  for (const name of [...owners(dir), OVER, 'killed']) {
    const text = readOrEmpty(path.join(dir, name));
    if (text !== '') return text.slice(text.indexOf('\n') + 1);
  }
  return '';
}

function owners(dir: string): readonly string[] {
  try {
    return readdirSync(dir).filter((name) => name.startsWith('owner.'));
  } catch {
    return [];
  }
}

/** Status the command ended with, null while it has not ended by itself. */
export function exitStatus(dir: string): number | null {
  const match = /^(\d+)\n$/.exec(readOrEmpty(path.join(dir, 'exit')));
  return match === null ? null : Number(match[1]);
}

export interface Leader {
  readonly pid: number;
  /** What it carries in its environment, where that is not the attempt's own mark. */
  readonly mark: string | null;
}

/** Who leads the command; 'void': it will never begin; null: not begun yet. */
export function begun(dir: string): Leader | 'void' | null {
  const text = readOrEmpty(path.join(dir, 'begun'));
  if (text === 'void\n') return 'void';
  const match = /^(\d+)(?: (lane-[0-9a-f]{16}))?\n$/.exec(text);
  return match === null ? null : { pid: Number(match[1]), mark: match[2] ?? null };
}

/** Forbids the command to begin. False: it has begun. */
export function forbid(dir: string): boolean {
  try {
    writeFileSync(path.join(dir, 'begun'), 'void\n', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** The keeper ended it because no host came. A status published before that is the command's own and counts. */
export function wasReaped(dir: string): boolean {
  // The keeper claims by renaming, which stamps the change time of the renamed file.
  const claimed = statOrNull(path.join(dir, 'killed'));
  if (claimed === null) return false;
  const status = exitStatus(dir) === null ? null : statOrNull(path.join(dir, 'exit'));
  return (status?.mtimeMs ?? Number.POSITIVE_INFINITY) >= claimed.ctimeMs;
}

/** null: it is not there, or nobody can say. */
function statOrNull(file: string): Stats | null {
  try {
    return statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

export function isEnding(dir: string): boolean {
  return existsSync(path.join(dir, 'ending'));
}

export function markEnding(dir: string): void {
  writeFileSync(path.join(dir, 'ending'), '');
}

/** How long it ran, from the files' own times; 0 when they do not tell. */
export function fileDuration(dir: string): number {
  try {
    return Math.max(0, statSync(path.join(dir, 'exit')).mtimeMs - statSync(path.join(dir, 'begun')).mtimeMs);
  } catch {
    return 0;
  }
}

/** Head and tail of a stream, put together from the file and what was cut from it. */
export function readOutput(dir: string, stream: Stream): RawOutput {
  const file = path.join(dir, stream);
  const isCut = existsSync(`${file}.head`);
  // Most commands say nothing.
  const isSilent = !isCut && sizeOf(dir, stream) === 0;
  const fd = isSilent ? null : openOrNull(file);
  if (fd === null) return { head: new Uint8Array(), tail: new Uint8Array(), bytes: 0 };
  try {
    const { size } = fstatSync(fd);
    if (!isCut) {
      if (size <= 2 * PART) return { head: readAt(fd, 0, size), tail: new Uint8Array(), bytes: size };
      return { head: readAt(fd, 0, PART), tail: readAt(fd, size - PART, PART), bytes: size };
    }
    const dropped = Number(readOrEmpty(`${file}.dropped`).trim()) || 0;
    const now = readAt(fd, Math.max(0, size - PART), PART);
    const kept = readBytes(`${file}.keep`);
    const tail = Buffer.concat([kept, now]).subarray(-PART);
    return { head: readBytes(`${file}.head`), tail, bytes: dropped + size };
  } finally {
    closeSync(fd);
  }
}

type Limited = 'fine' | 'hollow' | 'restarted';

/** See limitFile, for a stream's file. */
export const limitOutput = (dir: string, stream: Stream, limit: number): Promise<Limited> =>
  limitFile(path.join(dir, stream), limit);

/**
 * Gives the middle of a file that is appended to back to the disk when it takes more than `limit` bytes there. Where the
 * system can punch holes nothing else changes; elsewhere the file is cut back to nothing ('restarted'), its head and the
 * last bytes kept beside it, and what is printed in that very moment can be lost from the middle.
 */
export async function limitFile(file: string, limit: number): Promise<Limited> {
  const { size, blocks } = statSync(file);
  if (blocks * 512 <= limit || size <= 2 * PART) return 'fine';
  if (await punchHole(file, PART, size - 2 * PART)) return 'hollow';
  cutBack(file);
  return 'restarted';
}

let canPunch = process.platform === 'linux';

function punchHole(file: string, offset: number, length: number): Promise<boolean> {
  if (!canPunch) return Promise.resolve(false);
  return new Promise((resolve) => {
    const args = ['--punch-hole', '--offset', String(offset), '--length', String(length), file];
    execFile('fallocate', args, { timeout: 10_000 }, (error) => {
      if (error?.code === 'ENOENT') canPunch = false;
      resolve(error === null);
    });
  });
}

function cutBack(file: string): void {
  const fd = openSync(file, 'r+');
  try {
    if (!existsSync(`${file}.head`)) writeFileSync(`${file}.head`, readAt(fd, 0, PART));
    const dropped = Number(readOrEmpty(`${file}.dropped`).trim()) || 0;
    const { size } = fstatSync(fd);
    writeFileSync(`${file}.keep`, readAt(fd, Math.max(0, size - PART), PART));
    writeFileSync(`${file}.dropped`, `${dropped + size}\n`);
    // The command appends: after this its next byte is the first of the file.
    ftruncateSync(fd, 0);
  } finally {
    closeSync(fd);
  }
}

/** Up to `length` bytes from `position`, fewer at the end of the file. */
export function readAt(fd: number, position: number, length: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(fd, buffer, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

/** A file to be read; null: there is none. */
export function openOrNull(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch {
    return null;
  }
}

/** Of a stream's file; 0 where there is none. */
export const sizeOf = (dir: string, stream: Stream): number => statOrNull(path.join(dir, stream))?.size ?? 0;

/** Opens a stream's file for appending, as the command's own standard stream. */
export function openStream(dir: string, stream: Stream): number {
  return openSync(path.join(dir, stream), 'a', 0o600);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array();
  }
}
