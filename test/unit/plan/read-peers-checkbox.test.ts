import { describe, expect, it } from 'vitest';
import type { Item } from '../../../src/model/plan';
import { checkboxTasks } from '../../../src/plan/read/checkbox-tasks';

const context = { sideFiles: new Map<string, string>() };
const read = (text: string, path = 'TODO.md') => checkboxTasks.read({ path, text }, context);
const byTitle = (text: string, title: string): Item => {
  const found = read(text).items.find((item) => item.title === title);
  if (found === undefined) throw new Error(`no item "${title}"`);
  return found;
};

const FULL = `# Todo

## Phase 1: Base

- [ ] T-1: Build it (depends on T-0, T-4)
  - Priority: High
  - Auto-Advance: no (needs a look)
  - Pause After: yes
  - Command: \`npm test\`
  - Commands:
    \`\`\`bash
    echo a
      echo b
    \`\`\`
  - Acceptance:
    - [ ] works \`npm run x\`
    - [x] fast
  - Gate: \`npm run lint\`
  - When Ready Prompt: "ok?"
  - [x] sub one
- [-] P1 second @bob #ui
* [?] odd

## Acceptance criteria
- [ ] no task
`;

describe('generic checkbox lists', () => {
  it('reads the fields of a task', () => {
    const item = byTitle(FULL, 'Build it');
    expect(item).toMatchObject({ id: 'T-1', kind: 'task', status: 'open', line: 5, readyPrompt: 'ok?' });
    expect(item.priority?.value).toBe('High');
    expect(item.dependencies.map((each) => each.targets)).toEqual([['T-0'], ['T-4']]);
    expect(item.autoAdvance).toMatchObject({ value: false, text: 'no (needs a look)' });
    expect(item.pauseAfter?.value).toBe(true);
    expect(item.commands.map((each) => each.text)).toEqual(['npm test', 'echo a\n  echo b']);
    expect(item.criteria.map((each) => [each.text, each.done, each.command])).toEqual([
      ['works `npm run x`', false, 'npm run x'],
      ['fast', true, null],
    ]);
    expect(item.gates.map((each) => each.command)).toEqual(['npm run lint']);
  });

  it('reads a time limit', () => {
    expect(byTitle('- [ ] Slow\n  - Timeout: 5 min\n', 'Slow').timeLimit).toMatchObject({ value: 300_000 });
  });

  it('takes code that a criterion only mentions for no command', () => {
    const item = byTitle(
      '- [ ] Guide\n  - Acceptance Criteria:\n    - [ ] `guide.md` exists\n    - [ ] Never runs `git push --force`\n    - [ ] `npm test` passes\n  - Gate: the word `login` is explained\n',
      'Guide',
    );
    expect(item.criteria.map(({ command }) => command)).toEqual([null, null, 'npm test']);
    expect(item.gates.map(({ command }) => command)).toEqual([null]);
  });

  it('nests by indentation and keeps criteria out of the tree', () => {
    const document = read(FULL);
    expect(document.items.map((item) => [item.kind, item.title])).toEqual([
      ['phase', 'Phase 1: Base'],
      ['task', 'Build it'],
      ['subtask', 'sub one'],
      ['task', 'second @bob #ui'],
      ['task', 'odd'],
    ]);
    const [phase, task, sub] = document.items;
    expect(task?.parent).toBe(phase?.key);
    expect(sub?.parent).toBe(task?.key);
  });

  it('reads an unknown marker as open and reports it', () => {
    expect(byTitle(FULL, 'odd').status).toBe('open');
    expect(read(FULL).problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([
      ['unknown-marker', 22, 4],
    ]);
  });

  it('leaves fences, comments, references and links alone', () => {
    const text =
      '# Tasks\n\n- [ ] real\n\n```\n- [ ] code\n```\n\n<!--\n- [ ] hidden\n-->\n- [1] reference\n- [x](link) no\n';
    expect(read(text).items.map((item) => item.title)).toEqual(['real']);
  });

  it('says what an open fence swallows', () => {
    const found = read('- [ ] a\n\n```\n- [ ] b\n- [ ] c\n');
    expect(found.items).toHaveLength(1);
    expect(found.problems.map((problem) => [problem.code, problem.line])).toEqual([['unreadable-row', 3]]);
  });

  it.each([
    ['README.md', '# Tool\n\n- [ ] a\n', 0],
    ['docs/guides/tasks.md', '# Tasks\n- [ ] a\n', 0],
    ['templates/TODO.md', '# Tasks\n- [ ] a\n', 0],
    ['docs/release-checklist.md', '# Release\n- [ ] a\n', 0],
    ['notes.md', 'Some prose\n\n- [ ] bring milk\n', 0],
    ['notes.md', '# Notes\n\n## Acceptance Criteria\n- [ ] a\n', 0],
    ['TODO.md', 'nothing\n', 0],
    ['TODO.md', '- [ ] a\n', 0.5],
    ['notes.md', '# Notes\n\n## 📋 Tasks\n- [ ] a\n', 0.3],
    ['docs/login-tasks.md', '- [ ] a\n', 0.5],
  ])('claims %s by name or heading', (path, text, claim) => {
    expect(checkboxTasks.claim({ path, text })).toBe(claim);
  });
});
