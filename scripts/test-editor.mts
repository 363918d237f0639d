// Runs the suites of test/editor inside a real extension host. Here: the VS Code server in a headless browser.
// With --desktop: a downloaded desktop VS Code (VSCODE_VERSION chooses which), same suites.
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureChromium } from './editor/chromium.mts';
import { ensureServer } from './editor/server.mts';

const repository = resolve(import.meta.dirname, '..');
const results = join(repository, 'test-results/editor.json');
const desktop = process.argv.includes('--desktop');

/** Bundles every suite and the runner into one folder outside the repository's sources. */
async function bundle(into: string): Promise<void> {
  const folder = join(repository, 'test/editor');
  const suites = readdirSync(folder).filter(
    (name) =>
      name.endsWith('.test.ts') && (process.env['SUITE'] === undefined || name.startsWith(process.env['SUITE'])),
  );
  if (suites.length === 0) throw new Error('There are no suites in test/editor.');
  await build({
    entryPoints: ['run.ts', ...suites].map((name) => join(folder, name)),
    outdir: into,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha', 'better-sqlite3'],
    logLevel: 'warning',
  });
}

async function main(): Promise<number> {
  if (!existsSync(join(repository, 'dist/extension.js')))
    throw new Error('dist/extension.js is missing: run "npm run build" first.');
  // Inside the repository, so that the host finds mocha in node_modules.
  const out = join(repository, 'out/test-editor');
  rmSync(out, { recursive: true, force: true });
  rmSync(results, { force: true });
  mkdirSync(join(results, '..'), { recursive: true });
  await bundle(out);
  const work = mkdtempSync(join(tmpdir(), 'soloflow-suites-'));
  const workspace = join(work, 'workspace');
  cpSync(join(repository, 'examples'), workspace, { recursive: true });
  spawnSync('git', ['init', '-q', workspace]);
  // A language model of another extension, for the suites that ask one.
  const installed = join(work, 'extensions');
  cpSync(join(repository, 'test/editor/stand-in-model'), join(installed, 'soloflow-test.stand-in-model-0.0.1'), {
    recursive: true,
  });
  if (!desktop) {
    ensureChromium(console.log);
    process.env['SOLOFLOW_VSCODE_SERVER'] = await ensureServer(console.log);
  }
  try {
    return await runTests({
      ...(desktop
        ? { version: process.env['VSCODE_VERSION'] ?? 'stable' }
        : { vscodeExecutablePath: join(repository, 'test/support/code-web.sh') }),
      extensionDevelopmentPath: repository,
      extensionTestsPath: join(out, 'run.js'),
      launchArgs: [
        workspace,
        '--disable-workspace-trust',
        '--user-data-dir',
        join(work, 'user'),
        '--extensions-dir',
        installed,
      ],
      extensionTestsEnv: {
        SOLOFLOW_TEST_RESULTS: results,
        SOLOFLOW_TEST_REPOSITORY: repository,
        SOLOFLOW_USER_DIR: join(work, 'user-data'),
      },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 3 });
    rmSync(out, { recursive: true, force: true });
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
if (existsSync(results)) {
  const { stats } = JSON.parse(readFileSync(results, 'utf8')) as { stats: { passes: number; failures: number } };
  console.log(`extension host: ${stats.passes} passed, ${stats.failures} failed`);
} else if (process.exitCode === 0) {
  console.error('The suites left no result.');
  process.exitCode = 1;
}
