import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../src/engine/loading';
import type { RunEvent } from '../../../src/model/run-event';
import { examine, type CheckId } from '../../../src/store/doctor';
import { openDatabase } from '../../../src/store/driver';
import { verifyChain } from '../../../src/store/event-chain';
import { exportLines } from '../../../src/store/export';
import { importLines } from '../../../src/store/import';
import { importWorkflow } from '../../../src/store/import-workflow';
import type { Store } from '../../../src/store/open';
import { compare, rebuildRun } from '../../../src/store/rebuild';
import { dropFinishedRuns, vacuum } from '../../../src/store/retention';
import { readWorkflowStates, toWorkflowState } from '../../../src/store/workflow-state';
import { attempt, batch, command, open, run, spec, task, tempFolder, tick } from './support';

/**
 * Records a run of two tasks by its events; the rows are what the fold makes of them. `left`: nobody said how the attempt
 * at the first one ended.
 */
function recordFolded(store: Store, id: string, options: { ended: boolean; left?: boolean }): void {
  const epoch = store.lease.tryAcquire('test')!;
  const begun = run(id, { status: 'created', revision: 0 });
  const about = (type: string, more: object = {}) =>
    ({ type, runId: id, at: tick(), actor: 'test', ...more }) as unknown as RunEvent;
  const aboutTask = (type: string, more: object = {}) => about(type, { taskKey: 'a', ...more });
  const tried = attempt(id, 'a', `${id} try`);
  const events = [
    about('run-created', { run: begun }),
    aboutTask('task-added', { spec: spec('a') }),
    aboutTask('task-added', { taskKey: 'b', spec: spec('b') }),
    about('run-started'),
    aboutTask('task-ready'),
    aboutTask('attempt-started', {
      attemptId: tried.id,
      n: 1,
      kind: 'shell',
      idempotencyKey: tried.idempotencyKey,
      epoch,
      command: 'true',
      cwd: null,
      dir: null,
      deadlineAt: null,
    }),
    ...(options.left === true
      ? []
      : [aboutTask('attempt-ended', { attemptId: tried.id, outcome: 'ok', exitCode: 0, signal: null, error: null })]),
    aboutTask('task-succeeded', { verification: 'unverified' }),
    ...(options.ended
      ? [
          aboutTask('task-skipped', { taskKey: 'b', reason: 'no need' }),
          about('run-ended', { status: 'succeeded', reason: null }),
        ]
      : []),
  ];
  const record = foldRun(events)!;
  store.journal.commit(
    epoch,
    batch({
      events,
      runs: [record.run],
      tasks: record.tasks,
      attempts: record.attempts,
      outputs: [
        { attemptId: tried.id, stream: 'out', bytes: 5, truncated: false, redactions: 0, head: 'hello', tail: '' },
      ],
    }),
  );
}

