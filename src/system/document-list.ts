// Finds the files that may be plans: a walk that never enters ignored folders and never leaves the workspace.
import { type Dirent, readdirSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { folderMatcher, globMatcher } from '../model/glob';
import type { Stamp } from '../plan/ports';
import { statsOf, stampOf } from './document-stamps';
import { QuickLook } from './quick-look';
import { isInside } from './workspace-path';

export interface Walk {
  /** Relative, `/`, sorted. */
  readonly files: readonly string[];
  /** Relative folders that were entered; "" is the root. */
  readonly folders: readonly string[];
}

/** Matches what `walkDocuments` would list, by path alone. */
function documentFilter(include: readonly string[], exclude: readonly string[]): (file: string) => boolean {
  const included = globMatcher(include);
  const excluded = globMatcher(exclude);
  return (file) => included(file) && !excluded(file) && !file.split('/').some(isNeverEntered);
}

export async function walkDocuments(
  root: string,
  include: readonly string[],
  exclude: readonly string[],
  look = new QuickLook(),
): Promise<Walk> {
  const wanted = documentFilter(include, exclude);
  const skippedFolder = folderMatcher(exclude);
  const files: string[] = [];
  const links: string[] = [];
  const folders: string[] = [];
  let level = [''];
  while (level.length > 0) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 32) {
      const batch = level.slice(i, i + 32);
      const lists = await look.all(
        batch,
        (folder) => entriesNow(path.join(root, folder)),
        (folder) => entries(path.join(root, folder)),
      );
      for (const [at, list] of lists.entries()) {
        const folder = batch[at] ?? '';
        if (list === null) continue;
        folders.push(folder);
        for (const entry of list) {
          const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
          if (entry.isDirectory()) {
            if (!isNeverEntered(entry.name) && !skippedFolder(relative)) next.push(relative);
          } else if (entry.isFile()) {
            if (wanted(relative)) files.push(relative);
          } else if (entry.isSymbolicLink() && wanted(relative)) {
            links.push(relative);
          }
        }
      }
    }
    level = next;
  }
  files.push(...(await usefulLinks(root, links, new Set(files))));
  return { files: files.sort(), folders };
}

/** What `walkDocuments` lists, with the stamps of the files. */
export async function surveyDocuments(
  root: string,
  include: readonly string[],
  exclude: readonly string[],
  clock: () => number,
): Promise<ReadonlyMap<string, Stamp>> {
  const look = new QuickLook();
  const { files } = await walkDocuments(root, include, exclude, look);
  const now = clock();
  const stats = await statsOf(root, files, { look, follow: false });
  const stamps = new Map<string, Stamp>();
  for (const [at, file] of files.entries()) {
    const found = stats[at] ?? null;
    stamps.set(file, found === null ? null : stampOf(found, now));
  }
  return stamps;
}

const isNeverEntered = (name: string): boolean => name === 'node_modules' || name === '.git';

async function entries(folder: string): Promise<readonly Dirent[] | null> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Gone meanwhile or not ours to read: nothing to list in it.
    return null;
  }
}

function entriesNow(folder: string): readonly Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}

/** Links to files inside the workspace that are not listed under their own name. */
async function usefulLinks(root: string, links: readonly string[], listed: ReadonlySet<string>): Promise<string[]> {
  if (links.length === 0) return [];
  const realRoot = await realpath(root);
  const useful: string[] = [];
  const seen = new Set<string>();
  for (const link of links) {
    try {
      const target = await realpath(path.join(root, link));
      if (!isInside(realRoot, target) || !(await stat(target)).isFile()) continue;
      const relative = path.relative(realRoot, target).split(path.sep).join('/');
      if (listed.has(relative) || seen.has(relative) || relative.split('/').some(isNeverEntered)) continue;
      seen.add(relative);
      useful.push(link);
    } catch {
      // A dangling link is no document.
    }
  }
  return useful;
}
