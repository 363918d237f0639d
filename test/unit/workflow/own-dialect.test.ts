// A workspace that plans with another tool gets its task lists in that tool's words and at that tool's place.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateTasks } from '../../../src/workflow/actions/generate-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { place, type Place } from './workspace';

const PRD = [
  '# PRD: B-005 — Page names',
  '',
  '**Status**: approved',
  '',
  '## Functional requirements',
  '',
  '- **FR-1**: Make names from titles',
  '- **FR-2**: Keep names that were given once',
  '',
  '## Acceptance criteria',
  '',
  '- [ ] `npm test` passes',
  '',
].join('\n');

/** What stands there already, and where the new list belongs. */
const HOMES = [
  [
    'spec-kit',
    'specs/004-search/tasks.md',
    '## Phase 1: Setup\n\n- [x] T001 Make the project\n',
    'specs/005-page-names/tasks.md',
  ],
  [
    'kiro',
    '.kiro/specs/search/tasks.md',
    '# Implementation Plan\n\n- [x] 1. Make the project\n',
    '.kiro/specs/page-names/tasks.md',
  ],
  [
    'openspec',
    'openspec/changes/search/tasks.md',
    '## 1. Setup\n\n- [x] 1.1 Make the project\n',
    'openspec/changes/page-names/tasks.md',
  ],
  ['snarktank', 'tasks/tasks-search.md', '## Tasks\n\n- [x] 1.0 Make the project\n', 'tasks/tasks-B-005-page-names.md'],
  ['checkbox-tasks', 'TODO.md', '# Todo\n\n- [x] Make the project\n', 'docs/plans/TODO-B-005-page-names.md'],
  [
    'cursor-plan',
    '.cursor/plans/search.plan.md',
    '---\nname: Search\ntodos:\n  - id: a\n    content: Make the project\n    status: completed\n---\n',
    '.cursor/plans/B-005-page-names.plan.md',
  ],
] as const;

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

describe('tasks in the words of the workspace', () => {
  it.each(HOMES)('%s', async (form, standing, text, wanted) => {
    at.write(standing, text);
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    const shown = await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md' });
    expect(shown).toMatchObject({ written: false, form, path: wanted });
    expect(at.has(wanted)).toBe(false);
    await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md', yes: true });
    const document = at.workspace.plan.document(wanted);
    expect(document).toMatchObject({ dialect: form, kind: 'tasks', belongsTo: 'B-5' });
    const work = document?.items.filter((item) => !document.items.some((other) => other.parent === item.key));
    expect(work?.map((item) => item.title)).toEqual([
      'Make names from titles',
      'Keep names that were given once',
      'Check the whole against its acceptance criteria',
    ]);
    expect(at.read(standing)).toBe(text);
  });

  it('a tool that is at home here counts before its first list', async () => {
    at.write('.kiro/specs/search/requirements.md', '# Requirements\n');
    await at.open();
    const done = await at.done(start, { idea: 'Page names for all', yes: true, step: ['Write them', 'Use them'] });
    expect(done.tasks).toBe('.kiro/specs/page-names-for-all/tasks.md');
    // The run is made of that list.
    expect(done.run?.tasks.map((task) => task.title)).toEqual(['Write them', 'Use them']);
  });

  it('a tool outweighs plain checkboxes, the config outweighs both', async () => {
    at.write('TODO.md', '# Todo\n\n- [ ] One\n');
    at.write('notes/todo.md', '# Todo\n\n- [ ] Two\n');
    at.write('specs/001-search/tasks.md', '## Phase 1: Setup\n\n- [x] T001 Make the project\n');
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    const prd = 'docs/plans/PRD-B-005-page-names.md';
    expect(await at.done(generateTasks, { prd })).toMatchObject({ form: 'spec-kit' });
    at.write('.soloflow/config.json', '{ "generate": { "tasks": "reference-tasks" } }');
    await at.open();
    expect(await at.done(generateTasks, { prd })).toMatchObject({ form: 'reference-tasks' });
  });

  it('a template of the workspace holds the tasks in those words too', async () => {
    at.write('tasks/tasks-search.md', '## Tasks\n\n- [x] 1.0 Make the project\n');
    at.write('.soloflow/templates/tasks.md', '# Our list for {{name}}\n\n## Tasks\n\n{{tasks}}\n');
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md', yes: true });
    expect(at.read('tasks/tasks-B-005-page-names.md')).toContain(
      '# Our list for B-005 — Page names\n\n## Tasks\n\n- [ ] 1.0 ',
    );
  });
});
