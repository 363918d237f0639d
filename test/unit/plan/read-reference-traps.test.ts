// Each trap of the given corpus index in a small document of our own in the same shape.
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../src/plan/read/dialect';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referencePrd } from '../../../src/plan/read/reference-prd';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';

const read = (dialect: Dialect, text: string, path = 'docs/Task-List-B-7-Thing.md') =>
  dialect.read({ path, text }, { sideFiles: new Map() });
const tasks = (text: string, path?: string): string[] =>
  read(referenceTasks, text, path)
    .items.filter((item) => item.kind === 'task' || item.kind === 'hotfix')
    .map((item) => `${item.line} ${item.id ?? '-'} ${item.title}`);
const plan = (text: string): string[] =>
  read(referencePrd, text, 'PRD-B-7-Thing.md')
    .items.filter((item) => item.kind === 'plan-item')
    .map((item) => `${item.line} ${item.title}`);
const backlog = (text: string) => read(referenceBacklog, text, '000_backlog.md');
const places = (text: string): string[] =>
  backlog(text)
    .items.filter((item) => item.kind === 'backlog-item')
    .flatMap((item) => item.occurrences.map((place) => `${place.line} ${item.id} ${place.form} ${place.status}`))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const HEADER =
  '| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech | Dependencies |\n|---|---|---|---|---|---|---|---|\n';

