// Which folder a command line works in: the one asked for, or the one around this folder that has a record already.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';

/**
 * Absolute. Without `asked`: this folder or the nearest one above it with a `.soloflow` folder, but never beyond the
 * repository that this folder is in; where there is none, this folder.
 */
export function workspaceFolder(cwd: string, asked: string | null): Result<string, Failure> {
  if (asked !== null) {
    const root = resolve(cwd, asked);
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() === true) return ok(root);
    return err({ kind: 'invalid-input', field: '--workspace', message: `there is no folder ${root}` });
  }
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, '.soloflow'))) return ok(at);
    if (existsSync(join(at, '.git')) || dirname(at) === at) return ok(cwd);
  }
}
