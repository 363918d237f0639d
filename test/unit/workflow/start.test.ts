// start, generate and ship on real documents and a real database: bad input is one clear answer, nothing half-written.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalUnavailable } from '../../../src/engine/ports';
import type { Failure } from '../../../src/model/failure';
import type { Result } from '../../../src/model/result';
import type { Call } from '../../../src/workflow/action';
import { continueRun } from '../../../src/workflow/actions/run-actions';
import { generatePrd, generateTasks } from '../../../src/workflow/actions/generate-actions';
import { ship } from '../../../src/workflow/actions/ship-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { applyDrafts } from '../../../src/workflow/generate/drafts';
import type { ShipOutput } from '../../../src/workflow/ship/ship-flow';
import type { StartOutput } from '../../../src/workflow/start/start-flow';
import { openWorkspace, type OpenWorkspace } from '../../../src/wire';

const HEAD = [
  '# Backlog',
  '',
  '## Live',
  '',
  '| ID | Title | 🔥P | Points | Status | Problem/Outcome | Tech Footprint | Dependencies |',
  '|----|-------|-----|--------|--------|-----------------|----------------|--------------|',
];
const BACKLOG = [
  ...HEAD,
  '| B-001 | Page names | 🔥 | 5 | todo | Addresses are ugly | JavaScript | None |',
  '<!-- score_total: 2.0 -->',
  '<!-- acceptance: "Hello" becomes hello -->',
  '| B-002 | Reading times | ⭐ | 3.5 | todo | Nobody knows how long | JavaScript | B-001 |',
  '<!-- score_total: 4.0 -->',
  '| B-003 | Old thing | 🔧 | 1 | ✅ done | x | y | None |',
  '<!-- completion_date: 2026-01-02 -->',
  '',
].join('\n');

let root = '';
let workspace: OpenWorkspace;
const call: Call = { by: 'test', signal: new AbortController().signal, progress: () => {} };

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = (): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
const open = async (): Promise<OpenWorkspace> => {
  const quiet = (): void => {};
  const opened = await openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: { info: quiet, warn: quiet, error: quiet },
    version: '0',
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
};

const begin = async (input: Record<string, unknown>): Promise<Result<StartOutput, Failure>> =>
  start.run(workspace, start.input.parse(input), call);
const shipped = async (input: Record<string, unknown>): Promise<Result<ShipOutput, Failure>> =>
  ship.run(workspace, ship.input.parse(input), call);
