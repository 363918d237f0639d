// What a run is made of, for each way to say it: a document, a backlog item, a sprint, a goal, a selection, from here,
// only this, all that is ready.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { ok } from '../../../src/model/result';
import type { RunScope } from '../../../src/model/run';
import type { Plan } from '../../../src/plan/ports';
import { createPlan } from '../../../src/plan/plan-index';
import { createDiskDocuments } from '../../../src/system/document-files';
import { createPlanPort } from '../../../src/workflow/plan-port';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
| --- | --- | --- | --- | --- | --- | --- | --- |
| B‑100 | Sums | 🔥 | 3 | todo | Add | node | None |
| B‑200 | Words | ⭐ | 2 | todo | Write | node | B-100 |
`;
const LIST = `# Task List: B-100 Sums

### Phase 1: Build

#### Task 1.1: Add
**Status**: ✅ Completed

#### Task 1.2: Subtract
**Dependencies**: Task 1.1

#### Task 1.3: Multiply
**Dependencies**: Task 1.2

### Phase 2: Say

#### Task 2.1: Tell
**Dependencies**: Phase 1
`;
const PRD = `# PRD: B-200 Words

## 7. Implementation Plan

### Phase 1: Write

#### Task 1.1: Spell
**Priority**: High

#### Task 1.2: Print
**Dependencies**: Task 1.1
`;
const FILES = { 'backlog.md': BACKLOG, 'Task-List-B-100-Sums.md': LIST, 'PRD-B-200-Words.md': PRD };
let root: string;
let plan: Plan;
const config = configSchema.parse({});

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-scope-'));
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  plan = createPlan(createDiskDocuments({ root, config: () => config }), { config: () => config });
  await plan.open();
});
afterAll(() => {
  plan.dispose();
  rmSync(root, { recursive: true, force: true });
});

const keyOf = (title: string): string => {
  const found = [...plan.snapshot().items.values()].find((item) => item.title === title);
  if (found === undefined)
    throw new Error(`no ${title} in ${[...plan.snapshot().items.values()].map((item) => item.title).join(', ')}`);
  return found.key;
};
const tasksOf = (scope: RunScope) => {
  const port = createPlanPort({
    plan,
    config: () => config,
    keysOf: ({ kind, id }) => ok({ title: `${kind} ${id}`, keys: [keyOf('Words'), keyOf('Multiply')] }),
    testCommand: () => null,
  });
  const found = port.tasks(scope);
  return found.ok ? found.value.tasks.map(({ title }) => title) : found.error;
};

describe('a run of', () => {
  it('a task list or a PRD: its tasks in order, phases only group', () => {
    expect(tasksOf({ kind: 'document', path: 'Task-List-B-100-Sums.md' })).toEqual([
      'Add',
      'Subtract',
      'Multiply',
      'Tell',
    ]);
    expect(tasksOf({ kind: 'document', path: 'PRD-B-200-Words.md' })).toEqual(['Spell', 'Print']);
    expect(tasksOf({ kind: 'document', path: 'nothing.md' })).toMatchObject({ kind: 'unknown-document' });
  });
  it('a backlog item: the tasks of its documents', () => {
    expect(tasksOf({ kind: 'item', key: keyOf('Sums') })).toEqual(['Add', 'Subtract', 'Multiply', 'Tell']);
    expect(tasksOf({ kind: 'item', key: keyOf('Words') })).toEqual(['Spell', 'Print']);
    expect(tasksOf({ kind: 'item', key: 'nobody' })).toMatchObject({ kind: 'unknown-item' });
  });
  it('a phase: what stands below it', () => {
    const phase = [...plan.snapshot().items.values()].find(
      ({ kind, title }) => kind === 'phase' && title.includes('Build'),
    );
    expect(tasksOf({ kind: 'item', key: phase?.key ?? '' })).toEqual(['Add', 'Subtract', 'Multiply']);
  });
  it('a sprint or a goal: the work of what it names', () => {
    expect(tasksOf({ kind: 'sprint', id: 'S-1' })).toEqual(['Spell', 'Print', 'Multiply']);
    expect(tasksOf({ kind: 'goal', id: 'G-1' })).toEqual(['Spell', 'Print', 'Multiply']);
  });
  it('a selection: each once, whatever overlaps', () => {
    const keys = [keyOf('Tell'), keyOf('Sums'), keyOf('Print')];
    expect(tasksOf({ kind: 'selection', keys })).toEqual(['Tell', 'Add', 'Subtract', 'Multiply', 'Print']);
  });
  it('from here: this and what follows in its document; only this: nothing else', () => {
    expect(tasksOf({ kind: 'from', key: keyOf('Multiply') })).toEqual(['Multiply', 'Tell']);
    expect(tasksOf({ kind: 'only', key: keyOf('Multiply') })).toEqual(['Multiply']);
  });
  it('all that is ready, best first: what the graph says, without items that are not tasks', () => {
    expect(plan.ready().map(({ title }) => title)).toEqual(['Subtract', 'Spell']);
    expect(tasksOf({ kind: 'ready' })).toEqual(['Subtract', 'Spell']);
  });
});