describe('retention', () => {
  it('lets whole finished runs go after they were archived, and the chain goes on', () => {
    const root = tempFolder();
    const store = open(root);
    for (const id of ['r1', 'r2', 'r3']) recordFolded(store, id, { ended: true });
    recordFolded(store, 'r4', { ended: false });
    recordFolded(store, 'r5', { ended: true });
    const archived: string[] = [];
    const archive = (ids: readonly string[]) => {
      for (const line of exportLines(store, 'test', ids)) archived.push(JSON.stringify(line));
    };
    const options = { endedBefore: tick(), keepLatest: 1, archive };
    expect(() =>
      dropFinishedRuns(store.db, {
        ...options,
        archive: () => {
          throw new Error('disk gone');
        },
      }),
    ).toThrow('disk gone');
    expect(store.journal.runs(9)).toHaveLength(5);
    expect(dropFinishedRuns(store.db, options)).toEqual({ runs: 3, events: 30, held: null });
    expect(store.journal.runs(9).map((each) => each.id)).toEqual(['r5', 'r4']);
    expect(verifyChain(store.db)).toEqual({ checked: 18, brokenAt: null });
    recordFolded(store, 'r6', { ended: true });
    expect(store.journal.events({ limit: 999 }).at(-1)!.seq).toBe(58);
    expect(verifyChain(store.db)).toEqual({ checked: 28, brokenAt: null });
    // r5 ended, but r4 before it has not: that is said.
    expect(dropFinishedRuns(store.db, options)).toEqual({ runs: 0, events: 0, held: { runs: 1, by: 'r4' } });
    expect(() => store.db.exec('DELETE FROM event')).toThrow('append only');

    // The archive can be read back.
    const elsewhere = open(tempFolder());
    expect(importLines(elsewhere, foldRun, archived, 'cli')).toMatchObject({
      ok: true,
      value: { runs: 3, events: 30 },
    });
    expect(elsewhere.journal.run('r2')!.tasks[0]!.state).toBe('succeeded');
  });

  it('cuts the log only where a commit ends', () => {
    const store = open(tempFolder());
    const epoch = store.lease.tryAcquire('test')!;
    const ended = (id: string) => run(id, { status: 'succeeded', endedAt: tick() });
    const about = (id: string) => ({ type: 'run-started' as const, runId: id, at: tick(), actor: 'x' });
    store.journal.commit(epoch, batch({ runs: [ended('r1')], events: [about('r1')] }));
    store.journal.commit(epoch, batch({ runs: [ended('r2'), run('r3')], events: [about('r2'), about('r3')] }));
    const options = { endedBefore: tick(), keepLatest: 0, archive: () => undefined };
    expect(dropFinishedRuns(store.db, options)).toEqual({ runs: 1, events: 1, held: { runs: 1, by: 'r3' } });
    expect(store.journal.runs(9).map((each) => each.id)).toEqual(['r3', 'r2']);
    store.journal.commit(
      epoch,
      batch({ runs: [ended('r3')].map((each) => ({ ...each, revision: 2 })), events: [about('r3')] }),
    );
    expect(dropFinishedRuns(store.db, { ...options, endedBefore: tick() })).toEqual({
      runs: 2,
      events: 3,
      held: null,
    });
    expect(verifyChain(store.db)).toEqual({ checked: 0, brokenAt: null });
  });

  it('starts the chain again after everything has gone', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    expect(dropFinishedRuns(store.db, { endedBefore: tick(), keepLatest: 0, archive: () => undefined })).toEqual({
      runs: 1,
      events: 10,
      held: null,
    });
    expect(vacuum(store.db, 0)).toBe(true);
    recordFolded(store, 'r2', { ended: true });
    expect(store.journal.events({ limit: 1 })[0]!.seq).toBe(11);
    expect(verifyChain(store.db)).toEqual({ checked: 10, brokenAt: null });
  });
});

describe('what goes with old runs', () => {
  const context = (id: string, runId: string, title: string) => ({
    id,
    kind: 'context' as const,
    scope: 'task',
    taskKey: 'a',
    runId,
    sessionId: null,
    title,
    body: '{}',
    source: null,
    createdAt: 1,
  });

  it('is what was kept of them by itself, in the archive too; what somebody wrote stays', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    recordFolded(store, 'r2', { ended: false });
    store.memory.add(context('c1', 'r1', 'completion'));
    store.memory.add(context('c2', 'r2', 'completion'));
    store.memory.add(context('c3', 'r1', 'manual'));
    store.memory.add({ ...context('d1', 'r1', 'A decision'), kind: 'decision' });
    const archived: string[] = [];
    const archive = (ids: readonly string[]) => {
      for (const line of exportLines(store, 'test', ids)) archived.push(JSON.stringify(line));
    };
    dropFinishedRuns(store.db, { endedBefore: tick(), keepLatest: 0, archive });
    expect(['c1', 'c2', 'c3', 'd1'].map((id) => store.memory.get(id) !== null)).toEqual([false, true, true, true]);
    expect(
      archived.filter((line) => line.includes('"kind":"memory"')).map((line) => /"id":"(\w+)"/.exec(line)?.[1]),
    ).toEqual(['c1']);
    expect(importLines(store, foldRun, archived, 'cli')).toMatchObject({ ok: true, value: { runs: 1, memories: 1 } });
    expect(store.memory.get('c1')).not.toBeNull();
  });

  it('are requests and sessions of that time, whether or not a run goes; not those of processes that live', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: false });
    store.sessions.begin('mine', 'editor');
    store.sessions.begin('ended', 'cli');
    store.sessions.end('ended');
    // Killed: it never said goodbye.
    store.db.exec(`INSERT INTO session VALUES ('killed', 'cli', 2147483646, '1', 1, NULL)`);
    store.journal.submit(command('open'));
    store.journal.submit(command('done'));
    store.journal.commit(1, batch({ applied: [{ commandId: 'done', result: '' }] }));
    const nothing = { archive: () => undefined, keepLatest: 0 };
    expect(dropFinishedRuns(store.db, { ...nothing, endedBefore: tick() })).toMatchObject({ runs: 0 });
    expect(store.sessions.latest(9).map(({ id }) => id)).toEqual(['mine']);
    expect([store.journal.command('open'), store.journal.command('done')].map((each) => each?.id)).toEqual([
      'open',
      undefined,
    ]);
  });

  it('is nothing where one of them was opened again while the archive was written', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    const archive = () => {
      const { run: ended } = store.journal.run('r1')!;
      const again: RunEvent = { type: 'run-resumed', runId: 'r1', at: tick(), actor: 'test' };
      const resumed = {
        ...ended,
        status: 'running' as const,
        endedAt: null,
        reason: null,
        revision: ended.revision + 1,
      };
      store.journal.commit(1, batch({ events: [again], runs: [resumed] }));
    };
    expect(dropFinishedRuns(store.db, { endedBefore: tick(), keepLatest: 0, archive })).toMatchObject({ runs: 0 });
    expect(store.journal.run('r1')?.tasks).toHaveLength(2);
    expect(verifyChain(store.db)).toMatchObject({ checked: 11, brokenAt: null });
  });
});

