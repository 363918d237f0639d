import { describe, expect, it } from 'vitest';
import type { Item, PlanDocument } from '../../../src/model/plan';
import type { Dialect } from '../../../src/plan/read/dialect';
import { backlogMd } from '../../../src/plan/read/backlog-md';
import { beads } from '../../../src/plan/read/beads';
import { bmad } from '../../../src/plan/read/bmad';
import { cursorPlan } from '../../../src/plan/read/cursor-plan';
import { kiro } from '../../../src/plan/read/kiro';
import { openSpec } from '../../../src/plan/read/openspec';
import { snarktank } from '../../../src/plan/read/snarktank';
import { specKit } from '../../../src/plan/read/spec-kit';
import { taskMaster } from '../../../src/plan/read/task-master';
import { claimant } from './peer-samples';

const read = (
  dialect: Dialect,
  text: string,
  path: string,
  sideFiles: Readonly<Record<string, string>> = {},
): PlanDocument => dialect.read({ path, text }, { sideFiles: new Map(Object.entries(sideFiles)) });
const parentId = (document: PlanDocument, item: Item): string | null =>
  document.items.find((each) => each.key === item.parent)?.id ?? null;
const tree = (document: PlanDocument) => document.items.map((item) => [item.kind, item.id, parentId(document, item)]);
const deps = (item: Item | undefined) => item?.dependencies.map((each) => `${each.kind}:${each.targets.join('+')}`);
const find = (document: PlanDocument, id: string): Item | undefined => document.items.find((item) => item.id === id);

