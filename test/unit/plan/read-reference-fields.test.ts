// Every field of an item in the spellings of the reference project, with the span it was read from.
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../src/model/plan';
import { commandOfCriterion } from '../../../src/plan/read/reference-commands';
import { readDependencies } from '../../../src/plan/read/reference-dependencies';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { classifyStatus, statusHead } from '../../../src/plan/read/status-words';

const read = (text: string) =>
  referenceTasks.read({ path: 'docs/Task-List-B-007-Thing.md', text }, { sideFiles: new Map() });
const only = (body: string, heading = '#### Task 1.1: One'): Item =>
  read(`# Task List\n\n${heading}\n${body}\n`).items.find((item) => item.kind === 'task') as Item;

describe('fields', () => {
  it('paragraphs, bullets, colons inside and outside, several in a line', () => {
    for (const body of [
      '**Priority**: High\n**MoSCoW**: 🔥 Must\n**Estimated Time**: 2 hours\n**Dependencies**: Task 1.0',
      '- **Priority:** High\n- **MoSCoW:** 🔥 Must\n- **Estimated Time:** 2 hours\n- **Depends on:** Task 1.0',
      '**Priority**: High | **MoSCoW**: 🔥 Must | **Estimate**: 2 hours | **Dependencies**: Task 1.0',
      '- **Priority**: High • MoSCoW: 🔥 Must • Estimated Time: 2 hours • Dependencies: Task 1.0',
    ]) {
      const item = only(body);
      expect([item.priority?.value, item.moscow?.value, item.estimate?.value, item.dependencies[0]?.targets]).toEqual([
        'High',
        '🔥 Must',
        '2 hours',
        ['T-1.0'],
      ]);
    }
  });

  it('spans cover exactly what was read', () => {
    const text =
      '# T\r\n\r\n#### Task 1.1: One\r\n**Priority**: 🔥 Critical - now\r\n**Points**: 3.5 - much\r\n**Dependencies**: None\r\n**Status**: 🔴 Not Started\r\n- [ ] x\r\n';
    const item = read(text).items[0] as Item;
    const at = (span: { start: number; end: number } | null | undefined): string =>
      span ? text.slice(span.start, span.end) : '';
    expect([
      at(item.titleSpan),
      at(item.priority?.span),
      at(item.points?.span),
      at(item.dependencySite),
      at(item.statusSite?.span),
    ]).toEqual(['One', '🔥 Critical', '3.5', 'None', '🔴 Not Started']);
    expect([item.priority?.value, item.points?.value, item.dependencies, item.line]).toEqual([
      '🔥 Critical',
      3.5,
      [],
      3,
    ]);
  });

  it('explicit yes and no keep their prose; the nested form counts when there is no field of its own', () => {
    const item = only(
      '**Auto-Advance**: no (requires a manual check)\n**🛑 Pause After**: yes\n**When Ready Prompt**: "Ready - go on?"\n**Smart Pause**: no - never',
    );
    expect([
      item.autoAdvance?.value,
      item.autoAdvance?.text,
      item.pauseAfter?.value,
      item.readyPrompt,
      item.smartPause?.value,
    ]).toEqual([false, 'no (requires a manual check)', true, 'Ready - go on?', false]);
    expect(only('**Solo Optimization**: Auto-advance: yes, Context preservation: yes').autoAdvance?.value).toBe(true);
    expect(only('**Auto-Advance**: —').autoAdvance).toBe(null);
    expect(only('Nothing said').autoAdvance).toBe(null);
  });

  it('criteria, gates and tests with boxes, values and nested lists', () => {
    const item = only(
      '**Done when**:\n- [x] works\n  well\n- plain\n\n**Testing Requirements**:\n- [ ] **Unit Tests** - all\n\n- **Quality Gates**: Code review, Tests\n- **Gates**:\n  - [ ] `npm test` passes\n  - [ ] Run `npm run lint`\n  - [ ] `src/a.ts` exists',
    );
    expect(item.criteria.map((each) => [each.text, each.done])).toEqual([
      ['works well', true],
      ['plain', null],
    ]);
    expect(item.tests.map((each) => [each.text, each.done])).toEqual([['Unit Tests - all', false]]);
    expect(item.gates.map((each) => each.command)).toEqual([null, 'npm test', 'npm run lint', null]);
  });

  it('headings under a task work like fields', () => {
    const item = only('#### Acceptance Criteria\n- [ ] one\n#### Notes\n- [ ] no criterion', '### Task 1.1: One');
    expect(item.criteria.map((each) => each.text)).toEqual(['one']);
  });

  it('only what is labelled as a command is one', () => {
    expect(
      only('- Command:\n```bash\nnpm ci\nnpm test\n```\n- Gates:\n  - [ ] ok').commands.map((each) => each.text),
    ).toEqual(['npm ci\nnpm test']);
    expect(
      only('**Commands**:\n\n```sh\nmake\n```\n\n```sh\nmake test\n```').commands.map((each) => each.text),
    ).toEqual(['make', 'make test']);
    expect(only('- **Run**: `npm test`').commands.map((each) => each.text)).toEqual(['npm test']);
    expect(only('**Commands**:\n- `one`\n- then `two`').commands.map((each) => each.text)).toEqual(['one', 'two']);
    expect(only('**Description**: x\n```bash\nrm -rf build\n```').commands).toEqual([]);
    expect(only('**Commands**:\nThese are only samples.\n\n```bash\nrm -rf build\n```').commands).toEqual([]);
    expect(only('**Validation Commands**:\n```bash\nmake\n```').commands).toEqual([]);
    const item = only('**Command**:\n```bash\nnpm test\n```');
    expect(item.commands[0]?.line).toBe(6);
  });

  it.each([
    ['10 minutes', 600_000],
    ['1h 30m', 5_400_000],
    ['1 hour and 5 min', 3_900_000],
    ['90 s', 90_000],
    ['2', 120_000],
    ['0.5h (rough)', 1_800_000],
    ['none', 0],
    ['soon', null],
    ['10 parsecs', null],
    ['0', null],
  ])('time limit %s', (text, ms) => {
    expect(only(`**Timeout**: ${text}`).timeLimit).toMatchObject({ value: ms, text });
    expect(only('**Timeout**: —').timeLimit).toBeNull();
  });

  it('a gate is a command only when it is nothing else', () => {
    expect(commandOfCriterion('`pytest -q` succeeds')).toBe('pytest -q');
    expect(commandOfCriterion('`./check.sh`')).toBe('./check.sh');
    expect(commandOfCriterion('`npm test` passes and the docs are fine')).toBe(null);
    expect(commandOfCriterion('`config.json` exists')).toBe(null);
    expect(commandOfCriterion('Use `npm test` where it fits')).toBe(null);
  });
  it.each([
    ['`bundle exec rspec` passes', 'bundle exec rspec'],
    ['`phpunit` is green', 'phpunit'],
    ['`sleep 1` passes', 'sleep 1'],
    ['`our-check --strict` passes', 'our-check --strict'],
    ['`FOO=1 our-check src/a` succeeds', 'FOO=1 our-check src/a'],
    ['Unit tests: `npm test`', 'npm test'],
    ['Checked by `npm run lint`.', 'npm run lint'],
  ])('%s: a command', (line, command) => {
    expect(commandOfCriterion(line)).toBe(command);
  });
  it.each([
    'Never runs `git push --force`',
    'Not needed any more: `npm run build`',
    'The word `login` is explained',
    '`guide.md` exists',
    '`/api/users` works',
    '`GET /users` works',
    '`validateToken` passes',
    'See `src/user.ts`',
  ])('%s: no command', (line) => {
    expect(commandOfCriterion(line)).toBe(null);
  });

  it('owner, type, progress, dates, human required, labels, PRD, description', () => {
    const item = only(
      '**Owner**: @ana\n**Type**: documentation\n**Progress**: 3/8\n**Started**: 2025-01-02\n**Due Date**: 2025-02-01\n**Human Required**: yes\n**Labels**: a, b\n**PRD**: docs/PRD-B-7.md\n**Description**: Do `it`',
    );
    expect([
      item.owner?.value,
      item.type,
      item.progress?.value,
      item.dates['started']?.value,
      item.dates['due_date']?.value,
      item.humanRequired,
      item.labels,
      item.prd,
      item.description,
    ]).toEqual([
      '@ana',
      'documentation',
      '3/8',
      '2025-01-02',
      '2025-02-01',
      true,
      ['a', 'b'],
      'docs/PRD-B-7.md',
      'Do it',
    ]);
  });

  it('the phase gives its MoSCoW and is the parent; the document its backlog id, status and place for more', () => {
    const text =
      '# Task List: B-007 Thing\n\n**Status**: ✅ **READY** - go\n\n### Phase 1: Base (🔥 Must Have)\n\n#### Task 1.1: One\nText.\n\n---\n\n## Notes\n';
    const document = read(text);
    const [phase, task] = document.items;
    expect([phase?.id, phase?.kind, task?.parent, task?.moscow?.value]).toEqual([
      'Phase 1',
      'phase',
      phase?.key,
      'Must',
    ]);
    expect([document.belongsTo, document.status?.text, document.appendSite]).toEqual([
      'B-7',
      '✅ **READY**',
      text.indexOf('Text.') + 5,
    ]);
  });
});

