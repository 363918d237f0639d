// Documents on disk: listed by the config's globs, read as text, written by replacing single spans atomically.
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../model/config';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { TextEdit } from '../model/text';
import type { DocumentStore } from '../plan/ports';
import { surveyDocuments, walkDocuments } from './document-list';
import { openLines, writeWhole } from './document-lines';
import { readFileNow, readFileStamped, type StampedText } from './document-read';
import { watchDocuments } from './document-watch';
import { takePeerLock } from './peer-lock';
import { decodeFile, editFile, firstDifferentLine } from './text-file';
import { errorCode, locate } from './workspace-path';

export interface DiskDocumentsOptions {
  /** Absolute folder; nothing outside it is touched. */
  readonly root: string;
  readonly config: () => Config;
  /** Workspace-relative lock directory that another tool takes before writing `file`; see `peerLockFor`. */
  readonly lockFor?: (file: string, text: string) => string | null;
  /** Tell about changes made by others too, not only our own writes. */
  readonly watch?: boolean;
  readonly pollMs?: number;
  /** Epoch ms; by it a file is young or not. */
  readonly now?: () => number;
  /** How long to wait for a peer's lock. */
  readonly lockWaitMs?: number;
}

export interface DiskDocuments extends DocumentStore {
  trouble(path: string): string | null;
  dispose(): void;
}

