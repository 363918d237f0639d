// One line of progress on standard error while something long goes on; only where it is a terminal, gone when it ends.
import type { Terminal } from './print';
import { shown } from './shown';

export interface ProgressBar {
  /** false: nobody sees it, nothing needs to be found out for it. */
  readonly seen: boolean;
  /** `fraction` is 0..1, or null where nobody knows how long it takes. */
  show(step: string, fraction: number | null): void;
  clear(): void;
}

/** The bar, and the terminal to print through while it stands: lines push it away, it comes back with the next step. */
export function progressBar(
  terminal: Terminal,
  wanted: boolean,
): { readonly bar: ProgressBar; readonly terminal: Terminal } {
  const { screen } = terminal;
  if (screen === undefined || !wanted || terminal.env['TERM'] === 'dumb') {
    return { bar: { seen: false, show: () => {}, clear: () => {} }, terminal };
  }
  let drawn = '';
  const clear = (): void => {
    if (drawn === '') return;
    drawn = '';
    screen.write('\r\u001B[2K');
  };
  const bar: ProgressBar = {
    seen: true,
    show(step, fraction) {
      const line = barLine(step, fraction, screen.columns());
      if (line === drawn) return;
      drawn = line;
      screen.write(`\r\u001B[2K${line}`);
    },
    clear,
  };
  const through = (print: (line: string) => void) => (line: string) => {
    const before = drawn;
    clear();
    print(line);
    if (before === '') return;
    drawn = before;
    screen.write(before);
  };
  return {
    bar,
    terminal: { ...terminal, out: through((line) => terminal.out(line)), err: through((line) => terminal.err(line)) },
  };
}

const WIDTH = 24;

/** Never wider than the screen: a line that wraps cannot be taken away again. */
export function barLine(step: string, fraction: number | null, columns: number): string {
  const known = fraction === null ? null : Math.min(1, Math.max(0, fraction));
  const filled = known === null ? 0 : Math.round(known * WIDTH);
  const bar = known === null ? '' : `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.round(known * 100)}% `;
  const text = `${bar}${shown(step.replace(/\s+/g, ' '))}`;
  const room = Math.max(1, columns - 1);
  const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return letters.length <= room ? text : `${letters.slice(0, room - 1).join('')}…`;
}
