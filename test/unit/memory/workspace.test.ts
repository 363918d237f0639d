import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemoryRequest } from '../../../src/model/memory';
import { openWorkspace, type OpenOptions, type OpenWorkspace } from '../../../src/wire';
import type { WorkspaceMemory } from '../../../src/workflow/action';
import { actions } from '../../../src/workflow/actions';
import { parseCommand } from '../../../src/terminal/arguments';
import { paintFor } from '../../../src/terminal/paint';
import { renderOutput } from '../../../src/terminal/render';

const SLOW = 'echo $$ > slow.pid; exec sleep 60';
const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
let base: string;
let root: string;
let workspace: OpenWorkspace | null = null;

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'soloflow-memory-'));
  root = path.join(base, 'workspace');
  process.env['SOLOFLOW_USER_DIR'] = path.join(base, 'user');
  write(
    'docs/Task-List-B-001.md',
    [
      '# Task List: B-001 Cache',
      '',
      '#### Task 1.1: Choose the eviction',
      '**Priority**: High',
      '',
      '```bash',
      'echo chosen',
      '```',
      '',
      '#### Task 1.2: Write it down',
      '**Dependencies**: Task 1.1',
      '',
      'Explain why the oldest entries leave first.',
      '',
    ].join('\n'),
  );
});
afterEach(async () => {
  await workspace?.dispose({ endProcesses: true });
  workspace = null;
  delete process.env['SOLOFLOW_USER_DIR'];
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
});

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

/** A new session: what went before is only in the database. */
async function session(options: Partial<OpenOptions> = {}): Promise<OpenWorkspace & { memory: WorkspaceMemory }> {
  await workspace?.dispose();
  const opened = await openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'run',
    watch: false,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    version: '0',
    ...options,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  workspace = opened.value;
  const { memory } = opened.value;
  if (memory === null) throw new Error('no memory');
  return { ...opened.value, memory };
}

async function act<T>(name: string, input: Record<string, unknown>, options: Partial<OpenOptions> = {}): Promise<T> {
  const action = actions.find((each) => each.name === name);
  const at = workspace ?? (await session(options));
  if (action === undefined) throw new Error(`no action ${name}`);
  const call = { by: 'test', signal: new AbortController().signal, progress: () => {} };
  const done = await action.run(at, action.input.parse(input), call);
  if (!done.ok) throw Object.assign(new Error(JSON.stringify(done.error)), { failure: done.error });
  return done.value as T;
}

describe('remembering', () => {
  it('is there in the next session, with its source, and without secrets', async () => {
    await session();
    const kept = await act<{ id: string; title: string; key: string }>('remember', {
      text: `Evict the oldest entries\nbecause ${SECRET} said so \u001b[31m`,
      kind: 'decision',
      item: '1.1',
      source: 'docs/Task-List-B-001.md:3',
    });
    expect(kept.title).toBe('Evict the oldest entries');
    const { memory } = await session();
    const [first] = await memory.recall('which entries to evict', 5);
    expect(first).toMatchObject({ kind: 'decision', id: kept.id });
    expect(first?.text).not.toContain(SECRET);
    expect(first?.text).toContain('[redacted]');
    expect(first?.text).not.toContain('\u001b');
    expect(first?.citation).toContain('docs/Task-List-B-001.md:3');
    expect(memory.notes(kept.key, 5).map(({ id }) => id)).toEqual([kept.id]);
    expect(memory.handover()).toContain('Evict the oldest entries');
  });

  it('supersedes without deleting, once, and by a part of the id that only one has', async () => {
    const { memory, store } = await session();
    const old = await act<{ id: string }>('remember', { text: 'Use port 3000', kind: 'decision' });
    const next = await act<{ id: string }>('remember', {
      text: 'Use port 4000',
      kind: 'decision',
      supersedes: old.id.slice(-12),
    });
    expect((await memory.recall('which port', 5)).map(({ id }) => id)).toEqual([next.id]);
    expect(store?.memory.get(old.id)).toMatchObject({ body: 'Use port 3000', supersededBy: next.id });
    await expect(act('remember', { text: 'Use port 5000', supersedes: old.id })).rejects.toThrow('already superseded');
    await expect(act('remember', { text: 'x', supersedes: 'nobody' })).rejects.toThrow('no memory has the id');
  });

  it('refuses sources outside the workspace', async () => {
    await session();
    for (const source of ['../x.md:1', '/etc/passwd', 'C:\\x', 'file:///etc/passwd', 'commit:xyz'])
      await expect(act('remember', { text: 'x', source })).rejects.toThrow('invalid-input');
    const kinds = [
      ['docs/Task-List-B-001.md:3', 'docs/Task-List-B-001.md:3'],
      ['commit:1a2b3c4d5e', 'commit 1a2b3c4d5e'],
      ['output:01h-attempt', 'output 01h-attempt'],
      ['https://example.com/why', 'https://example.com/why'],
    ] as const;
    for (const [at, [source, cited]] of kinds.entries()) {
      await act('remember', { text: `Walrus ${at} of the cache`, kind: 'fact', source, item: '1.2' });
      const [found] = (await act<{ found: { citation: string }[] }>('recall', { query: `walrus ${at}`, limit: 1 }))
        .found;
      expect(found?.citation).toContain(cited);
      // The task as well.
      expect(found?.citation).toMatch(/task .*1\.2/);
    }
    expect(await act('remember', { text: 'y', source: 'commit:1A2B3C4D' })).toMatchObject({
      source: { commit: '1a2b3c4d', by: 'test' },
    });
  });
});

