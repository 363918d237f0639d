// A title is mended while a run is open: whatever the run was made from, the task stays the task it was.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/model/run-event';
import { execute } from '../../../src/workflow/actions/run-actions';
import { place, type Place } from './workspace';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|--------|--------|-----------------|----------------|--------------|
| B-100 | Sums | ⭐ | 5 | todo | x | y | None |
`;
const WITH_IDS = `# Task List: B-100 Sums

## Phase 1: Build

#### Task 1.1: Add two numbers

#### Task 1.2: Write it down
`;
const WITHOUT = `# Chores

## Tasks

- [ ] Wash the dishes after dinner
- [ ] Buy milk
`;
let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

const events = (runId: string): readonly RunEvent[] =>
  at.workspace.engine.events({ runId, limit: 1000 }).map(({ event }) => event);
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds() && tries < 500; tries += 1) await new Promise((done) => setTimeout(done, 20));
  expect(holds()).toBe(true);
};

describe.each([
  { of: 'only this', input: { only: 'Add two numbers' }, text: WITH_IDS, from: 'Add two numbers', to: 'Add up' },
  { of: 'from here', input: { from: 'Add two numbers' }, text: WITH_IDS, from: 'Add two numbers', to: 'Add up' },
  {
    of: 'a selection',
    input: { selection: ['Add two numbers', 'Write it down'] },
    text: WITH_IDS,
    from: 'Add two numbers',
    to: 'Add up',
  },
  { of: 'all ready', input: { ready: true }, text: WITH_IDS, from: 'Add two numbers', to: 'Add up' },
  {
    of: 'only this, without ids',
    input: { only: 'Wash the dishes after dinner' },
    text: WITHOUT,
    from: 'Wash the dishes',
    to: 'Wash all dishes',
  },
  {
    of: 'a selection without ids',
    input: { selection: ['Wash the dishes after dinner', 'Buy milk'] },
    text: WITHOUT,
    from: 'Wash the dishes',
    to: 'Wash all dishes',
  },
])('a run of $of', ({ input, text, from, to }) => {
  it('goes on with the task under its new name, and ticks it there', async () => {
    at.write('list.md', text);
    await at.open({ watch: true });
    const run = await at.done(execute, input);
    await until(() => at.workspace.engine.pauses().length === 1);
    for (const [index, name] of [to, `${to} again`].entries()) {
      at.write('list.md', text.replace(from, name));
      await until(() => events(run.id).filter(({ type }) => type === 'task-renamed').length === index + 1);
    }
    // The same command names the task as it is called now, and means the same run.
    const renamed = at.workspace.engine.run(run.id)!.tasks.find(({ spec }) => spec.title.startsWith(to))!;
    const names = JSON.parse(
      JSON.stringify(input).replace(/"(?:Add two|Wash the)[^"]*"/, JSON.stringify(renamed.spec.title)),
    );
    expect((await at.done(execute, names)).id).toBe(run.id);
    const pause = at.workspace.engine.pauses().find(({ taskKey }) => taskKey === renamed.taskKey)!;
    await at.workspace.engine.answer(pause.id, 'done', null, 'test');
    await until(() => /✅|\[x\]/u.test(at.read('list.md')));
    expect(at.read('list.md')).toMatch(/again.*✅|\[x\].*again/u);
    expect(events(run.id).filter(({ type }) => type === 'task-removed' || type === 'run-cancelling')).toEqual([]);
  });
});

it('a document that is away for a moment takes nothing out of a run of several; one that stays away does', async () => {
  at.write('list.md', WITH_IDS);
  at.write('chores.md', WITHOUT);
  await at.open({ watch: true });
  const run = await at.done(execute, { selection: ['Add two numbers', 'Buy milk'] });
  await until(() => at.workspace.engine.pauses().length === 1);
  const asked = at.workspace.engine.pauses()[0]!.id;
  for (const away of [() => rmSync(join(at.root, 'list.md')), () => at.write('list.md', '')]) {
    away();
    await until(() => at.workspace.plan.snapshot().items.size === 2);
    await new Promise((done) => setTimeout(done, 600));
    at.write('list.md', WITH_IDS);
    await until(() => at.workspace.plan.snapshot().items.size > 4);
  }
  await new Promise((done) => setTimeout(done, 600));
  expect(at.workspace.engine.pauses().map(({ id }) => id)).toEqual([asked]);
  expect(events(run.id).filter(({ type }) => type === 'task-removed')).toEqual([]);
  rmSync(join(at.root, 'list.md'));
  await until(() => events(run.id).some(({ type }) => type === 'task-removed'));
  expect(at.workspace.engine.pauses().map(({ reason }) => reason.kind)).toEqual(['your-turn']);
});

it('a document that is moved takes its tasks along, where the run still finds them', async () => {
  at.write('backlog.md', BACKLOG);
  at.write('Task-List-B-100-Sums.md', WITH_IDS);
  await at.open({ watch: true });
  const run = await at.done(execute, { backlogItem: 'B-100' });
  await until(() => at.workspace.engine.pauses().length === 1);
  const asked = at.workspace.engine.pauses()[0]!.id;
  mkdirSync(join(at.root, 'plans'));
  renameSync(join(at.root, 'Task-List-B-100-Sums.md'), join(at.root, 'plans/Task-List-B-100-Sums.md'));
  await until(() => events(run.id).filter(({ type }) => type === 'task-renamed').length === 2);
  await at.workspace.engine.answer(asked, 'done', null, 'test');
  await until(() => at.read('plans/Task-List-B-100-Sums.md').includes('✅'));
  await new Promise((done) => setTimeout(done, 3500));
  expect(at.workspace.engine.run(run.id)?.tasks).toHaveLength(2);
  expect(events(run.id).filter(({ type }) => type === 'task-removed')).toEqual([]);
});

describe('what the run was made from gets another name', () => {
  it.each([
    { of: 'a backlog item', input: { backlogItem: 'B-100' }, path: 'backlog.md', from: 'Sums', to: 'All sums' },
    {
      of: 'a phase',
      input: { from: 'Phase 1: Build' },
      path: 'list.md',
      from: 'Phase 1: Build',
      to: 'Phase 1: Build it',
    },
  ])('$of: its tasks are still followed', async ({ input, path, from, to }) => {
    at.write('backlog.md', BACKLOG);
    at.write('list.md', WITH_IDS);
    await at.open({ watch: true });
    const run = await at.done(execute, input);
    await until(() => at.workspace.engine.pauses().length === 1);
    at.write(path, at.read(path).replace(from, to));
    await new Promise((done) => setTimeout(done, 500));
    at.write(
      'list.md',
      at.read('list.md').replace('Write it down', 'Write it up').concat('\n#### Task 1.3: Read it\n'),
    );
    await until(() => events(run.id).some(({ type }) => type === 'task-renamed'));
    await until(() => events(run.id).some((event) => event.type === 'task-added' && event.spec.title === 'Read it'));
    expect(events(run.id).filter(({ type }) => type === 'task-removed' || type === 'run-cancelling')).toEqual([]);
  });
});
