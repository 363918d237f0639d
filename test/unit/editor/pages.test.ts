// The pages of the palette, made from what the actions really answer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checklistPage, hygienePage, inProgressPage, stalePage } from '../../../src/editor/care-pages';
import { withoutFlags } from '../../../src/editor/flag-words';
import {
  burndownPage,
  goalPage,
  roadmapPage,
  sprintPlanPage,
  sprintProgressPage,
} from '../../../src/editor/planning-pages';
import { placeLink } from '../../../src/editor/value-text';
import { openWorkspace, type OpenWorkspace } from '../../../src/wire';
import { actions } from '../../../src/workflow/actions';
import { english } from '../../../src/workflow/words/translate';

const DOCUMENTS: Readonly<Record<string, string>> = {
  'docs/backlog.md': `# Backlog

| ID | Title | 🔥P | 🎯Points | Status | Problem/Outcome | Tech Footprint | Dependencies |
|----|-------|-----|---------|--------|-----------------|----------------|--------------|
| B-001 | Page names | ⭐ | 5 | ✅ done | x | y | None |
| B-002 | Index file | ⭐ | 3 | in-progress | x | y | None |
<!-- started_at: 2026-01-02 -->
| B-003 | Reading [times](evil) | 🔧 | 8 | todo | x | y | None |
`,
  'docs/sprints.md': `# Sprints

## SPRINT-001: Foundations

**Status**: active
**Start**: 2026-01-01
**End**: 2026-01-05

**Items**:

- [ ] B-001 — Page names
- [ ] B-002 — Index file
`,
  'docs/goals.md': `# Goals

## GOAL-001: Pages that are found

**Status**: active
**Sprints**: SPRINT-001

**Measures**:

- [x] Every page has a name
- Pages with a reading time: 12 / 40
`,
};

const quiet = (): void => undefined;
let root = '';
let workspace: OpenWorkspace;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-pages-'));
  for (const [path, text] of Object.entries(DOCUMENTS)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const opened = await openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'plan',
    watch: false,
    log: { info: quiet, warn: quiet, error: quiet },
    version: '0',
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  workspace = opened.value;
});
afterEach(async () => {
  await workspace.dispose();
  rmSync(root, { recursive: true, force: true });
});

async function answer(name: string, input: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const action = actions.find((each) => each.name === name);
  if (action === undefined) throw new Error(`no action ${name}`);
  const call = { by: 'test', signal: new AbortController().signal, progress: () => undefined };
  const result = await action.run(workspace, action.input.parse(input), call);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('pages of sprints and goals', () => {
  it('a sprint plan says what was chosen, why, and where it stands', async () => {
    const page = sprintPlanPage(await answer('sprint', { do: 'plan', sprint: 'SPRINT-002' }), english);
    expect(page).toContain('# Plan SPRINT-002');
    expect(page).toMatch(/\| B\\-003 Reading .*\| 8 \| .*\[docs.*\]\(\/docs\/backlog\.md#L\d+\) \|/);
    expect(page, 'a link of a document must not work').not.toContain('[times](evil)');
  });

  it('progress, burn-down, goal and roadmap have their figures', async () => {
    const burndown = burndownPage(await answer('sprint', { do: 'burndown', sprint: 'SPRINT-001' }), english);
    expect(burndown).toMatch(/\| 2026-01-05 \| .*\| 0 \|/);
    const progress = sprintProgressPage(
      await answer('sprint', { do: 'update-progress', sprint: 'SPRINT-001' }),
      english,
    );
    expect(progress).toContain('5/8 points (63 %)');
    expect(progress).toContain('B\\-002 Index file');
    const goal = goalPage(await answer('goal', { do: 'track-progress', goal: 'GOAL-001' }), english);
    expect(goal).toContain('- ✅ Every page has a name');
    expect(goal).toMatch(/- ⬜ Pages with a reading time/);
    const roadmap = roadmapPage(await answer('roadmap'), english);
    expect(roadmap).toContain('## GOAL\\-001 Pages that are found');
    expect(roadmap).toContain('## In No Sprint and No Goal');
  });

  it('an answer of another shape is shown as it is', () => {
    expect(roadmapPage({ something: 'else' }, english)).toContain('Something: else');
  });
});

describe('pages of care', () => {
  it('checklists show each point with its evidence', async () => {
    const page = checklistPage(await answer('checklist'), english);
    expect(page.match(/^\| (?:✅|❌|❔) \|/gm)?.length).toBeGreaterThan(15);
    expect(page).not.toMatch(/^- Ok:/m);
  });

  it('hygiene, stale work and work in progress name the item and link its place', async () => {
    const stale = stalePage(await answer('stale'), english);
    expect(stale).toMatch(/- B\\-002 Index file .*since 2026.*\(\/docs\/backlog\.md#L\d+\)/);
    expect(hygienePage(await answer('hygiene'), english)).toContain('✅ 1 of at most');
    expect(inProgressPage(await answer('in-progress'), english)).toContain('B\\-002 Index file');
  });
});

it('places are links that no sign of a path can break', () => {
  expect(placeLink('docs/a (b)#c.md', 3)).toContain('](/docs/a%20%28b%29%23c.md#L3)');
});

describe('sentences in the editor', () => {
  it('have no hints about the command line', () => {
    const sentences = {
      'B-1: has 3 open tasks (a, b); --force completes it all the same': 'B-1: has 3 open tasks (a, b)',
      'B-1: still runs (x): let it end, or soloflow cancel r1': 'B-1: still runs (x): let it end',
      'Not done: a failed. --force ships it all the same.': 'Not done: a failed.',
      'No run "x". `soloflow status` lists them.': 'No run "x".',
      'Start that one by its id, or say --force for a new item.': 'Start that one by its id',
      'Nobody said how many points: 3 are written (--points says otherwise)':
        'Nobody said how many points: 3 are written',
    };
    for (const [said, shown] of Object.entries(sentences)) expect(withoutFlags(said)).toBe(shown);
  });

  it('that have none stay as they are', () => {
    for (const said of ['a -- b', 'docs/soloflow.md is new', 'PRD skipped (points < 5), score 3.0.'])
      expect(withoutFlags(said)).toBe(said);
  });
});