describe('the context of a task', () => {
  it('is kept at each turn by itself and by hand, and comes back in a new session with ids and times', async () => {
    const { engine, approvals } = await session();
    approvals.approve(['echo chosen'], 'test');
    const started = await engine.start({
      scope: { kind: 'document', path: 'docs/Task-List-B-001.md' },
      options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 1 },
      requestKey: 'one',
      by: 'test',
    });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    await engine.settled(started.value.id);
    const pause = engine.pauses()[0];
    if (pause === undefined) throw new Error('nothing waits');
    const key = pause.taskKey ?? '';
    await act('remember', { text: 'Kim knows\nmore about it', kind: 'fact', item: key });
    const status = await act<{ pauses: { remembered: string[] }[] }>('status', {});
    expect(status.pauses[0]?.remembered).toEqual(['fact: Kim knows']);
    expect(renderOutput('status', status, paintFor(false, {}))).toContain('fact: Kim knows');
    await act('keep-context', { item: key, text: `half way, ${SECRET}` });
    const { memory, engine: later } = await session();
    await later.answer(pause.id, pause.default, 'looks right', 'test');
    await later.settled(started.value.id);
    const kept = memory.context(key, 50);
    const moments = kept.map(({ moment }) => moment);
    expect(moments).toContain('manual');
    expect(moments).toContain('pause');
    expect(moments).toContain('answer');
    expect(kept.find(({ moment }) => moment === 'manual')?.text).toContain('half way, [redacted]');
    expect(new Set(kept.map(({ sessionId }) => sessionId)).size).toBe(2);
    for (const { at, runId } of kept) {
      expect(at).toBeGreaterThan(1.6e12);
      expect(runId).toBe(started.value.id);
    }
    const shown = await act<{ context: { moment: string }[] }>('context', { item: key });
    expect(shown.context.map(({ moment }) => moment)).toEqual(kept.slice(0, 20).map(({ moment }) => moment));
    await act('remember', { text: 'Ask Kim first', kind: 'lesson', item: key });
    for (const name of ['task', 'context'])
      expect(await act(name, { item: key })).toMatchObject({ notes: [{ kind: 'lesson', text: 'Ask Kim first' }, {}] });
    expect(await act('show', { item: key })).toMatchObject({ remembered: [{ title: 'Ask Kim first' }, {}] });
    const text = memory.handover();
    expect(text).toMatch(/## Done\n\n- .*Choose the eviction/);
  });
});