export function createDiskDocuments(options: DiskDocumentsOptions): DiskDocuments {
  const { root, config, now = Date.now } = options;
  const listeners = new Set<(paths: readonly string[]) => void>();
  const troubles = new Map<string, string>();
  const writing = new Map<string, Promise<unknown>>();
  const tell = (paths: readonly string[]): void => {
    for (const listener of listeners) listener(paths);
  };
  const walk = () => walkDocuments(root, config().documents.include, config().documents.exclude);
  const watcher = options.watch
    ? watchDocuments({ root, walk, changed: tell, settleMs: 40, pollMs: options.pollMs ?? 3000 })
    : null;

  /** One writer at a time per file, within this process. */
  const inTurn = <T>(file: string, work: () => Promise<T>): Promise<T> => {
    const turn = (writing.get(file) ?? Promise.resolve()).then(work, work);
    const done = turn
      .catch(() => undefined)
      .finally(() => {
        if (writing.get(file) === done) writing.delete(file);
      });
    writing.set(file, done);
    return turn;
  };

  const readStamped = async (file: string): Promise<StampedText | null> => {
    troubles.delete(file);
    try {
      const where = await locate(root, file);
      if (where.kind === 'outside') troubles.set(file, 'outside the workspace');
      if (where.kind === 'outside' || !where.exists) return null;
      const most = config().documents.maxBytes;
      const found = await readFileStamped(where.file, most, now);
      if (found === 'too-large') {
        troubles.set(file, `larger than ${most} bytes`);
        return null;
      }
      return where.linked ? { ...found, stamp: null } : found;
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') troubles.set(file, errorCode(error));
      return null;
    }
  };

  return {
    list: async () => (await walk()).files,
    survey: () => surveyDocuments(root, config().documents.include, config().documents.exclude, now),
    read: async (file) => (await readStamped(file))?.text ?? null,
    readStamped,
    readNow: (file, stamp) => readFileNow(root, file, stamp),
    trouble: (file) => troubles.get(file) ?? null,
    write: (file, basis, edits) =>
      inTurn(file, async () => {
        const lock = options.lockFor?.(file, basis) ?? null;
        const held = lock === null ? null : await lockInside(root, lock, options.lockWaitMs ?? 2000);
        if (held !== null && 'code' in held)
          return err<Failure>({ kind: 'file', path: file, operation: 'lock', code: held.code });
        try {
          const written = await writeEdits(root, file, basis, edits);
          if (written.ok) tell([file]);
          return written;
        } catch (error) {
          return err<Failure>({ kind: 'file', path: file, operation: 'write', code: errorCode(error) });
        } finally {
          await held?.release();
        }
      }),
    create: (file, text) =>
      inTurn(file, async () => {
        const created = await createFile(root, file, (handle) => handle.writeFile(text, 'utf8'), text);
        if (created.ok) tell([file]);
        return created;
      }),
    createFrom: (file, fill) =>
      inTurn(file, async () => {
        const created = await createFile(root, file, ({ fd }) => fill((text) => writeWhole(fd, text)));
        if (created.ok) tell([file]);
        return created;
      }),
    readLines: (file) => openLines(root, file),
    remove: (file, basis) =>
      inTurn(file, async () => {
        const removed = await removeFile(root, file, basis);
        if (removed.ok) tell([file]);
        return removed;
      }),
    onDidChange(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    dispose() {
      watcher?.dispose();
      listeners.clear();
    },
  };
}

async function lockInside(root: string, lock: string, waitMs: number): ReturnType<typeof takePeerLock> {
  const where = await locate(root, lock).catch(() => null);
  return where?.kind === 'inside' ? takePeerLock(where.file, waitMs) : { code: 'EPERM' };
}

async function writeEdits(
  root: string,
  file: string,
  basis: string,
  edits: readonly TextEdit[],
): Promise<Result<string, Failure>> {
  const where = await locate(root, file);
  if (where.kind === 'outside') return err({ kind: 'file', path: file, operation: 'write', code: 'EPERM' });
  const before = await stat(where.file, { bigint: true });
  // A rename would replace a file its owner made read-only; ask the mode, which binds root as well.
  if ((Number(before.mode) & 0o222) === 0) return err({ kind: 'file', path: file, operation: 'write', code: 'EACCES' });
  const edited = editFile(await readFile(where.file), basis, edits);
  switch (edited.kind) {
    case 'inexact':
      return err({ kind: 'not-writable', path: file, line: 1, what: 'not UTF-8' });
    case 'misfit':
      return err({ kind: 'not-writable', path: file, line: 1, what: 'edit does not fit the text' });
    case 'changed':
      return err({ kind: 'document-changed', path: file, line: edited.line });
    case 'edited':
  }
  const { text, bytes } = edited;
  if (text === basis) return ok(text);
  const temporary = await writeBeside(where.file, bytes, Number(before.mode) & 0o7777, before);
  let renamed = false;
  try {
    const now = await stat(where.file, { bigint: true });
    if (now.ino !== before.ino || now.mtimeNs !== before.mtimeNs || now.size !== before.size) {
      return err({ kind: 'document-changed', path: file, line: 1 });
    }
    await renameOver(temporary, where.file);
    renamed = true;
  } finally {
    if (!renamed) await rm(temporary, { force: true });
  }
  // The bytes are on the disk, and so is one of the two files under this name, whole. Which one it is after the power
  // fails in this moment is all that is still open: nobody waits for that.
  void syncFolder(path.dirname(where.file));
  return ok(text);
}

async function createFile(
  root: string,
  file: string,
  fill: (handle: FileHandle) => Promise<void> | void,
  text = '',
): Promise<Result<string, Failure>> {
  const refused = (code: string) => err<Failure>({ kind: 'file', path: file, operation: 'create', code });
  if (!text.isWellFormed()) return err({ kind: 'not-writable', path: file, line: 1, what: 'not UTF-8' });
  try {
    const where = await locate(root, file);
    if (where.kind === 'outside') return refused('EPERM');
    if (where.exists) return refused('EEXIST');
    await mkdir(path.dirname(where.file), { recursive: true });
    const handle = await open(where.file, 'wx');
    try {
      await fill(handle);
      await handle.sync();
    } catch (error) {
      await rm(where.file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await syncFolder(path.dirname(where.file));
    return ok(text);
  } catch (error) {
    return refused(errorCode(error));
  }
}

async function removeFile(root: string, file: string, basis: string): Promise<Result<string, Failure>> {
  const refused = (code: string) => err<Failure>({ kind: 'file', path: file, operation: 'delete', code });
  try {
    const where = await locate(root, file);
    if (where.kind === 'outside') return refused('EPERM');
    const before = await stat(where.file);
    if ((before.mode & 0o222) === 0) return refused('EACCES');
    const current = decodeFile(await readFile(where.file));
    if (current.text !== basis)
      return err({ kind: 'document-changed', path: file, line: firstDifferentLine(basis, current.text) });
    await rm(where.file);
    await syncFolder(path.dirname(where.file));
    return ok(file);
  } catch (error) {
    return refused(errorCode(error));
  }
}

/** A synced file in the same folder, with the mode and, where allowed, the owner of the one it will replace. */
async function writeBeside(
  file: string,
  bytes: Uint8Array,
  mode: number,
  owner: { readonly uid: bigint; readonly gid: bigint },
): Promise<string> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await keepOwner(handle, owner);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

async function keepOwner(handle: FileHandle, owner: { readonly uid: bigint; readonly gid: bigint }): Promise<void> {
  const mine = await handle.stat({ bigint: true });
  if (mine.uid === owner.uid && mine.gid === owner.gid) return;
  // Only root may give files away; a group we belong to can be kept by anyone. Best effort either way.
  await handle.chown(Number(owner.uid), Number(owner.gid)).catch(() => undefined);
}

/** Windows refuses to replace a file another program has open for a moment. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = errorCode(error);
      if (tries >= 10 || (code !== 'EPERM' && code !== 'EBUSY' && code !== 'EACCES') || process.platform !== 'win32')
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * (tries + 1)));
    }
  }
}

/** Makes the rename itself durable where the system lets a folder be synced. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows and some network file systems refuse: the content itself is synced already.
  }
}
