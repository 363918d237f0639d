// Measures of goals: figures that must rise and figures that must fall, as people write them.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { goal } from '../../../src/workflow/actions/goal-actions';
import { place, type Place } from './workspace';

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

it.each([
  ['Pages with a name: 40 / 40', true],
  ['Pages with a name: 39 / 40', false],
  ['Build time: 95 s / ≤ 60 s', false],
  ['Build time: 60 s / <= 60 s', true],
  ['Build time: 41 s / at most 60 s', true],
  ['Crashes a week: 2 / < 2', false],
  ['Crashes a week: 1 / under 2', true],
  ['Open bugs: 7 / 3 (lower is better)', false],
  ['Open bugs: 3 / 3 (lower is better)', true],
  ['Cost: 1,5 / max 2', true],
  ['Readers are happy', null],
])('%s', async (measure, reached) => {
  at.write('docs/goals.md', `# Goals\n\n## GOAL-001: Better\n\n**Status**: active\n\n**Measures**:\n\n- ${measure}\n`);
  await at.open();
  const done = await at.done(goal, { do: 'track-progress', goal: 'GOAL-001' });
  expect(done).toMatchObject({ measures: [{ text: measure, reached }] });
});
