import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlanPort } from '../../../src/workflow/plan-port';
import { openWorkspace, type OpenWorkspace } from '../../../src/wire';
import { burndown } from '../../../src/workflow/sprint/burndown';
import { keysIn, linkedItems, readPlanning } from '../../../src/workflow/sprint/planning';
import { readSections } from '../../../src/workflow/sprint/read-sections';
import { completeSprint, planSprint, sprintBurndown, updateProgress } from '../../../src/workflow/sprint/sprint-steps';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|---------|--------|-----------------|----------------|--------------|
| B-001 | Page names | ⭐ | 5 | ✅ done | x | y | None |
<!-- score_total: 5.0 -->
<!-- completion_date: 2026-11-03 -->
| B-002 | Index file | ⭐ | 3 | todo | x | y | B-003 |
<!-- score_total: 4.5 -->
| B-003 | Reading times | 🔧 | 8 | todo | x | y | None |
<!-- score_total: 3.2 -->
| B-004 | Languages | 🔥 | 13 | todo | x | y | None |
<!-- score_total: 7.0 -->
| B-005 | Colours | 📈 | 2 | todo | x | y | B-004 |
<!-- score_total: 2.0 -->
`;
const SPRINTS = `# Sprints

## SPRINT-001: Foundations

- **Status**: planned
- **Capacity**: 20 points
- **Start**: 2026-11-02
- **End**: 2026-11-06

**Items**:

- [ ] B-001 — Page names
- [ ] B-002 — Index file

\`\`\`
## SPRINT-009: only shown
- B-004
\`\`\`

### Notes

- B-005 was left out

## SPRINT-002

**Status**: planned
**Items**: B-003

## Something else

- B-004
`;

let root = '';
let workspace: OpenWorkspace;
const file = (path: string): string => readFileSync(join(root, path), 'utf8');
const log = { info: () => {}, warn: () => {}, error: () => {} };

async function open(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const opened = await openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'plan',
    watch: false,
    log,
    version: '0',
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  workspace = opened.value;
}
const value = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-sprint-'));
});
afterEach(async () => {
  await workspace.dispose();
  rmSync(root, { recursive: true, force: true });
});