const refused = (result: Result<unknown, Failure>): string => {
  if (result.ok) throw new Error(`should have been refused: ${JSON.stringify(result.value)}`);
  return 'message' in result.error ? `${result.error.kind}: ${result.error.message}` : result.error.kind;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-start-'));
});
afterEach(async () => {
  await workspace.dispose({ endProcesses: true });
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

describe('start', () => {
  it('shows everything first and writes nothing; yes writes exactly that and runs', async () => {
    workspace = await open();
    const shown = await begin({ idea: 'Greet people by name' });
    expect(shown.ok && shown.value.stage).toBe('preview');
    expect(files()).toEqual([]);
    const paths = shown.ok ? shown.value.documents.map(({ path }) => path).sort() : [];
    const done = await begin({ idea: 'Greet people by name', yes: true });
    expect(done.ok && done.value.run?.counts.total).toBe(1);
    expect(files()).toEqual(paths);
    expect(done.ok && done.value.diff).toBe(shown.ok && shown.value.diff);
  });

  it('knows the id of what it showed and waits for', async () => {
    workspace = await open();
    await begin({ idea: 'Greet people by name' });
    const shown = await begin({ idea: 'B-001' });
    expect(shown.ok && shown.value).toMatchObject({ stage: 'preview', item: { title: 'Greet people by name' } });
    expect(files()).toEqual([]);
    const done = await begin({ idea: 'b-001', yes: true });
    expect(done.ok && done.value.stage).toBe('started');
  });

  it.each(['A dark mode for pages', 'X', 'New pages for all'])(
    'the documents of "%s" belong to its item',
    async (idea) => {
      write('TODO.md', '# Todo\n\n- [ ] Something else\n');
      workspace = await open();
      const done = await begin({ idea, yes: true });
      if (!done.ok) throw new Error(JSON.stringify(done.error));
      for (const path of [done.value.prd.path ?? '', done.value.tasks])
        expect([path, workspace.plan.document(path)?.belongsTo]).toEqual([path, 'B-1']);
    },
  );

  it('skips the PRD of a small and valuable item and records why', async () => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    const done = await begin({ idea: 'B-002', yes: true });
    expect(done.ok && done.value.prd).toMatchObject({ path: null, decision: 'skip' });
    expect(files()).toEqual(['docs/backlog.md', 'docs/plans/Task-List-B-002-reading-times.md']);
    expect(read('docs/plans/Task-List-B-002-reading-times.md')).toContain('**PRD**: skipped (points 3.5, score 4');
    expect(
      read('docs/backlog.md')
        .split('\n')
        .filter((line) => line.includes('B-002'))[0],
    ).toContain('in');
    expect(refused(await begin({ idea: 'B-002', yes: true }))).toContain('runs already');
  });

  it('goes on after a kill between its documents, writing each of them once', async () => {
    workspace = await open();
    await begin({ idea: 'Greet people by name' });
    const stage = workspace.stages?.list('start', 1)[0];
    if (stage === undefined) throw new Error('no stage was kept');
    const drafts = (stage.data['plan'] as { drafts: { path: string; after: string }[] }).drafts;
    workspace.stages?.put({
      id: stage.id,
      kind: 'start',
      status: 'documents',
      data: stage.data,
      by: 'test',
    });
    write(drafts[0]?.path ?? '', drafts[0]?.after ?? '');
    await workspace.dispose();
    workspace = await open();
    const done = await continueRun.run(workspace, { yes: false, approve: false }, call);
    expect(done.ok && 'workflow' in done.value && done.value.workflow).toBe('start');
    for (const draft of drafts) expect(read(draft.path)).toBe(draft.after);
    expect(workspace.engine.runs()).toHaveLength(1);
  });

  it.each([
    ['an empty idea', { idea: ' \n ' }, /invalid-input: is empty/],
    ['an id nobody knows', { idea: 'B-099' }, /unknown-item/],
    ['a slip of the finger in an id', { idea: 'B-0O1' }, /unknown-item/],
    ['an item that is done', { idea: 'B-003' }, /is done already/],
    ['an id that is something else', { idea: 'B-001: Reading times of pages' }, /is "Page names" already/],
    ['an idea that stands there', { idea: 'page NAMES' }, /duplicate-idea/],
    ['a title without end', { idea: 'word '.repeat(60) }, /at most 200/],
    ['an unknown dependency', { idea: 'Something else entirely', dependsOn: ['B-098'] }, /unknown-item/],
    ['an unknown backlog', { idea: 'Something else entirely', backlog: 'nowhere.md' }, /unknown-document/],
  ])('refuses %s and writes nothing', async (_, input, expected) => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    expect(refused(await begin({ ...input, yes: true }))).toMatch(expected);
    expect(read('docs/backlog.md')).toBe(BACKLOG);
    expect(files()).toEqual(['docs/backlog.md']);
  });

  it('makes a second item of a like idea when a person insists, with the next id', async () => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    const shown = await begin({ idea: 'Page names', force: true });
    expect(shown.ok && shown.value.item).toMatchObject({ id: 'B-004', isNew: true });
  });

  it('asks which of two backlogs is meant; the config settles it', async () => {
    write('docs/backlog.md', BACKLOG);
    write(
      'other/backlog.md',
      BACKLOG.replaceAll('B-00', 'C-00').replaceAll('Page', 'Other').replaceAll('Reading', 'Further'),
    );
    workspace = await open();
    expect(refused(await begin({ idea: 'Something new' }))).toContain('docs/backlog.md, other/backlog.md');
    const shown = await begin({ idea: 'Something new', backlog: 'other/backlog.md' });
    expect(shown.ok && shown.value.item).toMatchObject({ id: 'C-004', path: 'other/backlog.md' });
  });

  it('refuses a PRD that belongs to another item', async () => {
    write('docs/backlog.md', BACKLOG.replace('<!-- score_total: 2.0 -->', '<!-- PRD: docs/plans/PRD-B-002-x.md -->'));
    write('docs/plans/PRD-B-002-x.md', '# PRD: B-002 — X\n\n## 1. Problem\n\nx\n');
    workspace = await open();
    expect(refused(await begin({ idea: 'B-001' }))).toContain('belongs to B-2');
    const tasks = await generateTasks.run(
      workspace,
      generateTasks.input.parse({ backlogItem: 'B-001', prd: 'docs/plans/PRD-B-002-x.md' }),
      call,
    );
    expect(refused(tasks)).toContain('belongs to B-2');
  });

  it('writes nothing at all when one of its files cannot be written', async () => {
    write('docs/backlog.md', BACKLOG);
    chmodSync(join(root, 'docs/backlog.md'), 0o444);
    workspace = await open();
    const done = await begin({ idea: 'Something new', yes: true });
    expect(done).toMatchObject({ ok: false, error: { kind: 'file', path: 'docs/backlog.md', code: 'EACCES' } });
    expect(files()).toEqual(['docs/backlog.md']);
    expect(workspace.engine.runs()).toEqual([]);
  });

  it('writes nothing when the record cannot be written', async () => {
    workspace = await open();
    const stages = {
      get: () => null,
      list: () => [],
      put: () => {
        throw new JournalUnavailable('busy', 'held by another');
      },
    };
    const done = await start.run({ ...workspace, stages }, start.input.parse({ idea: 'Something', yes: true }), call);
    expect(done).toMatchObject({ ok: false, error: { kind: 'store-locked' } });
    expect(files()).toEqual([]);
  });

  it('does not touch what changed after it was shown', async () => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    await begin({ idea: 'Something new' });
    write('docs/backlog.md', `${BACKLOG}\nA note.\n`);
    const done = await continueRun.run(workspace, { yes: true, approve: false }, call);
    expect(done).toMatchObject({ ok: false, error: { kind: 'document-changed' } });
    expect(files()).toEqual(['docs/backlog.md']);
    expect(read('docs/backlog.md')).toBe(`${BACKLOG}\nA note.\n`);
  });
});

