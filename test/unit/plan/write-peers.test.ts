import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../src/model/plan';
import type { NewTask, PlanChange } from '../../../src/plan/ports';
import { backlogMd } from '../../../src/plan/read/backlog-md';
import { beads } from '../../../src/plan/read/beads';
import { bmad } from '../../../src/plan/read/bmad';
import { checkboxTasks } from '../../../src/plan/read/checkbox-tasks';
import { cursorPlan } from '../../../src/plan/read/cursor-plan';
import type { Dialect } from '../../../src/plan/read/dialect';
import { kiro } from '../../../src/plan/read/kiro';
import { openSpec } from '../../../src/plan/read/openspec';
import { referenceBacklog } from '../../../src/plan/read/reference-backlog';
import { referenceTasks } from '../../../src/plan/read/reference-tasks';
import { snarktank } from '../../../src/plan/read/snarktank';
import { specKit } from '../../../src/plan/read/spec-kit';
import { taskMaster } from '../../../src/plan/read/task-master';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits, inverseEdits } from '../../../src/plan/write/text-edits';
import { blankTask } from '../support/blanks';

const NOW = Date.UTC(2026, 4, 6, 7, 8, 9);
/** A change without its key or path: the item is named by id. */
type Wish<T> = T extends PlanChange ? Omit<T, 'key'> : never;

class File {
  constructor(
    readonly dialect: Dialect,
    readonly path: string,
    readonly text: string,
  ) {}
  get document(): PlanDocument {
    return this.dialect.read({ path: this.path, text: this.text }, { sideFiles: new Map() });
  }
  key(id: string): string {
    const item = this.document.items.find((each) => each.id === id || each.title === id);
    if (item === undefined) throw new Error(`no item ${id} in ${this.document.items.map((each) => each.id).join(' ')}`);
    return item.key;
  }
  edits(id: string, wish: Wish<PlanChange>, now?: number) {
    return planEdit(
      this.document,
      this.text,
      { ...wish, key: this.key(id) } as PlanChange,
      now === undefined ? {} : { now },
    );
  }
  write(id: string, wish: Wish<PlanChange>, now?: number): File {
    const edits = this.edits(id, wish, now);
    if (!edits.ok) throw new Error(JSON.stringify(edits.error));
    const after = applyEdits(this.text, edits.value);
    if (applyEdits(after, inverseEdits(this.text, edits.value)) !== this.text) throw new Error('no inverse');
    return new File(this.dialect, this.path, after);
  }
  append(after: string | null, task: Partial<NewTask> & { readonly title: string }): File {
    const change: PlanChange = {
      kind: 'append-task',
      path: this.path,
      after: after === null ? null : this.key(after),
      task: { ...NEW, ...task },
    };
    const edits = planEdit(this.document, this.text, change);
    if (!edits.ok) throw new Error(JSON.stringify(edits.error));
    return new File(this.dialect, this.path, applyEdits(this.text, edits.value));
  }
  dependencies(id: string): readonly string[] {
    return this.document.items.find((each) => each.id === id)?.dependencies.map((each) => each.text) ?? [];
  }
}

const NEW = blankTask();

describe('edits of a text', () => {
  it('apply from the end, keep insertions in order, and are taken back', () => {
    const edits = [
      { span: { start: 3, end: 3 }, text: 'A' },
      { span: { start: 0, end: 1 }, text: '' },
      { span: { start: 3, end: 3 }, text: 'B' },
    ];
    const after = applyEdits('abcde', edits);
    expect(after).toBe('bcABde');
    expect(applyEdits(after, inverseEdits('abcde', edits))).toBe('abcde');
  });

  it.each([
    [
      [
        { span: { start: 0, end: 2 }, text: '' },
        { span: { start: 1, end: 3 }, text: '' },
      ],
    ],
    [[{ span: { start: 2, end: 9 }, text: '' }]],
    [[{ span: { start: 2, end: 1 }, text: '' }]],
  ])('refuse to overlap or leave the text', (edits) => {
    expect(() => applyEdits('abcde', edits)).toThrow(RangeError);
  });
});

