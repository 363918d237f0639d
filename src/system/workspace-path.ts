// Turns a workspace-relative path into a real one, or refuses: nothing outside the workspace is read or written.
import { realpath } from 'node:fs/promises';
import path from 'node:path';

export type Located =
  | {
      readonly kind: 'inside';
      readonly file: string;
      readonly exists: boolean;
      /** A symbolic link stands for it or for a folder above it. */
      readonly linked: boolean;
    }
  | { readonly kind: 'outside' };

/** `file` has every symbolic link resolved (for a missing file: those of its existing parents). */
export async function locate(root: string, relative: string): Promise<Located> {
  if (!isPlainRelative(relative)) return { kind: 'outside' };
  const realRoot = await realpath(root);
  const asked = path.join(realRoot, ...relative.split('/'));
  const missing: string[] = [];
  let at = asked;
  for (;;) {
    const real = await realpathOrNull(at);
    if (real !== null) {
      const file = path.join(real, ...missing);
      return isInside(realRoot, file)
        ? { kind: 'inside', file, exists: missing.length === 0, linked: file !== asked }
        : { kind: 'outside' };
    }
    missing.unshift(path.basename(at));
    const parent = path.dirname(at);
    if (parent === at || !isInside(realRoot, parent)) return { kind: 'outside' };
    at = parent;
  }
}

/** No absolute path, no `..`, no drive letter, no NUL, and not git's own folder. */
function isPlainRelative(relative: string): boolean {
  if (relative === '' || relative.includes('\0') || path.isAbsolute(relative)) return false;
  if (path.win32.isAbsolute(relative) || /^[A-Za-z]:/.test(relative)) return false;
  return relative.split(/[\\/]/).every((part) => part !== '..' && part !== '' && part.toLowerCase() !== '.git');
}

export function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

async function realpathOrNull(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** The system's name for an error ("ENOENT"), for Failure values. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
}