describe('drafts', () => {
  it('apply together or not at all', async () => {
    write('a.md', 'a\n');
    workspace = await open();
    const done = await applyDrafts(workspace.documents, [
      { path: 'new.md', before: null, after: 'new\n' },
      { path: 'a.md', before: 'a\n', after: 'b\n' },
      { path: 'gone.md', before: 'not there', after: 'x' },
    ]);
    expect(done.ok).toBe(false);
    expect(files()).toEqual(['a.md']);
    expect(read('a.md')).toBe('a\n');
  });
});

describe('generate', () => {
  it('writes a PRD from what the item says and asks for the rest', async () => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    const done = await generatePrd.run(workspace, generatePrd.input.parse({ item: 'B-001', yes: true }), call);
    expect(done.ok && done.value.openQuestions.length).toBeGreaterThan(0);
    const text = read('docs/plans/PRD-B-001-page-names.md');
    for (const said of ['Addresses are ugly', 'JavaScript', '- [ ] "Hello" becomes hello', '## 8. Task breakdown'])
      expect(text).toContain(said);
    expect(workspace.plan.document('docs/plans/PRD-B-001-page-names.md')?.belongsTo).toBe('B-1');
    const again = await generatePrd.run(workspace, generatePrd.input.parse({ item: 'B-001' }), call);
    expect(refused(again)).toContain('has a PRD already');
    const skipped = await generatePrd.run(workspace, generatePrd.input.parse({ item: 'B-002' }), call);
    expect(refused(skipped)).toContain('needs no PRD');
  });

  it('takes the templates of the workspace, and names an unknown placeholder with its line', async () => {
    write('docs/backlog.md', BACKLOG);
    write('.soloflow/templates/prd.md', '# PRD: {{name}}\n\nOurs. {{problem}}\n');
    write('.soloflow/templates/tasks.md', '# Task List: {{name}}\n\n{{taks}}\n');
    workspace = await open();
    await generatePrd.run(workspace, generatePrd.input.parse({ item: 'B-001', yes: true }), call);
    expect(read('docs/plans/PRD-B-001-page-names.md')).toBe('# PRD: B-001 — Page names\n\nOurs. Addresses are ugly\n');
    const tasks = await generateTasks.run(
      workspace,
      generateTasks.input.parse({ backlogItem: 'B-001', yes: true }),
      call,
    );
    expect(tasks).toMatchObject({
      ok: false,
      error: { kind: 'config', path: '.soloflow/templates/tasks.md', line: 3 },
    });
  });

  it('makes tasks of plan items and requirements, each with the line that asked for it', async () => {
    write('package.json', JSON.stringify({ scripts: { test: 'node --test' } }));
    write(
      'docs/plans/PRD-B-007-search.md',
      [
        '# PRD: B-007 — Search',
        '',
        '## 3. Functional Requirements',
        '',
        '- **FR-1**: Build the search index for titles',
        '- **FR-2**: Show suggestions while typing',
        '  - Shown after three letters',
        '- **NFR-1**: Answers within 100 ms',
        '',
        '## 7. Implementation Plan',
        '',
        '1. **Foundation** (4h)',
        '   - Build the search index',
        '   - Deploy to production',
        '',
      ].join('\n'),
    );
    workspace = await open();
    const done = await generateTasks.run(
      workspace,
      generateTasks.input.parse({ prd: 'PRD-B-007-search', yes: true }),
      call,
    );
    expect(done.ok && done.value).toMatchObject({ tasks: 4, phases: 3, written: true });
    const path = 'docs/plans/Task-List-B-007-search.md';
    const items = workspace.plan.document(path)?.items.filter((item) => item.kind === 'task') ?? [];
    expect(items.map((item) => item.title)).toEqual([
      'Build the search index',
      'Deploy to production',
      'Show suggestions while typing',
      'Check the whole against its acceptance criteria',
    ]);
    expect(items.map((item) => [item.autoAdvance?.value, item.pauseAfter?.value])).toEqual([
      [true, false],
      [false, true],
      [true, false],
      [true, false],
    ]);
    expect(items[0]?.gates.map((gate) => gate.command)).toEqual(['npm test']);
    expect(items[0]?.estimate?.text).toBe('2 hours');
    expect(items[2]?.criteria.map((each) => each.text)).toEqual(['Shown after three letters']);
    expect(read(path)).toContain('**Requirement**: FR-1 (docs/plans/PRD-B-007-search.md:5)');
    expect(read(path)).toContain('**Requirement**: FR-2 (docs/plans/PRD-B-007-search.md:6)');
    expect(read(path)).toContain('NFR-1: Answers within 100 ms');
  });
});

