// How long the terminal takes beside an empty Node, as it is packaged: node bench/run.mjs startup. Pairs in turn, on the
// example workspace and on one with a thousand documents whose readings are kept.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median, ms, printTable, timed, type Row } from './lib.mts';

const ROUNDS = 15;
const DOCUMENTS = 1000;
/** Own time: what comes on top of Node itself. */
const TARGET_MS = 150;

const root = process.cwd();
// Inside the work tree, so that the database's engine is found.
const made = mkdtempSync(path.join(root, 'node_modules', '.bench-startup-'));
const cli = path.join(made, 'dist', 'cli.js');
const base = mkdtempSync(path.join(tmpdir(), 'soloflow-startup-'));
const env = { ...process.env, SOLOFLOW_USER_DIR: path.join(base, 'user'), XDG_CACHE_HOME: path.join(base, 'cache') };

function run(cwd: string, ...args: readonly string[]): void {
  const done = spawnSync(process.execPath, args, { cwd, stdio: 'ignore', env });
  if (done.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${done.status}`);
}

function workspaces(): Readonly<Record<string, string>> {
  const example = path.join(base, 'example');
  cpSync(path.join(root, 'examples'), example, { recursive: true });
  const many = path.join(base, 'many');
  mkdirSync(path.join(many, 'docs', 'plans'), { recursive: true });
  const list = readFileSync(path.join(example, 'docs/plans/Task-List-B-001-page-names.md'), 'utf8');
  for (let n = 1; n <= DOCUMENTS; n += 1) {
    const id = `B-${String(n).padStart(4, '0')}`;
    writeFileSync(path.join(many, 'docs', 'plans', `Task-List-${id}-names.md`), list.replaceAll('B-001', id));
  }
  return { example, [`${DOCUMENTS} documents`]: many };
}

try {
  const build = spawnSync(process.execPath, ['scripts/build.mjs', '--production', `--outdir=${path.dirname(cli)}`]);
  if (build.status !== 0) throw new Error(build.stderr.toString());
  writeFileSync(path.join(made, 'package.json'), readFileSync(path.join(root, 'package.json')));
  const rows: Row[] = [];
  for (const [name, folder] of Object.entries(workspaces())) {
    // Makes the record, which keeps the readings; commands that only look make none.
    run(folder, cli, 'remember', 'The bench was here.');
    for (const args of [['--version'], ['list'], ['next'], ['status']]) {
      // Twice before: the compile cache is filled by what runs first.
      run(folder, cli, ...args);
      run(folder, cli, ...args);
      const own: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const whole = await timed(() => run(folder, cli, ...args));
        own.push(whole - (await timed(() => run(folder, '-e', '0'))));
      }
      const best = Math.min(...own);
      rows.push({
        what: `${args.join(' ')} (${name})`,
        measured: `${ms(median(own))} own, best ${ms(best)}`,
        target: ms(TARGET_MS),
        met: median(own) < TARGET_MS,
      });
    }
  }
  printTable('Start-up', rows);
} finally {
  rmSync(base, { recursive: true, force: true });
  rmSync(made, { recursive: true, force: true });
}
