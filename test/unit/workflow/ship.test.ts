// Ship on real documents, gates and git repositories: gates run once more, a kill loses nothing, a detached head gets a
// branch, and a commit that fails says that the documents stand.
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { continueRun } from '../../../src/workflow/actions/run-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { describeFailure } from '../../../src/workflow/words/failure-words';
import { english } from '../../../src/workflow/words/translate';
import { SHIPPABLE_BACKLOG as BACKLOG, SHIPPABLE_LIST as LIST } from '../support/shippable';
import { place, type Place } from './workspace';

const COUNT = `node -e "require('node:fs').appendFileSync('ran.txt','x');process.exit(require('node:fs').existsSync('red')?1:0)"`;
const TASKS = [
  '# Task List: B-001 — Page names',
  '',
  ...['1.1', '1.2'].flatMap((number) => [
    `#### Task ${number}: Part ${number}`,
    '',
    '**Status**: [x]',
    '',
    '**Quality Gates**:',
    '',
    `- [x] \`${COUNT}\` passes`,
    '',
  ]),
].join('\n');

let at: Place;
beforeEach(() => {
  at = place();
  at.write('docs/backlog.md', BACKLOG);
  at.write(LIST, TASKS);
});
afterEach(() => at.remove());

const git = (...args: readonly string[]): string =>
  execFileSync('git', [...args], { cwd: at.root, encoding: 'utf8' }).trim();
const repository = (): void => {
  git('init', '-q', '-b', 'main');
  git('config', 'user.email', 'ship@example.com');
  git('config', 'user.name', 'Ship');
  at.write('.gitignore', '.soloflow/\n');
  git('add', '-A');
  git('commit', '-qm', 'Before');
};
const refused = async (input: Record<string, unknown>): Promise<string> => {
  const result = await at.run(ship, input);
  if (result.ok) throw new Error(`should have been refused: ${JSON.stringify(result.value)}`);
  return describeFailure(result.error, english);
};
const approve = (...commands: readonly string[]): void => at.workspace.approvals.approve(commands, 'test');

describe('gates before shipping', () => {
  it('run once more, each command once, also for what was done by hand', async () => {
    await at.open();
    approve(COUNT);
    const shown = await at.done(ship, {});
    expect(shown).toMatchObject({ redGates: [], unverified: [], unfinished: [] });
    expect(at.read('ran.txt')).toBe('x');
    await at.done(ship, { yes: true });
    expect(at.read('docs/plans/archive/RUN-B-001.md')).toContain('exit code 0');
  });

  it('are in the way when they are red by now, and named; nothing is written', async () => {
    await at.open();
    approve(COUNT);
    at.write('red', '');
    const shown = await at.done(ship, {});
    expect(shown.redGates.map((each) => each.name)).toEqual(['Task 1.1: Part 1.1', 'Task 1.2: Part 1.2']);
    const why = await refused({ yes: true });
    expect(why).toContain('Part 1.1');
    expect(why).toContain('--force ships it all the same');
    expect(at.read('docs/backlog.md')).toBe(BACKLOG);
    expect(at.has('docs/plans/archive')).toBe(false);
    expect((await at.done(ship, { yes: true, force: true })).written).toBe(true);
  });

  it('do not run a command that nobody approved: it is red, not green', async () => {
    await at.open();
    const shown = await at.done(ship, {});
    expect(shown.redGates[0]?.why).toContain('approved');
    expect(at.has('ran.txt')).toBe(false);
  });

  it('are said to come from the record where nothing may run', async () => {
    await at.open({ trusted: () => false });
    const shown = await at.done(ship, {});
    expect(shown.notes.join(' ')).toContain('No gate ran again');
    expect(at.has('ran.txt')).toBe(false);
  });
});

