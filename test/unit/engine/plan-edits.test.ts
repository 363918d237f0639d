import { describe, expect, it } from 'vitest';
import type { PlanReading } from '../../../src/engine/plan-edits';
import type { PlanStatus } from '../../../src/model/plan';
import type { GateResult } from '../../../src/model/gate';
import type { TaskSpec } from '../../../src/model/run';
import { simulate, type Simulation } from './support/simulation';
import { commandGate, passed, spec } from './support/world';

const base = [
  spec('a', { id: 'T-1', title: 'Write the parser', rank: 0 }),
  spec('b', { title: 'Test the parser', rank: 1, needs: ['a'] }),
  spec('c', { title: 'Publish the site', rank: 2, needs: ['b'] }),
];
const reading = (specs: readonly TaskSpec[], ticked: Readonly<Record<string, PlanStatus>> = {}): PlanReading => ({
  specs,
  status: new Map([...specs.map(({ key }) => [key, 'open'] as const), ...Object.entries(ticked)]),
});
const edit = (sim: Simulation, specs: readonly TaskSpec[], ticked: Readonly<Record<string, PlanStatus>> = {}): void =>
  sim.step({ kind: 'plan', reading: reading(specs, ticked) });
/** All edits that were decided stand in the documents now. */
const written = (sim: Simulation): void => {
  for (const editId of sim.state.openEdits) sim.step({ kind: 'edit-applied', editId, result: 'written' });
};
const NO_RETRY = { retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } };
const check = (sim: Simulation, found: GateResult): void => {
  const effect = sim.take(({ kind }) => kind === 'check-gate');
  if (effect?.kind !== 'check-gate') throw new Error('nothing is checked');
  sim.step({ kind: 'gate-checked', attemptId: effect.attemptId, gate: effect.gate.name, found });
};
const types = (sim: Simulation, from: number) => sim.events.slice(from).map(({ type }) => type);
const row = (sim: Simulation, key: string) => sim.state.tasks.get(key)?.row;

