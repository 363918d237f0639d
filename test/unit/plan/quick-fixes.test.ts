// Each quick fix: applied, it makes its problem go away and changes only what it says; where no answer is right, none.
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import type { Problem, ProblemCode } from '../../../src/model/problem';
import { createPlan } from '../../../src/plan/plan-index';
import { nearestWord } from '../../../src/plan/read/nearest-word';
import { applyEdits } from '../../../src/plan/write/text-edits';
import { MemoryDocuments } from './memory-documents';

async function problems(path: string, text: string): Promise<readonly Problem[]> {
  const documents = new MemoryDocuments({ [path]: text });
  const plan = createPlan(documents, { config: () => configSchema.parse({}), debounceMs: 1 });
  await plan.open();
  const found = plan.snapshot().problems.filter((problem) => problem.path === path);
  plan.dispose();
  return found;
}

/** The text after the only fix of the only problem with this code; null: there is no fix. */
async function fixed(path: string, text: string, code: ProblemCode): Promise<string | null> {
  const of = (all: readonly Problem[]) => all.filter((problem) => problem.code === code);
  const found = of(await problems(path, text));
  expect(found.length).toBeGreaterThan(0);
  const fixes = found.flatMap((problem) => problem.fixes);
  if (fixes.length === 0) return null;
  expect(fixes).toHaveLength(1);
  expect(fixes[0]?.preferred).toBe(true);
  const after = applyEdits(text, fixes[0]?.edits ?? []);
  expect(of(await problems(path, after)).length).toBe(found.length - 1);
  return after;
}

const HEAD =
  '# Backlog\n\n| ID | Title | 🔥P | Points | Status | Problem | Tech | Deps |\n|---|---|---|---|---|---|---|---|\n';
const row = (id: string, title: string, status: string, deps = 'None'): string =>
  `| ${id} | ${title} | 🔧 | 1 | ${status} | why it matters | how | ${deps} |\n`;
const taskDoc = (second: string, first = ''): string =>
  `# Task List: X\n\n### Task 1: One\n**Priority**: High\n${first}\n### Task 2: Two\n**Priority**: Low\n${second}`;

describe('unknown words', () => {
  it.each([
    ['.taskmaster/tasks/tasks.json', '{ "tasks": [{ "id": 1, "title": "a", "status": "panding" }] }', 'pending'],
    ['a.plan.md', '---\nname: a\ntodos:\n  - id: x\n    content: X\n    status: "in-progress"\n---\n', 'in_progress'],
    ['sprint-status.yaml', 'development_status:\n  epic-1: backlog\n  1-1-a: in_progress # c\n', 'in-progress'],
    ['backlog.md', HEAD + row('B-001', 'First thing', 'dnoe') + row('B-002', 'Second', 'todo'), 'done'],
    ['Task-List-B-1-x.md', taskDoc('**Status**: Complted\n'), 'completed'],
  ])('%s: the nearest legal word', async (path, text, word) => {
    const after = await fixed(path, text, 'unknown-status');
    expect(after).toContain(word);
    expect(Math.abs((after ?? '').length - text.length)).toBeLessThan(4);
  });

  it('no fix where no word is near, or two are', async () => {
    expect(
      await fixed(
        'backlog.md',
        HEAD + row('B-001', 'First', 'purple') + row('B-002', 'Second', 'todo'),
        'unknown-status',
      ),
    ).toBeNull();
    expect(nearestWord('dine', ['done', 'dive'])).toBeNull();
    expect(nearestWord('In Progress', ['in_progress', 'pending'])).toBe('in_progress');
    expect(nearestWord('rejected', ['review', 'done'])).toBeNull();
    expect(nearestWord('x', ['x1'])).toBeNull();
    expect(nearestWord('a'.repeat(100_000), ['done'])).toBeNull();
  });

  it.each(['openspec/changes/a/tasks.md', 'TODO.md', '.kiro/specs/a/tasks.md'])(
    'a tick in another sign: %s',
    async (path) => {
      const text = '## 1. Work\n\n- [✓] 1.1 one\n- [?] 1.2 two\n';
      const found = (await problems(path, text)).filter((problem) => problem.code === 'unknown-marker');
      expect(found.map((problem) => problem.fixes.length)).toEqual([1, 0]);
      expect(applyEdits(text, found[0]?.fixes[0]?.edits ?? [])).toBe(text.replace('✓', 'x'));
    },
  );
});

describe('what stands twice', () => {
  it('a task that is repeated word for word is taken away', async () => {
    const one = '### Task 1: One\n**Priority**: High\n\n';
    const text = `# Task List: X\n\n${one}### Task 2: Two\n**Priority**: Low\n\n${one}`;
    expect(await fixed('Task-List-B-1-x.md', text, 'duplicate-id-same-item')).toBe(
      `# Task List: X\n\n${one}### Task 2: Two\n**Priority**: Low\n\n\n`,
    );
    const other = text.replace(/High\n\n$/, 'Low\n\n');
    expect(await fixed('Task-List-B-1-x.md', other, 'duplicate-id-same-item')).toBeNull();
  });

  it('a row that is repeated word for word, but not what is noted under it', async () => {
    const text =
      HEAD + row('B-001', 'First thing', 'todo') + row('B-002', 'Other', 'todo') + row('B-001', 'First thing', 'todo');
    expect(await fixed('backlog.md', text, 'duplicate-id-same-item')).toBe(
      HEAD + row('B-001', 'First thing', 'todo') + row('B-002', 'Other', 'todo'),
    );
    expect(await fixed('backlog.md', `${text}<!--score_total: 2-->\n`, 'duplicate-id-same-item')).toBeNull();
  });

  it('another item under the same id has no right answer', async () => {
    const text = HEAD + row('B-001', 'First thing', 'todo') + row('B-001', 'Quite another', 'todo');
    expect(await fixed('backlog.md', text, 'duplicate-id-different-item')).toBeNull();
  });
});

