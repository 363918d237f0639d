// Makes the VSIX: bundles for production, packages with the allow-list of .vscodeignore, says what is inside.
// --target <platform> makes one for a single platform, with only that platform's database engine.
import { createVSIX, listFiles } from '@vscode/vsce';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const repository = resolve(import.meta.dirname, '..');

/** Marketplace platform → file of better-sqlite3's prebuilt engine. */
const ENGINES: Readonly<Record<string, string>> = {
  'alpine-arm64': 'linuxmusl-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm64': 'linux-arm64',
  'linux-x64': 'linux-x64',
  'win32-arm64': 'win32-arm64',
  'win32-x64': 'win32-x64',
};

function ignoreFile(target: string | undefined): string {
  const common = join(repository, '.vscodeignore');
  if (target === undefined) return common;
  const engine = ENGINES[target];
  if (engine === undefined) throw new Error(`Unknown target "${target}". Known: ${Object.keys(ENGINES).join(', ')}.`);
  const own = join(repository, 'out', `.vscodeignore-${target}`);
  mkdirSync(join(own, '..'), { recursive: true });
  writeFileSync(own, readFileSync(common, 'utf8').replace('prebuilds/**', `prebuilds/${engine}.node`));
  return own;
}

/** What must be in the package, and what may be. Anything else slipped through the allow-list. */
const REQUIRED = [
  'package.json',
  'package.nls.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/extension.js',
  'dist/cli.js',
  'dist/cli-main.js',
  'dist/mcp.js',
  'dist/mcp-serve.js',
  'media/icon.png',
  'media/soloflow.svg',
  'node_modules/better-sqlite3/lib/index.js',
];
const ALLOWED =
  /^(?:package(?:\.nls(?:\.[\w-]+)?)?\.json|README\.md|LICENSE|CHANGELOG\.md|l10n\/[\w.-]+\.json|dist\/[\w-]+\.js|media\/[\w/.-]+\.(?:png|svg|md|json)|node_modules\/better-sqlite3\/(?:package\.json|LICENSE|lib\/[\w/-]+\.js|prebuilds\/[\w-]+\.node))$/;
const MAX_BYTES = 12 * 1024 * 1024;

function inspect(files: readonly string[], bytes: number): void {
  const names = files.map((file) => file.replaceAll('\\', '/'));
  const missing = REQUIRED.filter((name) => !names.includes(name));
  const foreign = names.filter((name) => !ALLOWED.test(name));
  if (missing.length > 0) throw new Error(`The package lacks ${missing.join(', ')}.`);
  if (foreign.length > 0) throw new Error(`The package holds what does not belong into it: ${foreign.join(', ')}.`);
  if (bytes > MAX_BYTES) throw new Error(`The package has ${bytes} bytes; ${MAX_BYTES} are allowed.`);
}

try {
  const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
  rmSync(join(repository, 'dist'), { recursive: true, force: true });
  const built = spawnSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--production'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (built.status !== 0 || !existsSync(join(repository, 'dist/extension.js'))) throw new Error('The bundle failed.');
  const packagePath = resolve(
    repository,
    values.out ?? `soloflow${values.target === undefined ? '' : `-${values.target}`}.vsix`,
  );
  const options = { cwd: repository, ignoreFile: ignoreFile(values.target), dependencies: true } as const;
  await createVSIX({
    ...options,
    packagePath,
    ...(values.target === undefined ? {} : { target: values.target }),
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const files = await listFiles({ ...options });
  inspect(files, statSync(packagePath).size);
  console.log(`${packagePath}: ${files.length} files, ${(statSync(packagePath).size / 1024 / 1024).toFixed(2)} MB`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
