// The runtime of the entry points outside the editor: better-sqlite3 ends an older Node with a segmentation fault, so
// the pinned one takes over where there is one.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const OLDEST_NAPI = 10;

function newerNode(): string | null {
  if (Number(process.versions['napi'] ?? 0) >= OLDEST_NAPI || process.env['SOLOFLOW_NO_REEXEC'] === '1') return null;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [process.env['SOLOFLOW_NODE'], join(__dirname, '..', 'node_modules', 'node', 'bin', name)];
  return candidates.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}

/** Runs `main` here, or this program again in a Node that can load the database. `main` gives the exit code. */
export function runIn(main: () => Promise<number>, file: string): void {
  const node = newerNode();
  if (node === null) {
    main()
      .then((code) => (process.exitCode = code))
      .catch((error: unknown) => {
        process.stderr.write(
          `soloflow: a bug, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        process.exitCode = 70;
      });
    return;
  }
  const child = spawn(node, [file, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SOLOFLOW_NO_REEXEC: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128;
  });
}

/**
 * Where compiled code is kept: the person's own cache folder, in which nobody else can put code. null: it is not wished,
 * or there is no home.
 */
export function codeFolder(): string | null {
  const { XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: local = '', NODE_COMPILE_CACHE: asked = '' } = process.env;
  if ((process.env['NODE_DISABLE_COMPILE_CACHE'] ?? '') !== '') return null;
  if (asked !== '') return asked;
  const caches = ((): string => {
    switch (process.platform) {
      case 'win32':
        return local === '' ? join(homedir(), 'AppData', 'Local') : local;
      case 'darwin':
        return join(homedir(), 'Library', 'Caches');
      default:
        return isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
    }
  })();
  return isAbsolute(caches) ? join(caches, 'soloflow') : null;
}

/** Lets Node keep the compiled code of what is loaded from here on. Without a cache (older Node, no home) it is slower. */
export function keepCompiled(): void {
  const folder = codeFolder();
  if (folder !== null && 'enableCompileCache' in nodeModule) nodeModule.enableCompileCache(join(folder, 'compiled'));
}

/** The version in the package beside the bundle. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}