describe('documents of a ship', () => {
  it('a kill between two of them: continue writes the rest, once', async () => {
    await at.open();
    approve(COUNT);
    const shown = await at.done(ship, {});
    await at.done(ship, { yes: true });
    const stage = at.workspace.stages?.list('ship', 1)[0];
    if (stage === undefined) throw new Error('no stage was kept');
    const archived = shown.documents.find(({ path }) => path.includes('archive/Task-List'))?.path ?? '';
    const after = { backlog: at.read('docs/backlog.md'), list: at.read(archived) };
    // As it was when the first document stood and the process was killed.
    at.write('docs/backlog.md', BACKLOG);
    at.write(LIST, TASKS);
    at.workspace.stages?.put({ id: stage.id, kind: 'ship', status: 'documents', data: stage.data, by: 'test' });
    await at.open();
    const done = await at.done(continueRun, {});
    expect(done).toMatchObject({ workflow: 'shipped' });
    expect(at.read('docs/backlog.md')).toBe(after.backlog);
    expect(at.read(archived)).toBe(after.list);
    expect(at.has(LIST)).toBe(false);
    expect(at.files().filter((path) => path.includes('archive'))).toHaveLength(2);
  });

  it('one that changed meanwhile stops all of them', async () => {
    await at.open();
    approve(COUNT);
    const drafts = at.workspace.documents.write.bind(at.workspace.documents);
    // Somebody writes to the backlog between reading and writing.
    Object.assign(at.workspace.documents, {
      write: async (...args: Parameters<typeof drafts>) => {
        appendFileSync(join(at.root, 'docs/backlog.md'), '\nA note.\n');
        return drafts(...args);
      },
    });
    expect(await refused({ yes: true })).toContain('changed since it was read');
    expect(at.read('docs/backlog.md')).toBe(`${BACKLOG}\nA note.\n`);
    expect(at.read(LIST)).toBe(TASKS);
    expect(at.files().filter((path) => path.includes('archive'))).toEqual([]);
  });

  it('the row of completed items says what came out and what was learned', async () => {
    await at.open();
    approve(COUNT);
    await at.done(ship, { yes: true, entry: 'Pages have names', lesson: ['Names | first'] });
    const today = new Date().toISOString().slice(0, 10);
    expect(at.read('docs/backlog.md')).toContain(
      `| B-001 | Page names | ${today} | Pages have names | Names \\| first |`,
    );
  });
});

describe('git after shipping', () => {
  it('a detached head: the commit goes to a branch of its own', async () => {
    repository();
    git('checkout', '-q', '--detach');
    await at.open();
    approve(COUNT);
    const shown = await at.done(ship, {});
    expect(shown.git?.commands[0]).toBe('git switch -c b-001-page-names');
    expect(shown.notes.join(' ')).toContain('HEAD is at no branch');
    expect(git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
    await at.done(ship, { yes: true, commit: true, approve: true });
    expect(git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('b-001-page-names');
    expect(git('log', '-1', '--format=%s')).toBe('B-001: Page names');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '-1', '--format=%s', 'main')).toBe('Before');
  });

  it('is never done silently: without an approval nothing is written or committed', async () => {
    repository();
    await at.open();
    approve(COUNT);
    expect(await refused({ yes: true, commit: true })).toContain('git commit');
    expect(git('log', '-1', '--format=%s')).toBe('Before');
    expect(at.read('docs/backlog.md')).toBe(BACKLOG);
  });

  it('says what else the commit takes in', async () => {
    repository();
    at.write('other.txt', 'half done');
    await at.open();
    approve(COUNT);
    expect((await at.done(ship, {})).notes.join(' ')).toContain('other.txt');
  });

  it('a commit that fails says that the documents stand', async () => {
    repository();
    at.write('.git/hooks/pre-commit', '#!/bin/sh\necho "no commits today" >&2\nexit 1\n');
    execFileSync('chmod', ['+x', join(at.root, '.git/hooks/pre-commit')]);
    await at.open();
    approve(COUNT);
    const why = await refused({ yes: true, commit: true, approve: true });
    expect(why).toContain('B-001 is shipped and its documents are written');
    expect(why).toContain('no commits today');
    expect(at.has('docs/plans/archive/RUN-B-001.md')).toBe(true);
  });
});
