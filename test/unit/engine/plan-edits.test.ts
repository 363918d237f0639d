import { describe, expect, it } from 'vitest';
import type { PlanReading } from '../../../src/engine/plan-edits';
import type { PlanStatus } from '../../../src/model/plan';
import type { TaskSpec } from '../../../src/model/run';
import { simulate, type Simulation } from './support/simulation';
import { spec } from './support/world';

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
});
