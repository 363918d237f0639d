// What the terminal loads when it has something to do: the process's streams and signals around the terminal's main.
// A bundle of its own, so that the launcher (cli.ts) starts at once and this file's compiled code can be kept.
import * as z from 'zod';
import { packageVersion } from './node-runtime';
import { keyboard } from './terminal/keyboard';
import { main } from './terminal/main';
import type { Terminal } from './terminal/print';
import { shown } from './terminal/shown';

const INTERRUPTED = 130;
const SAME_WISH_MS = 300;

// Schemas are compiled for many uses; one command uses them once.
z.config({ jitless: true });

/** Lines of one moment are one write: a run says thousands. On a screen they come one by one, between what is drawn there. */
function gathered(stream: NodeJS.WriteStream): (line: string) => void {
  let text = '';
  const write = (): void => {
    if (text !== '') stream.write(text);
    text = '';
  };
  process.on('exit', write);
  return (line) => {
    if (text === '') setImmediate(write);
    text += `${shown(line)}\n`;
  };
}

/** Resolves when there is room for more, or when the reader went away. */
async function written(text: string, signal: AbortSignal): Promise<void> {
  if (process.stdout.write(text) || signal.aborted) return;
  await new Promise<void>((resolve) => {
    process.stdout.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Runs one command line of this process. The exit code. */
export async function runTerminal(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  let askedAt = Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Asked a second time, there is no waiting for anything; the record is safe at every moment. At once it is the
      // same wish, sent by the terminal and by the launcher of another Node.
      if (Date.now() - askedAt > SAME_WISH_MS) process.exit(INTERRUPTED);
      askedAt = Math.min(askedAt, Date.now());
      stop.abort();
    });
  }
  // A reader that went away (`| head`) is no reason to fail loudly.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());
  const terminal: Terminal = {
    out: process.stdout.isTTY ? (line) => void process.stdout.write(`${shown(line)}\n`) : gathered(process.stdout),
    err: (line) => void process.stderr.write(`${shown(line)}\n`),
    isTerminal: process.stdout.isTTY,
    write: (text) => written(process.stdout.isTTY ? shown(text) : text, stop.signal),
    ...(process.stderr.isTTY
      ? {
          screen: {
            write: (text) => void process.stderr.write(text),
            // A terminal that does not tell its size says 0.
            columns: () => process.stderr.columns || 80,
          },
        }
      : {}),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: keyboard(stop.signal) } : {}),
    env: process.env,
    cwd: process.cwd(),
    version: packageVersion(),
  };
  const code = await main(args, terminal, stop.signal);
  return stop.signal.aborted && code === 3 ? INTERRUPTED : code;
}
