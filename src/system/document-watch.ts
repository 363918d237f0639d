// Tells which documents changed on disk. File system events are only hints: what counts is the difference between
// two listings, so that missed, doubled and renamed events do no harm.
import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../engine/ports';
import type { Walk } from './document-list';
import { signatureOf, statsOf } from './document-stamps';
import { QuickLook } from './quick-look';

const MOST_FOLDERS = 4000;

export interface WatchOptions {
  readonly root: string;
  readonly walk: () => Promise<Walk>;
  readonly changed: (paths: readonly string[]) => void;
  /** Wait after a hint before looking. */
  readonly settleMs: number;
  /** Look even without a hint. */
  readonly pollMs: number;
}

export function watchDocuments(options: WatchOptions): Disposable {
  const watchers = new Map<string, FSWatcher>();
  let known: ReadonlyMap<string, string> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let due = Number.POSITIVE_INFINITY;
  let scanning = false;
  let again = false;
  let closed = false;

  const schedule = (ms: number): void => {
    if (closed) return;
    const at = performance.now() + ms;
    if (timer !== null && due <= at) return;
    if (timer !== null) clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      timer = null;
      void scan();
    }, ms);
    timer.unref();
  };
  const hint = (): void => {
    if (scanning) again = true;
    else schedule(options.settleMs);
  };
  const scan = async (): Promise<void> => {
    scanning = true;
    again = false;
    try {
      const walk = await options.walk();
      followFolders(walk.folders);
      const signatures = await signaturesOf(options.root, walk.files);
      if (closed) return;
      const paths = known === null ? [] : difference(known, signatures);
      known = signatures;
      if (paths.length > 0) options.changed(paths);
    } finally {
      scanning = false;
      schedule(again ? options.settleMs : options.pollMs);
    }
  };
  const followFolders = (folders: readonly string[]): void => {
    if (closed) return;
    const wanted = new Set(folders.slice(0, MOST_FOLDERS));
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(path.join(options.root, folder), { persistent: false }, hint);
        watcher.on('error', () => {
          watcher.close();
          watchers.delete(folder);
          hint();
        });
        watchers.set(folder, watcher);
      } catch {
        // No more watches to be had (ENOSPC) or the folder is gone: the poll sees changes all the same.
      }
    }
  };
  void scan();
  return {
    dispose() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

async function signaturesOf(root: string, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  const stats = await statsOf(root, files, { look: new QuickLook(), follow: true });
  for (const [at, file] of files.entries()) {
    const found = stats[at] ?? null;
    // Gone between listing and looking: the same as not listed.
    if (found !== null) all.set(file, signatureOf(found));
  }
  return all;
}

function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const changed: string[] = [];
  for (const [file, signature] of after) if (before.get(file) !== signature) changed.push(file);
  for (const file of before.keys()) if (!after.has(file)) changed.push(file);
  return changed.sort();
}