describe('export and import', () => {
  it('carry everything to another place, once; open runs come back paused', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    recordFolded(store, 'r2', { ended: false });
    const memory = {
      kind: 'note' as const,
      scope: 'w',
      taskKey: null,
      runId: null,
      sessionId: null,
      title: 't',
      source: null,
      createdAt: 1,
    };
    store.memory.add({ ...memory, id: 'm1', body: 'first' });
    store.memory.supersede('m1', { ...memory, id: 'm2', body: 'second' });
    store.sessions.begin('s1', 'cli');
    store.stages.put({ id: 'w1', kind: 'ship', status: 'x', data: {}, by: 'cli' });
    store.spellings.put('k', 'done', 'erledigt');
    const lines = [...exportLines(store, 'test')].map((line) => JSON.stringify(line));

    const other = open(tempFolder());
    expect(importLines(other, foldRun, [...lines, ''], 'cli')).toEqual({
      ok: true,
      value: { runs: 2, events: 18, memories: 2, skipped: 0 },
    });
    expect(other.journal.run('r1')).toEqual(store.journal.run('r1'));
    expect(other.journal.outputs('r1 try')).toEqual(store.journal.outputs('r1 try'));
    expect(other.journal.run('r2')!.run).toMatchObject({ status: 'paused', reason: 'imported' });
    expect(other.memory.get('m1')!.supersededBy).toBe('m2');
    expect(other.memory.search('second', { limit: 3 })).toHaveLength(1);
    expect(other.sessions.latest(3)).toHaveLength(1);
    expect(other.stages.get('w1')).not.toBeNull();
    expect(other.spellings.get('k', 'done')).toBe('erledigt');
    expect(verifyChain(other.db).brokenAt).toBeNull();
    expect(['r1', 'r2'].map((id) => compare(other, id, foldRun).differs)).toEqual([[], []]);
    expect(importLines(other, foldRun, lines, 'cli')).toEqual({
      ok: true,
      value: { runs: 0, events: 0, memories: 0, skipped: 2 },
    });
  });

  it('take a run of another place although one here was asked for in the same words', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    const other = open(tempFolder());
    recordFolded(other, 'r2', { ended: true });
    const lines = [...exportLines(store, 'test')].map((line) =>
      JSON.stringify(line).replaceAll('request r1', 'request r2'),
    );
    expect(importLines(other, foldRun, lines, 'cli')).toMatchObject({ ok: true, value: { runs: 1, skipped: 0 } });
    expect(
      other.journal
        .runs(9)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['r1', 'r2']);
    expect(compare(other, 'r1', foldRun)).toEqual({ contradiction: null, differs: [] });
  });

  it('refuse what is none, with the line, and take nothing of it', () => {
    const store = open(tempFolder());
    recordFolded(store, 'r1', { ended: true });
    const lines = [...exportLines(store, 'test')].map((line) => JSON.stringify(line));
    const broken = (n: number, change: (line: string) => string) =>
      lines.map((line, index) => (index === n ? change(line) : line));
    const cases: readonly (readonly [readonly string[], unknown])[] = [
      [[], 'file'],
      [['hello'], 'line 1'],
      [['{"kind":"run"}'], 'line 1'],
      [broken(0, (line) => line.replace('"version":1', '"version":7')), 'line 1'],
      [broken(1, () => '{"kind":"run","run":{}}'), 'line 2'],
      [broken(1, (line) => line.replaceAll('"needs":[]', '"needs":5')), 'line 2'],
      [broken(1, (line) => line.replace('"status":"succeeded"', '"status":"great"')), 'line 2'],
      [broken(1, (line) => line.replace('"runId":"r1"', '"runId":"r2"')), 'line 2'],
      [broken(1, (line) => line.replace('"outcome":"ok"', '"outcome":"splendid"')), 'line 2'],
      [broken(1, (line) => line.replace('"scope":{"kind":"document"', '"scope":{"kind":"galaxy"')), 'line 2'],
      [broken(3, (line) => line.replace('"at":', '"at":"x","b":')), 'line 4'],
      [broken(4, (line) => line.replace('"type":"task-added"', '"type":"task-dreamt"')), 'line 5'],
      [broken(4, (line) => line.replace('"needs":[]', '"needs":"all"')), 'line 5'],
      [broken(4, (line) => line.replace('"needs":[]', '"needs":[],"smartPause":"maybe"')), 'line 5'],
      [
        lines.map((line) => line.replace('"verification":"unverified"', '"verification":"unverified","unchecked":7')),
        expect.stringMatching(/^line /),
      ],
      // Each line is one, but they do not follow from one another: nobody could ever go on with this run.
      [lines.filter((line) => !line.includes('"type":"attempt-started"')), 'r1'],
      [[...lines, '{"kind":"virus"}'], `line ${lines.length + 1}`],
    ];
    for (const [given, field] of cases) {
      const target = open(tempFolder());
      expect(importLines(target, foldRun, given, 'cli')).toMatchObject({
        ok: false,
        error: { kind: 'invalid-input', field },
      });
      expect(target.journal.runs(9)).toEqual([]);
      expect(target.journal.events({ limit: 9 })).toEqual([]);
    }
  });
});

