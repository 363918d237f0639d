// The same graph of shell tasks run by Soloflow, by peers that npm gives, and by make and ninja where they are installed,
// each from its command line, in turn. Soloflow, as packaged and with its defaults, also records every step and writes each
// result into the document; the others do neither.
// Usage: node bench/run.mjs runners [--tasks N] [--rounds N]
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, printTable } from './lib.mts';

const WIDTH = 10;
const AT_ONCE = 4;
const PLAN = 'Task-List-B-001-graph.md';
const TURBO_FLAGS = [`--concurrency=${AT_ONCE}`, '--force', '--output-logs=none'];

interface Runner {
  readonly name: string;
  /** Comes with the machine or not at all: how far there is to go, no promise. */
  readonly isSystem?: true;
  /** Writes what it needs into its folder. */
  prepare(folder: string, tasks: number): void;
  readonly command: (tasks: number) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const base = mkdtempSync(join(tmpdir(), 'soloflow-runners-'));
// Inside the work tree, so that the database's engine is found.
const packaged = mkdtempSync(join(process.cwd(), 'node_modules', '.bench-runners-'));
const cli = join(packaged, 'dist', 'cli.js');

const names = (tasks: number): readonly string[] => Array.from({ length: tasks }, (_, n) => `t${n}`);
const needs = (n: number): readonly string[] => (n < WIDTH ? [] : [`t${n - WIDTH}`]);
const last = (tasks: number): readonly string[] => names(tasks).slice(-WIDTH);
const put = (folder: string, name: string, value: unknown): void =>
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value, null, 2));
const each = <T,>(tasks: number, make: (n: number) => T): Record<string, T> =>
  Object.fromEntries(names(tasks).map((name, n) => [name, make(n)]));
const pack = { name: 'graph', version: '1.0.0', private: true };

const soloflow: Runner = {
  name: 'soloflow',
  prepare(folder, tasks) {
    mkdirSync(folder, { recursive: true });
    const items = names(tasks).map((_, n) =>
      [
        `#### Task 1.${n}: Step ${n}`,
        '',
        '**Status**: todo',
        '**Auto-Advance**: yes',
        `**Dependencies**: ${n < WIDTH ? 'None' : `Task 1.${n - WIDTH}`}`,
        '',
        '**Commands**:',
        '',
        '```bash',
        'true',
        '```',
        '',
      ].join('\n'),
    );
    put(folder, PLAN, ['# Task List: B-001 — Graph', '', ...items].join('\n'));
    // Once; what a person does before a first run is not timed.
    if (existsSync(join(folder, '.soloflow'))) return;
    const approved = spawnSync(process.execPath, [cli, 'approve', '--tasks', PLAN, '--all'], {
      cwd: folder,
      env: { ...process.env, ...soloflow.env },
    });
    if (approved.status !== 0) throw new Error(approved.stderr.toString());
  },
  command: () => [process.execPath, cli, 'execute', '--tasks', PLAN, '--auto-advance', `--concurrency=${AT_ONCE}`],
  env: { SOLOFLOW_USER_DIR: join(base, 'user'), XDG_CACHE_HOME: join(base, 'cache') },
};

const peers: readonly Runner[] = [
  {
    name: 'wireit',
    prepare(folder, tasks) {
      const wireit = each(tasks, (n) => ({ command: 'true', dependencies: needs(n) }));
      const scripts = { ...each(tasks, () => 'wireit'), all: 'wireit' };
      put(folder, 'package.json', { ...pack, scripts, wireit: { ...wireit, all: { dependencies: last(tasks) } } });
    },
    command: () => ['npm', 'run', '--silent', 'all'],
    env: { WIREIT_PARALLEL: String(AT_ONCE), WIREIT_CACHE: 'none', WIREIT_LOGGER: 'quiet' },
  },
  {
    name: 'nx',
    prepare(folder, tasks) {
      const run = { executor: 'nx:run-commands', cache: false };
      const targets = each(tasks, (n) => ({ ...run, options: { command: 'true' }, dependsOn: needs(n) }));
      put(folder, 'package.json', pack);
      put(folder, 'nx.json', { analytics: false, neverConnectToCloud: true });
      const all = { executor: 'nx:noop', dependsOn: last(tasks) };
      put(folder, 'project.json', { name: 'graph', targets: { ...targets, all } });
    },
    command: () => ['npx', '--no-install', 'nx', 'run', 'graph:all', `--parallel=${AT_ONCE}`, '--skip-nx-cache'],
    env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
  },
  {
    name: 'turbo',
    prepare(folder, tasks) {
      put(folder, 'package.json', { ...pack, packageManager: 'npm@10.9.0', scripts: each(tasks, () => 'true') });
      put(folder, 'turbo.json', { tasks: each(tasks, (n) => ({ cache: false, dependsOn: needs(n) })) });
    },
    command: (tasks) => ['npx', '--no-install', 'turbo', 'run', ...last(tasks)].concat(TURBO_FLAGS),
    env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' },
  },
];