describe('ship', () => {
  const TASKS = '# Task List: B-001 — Page names\n\n#### Task 1.1: One\n\n**Status**: [ ]\n';

  it('refuses unfinished work, names it, and ships it when a person insists', async () => {
    write('docs/backlog.md', BACKLOG);
    write('docs/plans/Task-List-B-001-page-names.md', TASKS);
    workspace = await open();
    expect(refused(await shipped({ item: 'B-001', yes: true }))).toContain('Task 1.1: One');
    expect(read('docs/backlog.md')).toBe(BACKLOG);
    const shown = await shipped({ item: 'B-001' });
    expect(shown.ok && shown.value.unfinished).toHaveLength(1);
    const done = await shipped({ item: 'B-001', yes: true, force: true });
    expect(done.ok && done.value.written).toBe(true);
    expect(files()).toEqual([
      'docs/backlog.md',
      'docs/plans/archive/RUN-B-001.md',
      'docs/plans/archive/Task-List-B-001-page-names.md',
    ]);
    // Dated the way this backlog writes dates.
    const today = new Date().toISOString().slice(0, 10);
    expect(read('docs/backlog.md')).toContain(`<!-- completion_date: ${today} -->`);
    expect(workspace.plan.find('B-001')).toMatchObject({ ok: true, value: { status: 'done' } });
    expect(refused(await shipped({ item: 'B-001' }))).toContain('is done already');
  });

  it('keeps what the archive holds already', async () => {
    write('docs/backlog.md', BACKLOG);
    write('docs/plans/Task-List-B-001-page-names.md', TASKS.replace('[ ]', '[x]'));
    write('docs/plans/archive/Task-List-B-001-page-names.md', 'older\n');
    write('docs/plans/archive/RUN-B-001.md', 'older\n');
    workspace = await open();
    const done = await shipped({ item: 'B-001', yes: true });
    expect(done.ok && done.value.unverified).toHaveLength(1);
    expect(read('docs/plans/archive/Task-List-B-001-page-names.md')).toBe('older\n');
    expect(read('docs/plans/archive/RUN-B-001.md')).toBe('older\n');
    expect(existsSync(join(root, 'docs/plans/archive/Task-List-B-001-page-names-v2.md'))).toBe(true);
    expect(existsSync(join(root, 'docs/plans/archive/RUN-B-001-v2.md'))).toBe(true);
  });

  it('says when nothing is in progress, and does not guess among several', async () => {
    write('docs/backlog.md', BACKLOG);
    workspace = await open();
    expect(refused(await shipped({}))).toContain('no backlog item is in progress');
    write('docs/backlog.md', BACKLOG.replaceAll('todo', 'in-progress'));
    await workspace.plan.open();
    expect(await shipped({})).toMatchObject({ ok: false, error: { kind: 'ambiguous-item' } });
  });
});
