#!/usr/bin/env node
// The terminal's entry point: a runtime that can load the database, the process's streams, signals and exit code.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, type Terminal } from './terminal/main';

const OLDEST_NAPI = 10;

/** better-sqlite3 ends an older process with a segmentation fault, so the pinned Node takes over where there is one. */
function newerNode(): string | null {
  if (Number(process.versions['napi'] ?? 0) >= OLDEST_NAPI || process.env['SOLOFLOW_NO_REEXEC'] === '1') return null;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [process.env['SOLOFLOW_NODE'], join(__dirname, '..', 'node_modules', 'node', 'bin', name)];
  return candidates.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

async function run(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  // A reader that went away (`| head`) is no reason to fail loudly.
  process.stdout.on('error', () => stop.abort());
  const terminal: Terminal = {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    isTerminal: process.stdout.isTTY,
    env: process.env,
    cwd: process.cwd(),
    version: version(),
  };
  const code = await main(process.argv.slice(2), terminal, stop.signal);
  return stop.signal.aborted && code === 3 ? 130 : code;
}

const node = newerNode();
if (node === null) {
  run()
    .then((code) => (process.exitCode = code))
    .catch((error: unknown) => {
      process.stderr.write(
        `soloflow: a bug, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.exitCode = 70;
    });
} else {
  const child = spawn(node, [__filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SOLOFLOW_NO_REEXEC: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128;
  });
}
