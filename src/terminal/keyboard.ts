// The person at the keyboard: questions on standard error, lines from standard input. What was typed ahead is kept.
import type { Interface } from 'node:readline';
import type { Terminal } from './print';

export function keyboard(signal: AbortSignal): NonNullable<Terminal['ask']> {
  let lines: Interface | null = null;
  const keys = { closed: false };
  const typed: string[] = [];
  let heard = Promise.withResolvers<void>();
  const open = async (): Promise<Interface> => {
    const { createInterface } = await import('node:readline');
    const made = createInterface({ input: process.stdin, output: process.stderr });
    made.on('line', (line) => {
      typed.push(line);
      heard.resolve();
    });
    const end = (): void => {
      keys.closed = true;
      heard.resolve();
    };
    made.on('close', end);
    // Ctrl-C at a question is the wish to stop, as everywhere.
    made.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    signal.addEventListener('abort', () => made.close(), { once: true });
    return made;
  };
  return async (question) => {
    lines ??= await open();
    if (!keys.closed) {
      lines.resume();
      lines.setPrompt(question);
      lines.prompt();
    }
    while (typed.length === 0 && !keys.closed) {
      heard = Promise.withResolvers();
      await heard.promise;
    }
    // A paused keyboard does not keep the process alive.
    if (!keys.closed) lines.pause();
    return typed.shift() ?? null;
  };
}
