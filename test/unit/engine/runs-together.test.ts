// Several runs on one host: one after another, side by side, sharing a task, and opened again.
import { describe, expect, it } from 'vitest';
import { open, until } from './support/hosts';
import { spec, stateOf, world } from './support/world';

describe('runs of one host', () => {
  it('begins a run only after those it waits for, and asks if one of them failed', async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = await open(w, 'window');
    const first = await w.start(engine);
    const second = await w.start(engine, { after: [first.id] });
    await engine.settled(first.id);
    expect(engine.run(second.id)?.run.status).toBe('created');
    await engine.wish({ kind: 'cancel', runId: first.id }, 'x');
    const view = await engine.settled(second.id);
    expect(view.pauses.map(({ reason }) => reason)).toEqual([
      { kind: 'unresolved-dependency', names: ['Plan (cancelled)'] },
    ]);
    await engine.answer(view.pauses[0]!.id, 'run', null, 'x');
    expect((await engine.settled(second.id)).pauses.map(({ reason }) => reason.kind)).toContain('your-turn');
    const unknown = await engine.start({
      scope: { kind: 'ready' },
      options: first.options,
      requestKey: 'k',
      after: ['nobody'],
      by: 'x',
    });
    expect(unknown).toMatchObject({ ok: false, error: { kind: 'unknown-run', id: 'nobody' } });
  });

  it('a run that waits for another goes on waiting after pause, stop and continue, under the options it was given', async () => {
    const w = world([spec('a'), spec('b')]);
    w.behaviour = () => null;
    const engine = await open(w, 'window');
    const first = await w.start(engine, { scope: { kind: 'selection', keys: ['a'] } });
    const second = await w.start(engine, { scope: { kind: 'selection', keys: ['b'] }, after: [first.id] });
    const options = { ...second.options, concurrency: 3 };
    for (const kind of ['pause', 'stop'] as const) {
      await engine.wish({ kind, runId: second.id }, 'ann');
      expect(engine.run(second.id)?.run.status).toBe('paused');
      await engine.wish({ kind: 'resume', runId: second.id, options }, 'ann');
      expect(engine.run(second.id)?.run).toMatchObject({ status: 'created', options });
    }
    const changed = { ...options, concurrency: 4 };
    await engine.wish({ kind: 'resume', runId: second.id, options: changed }, 'ann');
    expect(w.runs.map(({ command }) => command)).toEqual(['run a']);
    w.runs[0]!.finish(0);
    await until(() => w.runs.length === 2, 'the second begins');
    w.runs[1]!.finish(0);
    expect((await engine.settled(second.id)).run).toMatchObject({ status: 'succeeded', options: changed });
  });

  it('takes its question back when what a run waits for was done after all', async () => {
    const w = world([spec('a', { commands: ['first'] }), spec('b')], {
      run: { retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } },
    });
    w.behaviour = () => 1;
    const engine = await open(w, 'window');
    const first = await w.start(engine, { scope: { kind: 'selection', keys: ['a'] } });
    const second = await w.start(engine, { scope: { kind: 'selection', keys: ['b'] }, after: [first.id] });
    await engine.settled(first.id);
    await engine.answer(engine.pauses()[0]!.id, 'fail', null, 'ann');
    expect((await engine.settled(second.id)).pauses).toHaveLength(1);
    w.behaviour = () => 0;
    await engine.wish({ kind: 'retry', runId: first.id, taskKey: 'a' }, 'ann');
    await until(() => engine.run(second.id)?.run.status === 'succeeded', 'the second runs');
    expect(engine.pauses()).toEqual([]);
  });

  it('a run that waits for one that waits for a person is settled, and is not while that one works', async () => {
    const w = world([spec('a', { commands: [] }), spec('b')]);
    const engine = await open(w, 'window');
    const first = await w.start(engine, { scope: { kind: 'selection', keys: ['a'] } });
    const second = await w.start(engine, { scope: { kind: 'selection', keys: ['b'] }, after: [first.id] });
    const third = await w.start(engine, { scope: { kind: 'selection', keys: ['b'] }, after: [second.id] });
    expect((await engine.settled(third.id)).run.status).toBe('created');
    await engine.answer(engine.pauses()[0]!.id, 'done', null, 'ann');
    expect((await engine.settled(third.id)).run.status).toBe('succeeded');
  });

  it('gives the places of the house to the run with the higher priority', async () => {
    const w = world([spec('a'), spec('b'), spec('c'), spec('d')], { run: { overall: 1 } });
    w.behaviour = () => null;
    const engine = await open(w, 'window');
    const of = (...keys: readonly string[]) => ({ scope: { kind: 'selection', keys } }) as const;
    const low = await w.start(engine, of('a', 'b'), { concurrency: 2 });
    await until(() => w.runs.length === 1, 'one runs');
    const high = await w.start(engine, { ...of('c', 'd'), priority: 5 }, { concurrency: 2 });
    expect(engine.runs().map(({ run }) => run.id)).toEqual([high.id, low.id]);
    const order: string[] = [];
    for (let i = 0; i < 4; i++) {
      await until(() => w.runs.length === i + 1, 'the next runs');
      order.push(w.runs[i]!.env['SOLOFLOW_RUN']!);
      w.runs[i]!.finish(0);
    }
    expect(order).toEqual([low.id, high.id, high.id, low.id]);
  });

  it('lets one of two runs that share a task do it; the other sees it done in the plan', async () => {
    const w = world([spec('a'), spec('b', { needs: ['a'] }), spec('c')]);
    w.behaviour = (command) => (command === 'run a' ? null : 0);
    const engine = await open(w, 'window');
    const first = await w.start(engine, { scope: { kind: 'selection', keys: ['a'] } });
    await until(() => w.runs.length === 1, 'a runs');
    const second = await w.start(engine, {}, { concurrency: 3 });
    // What the other run has not in its hands goes on.
    await until(() => stateOf(engine.run(second.id)!, 'c') === 'succeeded', 'c is done');
    expect(stateOf(engine.run(second.id)!, 'a')).toBe('ready');
    w.runs[0]!.finish(0);
    expect((await engine.settled(second.id)).run.status).toBe('succeeded');
    expect((await engine.settled(first.id)).run.status).toBe('succeeded');
    expect(w.runs.map(({ command }) => command)).toEqual(['run a', 'run c', 'run b']);
    expect(engine.events({ runId: second.id, limit: 100 }).map(({ event }) => event.type)).toContain(
      'task-done-by-hand',
    );
  });

  it('does a task itself when the other run that had it did not finish it', async () => {
    const w = world([spec('a'), spec('b', { needs: ['a'] })], { run: { hotfix: 'never' } });
    w.behaviour = () => null;
    const engine = await open(w, 'window');
    const first = await w.start(engine, { scope: { kind: 'selection', keys: ['a'] } });
    await until(() => w.runs.length === 1, 'a runs');
    const second = await w.start(engine);
    await engine.wish({ kind: 'cancel', runId: first.id }, 'x');
    await until(() => w.runs.length === 2, 'the second run takes it');
    expect(w.runs[0]!.ended()).toBe(true);
    expect(w.runs[1]!.env['SOLOFLOW_RUN']).toBe(second.id);
  });

  it('does a task that is tried again as its document says it now, also in a run that has ended', async () => {
    const retry = { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } };
    const w = world([spec('a', { commands: ['old'] }), spec('b', { rank: 1, commands: ['wait'] })], { run: { retry } });
    w.behaviour = (command) => (command === 'old' ? 1 : command === 'wait' ? null : 0);
    const engine = await open(w, 'window');
    const run = await w.start(engine, {}, { concurrency: 2 });
    await until(() => engine.pauses().length === 1, 'the failure is asked about');
    await engine.answer(engine.pauses()[0]!.id, 'fail', null, 'ann');
    const change = (commands: readonly string[]): void => {
      w.specs[0] = { ...w.specs[0]!, commands };
      w.planChanged();
    };
    change(['new']);
    await engine.wish({ kind: 'retry', runId: run.id, taskKey: 'a' }, 'ann');
    await until(() => w.status.get('a') === 'done', 'it is done');
    w.runs.find(({ command }) => command === 'wait')?.finish(0);
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    change(['newer']);
    await engine.wish({ kind: 'retry', runId: run.id, taskKey: 'a' }, 'ann');
    await until(() => engine.run(run.id)?.run.status === 'succeeded', 'the run is over again');
    expect(w.runs.map(({ command }) => command)).toEqual(['old', 'wait', 'new', 'newer']);
  });

  it('a task that is tried again and stands in no document any more is let go of, also in a run that has ended', async () => {
    const w = world([spec('a'), spec('b')]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    w.specs.shift();
    expect(await engine.wish({ kind: 'retry', runId: run.id, taskKey: 'a' }, 'ann')).toMatchObject({ ok: true });
    await until(() => engine.run(run.id)?.run.status === 'succeeded', 'the run is over again');
    expect(engine.run(run.id)?.tasks.map(({ state }) => state)).toEqual(['cancelled', 'succeeded']);
    expect(w.runs).toHaveLength(2);
  });

  it('a task that was taken out and comes back cancelled stays out', async () => {
    const w = world([spec('a', { rank: 1, commands: ['later'], needs: ['b'] }), spec('b', { commands: [] })]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    const [taken] = w.specs.splice(0, 1);
    w.planChanged();
    await until(() => engine.run(run.id)?.tasks[0]?.state === 'cancelled', 'it is out');
    w.specs.push(taken!);
    w.status.set('a', 'cancelled');
    w.planChanged();
    await engine.answer(engine.pauses()[0]!.id, 'done', null, 'ann');
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    expect(engine.run(run.id)?.tasks.map(({ state }) => state)).toEqual(['cancelled', 'succeeded']);
    expect(w.errors).toEqual([]);
  });

  it('wishes that come together are obeyed one after the other', async () => {
    const w = world([spec('a'), spec('b', { rank: 1, commands: [] })]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    const wishes = [
      { kind: 'retry', runId: run.id, taskKey: 'a' },
      { kind: 'skip', runId: run.id, taskKey: 'a' },
      { kind: 'retry', runId: run.id, taskKey: 'a' },
      { kind: 'cancel', runId: run.id },
    ] as const;
    const obeyed = await Promise.all(wishes.map((wish) => engine.wish(wish, 'ann')));
    expect(obeyed.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect((await engine.settled(run.id)).run.status).toBe('cancelled');
    expect(engine.run(run.id)?.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });
});