describe('sprints', () => {
  it('are read from their sections with exact places, and leave the plan alone', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    const sections = readSections('docs/sprints.md', SPRINTS);
    expect(sections.map(({ id, title, line }) => [id, title, line])).toEqual([
      ['SPRINT-001', 'Foundations', 3],
      ['SPRINT-002', '', SPRINTS.split('\n').indexOf('## SPRINT-002') + 1],
    ]);
    expect(sections[0]?.links.map(({ id }) => id)).toEqual(['B-001', 'B-002']);
    expect(sections[1]?.links.map(({ id }) => id)).toEqual(['B-003']);
    for (const field of sections.flatMap(({ fields }) => fields))
      expect(SPRINTS.slice(field.span.start, field.span.end)).toBe(field.value);
    const boxes = sections.flatMap(({ links }) => links.flatMap(({ box }) => box ?? []));
    expect(boxes.map(({ start, end }) => SPRINTS.slice(start - 1, end + 1))).toEqual(['[ ]', '[ ]']);
    expect(workspace.plan.snapshot().problems.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    expect([...workspace.plan.snapshot().items.values()].every(({ path }) => path === 'docs/backlog.md')).toBe(true);
  });

  it('are filled by priority, dependencies and capacity, and say why', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    const plan = value(await planSprint(workspace, { sprint: 'SPRINT-003', capacity: 15, write: false }, 0));
    expect(plan.chosen.map(({ id, points }) => [id, points])).toEqual([
      ['B-004', 13],
      ['B-005', 2],
    ]);
    expect(plan.chosen[1]?.because).toContain('after B-004');
    expect(plan.leftOut.map(({ id, why }) => [id, why])).toEqual([
      ['B-002', 'stands in SPRINT-001'],
      ['B-003', 'stands in SPRINT-002'],
    ]);
    expect(file('docs/sprints.md')).toBe(SPRINTS);
    const small = value(await planSprint(workspace, { sprint: 'SPRINT-003', capacity: 4, write: false }, 0));
    expect(small.chosen).toEqual([]);
    expect(small.leftOut.find(({ id }) => id === 'B-005')?.why).toBe('waits for B-004');
    expect(small.leftOut.find(({ id }) => id === 'B-004')?.why).toBe('13 points are more than the 4 there were');
  });

  it('are written where none stood, and read back', async () => {
    await open({ 'docs/backlog.md': BACKLOG });
    const wish = { sprint: 'sprint-001', capacity: 13, start: '2026-11-02', end: '2026-11-06', write: true };
    const plan = value(await planSprint(workspace, wish, 0));
    expect(plan.written).toBe('docs/sprints.md');
    const planning = await readPlanning(workspace);
    const keys = value(keysIn(workspace.plan.snapshot(), planning)({ kind: 'sprint', id: '1' })).keys;
    expect(keys.map((key) => workspace.plan.snapshot().items.get(key)?.id)).toEqual(['B-004']);
    value(await planSprint(workspace, { sprint: 'SPRINT-001', capacity: 15, write: true }, 0));
    expect(file('docs/sprints.md')).toContain('**Capacity**: 15 points');
    expect(file('docs/sprints.md')).toContain('- B-004 — Languages (13 points)\n- B-005 — Colours (2 points)\n');
  });

  it('get their progress written in place, with nothing else changed', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    expect(value(await updateProgress(workspace, '1')).progress).toEqual({
      done: 5,
      total: 8,
      unit: 'points',
      percent: 63,
    });
    const expected = SPRINTS.replace('**Status**: planned', '**Status**: active')
      .replace('- **End**: 2026-11-06', '- **End**: 2026-11-06\n- **Progress**: 5/8 points (63%)')
      .replace('- [ ] B-001', '- [x] B-001');
    expect(file('docs/sprints.md')).toBe(expected);
    expect(value(await updateProgress(workspace, '1')).changed).toBe(false);
    expect(file('docs/sprints.md')).toBe(expected);
  });

  it('are completed with velocity, carry-over and a retrospective, once', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    const done = value(await completeSprint(workspace, 'SPRINT-001', 'SPRINT-002', Date.parse('2026-11-07T10:00:00Z')));
    expect(done).toMatchObject({ velocity: 5, unit: 'points', averageVelocity: null, into: 'SPRINT-002' });
    expect(done.carriedOver.map(({ id }) => id)).toEqual(['B-002']);
    const text = file('docs/sprints.md');
    expect(text).toContain('- **Status**: completed\n');
    expect(text).toContain('- **Velocity**: 5 points\n- **Completed**: 2026-11-07\n');
    expect(text).toContain('### Carry-over\n\n- B-002 → SPRINT-002\n\n### Retrospective\n');
    const planning = await readPlanning(workspace);
    const linked = planning.sections.map((section) =>
      linkedItems(workspace.plan.snapshot(), section).items.map(({ id }) => id),
    );
    expect(linked).toEqual([
      ['B-001', 'B-002'],
      ['B-003', 'B-002'],
    ]);
    expect(await completeSprint(workspace, 'SPRINT-001', undefined, 0)).toMatchObject({
      error: { kind: 'illegal-transition' },
    });
    expect(file('docs/sprints.md')).toBe(text);
  });

  it('answer bad asking with one clear failure and write nothing', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    expect(await updateProgress(workspace, 'SPRINT-007')).toMatchObject({
      error: { kind: 'unknown-item', nearest: ['SPRINT-001', 'SPRINT-002'] },
    });
    expect(await completeSprint(workspace, '1', 'SPRINT-001', 0)).toMatchObject({ error: { kind: 'invalid-input' } });
    expect(await sprintBurndown(workspace, '2', 0)).toMatchObject({ error: { kind: 'invalid-input' } });
    expect(await planSprint(workspace, { sprint: 'next week', write: true }, 0)).toMatchObject({
      error: { kind: 'invalid-input' },
    });
    expect(file('docs/sprints.md')).toBe(SPRINTS);
  });

  it('run the tasks of their items, and an item after the tasks of the one it waits for', async () => {
    const tasks =
      '# Task List: B-003 — Reading times\n\n#### Task 1.1: Count\n\n**Status**: todo\n**Dependencies**: None\n';
    await open({
      'docs/backlog.md': BACKLOG,
      'docs/plans/Task-List-B-003-reading-times.md': tasks,
      'docs/sprints.md': '# Sprints\n\n## SPRINT-001\n\n- B-002\n- B-003\n',
    });
    const { plan, config } = workspace;
    const keysOf = keysIn(plan.snapshot(), await readPlanning(workspace));
    const port = createPlanPort({ plan, config, keysOf, testCommand: () => null });
    const run = value(port.tasks({ kind: 'sprint', id: 'SPRINT-001' })).tasks;
    expect(run.map(({ id }) => id)).toEqual(['B-002', 'Task 1.1']);
    expect(run[0]?.needs).toEqual([run[1]?.key]);
    expect(run[0]?.unresolved).toEqual([]);
  });

  it('burn down on the days their documents say', async () => {
    await open({ 'docs/backlog.md': BACKLOG, 'docs/sprints.md': SPRINTS });
    const shown = value(await sprintBurndown(workspace, 'SPRINT-001', Date.parse('2026-11-04T12:00:00Z')));
    expect(shown.days.map(({ day, remaining, ideal }) => [day, remaining, ideal])).toEqual([
      ['2026-11-02', 8, 8],
      ['2026-11-03', 3, 6],
      ['2026-11-04', 3, 4],
      ['2026-11-05', null, 2],
      ['2026-11-06', null, 0],
    ]);
  });
});

describe('burn-down', () => {
  it('counts what is done on an unknown day as of today', async () => {
    await open({});
    const day = (n: number): number => Date.parse(`2026-11-0${n}T00:00:00Z`);
    const shown = burndown(
      [
        { points: 4, done: true, doneAt: null },
        { points: 1, done: false, doneAt: null },
      ],
      day(1),
      day(3),
      day(2),
    );
    expect(shown.days.map(({ remaining }) => remaining)).toEqual([5, 1, null]);
    expect(shown).toMatchObject({ total: 5, remaining: 1, undated: 4 });
  });
});