describe('Task Master', () => {
  const text = `{
\t"master": {
\t\t"tasks": [
\t\t\t{
\t\t\t\t"id": 1,
\t\t\t\t"title": "One \\"quoted\\" ✅",
\t\t\t\t"status": "pending",
\t\t\t\t"dependencies": [],
\t\t\t\t"priority": "high",
\t\t\t\t"subtasks": [{ "id": 1, "title": "Sub", "status": "deferred", "dependencies": [2] }],
\t\t\t\t"updatedAt": "2020-01-01T00:00:00.000Z"
\t\t\t},
\t\t\t{
\t\t\t\t"id": 7,
\t\t\t\t"title": "Seven",
\t\t\t\t"status": "pending",
\t\t\t\t"dependencies": [
\t\t\t\t\t1,
\t\t\t\t\t3
\t\t\t\t]
\t\t\t}
\t\t],
\t\t"metadata": { "kept" : true }
\t}
}`;
  const file = new File(taskMaster, '.taskmaster/tasks/tasks.json', text);

  it('sets a status and its own stamp, nothing else', () => {
    const after = file.write('1', { kind: 'set-status', status: 'in-progress' }, NOW);
    expect(after.text).toBe(
      text
        .replace(
          '"status": "pending",\n\t\t\t\t"dependencies": [],',
          '"status": "in-progress",\n\t\t\t\t"dependencies": [],',
        )
        .replace('2020-01-01T00:00:00.000Z', '2026-05-06T07:08:09.000Z'),
    );
    expect(file.write('7', { kind: 'set-status', status: 'done' }, NOW).text).toBe(
      text.replace('"Seven",\n\t\t\t\t"status": "pending"', '"Seven",\n\t\t\t\t"status": "done"'),
    );
  });

  it('leaves a status alone that says the same in other words', () => {
    expect(file.edits('1.1', { kind: 'set-status', status: 'blocked' }, NOW)).toEqual({ ok: true, value: [] });
  });

  it('adds and removes dependencies in the list’s own shape', () => {
    expect(file.write('1', { kind: 'add-dependency', on: '7' }).text).toContain('"dependencies": [7],');
    const added = file.write('7', { kind: 'add-dependency', on: '1.1' });
    expect(added.text).toContain('\t\t\t\t\t3,\n\t\t\t\t\t"1.1"\n\t\t\t\t]');
    expect(added.write('7', { kind: 'remove-dependency', on: '1.1' }).text).toBe(text);
    expect(file.write('7', { kind: 'remove-dependency', on: '1' }).text).toContain(
      '"dependencies": [\n\t\t\t\t\t3\n\t\t\t\t]',
    );
    expect(file.write('1.1', { kind: 'remove-dependency', on: '1.2' }).text).toContain(
      '"status": "deferred", "dependencies": [] }',
    );
    expect(file.edits('7', { kind: 'add-dependency', on: '1' })).toEqual({ ok: true, value: [] });
    expect(file.edits('7', { kind: 'add-dependency', on: 'B-12' })).toMatchObject({
      ok: false,
      error: { kind: 'not-writable' },
    });
  });

  it('replaces and adds a priority', () => {
    expect(file.write('1', { kind: 'set-priority', value: 'low' }).text).toBe(text.replace('"high"', '"low"'));
    expect(file.write('7', { kind: 'set-priority', value: 'low' }).text).toContain(
      '\t\t\t\t],\n\t\t\t\t"priority": "low"\n\t\t\t}',
    );
  });

  it('appends a task with tabs, the next number and nothing moved', () => {
    const after = file.append(null, { title: 'Eight', steps: ['a', 'b'], dependencies: ['7'], priority: 'High' });
    expect(after.text.startsWith(text.slice(0, text.indexOf('\n\t\t],')))).toBe(true);
    expect(JSON.parse(after.text).master.tasks.at(-1)).toMatchObject({
      id: 8,
      title: 'Eight',
      status: 'pending',
      dependencies: [7],
      priority: 'high',
      details: '1. a\n2. b',
    });
    expect(after.text).toContain('\t\t\t},\n\t\t\t{\n\t\t\t\t"id": 8,');
    const fix = after.append('1', { kind: 'hotfix', id: 'T-HotFix-1', title: 'Fix it' });
    expect(fix.document.items.find((item) => item.kind === 'hotfix')).toMatchObject({
      id: 'T-HotFix-1',
      title: 'Fix it',
    });
  });

  it('fills an empty list', () => {
    const empty = new File(taskMaster, 'tasks/tasks.json', '{\n  "tasks": []\n}\n');
    expect(JSON.parse(empty.append(null, { title: 'First' }).text).tasks).toHaveLength(1);
  });
});

