// Issues that bd keeps: a status is set by its own command, after a person approved exactly that, and never before.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { set } from '../../../src/workflow/actions/plan-actions';
import { approve } from '../../../src/workflow/actions/run-actions';
import { generateTasks } from '../../../src/workflow/actions/generate-actions';
import { continueRun } from '../../../src/workflow/actions/run-actions';
import { start } from '../../../src/workflow/actions/start-actions';
import { complete, startWork } from '../../../src/workflow/actions/status-actions';
import { call, place, type Place } from './workspace';

const FILE = '.beads/issues.jsonl';
const issue = (id: string, status: string): string =>
  `${JSON.stringify({ id, title: `Issue ${id}`, status, priority: 1, issue_type: 'task' })}\n`;

/** Stands in for bd: notes how it was called and exports the new status as bd does. */
const BD = `#!/usr/bin/env node
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(process.env.HOME + '/bd.log', args.join(' ') + '\\n');
if (args[1] === 'bd-9') { console.error('no such issue'); process.exit(1); }
if (args[0] === 'create') {
  const of = Object.fromEntries(args.slice(1).map((arg) => [arg.slice(2, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]));
  if (fs.existsSync(process.env.HOME + '/refuse-' + of.title)) { console.error('no room for it'); process.exit(1); }
  const dependencies = (of.deps ?? '').split(',').filter(Boolean).map((each) => {
    const [type, on] = each.includes(':') ? each.split(':') : ['blocks', each];
    return { issue_id: of.id, depends_on_id: on, type };
  });
  fs.appendFileSync('${FILE}', JSON.stringify({
    id: of.id, title: of.title, description: of.description, acceptance_criteria: of.acceptance, status: 'open',
    priority: Number(of.priority), issue_type: of.type, labels: of.labels?.split(','), estimated_minutes: Number(of.estimate) || undefined, dependencies,
  }) + '\\n');
  process.exit(0);
}
const status = args[0] === 'close' ? 'closed' : args[0] === 'reopen' ? 'open' : args[3];
const lines = fs.readFileSync('${FILE}', 'utf8').trim().split('\\n').map((line) => JSON.parse(line));
for (const each of lines) if (each.id === args[1]) each.status = status;
fs.writeFileSync('${FILE}', lines.map((line) => JSON.stringify(line) + '\\n').join(''));
`;

let at: Place;
let home: string;
const before = { path: process.env['PATH'], home: process.env['HOME'] };

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'soloflow-bd-'));
  writeFileSync(join(home, 'bd'), BD);
  chmodSync(join(home, 'bd'), 0o755);
  process.env['PATH'] = `${home}:${process.env['PATH'] ?? ''}`;
  process.env['HOME'] = home;
  at = place();
  at.write(FILE, issue('bd-1', 'open') + issue('bd-1.2', 'closed') + issue('bd-4', 'open') + issue('bd-9', 'open'));
  await at.open();
});

afterEach(async () => {
  await at.remove();
  process.env['PATH'] = before.path;
  process.env['HOME'] = before.home;
  rmSync(home, { recursive: true, force: true });
});

