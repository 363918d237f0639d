// The reference readers against documents that nobody would write: never a throw, spans inside the text, linear time.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../src/model/plan';
import type { Span } from '../../../src/model/text';
import type { Dialect } from '../../../src/plan/read/dialect';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referencePrd } from '../../../src/plan/read/reference-prd';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { cutRuns, cutSections, scanLines } from '../../../src/plan/read/sections';

const context = { sideFiles: new Map<string, string>() };
const dialects: readonly Dialect[] = [referenceBacklog, referenceTasks, referencePrd];

const pieces = [
  '#### Task 1.1: One ✅ **COMPLETED**',
  '### T-2 Two',
  '### **B-1: Head** 🆕 **NEW**',
  '## Phase 1: A (Must)',
  '### T1 — Dash',
  '- **Status**: 🔒 **BLOCKED** - x',
  '**Status**: [ ]',
  '**Dependencies**: Task 1.1, T-2, Phase 1, B-3 (blocks B-4), T1–T9',
  '**Priority**: High • MoSCoW: Must',
  '**Acceptance Criteria**:',
  '- [ ] works',
  '- [?] odd',
  '  - [x] **1.1.1**: sub',
  '**Commands**:',
  '```bash',
  '```',
  '~~~',
  '````',
  '```markdown',
  'npm test',
  '| B-1 | One | 🔥 | 1 | todo | p | t | None |',
  '|| B-2 | Two | ',
  '| cont | more |',
  '| ID | Title | Status |',
  '|---|---|---|',
  '- B-3 — Lane (score 8.0) ✅ **COMPLETE**',
  '* **B-4** — Queue (3 points, todo)',
  '- **B-5**: Road',
  '<!-- score: {bv:4, deps:["B-1"]} -->',
  '<!-- open',
  '-->',
  '<!--progress: a',
  '<!-- a <!-- b -->',
  '## Tasks',
  '1. first',
  '1) second',
  '   - deep',
  '## 7. Implementation Plan',
  '1. **Phase 1: A** (2h) - x',
  '**Total Tasks:** 0 completed out of 7 total',
  '---',
  '',
  '',
  '\t',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\u2011\u2011',
  'text',
  '# Backlog',
  '## P0 Lane',
  '`<!--`',
  '**',
  '[',
  '- [',
  '\ufeff',
];
const line = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...pieces) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const document = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\r\n', '\n\n'), fc.nat(), fc.nat())
  .map(([lines, end, from, length]) => {
    const text = lines.join(end);
    // A cut anywhere, also in the middle of a mark or a surrogate pair.
    const cut = text.length === 0 ? 0 : from % text.length;
    return text.slice(0, cut) + text.slice(cut + (length % 7));
  });

function spansOf(item: Item): Span[] {
  const spans: (Span | null | undefined)[] = [
    item.span,
    item.titleSpan,
    item.statusSite?.span,
    item.priority?.span,
    item.moscow?.span,
    item.points?.span,
    item.score?.span,
    item.estimate?.span,
    item.dependencySite,
    item.autoAdvance?.span,
    item.pauseAfter?.span,
    item.smartPause?.span,
    item.owner?.span,
    item.progress?.span,
    ...item.dependencies.map((each) => each.span),
    ...item.commands.map((each) => each.span),
    ...[...item.criteria, ...item.gates, ...item.tests].map((each) => each.box),
    ...Object.values(item.dates).map((each) => each.span),
  ];
  return spans.filter((span) => span !== null && span !== undefined);
}

function check(dialect: Dialect, text: string): void {
  const claim = dialect.claim({ path: '000_backlog.md', text });
  expect(claim).toBeGreaterThanOrEqual(0);
  expect(claim).toBeLessThanOrEqual(1);
  const read = dialect.read({ path: 'docs/x.md', text }, context);
  const count = text.split('\n').length;
  const keys = new Set<string>();
  for (const item of read.items) {
    for (const span of spansOf(item)) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
    for (const place of item.occurrences) expect(place.line >= 1 && place.line <= count).toBe(true);
    expect(item.title).not.toBe('');
    expect(keys.has(item.key)).toBe(false);
    // Parents come before their children.
    expect(item.parent === null || keys.has(item.parent)).toBe(true);
    keys.add(item.key);
  }
  for (const problem of read.problems) {
    expect(problem.line >= 1 && problem.line <= count && problem.column >= 1).toBe(true);
    expect(problem.span.end).toBeLessThanOrEqual(text.length);
    expect(text.slice(0, problem.span.start).split('\n').length).toBe(problem.line);
  }
}

