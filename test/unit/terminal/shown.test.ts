// What the terminal prints does nothing to the terminal, and JSON keeps what it says.
import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/terminal/paint';
import { visible } from '../../../src/model/visible';
import { describePause } from '../../../src/workflow/words/pause-words';
import { english } from '../../../src/workflow/words/translate';
import { shown } from '../../../src/terminal/shown';

const paint = paintFor(true, { TERM: 'xterm' });

describe('what is shown', () => {
  it('moves, hides and turns nothing; our own bold and dim stay', () => {
    expect(shown(`${paint.bold('Title')}\u001B[2J ${paint.dim('x')}`)).toBe(`${paint.bold('Title')} ${paint.dim('x')}`);
    expect(shown('a\u001B]0;owned\u0007b\u009B31mc\rd\u0008e')).toBe('ab31mcde');
    expect(shown('\u001B]8;;https://x\u001B\\link\u001B]8;;\u001B\\')).toBe('link');
    expect(shown('\u202Eevil\u202C \u200Bz\uFEFF\u{E0041}')).toBe('evil z');
    expect(shown('a\u001B')).toBe('a');
  });
  it('leaves letters, tabs, lines and emoji alone', () => {
    const text = '\tЖ 任务 👩‍💻 می‌خواهم\nnext ✅';
    expect(shown(text)).toBe(text);
  });
  it('keeps JSON as it was, line by line', () => {
    const value = { title: '\u202Eevil\u009B \u{E0041} \u001B[2J', n: 1 };
    const text = `${JSON.stringify(value)}\n${JSON.stringify([value])}`;
    const out = shown(text);
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(out).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(out.split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([value, [value]]);
  });
});

describe('a command that is to be approved', () => {
  it('shows what a screen would hide', () => {
    expect(visible('rm x \u202E# safe\u202C\u200B\u{E0041}\u001B[8m')).toBe(
      'rm x \\u{202E}# safe\\u{202C}\\u{200B}\\u{E0041}\\u{1B}[8m',
    );
    expect(describePause({ kind: 'approval', commands: ['a\u202Eb'] }, english)).toContain('a\\u{202E}b');
    expect(visible('echo "Ж 任务"\n\tnext')).toBe('echo "Ж 任务"\n\tnext');
  });
});
