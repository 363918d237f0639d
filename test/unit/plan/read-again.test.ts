// A backlog that was edited is read with what was read of it before: the reading must be the one a fresh eye makes.
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../src/model/plan';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { corpusTexts, hasCorpus } from './read-reference-corpus';

function sample(): string {
  const parts = [
    '# Backlog\n\n## P0 Lane\n\n- B-001 — Gate of the server index (score 4.2)\n- B-002 — Review queue\n\n',
  ];
  parts.push(
    '| ID | Title | P | Points | Status | Problem | Tech | Dependencies |\n|---|---|---|---|---|---|---|---|\n',
  );
  for (let id = 1; id <= 12; id += 1) {
    parts.push(
      `| B-0${id} | Schema of the ${'vector cache pipeline metric audit'.split(' ')[id % 5]} part ${id} | ⭐ | ${id} | `,
    );
    parts.push(
      `${['todo', '✅ done', 'in-progress', 'odd'][id % 4]} | Slow **reads** of schema | lru, sqlite | B-0${id + 1} |\n`,
    );
    parts.push(`<!--score: {bv:4, tc:${id % 4}, effort:3, deps:["B-00${id % 7}"]}-->\n<!--score_total: ${id}.5-->\n`);
    parts.push(
      `<!-- do_next: write the schema of the vector cache pipeline audit -->\n<!-- acceptance: it holds -->\n\n`,
    );
    if (id % 4 === 0) {
      parts.push(
        `### B-10${id}: Lesson tokens ${id}\n\n**Status:** todo\n**Priority:** High\n**Dependencies:** B-0${id}\n\n`,
      );
      parts.push('**Acceptance Criteria**:\n- [ ] one\n- [x] two\n\n```bash\nnpm test\n```\n\n');
    }
  }
  parts.push(
    '## Completed\n\n| ID | Title | Completion Date | Notes |\n|---|---|---|---|\n| B-900 | Old thing | 2025-01-02 | fine |\n',
  );
  return parts.join('');
}

const PIECES = [
  '',
  'x',
  ' ',
  '\n',
  '\n\n',
  '|',
  ' | ',
  '<!--',
  '-->',
  '```\n',
  '# ',
  '\n## P1 Lane\n',
  '✅ done',
  'todo',
  '\r\n',
  '`',
  '~~~\n',
  '\n| ID | Title | Points | P | Status |\n|---|---|---|---|---|\n',
  '\n| B-777 | Vector cache schema pipeline | todo |\n',
  '\n- B-013 — Another thing (3 points, todo)\n',
  '\n<!--score: {bv:1}-->\n<!-- do_next: lesson tokens review gate -->\n',
  '\n**Related**:\n',
  '---\n',
  '\n### B-055: Vector cache pipeline schema\n**Status:** done\n',
];

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.constantFrom(0, 0, 1, 3, 20, 200),
    put: fc.constantFrom(...PIECES),
    // Most edits are made where a line begins or ends.
    line: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

type Edit = { readonly at: number; readonly cut: number; readonly put: string; readonly line: boolean };

function edited(text: string, { at, cut, put, line }: Edit): string {
  const place = Math.floor(at * text.length);
  const start = line ? Math.max(0, text.indexOf('\n', place)) : place;
  return text.slice(0, start) + put + text.slice(start + cut);
}

const sideFiles = new Map<string, string>();
const read = (text: string, before: PlanDocument | null): PlanDocument =>
  referenceBacklog.read({ path: 'backlog.md', text }, { sideFiles, before });

/** The first reading that is not the one a fresh eye makes, null: all are. */
function firstWrong(text: string, changes: readonly Edit[]): PlanDocument | null {
  let now = text;
  let document = read(now, null);
  for (const change of changes) {
    now = edited(now, change);
    document = read(now, document);
    if (!isDeepStrictEqual(document, read(now, null))) return document;
  }
  return null;
}

describe('reading a backlog again', () => {
  it('gives what a fresh reading gives, edit after edit', () => {
    const text = sample();
    expect(read(text, null).items.length).toBeGreaterThan(15);
    fc.assert(
      fc.property(edits, (changes) => {
        expect(firstWrong(text, changes)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  it('reads a row anew when the header above it says other columns', () => {
    const text = sample();
    const before = read(text, null);
    const other = text.replace('| P | Points |', '| Points | P |');
    const after = read(other, before);
    expect(after).toEqual(read(other, null));
    expect(after.items.find((item) => item.id === 'B-03')?.priority?.text).toBe('3');
  });

  it('does not take over what another document held', () => {
    const before = read('# Backlog\n\n## P0 Lane\n\n- B-001 — Gate\n- B-002 — Queue\n', null);
    const text = sample();
    expect(read(text, before)).toEqual(read(text, null));
  });

  it.skipIf(!hasCorpus)('gives what a fresh reading gives of the real one', () => {
    const text = corpusTexts().get('000_core/000_backlog.md') ?? '';
    expect(read(text, null).items.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(edits, (changes) => {
        expect(firstWrong(text, changes)).toBeNull();
      }),
      { numRuns: 12 },
    );
  });
});