const system: readonly Runner[] = [
  {
    name: 'make',
    isSystem: true,
    prepare(folder, tasks) {
      // Without the semicolon make would begin it without a shell.
      const rules = names(tasks).map((name, n) => `${name}: ${needs(n).join(' ')}\n\t@true;\n`);
      put(
        folder,
        'Makefile',
        [`.PHONY: all ${names(tasks).join(' ')}`, `all: ${last(tasks).join(' ')}`, ...rules].join('\n'),
      );
    },
    command: () => ['make', `-j${AT_ONCE}`, '-s', 'all'],
    env: {},
  },
  {
    name: 'ninja',
    isSystem: true,
    prepare(folder, tasks) {
      const builds = names(tasks).map((name, n) => `build ${name}: run ${needs(n).join(' ')}`);
      put(
        folder,
        'build.ninja',
        ['rule run', '  command = true', ...builds, `build all: phony ${last(tasks).join(' ')}`, ''].join('\n'),
      );
    },
    command: () => ['ninja', `-j${AT_ONCE}`, '--quiet', 'all'],
    env: {},
  },
];

interface Ended {
  readonly code: number | null;
  readonly text: string;
  readonly ms: number;
}

function run(command: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const [program = '', ...args] = command;
  const start = performance.now();
  return new Promise((done) => {
    let text = '';
    const child = spawn(program, args, { cwd, env: { ...process.env, CI: '1', ...env } });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-4000)));
    child.on('error', (error) => done({ code: null, text: String(error), ms: 0 }));
    child.on('close', (code) => done({ code, text, ms: performance.now() - start }));
  });
}

async function compare(tasks: number, rounds: number): Promise<void> {
  const build = spawnSync(process.execPath, [
    'scripts/build.mjs',
    '--production',
    `--outdir=${join(packaged, 'dist')}`,
  ]);
  if (build.status !== 0) throw new Error(build.stderr.toString());
  cpSync('package.json', join(packaged, 'package.json'));
  const runners: Runner[] = [];
  for (const peer of peers) {
    const folder = join(base, peer.name);
    mkdirSync(folder);
    put(folder, 'package.json', pack);
    const installed = await run(['npm', 'install', '--no-audit', '--no-fund', peer.name], folder, {});
    if (installed.code === 0) runners.push(peer);
    else console.log(`${peer.name}: SKIPPED, npm could not install it: ${installed.text.trim().split('\n').at(-1)}`);
  }
  for (const one of system) {
    mkdirSync(join(base, one.name));
    if ((await run([one.name, '--version'], base, {})).code === 0) runners.push(one);
    else console.log(`${one.name}: not on this machine`);
  }
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const runner of [soloflow, ...runners]) {
      const folder = join(base, runner.name);
      // Each keeps what it keeps between runs, and does all tasks again.
      runner.prepare(folder, tasks);
      const ended = await run(runner.command(tasks), folder, runner.env);
      if (ended.code !== 0) throw new Error(`${runner.name} ended with ${ended.code}: ${ended.text}`);
      times.set(runner.name, [...(times.get(runner.name) ?? []), ended.ms]);
    }
  }
  const own = times.get(soloflow.name) ?? [];
  console.log(`soloflow: ${(median(own) / 1000).toFixed(2)} s for ${tasks} tasks, ${AT_ONCE} at once`);
  printTable(
    'runners',
    runners.map(({ name, isSystem }) => {
      const theirs = times.get(name) ?? [];
      const ratio = median(own.map((ms, n) => ms / (theirs[n] ?? Number.NaN)));
      const seconds = `${(median(theirs) / 1000).toFixed(2)} s`;
      return {
        what: `soloflow against ${name} (${seconds})`,
        measured: `${ratio.toFixed(2)} x`,
        target: isSystem ? 'stretch' : '< 1 x',
        met: isSystem ? null : ratio < 1,
      };
    }),
  );
}

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '200' }, rounds: { type: 'string', default: '3' } },
});
try {
  await compare(Number(values.tasks), Number(values.rounds));
} finally {
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  rmSync(packaged, { recursive: true, force: true });
}
