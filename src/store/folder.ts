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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';

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

/** Of this person and this workspace, on the machine's own disk: for when the workspace takes nothing. */
export const folderElsewhere = (root: string): string =>
  join(
    tmpdir(),
    `soloflow-${process.getuid?.() ?? 'user'}`,
    createHash('sha256').update(root).digest('hex').slice(0, 32),
  );

/** The same, made; one with another name where somebody else has been there first. */
export function makeFolderElsewhere(root: string): string {
  const folder = folderElsewhere(root);
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(parent);
  const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  return isOurs ? folder : mkdtempSync(join(tmpdir(), 'soloflow-'));
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
