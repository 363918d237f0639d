import { describe, expect, it } from 'vitest';
import { scriptOf } from '../../../src/engine/before';
import { beginTurn } from '../../../src/engine/turn';
import { decide } from '../../../src/engine/decide';
import { isQuiet } from '../../../src/engine/quiet';
import { simulate, type Simulation } from './support/simulation';
import { commandGate, passed, spec } from './support/world';

const running = (sim: Simulation): string[] =>
  [...sim.state.tasks.values()].filter(({ row }) => row.state === 'running').map(({ row }) => row.taskKey);
const stateOf = (sim: Simulation, key: string) => sim.state.tasks.get(key)?.row.state;
const reasons = (sim: Simulation) => [...sim.state.pauses.values()].map(({ reason }) => reason.kind);
const wish = (sim: Simulation, kind: 'pause' | 'resume' | 'stop' | 'cancel'): void =>
  sim.step({ kind: 'wish', wish: { kind, runId: 'run' }, by: 'ann' });

describe('scheduling', () => {
  it('takes ready tasks by rank, as many as the run may have at once', () => {
    const specs = ['d', 'b', 'a', 'c'].map((key) => spec(key, { rank: key.charCodeAt(0) }));
    const sim = simulate(specs, { concurrency: 2 });
    expect(running(sim).sort()).toEqual(['a', 'b']);
    sim.finish(0);
    expect(running(sim).sort()).toEqual(['b', 'c']);
  });

  it('takes no more than the house has places for', () => {
    const sim = simulate([], { concurrency: 4 });
    const specs = ['a', 'b', 'c'].map((key, rank) => spec(key, { rank }));
    const other = simulate(specs, { concurrency: 4 });
    expect(running(other)).toHaveLength(3);
    expect(sim.ended()).toBe(true);
    const turn = beginTurn(
      simulate([...specs, spec('d', { rank: 9, needs: ['a'] })], { concurrency: 9 }).state,
      other.rules,
      1,
    );
    expect(decide(turn, { kind: 'schedule', slots: 0 })).toEqual({ ok: true, value: '0' });
  });

  it('asks a person one thing at a time, but lets independent tasks pass what failed', () => {
    const sim = simulate([0, 1, 2].map((rank) => spec(`t${String(rank)}`, { rank, commands: [] })));
    expect(reasons(sim)).toEqual(['your-turn']);
    sim.answer(() => 'done');
    expect(reasons(sim)).toEqual(['your-turn', 'your-turn']);
  });

  it('waits for what it needs; skipped counts, failed does not', () => {
    const sim = simulate(
      [
        spec('a', { rank: 0, commands: [] }),
        spec('b', { rank: 1, needs: ['a'] }),
        spec('c', { rank: 2, needs: ['b'] }),
      ],
      {},
      { hotfix: 'never', retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } },
    );
    expect(stateOf(sim, 'b')).toBe('waiting');
    sim.answer(() => 'skip');
    expect(stateOf(sim, 'b')).toBe('running');
    sim.finish(1);
    sim.answer(() => 'fail');
    expect(sim.state.run).toMatchObject({ status: 'failed', reason: '1 task waits for: b' });
  });

  it('ends a run of tasks that wait for each other', () => {
    const sim = simulate([spec('a', { needs: ['b'] }), spec('b', { needs: ['a'] })]);
    expect(sim.state.run).toMatchObject({ status: 'failed', reason: '2 tasks wait for each other' });
  });

  it('waits again where what it needs was opened again while it was asked about', () => {
    const tasks = [spec('a'), spec('b', { rank: 1, needs: ['a'], humanRequired: true })];
    const sim = simulate(tasks, { concurrency: 2 });
    sim.finish(0);
    sim.step({ kind: 'wish', wish: { kind: 'retry', runId: 'run', taskKey: 'a' }, by: 'ann' });
    sim.answer(() => 'run');
    expect(sim.state.tasks.get('b')?.row.state).toBe('waiting');
    sim.finish(0);
    expect(sim.state.tasks.get('b')?.row.state).toBe('running');
  });
  it('does not wait for what is not part of the run', () => {
    expect(running(simulate([spec('a', { needs: ['elsewhere'] })]))).toEqual(['a']);
  });
});

