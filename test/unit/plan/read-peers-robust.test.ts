import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Item, type PlanDocument, PLAN_STATUSES } from '../../../src/model/plan';
import type { Span } from '../../../src/model/text';
import type { Dialect } from '../../../src/plan/read/dialect';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits, inverseEdits } from '../../../src/plan/write/text-edits';
import { PEER_DIALECTS } from './peer-samples';

const PATHS: Readonly<Record<string, string>> = {
  'spec-kit': 'specs/001-a/tasks.md',
  openspec: 'openspec/changes/a/tasks.md',
  kiro: '.kiro/specs/a/tasks.md',
  snarktank: 'tasks/tasks-a.md',
  'backlog-md': 'backlog/tasks/task-1 - A.md',
  'task-master': '.taskmaster/tasks/tasks.json',
  'cursor-plan': 'a.plan.md',
  bmad: 'sprint-status.yaml',
  beads: '.beads/issues.jsonl',
  'checkbox-tasks': 'TODO.md',
};
const pathOf = (dialect: Dialect): string => PATHS[dialect.id] ?? 'TODO.md';
const read = (dialect: Dialect, text: string): PlanDocument =>
  dialect.read({ path: pathOf(dialect), text }, { sideFiles: new Map() });

const PIECES: readonly string[] = [
  '- [ ] a task',
  '- [x] done one',
  '- [X] T001 [P] [US1] kit (depends on T002, T003)',
  '  - [-] 1.1 half',
  '\t- [~] 2. queued',
  '- [ ]* 1.2 star',
  '- [ ]\\* 1.3 escaped',
  '* [?] odd',
  '- [🚀] rocket',
  '- [ ] 1.0 parent',
  '1. [ ] ordered',
  '-[ ] tight',
  '- []',
  '- [  ]',
  '# Tasks',
  '## Phase 1: Base',
  '## 2. Group',
  '### Acceptance Criteria',
  '## Task Dependency Graph',
  '```',
  '```json',
  '~~~~',
  '  ```bash',
  '<!--',
  '-->',
  '<!-- AC:BEGIN -->',
  '<!-- AC:END -->',
  '{"waves":[{"id":0,"tasks":["1.1"]},{"id":1,"tasks":["1.2"]}]}',
  '1.1 --> 1.2',
  '  - Priority: High',
  '  - Command: `npm test`',
  '  - Commands:',
  '  - Acceptance:',
  '    - [ ] works',
  '  - Depends on: T-1, 1.2',
  '  - _Requirements: 1.1_',
  '  - _Depends: 1.1_',
  '**Checkpoint**: stop',
  '---',
  'id: task-1',
  'title: "A: b"',
  'status: In Progress',
  "status: 'To Do'",
  'status:',
  'assignee: @me',
  'dependencies:',
  '  - task-2',
  'labels: [a, b',
  'todos:',
  '  - id: x',
  '    content: do it',
  '    status: pending',
  'development_status:',
  '  epic-1: backlog',
  '  1-1-slug: review',
  '{"master":{"tasks":[{"id":1,"title":"A","status":"pending","dependencies":[2,"3.1"],"subtasks":[{"id":1,"title":"S","status":"done"}]}]}}',
  '{"tasks":[',
  '{"id":"bd-1","title":"A","status":"open","issue_type":"task"}',
  '{"id":',
  '',
  ' ',
  '\t',
  'prose with `code` and\u2011hyphens 日本語 👩‍👩‍👧',
  '\u0000',
  '\ud800',
  '\udc00',
  '|',
  '> - [ ] quoted',
  '[[[[[[',
  '&a *a',
  '%TAG',
  '@',
  '`',
  '\u2028',
  '\u00a0- [ ] nbsp',
];

const document = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      ),
      { maxLength: 40 },
    ),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
    fc.nat(),
  )
  .map(([lines, eol, end, cut]) => {
    const text = lines.join(eol) + (end ? eol : '');
    return cut % 3 === 0 ? text.slice(0, cut % (text.length + 1)) : text;
  });

function spansOf(found: PlanDocument): readonly Span[] {
  const of = (item: Item): readonly (Span | null | undefined)[] => [
    item.span,
    item.titleSpan,
    item.statusSite?.span,
    item.priority?.span,
    item.owner?.span,
    item.dependencySite,
    item.autoAdvance?.span,
    ...item.dependencies.map((each) => each.span),
    ...item.commands.map((each) => each.span),
    ...Object.values(item.dates).map((each) => each.span),
    ...[...item.criteria, ...item.gates, ...item.tests].map((each) => each.box),
  ];
  return [...found.items.flatMap(of), ...found.problems.map((each) => each.span)].filter((span) => span != null);
}

