// Where a person's file lies in the workspace.
import { isAbsolute, relative, resolve } from 'node:path';

/** Relative to the root with `/`; null: it is not inside of it. Links are not followed: whoever reads looks again. */
export function placeInside(root: string, file: string): string | null {
  const found = relative(root, resolve(root, file));
  return found === '' || found === '..' || /^\.\.[\\/]/.test(found) || isAbsolute(found)
    ? null
    : found.replaceAll('\\', '/');
}