describe('commands of a task', () => {
  it('become one script that stops at the first failure; one line stays as it is', () => {
    expect(scriptOf(['npm test'], 'sh')).toBe('npm test');
    expect(scriptOf(['cd a\nmake', 'make install'], 'sh')).toBe('set -e\ncd a\nmake\nmake install');
    expect(scriptOf(['cd a\n# build\nmake', 'make install'], 'cmd')).toBe('cd a && make && make install');
  });
});

describe('wishes', () => {
  const three = [0, 1, 2].map((rank) => spec(`t${String(rank)}`, { rank }));
  it('pause lets what runs finish and begins nothing; resume goes on', () => {
    const sim = simulate(three);
    wish(sim, 'pause');
    sim.finish(0);
    expect(stateOf(sim, 't0')).toBe('succeeded');
    expect(running(sim)).toEqual([]);
    wish(sim, 'resume');
    expect(running(sim)).toEqual(['t1']);
  });

  it('stop ends what runs and can be continued: the task is run again', () => {
    const sim = simulate(three);
    wish(sim, 'stop');
    expect(sim.bag.map(({ kind }) => kind)).toContain('end-attempt');
    expect(stateOf(sim, 't0')).toBe('cancelling');
    sim.finish(null, { signal: 'SIGTERM' });
    expect(stateOf(sim, 't0')).toBe('ready');
    expect([...sim.state.attempts.values()].map(({ outcome }) => outcome)).toEqual(['cancelled']);
    wish(sim, 'resume');
    expect(running(sim)).toEqual(['t0']);
    expect(sim.state.tasks.get('t0')?.row.attempt).toBe(2);
  });

  it('stop during a check: continuing checks again without running the command again', () => {
    const sim = simulate([spec('a', { gates: [commandGate('g')] })]);
    sim.finish(0);
    expect(stateOf(sim, 'a')).toBe('checking');
    wish(sim, 'stop');
    expect(sim.take(({ kind }) => kind === 'check-gate')).toBeNull();
    // Nothing is under way any more: whoever waits for the run need not wait longer.
    expect(isQuiet(sim.state)).toBe(true);
    wish(sim, 'resume');
    expect(isQuiet(sim.state)).toBe(false);
    expect(sim.take(({ kind }) => kind === 'check-gate')).not.toBeNull();
    expect(sim.state.tasks.get('a')?.row.attempt).toBe(1);
  });

  it('pause lets a check come to its end; stop behind it, or the death of its host, ends it', () => {
    for (const end of [(sim: Simulation) => wish(sim, 'stop'), (sim: Simulation) => sim.crash()]) {
      const sim = simulate([spec('a', { gates: [commandGate('g')] })]);
      sim.finish(0);
      wish(sim, 'pause');
      expect(isQuiet(sim.state)).toBe(false);
      end(sim);
      expect(isQuiet(sim.state)).toBe(true);
      expect(sim.state.run.status).toBe('paused');
      const events = sim.events.length;
      sim.crash();
      expect(sim.events).toHaveLength(events);
      wish(sim, 'resume');
      const check = sim.take(({ kind }) => kind === 'check-gate');
      if (check?.kind !== 'check-gate') throw new Error('nothing is checked');
      sim.step({ kind: 'gate-checked', attemptId: check.attemptId, gate: 'g', found: passed(check.gate) });
      expect(stateOf(sim, 'a')).toBe('succeeded');
    }
  });

  it('stop says so of a run that was paused before', () => {
    const sim = simulate(three);
    wish(sim, 'pause');
    wish(sim, 'stop');
    expect(sim.state.run).toMatchObject({ status: 'paused', reason: 'stopped by ann' });
  });

  it('cancel ends everything; done stays done and every question is closed', () => {
    const sim = simulate(
      [
        spec('a', { rank: 0 }),
        spec('b', { rank: 1, commands: [] }),
        spec('c', { rank: 2 }),
        spec('d', { rank: 3, needs: ['c'] }),
      ],
      {
        concurrency: 3,
      },
    );
    sim.finish(0);
    const edit = sim.take(({ kind }) => kind === 'apply-edit');
    if (edit?.kind === 'apply-edit') sim.step({ kind: 'edit-applied', editId: edit.editId, result: 'ok' });
    wish(sim, 'cancel');
    expect(sim.state.run.status).toBe('cancelling');
    sim.finish(null, { signal: 'SIGTERM' });
    expect(sim.state.run).toMatchObject({ status: 'cancelled', reason: 'cancelled by ann' });
    expect([...sim.state.tasks.values()].map(({ row }) => row.state)).toEqual([
      'succeeded',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    expect(sim.state.openPauses.size).toBe(0);
    expect(sim.state.openAttempts.size).toBe(0);
  });

  it('a command that finished well while it was being cancelled is not forgotten', () => {
    const sim = simulate(three);
    wish(sim, 'cancel');
    sim.finish(0);
    expect([...sim.state.attempts.values()][0]).toMatchObject({ outcome: 'ok', exitCode: 0 });
  });

  it('skip a running task: its process is ended and the next begins', () => {
    const sim = simulate(three);
    sim.step({ kind: 'wish', wish: { kind: 'skip', runId: 'run', taskKey: 't0' }, by: 'ann' });
    sim.finish(null);
    expect(stateOf(sim, 't0')).toBe('skipped');
    expect(running(sim)).toEqual(['t1']);
  });

  it('retry from here opens an ended run again with everything that depends on it', () => {
    const sim = simulate([
      spec('a'),
      spec('b', { rank: 1, needs: ['a'] }),
      spec('c', { rank: 2, needs: ['b'] }),
      spec('x', { rank: 3 }),
    ]);
    const finishAll = (): void => {
      while (sim.finish(0)) {
        for (
          let e = sim.take(({ kind }) => kind === 'apply-edit');
          e?.kind === 'apply-edit';
          e = sim.take(({ kind }) => kind === 'apply-edit')
        ) {
          sim.step({ kind: 'edit-applied', editId: e.editId, result: 'ok' });
        }
      }
    };
    finishAll();
    expect(sim.state.run.status).toBe('succeeded');
    sim.step({ kind: 'wish', wish: { kind: 'retry-from', runId: 'run', taskKey: 'b' }, by: 'ann' });
    expect(sim.state.run.status).toBe('running');
    expect(['a', 'b', 'c', 'x'].map((key) => stateOf(sim, key))).toEqual([
      'succeeded',
      'running',
      'waiting',
      'succeeded',
    ]);
    finishAll();
    expect(sim.state.run.status).toBe('succeeded');
    expect([...sim.state.attempts.values()].map(({ taskKey }) => taskKey)).toEqual(['a', 'b', 'c', 'x', 'b', 'c']);
  });

  it('refuses what makes no sense', () => {
    const sim = simulate(three);
    const say = (kind: 'pause' | 'resume' | 'cancel', key?: string) =>
      decide(beginTurn(sim.state, sim.rules, 1), {
        kind: 'wish',
        wish: key === undefined ? { kind, runId: 'run' } : { kind: 'retry', runId: 'run', taskKey: key },
        by: 'ann',
      });
    expect(say('pause', 'nobody')).toMatchObject({ ok: false, error: { kind: 'unknown-item', asked: 'nobody' } });
    wish(sim, 'cancel');
    sim.finish(null);
    expect(say('resume')).toMatchObject({ ok: false, error: { kind: 'illegal-transition', from: 'cancelled' } });
    expect(say('pause')).toMatchObject({ ok: false });
  });
});

describe('an agent outside', () => {
  const word = (
    sim: Simulation,
    kind: 'claim' | 'progress' | 'complete' | 'fail' | 'ask',
    text: string | null = null,
  ) => {
    const turn = beginTurn(sim.state, sim.rules, sim.now);
    return decide(turn, { kind: 'wish', wish: { kind, runId: 'run', taskKey: 'a', text }, by: 'mcp:agent' });
  };
  it('claims, tells how it gets on, asks and completes a task that is anybody’s turn', () => {
    const sim = simulate([spec('a', { commands: [] })]);
    expect(word(sim, 'claim').ok).toBe(true);
    expect(word(sim, 'progress', 'half of it').ok).toBe(true);
    const asked = word(sim, 'ask', 'Which port?');
    expect(asked.ok).toBe(true);
    expect(stateOf(sim, 'a')).toBe('paused');
    expect(word(sim, 'complete', 'all tests pass').ok).toBe(true);
    sim.step();
    expect(stateOf(sim, 'a')).toBe('succeeded');
    expect(word(sim, 'complete')).toMatchObject({ ok: false });
  });
  it('cannot complete what a command does', () => {
    const sim = simulate([spec('a')]);
    expect(word(sim, 'complete')).toMatchObject({ ok: false, error: { kind: 'illegal-transition', from: 'running' } });
  });
});