describe('Kiro family', () => {
  const text = `# Implementation Plan

- [x] 1. Base
  - [ ] 1.1 Types
    - Write \`types.ts\`
    - _Requirements: 1.1, 2.3_
-

  - [ ]* 1.2 Property tests
    - **Property 4: Order holds**
    - **Validates: Requirements 2.1**
  - [ ]\\* 1.3 Escaped star
- [-] 2\\. Escaped dot
- [~] 2.1 Queued at the margin
  - _Depends: 1.1, 1.2_
  - [ ] 2.1.1 (P) Deep
- [ ] 7.9* Star behind the number
- [ ] 10. Checkpoint - run everything
  - Ensure all tests pass, ask the user if questions arise.

## Notes

- [ ] 99. not a task

## Task Dependency Graph

\`\`\`json
{ "waves": [ { "id": 0, "tasks": ["1.1"] }, { "id": 1, "tasks": ["1.2", "1.3"] }, { "id": 2, "tasks": ["2.1.1"] }, { "id": 3, "tasks": ["10"], "depends_on": [0] } ] }
\`\`\`
`;
  const document = read(kiro, text, '.kiro/specs/x/tasks.md');

  it('a checkpoint runs what it says is to be run, and nothing that it mentions', () => {
    const checkpoint = (line: string) =>
      read(kiro, `# Implementation Plan\n\n- [ ] 1. Checkpoint\n  - ${line}\n`, '.kiro/specs/y/tasks.md').items[0]
        ?.gates;
    expect(
      checkpoint('Run `npm test` (vitest --run) and confirm all tests pass. Ask if questions arise.'),
    ).toMatchObject([{ command: 'npm test' }]);
    expect(checkpoint('Ensure `UserService` handles errors in `src/user.ts`')).toMatchObject([{ command: null }]);
  });

  it('builds the tree by number, wherever the line stands', () => {
    expect(tree(document)).toEqual([
      ['task', '1', null],
      ['subtask', '1.1', '1'],
      ['subtask', '1.2', '1'],
      ['subtask', '1.3', '1'],
      ['task', '2', null],
      ['subtask', '2.1', '2'],
      ['subtask', '2.1.1', '2.1'],
      ['task', '7.9', null],
      ['task', '10', null],
    ]);
  });

  it('reads marks, stars and (P)', () => {
    expect(document.items.map((item) => item.status)).toEqual([
      'done',
      'open',
      'open',
      'open',
      'in-progress',
      'open',
      'open',
      'open',
      'open',
    ]);
    expect(document.items.filter((item) => item.optional).map((item) => item.id)).toEqual(['1.2', '1.3', '7.9']);
    expect(find(document, '2.1.1')).toMatchObject({ parallel: true, title: 'Deep' });
    expect(find(document, '2.1')?.statusText).toBe('~');
    expect(document.problems).toEqual([]);
  });

  it('reads details, waves and the checkpoint', () => {
    expect(find(document, '1.1')?.labels).toEqual(['requirement:1.1', 'requirement:2.3']);
    expect(find(document, '1.1')?.description).toBe('Write `types.ts`');
    expect(find(document, '1.2')?.tests.map((each) => each.text)).toEqual(['Property 4: Order holds']);
    expect(deps(find(document, '1.2'))).toEqual(['item:1.1']);
    expect(deps(find(document, '2.1'))).toEqual(['item:1.1', 'item:1.2']);
    expect(deps(find(document, '2.1.1'))).toEqual(['item:1.2', 'item:1.3']);
    expect(deps(find(document, '10'))).toEqual(['item:1.1']);
    expect(find(document, '10')?.gates.map((each) => each.text)).toEqual([
      'Ensure all tests pass, ask the user if questions arise.',
    ]);
    expect(find(document, '10')?.pauseAfter?.value).toBe(true);
  });

  it('knows "[~]" as blocked in spec-workflow', () => {
    const flow = read(kiro, '- [~] 1. Wire\n  - _Blocked: no key_\n- [ ] 2. Test\n', '.spec-workflow/specs/a/tasks.md');
    expect(flow.items.map((item) => item.status)).toEqual(['blocked', 'open']);
    expect(flow.items[1]?.statusSite?.words.blocked).toBe('~');
  });

  it('takes numbered headings as groups', () => {
    const grouped = read(
      kiro,
      '# Plan\n\n## 1. 基盤\n\n- [ ] 1.1 (P) 作る\n  - _需求：1.1, 1.2_\n\n## Phase 2: More\n\n- [x] 2.1 Do\n',
      '.kiro/specs/a/tasks.md',
    );
    expect(tree(grouped)).toEqual([
      ['phase', '1', null],
      ['task', '1.1', '1'],
      ['phase', 'Phase 2', null],
      ['task', '2.1', 'Phase 2'],
    ]);
    expect(find(grouped, '1.1')?.labels).toEqual(['requirement:1.1', 'requirement:1.2']);
  });

  it('reads waves as plain lists and arrows', () => {
    const waves = read(
      kiro,
      '- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n\n## Task Dependency Graph\n\n```json\n{"waves":[["1"],["2"]]}\n```\n\nT2 --> T3\n',
      '.kiro/specs/a/tasks.md',
    );
    expect(waves.items.map(deps)).toEqual([[], ['item:1'], ['item:2']]);
  });
});