describe('dependencies', () => {
  const targets = (value: string): unknown[] => readDependencies(value, 0).map((each) => [each.kind, ...each.targets]);

  it('reads ids, lists, ranges, phases, reverse edges and prose', () => {
    expect(targets('None')).toEqual([]);
    expect(targets('—')).toEqual([]);
    expect(targets('None (can be executed independently)')).toEqual([]);
    expect(targets('Task 1.1, Task 1.2')).toEqual([
      ['item', 'T-1.1'],
      ['item', 'T-1.2'],
    ]);
    expect(targets('Tasks 1.1, 2.2 and Task 3.1')).toEqual([
      ['item', 'T-1.1'],
      ['item', 'T-2.2'],
      ['item', 'T-3.1'],
    ]);
    expect(targets('T-HotFix-2, T1, A1, B‑052‑d Title')).toEqual([
      ['item', 'T-HOTFIX-2'],
      ['item', 'T-1'],
      ['item', 'A-1'],
      ['item', 'B-52-D'],
    ]);
    expect(targets('Tasks 1-3 completed')).toEqual([['range', 'T-1', 'T-2', 'T-3']]);
    expect(targets('T2–T4')).toEqual([['range', 'T-2', 'T-3', 'T-4']]);
    expect(targets('Task 1.2 to Task 1.4')).toEqual([['range', 'T-1.2', 'T-1.3', 'T-1.4']]);
    expect(targets('B1-B3, E1')).toEqual([
      ['range', 'B-1', 'B-2', 'B-3'],
      ['item', 'E-1'],
    ]);
    expect(targets('Phase 1 completion')).toEqual([['phase', 'PHASE-1']]);
    expect(targets('Phases 1 and 2')).toEqual([['phase', 'PHASE-1', 'PHASE-2']]);
    expect(targets('B-1060 (Academic Citation), after B-1034')).toEqual([
      ['item', 'B-1060'],
      ['item', 'B-1034'],
    ]);
    expect(targets('B-3 Agents *(blocks B-25, B-29)*')).toEqual([
      ['item', 'B-3'],
      ['blocks', 'B-25', 'B-29'],
    ]);
    expect(targets('DB reachable, artifacts/PRD-B-1072-x.md')).toEqual([['prose'], ['prose']]);
  });

  it('knows where each of them stands', () => {
    const value = 'Task 1.1, DB reachable';
    expect(readDependencies(value, 10).map((each) => value.slice(each.span.start - 10, each.span.end - 10))).toEqual([
      'Task 1.1',
      'DB reachable',
    ]);
  });

  it('fills ranges over letters with what the document lists, and reads what a status waits for', () => {
    const heading = (id: string, deps: string): string => `#### **Task ${id}: x ${id}**\n- **Dependencies**: ${deps}\n`;
    const items = read(
      ['C1', 'C2', 'D1', 'D2'].map((id) => heading(id, 'None')).join('') + heading('E1', 'C1-D2'),
    ).items;
    expect(items.at(-1)?.dependencies[0]?.targets).toEqual(['C-1', 'C-2', 'D-1', 'D-2']);
    expect(
      only('**Execution Status**: Waiting for T-1.1, T-1.2 completion').dependencies.flatMap((each) => each.targets),
    ).toEqual(['T-1.1', 'T-1.2']);
  });
});

