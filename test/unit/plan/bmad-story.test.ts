// Stories of BMAD: their boxes are tasks, and each knows the numbered criteria of the story it serves.
import { expect, it } from 'vitest';
import { readDraft } from '../../../src/plan/compose/read-draft';
import { planEdit } from '../../../src/plan/write/plan-edit';
import { applyEdits } from '../../../src/plan/write/text-edits';

const STORY = `# Story 1.2: Page names

Status: ready-for-dev

## Story

As a reader I want names.

## Acceptance Criteria

1. Every page has a name
2. Names stay
3. No two are alike

## Tasks / Subtasks

- [ ] Task 1: Make names (AC: 1)
  - [x] Subtask 1.1: Read titles
- [ ] Keep them (AC: #2, #3)
- [ ] **Task 3: Look at all of it** (AC: 1-3)
- [ ] Write about (ACME: 2) names

## Dev Notes

- [ ] Not a task
`;
const read = (text: string) => {
  const document = readDraft('docs/stories/1.2.page-names.md', text);
  if (document === null) throw new Error('not read');
  return document;
};

it('are read with numbers, criteria and parents', () => {
  const { items, problems, dialect, kind } = read(STORY);
  expect([dialect, kind, problems]).toEqual(['checkbox-tasks', 'tasks', []]);
  expect(items.map(({ id, title, status }) => [id, title, status])).toEqual([
    ['1', 'Make names', 'open'],
    ['1.1', 'Read titles', 'done'],
    [null, 'Keep them', 'open'],
    ['3', 'Look at all of it', 'open'],
    [null, 'Write about (ACME: 2) names', 'open'],
  ]);
  const [first, , second, third] = items;
  expect(first?.criteria).toMatchObject([{ text: 'Every page has a name', line: 11 }]);
  expect(second?.criteria.map(({ text }) => text)).toEqual(['Names stay', 'No two are alike']);
  expect(third?.criteria).toHaveLength(3);
  expect(items[1]?.parent).toBe(first?.key);
});

it('a task is ticked by one byte', () => {
  const document = read(STORY);
  const key = document.items[2]?.key ?? '';
  const edits = planEdit(document, STORY, { kind: 'set-status', key, status: 'done' });
  expect(edits.ok && applyEdits(STORY, edits.value)).toBe(STORY.replace('- [ ] Keep', '- [x] Keep'));
});