describe('robustness', () => {
  for (const dialect of dialects) {
    it(`${dialect.id} reads anything`, () => {
      const property = fc.property(document, (text) => check(dialect, text));
      expect(() => fc.assert(property, { numRuns: 300 })).not.toThrow();
    });

    it(`${dialect.id}: a written status is read back, and the old one restored`, () => {
      fc.assert(
        fc.property(
          document,
          fc.nat(),
          fc.constantFrom('open', 'in-progress', 'blocked', 'done', 'cancelled'),
          (text, pick, status) => {
            const before = dialect
              .read({ path: 'docs/x.md', text }, context)
              .items.filter((item) => item.statusSite !== null);
            const item = before[pick % Math.max(1, before.length)];
            const site = item?.statusSite;
            fc.pre(item !== undefined && site !== null && site !== undefined);
            const words = site.words[status] ?? '';
            const written = text.slice(0, site.span.start) + words + text.slice(site.span.end);
            const after = dialect
              .read({ path: 'docs/x.md', text: written }, context)
              .items.find((each) => each.line === item.line && each.kind === item.kind);
            expect(after?.status).toBe(status);
            const back = after?.statusSite?.span ?? { start: 0, end: 0 };
            expect(
              written.slice(0, back.start) + text.slice(site.span.start, site.span.end) + written.slice(back.end),
            ).toBe(text);
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it('sections and runs cover every line exactly once', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 20 }), (text, most) => {
        const lines = scanLines(text);
        const sections = cutSections(lines);
        const seen = sections.flatMap((section) => [
          ...(section.line === 0 ? [] : [section.line]),
          ...cutRuns(lines, section.from, section.to, most).flatMap((run) =>
            Array.from({ length: run.to - run.from + 1 }, (_, at) => run.from + at),
          ),
        ]);
        expect(seen).toEqual(Array.from({ length: lines.index.count }, (_, at) => at + 1));
      }),
    );
  });
});

/** Least processor time of some runs in ms, each on a text of its own so that no cache helps. */
function effort(dialect: Dialect, make: (size: number) => string, size: number): number {
  let best = Infinity;
  for (let at = 0; at < 3; at += 1) {
    const text = make(size).replaceAll('thing', `thing ${size} ${at}`);
    const start = process.cpuUsage();
    dialect.read({ path: 'x.md', text }, context);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe('time', () => {
  const shapes: Readonly<Record<string, (size: number) => string>> = {
    'a long list': (size) => `## Tasks\n${'- [ ] **Task 1.1**: do `this` thing with\n'.repeat(size)}`,
    'many tasks': (size) =>
      Array.from({ length: size }, (_, at) => `#### Task ${at}.1: thing\n**Priority**: High\n- [ ] ok\n`).join('\n'),
    'many rows': (size) =>
      `# Backlog\n${Array.from({ length: size }, (_, at) => `| B-${at} | Item thing ${at} of it | 🔥 | 1 | todo | p | t | None |\n<!--score: {bv:1, deps:[]}-->\n<!-- do_next: something about thing ${at} -->`).join('\n')}`,
    'rows of one id': (size) =>
      `# Backlog\n${Array.from({ length: size }, (_, at) => `| B-1 | Title thing ${at} | 🔥 | 1 | todo | p | t | None |`).join('\n')}`,
    'fences never closed': (size) => '```sql\nthing\n\n## T\n~~~py\n'.repeat(size),
    'comments never closed': (size) => 'thing <!-- a <!-- b -->\n'.repeat(size),
    'comment marks without end': (size) => 'thing <!-- b\n'.repeat(size),
    'broken rows': (size) => '|| B-1 | thing\n'.repeat(size),
    'deep lists': (size) => Array.from({ length: size }, (_, at) => `${'  '.repeat(at % 40)}- thing`).join('\n'),
  };
  for (const [name, make] of Object.entries(shapes)) {
    it(`grows with the size: ${name}`, () => {
      for (const dialect of dialects) {
        effort(dialect, make, 60);
        const one = effort(dialect, make, 300);
        const four = effort(dialect, make, 1200);
        // Linear is 4, quadratic 16; the constant keeps small figures from deciding.
        expect(four).toBeLessThan(10 * one + 100);
      }
    });
  }

  it('lines of ten megabytes do not hang', () => {
    const long = [
      '|'.repeat(10_000_000),
      `- [ ] ${'*'.repeat(10_000_000)}`,
      `#### Task 1.1: ${'**a:** '.repeat(1_500_000)}`,
      `| B-1 | ${'x|'.repeat(5_000_000)}`,
      `<!-- ${'<!-- '.repeat(2_000_000)}`,
      ' '.repeat(10_000_000),
      `- B-1 — ${'✅ '.repeat(3_000_000)}`,
      `**Dependencies**: ${'T-1, '.repeat(2_000_000)}`,
    ];
    for (const line of long) {
      for (const dialect of dialects) {
        const start = process.cpuUsage();
        dialect.read({ path: 'x.md', text: `# Backlog\n## Tasks\n${line}\n- T-1 next\n` }, context);
        expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000);
      }
    }
  }, 90_000);
});
