// The version of the plan's readers, graph and kept form, for bundles: a hash of their sources and of the libraries they
// stand on. What another version kept in a workspace's cache is read again, so no change can be forgotten.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const FOLDERS = ['src/plan', 'src/model'];
/** Says which versions of remark, yaml and jsonc-parser are bundled. */
const FILES = ['package-lock.json'];

/** Absolute paths of everything that a reading depends on. */
export function readerSources(root: string): string[] {
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  return [...sources, ...FILES.map((file) => path.join(root, file))].sort();
}

export function readerVersion(root: string): string {
  const hash = createHash('sha256');
  for (const file of readerSources(root)) {
    const name = path.relative(root, file).split(path.sep).join('/');
    const bytes = readFileSync(file);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('base64url').slice(0, 16);
}

/** esbuild plugin: puts the version in the place of the word in src/plan/read/reader-version.ts. */
export const readerVersionPlugin = (root: string): Plugin => ({
  name: 'reader-version',
  setup(building) {
    building.onLoad({ filter: /[\\/]plan[\\/]read[\\/]reader-version\.ts$/ }, () => ({
      contents: `export const READER_VERSION = ${JSON.stringify(readerVersion(root))};`,
      loader: 'ts',
      // While somebody edits them under --watch, each new build is a new version.
      watchFiles: readerSources(root),
    }));
  },
});
