import { describe, expect, it } from 'vitest';
import { Fenced } from '../../../src/engine/ports';
import { verifyChain } from '../../../src/store/event-chain';
import { attempt, batch, command, open, pause, recordRun, run, task, tempFolder, tick } from './support';

const taskEvent = (runId: string, taskKey: string, type: 'task-ready' | 'task-cancelled' = 'task-ready') => ({
  type,
  runId,
  taskKey,
  at: tick(),
  actor: 'test',
});

describe('journal', () => {
  it('gives back after reopening exactly what was committed', () => {
    const root = tempFolder();
    const store = open(root);
    const epoch = recordRun(store, 'r1');
    const tried = attempt('r1', 'a', 't1', { deadlineAt: 5, command: 'npm test' });
    const asked = pause('r1', 'p1');
    const output = {
      attemptId: 't1',
      stream: 'out' as const,
      bytes: 3,
      truncated: false,
      redactions: 0,
      head: 'abc',
      tail: '',
    };
    const result = {
      gate: 'g',
      kind: 'command' as const,
      status: 'fail' as const,
      detail: 'd',
      evidence: { exitCode: 1 },
      at: 9,
    };
    const edit = {
      id: 'e1',
      runId: 'r1',
      taskKey: 'a',
      path: 'plan.md',
      change: { kind: 'set-status' as const, key: 'a', status: 'done' as const },
      at: 7,
      appliedAt: null,
      result: null,
    };
    const ready = task('r1', 'a', { state: 'ready', revision: 2, nextAt: null, reason: 'because' });
    store.journal.commit(
      epoch,
      batch({
        tasks: [ready],
        attempts: [tried],
        pauses: [asked],
        outputs: [output],
        gateResults: [{ attemptId: 't1', result }],
        edits: [edit],
        events: [taskEvent('r1', 'a')],
      }),
    );
    store.close();

    const again = open(root).journal;
    const record = again.run('r1')!;
    expect(record.run.status).toBe('running');
    expect(record.tasks.map((each) => each.taskKey)).toEqual(['a', 'b', 'c']);
    expect(record.tasks[0]).toEqual(ready);
    expect(record.attempts).toEqual([tried]);
    expect(record.pauses).toEqual([asked]);
    expect(record.edits).toEqual([edit]);
    expect(again.openRuns()).toEqual([record]);
    expect(again.openPauses()).toEqual([asked]);
    expect(again.outputs('t1')).toEqual([output]);
    expect(again.gateResults('r1', 'a')).toEqual([result]);
    expect(again.events({ runId: 'r1', limit: 99 }).map((each) => each.event.type)).toEqual([
      'run-created',
      'task-added',
      'task-added',
      'task-added',
      'task-ready',
    ]);
    expect(again.events({ taskKey: 'a', afterSeq: 2, limit: 99 }).map((each) => each.seq)).toEqual([5]);
    expect(again.events({ taskKey: 'a', runId: 'other', limit: 99 })).toEqual([]);
    expect(again.events({ afterSeq: 3, limit: 1 }).map((each) => each.seq)).toEqual([4]);
  });

  it('refuses a batch of an older or unknown epoch and writes nothing of it', () => {
    const root = tempFolder();
    const store = open(root);
    const epoch = recordRun(store, 'r1');
    store.lease.release();
    const next = open(root);
    expect(next.lease.tryAcquire('next')).toBe(epoch + 1);
    const late = batch({ events: [taskEvent('r1', 'a')], tasks: [task('r1', 'a', { state: 'ready', revision: 2 })] });
    expect(() => store.journal.commit(epoch, late)).toThrow(Fenced);
    expect(next.journal.events({ limit: 99 })).toHaveLength(4);
    expect(next.journal.run('r1')!.tasks[0]!.state).toBe('waiting');
  });

  it('refuses illegal and stale moves whole', () => {
    const store = open(tempFolder());
    const epoch = recordRun(store, 'r1');
    const move = (state: 'succeeded' | 'failed' | 'running' | 'ready', revision: number) =>
      store.journal.commit(
        epoch,
        batch({ events: [taskEvent('r1', 'a')], tasks: [task('r1', 'a', { state, revision })] }),
      );
    move('ready', 2);
    move('running', 3);
    move('succeeded', 4);
    const before = store.journal.events({ limit: 99 }).length;
    expect(() => move('failed', 5)).toThrow('illegal task transition');
    expect(() => move('ready', 4)).toThrow('stale task revision');
    expect(() => move('ready', 3)).toThrow('stale task revision');
    expect(store.journal.events({ limit: 99 })).toHaveLength(before);
    expect(() => store.journal.commit(epoch, batch({ runs: [run('r1', { status: 'created', revision: 2 })] }))).toThrow(
      'illegal run transition',
    );
  });

  it('lets no task have two open attempts and no question two open pauses', () => {
    const store = open(tempFolder());
    const epoch = recordRun(store, 'r1');
    const commit = (parts: Parameters<typeof batch>[0]) => store.journal.commit(epoch, batch(parts));
    commit({ attempts: [attempt('r1', 'a', 't1')], pauses: [pause('r1', 'p1')] });
    expect(() => commit({ attempts: [attempt('r1', 'a', 't2', { n: 2 })] })).toThrow('UNIQUE');
    expect(() => commit({ pauses: [pause('r1', 'p2')] })).toThrow('UNIQUE');
    // Ending the one and opening the next is one batch, in whatever order it is told.
    const answer = { choice: 'done' as const, text: null, by: 'cli', at: 1 };
    commit({
      attempts: [attempt('r1', 'a', 't2', { n: 2 }), attempt('r1', 'a', 't1', { endedAt: 1, outcome: 'error' })],
      pauses: [pause('r1', 'p2'), pause('r1', 'p1', { answer })],
    });
    expect(() => commit({ pauses: [pause('r1', 'p1', { answer: { ...answer, by: 'editor' } })] })).toThrow('once');
    expect(store.journal.openPauses().map((each) => each.id)).toEqual(['p2']);
  });

  it('gives the first events or the newest, in order, of all, a run, a task', () => {
    const store = open(tempFolder());
    const epoch = recordRun(store, 'r1');
    const before = store.journal.events({ limit: 100 }).length;
    store.journal.commit(epoch, batch({ runs: [run('r2')] }));
    for (const id of ['r1', 'r2', 'r1', 'r1']) store.journal.commit(epoch, batch({ events: [taskEvent(id, 'a')] }));
    const seqs = (filter: Omit<Parameters<typeof store.journal.events>[0], 'limit'>, limit = 2) =>
      store.journal.events({ ...filter, limit }).map(({ seq }) => seq - before);
    expect(seqs({ afterSeq: before })).toEqual([1, 2]);
    expect(seqs({ newest: true })).toEqual([3, 4]);
    expect(seqs({ runId: 'r1', newest: true })).toEqual([3, 4]);
    expect(seqs({ taskKey: 'a', newest: true }, 3)).toEqual([2, 3, 4]);
    expect(seqs({ taskKey: 'a', runId: 'r1', newest: true }, 3)).toEqual([1, 3, 4]);
    expect(seqs({ afterSeq: before + 3, newest: true }, 9)).toEqual([4]);
    store.close();
  });

  it('takes a command once and applies it once', () => {
    const root = tempFolder();
    const runner = open(root);
    const onlooker = open(root);
    const epoch = recordRun(runner, 'r1');
    const before = runner.journal.version();
    onlooker.journal.submit(command('c1'));
    onlooker.journal.submit(command('c1', { by: 'again' }));
    onlooker.journal.submit(command('c2'));
    expect(runner.journal.version()).not.toBe(before);
    expect(runner.journal.openCommands().map((each) => [each.id, each.by])).toEqual([
      ['c1', 'cli'],
      ['c2', 'cli'],
    ]);
    const seen = onlooker.journal.version();
    runner.journal.commit(epoch, batch({ applied: [{ commandId: 'c1', result: 'ok' }] }));
    expect(() => runner.journal.commit(epoch, batch({ applied: [{ commandId: 'c1', result: 'twice' }] }))).toThrow(
      'not open',
    );
    expect(onlooker.journal.version()).not.toBe(seen);
    expect(onlooker.journal.openCommands().map((each) => each.id)).toEqual(['c2']);
    expect(onlooker.journal.command('c1')).toMatchObject({ result: 'ok' });
    expect(onlooker.journal.command('none')).toBeNull();
  });

  it('lets a command be taken back as long as it is not applied; nothing that followed from it is written then', () => {
    const root = tempFolder();
    const runner = open(root);
    const onlooker = open(root);
    const epoch = recordRun(runner, 'r1');
    onlooker.journal.submit(command('c1'));
    onlooker.journal.submit(command('c2'));
    expect(onlooker.journal.withdraw('c1')).toBe(true);
    const events = runner.journal.events({ limit: 99 });
    const late = batch({
      events: [{ type: 'run-paused', runId: 'r1', at: tick(), actor: 'cli', reason: 'too late' }],
      applied: [{ commandId: 'c1', result: 'done' }],
    });
    expect(() => runner.journal.commit(epoch, late)).toThrow('not open');
    expect(runner.journal.events({ limit: 99 })).toEqual(events);
    expect(runner.journal.openCommands().map(({ id }) => id)).toEqual(['c2']);
    runner.journal.commit(epoch, batch({ applied: [{ commandId: 'c2', result: 'done' }] }));
    expect([onlooker.journal.withdraw('c2'), onlooker.journal.withdraw('none')]).toEqual([false, false]);
    expect(onlooker.journal.command('c2')).toMatchObject({ result: 'done' });
  });

  it('chains events across batches and keeps them from change', () => {
    const store = open(tempFolder());
    const epoch = recordRun(store, 'r1');
    for (let n = 0; n < 20; n += 1) store.journal.commit(epoch, batch({ events: [taskEvent('r1', 'a')] }));
    const asked = pause('r1', 'p1');
    store.journal.commit(
      epoch,
      batch({ pauses: [asked], events: [{ type: 'pause-opened', runId: 'r1', at: tick(), actor: 'x', pause: asked }] }),
    );
    expect(verifyChain(store.db)).toEqual({ checked: 25, brokenAt: null });
    expect(store.journal.events({ taskKey: 'a', limit: 99 }).at(-1)!.event.type).toBe('pause-opened');
    expect(() => store.db.exec('DELETE FROM event WHERE seq = 3')).toThrow('append only');
    expect(() => store.db.exec(`UPDATE event SET type = 'note' WHERE seq = 3`)).toThrow('append only');
  });
});
