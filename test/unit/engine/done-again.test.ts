// What a document says of a task by hand, and a person or the engine that has it done again: the later word counts.
import { describe, expect, it } from 'vitest';
import type { PlanStatus } from '../../../src/model/plan';
import type { TaskSpec } from '../../../src/model/run';
import { simulate, type Simulation } from './support/simulation';
import { commandGate, passed, red, spec } from './support/world';

const NO_RETRY = { retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } };
/** The documents are read: `a` says this, everything else is open. */
const read = (sim: Simulation, a: PlanStatus): void => {
  const specs = [...sim.state.tasks.values()].map(({ row }) => row.spec);
  const status = new Map([...specs.map(({ key }) => [key, 'open'] as const), ['a', a] as const]);
  sim.step({ kind: 'plan', reading: { specs, status } });
};
const written = (sim: Simulation): void => {
  for (const editId of sim.state.openEdits) sim.step({ kind: 'edit-applied', editId, result: 'written' });
};
const checked = (sim: Simulation, make = red): void => {
  const effect = sim.take(({ kind }) => kind === 'check-gate');
  if (effect?.kind !== 'check-gate') throw new Error('nothing is checked');
  sim.step({ kind: 'gate-checked', attemptId: effect.attemptId, gate: effect.gate.name, found: make(effect.gate) });
};
const wish = (sim: Simulation, kind: 'retry' | 'retry-from' | 'skip', taskKey = 'a'): void =>
  sim.step({ kind: 'wish', wish: { kind, runId: 'run', taskKey }, by: 'ann' });
const row = (sim: Simulation, key = 'a') => sim.state.tasks.get(key)?.row;
const statuses = (sim: Simulation) =>
  [...sim.state.edits.values()].flatMap(({ change }) => (change.kind === 'set-status' ? [change.status] : []));
const gated = [spec('a', { gates: [commandGate('g')] }), spec('z', { rank: 9, commands: [] })];

describe('a tick that a red gate contradicts', () => {
  it('is taken back when the work begins anew, and is no word about that', () => {
    const sim = simulate(gated.slice(0, 1), {}, NO_RETRY);
    read(sim, 'done');
    sim.finish(0);
    checked(sim);
    sim.answer(() => 'retry');
    expect(statuses(sim)).toEqual(['open']);
    read(sim, 'done');
    written(sim);
    read(sim, 'open');
    sim.finish(1);
    expect(row(sim)).toMatchObject({ state: 'paused', reason: 'task-failed' });
  });

  it('does not count while a hot fix is made, also where it is read only after the check', () => {
    for (const early of [true, false]) {
      const sim = simulate(gated, {}, { ...NO_RETRY, hotfix: 'always' });
      if (early) read(sim, 'done');
      sim.finish(0);
      checked(sim);
      expect(row(sim)?.state).toBe('waiting');
      read(sim, 'done');
      sim.now += 60_000;
      read(sim, 'done');
      expect(row(sim)?.state).toBe('waiting');
      // Made anew it is somebody's word.
      read(sim, 'open');
      read(sim, 'done');
      expect(row(sim)).toMatchObject({ state: 'succeeded', reason: 'by hand' });
    }
  });
});

describe('a person has a task done again', () => {
  it('that its document says is done: that is taken back first', () => {
    const sim = simulate(gated, {}, NO_RETRY);
    read(sim, 'done');
    wish(sim, 'retry');
    expect(statuses(sim)).toEqual(['open']);
    sim.finish(null);
    written(sim);
    read(sim, 'open');
    expect(row(sim)).toMatchObject({ state: 'running', attempt: 2 });
    sim.finish(0);
    checked(sim, passed);
    expect(row(sim)).toMatchObject({ state: 'succeeded', verification: 'verified' });
  });

  it('that its document says is cancelled', () => {
    const sim = simulate([spec('a', { rank: 1 }), spec('z', { commands: [] })], {}, NO_RETRY);
    read(sim, 'cancelled');
    expect(row(sim)).toMatchObject({ state: 'skipped', reason: 'cancelled by hand' });
    wish(sim, 'retry');
    expect(sim.events.at(-1)).toMatchObject({ type: 'task-ready', again: true, actor: 'ann' });
    expect(statuses(sim)).toEqual(['open']);
    read(sim, 'cancelled');
    written(sim);
    read(sim, 'open');
    expect(row(sim)?.state).toBe('ready');
  });

  it('and all that depends on it: but not what its author has crossed out', () => {
    const sim = simulate([spec('b', { rank: 0 }), spec('a', { rank: 1, needs: ['b'] }), spec('z', { commands: [] })]);
    read(sim, 'cancelled');
    sim.finish(0);
    wish(sim, 'retry-from', 'b');
    expect(row(sim)?.state).toBe('skipped');
  });
});

describe('in its document', () => {
  it('a stopped task is ticked: it is done', () => {
    const sim = simulate(gated, {}, NO_RETRY);
    read(sim, 'done');
    sim.step({ kind: 'wish', wish: { kind: 'stop', runId: 'run' }, by: 'ann' });
    sim.finish(null);
    expect(row(sim)).toMatchObject({ state: 'succeeded', reason: 'by hand' });
  });

  it('a failed task is crossed out: it is skipped, and what waited for it goes on', () => {
    const specs: TaskSpec[] = [spec('a'), spec('b', { rank: 1, needs: ['a'] })];
    const sim = simulate([...specs, spec('z', { rank: 2, commands: [] })], { concurrency: 2 }, NO_RETRY);
    sim.finish(1);
    const about = [...sim.state.pauses.values()].find(({ taskKey }) => taskKey === 'a');
    const answer = { choice: 'fail' as const, text: null, by: 'ann', at: 1 };
    sim.step({ kind: 'answer', pauseId: about!.id, answer });
    expect(row(sim)?.state).toBe('failed');
    read(sim, 'cancelled');
    expect(row(sim)?.state).toBe('skipped');
    expect(row(sim, 'b')?.state).toBe('running');
  });

  it('a task that failed is ticked: its failure is none in a row any more', () => {
    const sim = simulate([spec('a'), spec('b', { rank: 1 }), spec('c', { rank: 2 })], {}, NO_RETRY);
    sim.finish(1);
    read(sim, 'done');
    sim.finish(1);
    expect([...sim.state.pauses.values()].map(({ reason }) => reason.kind)).toEqual(['task-failed', 'task-failed']);
    expect(row(sim, 'c')?.state).toBe('running');
  });
});

describe('a run that was cancelled', () => {
  it('of which one task is done again says what it leaves', () => {
    const sim = simulate([spec('a'), spec('b', { rank: 1 })], {}, NO_RETRY);
    sim.step({ kind: 'wish', wish: { kind: 'cancel', runId: 'run' }, by: 'ann' });
    sim.finish(null);
    expect(sim.state.run.status).toBe('cancelled');
    wish(sim, 'retry');
    sim.finish(0);
    written(sim);
    expect(sim.state.run).toMatchObject({ status: 'cancelled', reason: 'left cancelled: b' });
    wish(sim, 'retry', 'b');
    sim.finish(0);
    written(sim);
    expect(sim.state.run).toMatchObject({ status: 'succeeded', reason: null });
  });
});
