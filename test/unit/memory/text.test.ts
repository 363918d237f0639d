import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorsOf } from '../../../src/memory/anchors';
import { estimateTokens, fenced, shortened, showable } from '../../../src/memory/clean';
import { readQuery } from '../../../src/memory/query';
import { sectionsOf } from '../../../src/memory/sections';

describe('text of others', () => {
  it('loses what moves the cursor, hides or turns direction, and keeps its words', () => {
    expect(showable('a\u001b[31mred\u001b[0m\u001b]8;;http://x\u0007b\r\nc\td\u202ee\u200bf\u{e0041}g\0')).toBe(
      'aredb\nc\tdefg',
    );
  });

  it('cannot end the fence around it', () => {
    const ticks = fc.array(fc.constantFrom('`', '``', '```', '`````', '\n', 'x', '\r', '\u001b[2J'), { maxLength: 30 });
    fc.assert(
      fc.property(ticks, (parts) => {
        const lines = fenced(parts.join('')).split('\n');
        const fence = /^`+/.exec(lines[0] ?? '')?.[0] ?? '';
        expect(lines.at(-1)).toBe(fence);
        for (const line of lines.slice(1, -1)) expect(line.trim().startsWith(fence)).toBe(false);
      }),
    );
  });

  it('is cut to a length, and says so', () => {
    expect(shortened('short', 10)).toBe('short');
    const cut = shortened('alpha beta gamma delta', 12);
    expect(cut).toBe('alpha beta…');
    fc.assert(fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (text, n) => shortened(text, n).length <= n));
    expect(estimateTokens('12345')).toBe(2);
  });
});

describe('sections', () => {
  const text = [
    '# Plan',
    '',
    'Intro.',
    '',
    '## Part *one*',
    '```sh',
    '# no heading',
    '```',
    'Body.',
    '',
    '## Part two',
    '',
    '### Deep',
    'End.',
  ].join('\n');

  it('stand between headings, with the titles above them and their lines', () => {
    expect(sectionsOf(text).map(({ trail, line, endLine }) => [trail, line, endLine])).toEqual([
      ['Plan', 1, 3],
      ['Plan › Part one', 5, 9],
      ['Plan › Part two › Deep', 11, 14],
    ]);
  });

  it('cover every line that says something, in order, whatever the text', () => {
    const line = fc.constantFrom('# A', '## B', '', 'words here', '```', '~~~', '- item', 'x'.repeat(900), '| a | b |');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const sections = sectionsOf(lines.join('\n'));
        const covered = new Set<number>();
        let before = 0;
        for (const { line: first, endLine, text: said } of sections) {
          expect(first).toBeGreaterThan(before);
          expect(said).toBe(lines.slice(first - 1, endLine).join('\n'));
          for (let at = first; at <= endLine; at += 1) covered.add(at);
          before = endLine;
        }
        const missed = lines.flatMap((each, at) => (each !== '' && !covered.has(at + 1) ? [at + 1] : []));
        expect(missed).toEqual([]);
      }),
    );
  });

  it('are cut where they grow long', () => {
    const long = ['# Long', ...Array.from({ length: 200 }, (_, at) => `- point ${at} ${'word '.repeat(8)}`)].join('\n');
    const sections = sectionsOf(long);
    expect(sections.length).toBeGreaterThan(4);
    for (const each of sections) expect(each.text.length).toBeLessThan(2600);
  });
});

describe('anchors', () => {
  it('carry priority and pins, several in one file, each up to the next', () => {
    const found = anchorsOf(
      [
        '# Guide',
        '<!-- ANCHOR_KEY: tldr -->',
        '<!-- ANCHOR_PRIORITY: 0 -->',
        '<!-- ROLE_PINS: ["Planner", "reviewer", "coder"] -->',
        '',
        'Short.',
        '<!-- ANCHOR_PRIORITY: 5 -->',
        '<!-- ANCHOR_KEY: lane -->',
        'Lane.',
      ].join('\n'),
    );
    expect(found).toEqual([
      { key: 'tldr', priority: 0, pins: ['planner', 'coder'], line: 2, endLine: 7, text: 'Short.' },
      { key: 'lane', priority: 5, pins: [], line: 8, endLine: 9, text: 'Lane.' },
    ]);
  });

  it('have defaults, and wrong values are no values', () => {
    expect(anchorsOf('<!-- ANCHOR_KEY: a -->\n<!-- ANCHOR_PRIORITY: high -->\n<!-- ROLE_PINS: coder -->\nx')).toEqual([
      { key: 'a', priority: 999, pins: [], line: 1, endLine: 4, text: 'x' },
    ]);
    expect(anchorsOf('<!-- ANCHOR_KEY: Not A Key! -->')).toEqual([]);
    expect(anchorsOf('```\n<!-- ANCHOR_KEY: shown -->\n```')).toEqual([]);
  });
});

describe('queries', () => {
  it('keep identifiers whole and leave out words that say nothing', () => {
    expect(readQuery('What is the status of B-1034 in memory_rehydrator.py?').terms).toEqual([
      'status',
      'b-1034',
      'memory_rehydrator.py',
    ]);
    expect(readQuery('what is it').terms).toEqual(['what', 'is', 'it']);
    expect(readQuery('  …  ').terms).toEqual([]);
  });
});