describe('Backlog.md', () => {
  const text = `---\r\nid: task-1\r\ntitle: A\r\nstatus: 'To Do'\r\nupdated_date: '2020-01-01 00:00'\r\ndependencies: []\r\nassignee:\r\n  - @me\r\nunknown: {x: [1]}\r\n---\r\n\r\n## Acceptance Criteria\r\n<!-- AC:BEGIN -->\r\n- [ ] #1 a\r\n<!-- AC:END -->`;
  const file = new File(backlogMd, 'backlog/tasks/task-1 - A.md', text);

  it('writes the word inside its quotes and the stamp', () => {
    expect(file.write('task-1', { kind: 'set-status', status: 'in-progress' }, NOW).text).toBe(
      text.replace('To Do', 'In Progress').replace('2020-01-01 00:00', '2026-05-06 07:08'),
    );
  });

  it('keeps lists as the tool writes them', () => {
    const one = file.write('task-1', { kind: 'add-dependency', on: 'task-2' });
    expect(one.text).toBe(text.replace('dependencies: []', 'dependencies:\r\n  - task-2'));
    const two = one.write('task-1', { kind: 'add-dependency', on: 'task-3' });
    expect(two.dependencies('task-1')).toEqual(['task-2', 'task-3']);
    expect(two.write('task-1', { kind: 'remove-dependency', on: 'task-2' }).dependencies('task-1')).toEqual(['task-3']);
    expect(one.write('task-1', { kind: 'remove-dependency', on: 'TASK-2' }).text).toBe(text);
  });

  it('adds a priority and a due date to the block', () => {
    expect(file.write('task-1', { kind: 'set-priority', value: 'high' }).text).toBe(
      text.replace('---\r\n\r\n##', 'priority: high\r\n---\r\n\r\n##'),
    );
    expect(file.write('task-1', { kind: 'set-date', name: 'due_date', value: '2026-01-02 10:00' }).text).toContain(
      "due_date: '2026-01-02 10:00'\r\n---",
    );
    expect(file.edits('task-1', { kind: 'set-progress', value: '1/2' })).toMatchObject({
      ok: false,
      error: { kind: 'not-writable' },
    });
  });

  it('ticks a criterion, and refuses a new task in the file', () => {
    expect(file.write('task-1', { kind: 'tick', line: 14, done: true }).text).toBe(
      text.replace('- [ ] #1', '- [x] #1'),
    );
    expect(() => file.append(null, { title: 'B' })).toThrow('not-writable');
  });
});

describe('numbered lists', () => {
  it('Kiro: the next number of the level, a blank line where the list has them', () => {
    const file = new File(
      kiro,
      '.kiro/specs/a/tasks.md',
      '# Plan\n\n- [x] 1. A\n\n  - [ ] 1.1 B\n  - [ ] 1.2 C\n\n- [ ] 2. D\n  - d\n\n## Notes\n',
    );
    expect(file.append(null, { title: 'E' }).text).toBe(file.text.replace('  - d\n', '  - d\n\n- [ ] 3. E\n'));
    expect(file.append('1.1', { title: 'E', dependencies: ['1.1'] }).text).toContain(
      '  - [ ] 1.2 C\n\n  - [ ] 1.3 E\n    - _Depends: 1.1_\n\n- [ ] 2. D',
    );
    const fix = file.append('2', { kind: 'hotfix', id: 'T-HotFix-1', title: 'Fix D' });
    expect(fix.text).toContain('- [ ] 3. T-HotFix-1: Fix D');
    expect(fix.document.items.at(-1)).toMatchObject({ kind: 'hotfix', id: 'T-HotFix-1', title: 'Fix D' });
    expect(fix.append(null, { title: 'F' }).text).toContain('- [ ] 4. F');
    expect(file.write('2', { kind: 'add-dependency', on: '1.2' }).dependencies('2')).toEqual(['1.2']);
  });

  it('spec-kit: an appended phase, and the same phase again', () => {
    const file = new File(
      specKit,
      'specs/1-a/tasks.md',
      '# Tasks\n\n## Phase 1: Setup\n\n- [X] T001 A\n- [ ] T009 [P] B\n\n## Dependencies\n\ntext\n',
    );
    const once = file.append('T001', { title: 'C', dependencies: ['T001'] });
    expect(once.text).toBe(
      file.text.replace('B\n', 'B\n\n## Phase 2: Convergence\n\n- [ ] T010 C (depends on T001)\n'),
    );
    expect(once.append(null, { title: 'D' }).text).toContain('T010 C (depends on T001)\n- [ ] T011 D\n');
    expect(file.write('T009', { kind: 'add-dependency', on: 'T001' }).text).toContain(
      '- [ ] T009 [P] B (depends on T001)\n',
    );
    expect(once.write('T010', { kind: 'remove-dependency', on: 'T001' }).text).toContain('- [ ] T010 C\n');
    expect(once.write('T010', { kind: 'add-dependency', on: 'T009' }).dependencies('T010')).toEqual(['T001', 'T009']);
  });

  it('OpenSpec and snarktank: the next number of the group', () => {
    const open = new File(
      openSpec,
      'openspec/changes/a/tasks.md',
      '## 1. G\n\n- [ ] 1.1 A\n\n## 2. H\n\n- [ ] 2.1 B\n',
    );
    expect(open.append('1.1', { title: 'C', criteria: ['ok'] }).text).toContain(
      '- [ ] 1.1 A\n- [ ] 1.2 C\n  - Acceptance:\n    - ok\n',
    );
    expect(open.append(null, { title: 'C' }).text).toBe(`${open.text.trimEnd()}\n- [ ] 2.2 C\n`);
    const snark = new File(snarktank, 'tasks/tasks-a.md', '## Tasks\n\n- [ ] 1.0 A\n  - [ ] 1.1 B\n- [ ] 2.0 C\n');
    expect(snark.append('1.1', { title: 'D' }).text).toContain('  - [ ] 1.1 B\n  - [ ] 1.2 D\n- [ ] 2.0 C');
    expect(snark.append(null, { title: 'D' }).text).toContain('- [ ] 2.0 C\n- [ ] 3.0 D');
    expect(snark.write('1.1', { kind: 'set-status', status: 'done' }).text).toBe(
      snark.text.replace('[ ] 1.1', '[x] 1.1'),
    );
    expect(snark.edits('1.1', { kind: 'set-status', status: 'in-progress' })).toMatchObject({ ok: false });
  });
});

