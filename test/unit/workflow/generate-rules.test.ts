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
