// A workspace that plans with another tool gets its task lists in that tool's words and at that tool's place.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateTasks } from '../../../src/workflow/actions/generate-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { normalId } from '../../../src/plan/graph/ids';
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

describe('a Backlog.md project', () => {
  const STANDING = 'backlog/tasks/task-7 - Search.md';
  beforeEach(() => {
    at.write(
      'backlog/config.yml',
      'project_name: "x"\nstatuses: ["To Do", "In Progress", "Done"]\ntask_prefix: "task"\n',
    );
    at.write(
      STANDING,
      "---\nid: TASK-7\ntitle: Search\nstatus: To Do\nassignee: []\ncreated_date: '2026-01-01'\nlabels: []\ndependencies: []\n---\n\n## Description\n\nFind pages.\n",
    );
  });

  it('an idea becomes a task of its own with its parts in files below it; ship ends it', async () => {
    await at.open();
    const begun = await at.done(start, {
      idea: "Names: what's in them?",
      points: 2,
      score: 4,
      problem: 'Addresses are ugly',
      step: ['Make names', 'Keep names'],
      accept: ['Every page has a name'],
      yes: true,
    });
    expect(begun.item).toMatchObject({ id: 'TASK-8', path: 'backlog/tasks/task-8 - Names-what-s-in-them.md' });
    expect(begun.documents.map(({ path }) => path)).toEqual([
      'backlog/tasks/task-8 - Names-what-s-in-them.md',
      'backlog/tasks/task-8.1 - Make-names.md',
      'backlog/tasks/task-8.2 - Keep-names.md',
      'backlog/tasks/task-8.3 - Check-the-whole-against-its-acceptance-criteria.md',
    ]);
    expect(at.workspace.plan.snapshot().problems).toEqual([]);
    expect(at.workspace.plan.find('TASK-8')).toMatchObject({
      ok: true,
      value: { title: "Names: what's in them?", status: 'in-progress', criteria: [{ text: 'Every page has a name' }] },
    });
    expect(at.workspace.plan.find('TASK-8.2')).toMatchObject({
      ok: true,
      value: { kind: 'subtask', dependencies: [{ text: 'TASK-8.1' }], status: 'open' },
    });
    expect(begun.run?.tasks.map(({ id }) => id)).toEqual(['TASK-8.1', 'TASK-8.2', 'TASK-8.3']);
    expect(at.files().some((path) => path.startsWith('docs/'))).toBe(false);

    const again = await at.run(start, { idea: 'names – whats in them' });
    expect(again).toMatchObject({ ok: false, error: { kind: 'duplicate-idea' } });
    const runs = await at.run(start, { idea: 'TASK-8', yes: true });
    expect(runs.ok ? '' : JSON.stringify(runs.error)).toContain('runs already');

    await at.workspace.engine.wish({ kind: 'cancel', runId: begun.run?.id ?? '' }, 'test');
    const shown = await at.done(ship, { item: 'TASK-8' });
    expect(shown.unfinished.map(({ name }) => name.split(':')[0])).toEqual(['TASK-8.1', 'TASK-8.2', 'TASK-8.3']);
    await at.done(ship, { item: 'TASK-8', yes: true, force: true });
    expect(at.read(begun.item.path)).toContain('status: Done');
    expect(at.has('docs/plans/archive/RUN-TASK-8.md')).toBe(true);
  });

  it('a task that stands there is begun, with a PRD where it needs one', async () => {
    await at.open();
    const begun = await at.done(start, { idea: 'TASK-7', points: 8, score: 2, yes: true });
    expect(begun.prd.path).toBe('docs/plans/PRD-TASK-7-search.md');
    expect(at.read(STANDING)).toContain('status: In Progress');
    expect(at.workspace.plan.document('docs/plans/PRD-TASK-7-search.md')?.belongsTo).toBe(normalId('TASK-7'));
    expect(begun.run?.tasks.map(({ id }) => id)).toEqual(['TASK-7.1']);
    expect(at.read(begun.prd.path ?? '')).not.toContain('Task-List');
  });

  it('tasks of a PRD that belongs to no task here stand beside the others', async () => {
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    const done = await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md', yes: true });
    expect(done).toMatchObject({ form: 'backlog-md', path: 'backlog/tasks/task-8 - Make-names-from-titles.md' });
    expect(at.workspace.plan.find('TASK-10')).toMatchObject({ ok: true, value: { status: 'open' } });
    expect(at.read('backlog/tasks/task-8 - Make-names-from-titles.md')).toContain('Backlog item: B-005');
  });
});