describe('workflow state of the other form', () => {
  const seed = JSON.stringify({
    workflow_id: 'B-1053-documentation',
    status: 'in_progress',
    current_task: 'phase-3',
    completed_tasks: [
      { task_id: 'phase-1', result: { status: 'completed' }, completed_at: '2025-01-XX 10:30:00' },
      { id: 'phase-2', result: {}, completed_at: '2025-01-02T14:45:00Z' },
    ],
    pending_tasks: [{ task_id: 'phase-4', type: 'documentation', dependencies: ['phase-3'] }, { id: 'phase-5' }],
    context: { current_phase: 3, total_phases: 5, progress_percent: 40 },
  });

  it('is read leniently', () => {
    const read = readWorkflowStates(seed);
    const state = {
      name: 'B-1053-documentation',
      currentTask: 'phase-3',
      tasks: [
        { id: 'phase-1', type: null, needs: [], completedAt: '2025-01-XX 10:30:00', done: true },
        { id: 'phase-2', type: null, needs: [], completedAt: '2025-01-02T14:45:00Z', done: true },
        { id: 'phase-3', type: null, needs: [], completedAt: null, done: false },
        { id: 'phase-4', type: 'documentation', needs: ['phase-3'], completedAt: null, done: false },
        { id: 'phase-5', type: null, needs: [], completedAt: null, done: false },
      ],
      context: { current_phase: 3, total_phases: 5, progress_percent: 40 },
    };
    expect(read).toEqual({ ok: true, value: [state] });
    // As the seed's state manager writes its file: all of them, each under its id.
    const file = `{"a": ${seed}, "b": {"status": "initialized", "current_task": null, "pending_tasks": [{"id": "T-1"}]}}`;
    expect(readWorkflowStates(file)).toMatchObject({ ok: true, value: [state, { name: 'b', tasks: [{ id: 'T-1' }] }] });
    expect(readWorkflowStates(`{"a": ${seed}, "b": {"pending_tasks": [{}]}}`)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('b.pending_tasks.0') },
    });
    const minimal = readWorkflowStates('{"current_task": "T-2", "completed_tasks": ["T-1", 7]}');
    expect(minimal).toMatchObject({ ok: true, value: [{ name: null, currentTask: 'T-2' }] });
    expect(minimal.ok && minimal.value[0]!.tasks.map((each) => [each.id, each.done])).toEqual([
      ['T-1', true],
      ['7', true],
      ['T-2', false],
    ]);
    for (const bad of ['', '[]', '{}', '{"completed_tasks":[{}]}', '{"completed_tasks":5}', '{"tasks":[]}']) {
      expect(readWorkflowStates(bad)).toMatchObject({ ok: false, error: { kind: 'invalid-input' } });
    }
  });

  it('becomes a paused run that folds to its rows, once, and can be written again', () => {
    const store = open(tempFolder());
    const states = readWorkflowStates(seed);
    if (!states.ok) throw new Error('unreadable');
    let n = 0;
    const given = {
      state: states.value[0]!,
      resolve: (id: string) => (id === 'phase-4' ? spec('docs.md#4') : null),
      nextId: () => `id ${(n += 1)}`,
      requestKey: 'import 1',
      by: 'cli',
    };
    const imported = importWorkflow(store, given);
    if (!imported.ok) throw new Error('refused');
    expect(imported.value).toMatchObject({ status: 'paused', reason: 'imported' });
    const record = store.journal.run(imported.value.id)!;
    expect(record.tasks.map((each) => each.state)).toEqual(['succeeded', 'succeeded', 'waiting', 'waiting', 'waiting']);
    expect(record.tasks[3]).toMatchObject({ taskKey: 'docs.md#4', spec: { needs: ['imported:phase-3'] } });
    expect(compare(store, imported.value.id, foldRun).differs).toEqual([]);
    expect(store.memory.latest({ runId: imported.value.id, limit: 9 })).toHaveLength(1);
    expect(importWorkflow(store, given)).toMatchObject({ ok: false, error: { kind: 'invalid-input' } });
    expect(toWorkflowState(record)).toMatchObject({
      status: 'paused',
      completed_tasks: [{ task_id: 'phase-1', result: { status: 'completed' } }, { task_id: 'phase-2' }],
      context: { current_phase: 3, total_phases: 5, progress_percent: 40 },
    });
  });

  it('keeps when a task was done elsewhere, and takes two names of one task as one', () => {
    const store = open(tempFolder());
    const states = readWorkflowStates(
      JSON.stringify({
        completed_tasks: [{ id: '1.1', completed_at: '2025-01-02T14:45:00Z' }],
        pending_tasks: [{ id: 'Task 1.1' }, { id: '1.2', dependencies: ['Task 1.1'] }],
      }),
    );
    const imported = importWorkflow(store, {
      state: states.ok ? states.value[0]! : (undefined as never),
      resolve: (id) => (id.endsWith('1.1') ? spec('docs.md#1.1') : null),
      nextId: () => 'id',
      requestKey: 'import 2',
      by: 'cli',
    });
    expect(imported.ok).toBe(true);
    const { tasks } = store.journal.run('id')!;
    expect(tasks.map(({ taskKey, state, spec: { needs } }) => [taskKey, state, needs])).toEqual([
      ['docs.md#1.1', 'succeeded', []],
      ['imported:1.2', 'waiting', ['docs.md#1.1']],
    ]);
    expect(compare(store, 'id', foldRun)).toEqual({ contradiction: null, differs: [] });
    const notes = store.journal.events({ runId: 'id', limit: 99 }).map(({ event }) => event);
    expect(notes.filter(({ type }) => type === 'note')).toMatchObject([{ text: 'completed 2025-01-02T14:45:00Z' }]);
  });

  it('says where a run stands', () => {
    const state = toWorkflowState({
      run: run('r1'),
      tasks: [
        task('r1', 'a', { state: 'succeeded', verification: 'verified' }),
        task('r1', 'b', { state: 'running', spec: { ...spec('b'), rank: 1 } }),
        task('r1', 'c', { spec: { ...spec('c', ['b']), id: null, type: 'docs', rank: 2 } }),
      ],
      attempts: [],
      pauses: [],
      edits: [],
    });
    expect(state).toMatchObject({
      workflow_id: 'r1',
      status: 'in_progress',
      current_task: 'b',
      completed_tasks: [{ task_id: 'a', result: { status: 'completed', verification: 'verified' } }],
      pending_tasks: [{ task_id: 'c', type: 'docs', dependencies: ['b'] }],
      context: { current_phase: 2, total_phases: 3, progress_percent: 33 },
    });
  });
});