describe('traps of task lists', () => {
  it('T1 to T9, T15, T16: every shape of a heading', () => {
    expect(tasks('#### Task 1.1: One\n#### Task 1.2: Two ✅ COMPLETED\n')).toEqual([
      '1 Task 1.1 One',
      '2 Task 1.2 Two',
    ]);
    expect(tasks('### **Task 2.1: Bold**\n')).toEqual(['1 Task 2.1 Bold']);
    expect(tasks('#### T-1.1: Four\n### T-1.2 Five\n### T-3: Seven\n')).toEqual([
      '1 T-1.1 Four',
      '2 T-1.2 Five',
      '3 T-3 Seven',
    ]);
    expect(tasks('#### Task T-1: Six\n#### Task T2: Six too\n### Task 3: Three\n')).toEqual([
      '1 T-1 Six',
      '2 T2 Six too',
      '3 Task 3 Three',
    ]);
    expect(tasks('#### **T-1: Bold** ⏳\n')).toEqual(['1 T-1 Bold']);
    expect(tasks('### T1 — Dash\n')).toEqual(['1 T1 Dash']);
    expect(tasks('### ✅ T-1 T-1 Doubled\n### [ ] T-2 Boxed\n### ⏳ T-3 Waiting\n')).toEqual([
      '1 T-1 Doubled',
      '2 T-2 Boxed',
      '3 T-3 Waiting',
    ]);
    expect(tasks('#### **Task A1: Letters**\n#### **Task B2: More**\n')).toEqual(['1 A1 Letters', '2 B2 More']);
    expect(tasks('#### **A1 — Dash**\n- **Priority**: High • Time: 1h\n')).toEqual(['1 A1 Dash']);
    expect(tasks('### 1.1 Layer\n**Priority**: HIGH | **Estimate**: 30 minutes\n')).toEqual(['1 1.1 Layer']);
    expect(
      tasks('### P1 — Ship (Must)\n- Command:\n```bash\nls\n```\n### P1 — Again (Must)\n- Gates:\n  - [ ] ok\n'),
    ).toEqual(['1 P1 Ship (Must)', '6 P1 Again (Must)']);
  });

  it('T12: headings without ids are tasks only with the fields of tasks', () => {
    const body =
      '**Priority**: High\n**Estimated Time**: 1h\n**Dependencies**: none\n\n**Acceptance Criteria**:\n- [ ] ok\n';
    expect(
      tasks(
        `### Phase 1: A\n#### Look at it\n${body}#### Change it\n${body}## Quality Metrics\n#### Coverage\n- **Target**: 90%\n`,
      ),
    ).toEqual(['2 - Look at it', '9 - Change it']);
    expect(tasks(`### Phase 1: A\n#### [Task Name]\n${body}`)).toEqual([]);
  });

  it('numbered sections without fields are no tasks (T15 decoy)', () => {
    expect(tasks('## 1. Problem\n### 1.1 Background\nProse.\n### 1.2 Goals\n- a goal\n', 'PRD-B-1.md')).toEqual([]);
  });

  it('T10, T13, T14: bullets and numbered lists where nothing better stands', () => {
    expect(tasks('## Tasks\n\n- T-1 Implement\n- T-2 Test\n')).toEqual(['3 T-1 Implement', '4 T-2 Test']);
    expect(tasks('## Tasks\n1. Write `a.py`.\n2. Test it\n\n## Rollback\n1. Undo\n')).toEqual([
      '2 1 Write a.py.',
      '3 2 Test it',
    ]);
    expect(tasks('### Phase 1\n- **Task 1.1**: Design\n- **Task 1.2**: Build\n')).toEqual([
      '2 Task 1.1 Design',
      '3 Task 1.2 Build',
    ]);
    expect(tasks('### Phase 1 Tasks\n- Task 1.1: Design\n')).toEqual(['2 Task 1.1 Design']);
  });

  it('the same tasks listed three times count once', () => {
    const text =
      'Must\n- T1: One\n- T2: Two\n\n## Execution Plan\n1) T1 — One\n2) T2 — Two\n\n| Task | Status |\n|---|---|\n| T1 | todo |\n';
    expect(tasks(`## Work Breakdown\n${text}`)).toEqual(['3 T1 One', '4 T2 Two']);
  });

  it('mentions of tasks in risk and prose sections are none', () => {
    expect(
      tasks('#### Task 1.1: Real\n\n## Risk Mitigation\n- **Task 1.1**: may fail\n- **Task 2.1**: may too\n'),
    ).toEqual(['1 Task 1.1 Real']);
    expect(tasks('### T-1 Real\n\n## Next Steps\n- T-1 comes first\n- T-2 never\n')).toEqual(['1 T-1 Real']);
  });

  it('hot fix templates are none, numbered hot fixes are typed', () => {
    const found = read(
      referenceTasks,
      '### T-1 Real\n### T-HotFix-<n> Fix <short>\n### T-HotFix-2 Fix import\n**Depends on:** T-1\n',
    ).items;
    expect(found.map((item) => [item.kind, item.id])).toEqual([
      ['task', 'T-1'],
      ['hotfix', 'T-HotFix-2'],
    ]);
    expect(found[1]?.dependencies[0]?.targets).toEqual(['T-1']);
  });

  it('bare boxes are criteria, numbered boxes in a task are sub-tasks', () => {
    const document = read(
      referenceTasks,
      '### Task 1.1: A\n**Done when**:\n- [x] works\n- [ ] **1.1.1**: sub\n- [?] odd\n',
    );
    expect(document.items.map((item) => [item.kind, item.id, item.status])).toEqual([
      ['task', 'Task 1.1', 'open'],
      ['subtask', '1.1.1', 'open'],
    ]);
    expect(document.items[1]?.parent).toBe(document.items[0]?.key);
    expect(document.problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([
      ['unknown-marker', 5, 4],
    ]);
  });

  it('tasks in code are none, tasks behind broken fences are found', () => {
    expect(
      tasks(
        '### Task 1.1: A\n```markdown\n### Task 9.9: Sample\n```bash\nls\n```\n### Task 9.8: Sample\n```\n### Task 1.2: B\n',
      ),
    ).toEqual(['1 Task 1.1 A', '9 Task 1.2 B']);
    expect(tasks('### Task 1.1: A\n```sql\nSELECT 1;\n\n### Task 1.2: B\n```bash\nls\n```\n')).toEqual([
      '1 Task 1.1 A',
      '5 Task 1.2 B',
    ]);
  });

  it('pasted plain text before the headings repeats nothing', () => {
    expect(tasks('T-7-01   Set up        2h   none\nTask 2: Pasted   3h\n\n#### Task 1: Real\n')).toEqual([
      '4 Task 1 Real',
    ]);
  });

  it('guides, templates and run logs of the project hold no tasks', () => {
    const text = '### Task 1.1: A\n### Task 1.2: B\n- [ ] x\n';
    for (const path of ['400_guides/400_08_x.md', '000_core/002_TASK-LIST_TEMPLATE.md', 'a/RUN-B-094-X.md']) {
      expect(tasks(text, path)).toEqual([]);
      expect(read(referenceTasks, text, path).kind).toBe('none');
    }
  });

  it('T17: fields collapsed into the heading line', () => {
    const [item] = read(
      referenceTasks,
      '#### Task 1.1: Build it**Priority:**Critical**Estimated Time:**2 hours**Dependencies:**Task 1.0**Acceptance Criteria:**- [ ] first\n- [x] second**Quality Gates:**- [ ]reviewed\n- [ ]tested\n',
    ).items;
    expect([item?.title, item?.priority?.value, item?.estimate?.value]).toEqual(['Build it', 'Critical', '2 hours']);
    expect(item?.dependencies[0]?.targets).toEqual(['T-1.0']);
    expect(item?.criteria.map((each) => [each.text, each.done])).toEqual([
      ['first', false],
      ['second', true],
    ]);
    expect(item?.gates.map((each) => each.text)).toEqual(['reviewed', 'tested']);
  });

  it('duplicated ids, conflicting fields, claimed totals, open children of done phases are problems', () => {
    const document = read(
      referenceTasks,
      '**Total Tasks:** 0 completed out of 5 total\n\n### Phase 1: A ✅ COMPLETE\n\n#### Task 1.1: One\n**Priority**: High\n**Status**: [ ]\n**Priority**: Low\n\n#### Task 1.1: Other ✅ **COMPLETED**\n**Status**: [ ]\n\n#### Task 1.1: One\n**Status**: whatever\n',
    );
    expect(document.problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([
      ['claimed-total', 1, 37],
      ['checked-parent-open-children', 3, 14],
      ['conflicting-fields', 8, 15],
      ['duplicate-id-different-item', 10, 16],
      ['conflicting-fields', 10, 21],
      ['duplicate-id-same-item', 13, 16],
      ['unknown-status', 14, 13],
    ]);
    expect(document.problems[0]?.fixes[0]?.edits[0]?.text).toBe('3');
  });
});

describe('traps of PRDs', () => {
  it('a to e, h, i, k: leaf items of the plan', () => {
    expect(
      plan(
        '## 7. Implementation Plan\n\n### What are the phases?\n1. **Phase 1 - Research** (8 hours)\n   - Look\n   - Decide\n\n2. **Phase 2 - Build**\n   - Do\n     - deeper\n\n### What are the dependencies?\n- **B-1**: must be there\n',
      ),
    ).toEqual(['5 Look', '6 Decide', '9 Do']);
    expect(
      plan('## 7. Implementation Plan\n1. **Phase 1: A** (2 days) - All\n2. **Phase 2: B** (1 day) - Rest\n'),
    ).toEqual([]);
    expect(plan('## 7. Implementation Plan\n**Phase 1: A**\n- one\n- two\n\n**Phase 2: B**\n- three\n')).toEqual([
      '3 one',
      '4 two',
      '7 three',
    ]);
    expect(plan('## 8. Task Breakdown\n\n### Phase 1: A\n- [ ] one\n- [x] two\n\n## 9. Metrics\n- [ ] no\n')).toEqual([
      '4 one',
      '5 two',
    ]);
    expect(
      plan('## 7. Implementation Plan\n### Backend\n1) one\n2) two\n### Frontend\n1) three\n### Timeline\n- soon\n'),
    ).toEqual(['3 one', '4 two', '6 three']);
    expect(
      plan(
        "## 7. Implementation Plan\n\n**What are the phases?**\n1. Remove\n2. Add\n\n**What's the timeline?**\n- 6 hours\n",
      ),
    ).toEqual(['4 Remove', '5 Add']);
    expect(
      plan(
        '## Implementation Plan\n### **Phase 0: Flags (0.5h)**\n**Objective**: x\n\n**Tasks**:\n1. **Add flags**:\n   - nested\n2. **Config**:\n\n**Deliverables**:\n- system\n',
      ),
    ).toEqual(['6 Add flags', '8 Config']);
  });

  it('a plan written twice counts once, the task breakdown before the summary', () => {
    expect(
      plan(
        '## 7. Implementation Plan\n1. **Audit** (1 h) - first\n2. **Migrate** (2 h)\n\n## 8. Task Breakdown\n### Phase 1: A\n- [ ] real one\n',
      ),
    ).toEqual(['7 real one']);
  });

  it('f, g, j: tasks where they are written as tasks; a metric shaped like a task is none', () => {
    const text =
      '# PRD\n## Success Metrics\n### Global Metrics\n- **F1**: ≥0.22\n\n## Work Breakdown Structure\n### **Epic A — Base**\n- **A1**: Validate\n- **A2**: Switch\n### **Epic F — Gates**\n- **F1**: Build sweeps\n';
    const found = read(referencePrd, text, 'PRD_B-7.md').items;
    expect(found.filter((item) => item.kind === 'task').map((item) => `${item.line} ${item.id}`)).toEqual([
      '8 A1',
      '9 A2',
      '11 F1',
    ]);
    expect(found.filter((item) => item.kind === 'epic').map((item) => item.id)).toEqual(['Epic A', 'Epic F']);
    expect(plan('## 8. Task Breakdown\n### Phase 1\n- **Task 1.1**: Design\n')).toEqual([]);
  });

  it('m: requirements and stubs have no plan, a foreign document behind an open fence gives none', () => {
    expect(plan('# PRD\n## Functional Requirements\n- FR-1: must\n')).toEqual([]);
    expect(plan('# PRD\n## Overview\n```\nstart\n- [ ] pasted\n1. pasted\n')).toEqual([]);
  });

  it('phases get their dependencies from the plan', () => {
    const found = read(
      referencePrd,
      '## 7. Implementation Plan\n1. **Phase 1: A** (1 day)\n2. **Phase 2: B** (2 days)\n\n### What are the dependencies?\n- **Phase 1**: No dependencies\n- **Phase 2**: Requires Phase 1\n',
      'PRD-B-7.md',
    ).items;
    expect(
      found.map((item) => [item.id, item.estimate?.value, item.dependencies.flatMap((each) => each.targets)]),
    ).toEqual([
      ['Phase 1', '1 day', []],
      ['Phase 2', '2 days', ['PHASE-1']],
    ]);
  });
});

describe('traps of backlogs', () => {
  it('rows between comments and blank lines, wrapped, glued and double piped', () => {
    expect(
      places(
        `# Backlog\n${HEADER}| B‑001 | One | 🔥 | 0.5 | ✅ done | p | t | None |\n<!-- score_total: 3.0 -->\n\n| B-002 | Two | ⭐ | 2 | todo| wraps\nhere | tech\n| B-001 |\n|| B-003 | Three | 🔧 | 3 | 🔄 in_progress| p | t | None |\n| B-004-a | Four | 🔧 | 3 | ⏳ PENDING | p | t |\n|\n`,
      ),
    ).toEqual(['4 B‑001 row done', '7 B-002 row open', '10 B-003 row in-progress', '11 B-004-a row open']);
  });

  it('a row that comments cut in the middle of a cell', () => {
    const document = backlog(
      `# Backlog\n${HEADER}| B-9 | Nine | 🔥 | 8 | 🔄 in_progress| Implement\n<!-- started_at: 2025-01-28 -->\n<!-- completion_date: 2025-02-01 --> (rest of it) | Tech | B-8 Eight |\n| B-10 | Ten | 🔥 | 1 | todo | p | t | None |\n`,
    );
    expect(
      document.items.map((item) => [
        item.id,
        item.status,
        item.description,
        item.dependencies.flatMap((each) => each.targets),
      ]),
    ).toEqual([
      ['B-9', 'in-progress', 'Implement (rest of it)', ['B-8']],
      ['B-10', 'open', 'p', []],
    ]);
    expect(document.items[0]?.dates['started_at']?.value).toBe('2025-01-28');
  });

  it('a row inside an unterminated comment, comments in comments, comment marks in code', () => {
    expect(
      places(
        `# Backlog\nMark with \`<!-- human_required: true\n- ->\`.\n\n${HEADER}| B-1 | One | 🔥 | 1 | todo | p | t | None |\n<!-- implementation_plan:\nPHASE 0\n1) do\n\n| B-2 | Two | 🔥 | 1 | done | p | t | None |\n<!-- last_updated: 2025 -->\n<!-- implementation_plan:\n- header: <!-- parent: B-1 -->\n- B-77 — leaks (score 1.0)\n-->\n\n| B-3 | Three | 🔥 | 1 | todo | p | t | None |\n`,
      ),
    ).toEqual(['7 B-1 row open', '12 B-2 row done', '19 B-3 row open']);
  });

  it('all seven forms, one item per id and title', () => {
    const text = `# Backlog\n\n### **B-20: Head** 🆕 **NEW**\n- **Status**: 🔒 **BLOCKED** - Blocked by B-1\n- **Points**: 5 - High\n\n## P0 Lane\n\n- B‑001 — Shipping it (score 8.0) ✅ **COMPLETE**\n- **B-021: Audit** (score 9.5) 🔥 **CRITICAL**\n  - **Priority**: 🔥 **HIGHEST** - now\n- B-022 — Cut short Managemen\n\n**Status**: ✅ COMPLETED\n\n## AI-Executable Queue\n\n* **B-001** — Shipping it (3 points, todo)\n\n## Live\n${HEADER}| B-001 | Shipping it and more | 🔥 | 3 | todo | p | t | None |\n| B-020 | Head | 🔥 | 5 | todo | p | t | None |\n\n## Completed Items\n| ID | Title | Completion Date | Key Outcomes | Lessons |\n|---|---|---|---|---|\n| B-001 | Other thing | 2024-08-05 | good | more |\n| Phase 6 | Local | 2024-08-06 | good | more |\n\n## Future Model Roadmap\n- **B-030**: Later ✅ PRD Complete\n\n# More\n### B-031: Plain\n**Priority:** P0 (Critical)\n**Status:** Ready for Implementation\n`;
    expect(places(text)).toEqual([
      '3 B-020 heading blocked',
      '9 B-001 lane done',
      '10 B-021 lane open',
      '12 B-022 lane done',
      '18 B-001 queue open',
      '23 B-001 row open',
      '24 B-020 row open',
      '29 B-001 archive done',
      '30 Phase 6 archive done',
      '33 B-030 roadmap open',
      '36 B-031 heading open',
    ]);
    const document = backlog(text);
    const one = document.items.find((item) => item.title === 'Shipping it and more');
    expect(one?.occurrences.map((place) => place.form)).toEqual(['lane', 'queue', 'row']);
    expect([one?.score?.value, one?.points?.value]).toEqual([8, 3]);
    expect(document.items.find((item) => item.key === one?.parent)?.title).toBe('P0 Lane');
    expect(document.items.find((item) => item.id === 'B-021')?.priority?.value).toBe('🔥 HIGHEST');
    expect(document.problems.map((problem) => `${problem.line} ${problem.code}`)).toEqual([
      '3 conflicting-fields',
      '4 conflicting-fields',
      '9 conflicting-fields',
      '29 duplicate-id-different-item',
    ]);
  });

  it('metadata belongs to the item above it unless it evidently speaks of another', () => {
    const block = (what: string) =>
      `<!--score: {bv:4, tc:3, rr:4, le:3, effort:3, deps:["B-2"]}-->\n<!--score_total: 7.5-->\n<!-- do_next: ${what} -->\n<!-- est_hours: 10 -->\n<!-- acceptance: ${what} works -->\n`;
    const row = (id: string, title: string) => `| ${id} | ${title} | 🔥 | 3 | todo | about ${title} | t | None |\n`;
    const text = `# Backlog\n${HEADER}${row('B-1', 'Voice control gateway prototype')}${block('Ship the voice control gateway prototype')}${row('B-2', 'Database schema migration')}\n${row('B-3', 'Notification center redesign')}${block('Run the notification center redesign')}${block('Plan the database schema migration')}`;
    const document = backlog(text);
    expect(document.items.map((item) => [item.id, item.score?.value ?? null, item.estimate?.value ?? null])).toEqual([
      ['B-1', 7.5, '10 hours'],
      ['B-2', null, null],
      ['B-3', 7.5, '10 hours'],
    ]);
    expect(document.items[0]?.doNext).toBe('Ship the voice control gateway prototype');
    expect(document.items[0]?.scoreParts).toEqual({ bv: 4, tc: 3, rr: 4, le: 3, effort: 3 });
    expect(document.items[0]?.dependencies.flatMap((each) => each.targets)).toEqual(['B-2']);
    expect(document.items[0]?.criteria[0]?.text).toBe('Ship the voice control gateway prototype works');
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([['displaced-metadata', 18]]);
    expect(document.problems[0]?.message).toContain('B-2');
  });

  it('human_required, PRD, dates and progress', () => {
    const [item] = backlog(
      `# Backlog\n${HEADER}| B-1 | One | 🔥 | 3.5 | todo | p | t | after B-3, AI system (blocks B-9) |\n<!-- human_required: true -->\n<!-- PRD: docs/PRD-B-1.md -->\n<!-- started_at: 2025-08-22T22:07:51.8 -->\n<!--progress: half\nof it-->\n`,
    ).items;
    expect([
      item?.humanRequired,
      item?.prd,
      item?.dates['started_at']?.value,
      item?.progress?.value,
      item?.points?.value,
    ]).toEqual([true, 'docs/PRD-B-1.md', '2025-08-22T22:07:51.8', 'half of it', 3.5]);
    expect(item?.dependencies.map((each) => [each.kind, each.targets])).toEqual([
      ['item', ['B-3']],
      ['blocks', ['B-9']],
    ]);
  });

  it('older backlogs: completed and setup rows, other columns, a header glued to a heading', () => {
    expect(
      places(
        '# Backlog\n<!-- AI-BACKLOG-META\nnext_prd: x\n\n## Live| ID | Title | 🔥P | 🎯Points | Status | Problem | Tech |\n|---|---|---|---|---|---|---|\n| C‑001 | Done thing | 🔥 | 3 | ✅ done | p | t |\n| S-002 | Keys | 🔥 | 1 | setup-required | p | t |\n| B-003 | Later | 🔥 | 1 | backlog | p | t |\n',
      ),
    ).toEqual(['7 C‑001 row done', '8 S-002 row open', '9 B-003 row open']);
  });

  it('rows that cannot be read are reported with their line', () => {
    const document = backlog(
      `# Backlog\n${HEADER}| B-1 | Only a title |\n\n| B-2 | Two | 🔥 | 1 | wat | p | t | None |\n`,
    );
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([
      ['unreadable-row', 4],
      ['unknown-status', 6],
    ]);
    expect(document.items.map((item) => [item.id, item.status, item.statusText])).toEqual([['B-2', 'open', 'wat']]);
  });
});
