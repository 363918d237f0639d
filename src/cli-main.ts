// What the terminal loads when it has something to do: the process's streams and signals around the terminal's main.
// A bundle of its own, so that the launcher (cli.ts) starts at once and this file's compiled code can be kept.
import { packageVersion } from './node-runtime';
import { main, type Terminal } from './terminal/main';

/** Runs one command line of this process; `soloflow mcp` serves agents instead. The exit code. */
export async function runTerminal(args: readonly string[]): Promise<number> {
  if (args[0] === 'mcp' && !args.includes('--help') && !args.includes('-h')) {
    const { serveMcp } = await import('./mcp-serve');
    return serveMcp(args.slice(1), packageVersion());
  }
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