describe('the plan is edited while it runs', () => {
  it('takes in nothing when only places and ticks of criteria changed', () => {
    const sim = simulate(base);
    const before = sim.events.length;
    edit(
      sim,
      base.map((spec) => ({ ...spec, line: spec.line + 7 })),
    );
    expect(sim.events).toHaveLength(before);
  });

  it('a task ticked by hand is done, its question is closed and what needs it goes on', () => {
    const sim = simulate([spec('a', { commands: [] }), spec('b', { rank: 1, needs: ['a'] })]);
    const before = sim.events.length;
    edit(sim, [spec('b', { rank: 1, needs: ['a'] })], { a: 'done' });
    expect(types(sim, before)).toEqual([
      'pause-answered',
      'pause-applied',
      'attempt-ended',
      'task-done-by-hand',
      'task-ready',
      'attempt-started',
    ]);
    expect(row(sim, 'a')).toMatchObject({ state: 'succeeded', reason: 'by hand' });
    expect(sim.state.edits.size).toBe(0);
  });

  it('a running task that is ticked by hand comes to its own end', () => {
    const sim = simulate(base);
    edit(sim, base, { a: 'done' });
    expect(row(sim, 'a')?.state).toBe('running');
    sim.finish(0);
    expect(row(sim, 'a')?.state).toBe('succeeded');
  });

  it('adds, changes and removes', () => {
    const sim = simulate(base);
    const added = spec('d', { title: 'Announce it', rank: 3, needs: ['b'] });
    edit(sim, [base[0]!, { ...base[1]!, commands: ['npm test'] }, added]);
    expect(row(sim, 'b')?.spec.commands).toEqual(['npm test']);
    expect(row(sim, 'c')).toMatchObject({ state: 'cancelled', reason: 'removed' });
    expect(row(sim, 'd')?.state).toBe('waiting');
    sim.finish(0);
    sim.finish(0);
    expect(row(sim, 'd')?.state).toBe('running');
  });

  it('what waited for a removed task goes on', () => {
    const sim = simulate(base);
    edit(sim, [base[0]!, base[2]!]);
    expect(row(sim, 'c')?.state).toBe('ready');
  });

  it('a removed task that comes back is taken up again', () => {
    const sim = simulate(base);
    edit(sim, [base[0]!, base[1]!]);
    edit(sim, base);
    expect(row(sim, 'c')?.state).toBe('waiting');
  });

  it('a running task that was removed finishes and changes no document', () => {
    const sim = simulate(base);
    edit(sim, base.slice(1));
    expect(row(sim, 'a')?.state).toBe('running');
    sim.finish(0);
    expect(row(sim, 'a')?.state).toBe('succeeded');
    expect(sim.state.edits.size).toBe(0);
  });

  it('a rename keeps the history: by id, else by title and place', () => {
    const sim = simulate(base);
    const renamed = [
      { ...base[0]!, key: 'a2', title: 'Something else entirely' },
      { ...base[1]!, key: 'b2', title: 'Test the new parser', needs: ['a2'] },
      { ...base[2]!, needs: ['b2'] },
    ];
    edit(sim, renamed);
    expect(sim.state.tasks.size).toBe(3);
    expect(row(sim, 'a')).toMatchObject({ state: 'running', spec: { key: 'a2', title: 'Something else entirely' } });
    expect(row(sim, 'b')?.spec).toMatchObject({ key: 'b2', needs: ['a2'] });
    sim.finish(0);
    expect([...sim.state.edits.values()][0]?.change).toMatchObject({ kind: 'set-status', key: 'a2' });
    expect(row(sim, 'b')?.state).toBe('running');
    sim.step({ kind: 'wish', wish: { kind: 'skip', runId: 'run', taskKey: 'b2' }, by: 'ann' });
    expect(row(sim, 'b')?.state).toBe('cancelling');
  });

  it('another id or a wholly other title is another task', () => {
    const sim = simulate(base);
    edit(sim, [
      { ...base[0]!, key: 'z', id: 'T-9' },
      { ...base[1]!, key: 'y', title: 'Buy milk', needs: [] },
      base[2]!,
    ]);
    expect(sim.state.tasks.size).toBe(5);
    expect(row(sim, 'b')).toMatchObject({ state: 'cancelled', reason: 'removed' });
  });

  it('a document that is gone ends the run with a reason', () => {
    const sim = simulate(base);
    sim.step({ kind: 'plan', reading: { specs: null, status: new Map() } });
    expect(sim.state.run.status).toBe('cancelling');
    sim.finish(null);
    expect(sim.state.run).toMatchObject({ status: 'cancelled', reason: 'its document is gone' });
  });

  it('what is marked as blocked is asked about, and goes on by itself when the mark is gone', () => {
    const sim = simulate([spec('x', { rank: -1, commands: [] }), base[0]!]);
    edit(sim, [base[0]!, spec('x', { rank: -1, commands: [] })], { a: 'blocked' });
    sim.answer(() => 'skip');
    expect([...sim.state.pauses.values()].at(-1)?.reason).toEqual({
      kind: 'unresolved-dependency',
      names: ['marked as blocked'],
    });
    edit(sim, [base[0]!, spec('x', { rank: -1, commands: [] })], { a: 'in-progress' });
    expect(sim.state.openPauses.size).toBe(0);
    expect(row(sim, 'a')?.state).toBe('running');
  });

  it('a question about commands that have changed is asked anew', () => {
    const sim = simulate([spec('a', { commands: ['npm publish'] })]);
    edit(sim, [spec('a', { commands: ['terraform apply'] })]);
    expect([...sim.state.pauses.values()].map(({ reason, answer }) => [reason, answer?.by ?? null])).toEqual([
      [{ kind: 'destructive', command: 'npm publish', rule: 'publish' }, 'by hand'],
      [{ kind: 'destructive', command: 'terraform apply', rule: 'infrastructure' }, null],
    ]);
  });

  it('a task cancelled by hand is skipped', () => {
    const sim = simulate(base);
    edit(sim, base, { b: 'cancelled' });
    expect(row(sim, 'b')).toMatchObject({ state: 'skipped', reason: 'cancelled by hand' });
  });

  it('what a document still says before our edit of it is written is no word of a person', () => {
    const sim = simulate([base[0]!, base[1]!]);
    sim.finish(0);
    sim.finish(0);
    written(sim);
    expect(sim.state.run.status).toBe('succeeded');
    sim.step({ kind: 'wish', wish: { kind: 'retry-from', runId: 'run', taskKey: 'a' }, by: 'ann' }, 0);
    sim.step({ kind: 'plan', reading: reading([base[0]!, base[1]!], { a: 'done', b: 'done' }) }, 0);
    expect([row(sim, 'a')?.state, row(sim, 'b')?.state]).toEqual(['ready', 'waiting']);
    written(sim);
    edit(sim, [base[0]!, base[1]!], { b: 'done' });
    expect([row(sim, 'a')?.state, row(sim, 'b')?.state]).toEqual(['running', 'succeeded']);
  });

  describe('while a task is at work', () => {
    const hand = (status: PlanStatus, change: Partial<TaskSpec> = {}) => {
      const agent = { canDo: ({ commands }: TaskSpec) => commands.length === 0 };
      const sim = simulate([spec('a', change), spec('b', { rank: 1, needs: ['a'] })], {}, NO_RETRY, agent);
      mark(sim, status);
      return sim;
    };
    const mark = (sim: Simulation, status: PlanStatus): void => {
      const specs = [...sim.state.tasks.values()].map(({ row }) => row.spec);
      edit(sim, specs, { a: status });
    };

    it('a tick by hand has an event, and counts where the work comes to nothing', () => {
      const failed = hand('done');
      expect(failed.events.at(-1)).toMatchObject({ type: 'task-marked-by-hand', status: 'done', actor: 'by hand' });
      failed.finish(1);
      expect(row(failed, 'a')).toMatchObject({ state: 'succeeded', reason: 'by hand' });
      expect(failed.state.pauses.size).toBe(0);
      expect(row(failed, 'b')?.state).toBe('running');
      const done = hand('done');
      done.finish(0);
      expect(row(done, 'a')).toMatchObject({ state: 'succeeded', reason: null });
    });

    it('a tick that is taken back before the end does not count', () => {
      const sim = hand('done');
      mark(sim, 'in-progress');
      sim.finish(1);
      expect(row(sim, 'a')?.state).toBe('paused');
    });

    it('a tick is no gate result, and is only a new word when it is made anew', () => {
      const sim = hand('done', { gates: [commandGate('g')] });
      sim.finish(0);
      check(sim, { ...passed(commandGate('g')), status: 'fail' });
      mark(sim, 'done');
      expect(row(sim, 'a')).toMatchObject({ state: 'paused', reason: 'gate-failed' });
      sim.now += 60_000;
      mark(sim, 'open');
      mark(sim, 'done');
      expect(row(sim, 'a')).toMatchObject({ state: 'succeeded', reason: 'by hand' });
    });

    it('an agent that ticks its own task is not believed, also where that is read only after its end', () => {
      const early = hand('done', { commands: [] });
      early.finish(1);
      mark(early, 'done');
      expect(row(early, 'a')).toMatchObject({ state: 'paused', reason: 'task-failed' });
      const late = hand('open', { commands: [] });
      late.finish(1);
      mark(late, 'done');
      late.now += 60_000;
      mark(late, 'done');
      expect(row(late, 'a')).toMatchObject({ state: 'paused', reason: 'task-failed' });
      mark(late, 'open');
      mark(late, 'done');
      expect(row(late, 'a')).toMatchObject({ state: 'succeeded', reason: 'by hand' });
    });

    it('cancelled by hand is left out whatever comes of it, and its document is left alone', () => {
      for (const exitCode of [0, 1]) {
        const sim = hand('cancelled');
        sim.finish(exitCode);
        expect(row(sim, 'a')).toMatchObject({ state: 'skipped', reason: 'cancelled by hand' });
        expect(sim.state.edits.size).toBe(0);
      }
    });

    it('a task that is gone from the plan is not tried again and asks nothing', () => {
      for (const gates of [[], [commandGate('g')]]) {
        const sim = simulate([spec('a', { gates, autoAdvance: null }), spec('b', { rank: 1 })]);
        edit(sim, [spec('b', { rank: 1 })]);
        sim.finish(gates.length === 0 ? 1 : 0);
        if (gates.length > 0) check(sim, { ...passed(commandGate('g')), status: 'fail' });
        expect(row(sim, 'a')?.state).toBe('cancelled');
        expect(sim.state.pauses.size).toBe(0);
      }
      const unchecked = simulate([spec('a', { autoAdvance: null, pauseAfter: true })]);
      edit(unchecked, [spec('b', { rank: 1 })]);
      unchecked.finish(0);
      expect(row(unchecked, 'a')?.state).toBe('succeeded');
      expect(unchecked.state.pauses.size).toBe(0);
    });

    it('a task that was cut out and stands there again is ticked when it is done', () => {
      for (const before of [true, false]) {
        const sim = simulate([spec('a'), spec('b', { rank: 1, commands: [] })], { concurrency: 2 });
        const back = (): void => edit(sim, [spec('a'), spec('b', { rank: 1, commands: [] })]);
        edit(sim, [spec('b', { rank: 1, commands: [] })]);
        if (before) back();
        sim.finish(0);
        if (!before) back();
        expect(row(sim, 'a')?.state).toBe('succeeded');
        expect([...sim.state.edits.values()].map(({ change }) => change)).toEqual([
          { kind: 'set-status', key: 'a', status: 'done' },
        ]);
      }
    });

    it('what was done, ticked and taken out of the document says nothing about a task that is like it', () => {
      const sim = simulate([spec('a', { title: 'Run the tests' }), spec('b', { rank: 1, commands: [] })]);
      sim.finish(0);
      edit(sim, [spec('b', { rank: 1, commands: [] })]);
      edit(sim, [spec('later/a', { title: 'Run the tests' }), spec('b', { rank: 1, commands: [] })]);
      expect([...sim.state.tasks.values()].map(({ row }) => row.state)).toEqual(['succeeded', 'paused', 'ready']);
      expect([...sim.state.edits.values()]).toHaveLength(1);
    });

    it('a task that was cut out and put into another place is the same task', () => {
      const sim = simulate([spec('one/a', { title: 'Write the parser' }), spec('b', { rank: 1, needs: ['one/a'] })]);
      edit(sim, [spec('b', { rank: 1 })]);
      edit(sim, [spec('two/a', { title: 'Write the parser' }), spec('b', { rank: 1, needs: ['two/a'] })]);
      expect(sim.state.tasks.size).toBe(2);
      sim.finish(0);
      expect([...sim.state.edits.values()].map(({ change }) => change)).toEqual([
        { kind: 'set-status', key: 'two/a', status: 'done' },
      ]);
      expect(row(sim, 'b')?.state).toBe('running');
    });
  });

  it('a new task may have the name that another one had before', () => {
    const sim = simulate([spec('write tests', { title: 'Write tests' })]);
    const renamed = spec('write unit tests', { title: 'Write unit tests' });
    edit(sim, [renamed]);
    sim.finish(0);
    const fresh = spec('write tests', { title: 'Write tests', rank: 1, commands: ['new'] });
    sim.step({ kind: 'plan', reading: reading([renamed, fresh], { 'write unit tests': 'done' }) });
    expect(sim.state.tasks.size).toBe(2);
    expect(sim.bag.filter(({ kind }) => kind === 'start-process')).toHaveLength(1);
    sim.finish(0);
    edit(sim, [renamed, fresh], { 'write unit tests': 'done' });
    expect([...sim.state.tasks.values()].map(({ row: { spec, state } }) => [spec.key, state])).toEqual([
      ['write unit tests', 'succeeded'],
      ['write tests', 'succeeded'],
    ]);
  });
});