describe('other peers', () => {
  it('Cursor: the scalar of the todo, a new todo behind it', () => {
    const file = new File(
      cursorPlan,
      'a.plan.md',
      '---\nname: P\ntodos:\n  - id: a\n    content: A\n    status: "pending" # now\nisProject: false\n---\nText\n',
    );
    expect(file.write('a', { kind: 'set-status', status: 'done' }).text).toBe(
      file.text.replace('"pending"', '"completed"'),
    );
    expect(file.append(null, { title: 'Say: no' }).text).toBe(
      file.text.replace('# now\n', "# now\n  - id: say-no\n    content: 'Say: no'\n    status: pending\n"),
    );
  });

  it('BMAD: the word, with comments kept; an unknown word stays until told otherwise', () => {
    const file = new File(
      bmad,
      'sprint-status.yaml',
      'development_status:\n  epic-1: backlog   # first\n  1-1-a: waiting-for-op\n',
    );
    expect(file.write('epic-1', { kind: 'set-status', status: 'in-progress' }).text).toBe(
      file.text.replace('backlog', 'in-progress'),
    );
    expect(file.edits('1-1-a', { kind: 'set-status', status: 'open' })).toEqual({ ok: true, value: [] });
    expect(file.edits('1-1-a', { kind: 'set-status', status: 'blocked' })).toMatchObject({
      ok: false,
      error: { kind: 'not-writable' },
    });
  });

  it('beads: nothing, its own program writes', () => {
    const file = new File(
      beads,
      '.beads/issues.jsonl',
      '{"id":"bd-1","title":"A","status":"open","issue_type":"task"}\n',
    );
    for (const wish of [
      { kind: 'set-status', status: 'done' },
      { kind: 'set-priority', value: 'P1' },
      { kind: 'add-dependency', on: 'bd-2' },
    ] as const)
      expect(file.edits('bd-1', wish)).toMatchObject({ ok: false, error: { kind: 'not-writable', path: file.path } });
  });
});

