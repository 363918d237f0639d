// What documents say about waiting for a person, as it reaches a run: on the item, on what it is a part of, on the task.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { status } from '../../../src/workflow/actions/record-actions';
import { execute, retry, skip } from '../../../src/workflow/actions/run-actions';
import { describePause } from '../../../src/workflow/words/pause-words';
import { english } from '../../../src/workflow/words/translate';
import { place, type Place } from './workspace';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|--------|--------|-----------------|----------------|--------------|
| B-100 | Billing | ⭐ | 5 | todo | x | y | None |
<!-- human_required: true -->
`;
const task = (id: string, title: string, ...fields: readonly string[]): string =>
  [`#### Task ${id}: ${title}`, ...fields, '**Commands**:', '```bash', 'true', '```', ''].join('\n');

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

/** Answers with "go on" until nobody is asked; what was asked. */
async function asked(input: Record<string, unknown>): Promise<readonly string[]> {
  await at.open();
  at.workspace.approvals.approve(['true'], 'test');
  const run = await at.done(execute, { ...input, autoAdvance: true });
  const said: string[] = [];
  for (;;) {
    const view = await at.workspace.engine.settled(run.id);
    const pause = at.workspace.engine.pauses()[0];
    if (pause === undefined) return [...said, view.run.status];
    const of = view.tasks.find(({ taskKey }) => taskKey === pause.taskKey)?.spec.title;
    said.push(`${String(of)}: ${describePause(pause.reason, english)}`);
    const choice = pause.choices.find(({ id }) => id === 'run')?.id ?? pause.default;
    await at.workspace.engine.answer(pause.id, choice, null, 'test');
  }
}

it('a backlog item that needs a person is asked about once, whatever its tasks are run by', async () => {
  at.write('backlog.md', BACKLOG);
  at.write('Task-List-B-100-Billing.md', `# Task List: B-100 Billing\n\n${task('1.1', 'Add')}\n${task('1.2', 'Sum')}`);
  const once = ['Add: The plan says a person is required here', 'succeeded'];
  expect(await asked({ backlogItem: 'B-100' })).toEqual(once);
  at.write('Task-List-B-100-Billing.md', `# Task List: B-100 Billing\n\n${task('1.1', 'Add')}\n${task('1.2', 'Sum')}`);
  expect(await asked({ tasks: 'Task-List-B-100-Billing.md' })).toEqual(once);
});

it('a phase that needs a person is asked about once, wherever it says so; the next one is not', async () => {
  for (const mark of ['**Human Required**: yes', '- Human Required: yes', '<!-- human_required: true -->']) {
    at.write(
      'list.md',
      ['# Task List: Release', '', '## Phase 1: Ship', '', mark, '', task('1.1', 'Pack'), task('1.2', 'Sign')]
        .concat('## Phase 2: Tell', '', task('2.1', 'Write'), '')
        .join('\n'),
    );
    expect(await asked({ tasks: 'list.md' })).toEqual(['Pack: The plan says a person is required here', 'succeeded']);
  }
});

it('what is asked leads to where the task stands now, also below a text that came in above it', async () => {
  at.write('list.md', `# Task List: Lines\n\n${task('1.1', 'Look', '**Human Required**: yes')}`);
  await at.open();
  at.workspace.approvals.approve(['true'], 'test');
  const run = await at.done(execute, { tasks: 'list.md' });
  await at.workspace.engine.settled(run.id);
  at.write('list.md', `# Task List: Lines\n\nSome words.\n\n${task('1.1', 'Look', '**Human Required**: yes')}`);
  await at.open();
  at.workspace.approvals.approve(['true'], 'test');
  const again = await at.done(skip, { item: '1.1' }).then(() => at.done(retry, { item: '1.1' }));
  await at.workspace.engine.settled(again.id);
  expect(at.workspace.engine.pauses()[0]?.suggestion).toMatchObject({ kind: 'review', line: 5 });
  expect(await at.done(status, {})).toMatchObject({ runs: [{ tasks: [{ line: 5 }] }] });
});

it("a task's own Smart Pause is heeded, with the reason that stands there", async () => {
  at.write(
    'list.md',
    [
      '# Task List: Servers',
      '',
      task('1.1', 'Start the server', '**Auto-Advance**: yes', '**Smart Pause**: yes (pause for MCP server testing)'),
      task('1.2', 'Flip the flag', '**Auto-Advance**: yes', '**Smart Pause**: yes - Should task pause for user input?'),
      task('1.3', 'Deploy to staging', '**Smart Pause**: no - No user input required'),
      task('1.4', 'Deploy to production', '**Smart Pause**: —'),
      task('1.5', 'Tell', '**Solo Workflow**: Auto-Advance: yes • Context: yes • Smart Pause: yes'),
    ].join('\n'),
  );
  expect(await asked({ tasks: 'list.md' })).toEqual([
    'Start the server: pause for MCP server testing (Smart Pause)',
    'Flip the flag: The plan asks to wait for a person here (Smart Pause)',
    'Deploy to production: Deployment step: goes on only when you say so',
    'Tell: The plan asks to wait for a person here (Smart Pause)',
    'succeeded',
  ]);
});
