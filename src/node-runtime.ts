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
 * Lets Node keep the compiled code of what is loaded from here on: compiling a bundle costs more than most commands do.
 * Kept in the person's own cache folder, where nobody else can put code. Without a cache (older Node, no home) it is slower.
 */
export function keepCompiled(): void {
  if (!('enableCompileCache' in nodeModule)) return;
  const { XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: local = '', NODE_COMPILE_CACHE: asked = '' } = process.env;
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
  nodeModule.enableCompileCache(asked === '' ? join(caches, 'soloflow', 'compiled') : asked);
}

/** The version in the package beside the bundle. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}
