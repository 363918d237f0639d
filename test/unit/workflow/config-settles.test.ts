// What the config settles for start: ids, lanes, limits, dates, folders, templates. A wrong config changes nothing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generatePrd } from '../../../src/workflow/actions/generate-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { queue } from '../../../src/workflow/actions/status-actions';
import { place, type Place } from './workspace';

const backlog = (...titles: readonly string[]): string =>
  [
    '# Backlog',
    '',
    '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
    '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
    ...titles.map((title, n) => `| B-00${n + 1} | ${title} | 🔥 | 5 | todo | x | y | None |`),
    '',
  ].join('\n');

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

const settle = (config: object): void => at.write('.soloflow/config.json', JSON.stringify(config));

describe('the config settles', () => {
  it('ids, lanes, dates, folders and when a PRD is left out', async () => {
    settle({
      ids: { prefix: 'WEB', digits: 4 },
      lanes: [
        { name: 'Now', from: 6 },
        { name: 'Later', from: 0 },
      ],
      dates: { form: 'date-time' },
      limits: { prdPoints: 10, prdScore: 2 },
      paths: { backlog: 'plan/backlog.md', prds: 'plan/prds', tasks: 'plan/lists', archive: 'plan/old' },
    });
    await at.open();
    const begun = await at.done(start, { idea: 'Page names for all', points: 9, score: 6.5, yes: true });
    expect(begun.item).toMatchObject({ id: 'WEB-0001', path: 'plan/backlog.md' });
    expect(begun.prd).toMatchObject({ decision: 'skip', path: null });
    expect(begun.tasks).toBe('plan/lists/Task-List-WEB-0001-page-names-for-all.md');
    const text = at.read('plan/backlog.md');
    expect(text).toMatch(/## Now Lane\n\n- WEB-0001 — Page names for all \(score 6\.5\)\n\n## Later Lane/);
    expect(text).toMatch(/<!-- started_at: \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2} -->/);

    await at.workspace.engine.wish({ kind: 'cancel', runId: begun.run?.id ?? '' }, 'test');
    // The list says whose it is although its letters are unusual.
    const shown = await at.done(ship, { item: 'WEB-0001' });
    expect(shown.unfinished).toHaveLength(1);
    await at.done(ship, { item: 'WEB-0001', yes: true, force: true });
    expect(at.files().filter((path) => path.startsWith('plan/old/'))).toEqual([
      'plan/old/RUN-WEB-0001.md',
      'plan/old/Task-List-WEB-0001-page-names-for-all.md',
    ]);
  });

  it('how alike two ideas may be', async () => {
    at.write('docs/backlog.md', backlog('Names of the pages'));
    settle({ limits: { alike: 0.5 } });
    await at.open();
    expect(await at.run(start, { idea: 'Names for all pages' })).toMatchObject({ error: { kind: 'duplicate-idea' } });
    settle({});
    await at.open();
    expect((await at.run(start, { idea: 'Names for all pages' })).ok).toBe(true);
  });

  it('how long the agent queue is', async () => {
    at.write('docs/backlog.md', backlog('Page names', 'Reading times', 'Languages'));
    settle({ limits: { queue: 2 } });
    await at.open();
    expect((await at.done(queue, {})).queue).toHaveLength(2);
    expect((await at.done(queue, { limit: 3 })).queue).toHaveLength(3);
  });

  it('where templates stand', async () => {
    at.write('docs/backlog.md', backlog('Page names'));
    at.write('plan/templates/prd.md', '# PRD: {{name}}\n\n**Status**: draft\n\nOurs.\n');
    settle({ paths: { templates: 'plan/templates/' } });
    await at.open();
    await at.done(generatePrd, { item: 'B-001', yes: true });
    expect(at.read('docs/plans/PRD-B-001-page-names.md')).toBe(
      '# PRD: B-001 — Page names\n\n**Status**: draft\n\nOurs.\n',
    );
  });

  it('nothing where it is wrong: a problem in that file, and the last good one stays in force', async () => {
    settle({ ids: { prefix: 'WEB' } });
    await at.open();
    settle({ ids: { prefix: 'web' }, lanes: [] });
    await at.open();
    const problems = at.workspace.configProblems();
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatchObject({ path: '.soloflow/config.json', line: 1 });
    const begun = await at.done(start, { idea: 'Page names for all' });
    expect(begun.item.id).toBe('WEB-001');
  });
});