describe('the hand-over', () => {
  const section = async (title: string): Promise<string> => {
    const { text } = await act<{ text: string }>('handover', {});
    return text.split('\n## ').find((part) => part.startsWith(`${title}\n`)) ?? '';
  };

  it('is made from facts, and follows each of them at once', async () => {
    const { engine, approvals } = await session();
    expect(await section('Next')).toContain('Choose the eviction (docs/Task-List-B-001.md:3)');
    expect(await section('In the documents')).toContain('docs/Task-List-B-001.md: 0 of 2 done');
    for (const empty of ['Waiting for a person', 'Done', 'Failed', 'Open in runs', 'Decisions'])
      expect(await section(empty)).toBe(`${empty}\n\nNothing.\n`);
    approvals.approve(['echo chosen'], 'test');
    const started = await engine.start({
      scope: { kind: 'document', path: 'docs/Task-List-B-001.md' },
      options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1 },
      requestKey: 'hand-over',
      by: 'test',
    });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    await engine.settled(started.value.id);
    const [pause] = engine.pauses();
    expect(await section('Waiting for a person')).toContain(`\`soloflow answer ${pause?.id ?? ''}\``);
    expect(await section('Open in runs')).toMatch(/0 of 2 done \(run .*\n {2}- paused: Task 1\.1 Choose the eviction/);
    await engine.answer(pause?.id ?? '', 'done', 'seen', 'test');
    await engine.settled(started.value.id);
    expect(await section('Done')).toMatch(
      /Choose the eviction \(docs\/Task-List-B-001\.md:3\): verified; person: pass/,
    );
    await act('remember', { text: 'The oldest goes first', kind: 'decision', item: '1.1' });
    expect(await section('Decisions')).toContain('The oldest goes first');
    const [turn] = engine.pauses();
    await engine.answer(turn?.id ?? '', 'fail', 'nobody knows why', 'test');
    await engine.settled(started.value.id);
    const [failed] = engine.pauses();
    await engine.answer(failed?.id ?? '', 'fail', null, 'test');
    await engine.settled(started.value.id);
    expect(await section('Failed')).toContain('Write it down (docs/Task-List-B-001.md:10): ');
    expect(await section('Waiting for a person')).toContain('Nothing.');
  });
});