describe('status words', () => {
  it('knows the spellings of the project, and unknown ones are never done', () => {
    const table: readonly (readonly [string, string | null])[] = [
      ['todo', 'open'],
      ['✅ done', 'done'],
      ['✅ **COMPLETED**', 'done'],
      ['in‑progress', 'in-progress'],
      ['🔄 in_progress', 'in-progress'],
      ['⏳ PENDING', 'open'],
      ['🆕 **NEW**', 'open'],
      ['🔒 **BLOCKED**', 'blocked'],
      ['[ ]', 'open'],
      ['[x] ✅ **COMPLETED**', 'done'],
      ['[✅]', 'done'],
      ['[!]', 'blocked'],
      ['🔴 Not Started', 'open'],
      ['⏸️ Deferred', 'blocked'],
      ['⏸️ **SKIPPED**', 'cancelled'],
      ['Waiting for T-1.1 completion', 'open'],
      ['Blocked by Task 3.1', 'blocked'],
      ['setup-required', 'open'],
      ['Ready for Implementation', 'open'],
      ['✅ PRD Complete', null],
      ['🔥 **CRITICAL**', null],
      ['Mostly complete', null],
      ['not done', 'open'],
      ['incomplete', 'open'],
      ['[?]', null],
      ['', null],
    ];
    for (const [text, status] of table)
      expect(`${text} ${classifyStatus(text) ?? 'unknown'}`).toBe(`${text} ${status ?? 'unknown'}`);
  });

  it('cuts prose off', () => {
    expect(statusHead('🔒 **BLOCKED** - by B-1')).toBe('🔒 **BLOCKED**');
    expect(statusHead('🔴 **CRITICAL - NOW**')).toBe('🔴 **CRITICAL - NOW**');
  });
});
