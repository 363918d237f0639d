import { describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/model/gate';
import { simulate, type Simulation } from './support/simulation';
import { spec } from './support/world';

const open = (sim: Simulation) =>
  [...sim.state.openPauses].map((id) => sim.state.pauses.get(id)).filter((pause) => pause?.answer === null);
const edits = (sim: Simulation) => [...sim.state.edits.values()].map(({ change }) => change);
const asks: Gate = { kind: 'criteria', name: 'Acceptance criteria' };
const command = (name: string, boxes?: readonly string[]): Gate => ({
  kind: 'command',
  name,
  command: `check ${name}`,
  ...(boxes === undefined ? {} : { boxes }),
});
const green = (sim: Simulation, gate: Gate, status: 'pass' | 'fail' = 'pass'): void => {
  const found = { gate: gate.name, kind: gate.kind, status, detail: '', evidence: {}, at: 1 } as const;
  sim.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: gate.name, found });
};

describe('boxes of the document', () => {
  it('are ticked by the commands that decide about them, and by nothing else', () => {
    const gates = [command('build', ['It builds']), command('lint')];
    const sim = simulate([
      spec('a', {
        gates,
        criteria: [
          { text: 'It builds', done: false },
          { text: 'It is nice', done: false },
        ],
      }),
    ]);
    sim.finish(0);
    for (const gate of gates) green(sim, gate);
    expect(edits(sim)).toEqual([
      { kind: 'tick-criteria', key: 'a', lines: ['It builds'] },
      { kind: 'set-status', key: 'a', status: 'done' },
    ]);
  });

  it('are open again when the task is done again: they spoke of the work as it was', () => {
    const gates = [command('build', ['It builds'])];
    for (const asked of [false, true]) {
      const after = asked ? { autoAdvance: null, pauseAfter: true } : {};
      const sim = simulate([spec('a', { gates, ...after }), spec('z', { rank: 9, commands: [] })]);
      sim.finish(0);
      green(sim, gates[0]!);
      if (asked) sim.answer(() => 'retry');
      else sim.step({ kind: 'wish', wish: { kind: 'retry', runId: 'run', taskKey: 'a' }, by: 'ann' });
      expect(edits(sim).slice(2)).toEqual([
        { kind: 'tick-criteria', key: 'a', lines: ['It builds'], done: false },
        { kind: 'set-status', key: 'a', status: 'open' },
      ]);
    }
  });

  it('stay open where the red gate was waived', () => {
    const gates = [command('build', ['It builds']), command('test', ['Tests pass'])];
    const sim = simulate([spec('a', { gates })]);
    sim.finish(0);
    green(sim, gates[0]!);
    green(sim, gates[1]!, 'fail');
    sim.answer(() => 'waive');
    // Each was found once, and is told once.
    expect(sim.events.filter(({ type }) => type === 'gate-result')).toHaveLength(3);
    expect(edits(sim)).toEqual([
      { kind: 'tick-criteria', key: 'a', lines: ['It builds'] },
      { kind: 'set-status', key: 'a', status: 'done' },
    ]);
  });
});

describe('what no gate looks at', () => {
  const criteria = [
    { text: 'It builds', done: false },
    { text: 'It is nice', done: false },
    { text: 'It was nice before', done: true },
  ];
  const succeeded = (sim: Simulation) => sim.events.find(({ type }) => type === 'task-succeeded');
  const run = (gates: readonly Gate[]): Simulation => {
    const sim = simulate([spec('a', { gates, criteria })]);
    sim.finish(0);
    return sim;
  };
  it('is told with success, and its box stays open', () => {
    const gate = command('build', ['It builds']);
    const sim = run([gate]);
    green(sim, gate);
    expect(succeeded(sim)).toMatchObject({ verification: 'verified', unchecked: ['It is nice'] });
    expect(edits(sim)[0]).toEqual({ kind: 'tick-criteria', key: 'a', lines: ['It builds'] });
  });
  it('is nothing where a person was asked about the criteria', () => {
    const sim = run([asks]);
    green(sim, asks);
    expect(succeeded(sim)).not.toHaveProperty('unchecked');
  });
  it('is not settled by the answer to a question of its own', () => {
    const question: Gate = { kind: 'person', name: 'Look', question: 'Does the page look right?' };
    const sim = run([question]);
    sim.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: 'Look', found: { ask: question.question } });
    sim.answer(() => 'done');
    expect(succeeded(sim)).toMatchObject({ unchecked: ['It builds', 'It is nice'] });
    expect(edits(sim).map(({ kind }) => kind)).toEqual(['set-status']);
  });
  it('leaves the box of a waived gate open although a person confirmed the rest', () => {
    const gate = command('build', ['It builds']);
    const sim = run([gate, asks]);
    green(sim, gate, 'fail');
    sim.answer(() => 'waive');
    green(sim, asks);
    expect(edits(sim)[0]).toEqual({ kind: 'tick-criteria', key: 'a', lines: ['It is nice'] });
  });
});

describe('a person who does a task', () => {
  const criteria = [
    { text: 'The mail is sent', done: false },
    { text: 'It has a date', done: true },
  ];
  it('is told when it is done, and with that word is not asked about the criteria again', () => {
    const sim = simulate([spec('a', { commands: [], gates: [asks], criteria })]);
    expect(open(sim)).toMatchObject([
      { reason: { kind: 'your-turn' }, suggestion: { kind: 'do', what: 'a · Done when: The mail is sent' } },
    ]);
    sim.answer(() => 'done');
    expect(open(sim)).toEqual([]);
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'verified' });
    expect(sim.events.filter(({ type }) => type === 'gate-result')).toMatchObject([
      { result: { kind: 'person', status: 'pass' } },
      { result: { kind: 'criteria', status: 'pass', evidence: { findings: ['The mail is sent', 'It has a date'] } } },
    ]);
    expect(edits(sim)[0]).toEqual({ kind: 'tick-criteria', key: 'a', lines: ['The mail is sent'] });
  });

  it('does not vouch for what a command checks', () => {
    const sim = simulate([spec('a', { commands: [], gates: [asks, command('build')], criteria })]);
    sim.answer(() => 'done');
    expect(sim.state.tasks.get('a')?.row.state).toBe('checking');
    expect(sim.bag.filter(({ kind }) => kind === 'check-gate')).toMatchObject([{ gate: { name: 'build' } }]);
  });

  it('is asked about them where an agent says it is done', () => {
    const sim = simulate([spec('a', { commands: [], gates: [asks], criteria })]);
    sim.step({ kind: 'wish', wish: { kind: 'complete', runId: 'run', taskKey: 'a', text: null }, by: 'mcp:agent' });
    sim.step();
    expect(sim.bag.filter(({ kind }) => kind === 'check-gate')).toMatchObject([{ gate: { kind: 'criteria' } }]);
  });
});
