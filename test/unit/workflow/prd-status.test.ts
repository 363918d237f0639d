// The status of a PRD follows its work in its author's words: begun by a person it is in progress, shipped it is completed.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generatePrd } from '../../../src/workflow/actions/generate-actions';
import { execute } from '../../../src/workflow/actions/run-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { updateStatus } from '../../../src/workflow/actions/status-actions';
import { call, place, type Place } from './workspace';

const PRD = 'docs/plans/PRD-B-005-page-names.md';
const BACKLOG = [
  '# Backlog',
  '',
  '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
  '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
  '| B-005 | Page names | 🔥 | 5 | todo | Addresses are ugly | JavaScript | None |',
  '',
].join('\n');
const prd = (status: string): string =>
  `# PRD: B-005 — Page names\n\n${status}\n\n## 7. Implementation plan\n\n1. **Work**\n   - Make names\n   - Keep names\n`;

let at: Place;
beforeEach(() => {
  at = place();
  at.write('docs/backlog.md', BACKLOG);
});
afterEach(() => at.remove());
const statusLine = (path = PRD): string => /^.*status.*$/im.exec(at.read(path))?.[0] ?? '';

describe('the status of a PRD', () => {
  it('a PRD alone is a draft; the start that is said yes to begins it, and shows so before', async () => {
    await at.open();
    await at.done(generatePrd, { item: 'B-005', yes: true });
    expect(statusLine()).toBe('**Status**: draft');
    const shown = await at.done(start, { idea: 'B-005' });
    expect(shown.lines.join('\n')).toContain('draft → in progress: your yes approves and begins it');
    expect(shown.diff).toContain('-**Status**: draft\n+**Status**: in progress');
    expect(statusLine()).toBe('**Status**: draft');
    const done = await at.done(start, { idea: 'B-005', yes: true });
    expect(statusLine()).toBe('**Status**: in progress');
    await at.workspace.engine.wish({ kind: 'cancel', runId: done.run?.id ?? '' }, 'test');
    await at.done(ship, { item: 'B-005', yes: true, force: true });
    expect(statusLine('docs/plans/archive/PRD-B-005-page-names.md')).toBe('**Status**: completed');
  });

  it('a PRD that is written by the start is in progress with it', async () => {
    await at.open();
    const done = await at.done(start, { idea: 'Names for all', points: 8, score: 2, yes: true });
    expect(statusLine(done.prd.path ?? '')).toBe('**Status**: in progress');
  });

  it.each([
    ['**Status:** Draft', '**Status:** In Progress'],
    ['- **Status**: ✅ **APPROVED**', '- **Status**: **IN PROGRESS**'],
    ['**Status**: in review', '**Status**: in progress'],
    ['**Status**: completed', '**Status**: completed'],
    ['**Status**: cancelled', '**Status**: cancelled'],
    ['**Status**: Waiting for Ada', '**Status**: Waiting for Ada'],
  ])('a run that a person begins: %s → %s', async (before, after) => {
    at.write(PRD, prd(before));
    await at.open();
    await at.done(execute, { prd: PRD });
    expect(at.read(PRD)).toBe(prd(after));
  });

  it('an agent begins what was approved, and approves nothing', async () => {
    const begin = async (): Promise<void> => {
      const done = await execute.run(at.workspace, execute.input.parse({ prd: PRD }), { ...call, by: 'mcp:claude' });
      if (!done.ok) throw new Error(JSON.stringify(done.error));
      await at.workspace.engine.wish({ kind: 'cancel', runId: done.value.id }, 'test');
    };
    at.write(PRD, prd('**Status**: draft'));
    await at.open();
    await begin();
    expect(statusLine()).toBe('**Status**: draft');
    await at.done(updateStatus, { prd: PRD, status: 'approved' });
    await begin();
    expect(statusLine()).toBe('**Status**: in progress');
  });
});