describe('the doctor', () => {
  const look = async (store: Store, root: string, check: CheckId) =>
    (await examine(store, root, foldRun)).find((finding) => finding.check === check)!;

  it('finds a sound workspace sound', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    recordFolded(store, 'r2', { ended: false });
    const findings = await examine(store, root, foldRun);
    expect(findings.filter((finding) => finding.status !== 'ok')).toEqual([]);
    expect(findings).toHaveLength(11);
  });

  it('says that the record is ahead of a clock that was set back', async () => {
    const root = tempFolder();
    open(root, { now: () => 1_900_000_000_000 }).close();
    const store = open(root, { now: () => 1_900_000_000_000 - 3 * 86_400_000 });
    expect(await look(store, root, 'clock')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('3 days ahead'),
    });
  });

  it('notices one flipped bit in an event, which SQLite does not', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    recordFolded(store, 'r2', { ended: true });
    store.close();
    const path = store.path;
    const raw = openDatabase(path);
    raw.exec('DROP TRIGGER event_no_update');
    raw.exec(
      `UPDATE event SET data = replace(data, '"exitCode":0', '"exitCode":1') WHERE type = 'attempt-ended' AND run_id = 'r2'`,
    );
    const trigger = `CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append only'); END`;
    raw.exec(trigger);
    expect(raw.pragma('quick_check', { simple: true })).toBe('ok');
    raw.close();
    const again = open(root);
    expect(again.notices).toEqual([]);
    expect(verifyChain(again.db)).toEqual({ checked: 10, brokenAt: 11 });
    expect(await look(again, root, 'event-chain')).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('event 11'),
    });
  });

  it('makes rows again that are not what the events say, and keeps the output', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    const before = store.journal.run('r1');
    store.db.exec(`UPDATE run SET title = 'Other'; DELETE FROM task_run WHERE task_key = 'b'`);
    expect(compare(store, 'r1', foldRun).differs).toEqual(['run', 'task b']);
    const finding = await look(store, root, 'state');
    expect(finding.status).toBe('error');
    finding.repair!.run();
    expect(store.journal.run('r1')).toEqual(before);
    expect(store.journal.outputs('r1 try')).toHaveLength(1);
    expect((await look(store, root, 'state')).status).toBe('ok');
    store.db.exec('DELETE FROM run');
    expect(rebuildRun(store, 'r1', foldRun)).toBe(true);
    expect(store.journal.run('r1')).toEqual(before);
    expect(rebuildRun(store, 'nothing', foldRun)).toBe(false);
  });

  it('repairs the search index, the ignore file, attempts left open', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true, left: true });
    store.memory.add({
      id: 'm',
      kind: 'note',
      scope: 'w',
      taskKey: null,
      runId: null,
      sessionId: null,
      title: 't',
      body: 'findable',
      source: null,
      createdAt: 1,
    });
    store.db.exec(`INSERT INTO memory_fts(memory_fts, rowid, title, body) VALUES ('delete', 1, 't', 'findable')`);
    // As long as somebody runs tasks it is theirs to say.
    expect(await look(store, root, 'open-attempts')).toMatchObject({ status: 'warning', repair: null });
    store.lease.release();
    rmSync(join(root, '.soloflow', '.gitignore'));
    for (const check of ['search-index', 'folder', 'open-attempts'] as const) {
      const finding = await look(store, root, check);
      expect([check, finding.status]).not.toEqual([check, 'ok']);
      finding.repair!.run();
      expect([check, (await look(store, root, check)).status]).toEqual([check, 'ok']);
    }
    expect(store.memory.search('findable', { limit: 1 })).toHaveLength(1);
    expect(store.journal.run('r1')?.attempts).toMatchObject([{ outcome: 'lost' }]);
    expect((await look(store, root, 'state')).status).toBe('ok');
    expect(verifyChain(store.db).brokenAt).toBeNull();
    writeFileSync(`${store.path}.broken-2020`, 'x');
    expect(await look(store, root, 'set-aside')).toMatchObject({ status: 'warning' });
    store.lease.tryAcquire('test');
    expect(await look(store, root, 'runner')).toMatchObject({ detail: expect.stringContaining(`${process.pid}`) });
  });

  it('finds nothing wrong with a run that a host writes to while it is looked at', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: false });
    const host = open(root);
    let n = 0;
    /** Between its events and its rows the host goes on with the run. */
    const busy: Store = {
      ...store,
      journal: {
        ...store.journal,
        run(id) {
          const { run: before } = host.journal.run(id)!;
          const paused = { ...before, status: 'paused' as const, reason: 'x', revision: before.revision + 1 };
          const resumed = { ...before, status: 'running' as const, reason: null, revision: before.revision + 1 };
          const about = { runId: id, at: tick(), actor: 'test' };
          const event: RunEvent =
            (n += 1) % 2 === 1 ? { ...about, type: 'run-paused', reason: 'x' } : { ...about, type: 'run-resumed' };
          host.journal.commit(1, batch({ events: [event], runs: [n % 2 === 1 ? paused : resumed] }));
          return store.journal.run(id);
        },
      },
    };
    expect(await look(busy, root, 'state')).toMatchObject({ status: 'ok' });
    expect(n).toBe(1);
    expect(compare(store, 'r1', foldRun).differs).toEqual([]);
  });

  it('says that it could not look where somebody writes all the time, instead of calling it wrong', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    const other = openDatabase(store.path);
    other.exec('BEGIN IMMEDIATE');
    expect(await look(store, root, 'search-index')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('Try again'),
      repair: null,
    });
    other.close();
    expect(await look(store, root, 'search-index')).toMatchObject({ status: 'ok' });
  });

  it('names runs whose events contradict each other and leaves their rows alone', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    const unknown: RunEvent = { type: 'task-ready', runId: 'r1', taskKey: 'unknown', at: tick(), actor: 'test' };
    store.journal.commit(1, batch({ events: [unknown] }));
    const before = store.journal.run('r1');
    const finding = await look(store, root, 'state');
    expect(finding.detail).toContain('contradict each other');
    expect(finding.repair!.run()).toContain('r1');
    expect(store.journal.run('r1')).toEqual(before);
  });

  it('looks at a copy where nothing can be written, and repairs nothing there', async () => {
    const root = tempFolder();
    const first = open(root);
    recordFolded(first, 'r1', { ended: true });
    first.db.exec(`UPDATE run SET title = 'Other'`);
    first.close();
    const other = openDatabase(first.path);
    other.exec('BEGIN IMMEDIATE');
    const looking = open(root, { memoryFallback: true, look: true });
    expect(await look(looking, root, 'folder')).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('locked'),
    });
    expect(await look(looking, root, 'state')).toMatchObject({ status: 'error', repair: null });
    expect(looking.journal.runs(9)).toHaveLength(1);

    const running = open(root, { memoryFallback: true });
    const checks = (await examine(running, root, foldRun)).map(({ check }) => check);
    expect(running.mode).toBe('memory');
    expect(checks).toEqual(['runtime', 'folder', 'clock', 'runner', 'set-aside']);
    other.close();
  });

  it('has a damaged file set aside at the next start', async () => {
    const root = tempFolder();
    const store = open(root);
    recordFolded(store, 'r1', { ended: true });
    // An index that disagrees with its table: the pages are sound, the structure is not.
    store.db.unsafeMode(true);
    store.db.pragma('writable_schema = ON');
    const roots = store.db
      .prepare<[], { rootpage: number }>(
        `SELECT rootpage FROM sqlite_schema WHERE name IN ('event_run', 'run_created') ORDER BY name`,
      )
      .all();
    const swap = store.db.prepare('UPDATE sqlite_schema SET rootpage = ? WHERE name = ?');
    swap.run(roots[1]!.rootpage, 'event_run');
    swap.run(roots[0]!.rootpage, 'run_created');
    expect((await store.checkHealth()).sound).toBe(false);
    expect(store.meta.get('suspect')).toBe('1');
    expect((await look(store, root, 'integrity')).repair!.run()).toContain('next start');
    store.close();
    expect(open(root).notices).toMatchObject([{ kind: 'rebuilt', why: 'corrupt', salvaged: { runs: 1, events: 10 } }]);
    expect(readdirSync(join(root, '.soloflow')).some((name) => name.includes('.broken-'))).toBe(true);
  });
});