describe('fields that contradict', () => {
  const archive =
    '\n## Completed\n\n| ID | Title | Completion Date | Key Outcomes | Lessons Applied |\n|---|---|---|---|---|\n| B-001 | First thing | 2025-08-01 | works | none |\n';

  it('what is archived is done', async () => {
    const text = HEAD + row('B-001', 'First thing', 'todo') + row('B-002', 'Other', 'todo') + archive;
    expect(await fixed('backlog.md', text, 'conflicting-fields')).toBe(text.replace('| todo |', '| done |'));
  });

  it('two live rows that disagree have no right answer', async () => {
    const text = HEAD + row('B-001', 'First thing', 'todo') + row('B-001', 'First thing', 'done');
    expect(await fixed('backlog.md', text, 'conflicting-fields')).toBeNull();
  });

  it.each([
    ['.kiro/specs/a/tasks.md', '- [x] 1. A\n  - [x] 1.1 a\n  - [ ] 1.2 b\n', '- [-] 1. A'],
    ['.kiro/specs/a/tasks.md', '- [x] 1. A\n  - [ ] 1.1 a\n', '- [ ] 1. A'],
    ['tasks/tasks-a.md', '## Tasks\n\n- [x] 1.0 A\n  - [x] 1.1 a\n  - [ ] 1.2 b\n', '- [ ] 1.0 A'],
    [
      'Task-List-B-1-x.md',
      taskDoc('**Status**: Completed\n\n- [ ] **2.1**: part\n- [x] **2.2**: part\n', '**Status**: Pending\n'),
      '**Status**: In Progress',
    ],
  ])('a parent that says done is opened again: %s', async (path, text, wanted) => {
    expect(await fixed(path, text, 'checked-parent-open-children')).toContain(wanted);
  });

  it('what waits for itself waits for nothing', async () => {
    const text = HEAD + row('B-001', 'First thing', 'todo', 'B-001') + row('B-002', 'Other', 'todo');
    expect(await fixed('backlog.md', text, 'dependency-cycle')).toBe(text.replace('| how | B-001 |', '| how | None |'));
    const two = HEAD + row('B-001', 'First thing', 'todo', 'B-002') + row('B-002', 'Other', 'todo', 'B-001');
    expect(await fixed('backlog.md', two, 'dependency-cycle')).toBeNull();
  });
});

describe('displaced metadata', () => {
  const block = (score: number, next: string): string =>
    `<!--score: {bv:4, tc:3, rr:4, le:3, effort:3, deps:[]}-->\n<!--score_total: ${score}.0-->\n<!-- do_next: ${next} -->\n<!-- acceptance: ${next} works -->\n<!-- problem: ${next} is missing -->\n`;
  const own = block(5, 'Draw burndown charts for roadmap milestones');
  const foreign = block(6, 'Build telescope mirror polishing machine control');
  const rows = [
    row('B-001', 'Telescope mirror polishing machine', 'todo'),
    row('B-002', 'Roadmap milestones burndown charts', 'todo'),
    row('B-003', 'Kitchen sink drain repair', 'todo'),
  ];
  const text = `${HEAD}${rows[0]}\n${rows[1]}\n${own}${foreign}\n${rows[2]}`;

  it('goes back behind the item it speaks about, and is read there', async () => {
    const after = await fixed('backlog.md', text, 'displaced-metadata');
    expect(after).toBe(`${HEAD}${rows[0]}${foreign}\n${rows[1]}\n${own}\n${rows[2]}`);
    const documents = new MemoryDocuments({ 'backlog.md': after ?? '' });
    const plan = createPlan(documents, { config: () => configSchema.parse({}), debounceMs: 1 });
    const { items } = await plan.open();
    expect([...items.values()].map((item) => [item.id, item.score?.value ?? null])).toEqual([
      ['B-001', 6],
      ['B-002', 5],
      ['B-003', null],
    ]);
  });

  it('stays where the item has metadata of its own, or its id is used twice', async () => {
    const taken = text.replace(rows[0] ?? '', `${rows[0]}${block(4, 'Something')}`);
    expect(await fixed('backlog.md', taken, 'displaced-metadata')).toBeNull();
    const twice = text + row('B-001', 'Something else entirely', 'todo');
    expect(await fixed('backlog.md', twice, 'displaced-metadata')).toBeNull();
  });

  it('a repetition word for word is taken away', async () => {
    const again = `${HEAD}${rows[1]}\n${own}${own}\n${rows[2]}`;
    expect(await fixed('backlog.md', again, 'displaced-metadata')).toBe(`${HEAD}${rows[1]}\n${own}\n${rows[2]}`);
  });
});
