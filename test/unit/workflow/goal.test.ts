import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace, type OpenWorkspace } from '../../../src/wire';
import { roadmapOf, trackGoal, updateGoalStatus } from '../../../src/workflow/goal/goal-steps';
import { keysIn, readPlanning } from '../../../src/workflow/sprint/planning';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|---------|--------|-----------------|----------------|--------------|
| B-001 | Page names | ⭐ | 5 | ✅ done | x | y | None |
| B-002 | Index file | ⭐ | 3 | todo | x | y | None |
| B-003 | Reading times | 🔧 | 2 | todo | x | y | None |
| B-004 | Languages | 🔥 | 13 | todo | x | y | None |
`;
const ROADMAP = `# Roadmap

## GOAL-001: Pages that are found

**Status**: Planned
**Items**: B-001, B-099

**Measures**:

- [x] Every page has a name
- Pages with a reading time: 12 / 40
- Readers are happy

### SPRINT-001: First

**Status**: active
**Goal**: GOAL-001

- B-002

## SPRINT-002

- B-003
`;

let root = '';
let workspace: OpenWorkspace;
const log = { info: () => {}, warn: () => {}, error: () => {} };
const roadmapFile = (): string => readFileSync(join(root, 'docs/roadmap.md'), 'utf8');
const value = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-goal-'));
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'docs/backlog.md'), BACKLOG);
  writeFileSync(join(root, 'docs/roadmap.md'), ROADMAP);
  const opened = await openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'plan',
    watch: false,
    log,
    version: '0',
  });
  workspace = value(opened);
});
afterEach(async () => {
  await workspace.dispose();
  rmSync(root, { recursive: true, force: true });
});

describe('goals', () => {
  it('count the work of their own and of their sprints, and read their measures', async () => {
    const goal = value(await trackGoal(workspace, 'GOAL-001', false));
    expect(goal.progress).toEqual({ done: 5, total: 8, unit: 'points', percent: 63 });
    expect(goal.sprints.map(({ id, status }) => [id, status])).toEqual([['SPRINT-001', 'active']]);
    expect(goal.measures.map(({ reached, current, target }) => [reached, current, target])).toEqual([
      [true, null, null],
      [false, 12, 40],
      [null, null, null],
    ]);
    expect(goal.unknown).toEqual(['B-099']);
    expect(goal.open.map(({ id }) => id)).toEqual(['B-002']);
    expect(roadmapFile()).toBe(ROADMAP);
  });

  it('write their progress and status as the smallest change', async () => {
    value(await trackGoal(workspace, 'goal-1', true));
    const withProgress = ROADMAP.replace('B-099\n', 'B-099\n**Progress**: 5/8 points (63%)\n');
    expect(roadmapFile()).toBe(withProgress);
    expect(value(await updateGoalStatus(workspace, 'GOAL-001', undefined, false))).toMatchObject({
      to: 'active',
      changed: true,
    });
    expect(roadmapFile()).toBe(withProgress.replace('**Status**: Planned', '**Status**: Active'));
  });

  it('are not achieved while work is open, and know their transitions', async () => {
    expect(await updateGoalStatus(workspace, 'GOAL-001', 'achieved', false)).toMatchObject({
      error: { kind: 'invalid-input' },
    });
    expect(roadmapFile()).toBe(ROADMAP);
    value(await updateGoalStatus(workspace, 'GOAL-001', 'achieved', true));
    expect(await updateGoalStatus(workspace, 'GOAL-001', 'dropped', false)).toMatchObject({
      error: { kind: 'illegal-transition' },
    });
    expect(await updateGoalStatus(workspace, 'GOAL-001', 'great', false)).toMatchObject({ error: { field: 'STATUS' } });
    expect(await trackGoal(workspace, 'GOAL-002', false)).toMatchObject({
      error: { kind: 'unknown-item', nearest: ['GOAL-001'] },
    });
  });

  it('run what is open in them', async () => {
    const keysOf = keysIn(workspace.plan.snapshot(), await readPlanning(workspace));
    const { title, keys } = value(keysOf({ kind: 'goal', id: 'GOAL-001' }));
    expect(title).toBe('GOAL-001: Pages that are found');
    expect(keys.map((key) => workspace.plan.snapshot().items.get(key)?.id)).toEqual(['B-002']);
  });

  it('stand in one roadmap with the sprints and items that serve none', async () => {
    const roadmap = await roadmapOf(workspace);
    expect(roadmap.goals.map(({ id }) => id)).toEqual(['GOAL-001']);
    expect(roadmap.otherSprints.map(({ id }) => id)).toEqual(['SPRINT-002']);
    expect(roadmap.unplanned.map(({ id }) => id)).toEqual(['B-004']);
  });
});