describe('context is kept by itself', () => {
  const run = async (gate: string) => {
    write(
      'docs/Task-List-B-002.md',
      [
        '# Task List: B-002 Moments',
        '',
        '#### Task 2.1: Make the file',
        '',
        '**Commands**:',
        '',
        '```bash',
        'cat wanted.txt',
        '```',
        '',
        '**Quality Gates**:',
        '',
        `- [ ] \`${gate}\` passes`,
        '',
      ].join('\n'),
    );
    const opened = await session();
    opened.approvals.approve(['cat wanted.txt', gate], 'test');
    const started = await opened.engine.start({
      scope: { kind: 'document', path: 'docs/Task-List-B-002.md' },
      options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 1 },
      requestKey: 'moments',
      by: 'test',
    });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    await opened.engine.settled(started.value.id);
    return { ...opened, runId: started.value.id };
  };
  const momentsOf = (kept: readonly { readonly moment: string }[]): readonly string[] =>
    kept.map(({ moment }) => moment).toReversed();

  it('at start, failure, pause, answer, gate and completion, of the task and of its run', async () => {
    const { engine, memory, runId, store } = await run('grep -q yes wanted.txt');
    const [pause] = engine.pauses();
    const key = pause?.taskKey ?? '';
    const before = momentsOf(memory.context(key, 50));
    // It is tried several times.
    expect(before.slice(0, 2)).toEqual(['start', 'failure']);
    expect(before.slice(-2)).toEqual(['failure', 'pause']);
    write('wanted.txt', 'yes\n');
    // An answer without a word is an answer.
    await engine.answer(pause?.id ?? '', 'retry', null, 'test');
    await engine.settled(runId);
    const kept = memory.context(key, 50);
    expect(momentsOf(kept)).toEqual([...before, 'answer', 'start', 'gate', 'completion']);
    expect(kept.find(({ moment }) => moment === 'answer')?.text).toContain('"choice": "retry"');
    expect(new Set(kept.map(({ sessionId }) => sessionId)).size).toBe(1);
    const rows = store?.memory.latest({ kinds: ['context'], runId, limit: 50 }) ?? [];
    expect(rows.filter(({ taskKey }) => taskKey === null).map(({ title }) => title)).toEqual(['completion', 'start']);
    // Restored into what the agent is told and what the person sees.
    for (const name of ['task', 'context', 'show']) {
      const shown = await act<object>(name, { item: key });
      expect([name, JSON.stringify(shown)]).toEqual([name, expect.stringContaining('completion') as string]);
    }
  });

  it('and not where the run was started without it', async () => {
    const { engine, store } = await session();
    const started = await engine.start({
      scope: { kind: 'document', path: 'docs/Task-List-B-001.md' },
      options: { autoAdvance: true, smartPause: true, contextPreserve: false, concurrency: 1 },
      requestKey: 'none',
      by: 'test',
    });
    if (!started.ok) throw new Error(JSON.stringify(started.error));
    await engine.settled(started.value.id);
    expect(store?.memory.latest({ kinds: ['context'], limit: 9 })).toEqual([]);
  });

  it('by hand, or it says that it could not be', async () => {
    const { store, memory } = await session();
    const other = new (await import('better-sqlite3')).default(store?.path ?? '');
    other.exec('BEGIN IMMEDIATE');
    try {
      expect(memory.keep('k', null, { text: 'half way' })).toMatchObject({
        ok: false,
        error: { kind: 'store-locked' },
      });
    } finally {
      other.close();
    }
    expect(memory.keep('k', null, { text: 'half way' })).toMatchObject({ ok: true });
    expect(memory.context('k', 5)).toHaveLength(1);
  });

  it('without secrets, also of those that JSON would hide', async () => {
    write('.soloflow/config.json', JSON.stringify({ run: { env: { DEPLOY_TOKEN: 'plain-looking-value' } } }));
    const { memory } = await session();
    memory.keep('k', null, { text: 'it said {"password":"hunter2hunter2"} and plain-looking-value' });
    const [kept] = memory.context('k', 1);
    expect(kept?.text).toContain('it said');
    expect(kept?.text).not.toMatch(/hunter2|plain-looking-value/);
  });
});

