// What generation makes of titles, names over lists, and limits: found by reading lists made from real PRDs.
import { describe, expect, it } from 'vitest';
import { deriveTasks } from '../../../src/plan/compose/derive-tasks';
import { readDraft } from '../../../src/plan/compose/read-draft';
import { taskType } from '../../../src/plan/compose/task-rules';

describe('the type of a task by its title', () => {
  it.each([
    ['Create the migration script', 'database'],
    ['Run the schema migration', 'database'],
    ['Extend the sessions table with a device column', 'database'],
    ['Move pages by content migration', 'development'],
    ['Describe settings with a JSON schema', 'development'],
    ['Remove the dead database sync check', 'development'],
    ['Compare the figures before and after migration', 'research'],
    ['Plan the order of the migration', 'research'],
    ['Core research agent implementation', 'development'],
    ['Deploy to production', 'deployment'],
    ['Post-deployment monitoring and validation', 'testing'],
    ['Enhance the deployment and operations guide in chapter 4', 'documentation'],
    ['Create 01_getting-started.md with a map', 'documentation'],
    ['Create the performance report', 'documentation'],
    ['Implement comprehensive testing across all users', 'testing'],
    ['Implement aggregation and analysis', 'development'],
    ['Build guide search', 'development'],
    ['Security audit logging and monitoring', 'development'],
    ['Architecture design with limits in mind', 'research'],
    ['Codify the naming policy in docs/names.md', 'documentation'],
    ['Add log capture; document it in docs/logs.md', 'development'],
  ])('%s: %s', (title, type) => {
    expect(taskType(title)).toBe(type);
  });
});

const tasksOf = (...lines: readonly string[]) => {
  const path = 'docs/plans/PRD-B-005-page-names.md';
  const text = ['# PRD: B-005 — Page names', '', ...lines, ''].join('\n');
  const document = readDraft(path, text);
  if (document === null) throw new Error('not read as a PRD');
  return deriveTasks({ prd: { document, text }, item: null, testCommand: null }).flatMap((group) => group.tasks);
};

it('a name over a list of checks stands for its checks', () => {
  const tasks = tasksOf(
    '## Functional requirements',
    '',
    '- **FR-1**: Make names from titles',
    '- **FR-2**: Keep names once given',
    '',
    '## Acceptance criteria',
    '',
    '1. **Reliability**',
    '   - [ ] No page is lost',
    '   - [ ] Broken links are told',
    '- Works for pages of any kind',
    '  - a remark about it',
  );
  expect(tasks.at(-1)?.criteria).toEqual([
    'Reliability: No page is lost',
    'Reliability: Broken links are told',
    'Works for pages of any kind',
  ]);
});

it('limits without a number are checked at the end, those with one are work', () => {
  const tasks = tasksOf(
    '## Functional requirements',
    '',
    '- Make names from titles',
    '- No breaking changes to the API',
    '- Use the existing search',
    '- **FR-3**: Keep names that were given once',
  );
  expect(tasks.map((task) => task.title)).toContain('Keep names that were given once');
  const limited = tasksOf(
    '## Functional requirements',
    '',
    '- Make names from titles',
    '- No breaking changes to the API',
    '- Links must be maintained',
  );
  expect(limited.map((task) => task.title)).toEqual([
    'Make names from titles',
    'Check the whole against its acceptance criteria',
  ]);
  expect(limited.at(-1)?.criteria).toEqual(['No breaking changes to the API', 'Links must be maintained']);
});

it('signs that were spaced in the plan are not spaced in a title', () => {
  const tasks = tasksOf(
    '## 7. Implementation plan',
    '',
    '### What are the phases?',
    '',
    '1. **Foundation** (2 hours): Set up the names',
    '2. **Pages**  - Move the pages',
  );
  for (const { title } of tasks) expect(title).not.toMatch(/ :|\s\s/);
});

const needsOf = (...lines: readonly string[]): readonly string[] =>
  tasksOf(...lines).map((task) => `${task.number} ${task.dependencies.join(' ')}`.trim());
const PHASES = [
  '## 7. Implementation plan',
  '',
  '### What are the phases?',
  '',
  '1. **Phase 1: Names** (2 days) - Make them',
  '2. **Phase 2: Pages** (2 days) - Write them',
  '3. **Phase 3: Index** (2 days) - List them',
  '4. **Phase 4: Feed** (2 days) - Tell of them',
  '5. **Phase 5: Release** (2 days) - All of it',
];

it('phases follow one another', () => {
  expect(needsOf(...PHASES)).toEqual(['1.1', '1.2 1.1', '1.3 1.2', '1.4 1.3', '1.5 1.4']);
});

it('or come as the PRD says', () => {
  const said = [
    ...PHASES,
    '',
    '### What are the dependencies?',
    '',
    '- **Phase 1**: No dependencies, can start at once',
    '- **Phase 3**: Requires Phase 1 names',
    '- **Phase 4**: Can run in parallel with Phase 3',
    '- **Phase 5**: Requires Phases 2-4 to be complete',
  ];
  expect(needsOf(...said)).toEqual(['1.1', '1.2 1.1', '1.3 1.1', '1.4 1.1', '1.5 1.2 1.3 1.4']);
});

it('a test comes after what its phase makes, the next phase after all of it', () => {
  const lines = [
    '## 7. Implementation plan',
    '',
    '1. **Phase 1: Names** (2h)',
    '   - Make names from titles',
    '   - Write the guide',
    '   - Test names of every length',
    '2. **Phase 2: Pages** (2h)',
    '   - Use the names',
  ];
  expect(needsOf(...lines)).toEqual(['1.1', '1.2', '1.3 1.1', '2.1 1.1 1.2 1.3']);
});

it('the quality gates of the whole are gates of the last check, and the head says how urgent it is', () => {
  const tasks = tasksOf(
    '**Priority**: 🔥 High',
    '',
    '## 3. Acceptance criteria',
    '',
    '### How do we know it is done?',
    '',
    '- [ ] Every page can be found',
    '',
    '### What are the quality gates?',
    '',
    '- [ ] **Review**: A second person read it',
    '- [ ] `npm test` passes',
    '',
    '## 7. Implementation plan',
    '',
    '1. **Phase 1: Names** (2h)',
    '   - Make names',
    '   - Keep names',
  );
  expect(tasks.at(-1)?.criteria).toEqual(['Every page can be found']);
  expect(tasks.at(-1)?.gates.slice(0, 2)).toEqual(['Review: A second person read it', '`npm test` passes']);
  expect(tasks.map((task) => task.priority)).toEqual(['High', 'High', 'High']);
});
