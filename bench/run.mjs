// Bundles a benchmark with its sources into a temporary file and runs it on this Node: node bench/run.mjs plan [args].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { readerVersionPlugin } from '../scripts/reader-version.mts';

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  process.stderr.write('usage: node bench/run.mjs NAME [arguments]\n');
  process.exit(2);
}
const root = path.resolve(import.meta.dirname, '..');
// Inside the work tree, so that modules left outside the bundle are found.
const folder = mkdtempSync(path.join(root, 'node_modules', '.bench-'));
const outfile = path.join(folder, `${name}.mjs`);
try {
  await build({
    entryPoints: [path.join(root, 'bench', `${name}.mts`)],
    outfile,
    bundle: true,
    platform: 'node',
    // The "main" of jsonc-parser loads its parts by names that a bundler cannot follow.
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'node22',
    external: ['better-sqlite3', 'vscode'],
    plugins: [readerVersionPlugin(root)],
    logLevel: 'warning',
    banner: {
      js: 'import { createRequire as __makeRequire } from "node:module"; const require = __makeRequire(import.meta.url);',
    },
  });
  const done = spawnSync(process.execPath, ['--expose-gc', outfile, ...args], { stdio: 'inherit', cwd: root });
  process.exitCode = done.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