const statuses = (found: PlanDocument) => found.items.map((item) => [item.key, item.status]);

describe.each(PEER_DIALECTS.map((dialect) => [dialect.id, dialect] as const))('%s with any text', (_, dialect) => {
  it('never throws, keeps spans inside, is the same twice', () => {
    fc.assert(
      fc.property(document, (text) => {
        dialect.claim({ path: pathOf(dialect), text });
        const found = read(dialect, text);
        for (const span of spansOf(found))
          if (span.start < 0 || span.end < span.start || span.end > text.length)
            throw new Error(`${span.start}-${span.end} of ${text.length}`);
        const keys = new Set(found.items.map((item) => item.key));
        expect(keys.size).toBe(found.items.length);
        expect(statuses(read(dialect, text))).toEqual(statuses(found));
      }),
      { numRuns: 150 },
    );
  });

  it('reads back what it wrote, byte by byte', () => {
    fc.assert(
      fc.property(document, fc.nat(), (text, pick) => {
        const found = read(dialect, text);
        const item = found.items[pick % Math.max(1, found.items.length)];
        if (item === undefined || item.statusSite === null) return;
        for (const status of PLAN_STATUSES) {
          if (item.statusSite.words[status] === null) continue;
          const edits = planEdit(found, text, { kind: 'set-status', key: item.key, status });
          if (!edits.ok) throw new Error(JSON.stringify(edits.error));
          const after = applyEdits(text, edits.value);
          const again = read(dialect, after);
          expect(again.items.find((each) => each.key === item.key)?.status).toBe(status);
          expect(again.items.filter((each) => each.key !== item.key).map((each) => [each.key, each.status])).toEqual(
            found.items.filter((each) => each.key !== item.key).map((each) => [each.key, each.status]),
          );
          expect(applyEdits(after, inverseEdits(text, edits.value))).toBe(text);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Least time of a few runs, in ms: the machine may be busy, an algorithm is not. */
function leastTime(work: () => void): number {
  let least = Infinity;
  for (let n = 0; n < 4; n += 1) {
    const before = process.cpuUsage();
    work();
    const used = process.cpuUsage(before);
    least = Math.min(least, (used.user + used.system) / 1000);
  }
  return least;
}

const HARD: readonly (readonly [string, (size: number) => string])[] = [
  ['one long line of spaces', (size) => `- [ ] a${' '.repeat(size)}b\n- [${' '.repeat(size)}`],
  ['one long line of brackets', (size) => `- [ ] ${'[('.repeat(size / 2)}\n`],
  ['backticks', (size) => `- [ ] a\n  - Command: ${'`'.repeat(9)}${' ` `` '.repeat(size / 6)}\n`],
  ['stars', (size) => `- [ ] ${'*'.repeat(size)}\n  - **${'*'.repeat(size)}:\n`],
  ['many tasks', (size) => '- [ ] 1.1 T001 a (depends on T001)\n'.repeat(size / 35)],
  [
    'deep nesting',
    (size) => Array.from({ length: Math.sqrt(size * 2) | 0 }, (_, n) => `${' '.repeat(n)}- [ ] x\n`).join(''),
  ],
  ['open comments', (size) => '<!-- \n'.repeat(size / 6)],
  ['fences', (size) => '```\n'.repeat(size / 4)],
  ['opening parentheses', (size) => `- [ ] a ${'(depends on '.repeat(size / 12)}\n`],
  ['yaml brackets', (size) => `---\ntodos:\nstatus: ${'['.repeat(size)}\n---\n`],
  ['yaml nesting', (size) => `development_status:\n  - ${'- '.repeat(size / 2)}a\n`],
  ['yaml list', (size) => `---\nid: task-1\ntitle: a\nlabels:\n${'  - a\n'.repeat(size / 6)}---\n`],
  ['json', (size) => `{"tasks":[${'{"id":1,"title":"a","status":"x"},'.repeat(size / 34)}`],
  ['jsonl', (size) => '{"id":"bd-1","title":"a","parent":"bd-1"}\n'.repeat(size / 42)],
];

describe.each(HARD)('time grows with the length: %s', (_, make) => {
  it.each(PEER_DIALECTS.map((dialect) => [dialect.id, dialect] as const))('%s', { timeout: 60_000 }, (_id, dialect) => {
    const [small, large] = [make(12_000), make(96_000)];
    const run = (text: string) => () => {
      dialect.claim({ path: pathOf(dialect), text });
      read(dialect, text);
    };
    run(small)();
    // Eight times the text; twenty-five times the time would be on the way to quadratic (64). Below 150 ms nothing shows.
    expect(leastTime(run(large))).toBeLessThan(Math.max(150, leastTime(run(small)) * 25));
  });
});
