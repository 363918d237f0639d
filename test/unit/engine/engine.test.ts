import { describe, expect, it } from 'vitest';
import { answerAll, spec, stateOf, world } from './support/world';

describe('engine', () => {
  it('runs commands in dependency order and ticks the document', async () => {
    const w = world([spec('b', { needs: ['a'] }), spec('a'), spec('c', { needs: ['b'] })]);
    const engine = w.engine();
    await engine.open();
    const run = await w.start(engine);
    const view = await engine.settled(run.id);
    expect(w.errors).toEqual([]);
    expect(view.run.status).toBe('succeeded');
    expect(w.runs.map(({ command }) => command)).toEqual(['run a', 'run b', 'run c']);
    expect([...w.status]).toEqual([
      ['a', 'done'],
      ['b', 'done'],
      ['c', 'done'],
    ]);
    await engine.close({ endProcesses: false });
  });

  it('asks for the approval of what nobody approved and goes on when approved', async () => {
    const w = world([spec('a'), spec('b', { needs: ['a'] })]);
    w.approved.clear();
    const engine = w.engine();
    await engine.open();
    const run = await w.start(engine);
    let view = await engine.settled(run.id);
    expect(view.pauses.map(({ reason }) => reason)).toEqual([{ kind: 'approval', commands: ['run a'] }]);
    expect(w.runs).toEqual([]);
    view = await answerAll(engine, run.id, () => 'approve-all');
    expect(view.run.status).toBe('succeeded');
    expect(view.pauses).toHaveLength(1);
    await engine.close({ endProcesses: false });
  });

  it("makes a task without commands the person's turn", async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = w.engine();
    await engine.open();
    const run = await w.start(engine);
    const paused = await engine.settled(run.id);
    expect(stateOf(paused, 'a')).toBe('paused');
    const pause = engine.pauses()[0]!;
    const answered = await engine.answer(pause.id, 'done', 'looked at it', 'test');
    expect(answered.ok && answered.value.answer?.text).toBe('looked at it');
    const view = await engine.settled(run.id);
    expect(view.run.status).toBe('succeeded');
    expect(engine.gateResults(run.id, 'a')).toMatchObject([{ gate: 'person', status: 'pass', detail: 'looked at it' }]);
    const again = await engine.answer(pause.id, 'skip', null, 'other');
    expect(!again.ok && again.error).toMatchObject({ kind: 'already-answered', choice: 'done', by: 'test' });
    await engine.close({ endProcesses: false });
  });

  it('does not wait for a service that takes its time when the task is to end', async () => {
    const w = world([spec('a')]);
    const service = Promise.withResolvers<void>();
    w.ready = service.promise;
    const engine = w.engine();
    await engine.open();
    const run = await w.start(engine);
    const work = (): readonly string[] => engine.run(run.id)?.tasks.map(({ state }) => state) ?? [];
    await expect.poll(work).toEqual(['running']);
    await engine.wish({ kind: 'stop', runId: run.id }, 'test');
    await expect.poll(work).toEqual(['ready']);
    expect((await engine.settled(run.id)).run.status).toBe('paused');
    // It comes after all: what was ended does not begin by that.
    service.resolve();
    await engine.close({ endProcesses: true });
    expect(w.runs).toEqual([]);
    // The next host does it.
    const next = w.engine('two');
    await next.open();
    await next.wish({ kind: 'resume', runId: run.id }, 'test');
    expect((await next.settled(run.id)).run.status).toBe('succeeded');
    await next.close({ endProcesses: false });
  });
});
