import { describe, expect, it } from 'vitest';
import { hiderOf, marksOf } from '../../../src/system/hidden-values';

const hide = (marks: string, text: string): string => hiderOf(marks)(text, '*').text;

describe('marks of secrets', () => {
  it('find them wherever they stand, the longer of two first', () => {
    const marks = marksOf(['hunter2', 'hunter2hunter2', 'grüße 🔑']);
    expect(hide(marks, 'hunter2')).toBe('*');
    expect(hide(marks, 'ahunter2hunter2hunter2b')).toBe('a**b');
    expect(hiderOf(marks)('x hunter2 grüße 🔑 hunter', '*')).toEqual({ text: 'x * * hunter', count: 2 });
  });
  it('find them in a long text of which nothing else is taken', () => {
    const noise = Array.from({ length: 20_000 }, (_, n) => `line ${(n * 7919) % 10_007}\n`);
    const text = [...noise.slice(0, 9000), 'the word is swordfish.\n', ...noise.slice(9000)].join('');
    expect(hide(marksOf(['swordfish', 'never there']), text)).toBe(text.replace('swordfish', '*'));
  });
  it('do not say them, nor the same thing twice', () => {
    const marks = marksOf(['swordfish']);
    expect(marks).not.toContain('swordfish');
    expect(marks).not.toBe(marksOf(['swordfish']));
  });
  it('of nothing, or what is none, hide nothing', () => {
    expect(marksOf([])).toBe('');
    for (const marks of ['', '\n', 'x 0:0:0 9:1 -1:2:3', '12\n12:34:zz'])
      expect(hide(marks, 'as it is')).toBe('as it is');
  });
});
