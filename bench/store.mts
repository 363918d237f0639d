// What the record costs: our commits beside the same rows written raw to SQLite in the same run, a long log's queries,
// full-text search. Prints one table; medians of the runs. Usage: npm run bench:store [-- --events 1000000]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'soloflow-bench-'));
const outfile = join(folder, 'store-bench.mjs');
const source = resolve(import.meta.dirname, 'store-body.mts');
try {
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    define: { 'import.meta.url': JSON.stringify(new URL('../package.json', import.meta.url).href) },
    logLevel: 'error',
  });
  const { main } = (await import(outfile)) as { main: (folder: string, args: readonly string[]) => Promise<void> };
  await main(folder, process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
