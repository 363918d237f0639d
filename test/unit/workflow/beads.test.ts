// Issues that bd keeps: a status is set by its own command, after a person approved exactly that, and never before.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { set } from '../../../src/workflow/actions/plan-actions';
import { approve } from '../../../src/workflow/actions/run-actions';
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
