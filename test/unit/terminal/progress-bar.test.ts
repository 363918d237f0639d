// The bar must never be wider than the screen, must go away, and must not stand between lines.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barLine, progressBar } from '../../../src/terminal/progress-bar';

const terminalOn = (columns: number, env: Readonly<Record<string, string>> = {}) => {
  const written: string[] = [];
  const terminal = {
    out: (line: string) => void written.push(`${line}\n`),
    err: (line: string) => void written.push(`${line}\n`),
    env,
    colour: false,
    version: '0',
    screen: { write: (text: string) => void written.push(text), columns: () => columns },
  };
  return { written, terminal: terminal as never as Parameters<typeof progressBar>[0] };
};

describe('the progress bar', () => {
  it('is one line that fits, whatever is told', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.double({ noNaN: true })),
        fc.integer({ min: 2, max: 200 }),
        (step, fraction, columns) => {
          const line = barLine(step, fraction, columns);
          expect([...new Intl.Segmenter().segment(line)].length).toBeLessThan(columns);
          expect(['\r', '\n', '\u001B'].some((sign) => line.includes(sign))).toBe(false);
        },
      ),
    );
  });

  it('says how far it is', () => {
    expect(barLine('Reading', 0.5, 80)).toBe(`${'█'.repeat(12)}${'░'.repeat(12)} 50% Reading`);
    expect(barLine('Reading', null, 80)).toBe('Reading');
  });

  it('goes out of the way of lines, comes back, and is gone at the end', () => {
    const { written, terminal } = terminalOn(40);
    const { bar, terminal: through } = progressBar(terminal, true);
    bar.show('One', null);
    through.out('a line');
    bar.clear();
    expect(written).toEqual(['\r\u001B[2KOne', '\r\u001B[2K', 'a line\n', 'One', '\r\u001B[2K']);
  });

  it('is not drawn where nobody wants it or the terminal cannot', () => {
    for (const [env, wanted] of [
      [{}, false],
      [{ TERM: 'dumb' }, true],
    ] as const) {
      const { written, terminal } = terminalOn(40, env);
      const { bar } = progressBar(terminal, wanted);
      bar.show('One', 0.5);
      bar.clear();
      expect(written).toEqual([]);
    }
  });
});
