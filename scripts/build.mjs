// Bundles the entry points into dist/: editor, and for terminal and agents a launcher and a main part each. better-sqlite3 stays
// outside: it brings native code.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, context } from 'esbuild';
import { readerVersionPlugin } from './reader-version.mts';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const outdir = process.argv.find((arg) => arg.startsWith('--outdir='))?.slice('--outdir='.length) ?? 'dist';
const entries = ['extension', 'cli', 'cli-main', 'mcp', 'mcp-serve'];

/** The agents' launcher loads its main part from the file beside it; the terminal's does so by itself. */
const apart = {
  name: 'apart',
  setup(building) {
    building.onResolve({ filter: /^\.\/(?:cli-main|mcp-serve)$/ }, ({ path }) => ({
      path: `${path}.js`,
      external: true,
    }));
  },
};

/** Parts of Node that cost milliseconds and that most commands never touch: loaded when first used, not when imported. */
const LATE = ['node:child_process', 'node:crypto', 'node:worker_threads'];
const late = `const __now = require, __late = ${JSON.stringify(LATE)};
require = (id) => (__late.includes(id) ? new Proxy({}, { get: (_, name) => __now(id)[name] }) : __now(id));`;

/**
 * esbuild leaves what is not ASCII in regular expressions as it is; one such letter makes Node keep the whole text in two
 * bytes a letter. Escapes mean the same there.
 */
const ascii = {
  name: 'ascii',
  setup(building) {
    building.onEnd(({ outputFiles = [] }) => {
      mkdirSync(outdir, { recursive: true });
      for (const { path: file, text, contents } of outputFiles) {
        const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
        writeFileSync(file, file.endsWith('.js') ? escaped : contents);
        if (text.startsWith('#!')) chmodSync(file, 0o755);
      }
    });
  },
};

const options = {
  write: false,
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
  plugins: [apart, ascii, readerVersionPlugin(path.resolve(import.meta.dirname, '..'))],
  logLevel: 'warning',
  // Sources are ES modules, bundles are CommonJS: give import.meta.url its meaning back.
  define: { 'import.meta.url': '__soloflow_url' },
  banner: { js: `const __soloflow_url = require("node:url").pathToFileURL(__filename).href;${late}` },
};

if (watch) {
  const running = await context(options);
  await running.watch();
} else {
  await build(options);
}