describe('a Task Master project', () => {
  const FILE = '.taskmaster/tasks/tasks.json';
  const LIST = JSON.stringify(
    {
      master: { tasks: [{ id: 1, title: 'Old', status: 'done', dependencies: [], priority: 'low', subtasks: [] }] },
      next: {
        tasks: [
          { id: 7, title: 'Search', description: 'Find it', status: 'pending', dependencies: [], priority: 'high' },
        ],
        metadata: { description: 'What comes', own: 'ü' },
      },
    },
    null,
    4,
  );
  beforeEach(() => {
    at.write(FILE, LIST);
    at.write('.taskmaster/state.json', '{ "currentTag": "next" }');
  });

  it('gets one task with a sub-task each in the current tag, and every other byte stays', async () => {
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    const prd = 'docs/plans/PRD-B-005-page-names.md';
    expect(await at.done(generateTasks, { prd })).toMatchObject({ form: 'task-master', path: FILE, commands: [] });
    expect(at.read(FILE)).toBe(LIST);
    await at.done(generateTasks, { prd, yes: true });
    const text = at.read(FILE);
    const added = text.indexOf(',\n            {\n                "id": 8');
    const end = text.length - (LIST.length - added);
    expect(text.slice(0, added) + text.slice(end)).toBe(LIST);
    const { tasks } = (JSON.parse(text) as { next: { tasks: Record<string, unknown>[] } }).next;
    expect(tasks[1]).toMatchObject({ id: 8, title: 'Page names', status: 'pending', dependencies: [] });
    expect(String(tasks[1]?.['details'])).toContain('Backlog item: B-005\nPRD: docs/plans/PRD-B-005-page-names.md');
    expect(tasks[1]?.['subtasks']).toMatchObject([
      { id: 1, title: 'Make names from titles', status: 'pending', dependencies: [] },
      { id: 2, title: 'Keep names that were given once' },
      { id: 3, dependencies: [1, 2], testStrategy: expect.stringContaining('`npm test` passes') },
    ]);
    expect(at.workspace.plan.snapshot().problems).toEqual([]);
    expect(at.workspace.plan.find('8.3')).toMatchObject({ ok: true, value: { kind: 'subtask', status: 'open' } });
    // What stands there is not made a second time without being asked for.
    expect(await at.run(generateTasks, { prd, yes: true })).toMatchObject({ ok: false, error: { field: 'B-5' } });
    expect(at.read(FILE)).toBe(text);
  });

  it("an idea runs its own sub-tasks there and nobody else's; ship knows them", async () => {
    await at.open();
    const begun = await at.done(start, { idea: 'Page names', points: 2, score: 4, step: ['Make', 'Keep'], yes: true });
    expect(begun.documents.map(({ path }) => path)).toEqual(['docs/backlog.md', FILE]);
    expect(begun.run?.tasks.map(({ id, title }) => `${id ?? ''} ${title}`)).toEqual(['8.1 Make', '8.2 Keep']);
    expect(at.workspace.plan.find('8.2')).toMatchObject({ value: { dependencies: [{ targets: ['8.1'] }] } });
    await at.workspace.engine.wish({ kind: 'cancel', runId: begun.run?.id ?? '' }, 'test');
    const shown = await at.done(ship, { item: 'B-001' });
    expect(shown.unfinished.map(({ name }) => name)).toEqual(['8.1: Make', '8.2: Keep']);
    // Another idea beside it keeps its own.
    const other = await at.done(start, {
      idea: 'A quick search',
      points: 2,
      score: 4,
      step: ['Look', 'Find'],
      yes: true,
    });
    expect(other.run?.tasks.map(({ title }) => title)).toEqual(['Look', 'Find']);
  });

  it('ids as texts are followed by texts, a list in another shape by the reference form', async () => {
    at.write(FILE, '{"tasks":[{"id":"3","title":"Old","status":"done","dependencies":[]}]}');
    at.write('docs/plans/PRD-B-005-page-names.md', PRD);
    await at.open();
    await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md', yes: true });
    expect(JSON.parse(at.read(FILE))).toMatchObject({
      tasks: [{ id: '3' }, { id: '4', subtasks: [{ id: 1 }, {}, {}] }],
    });
    at.write('.soloflow/config.json', '{ "generate": { "tasks": "beads" } }');
    await at.open();
    const shown = await at.done(generateTasks, { prd: 'docs/plans/PRD-B-005-page-names.md', again: true });
    expect(shown).toMatchObject({ form: 'reference-tasks', notes: [expect.stringContaining('nothing of beads')] });
  });
});

