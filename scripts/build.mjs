// Bundles the entry points into dist/: editor, and for terminal and agents a launcher and a main part each. better-sqlite3 stays
// outside: it brings native code.
import path from 'node:path';
import { build, context } from 'esbuild';
import { readerVersionPlugin } from './reader-version.mts';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const outdir = process.argv.find((arg) => arg.startsWith('--outdir='))?.slice('--outdir='.length) ?? 'dist';
const entries = ['extension', 'cli', 'cli-main', 'mcp', 'mcp-serve'];

/** The launchers load their main parts from the files beside them, only when they need them. */
const apart = {
  name: 'apart',
  setup(building) {
    building.onResolve({ filter: /^\.\/(?:cli-main|mcp-serve)$/ }, ({ path }) => ({
      path: `${path}.js`,
      external: true,
    }));
  },
};

const options = {
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  outdir,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // jsonc-parser's "main" is a UMD module that a bundler cannot see through.
  mainFields: ['module', 'main'],
  // The same module under two names: one of them was used before it was there where parts are loaded later.
  alias: { 'zod/v4': 'zod' },
  target: 'node20',
  // import() would parse a file once more only to find out that it is CommonJS.
  supported: { 'dynamic-import': false },
  external: ['vscode', 'better-sqlite3'],
  sourcemap: production ? false : 'linked',
  minify: production,
  metafile: true,
  plugins: [apart, readerVersionPlugin(path.resolve(import.meta.dirname, '..'))],
  logLevel: 'warning',
  // Sources are ES modules, bundles are CommonJS: give import.meta.url its meaning back.
  define: { 'import.meta.url': '__soloflow_url' },
  banner: { js: 'const __soloflow_url = require("node:url").pathToFileURL(__filename).href;' },
};

if (watch) {
  const running = await context(options);
  await running.watch();
} else {
  await build(options);
}
