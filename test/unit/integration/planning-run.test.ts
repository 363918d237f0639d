// The verbs of a sprint and of a goal in the terminal, with real commands that really run: what the seed's
// `sprint_execution.py` and `strategic_execution.py` were meant to do, from approval to the finished section.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleCli, sandbox, type Sandbox } from './cli-process';

const BACKLOG = `# Backlog

| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|--------|--------|-----------------|----------------|--------------|
| B-001 | Words | ⭐ | 3 | in-progress | x | y | None |
| B-002 | Lines | ⭐ | 5 | todo | x | y | B-001 |
| B-003 | Later | 🔧 | 2 | todo | x | y | None |
`;
const ROADMAP = `# Roadmap

## GOAL-001: Texts are counted

**Status**: active
**Items**: B-003
**Sprints**: SPRINT-001

**Measures**:

- Files counted: 0 / 2

## SPRINT-001: Counting

**Status**: planned
**Capacity**: 10 points
**Start**: 2026-11-02
**End**: 2026-11-13

**Items**:

- [ ] B-001 — Words
- [ ] B-002 — Lines

## SPRINT-002: The rest

**Status**: planned
`;
const list = (id: string, title: string, command: string): string =>
  `# Task List: ${id} — ${title}\n\n#### Task 1.1: Count ${title.toLowerCase()}\n\n**Status**: todo\n**Auto-Advance**: yes\n\n**Commands**:\n\n\`\`\`bash\n${command}\n\`\`\`\n`;
const plan = (id: string): string => `docs/plans/Task-List-${id}.md`;

describe('sprints and goals that run', () => {
  let cli = '';
  let box: Sandbox;
  const read = (path: string): string => readFileSync(join(box.root, path), 'utf8');
  beforeAll(async () => {
    cli = await bundleCli('planning-run');
  });
  beforeEach(() => {
    box = sandbox(cli);
    box.write('words.txt', 'one two three\n');
    box.write('docs/backlog.md', BACKLOG);
    box.write('docs/roadmap.md', ROADMAP);
    box.write(plan('B-001'), list('B-001', 'Words', 'wc -w < words.txt >> out.txt'));
    box.write(plan('B-002'), list('B-002', 'Lines', 'wc -l < words.txt >> out.txt'));
    box.write(plan('B-003'), list('B-003', 'Later', 'echo later >> out.txt'));
  });
  afterEach(() => box.remove());
  const out = (): readonly string[] =>
    existsSync(join(box.root, 'out.txt'))
      ? read('out.txt')
          .trim()
          .split('\n')
          .map((line) => line.trim())
      : [];

  it('a sprint: its tasks run in the order of their items, its progress is written, and it is completed', async () => {
    const asked = await box.soloflow('sprint', 'execute-tasks', 'SPRINT-001');
    expect(asked.code).toBe(3);
    expect(out()).toEqual([]);
    expect((await box.soloflow('approve', '--sprint-id', 'SPRINT-001', '--all')).code).toBe(0);
    const done = await box.soloflow('sprint', 'execute-tasks', 'SPRINT-001');
    expect(done.code).toBe(0);
    // B-002 waits for B-001; B-003 is in no sprint.
    expect(out()).toEqual(['3', '1']);
    for (const id of ['B-001', 'B-002']) expect(read(plan(id))).not.toContain('**Status**: todo');
    expect(read(plan('B-003'))).toContain('**Status**: todo');

    // An item is done when a person says so, or ships it: the sprint counts those.
    expect((await box.soloflow('sprint', 'update-progress', 'SPRINT-001')).code).toBe(0);
    expect(read('docs/roadmap.md')).toContain('- [ ] B-001 — Words');
    expect((await box.soloflow('ship', 'B-001', '--yes')).code).toBe(0);
    expect((await box.soloflow('sprint', 'update-progress', 'SPRINT-001')).code).toBe(0);
    expect(read('docs/roadmap.md')).toContain('- [x] B-001 — Words\n- [ ] B-002 — Lines');
    expect(read('docs/roadmap.md')).toMatch(/\*\*Progress\*\*: .*3\/8 points/);
    expect(read('docs/roadmap.md')).toMatch(/## SPRINT-001: Counting\n\n\*\*Status\*\*: active/);

    const ended = await box.json<{ velocity: unknown }>('sprint', 'complete', 'SPRINT-001', '--into', 'SPRINT-002');
    expect(JSON.stringify(ended)).toContain('B-002');
    expect(read('docs/roadmap.md')).toMatch(/## SPRINT-001: Counting\n\n\*\*Status\*\*: completed/);
    expect(read('docs/roadmap.md')).toMatch(/SPRINT-002[^]*B-002/);
    expect(read('docs/roadmap.md')).toMatch(/Velocity\*\*: 3/);
  }, 60_000);

  it('a goal: everything of it runs, its progress is tracked, and it is achieved once its measures are', async () => {
    expect((await box.soloflow('goal', 'execute', 'GOAL-001')).code).toBe(3);
    expect(out()).toEqual([]);
    expect((await box.soloflow('approve', '--goal-id', 'GOAL-001', '--all')).code).toBe(0);
    expect((await box.soloflow('goal', 'execute', 'GOAL-001')).code).toBe(0);
    expect(out().toSorted()).toEqual(['1', '3', 'later']);
    expect(out().indexOf('3')).toBeLessThan(out().indexOf('1'));

    const early = await box.soloflow('goal', 'update-status', 'GOAL-001', 'achieved');
    expect(early.code).not.toBe(0);
    for (const id of ['B-001', 'B-002', 'B-003']) expect((await box.soloflow('ship', id, '--yes')).code).toBe(0);
    expect((await box.soloflow('goal', 'track-progress', 'GOAL-001', '--write')).code).toBe(0);
    expect(read('docs/roadmap.md')).toMatch(/\*\*Progress\*\*: .*100/);
    box.write('docs/roadmap.md', read('docs/roadmap.md').replace('0 / 2', '2 / 2'));
    expect((await box.soloflow('goal', 'update-status', 'GOAL-001', 'achieved')).code).toBe(0);
    expect(read('docs/roadmap.md')).toMatch(/## GOAL-001: Texts are counted\n\n\*\*Status\*\*: achieved/);
  }, 60_000);

  it('the same by the names the guide gives', async () => {
    await box.soloflow('approve', '--sprint-id', 'SPRINT-001', '--all');
    expect((await box.soloflow('execute', '--sprint-id', 'SPRINT-001', '--auto-advance')).code).toBe(0);
    expect(out()).toEqual(['3', '1']);
    await box.soloflow('approve', '--goal-id', 'GOAL-001', '--all');
    expect((await box.soloflow('execute', '--goal-id', 'GOAL-001')).code).toBe(0);
    // What is done is not done again.
    expect(out()).toEqual(['3', '1', 'later']);
  }, 60_000);
});