describe('a BMAD project', () => {
  const BOARD = 'docs/stories/sprint-status.yaml';
  const STATUS = [
    'project: Pages',
    'story_location: "docs/stories" # all of them',
    '',
    'development_status:',
    '  epic-1: done',
    '  1-1-search: done',
    '  epic-1-retrospective: optional',
    '',
    '  # what comes',
    '  epic-2: in-progress',
    '  2-1-links: ready-for-dev # soon',
    '  epic-2-retrospective: optional',
    '',
  ].join('\r\n');

  it('gets a story of the open epic with tasks that name their criteria, and a line in the status file', async () => {
    at.write(BOARD, STATUS);
    at.write('docs/plans/PRD-B-005-page-names.md', `${PRD}- [ ] All addresses are short\n- [ ] No address is lost\n`);
    await at.open();
    const prd = 'docs/plans/PRD-B-005-page-names.md';
    const path = 'docs/stories/2-2-page-names.md';
    expect(await at.done(generateTasks, { prd })).toMatchObject({ form: 'bmad', path });
    await at.done(generateTasks, { prd, yes: true });
    const story = at.read(path);
    expect(story).toMatch(/^# Story 2\.2: Page names\n\nStatus: ready-for-dev\n/);
    expect(story).toContain(
      '## Acceptance Criteria\n\n1. All addresses are short\n2. No address is lost\n\n## Tasks / Subtasks\n',
    );
    expect(story).toContain('- [ ] Task 3: Check the whole against its acceptance criteria (AC: 1, 2)\n');
    expect(at.read(BOARD)).toBe(STATUS.replace('# soon\r\n', '# soon\r\n  2-2-page-names: ready-for-dev\r\n'));
    const document = at.workspace.plan.document(path);
    expect(document).toMatchObject({ kind: 'tasks', belongsTo: 'B-5' });
    expect(document?.items.map(({ id, title }) => `${id ?? ''} ${title}`)).toEqual([
      '1 Make names from titles',
      '2 Keep names that were given once',
      '3 Check the whole against its acceptance criteria',
    ]);
    expect(document?.items[2]?.criteria.map(({ text }) => text)).toEqual([
      'All addresses are short',
      'No address is lost',
    ]);
    expect(document?.items[2]?.dependencies.flatMap(({ targets }) => targets)).toEqual(['1', '2']);
    expect(at.workspace.plan.snapshot().problems).toEqual([]);
  });

  it('a new epic where all are closed', async () => {
    at.write(
      BOARD,
      STATUS.replace('epic-2: in-progress', 'epic-2: done').replace('links: ready-for-dev', 'links: done'),
    );
    await at.open();
    const done = await at.done(start, { idea: 'Page names', points: 2, score: 4, step: ['Make', 'Keep'], yes: true });
    expect(done.tasks).toBe('docs/stories/3-1-page-names.md');
    expect(done.run?.tasks.map(({ title }) => title)).toEqual(['Make', 'Keep']);
    expect(at.read(BOARD)).toMatch(
      /\r\n\r\n {2}epic-3: backlog\r\n {2}3-1-page-names: ready-for-dev\r\n {2}epic-3-retrospective: optional\r\n$/,
    );
  });

  it('older stories without a status file follow one another, in their way of naming', async () => {
    at.write('docs/stories/1.3.search.md', '# Story 1.3: Search\n\n## Tasks / Subtasks\n\n- [ ] Look (AC: 1)\n');
    await at.open();
    const done = await at.done(start, { idea: 'Page names', points: 2, score: 4, step: ['Make', 'Keep'] });
    expect(done.tasks).toBe('docs/stories/1.4.page-names.md');
  });
});