describe('all systems', () => {
  const request: MemoryRequest = {
    query: 'oldest entries of the cache',
    systems: ['ltst', 'cursor', 'go_cli', 'prime'],
    role: 'coder',
    budget: 6000,
  };
  const never = new AbortController().signal;

  it('answer from the record, the rules and git and the editor, the anchors, and a bundle', async () => {
    write('AGENTS.md', 'Always use tabs.\n');
    write('guide.md', '# Guide\n<!-- ANCHOR_KEY: tldr -->\n<!-- ANCHOR_PRIORITY: 0 -->\nRead this first of all.\n');
    execFileSync('git', ['init', '-q', '-b', 'trunk'], { cwd: root });
    const { memory } = await session({
      editorContext: () => ({
        active: { path: 'src/cache.ts', line: 7, selection: 'const oldest = entries[0];' },
        open: ['src/cache.ts'],
        problems: ['src/cache.ts:7 unused'],
      }),
    });
    await act('remember', { text: 'The oldest entries leave the cache first', kind: 'decision' });
    const steps: string[] = [];
    const answer = await memory.orchestrate(request, never, (step) => steps.push(step));
    expect(answer.systems.map(({ source, status }) => [source, status])).toEqual([
      ['ltst', 'ok'],
      ['cursor', 'ok'],
      ['go_cli', 'ok'],
      ['prime', 'ok'],
    ]);
    const all = answer.passages.map(({ text }) => text).join('\n');
    for (const part of ['leave the cache first', 'Always use tabs.', 'Read this first of all.', 'Branch: trunk'])
      expect(all).toContain(part);
    expect(all).toContain('const oldest');
    expect(answer.passages[0]?.title).toBe('Hand-over');
    expect(answer.passages.map(({ citation }) => citation)).toContain('guide.md:2');
    expect(steps).toContain('go_cli: ok');
    const bundle = await act<{ text: string; tokens: number }>('prime', { budget: 1000 });
    expect(bundle.text.length / 4).toBeLessThanOrEqual(1000);
    expect(bundle.text).toContain('# Hand-over');
  });

  it('use the configured command instead of anchors, once a person approved it, with the query as data', async () => {
    const command = 'printf "%s for %s" "$SOLOFLOW_QUERY" "$SOLOFLOW_ROLE"';
    write('.soloflow/config.json', JSON.stringify({ memory: { goCli: command } }));
    const { memory } = await session();
    const asked = { ...request, systems: ['go_cli'] as const, query: '"; touch owned; echo "$(touch owned)' };
    const refused = await memory.orchestrate(asked, never, () => {});
    expect(refused.systems[0]).toMatchObject({ status: 'error', error: expect.stringContaining('not approved') });
    expect(await act('approve', { config: true })).toMatchObject({ commands: [{ command, approved: false }] });
    expect(await act('approve', { config: true, all: true })).toMatchObject({
      commands: [{ command, approved: true }],
    });
    const answered = await memory.orchestrate(asked, never, () => {});
    expect(answered.passages[0]?.text).toBe('"; touch owned; echo "$(touch owned) for coder');
    write('.soloflow/config.json', JSON.stringify({ memory: { goCli: 'echo broken >&2; exit 3' } }));
    const { memory: again, approvals: others } = await session();
    others.approve(['echo broken >&2; exit 3'], 'test');
    const failed = await again.orchestrate(asked, never, () => {});
    expect(failed.systems[0]).toMatchObject({ status: 'error', error: 'exit code 3 broken' });
  });

  it('go on while the configured command is slow: it is ended and reported, and so is one that says nothing', async () => {
    write('guide.md', '# Guide\n\nThe oldest entries of the cache go first.\n');
    write('.soloflow/config.json', JSON.stringify({ memory: { goCli: SLOW, timeoutSeconds: 1 } }));
    const { memory, approvals } = await session();
    approvals.approve([SLOW, 'true'], 'test');
    const steps: string[] = [];
    const answer = await memory.orchestrate(request, never, (step) => steps.push(step));
    expect(answer.systems.find(({ source }) => source === 'go_cli')).toMatchObject({
      status: expect.stringMatching(/^(?:error|timeout)$/) as string,
      error: expect.stringMatching(/timeout|within 1 s/) as string,
      output: [],
    });
    expect(answer.passages.map(({ text }) => text).join()).toContain('The oldest entries of the cache go first.');
    // Each says when it begins and how it ended; the slow one last.
    expect(steps.slice(0, 4)).toEqual(request.systems);
    expect(steps.at(-1)).toMatch(/^go_cli: (?:error|timeout)$/);
    // Nothing of it is left behind.
    const pid = Number(readFileSync(path.join(root, 'slow.pid'), 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);

    write('.soloflow/config.json', JSON.stringify({ memory: { goCli: 'true' } }));
    const { memory: again } = await session();
    const silent = await again.orchestrate({ ...request, systems: ['go_cli'] }, never, () => {});
    expect(silent.systems[0]).toMatchObject({ status: 'empty', error: null });
  }, 30_000);

  it('are named one behind the other in the terminal', () => {
    const action = actions.find(({ name }) => name === 'memory');
    if (action === undefined) throw new Error('no action');
    const line = ['--systems', 'ltst', 'cursor', 'go_cli', 'prime', '--role', 'planner', 'current project status'];
    expect(parseCommand(action, line)).toMatchObject({
      value: {
        input: { systems: ['ltst', 'cursor', 'go_cli', 'prime'], role: 'planner', query: 'current project status' },
      },
    });
    expect(parseCommand(action, ['--systems', 'ltst,prime', 'x'])).toMatchObject({
      value: { input: { systems: ['ltst', 'prime'], query: 'x' } },
    });
    expect(parseCommand(action, ['--systems', 'everything', 'x'])).toMatchObject({ ok: false });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
