// Clears away the folders of attempts that ended long ago and that nobody has forgotten explicitly.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { begun, exitStatus } from './attempt-files';

/** Removes folders of ended attempts last touched more than `keepMs` ago; the value is how many. */
export async function clearOldAttempts(attempts: string, keepMs: number, now: number): Promise<number> {
  let names: string[];
  try {
    names = await readdir(attempts);
  } catch {
    // Nothing has ever run here.
    return 0;
  }
  let removed = 0;
  for (const name of names) {
    const dir = path.join(attempts, name);
    try {
      const { mtimeMs } = await stat(dir);
      if (now - mtimeMs < keepMs || !(await isOver(dir))) continue;
      await rm(dir, { recursive: true, force: true });
      removed++;
    } catch {
      // Removed by another host meanwhile.
    }
  }
  return removed;
}

/** A folder whose command may still run, or wait for a new host, stays whatever its age. */
async function isOver(dir: string): Promise<boolean> {
  const names = await readdir(dir);
  return exitStatus(dir) !== null || names.includes('killed') || begun(dir) === 'void';
}
