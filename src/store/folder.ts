// The workspace's .soloflow folder: made, kept out of version control, and judged fit or unfit for shared memory.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

const FOLDER = '.soloflow';
export const DATABASE = 'soloflow.db';
export const LOCK = 'engine.lock';

/** Everything here stays on this machine but what a team may want to share. */
// The ignore file ignores itself: opening a workspace must not show up in its version control.
const IGNORE = ['*', '!config.json', '!templates/', '!templates/**', ''].join('\n');

/** Makes the folder. Throws file system errors; 'outside' when a link leads out of the workspace. */
export function prepareFolder(root: string): { readonly path: string } | 'outside' {
  const path = join(root, FOLDER);
  mkdirSync(path, { recursive: true });
  // A cloned repository may bring the folder as a link to anywhere.
  const real = realpathSync(path);
  if (real !== join(realpathSync(root), FOLDER) && !real.startsWith(realpathSync(root) + sep)) return 'outside';
  if (!existsSync(join(path, '.gitignore'))) writeIgnore(path);
  return { path };
}

/** A disk in the machine's memory, where there is one: for when the one with the temporary files is full, too. */
export const memoryDisk = (): string | null => (existsSync('/dev/shm') ? '/dev/shm' : null);

/** Folders of this person for when a workspace takes nothing, the first choice first. */
function foldersElsewhere(): readonly [string, ...string[]] {
  const name = `soloflow-${process.getuid?.() ?? 'user'}`;
  const memory = memoryDisk();
  return [join(tmpdir(), name), ...(memory === null ? [] : [join(memory, name)])];
}

/** Makes it. false: it cannot be made, or somebody else has been there first. */
function isMadeOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  } catch {
    return false;
  }
}

const nameOf = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 32);

/** For the lock of a workspace that takes nothing: the same one for all windows of this person. */
export function lockElsewhere(root: string): string {
  const folders = foldersElsewhere();
  return join(folders.find(isMadeOurs) ?? folders[0], `${nameOf(root)}.lock`);
}

/** For the files of a workspace that takes nothing: a folder where there is room. */
export function makeFolderElsewhere(root: string): string {
  const folders = foldersElsewhere();
  const ours = folders.find((folder) => isMadeOurs(folder) && hasRoom(folder));
  if (ours !== undefined) return join(ours, nameOf(root));
  try {
    return mkdtempSync(join(tmpdir(), 'soloflow-'));
  } catch {
    // There is no room anywhere: each command says so when it is to begin.
    return join(folders[0], nameOf(root));
  }
}

/** On a full disk empty files and folders can still be made. */
function hasRoom(folder: string): boolean {
  const probe = join(folder, `room-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(4096), { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Why the workspace cannot be written to; null: it can. Making a folder in vain does not always say it. */
export function refusalToWrite(root: string): unknown {
  try {
    accessSync(root, constants.W_OK);
    return null;
  } catch (error) {
    return error;
  }
}

/** Keeps the database and its companions out of version control. */
export function writeIgnore(folder: string): void {
  const path = join(folder, '.gitignore');
  // Never through a link that a repository brought.
  rmSync(path, { force: true });
  writeFileSync(path, IGNORE, { flag: 'wx' });
}

/** Is there something in the database's place that is not a plain file? */
export function isStrange(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
}

// Linux magic numbers of file systems without the shared memory that WAL needs.
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

const SYNC_FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^OneDrive(?:$| - )/i, 'OneDrive'],
  [/^Dropbox(?:$| \()/i, 'Dropbox'],
  [/^Google ?Drive$/i, 'Google Drive'],
  [/^(?:My Drive|GoogleDrive-.+)$/i, 'Google Drive'],
  [/^(?:iCloud ?Drive|com~apple~CloudDocs)$/i, 'iCloud Drive'],
  [/^Nextcloud$/i, 'Nextcloud'],
  [/^ownCloud$/i, 'ownCloud'],
  [/^Syncthing$/i, 'Syncthing'],
  [/^pCloud ?Drive$/i, 'pCloud'],
];

/** Names what makes a folder unfit for a write-ahead log, or null: it is local as far as we can tell. */
export function sharedFolder(path: string, typeOf: (path: string) => number | null = typeOnLinux): string | null {
  for (const part of path.split(/[\\/]/)) {
    const match = SYNC_FOLDERS.find(([pattern]) => pattern.test(part));
    if (match !== undefined) return match[1];
  }
  if (/^(?:\\\\|\/\/)[^?.]/.test(path)) return 'network share';
  const type = typeOf(path);
  // The number is signed on some platforms.
  return type === null ? null : (NETWORK_TYPES.get(type >>> 0) ?? null);
}

/** The file system's magic number where the platform tells one. */
function typeOnLinux(path: string): number | null {
  try {
    return process.platform === 'linux' ? statfsSync(path).type : null;
  } catch {
    // A file system that does not say is taken as local; its errors will show when it is used.
    return null;
  }
}

/** Says whether a file is still the one that stands there now; where it is not, version control goes on leaving its folder out. */
export function watchFile(root: string, path: string): () => boolean {
  const inode = (): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
  const first = inode();
  let isGone = false;
  return () => {
    if (isGone || inode() === first) return isGone;
    isGone = true;
    try {
      prepareFolder(root);
    } catch {
      // It is said anyway that it is gone.
    }
    return true;
  };
}