describe('generic lists', () => {
  const file = new File(
    checkboxTasks,
    'TODO.md',
    '- [ ] T-1: A wrapped\n  line (depends on T-9)\n\t- [ ] T-2: B\n- [ ] T-3: C\n  - Depends on: T-1, T-2\n  - Due: 2026-01-01\n',
  );

  it('adds fields under the task, replaces them where they stand', () => {
    expect(file.write('T-1', { kind: 'set-priority', value: 'High' }).text).toContain(
      'T-9)\n\t- Priority: High\n\t- [ ] T-2',
    );
    expect(file.write('T-3', { kind: 'set-priority', value: 'High' }).text).toContain(
      '  - Due: 2026-01-01\n  - Priority: High\n',
    );
    expect(file.write('T-3', { kind: 'set-date', name: 'due', value: '2027-01-01' }).text).toBe(
      file.text.replace('2026-01-01', '2027-01-01'),
    );
  });

  it('takes one dependency out of a list and leaves "None" for the last', () => {
    expect(file.write('T-3', { kind: 'remove-dependency', on: 'T-1' }).text).toBe(file.text.replace('T-1, T-2', 'T-2'));
    const one = file.write('T-3', { kind: 'remove-dependency', on: 'T-2' });
    expect(one.text).toBe(file.text.replace('T-1, T-2', 'T-1'));
    const none = one.write('T-3', { kind: 'remove-dependency', on: 'Task 1' });
    expect(none.text).toContain('- Depends on: None');
    expect(none.write('T-3', { kind: 'add-dependency', on: 'T-1' }).text).toBe(one.text);
  });

  it('refuses values that would break their line', () => {
    for (const wish of [
      { kind: 'set-priority', value: 'a\nb' },
      { kind: 'set-priority', value: ' ' },
      { kind: 'add-dependency', on: 'a, b' },
      { kind: 'set-date', name: 'due date\n', value: 'x' },
    ] as const)
      expect(file.edits('T-3', wish)).toMatchObject({ ok: false, error: { kind: 'invalid-input' } });
    expect(planEdit(file.document, file.text, { kind: 'set-status', key: 'nobody', status: 'done' })).toMatchObject({
      ok: false,
      error: { kind: 'unknown-item' },
    });
  });
});

describe('the reference documents', () => {
  it('puts a hot fix behind the failed task, in the list’s own shape', () => {
    const file = new File(
      referenceTasks,
      'Task-List-B-1-X.md',
      '# Task List: B-1 X\n\n## Phase 1\n\n#### Task 1.1: Build\n**Priority:** High\n**Time:** 2 hours\n\n**Do:**\n1. Build\n\n**Done when:**\n- [ ] built\n\n---\n\n#### Task 1.2: Ship\n**Priority:** High\n**Time:** 2 hours\n\n**Done when:**\n- [ ] shipped\n',
    );
    const after = file.append('Build', {
      kind: 'hotfix',
      id: 'T-HotFix-1',
      title: 'Fix the build',
      priority: 'Critical',
      estimate: '1-2 hours',
      steps: ['Reproduce'],
      criteria: ['built'],
      autoAdvance: false,
      pauseAfter: true,
      readyPrompt: 'HotFix complete - retry original task?',
    });
    expect(after.text).toContain(`- [ ] built

#### T-HotFix-1 Fix the build
**Priority:** Critical
**Time:** 1-2 hours

**Do:**
1. Reproduce

**Done when:**
- [ ] built

**Auto-Advance:** no
**🛑 Pause After:** yes
**When Ready Prompt:** "HotFix complete - retry original task?"

---

#### Task 1.2: Ship`);
    expect(after.append('Ship', { title: 'Tell' }).text).toContain('#### Task 1.3: Tell');
  });

  it('moves a row with its comments to the table of completed items', () => {
    const text = `# Backlog

## Live Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|---|---|---|---|---|---|---|---|
| B‑001 | First | 🔥 | 3 | ✅ done | it works | ts | None |
<!--score: {bv:1, tc:1, rr:1, le:1, effort:1, deps:[]}-->
<!-- completion_date: 2026-02-03 -->
| B‑002 | Second | ⭐ | 2 | todo | more | ts | B-001 |

## ✅ Completed Items

| ID | Title | Completion Date | Key Outcomes | Lessons Applied |
|---|---|---|---|---|
| B‑000 | Zero | 2024-08-05 | all | much |

## Notes
`;
    const file = new File(referenceBacklog, '000_core/000_backlog.md', text);
    const after = file.write('First', { kind: 'archive-item' });
    const moved = after.document.items.find((item) => item.title === 'First');
    expect(moved).toMatchObject({ status: 'done', id: file.document.items.find((item) => item.title === 'First')?.id });
    expect(after.document.items.map((item) => item.title).toSorted()).toEqual(
      file.document.items.map((item) => item.title).toSorted(),
    );
    expect(after.text.indexOf('| Second |')).toBeLessThan(after.text.indexOf('| First |'));
    expect(after.text).toContain('| B‑000 | Zero | 2024-08-05 | all | much |\n| B‑001 | First | 2026-02-03 |');
    expect(after.text).toContain(
      '<!--score: {bv:1, tc:1, rr:1, le:1, effort:1, deps:[]}-->\n<!-- completion_date: 2026-02-03 -->\n\n## Notes',
    );
    expect(after.edits('First', { kind: 'archive-item' })).toEqual({ ok: true, value: [] });
  });
});
