// Bundles the entry points into dist/: editor, terminal (a launcher and its main part) and agents. better-sqlite3 stays
// outside: it brings native code.
import { build, context } from 'esbuild';
import { existsSync } from 'node:fs';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const entries = ['extension', 'cli', 'cli-main', 'mcp'].filter((name) => existsSync(`src/${name}.ts`));

/** The launcher loads its main part from the file beside it, only when it needs it. */
const apart = {
  name: 'apart',
  setup(building) {
    building.onResolve({ filter: /^\.\/cli-main$/ }, () => ({ path: './cli-main.js', external: true }));
  },
};

const options = {
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // jsonc-parser's "main" is a UMD module that a bundler cannot see through.
  mainFields: ['module', 'main'],
  target: 'node20',
  // import() would parse a file once more only to find out that it is CommonJS.
  supported: { 'dynamic-import': false },
  external: ['vscode', 'better-sqlite3'],
  sourcemap: production ? false : 'linked',
  minify: production,
  metafile: true,
  plugins: [apart],
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
