#!/usr/bin/env node
// The terminal's entry point: the process's streams, signals and exit code. `soloflow mcp` serves agents instead.
import { serveMcp } from './mcp-serve';
import { packageVersion, runIn } from './node-runtime';
import { main, type Terminal } from './terminal/main';

async function run(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'mcp' && !args.includes('--help') && !args.includes('-h'))
    return serveMcp(args.slice(1), packageVersion());
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
    version: packageVersion(),
  };
  const code = await main(args, terminal, stop.signal);
  return stop.signal.aborted && code === 3 ? 130 : code;
}

runIn(run, __filename);
