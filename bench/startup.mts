// How long the terminal takes to start beside an empty Node: npm run build, then node bench/run.mjs startup. Pairs in turn.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ms, paired, printTable, type Row } from './lib.mts';

const ROUNDS = 15;
/** Own time: what comes on top of Node itself. */
const TARGET_MS = 150;

const root = process.cwd();
const cli = path.join(root, 'dist', 'cli.js');
const folder = mkdtempSync(path.join(tmpdir(), 'soloflow-startup-'));
cpSync(path.join(root, 'examples'), folder, { recursive: true });

function run(...args: readonly string[]): void {
  const done = spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  if (done.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${done.status}`);
}

try {
  const rows: Row[] = [];
  for (const args of [['--version'], ['list'], ['list', '--json'], ['next']]) {
    // Twice before: the compile cache is filled by what runs first.
    run(cli, ...args);
    run(cli, ...args);
    const { a, b } = await paired(
      ROUNDS,
      () => run(cli, ...args),
      () => run('-e', '0'),
    );
    rows.push({
      what: `soloflow ${args.join(' ')}`,
      measured: `${ms(a - b)} own (${ms(a)}, Node alone ${ms(b)})`,
      target: ms(TARGET_MS),
      met: a - b < TARGET_MS,
    });
  }
  printTable('Start-up', rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