const ran = (): string => (existsSync(join(home, 'bd.log')) ? readFileSync(join(home, 'bd.log'), 'utf8') : '');
const keyOf = (id: string): string => {
  const found = [...at.workspace.plan.snapshot().items.values()].find((item) => item.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found.key;
};

describe.skipIf(process.platform === 'win32')('beads', () => {
  it('offers the exact command and runs nothing', async () => {
    expect(await at.run(set, { item: 'bd-1', status: 'in-progress' })).toEqual({
      ok: false,
      error: { kind: 'not-approved', commands: ['bd update bd-1 --status in_progress'] },
    });
    expect(await at.run(complete, { item: 'bd-1' })).toMatchObject({ error: { commands: ['bd close bd-1'] } });
    expect(await at.run(set, { item: 'bd-1.2', status: 'open' })).toMatchObject({
      error: { commands: ['bd reopen bd-1.2'] },
    });
    expect(await at.run(set, { item: 'bd-1', status: 'blocked' })).toMatchObject({
      error: { commands: ['bd update bd-1 --status blocked'] },
    });
    expect(ran()).toBe('');
    expect(at.read(FILE)).toContain('"bd-1","title":"Issue bd-1","status":"open"');
  });

  it('runs the approved command, only that one, and reads what bd wrote', async () => {
    expect(await at.done(set, { item: 'bd-1', status: 'in-progress', approve: true })).toMatchObject({
      changed: true,
      command: 'bd update bd-1 --status in_progress',
    });
    expect(ran()).toBe('update bd-1 --status in_progress\n');
    expect(at.workspace.plan.snapshot().items.get(keyOf('bd-1'))?.status).toBe('in-progress');
    // Another command of the same tool is another text.
    expect(await at.run(set, { item: 'bd-1', status: 'done' })).toMatchObject({ error: { kind: 'not-approved' } });
    at.workspace.approvals.approve(['bd close bd-1'], 'test');
    expect(await at.run(complete, { item: 'bd-1' })).toMatchObject({ ok: true });
    expect(ran().split('\n')[1]).toBe('close bd-1');
    expect(at.workspace.plan.snapshot().items.get(keyOf('bd-1'))?.status).toBe('done');
  });

  it('the commands of a scope are approved with the others; then work starts', async () => {
    const listed = await at.done(approve, { tasks: FILE });
    expect(listed.commands).toContainEqual({ command: 'bd close bd-4', approved: false });
    expect(listed.commands).toContainEqual({ command: 'bd update bd-4 --status in_progress', approved: false });
    await at.done(approve, { tasks: FILE, all: true });
    expect(await at.run(startWork, { item: 'bd-4' })).toMatchObject({ ok: true });
    expect(ran()).toBe('update bd-4 --status in_progress\n');
  });

  it('a run asks in the same way, and so does an agent that hands in', async () => {
    const change = { kind: 'set-status', key: keyOf('bd-1'), status: 'done' } as const;
    expect(await at.workspace.planPort.apply(change, FILE)).toEqual({
      ok: false,
      error: { kind: 'not-approved', commands: ['bd close bd-1'] },
    });
    // An agent cannot approve, whatever it says.
    const input = set.input.parse({ item: 'bd-1', status: 'done', approve: true });
    const byAgent = await set.run(at.workspace, input, { ...call, by: 'mcp:claude' });
    expect(byAgent).toMatchObject({ ok: false, error: { kind: 'not-approved' } });
    expect(ran()).toBe('');
    at.workspace.approvals.approve(['bd close bd-1'], 'test');
    expect(await at.workspace.planPort.apply(change, FILE)).toMatchObject({ ok: true });
    expect(ran()).toBe('close bd-1\n');
  });

  it('a run pauses for the exact commands before the task begins', async () => {
    const only = { kind: 'only', key: keyOf('bd-4') } as const;
    const options = { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1, worker: false };
    const started = await at.workspace.engine.start({ scope: only, options, requestKey: 'one', by: 'test' });
    expect(started.ok).toBe(true);
    const reason = await vi.waitFor(
      () => {
        const found = at.workspace.engine.pauses()[0]?.reason;
        if (found === undefined) throw new Error('not yet');
        return found;
      },
      { timeout: 20_000 },
    );
    expect(reason).toEqual({
      kind: 'approval',
      commands: ['bd update bd-4 --status in_progress', 'bd close bd-4'],
    });
    expect(ran()).toBe('');
  });

  it('does nothing in a folder that nobody trusts', async () => {
    await at.open({ trusted: () => false });
    const input = { item: 'bd-1', status: 'done', approve: true };
    expect(await at.run(set, input)).toMatchObject({ error: { kind: 'untrusted' } });
    expect(ran()).toBe('');
  });

  it('says what bd said, and what cannot be said to it', async () => {
    expect(await at.run(set, { item: 'bd-9', status: 'done', approve: true })).toEqual({
      ok: false,
      error: { kind: 'tool', command: 'bd close bd-9', message: 'no such issue' },
    });
    expect(await at.run(set, { item: 'bd-1', status: 'cancelled', approve: true })).toMatchObject({
      error: { kind: 'not-writable' },
    });
    at.write(FILE, issue('bd-1; rm -rf x', 'open'));
    await at.open();
    expect(await at.run(set, { item: 'bd-1; rm -rf x', status: 'done', approve: true })).toMatchObject({
      error: { kind: 'not-writable' },
    });
    rmSync(join(home, 'bd'));
    at.write(FILE, issue('bd-2', 'open'));
    await at.open();
    expect(await at.run(set, { item: 'bd-2', status: 'done', approve: true })).toMatchObject({
      error: { kind: 'tool', message: 'bd is not on the PATH' },
    });
  });
});

describe.skipIf(process.platform === 'win32')('generated tasks', () => {
  const PRD = 'docs/plans/PRD-B-005-page-names.md';
  const made = (): readonly string[] =>
    ran()
      .split('\n')
      .filter((line) => line.startsWith('create '));
  const idsBelow = (): readonly (string | null)[] =>
    [...at.workspace.plan.snapshot().items.values()].filter((item) => item.parent !== null).map((item) => item.title);

  beforeEach(async () => {
    at.write(
      PRD,
      "# PRD: B-005 — It's page names\n\n## Functional requirements\n\n- **FR-1**: Make names\n- **FR-2**: Keep what was given once\n\n## Acceptance criteria\n\n- [ ] No address is lost\n",
    );
    await at.open();
  });

  it('become an epic with children by commands that are shown and approved first', async () => {
    const before = at.read(FILE);
    const shown = await at.done(generateTasks, { prd: PRD });
    expect(shown).toMatchObject({ form: 'beads', path: FILE, tasks: 3, documents: [] });
    expect(shown.commands).toHaveLength(4);
    expect(shown.commands[0]).toMatch(
      /^bd create --id=bd-[a-z][a-z0-9]{4} --type=epic --priority=2 '--title=It'\\''s page names' /,
    );
    expect(await at.run(generateTasks, { prd: PRD, yes: true })).toEqual({
      ok: false,
      error: { kind: 'not-approved', commands: shown.commands },
    });
    expect(made()).toEqual([]);
    expect(at.read(FILE)).toBe(before);
    // An agent cannot approve, whatever it says.
    const asAgent = generateTasks.input.parse({ prd: PRD, yes: true, approve: true });
    expect(await generateTasks.run(at.workspace, asAgent, { ...call, by: 'mcp:claude' })).toMatchObject({ ok: false });
    expect(made()).toEqual([]);

    await at.done(generateTasks, { prd: PRD, yes: true, approve: true });
    expect(made()).toHaveLength(4);
    const epic = [...at.workspace.plan.snapshot().items.values()].find((item) => item.title === "It's page names");
    expect(epic).toMatchObject({ kind: 'epic', description: expect.stringContaining('Backlog item: B-005') });
    const last = at.workspace.plan.find(`${epic?.id ?? ''}.3`);
    expect(last).toMatchObject({
      value: {
        title: 'Check the whole against its acceptance criteria',
        parent: epic?.key,
        criteria: [{ text: 'No address is lost', done: false }],
        dependencies: [{ text: `${epic?.id ?? ''}.1` }, { text: `${epic?.id ?? ''}.2` }],
      },
    });
    expect(await at.run(generateTasks, { prd: PRD, yes: true, approve: true })).toMatchObject({
      ok: false,
      error: { kind: 'invalid-input' },
    });
    expect(made()).toHaveLength(4);
  });

  it.each([
    ['bd', ['bd-1', 'bd-a3f8', 'bd-a3f8.1', 'bd-wisp-x1', 'bd-wisp-x2', 'bd-wisp-x3', 'bd-wisp-x4']],
    ['my-app', ['my-app-a1', 'my-app-b2', 'my-app-b2.1']],
  ])('have the prefix of the project: %s', async (prefix, ids) => {
    at.write(FILE, ids.map((id) => issue(id, 'open')).join(''));
    await at.open();
    const { commands } = await at.done(generateTasks, { prd: PRD });
    expect(commands[0]).toMatch(new RegExp(`^bd create --id=${prefix}-[a-z][a-z0-9]{4} `));
  });

  it('that the tool refuses in the middle are finished by doing it again, and never made twice', async () => {
    writeFileSync(join(home, 'refuse-Keep what was given once'), '');
    expect(await at.run(generateTasks, { prd: PRD, yes: true, approve: true })).toMatchObject({
      ok: false,
      error: { kind: 'tool', message: 'no room for it' },
    });
    expect(idsBelow()).toContain('Make names');
    rmSync(join(home, 'refuse-Keep what was given once'));
    const shown = await at.done(generateTasks, { prd: PRD });
    expect(shown.commands).toHaveLength(2);
    await at.done(generateTasks, { prd: PRD, yes: true });
    const titles = idsBelow().filter((title) => !title?.startsWith('Issue'));
    expect(titles).toEqual([
      'Make names',
      'Keep what was given once',
      'Check the whole against its acceptance criteria',
    ]);
  });

  it('of an idea are made and run; nothing is written while the commands are not approved', async () => {
    const idea = { idea: 'Page addresses', points: 2, score: 4, step: ['Shorten', 'Keep'] };
    expect(await at.run(start, { ...idea, yes: true })).toMatchObject({ ok: false, error: { kind: 'not-approved' } });
    expect(at.has('docs/backlog.md')).toBe(false);
    // The tool refuses the first one: the documents are put back.
    writeFileSync(join(home, 'refuse-Page addresses'), '');
    expect(await at.run(start, { ...idea, yes: true, approve: true })).toMatchObject({ error: { kind: 'tool' } });
    expect(at.has('docs/backlog.md')).toBe(false);
    rmSync(join(home, 'refuse-Page addresses'));
    // A later one: the start is interrupted, and going on makes the rest.
    writeFileSync(join(home, 'refuse-Keep'), '');
    expect(await at.run(start, { ...idea, yes: true })).toMatchObject({ error: { kind: 'tool' } });
    expect(at.has('docs/backlog.md')).toBe(true);
    rmSync(join(home, 'refuse-Keep'));
    const done = await at.done(continueRun, {});
    if (!('workflow' in done) || done.workflow !== 'start') throw new Error(JSON.stringify(done));
    expect(done.run?.tasks.map(({ title }) => title)).toEqual(['Shorten', 'Keep']);
    expect(made().filter((line) => line.includes('--title=Shorten'))).toHaveLength(1);
  });
});
