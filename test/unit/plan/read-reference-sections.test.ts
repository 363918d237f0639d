import { describe, expect, it } from 'vitest';
import { cutRuns, cutSections, scanLines } from '../../../src/plan/read/sections';

const kinds = (text: string): string[] => {
  const lines = scanLines(text);
  return Array.from({ length: lines.index.count }, (_, at) => lines.kind(at + 1));
};

describe('scanLines', () => {
  it('sees headings only outside fences and comments', () => {
    expect(kinds('# A\n```bash\n# no\n```\n<!--\n# no\n-->\n## B\ntext')).toEqual([
      'heading',
      'fence',
      'code',
      'fence',
      'comment',
      'comment',
      'comment',
      'heading',
      'text',
    ]);
  });

  it('finds no comment in a code span, whatever back ticks it holds', () => {
    expect(kinds('a `` b <!-- `c` `` d\n# H\n-->')).toEqual(['text', 'heading', 'text']);
    expect(kinds('a `<!-- b` c\n# H\n-->')).toEqual(['text', 'heading', 'text']);
    // Back ticks that belong to nothing, and a real comment behind a span.
    expect(kinds('`a` <!--\n# H\n-->')).toEqual(['text', 'comment', 'comment']);
  });

  it('nests a fence of the same length in a markdown fence', () => {
    expect(kinds('```markdown\n## T\n```bash\nx\n```\nmore\n```\n## Real')).toEqual([
      'fence',
      'code',
      'fence',
      'code',
      'fence',
      'code',
      'fence',
      'heading',
    ]);
  });

  it('takes a fence with an info string before a blank line as a closer', () => {
    expect(kinds('```json\n{}\n```yaml\n\n### State')).toEqual(['fence', 'code', 'fence', 'blank', 'heading']);
  });

  it('ends a fence that was never closed before the next heading', () => {
    expect(kinds('```sql\nSELECT 1;\n\n### T-2 Next\nbody')).toEqual(['fence', 'code', 'code', 'heading', 'text']);
    expect(kinds('```sql\nSELECT 1;\n\n### T-2 Next\n```bash\nls\n```\n')).toEqual([
      'fence',
      'code',
      'code',
      'heading',
      'fence',
      'code',
      'fence',
      'blank',
    ]);
  });

  it('ends an unterminated comment before the next row', () => {
    const text = '<!-- plan:\nPHASE 0\n\n| B-1 | x |\n<!-- last_updated: 1 -->\n| B-2 | y |';
    expect(kinds(text)).toEqual(['comment', 'comment', 'comment', 'text', 'comment', 'text']);
    expect(scanLines(text).comments.map((found) => found.closed)).toEqual([false, true]);
  });

  it('keeps a comment inside a comment inside', () => {
    expect(kinds('<!-- plan:\n - see <!-- parent: B-1 -->\n\n- leak\n-->\n\ntext')).toEqual([
      'comment',
      'comment',
      'comment',
      'comment',
      'comment',
      'blank',
      'text',
    ]);
  });

  it('leaves a comment mark in inline code alone', () => {
    expect(kinds('marked with `<!-- human_required: true\n- ->`.\n\n<!-- a -->\ntext')).toEqual([
      'text',
      'text',
      'blank',
      'comment',
      'text',
    ]);
  });

  it('knows comments beside text', () => {
    const lines = scanLines('| B-1 | todo | x\n<!-- started_at: 1 -->\n<!-- d: 2 --> (rest) | y |');
    expect([lines.kind(1), lines.kind(2), lines.kind(3)]).toEqual(['text', 'comment', 'text']);
    expect(lines.comments.length).toBe(2);
  });
});

describe('cutSections', () => {
  it('nests by depth and ends where the next of the same depth starts', () => {
    const sections = cutSections(scanLines('intro\n# A\n## B ##\nb\n### C\n## D\n'));
    expect(sections.map((section) => [section.depth, section.line, section.parent, section.end])).toEqual([
      [0, 0, -1, 1],
      [1, 2, -1, 7],
      [2, 3, 1, 5],
      [3, 5, 2, 5],
      [2, 6, 1, 7],
    ]);
    const b = sections[2]!;
    expect('intro\n# A\n## B ##\n'.slice(b.title.start, b.title.end)).toBe('B');
  });

  it('cuts long lists into runs that cover every line once', () => {
    const text = Array.from({ length: 500 }, (_, at) => `- [ ] item ${at}\n  more`).join('\n');
    const lines = scanLines(text);
    const runs = cutRuns(lines, 1, lines.index.count, 50);
    expect(runs.length).toBeGreaterThan(15);
    expect(runs.flatMap((run) => Array.from({ length: run.to - run.from + 1 }, (_, at) => run.from + at))).toEqual(
      Array.from({ length: 1000 }, (_, at) => at + 1),
    );
    expect(runs.every((run) => lines.index.line(run.from).startsWith('- '))).toBe(true);
  });
});
