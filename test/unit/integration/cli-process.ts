// Runs the bundled terminal in real processes of the pinned Node, each test in a folder and with a user folder of its own.
import { build } from 'esbuild';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '../../..');

/** Bundles src/cli.ts (or another entry) next to node_modules, so that better-sqlite3 is found. Gives the file. */
export async function bundleCli(name: string, entry: 'cli' | 'mcp' = 'cli'): Promise<string> {
  const folder = join(repository, 'node_modules', '.cache', 'soloflow', name, 'dist');
  const file = join(folder, `${entry}.js`);
  await build({
    entryPoints: (entry === 'cli' ? ['cli', 'cli-main'] : [entry]).map((each) => join(repository, `src/${each}.ts`)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['better-sqlite3'],
    define: { 'import.meta.url': '__soloflow_url' },
    banner: { js: 'const __soloflow_url = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: 'error',
  });
  writeFileSync(join(dirname(folder), 'package.json'), JSON.stringify({ version: '0.0.0-test' }));
  return file;
}

/** Builds everything as it is shipped, beside node_modules. Gives the folder. */
export async function buildAll(name: string): Promise<string> {
  const folder = join(repository, 'node_modules', '.cache', 'soloflow', name, 'dist');
  await promisify(execFile)(process.execPath, [join(repository, 'scripts/build.mjs'), `--outdir=${folder}`], {
    cwd: repository,
  });
  writeFileSync(join(dirname(folder), 'package.json'), JSON.stringify({ version: '0.0.0-test' }));
  return folder;
}

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Sandbox {
  readonly root: string;
  /** What every process here gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `soloflow ARGS` here to its end. */
  soloflow(...args: readonly string[]): Promise<Finished>;
  /** The same with --json, parsed. */
  json<T>(...args: readonly string[]): Promise<T>;
  /** Starts it and leaves it running. */
  start(...args: readonly string[]): ChildProcess;
  write(path: string, text: string): void;
  remove(): void;
}

export function sandbox(cli: string): Sandbox {
  const base = mkdtempSync(join(tmpdir(), 'soloflow-cli-'));
  const root = join(base, 'workspace');
  mkdirSync(root);
  const env = {
    ...process.env,
    SOLOFLOW_USER_DIR: join(base, 'user'),
    NODE_COMPILE_CACHE: join(base, 'code'),
    NO_COLOR: '1',
  };
  const start = (...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [cli, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const soloflow = async (...args: readonly string[]): Promise<Finished> => {
    const child = start(...args);
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, out, err };
  };
  return {
    root,
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    soloflow,
    start,
    async json<T>(...args: readonly string[]) {
      const { out, err, code } = await soloflow(...args, '--json');
      const last = out.trimEnd().split('\n').at(-1) ?? '';
      try {
        return JSON.parse(last) as T;
      } catch {
        throw new Error(`soloflow ${args.join(' ')} ended with ${code}: ${out} ${err}`);
      }
    },
    write(path, text) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A task list of the reference form: tasks with one command each, and fields as they stand ("**Status**: todo"). */
export const stepsList = (
  ...tasks: readonly {
    readonly id: string;
    readonly title: string;
    readonly command: string;
    readonly fields: readonly string[];
  }[]
): string =>
  [
    '# Task List: B-501 Steps',
    '',
    ...tasks.flatMap(({ id, title, command, fields }) => [
      `#### Task ${id}: ${title}`,
      ...fields,
      '',
      '**Commands**:',
      '',
      '```bash',
      command,
      '```',
      '',
    ]),
  ].join('\n');
