// Shapes that real documents of the known kinds take beside their tools' own templates.
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../../src/model/plan';
import { claimant } from '../../../src/plan/read/registry';

const context = { sideFiles: new Map<string, string>() };
const read = (path: string, text: string): PlanDocument | null =>
  claimant({ path, text })?.read({ path, text }, context) ?? null;
const ids = (document: PlanDocument | null) =>
  (document?.items ?? []).filter((item) => item.kind !== 'phase').map((item) => item.id);

const SPEC_KIT = `# Tasks: Reports

## Phase A · Setup
- [x] **T001** Make the folder
- [ ] **T002** [P] [US1+US2] Read the figures
## Phase B: Polish & Validation
- [ ] T003-1 Measure (depends on T001)
### Final validation
- [ ] T004 Walk through the quickstart

## Validation checklist
- [ ] T001 has a test
- [ ] every contract is covered
`;

describe('documents of the known kinds in other hands', () => {
  it('spec-kit: bold numbers, lettered phases, tasks of a phase that validates; the checklist repeats', () => {
    const document = read('specs/004-reports/tasks.md', SPEC_KIT);
    expect(document?.dialect).toBe('spec-kit');
    expect(ids(document)).toEqual(['T001', 'T002', 'T003-1', 'T004']);
    expect(document?.items.filter((item) => item.kind === 'phase').map((item) => item.id)).toEqual([
      'Phase A',
      'Phase B',
    ]);
    expect(document?.items.find((item) => item.id === 'T002')).toMatchObject({
      title: 'Read the figures',
      parallel: true,
      labels: ['US1', 'US2'],
    });
  });

  it.each(['specs/022-task-checklist', 'specs/22-template-library', 'features/user-guide', 'specs/9-runbook-output'])(
    'a feature may be called after a decoy: %s',
    (folder) => {
      expect(ids(read(`${folder}/tasks.md`, SPEC_KIT))).toHaveLength(4);
    },
  );

  it.each(['.specify/templates/tasks-template.md', 'docs/guides/tasks.md', '400_guides/tasks.md'])(
    'a template is none: %s',
    (path) => {
      expect(ids(read(path, SPEC_KIT))).toEqual([]);
    },
  );

  it('a todo list that quotes two numbers of a spec is no spec', () => {
    const text = `# TODO\n\n- [ ] T001 quoted\n${'- [ ] something else to be done\n'.repeat(5)}`;
    expect(read('TODO.md', text)?.dialect).toBe('checkbox-tasks');
    expect(read('TODO.md', text)?.items).toHaveLength(6);
  });

  it('Kiro: an overview at the top holds the tasks when nothing else does', () => {
    const text = '# Implementation Plan\n\n## Overview\n\nWords.\n\n- [x] 1. Base\n  - [ ] 1.1 Types\n- [ ] 2. Rest\n';
    expect(ids(read('.kiro/specs/x/tasks.md', text))).toEqual(['1', '1.1', '2']);
    const repeated = `${text.replace('## Overview', '## Tasks')}\n## Overview\n\n- [ ] 1. Base\n`;
    expect(ids(read('.kiro/specs/x/tasks.md', repeated))).toEqual(['1', '1.1', '2']);
  });

  it('a phase may be called after its criteria', () => {
    const text =
      '# Plan\n\n## Phase 3: Acceptance and examples\n\n- [ ] write them\n\n## Acceptance criteria\n\n- [ ] holds\n';
    expect(read('plan.md', text)?.items.map((item) => item.title)).toEqual([
      'Phase 3: Acceptance and examples',
      'write them',
    ]);
  });

  it('numbered boxes under a task are its parts', () => {
    const text = `# Tasks\n\n## Task 1: Scope\n\n- [x] 1.1 Write it down\n- [ ] 7.1 Mentioned\n\n## Task 2: Ship\n\n- [ ] 2.1 Pack\n  - **Verifies**: R1\n`;
    const document = read('specs/9-pack/tasks.md', text);
    expect(document?.items.map((item) => [item.kind, item.id, item.status])).toEqual([
      ['task', 'Task 1', 'open'],
      ['subtask', '1.1', 'done'],
      ['task', 'Task 2', 'open'],
      ['subtask', '2.1', 'open'],
    ]);
  });

  it('numbered sections are tasks where they are planned like tasks, and sections where they are not', () => {
    const part = (n: number, fields: string) => `### ${n}. Part ${n}\n\n${fields}\n\nText.\n\n`;
    const planned = '**Status**: [x] Completed\n**Priority**: High\n**Estimated Time**: 2 hours';
    const text = `# Tasks\n\n## Phase 1: All\n\n${part(1, planned)}${part(2, planned.replace('[x] Completed', '[ ]'))}`;
    expect(read('specs/14-ux/tasks.md', text)?.items.map((item) => [item.kind, item.status])).toEqual([
      ['phase', 'open'],
      ['task', 'done'],
      ['task', 'open'],
    ]);
    const prose = `# Tasks\n\n## All\n\n${part(1, planned)}${part(2, 'x')}${part(3, 'y')}${part(4, 'z')}`;
    expect(read('specs/14-ux/tasks.md', prose)?.items ?? []).toEqual([]);
  });

  it.each(['specs/004-reports/plan.md', 'specs/004-reports/spec.md'])('a design is no list: %s', (path) => {
    const text =
      '# Implementation Plan: Reports\n\n## Progress Tracking\n\n### Phase Status\n\n- [x] Phase 0: Research complete\n- [ ] Phase 4: Implementation\n';
    expect(ids(read(path, text))).toEqual([]);
  });

  it.each([
    'README.md',
    'packages/core/README.md',
    'CHANGELOG.md',
    'docs/release-summary.md',
    'docs/backlog-guide.md',
    'COVERAGE-RESULTS.md',
  ])('is about plans, not one: %s', (path) => {
    const text = `# Product backlog: task list\n\n### Task 1: One\n**Priority**: High\n- [ ] a\n\n### Task 2: Two\n**Priority**: Low\n\n| ID | Title | Status |\n|---|---|---|\n| B-001 | x | todo |\n| B-002 | y | todo |\n`;
    expect(ids(read(path, text))).toEqual([]);
  });

  it('what a template leaves to be filled in is no plan', () => {
    const text = `# PRD: Name\n\n## 7. Implementation Plan\n\n### Phase 1: [Phase Name]\n\n- [ ] Task 1.1: [Task description]\n- [ ] **Task 1.2**: <what>\n\n### Phase 2: Build\n\n- [ ] make it\n- [ ] Task 2.2: [Task description]\n`;
    expect(read('PRD-new.md', text)?.items.map((item) => [item.kind, item.title])).toEqual([
      ['phase', 'Build'],
      ['plan-item', 'make it'],
    ]);
    const tasks = `# Task List: x\n\n### Task Name\n**Priority:** [Critical/High]\n**Estimated Time:** [x]\n**Acceptance Criteria:**\n- [ ] a\n`;
    expect(ids(read('Task-List-x.md', tasks))).toEqual([]);
  });

  it('Backlog.md: file names without the spaces', () => {
    const text = `---\nid: BACK-7\ntitle: Seven\nstatus: To Do\n---\n\n## Acceptance Criteria\n\n- [ ] a\n`;
    expect(read('backlog/tasks/back-7-seven.md', text)?.dialect).toBe('backlog-md');
    expect(read('notes/iso-9001-certificate.md', text.replace(/id: .*\n/, ''))).toBeNull();
  });

  it('BMAD: the template its tool installs is nobody’s sprint', () => {
    const text = 'development_status:\n  epic-1: backlog\n  1-1-a: backlog\n';
    expect(read('_bmad/bmm/workflows/sprint-status-template.yaml', text)).toBeNull();
    expect(ids(read('_bmad-output/implementation-artifacts/sprint-status.yaml', text))).toEqual(['epic-1', '1-1-a']);
  });

  it('a backlog table may have its columns in any order, and other prefixes', () => {
    const text = `# Product backlog\n\n| Status | ID | Priority | Ticket | Owner | Points | Depends on | Notes |\n|---|---|---|---|---|---|---|---|\n| todo | ASC-1 | P0 | Accept it | Juan | 2 | | x |\n| doing | ASC-2 | P1 | Add it | Ann | 0.5 | ASC-1 | |\n| done | US-049a | P2 | Prune it | | 3 | ASC-1, ASC-2 | y |\n`;
    const document = read('docs/backlog.md', text);
    expect(document?.dialect).toBe('reference-backlog');
    expect(document?.items.map((item) => [item.id, item.title, item.status, item.points?.value])).toEqual([
      ['ASC-1', 'Accept it', 'open', 2],
      ['ASC-2', 'Add it', 'in-progress', 0.5],
      ['US-049a', 'Prune it', 'done', 3],
    ]);
    expect(document?.items[2]?.dependencies.flatMap((each) => each.targets)).toEqual(['ASC-1', 'ASC-2']);
  });

  it('a bullet with a box needs no sign between id and title', () => {
    const text =
      '# Backlog\n\n## Ideas\n\n- B-004: Something\n- [ ] B-005 With a box\n- [x] **B-006** Done thing\n- B-007 mentioned in passing\n';
    expect(read('backlog.md', text)?.items.map((item) => [item.id, item.title, item.status])).toEqual([
      ['B-004', 'Something', 'open'],
      ['B-005', 'With a box', 'open'],
      ['B-006', 'Done thing', 'done'],
    ]);
  });

  it('a plain list whose numbers grow to three digits keeps its first ninety-nine tasks', () => {
    const rows = Array.from({ length: 250 }, (_, n) => `- [${n % 3 === 0 ? 'x' : ' '}] T${n + 1}: Do thing ${n + 1}`);
    const document = read('plan/tasks.md', `# Tasks\n\n${rows.join('\n')}\n`);
    expect(document?.dialect).toBe('checkbox-tasks');
    expect(document?.items.filter((item) => item.kind === 'task')).toHaveLength(250);
  });
});