describe('spec-kit', () => {
  const text = `# Tasks: feature

## Phase 1: Setup

- [X] T001 Create the project
- [ ] T003a [P] Configure lint
- [ ] TXXX a placeholder
- [ ] without a number

**Checkpoint**: look before going on

## Phase 3: User Story 1 - Login (Priority: P1)

**Goal**: people can log in
**Independent Test**: log in by hand

- [ ] T012 [P] [US1] Model in src/m.ts
- [ ] T014 [US1] Service (depends on T012, T003a)

## Validation Checklist

- [ ] everything is fine
`;
  const document = read(specKit, text, 'specs/001-login/tasks.md');

  it('reads tasks, marks, stories and phases', () => {
    expect(tree(document)).toEqual([
      ['phase', 'Phase 1', null],
      ['task', 'T001', 'Phase 1'],
      ['task', 'T003a', 'Phase 1'],
      ['phase', 'Phase 3', null],
      ['task', 'T012', 'Phase 3'],
      ['task', 'T014', 'Phase 3'],
    ]);
    expect(find(document, 'T012')).toMatchObject({ parallel: true, labels: ['US1'], title: 'Model in src/m.ts' });
    expect(find(document, 'T014')?.title).toBe('Service');
    expect(deps(find(document, 'T014'))).toEqual(['item:T-12', 'item:T-3A']);
    expect(find(document, 'Phase 3')?.priority?.value).toBe('P1');
    expect(find(document, 'Phase 3')?.criteria.map((each) => each.text)).toEqual(['log in by hand']);
    expect(find(document, 'T003a')?.pauseAfter?.text).toBe('look before going on');
  });

  it('writes the capital X of this file, and the tool’s in a fresh one', () => {
    expect(find(document, 'T012')?.statusSite?.words.done).toBe('X');
    const small = read(specKit, '- [x] T001 a\n- [ ] T002 b\n', 'specs/a/tasks.md');
    expect(small.items[1]?.statusSite?.words.done).toBe('x');
    expect(read(specKit, '- [ ] T001 a\n', 'specs/a/tasks.md').items[0]?.statusSite?.words.done).toBe('X');
  });

  it('reports a box without number, but no placeholder', () => {
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([['unreadable-row', 8]]);
  });

  it('leaves the template alone', () => {
    expect(specKit.claim({ path: '.specify/templates/tasks-template.md', text: '- [ ] T001 Create\n' })).toBe(0);
  });
});

describe('OpenSpec', () => {
  const torture = [
    '## 1. Group',
    '- [ ] 1.1 open',
    '- [x] 1.2 done',
    '* [X] 1.3 capital',
    '+ [ ] plus',
    '1. [ ] ordered',
    '- [~] tilde',
    '- [-] dash',
    '  - [ ] nested',
    '```',
    '- [ ] fenced',
    '```',
    '-[ ] tight',
    '- [ ]',
    '- [a](link)',
    '- [xx] two',
    'text [ ] no',
  ].join('\n');

  it('counts what its own list counts, fences and tight bullets too', () => {
    const document = read(openSpec, torture, 'openspec/changes/add/tasks.md');
    const tasks = document.items.filter((item) => item.kind === 'task');
    expect(tasks).toHaveLength(11);
    expect(tasks.filter((item) => item.status === 'done').map((item) => item.id)).toEqual(['1.2', '1.3']);
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([
      ['unknown-marker', 7],
      ['unknown-marker', 8],
    ]);
  });

  it('agrees with the tool’s expression on every line', () => {
    const theirs = /^\s*(?:[-*+]|\d{1,9}[.)])\s*\[(?:\s*([^\]\s]?)\s*\](?![([])|\s+\])\s*(.*)/;
    const lines = [
      ...torture.split('\n'),
      '- [  ] two',
      '- [ x ] spaced',
      '- []',
      '- [](l)',
      '- [ ](l)',
      '- [x][r]',
      '12) [ ] a',
      '1234567890. [ ] b',
      '\t-\t[\tx\t]\tc',
      '- [\u00a0] nbsp',
      '- [🔥] pair',
    ];
    for (const line of lines) {
      const count = read(openSpec, line, 'openspec/changes/a/tasks.md').items.filter(
        (item) => item.kind === 'task',
      ).length;
      expect([line, count]).toEqual([line, theirs.test(line) ? 1 : 0]);
    }
  });

  it('has nothing to do in archived changes', () => {
    const path = 'openspec/changes/archive/2026-01-01-a/tasks.md';
    expect(openSpec.claim({ path, text: torture })).toBe(1);
    expect(read(openSpec, torture, path)).toMatchObject({ items: [], kind: 'none' });
  });
});

