// Brings a whole VS Code server (code-server from the npm registry) into .vscode-test/, once, and says what is missing.
// It does not start it: see serve.mts.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The version of code-server; its VS Code is 1.139. */
const VERSION = '4.139.1';
/** Raise when the steps below change, so that an older unpacked server is made anew. */
const RECIPE = 2;

const repository = resolve(import.meta.dirname, '../..');
const cache = join(repository, '.vscode-test');

/** The Node 24 that npm brought with the development dependencies. */
export function pinnedNode(): string {
  const path = join(repository, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  throw new Error('Node 24 is missing: run "npm ci" in this folder first (it brings its own Node 24).');
}

function npm(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> {
  // npm scripts find node_modules/.bin first, so that install scripts of the server run on Node 24 as well.
  const path = `${join(repository, 'node_modules/.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env['PATH'] ?? ''}`;
  const inherited = Object.fromEntries(
    // The outer npm's own settings (prefix, lifecycle, workspaces) must not leak into this one.
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache|userconfig|.*proxy))/i.test(name)),
  );
  return spawnSync('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd,
    env: { ...inherited, ...env, PATH: path },
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function must(what: string, result: SpawnSyncReturns<string>): string {
  if (result.status === 0) return result.stdout;
  const tail = `${result.stderr}${result.stdout}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${what} failed (${result.error?.message ?? `exit code ${result.status}`}):\n${tail}`);
}

function unpack(archive: string, into: string): void {
  mkdirSync(into, { recursive: true });
  must(
    `Unpacking ${archive}`,
    spawnSync('tar', ['-xzf', archive, '-C', into, '--strip-components=1'], { encoding: 'utf8' }),
  );
}

function packed(name: string, into: string): string {
  const before = new Set(readdirSync(into));
  must(`Downloading ${name} from the npm registry`, npm(['pack', name, '--silent'], into));
  const archive = readdirSync(into).find((file) => file.endsWith('.tgz') && !before.has(file));
  if (archive === undefined) throw new Error(`npm pack ${name} left no archive.`);
  return join(into, archive);
}

/** Folder with the headers of the Node that runs the server, or null where only nodejs.org has them. */
function nodeHeaders(work: string): string | null {
  const versions = spawnSync(pinnedNode(), ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
  const beside = resolve(pinnedNode(), '../..');
  if (existsSync(join(beside, 'include/node/node.h'))) return beside;
  try {
    const folder = join(work, 'headers');
    unpack(packed(`node-${process.platform}-${process.arch}@${versions}`, work), folder);
    return existsSync(join(folder, 'include/node/node.h')) ? folder : null;
  } catch {
    return null;
  }
}

function build(work: string, say: (line: string) => void): void {
  say(`Bringing the editor (code-server ${VERSION}) from the npm registry; once, about a minute.`);
  const server = join(work, 'server');
  unpack(packed(`code-server@${VERSION}`, work), server);
  const vscode = join(server, 'lib/vscode');
  // A plain install would compile kerberos; what is really needed is compiled below.
  must('Installing the parts of the editor', npm(['install', '--omit=dev', '--ignore-scripts'], vscode));
  // Without its TypeScript the editor greets every script file with an error.
  must(
    "Installing the parts of the editor's own extensions",
    npm(['install', '--omit=dev', '--ignore-scripts'], join(vscode, 'extensions')),
  );
  const headers = nodeHeaders(work);
  const native = npm(
    ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'],
    vscode,
    headers === null ? {} : { npm_config_nodedir: headers },
  );
  if (native.status !== 0)
    say('Two native parts of the editor (log, watchdog) could not be compiled; it works without, its log is noisier.');
  rmSync(join(server, 'lib/vscode/node_modules/.cache'), { recursive: true, force: true });
  writeFileSync(join(server, 'soloflow-stamp.json'), JSON.stringify({ version: VERSION, recipe: RECIPE }));
}

function ready(folder: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(join(folder, 'soloflow-stamp.json'), 'utf8')) as { recipe?: number };
    return stamp.recipe === RECIPE && existsSync(join(folder, 'lib/vscode/out/server-main.js'));
  } catch {
    return false;
  }
}

/** One builder at a time; a lock whose holder is gone is taken over. */
async function withLock(
  lock: string,
  run: () => void,
  settled: () => boolean,
  say: (line: string) => void,
): Promise<void> {
  for (let told = false; ;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (settled()) return;
      if (!told) say('Another run is bringing the editor; waiting for it.');
      told = true;
      await sleep(500);
      if (abandoned(lock)) rmSync(lock, { recursive: true, force: true });
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid));
    if (!settled()) run();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function abandoned(lock: string): boolean {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return false;
    // No pid written yet: its maker may be between two lines.
    return !existsSync(lock) || Date.now() - statSync(lock).mtimeMs > 5000;
  }
}

/** Folder of the unpacked VS Code server (holds out/server-main.js). Safe to call from several processes at once. */
export async function ensureServer(say: (line: string) => void): Promise<string> {
  const given = process.env['SOLOFLOW_VSCODE_SERVER'];
  if (given !== undefined && given !== '') return given;
  if (process.platform === 'win32')
    throw new Error('The editor server runs on Linux and macOS; on Windows use "npm run test:desktop".');
  const home = join(cache, `code-server-${VERSION}`);
  if (!ready(home)) {
    mkdirSync(cache, { recursive: true });
    const make = (): void => {
      const work = join(cache, `making-${process.pid}`);
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work);
      try {
        build(work, say);
        rmSync(home, { recursive: true, force: true });
        renameSync(join(work, 'server'), home);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    };
    await withLock(`${home}.lock`, make, () => ready(home), say);
  }
  return join(home, 'lib/vscode');
}
