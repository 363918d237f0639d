// A sprint whose items wait for each other: planning says so for each, running refuses with one sentence, nothing is written.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sprint } from '../../../src/workflow/actions/sprint-actions';
import { describeFailure } from '../../../src/workflow/words/failure-words';
import { english } from '../../../src/workflow/words/translate';
import { place, type Place } from './workspace';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|--------|--------|-----------------|----------------|--------------|
| B-001 | Page names | ⭐ | 5 | todo | x | y | B-002 |
| B-002 | Index file | ⭐ | 3 | todo | x | y | B-001 |
| B-003 | Reading times | 🔧 | 2 | todo | x | y | None |
`;
const SPRINTS = '# Sprints\n\n## SPRINT-001: Round\n\n**Status**: planned\n\n**Items**:\n\n- [ ] B-001\n- [ ] B-002\n';

let at: Place;
beforeEach(async () => {
  at = place();
  at.write('docs/backlog.md', BACKLOG);
  await at.open();
});
afterEach(() => at.remove());

it('planning leaves them out and says why; the rest is planned', async () => {
  const plan = await at.done(sprint, { do: 'plan', sprint: 'SPRINT-002' });
  expect(plan).toMatchObject({ chosen: [{ id: 'B-003' }], written: null });
  const { leftOut } = plan as { readonly leftOut: readonly { readonly id: string; readonly why: string }[] };
  expect(leftOut.map(({ id }) => id).sort()).toEqual(['B-001', 'B-002']);
  for (const { why } of leftOut) expect(why).toMatch(/wait|cycle|each other/i);
});

it('running it is refused with one answer, and nothing is written', async () => {
  at.write('docs/sprints.md', SPRINTS);
  await at.open();
  const done = await at.run(sprint, { do: 'execute-tasks', sprint: 'SPRINT-001' });
  expect(done.ok ? '' : describeFailure(done.error, english)).toContain('wait for each other');
  expect(at.read('docs/sprints.md')).toBe(SPRINTS);
  expect(at.read('docs/backlog.md')).toBe(BACKLOG);
  expect(at.workspace.engine.runs()).toEqual([]);
});

it('a sprint cannot carry over into itself', async () => {
  at.write('docs/sprints.md', SPRINTS);
  await at.open();
  const done = await at.run(sprint, { do: 'complete', sprint: 'SPRINT-001', into: 'sprint-1' });
  expect(done.ok ? '' : describeFailure(done.error, english)).toContain('is the same sprint');
  expect(at.read('docs/sprints.md')).toBe(SPRINTS);
});
