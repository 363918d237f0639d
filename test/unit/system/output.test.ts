import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveText, keepText, plainText } from '../../../src/system/output';
import { createRedactor } from '../../../src/system/redact';
import { cpuMs } from './support/cpu-time';

const none = createRedactor({});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fake = (prefix: string, length: number): string =>
  prefix + 'aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7s'.slice(0, length);

// Written in pieces, so that no scanner takes this file for a leak.
const privateWord = ['PRI', 'VATE'].join('');

describe('redaction', () => {
  it.each([
    ['a GitHub token', fake('ghp_', 36)],
    ['a fine-grained token', fake('github_pat_', 40)],
    ['an AWS key', fake('AKIA', 0) + 'IOSFODNN7EXAMPLE'],
    ['an API key', fake('sk-', 40)],
    ['a Slack token', fake('xoxb-', 0) + '123456789012-abcdefghij'],
    ['an npm token', fake('npm_', 36)],
    ['a JSON web token', `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`],
    ['a private key', `-----BEGIN RSA ${privateWord} KEY-----\nMIIE\nabc\n-----END RSA ${privateWord} KEY-----`],
  ])('hides %s', (_name, secret) => {
    const { text, count } = none.redact(`before ${secret} after`);
    expect(text).toBe('before [redacted] after');
    expect(count).toBe(1);
  });

  it('keeps what says that there was a secret', () => {
    expect(none.redact('Authorization: Bearer abcdefghijklmnop1234').text).toBe('Authorization: Bearer [redacted]');
    expect(none.redact('postgres://me:hunter22@localhost/db').text).toBe('postgres://me:[redacted]@localhost/db');
    expect(none.redact('DB_PASSWORD=hunter2222 x').text).toBe('DB_PASSWORD=[redacted] x');
  });

  it('hides the values of variables named like secrets, not short words and not paths', () => {
    const redactor = createRedactor({
      API_KEY: 'correct horse',
      MY_TOKEN: 'true',
      SSH_KEY: '/home/me/.ssh/id',
      HOME: '/home/me',
      multi_secret: 'one\nlonger-second-line',
    });
    expect(redactor.redact('correct horse true /home/me/.ssh/id longer-second-line correct horse')).toEqual({
      text: '[redacted] true /home/me/.ssh/id [redacted] [redacted]',
      count: 3,
    });
  });

  it('leaves ordinary output alone', () => {
    const text =
      'task-list-with-a-long-kebab-case-name passed\ncommit 3f786850e387550fdab836ed7e6dc881de23001b\nhttps://example.invalid/a:b@c\n';
    expect(none.redact(text)).toEqual({ text, count: 0 });
  });

  it('is linear in what it reads', () => {
    const spent = cpuMs(() => {
      none.redact('a'.repeat(1_000_000));
      none.redact('password'.repeat(50_000));
      none.redact('https://'.repeat(50_000));
      none.redact('eyJ'.repeat(100_000));
    });
    expect(spent).toBeLessThan(5000);
  });
});

describe('stored text', () => {
  it('has no half of a secret where it was cut', () => {
    const redactor = createRedactor({ API_KEY: 'correct horse battery' });
    const cut = (text: string, head: number, tail: number) =>
      keepText(
        { head: bytes(text).subarray(0, head), tail: bytes(text).subarray(-tail), bytes: bytes(text).length },
        redactor,
      );
    const text = `one\ntwo correct horse battery three\n${'x'.repeat(50)}\nfour correct horse battery five\nsix\n`;
    for (let at = 1; at < 60; at++) {
      const { head, tail } = cut(text, at, at);
      expect(`${head}${tail}`).not.toMatch(/cor|bat|tery/);
    }
    expect(cut(text, 60, 60)).toMatchObject({
      head: 'one\ntwo [redacted] three\n',
      tail: 'four [redacted] five\nsix\n',
    });
    const key = [
      '-----BEGIN',
      privateWord,
      'KEY-----\nMIIE\nabcd\nefgh\n-----END',
      privateWord,
      'KEY-----\nafter\n',
    ].join(' ');
    expect(cut(`${'before\n'.repeat(9)}${key}`, 10, key.length - 30).tail).toBe('\nafter\n');
    // A text without lines stays as it was cut.
    expect(cut('y'.repeat(90_000), 20_000, 20_000).head).toHaveLength(20_000);
  });

  it('has no escape sequences, overwritten lines or controls', () => {
    expect(
      plainText(
        '\u{1b}[31mred\u{1b}[0m \u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{7}\r\n10%\r50%\r100%\nbell\u{7}\0 tab\tend\r',
      ),
    ).toBe('red link\n100%\nbell tab\tend');
  });

  it('is fast on a long line', () => {
    const spent = cpuMs(() => {
      plainText('x'.repeat(2_000_000));
      plainText('x\r'.repeat(500_000));
    });
    expect(spent).toBeLessThan(5000);
  });

  it('never cuts a character: any text cut at any byte stays itself or loses only the cut one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), fc.nat(), (raw, at) => {
        const text = raw.replace(/[\p{Cc}\u{feff}]/gu, '.').toWellFormed();
        const all = bytes(text);
        const cut = at % (all.length + 1);
        const kept = keepText({ head: all.subarray(0, cut), tail: all.subarray(cut), bytes: all.length }, none);
        expect(kept.bytes).toBe(all.length);
        expect(kept.truncated).toBe(cut < all.length);
        expect(text.startsWith(kept.head)).toBe(true);
        expect(text.endsWith(kept.tail)).toBe(true);
        // At most the one character that the cut went through is lost.
        expect(bytes(kept.head + kept.tail).length).toBeGreaterThan(all.length - 5);
      }),
    );
  });
});

describe('live text', () => {
  it('hides a secret that comes in two pieces', () => {
    const live = createLiveText(createRedactor({ A_TOKEN: 'hunter2hunter2' }));
    expect(live.push(bytes('x hunter2'))).toBe('');
    expect(live.push(bytes('hunter2 y\npart'))).toBe('x [redacted] y\n');
    expect(live.flush()).toBe('part');
    expect(live.flush()).toBe('');
  });

  it('hides a private key line by line until it ends', () => {
    const live = createLiveText(none);
    const shown = [
      'a\n',
      `-----BEGIN ${privateWord} KEY-----\n`,
      'MIIEabcdef\n',
      'qwertz\n',
      `-----END ${privateWord} KEY-----\n`,
      'b\n',
    ]
      .map((line) => live.push(bytes(line)))
      .join('');
    expect(shown).not.toContain('MIIE');
    expect(shown).not.toContain('qwertz');
    expect(shown.startsWith('a\n')).toBe(true);
    expect(shown.endsWith('b\n')).toBe(true);
  });

  it('keeps characters whole and colours in place', () => {
    const live = createLiveText(none);
    const all = bytes('\u{1b}[32mä😀\u{1b}[0m\n');
    let shown = '';
    for (const byte of all) shown += live.push(Uint8Array.of(byte));
    expect(shown).toBe('\u{1b}[32mä😀\u{1b}[0m\n');
  });

  it('does not wait for ever for the end of a line', () => {
    const live = createLiveText(none);
    expect(live.push(bytes('x'.repeat(20_000)))).toHaveLength(20_000);
  });
});