describe('snarktank', () => {
  const text = `## Relevant Files

- [ ] \`src/a.ts\` - not a task

## Instructions for Completing Tasks

- \`- [ ] 1.1 Read file\` becomes \`- [x]\`

## Tasks

- [ ] 1.0 Parent
  - [x] 1.1 Child with a
    wrapped line
    - a note
  - [ ] 1.2 Other
- [ ] 2.0 Lone
`;
  it('reads parents, children and wrapped lines', () => {
    const document = read(snarktank, text, 'tasks/tasks-login.md');
    expect(tree(document)).toEqual([
      ['task', '1.0', null],
      ['subtask', '1.1', '1.0'],
      ['subtask', '1.2', '1.0'],
      ['task', '2.0', null],
    ]);
    expect(find(document, '1.1')?.description).toBe('wrapped line\na note');
    expect(document.items[1]?.statusSite?.words).toEqual({
      open: ' ',
      'in-progress': null,
      blocked: null,
      done: 'x',
      cancelled: null,
    });
  });
});

describe('Backlog.md', () => {
  const text = `---
id: task-7
title: 'It''s "here": now'
status: In Review
assignee: [@ann, '@bob']
created_date: '2026-01-02 03:04'
updated_date: 2026-01-03 04:05
labels: [ui, "two words"]
dependencies:
  - task-3
  - TASK-004
priority: high
parent_task_id: task-2
milestone: m-1
custom: {kept: yes}
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
Text with - [ ] no box
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [ ] #1 First
- [x] #2 Second
<!-- AC:END -->

## Definition of Done
<!-- DOD:BEGIN -->
- [ ] #1 Built
<!-- DOD:END -->
`;
  const path = 'backlog/tasks/task-7 - Its-here.md';
  const config = { 'backlog/config.yml': 'statuses: ["Todo", "In Review", "On Hold", "Shipped"]\n' };

  it('reads the front matter with its places', () => {
    const [item] = read(backlogMd, text, path, config).items;
    expect(item).toMatchObject({
      id: 'task-7',
      kind: 'subtask',
      parent: 'task-2',
      title: 'It\'s "here": now',
      status: 'in-progress',
      labels: ['ui', 'two words', 'm-1'],
    });
    expect(item?.owner?.value).toBe('@ann');
    expect(item?.statusSite?.words).toEqual({
      open: 'Todo',
      'in-progress': 'In Review',
      blocked: 'On Hold',
      done: 'Shipped',
      cancelled: null,
    });
    expect(deps(item)).toEqual(['item:T-3', 'item:T-4']);
    expect(item?.dates['updated_date']?.text).toBe('2026-01-03 04:05');
    expect(item?.criteria.map((each) => [each.text, each.done])).toEqual([
      ['First', false],
      ['Second', true],
    ]);
    expect(item?.gates.map((each) => each.text)).toEqual(['Built']);
    expect(item?.description).toBe('Text with - [ ] no box');
  });

  it('reports a status the project does not know', () => {
    const found = read(backlogMd, text.replace('In Review', 'Limbo'), path, config);
    expect(found.items[0]?.status).toBe('open');
    expect(found.problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([
      ['unknown-status', 4, 9],
    ]);
  });

  it('writes nothing to a file whose marks do not pair', () => {
    const [item] = read(backlogMd, text.replace('<!-- AC:END -->\n', ''), path, config).items;
    expect(item?.statusSite).toBeNull();
    expect(item?.criteria.map((each) => each.box)).toEqual([null, null]);
  });

  it('takes the folder’s word for completed and drafts', () => {
    expect(read(backlogMd, text, 'backlog/completed/task-7 - x.md').items[0]).toMatchObject({
      status: 'done',
      statusSite: null,
    });
    expect(read(backlogMd, text, 'backlog/drafts/task-7 - x.md').items[0]?.status).toBe('blocked');
    expect(read(backlogMd, text, 'backlog/archive/tasks/task-7 - x.md').items[0]?.status).toBe('cancelled');
  });

  it('says where broken YAML breaks and reads the rest', () => {
    const found = read(backlogMd, text.replace('custom: {kept: yes}', 'custom: {kept: [yes'), path, config);
    expect(found.problems.map((problem) => problem.code)).toEqual(['unreadable-document']);
    expect(found.items[0]?.id).toBe('task-7');
  });
});

describe('Task Master', () => {
  it('does not write into a string that the text breaks off in', () => {
    const text = '{"tasks":[{"id":1,"title":"A","status":"pending"},{"id":2,"title":"B","status":"do';
    const cut = read(taskMaster, text, 'tasks/tasks.json').items;
    expect(cut.map((item) => [item.id, item.statusSite !== null])).toEqual([
      ['1', true],
      ['2', false],
    ]);
  });

  const tagged = JSON.stringify(
    {
      master: {
        tasks: [
          {
            id: 1,
            title: 'One',
            status: 'done',
            dependencies: [],
            priority: 'high',
            subtasks: [
              { id: 1, title: 'Sub', status: 'pending', dependencies: [] },
              { id: 2, title: 'Next', status: 'review', dependencies: [1, '1.1'], parentId: 'undefined' },
            ],
          },
        ],
      },
      other: {
        tasks: [{ id: '1', title: 'Else', status: 'strange', dependencies: ['2'] }],
        metadata: { description: 'x' },
      },
    },
    null,
    2,
  );

  it('reads tags, sub-tasks and sibling dependencies', () => {
    const document = read(taskMaster, tagged, '.taskmaster/tasks/tasks.json', {
      '.taskmaster/state.json': '{"currentTag":"other"}',
    });
    expect(document.items.map((item) => [item.kind, item.id, item.status])).toEqual([
      ['lane', null, 'open'],
      ['task', '1', 'done'],
      ['subtask', '1.1', 'open'],
      ['subtask', '1.2', 'in-progress'],
      ['lane', null, 'open'],
      ['task', '1', 'open'],
    ]);
    expect(deps(document.items[3])).toEqual(['item:1.1', 'item:1.1']);
    expect(document.items[4]?.labels).toEqual(['active']);
    expect(document.problems.map((problem) => problem.code)).toEqual(['unknown-status']);
    expect(document.items[1]?.line).toBe(4);
  });

  it('reads the older shape', () => {
    const legacy = read(
      taskMaster,
      '{"tasks":[{"id":3,"title":"A","status":"pending","dependencies":[]}],"metadata":{}}',
      'tasks/tasks.json',
    );
    expect(legacy.items.map((item) => [item.kind, item.id])).toEqual([['task', '3']]);
  });

  it('reads what is left of a broken file and says where it breaks', () => {
    const cut = tagged.slice(0, tagged.indexOf('"review"'));
    const document = read(taskMaster, cut, '.taskmaster/tasks/tasks.json');
    expect(document.problems.filter((problem) => problem.code === 'unreadable-document')).toHaveLength(1);
    expect(document.items.map((item) => item.title)).toContain('One');
    expect(read(taskMaster, '['.repeat(100_000), '.taskmaster/tasks/tasks.json').problems).toHaveLength(1);
  });
});

describe('Cursor plans, BMAD, beads', () => {
  it('reads the todos of a plan', () => {
    const document = read(
      cursorPlan,
      '---\nname: P\ntodos:\n  - id: a\n    content: "Do: it"\n    status: in_progress\n  - id: b\n    content: Other\n    status: odd\n---\n# P\n- [ ] not a todo\n',
      'x.plan.md',
    );
    expect(document.items.map((item) => [item.id, item.title, item.status, item.line])).toEqual([
      ['a', 'Do: it', 'in-progress', 4],
      ['b', 'Other', 'open', 7],
    ]);
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([['unknown-status', 9]]);
  });

  it('reads epics, stories and retrospectives', () => {
    const text =
      'project: X\ndevelopment_status:\n  # a comment\n  epic-1: in-progress\n  1-1-log-in: review # here\n  1-2-log-out: awaiting-operator\n  epic-1-retrospective: optional\n';
    const document = read(bmad, text, 'docs/sprint-status.yaml');
    expect(tree(document)).toEqual([
      ['epic', 'epic-1', null],
      ['story', '1-1-log-in', 'epic-1'],
      ['story', '1-2-log-out', 'epic-1'],
      ['task', 'epic-1-retrospective', 'epic-1'],
    ]);
    expect(document.items.map((item) => item.status)).toEqual(['in-progress', 'in-progress', 'open', 'open']);
    expect(document.items[2]?.statusSite?.words.open).toBe('awaiting-operator');
    expect(document.items[3]?.optional).toBe(true);
    expect(document.problems.map((problem) => problem.code)).toEqual(['unknown-status']);
  });

  it('reads issues line by line, parents first, and names a broken line', () => {
    const line = (value: unknown) => JSON.stringify(value);
    const text = [
      line({
        id: 'bd-1.1',
        title: 'Child',
        status: 'open',
        priority: 2,
        issue_type: 'task',
        dependencies: [
          { issue_id: 'bd-1.1', depends_on_id: 'bd-2', type: 'blocks' },
          { issue_id: 'bd-1.1', depends_on_id: 'bd-9', type: 'related' },
        ],
      }),
      '{"id": broken',
      line({ id: 'bd-1', title: 'Epic', status: 'deferred', priority: 0, issue_type: 'epic' }),
      line({
        id: 'bd-2',
        title: 'Bug',
        status: 'closed',
        priority: 1,
        issue_type: 'bug',
        acceptance_criteria: '- [x] a\n- b',
      }),
    ].join('\n');
    const document = read(beads, text, '.beads/issues.jsonl');
    expect(tree(document)).toEqual([
      ['epic', 'bd-1', null],
      ['task', 'bd-1.1', 'bd-1'],
      ['task', 'bd-2', null],
    ]);
    expect(document.items.map((item) => [item.status, item.statusSite])).toEqual([
      ['blocked', null],
      ['open', null],
      ['done', null],
    ]);
    expect(deps(document.items[1])).toEqual(['item:BD-2']);
    expect(document.items[1]?.priority?.value).toBe('P2');
    expect(document.problems.map((problem) => [problem.code, problem.line])).toEqual([['unreadable-document', 2]]);
  });
});

describe('who reads what', () => {
  it.each([
    ['.kiro/specs/a/tasks.md', '- [ ] 1. A\n', 'kiro'],
    ['.claude/specs/a/tasks.md', '- [ ] 1. A\n', 'kiro'],
    ['specs/001-a/tasks.md', '- [ ] T001 A\n', 'spec-kit'],
    ['openspec/changes/a/tasks.md', '- [ ] 1.1 A\n', 'openspec'],
    ['tasks/tasks-a.md', '- [ ] 1.0 A\n', 'snarktank'],
    ['tasks.md', '- [ ] A\n', 'checkbox-tasks'],
    ['.taskmaster/tasks/tasks.json', '{"tasks":[]}', 'task-master'],
    ['package.json', '{"tasks":[]}', null],
    ['.vscode/tasks.json', '{"version":"2.0.0","tasks":[{"label":"x"}]}', null],
    ['a.plan.md', '---\ntodos:\n  - id: a\n---\n', 'cursor-plan'],
    ['sprint-status.yaml', 'development_status:\n  epic-1: done\n', 'bmad'],
    ['.beads/issues.jsonl', '{"id":"bd-1","issue_type":"task"}\n', 'beads'],
    ['backlog/tasks/task-1 - A.md', '---\nid: task-1\ntitle: A\n---\n', 'backlog-md'],
    ['backlog/docs/doc-1 - A.md', '---\nid: doc-1\ntitle: A\n---\n', null],
    ['rules/generate-tasks.md', '# Rule\n\n```\n- [ ] 1.0 Parent\n```\n', null],
  ])('%s', (path, text, dialect) => {
    expect(claimant(path, text)?.id ?? null).toBe(dialect);
  });
});
