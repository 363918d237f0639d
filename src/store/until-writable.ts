// Patience before the record is opened: a host of ours that begins a long run writes for seconds, and whoever comes meanwhile
// would look at a copy for the rest of its life.
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardRuntime, openDatabase } from './driver';
import { faultOf } from './faults';
import { DATABASE, isStrange, LOCK } from './folder';
import { isLocked } from './lease';

const LOOK_MS = 100;

/** Resolves when the database of this folder can be written, at the latest after `patienceMs`. Whatever else may be wrong. */
export async function untilWritable(root: string, patienceMs: number): Promise<void> {
  const folder = join(root, '.soloflow');
  const path = join(folder, DATABASE);
  const lock = join(folder, LOCK);
  // What a repository brought in the place of either is for the opening to judge.
  if (!guardRuntime().ok || lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  if (isStrange(path) || isStrange(lock)) return;
  for (const began = performance.now(); performance.now() - began < patienceMs;) {
    if (!existsSync(path) || !isLocked(lock) || !isBusy(path)) return;
    await sleep(LOOK_MS);
  }
}

function isBusy(path: string): boolean {
  try {
    const db = openDatabase(path, { timeout: 0, fileMustExist: true });
    try {
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
      return false;
    } finally {
      db.close();
    }
  } catch (error) {
    return faultOf(error) === 'busy';
  }
}
