import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../src/system/gates/markdown-links';
import { cpuMs } from './support/cpu-time';

const targets = (text: string): readonly string[] => outlineOf(text).links.map(({ target }) => target);

describe('links', () => {
  it.each<readonly [string, readonly string[]]>([
    ['[a](b.md)', ['b.md']],
    ['[a](b.md "title") and ![i](c.png)', ['b.md', 'c.png']],
    ['[a](<b c.md>)', ['b c.md']],
    ['[a](b_(c).md)', ['b_(c).md']],
    ['[![i](i.png)](b.md)', ['i.png', 'b.md']],
    ['[a]: b.md\n[c]: <d e.md> "t"', ['b.md', 'd e.md']],
    ['[^1]: not a link', []],
    ['`[a](b.md)` and ``[a](`b.md)``', []],
    ['```\n[a](b.md)\n```\n[c](d.md)', ['d.md']],
    ['~~~md\n[a](b.md)\n```\n~~~\n[c](d.md)', ['d.md']],
    ['- x\n  ```\n  [a](b.md)\n  ```\n- [c](d.md)', ['d.md']],
    ['<!-- [a](b.md)\n[a](b.md) --> [c](d.md)', ['d.md']],
    ['---\nx: "[a](b.md)"\n---\n[c](d.md)', ['d.md']],
    ['<a href="b.md">x</a> <img src=\'c.png\'>', ['b.md', 'c.png']],
    ['- [ ] a task (not a link)\n- [x] another', []],
    ['[a](unclosed', []],
    ['a backtick ` alone [c](d.md)', ['d.md']],
  ])('%j', (text, expected) => {
    expect(targets(text)).toEqual(expected);
  });

  it('know their line', () => {
    expect(outlineOf('x\r\n\r\n[a](b.md)\r\n').links).toEqual([{ target: 'b.md', line: 3 }]);
  });

  it('without a definition are told', () => {
    expect(outlineOf('[a][Two  Words] [b][gone]\n\n[two words]: x.md').undefinedReferences).toEqual([
      { target: 'gone', line: 1 },
    ]);
  });
});

describe('anchors', () => {
  it.each<readonly [string, string]>([
    ['# Simple Heading', 'simple-heading'],
    ['## With `code` and **bold**!', 'with-code-and-bold'],
    ['### 1.2 What remark/GFM sees [run]', '12-what-remarkgfm-sees-run'],
    ['# ✅ Done', '-done'],
    ['# Über_Größe & Co', 'über_größe--co'],
    ['# [Linked](x.md) title', 'linked-title'],
    ['# closed ##', 'closed'],
    ['Setext\n===', 'setext'],
    ['Setext two\n---', 'setext-two'],
    ['<a id="Here"></a>', 'Here'],
    ['<h2 name="there">', 'there'],
  ])('%j has #%s', (text, anchor) => {
    expect([...outlineOf(text).anchors]).toContain(anchor);
  });

  it('of equal headings are numbered', () => {
    expect([...outlineOf('# A\n# A\n# A-1\n# A\n').anchors]).toEqual(['a', 'a-1', 'a-1-1', 'a-2']);
  });

  it('are not made of rules, lists and code', () => {
    expect([...outlineOf('- item\n---\n\n---\n```\n# no\n```\n    # indented\n#nospace\n').anchors]).toEqual([]);
  });
});

describe('any text', () => {
  it('is read without complaint', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('[', ']', '(', ')', '`', '```', '<!--', '-->', '\n', '# ', '](', '---', '<a href="', '"'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const lines = text.split(/\r\n|\n|\r/).length;
        const { links, headings } = outlineOf(text);
        for (const { line } of [...links, ...headings]) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
    );
  });

  it('of hostile shape is read in linear time', () => {
    const spent = cpuMs(() => {
      for (const piece of ['](', '`', '<!--', '[a](', '<a ', '<a href="', '][', '#', '\\', '` `` ']) {
        outlineOf(piece.repeat(60_000));
        outlineOf(`${piece.repeat(1000)}\n`.repeat(10));
      }
    });
    expect(spent).toBeLessThan(10_000);
  });
});
