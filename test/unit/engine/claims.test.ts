// Whose task it is among agents: durable, with an end, never two at once.
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/engine/decide';
import { SILENT_MS } from '../../../src/engine/claims';
import { viewOf } from '../../../src/engine/views';
import { beginTurn } from '../../../src/engine/turn';
import type { AgentWish } from '../../../src/engine/service';
import type { GateResult } from '../../../src/model/gate';
import type { PlanStatus } from '../../../src/model/plan';
import type { TaskSpec } from '../../../src/model/run';
import type { RunEvent } from '../../../src/model/run-event';
import { simulate, type Simulation } from './support/simulation';
import { commandGate, passed, red, spec } from './support/world';

const MINUTE = 60_000;
const start = () => simulate([spec('a', { commands: [] })]);

/** Says a word of an agent and keeps what follows, as the runner does. */
function say(sim: Simulation, session: string, kind: AgentWish['kind'], more: Partial<AgentWish> = {}) {
  const turn = beginTurn(sim.state, sim.rules, sim.now);
  const by = session.startsWith('person') ? 'cli' : `mcp:${session}`;
  const wish = { kind, runId: 'run', taskKey: 'a', text: 'text', session, ...more };
  const result = decide(turn, { kind: 'wish', wish, by });
  (sim.events as RunEvent[]).push(...turn.events);
  return result;
}
const holder = (sim: Simulation): string | undefined => viewOf(sim.state).tasks[0]?.claim?.session;
const refusal = (session: string) => ({ ok: false, error: { kind: 'claimed', by: `mcp:${session}` } });

describe('a claim', () => {
  it('is for one: the others are refused everything but looking, with who has it', () => {
    const sim = start();
    expect(say(sim, 'one', 'claim').ok).toBe(true);
    for (const kind of ['claim', 'progress', 'ask', 'complete', 'fail', 'release'] as const)
      expect([kind, say(sim, 'two', kind)]).toMatchObject([kind, refusal('one')]);
    expect(say(sim, 'one', 'claim').ok).toBe(true);
    expect(holder(sim)).toBe('one');
  });

  it('outlives the host', () => {
    const sim = start();
    say(sim, 'one', 'claim');
    sim.crash();
    expect(holder(sim)).toBe('one');
    expect(say(sim, 'two', 'claim')).toMatchObject(refusal('one'));
  });

  it('ends when nothing is heard for long; each word moves the end on, many words write little', () => {
    const sim = start();
    say(sim, 'one', 'claim');
    const events = sim.events.length;
    for (let i = 0; i < 20; i += 1) say(sim, 'one', 'progress');
    expect(sim.events.slice(events).filter(({ type }) => type === 'claim-changed')).toHaveLength(0);
    sim.now += SILENT_MS - MINUTE;
    expect(say(sim, 'one', 'progress').ok).toBe(true);
    sim.now += SILENT_MS - MINUTE;
    expect(say(sim, 'two', 'claim')).toMatchObject(refusal('one'));
    sim.now += MINUTE;
    expect(say(sim, 'two', 'claim').ok).toBe(true);
    expect(holder(sim)).toBe('two');
    expect(sim.events.at(-1)).toMatchObject({ reason: 'taken over from mcp:one: nothing was heard of it' });
    expect(say(sim, 'one', 'complete')).toMatchObject(refusal('two'));
  });

  it('goes to another when its session is known to have ended, and only that one', () => {
    const sim = start();
    say(sim, 'one', 'claim');
    expect(say(sim, 'two', 'claim', { gone: 'other' })).toMatchObject(refusal('one'));
    expect(say(sim, 'two', 'claim', { gone: 'one' }).ok).toBe(true);
    expect(sim.events.at(-1)).toMatchObject({ reason: 'taken over from mcp:one: its session has ended' });
  });

  it('is given back by its agent or taken back by a person, and is over with the task', () => {
    const sim = start();
    say(sim, 'one', 'claim');
    expect(say(sim, 'one', 'release').ok).toBe(true);
    say(sim, 'two', 'claim');
    expect(say(sim, 'person', 'release', { text: 'it goes in circles' }).ok).toBe(true);
    expect(sim.events.at(-1)).toMatchObject({ type: 'claim-changed', claim: null, reason: 'it goes in circles' });
    expect(holder(sim)).toBeUndefined();
    say(sim, 'two', 'claim');
    expect(say(sim, 'two', 'complete').ok).toBe(true);
    sim.step();
    expect(sim.state.tasks.get('a')?.row.state).toBe('succeeded');
    expect(holder(sim)).toBeUndefined();
  });
});

describe('an agent that has a task and ticks it in its document', () => {
  const gate = commandGate('lint');
  const tick = (sim: Simulation, status: PlanStatus): void => {
    const specs = [...sim.state.tasks.values()].map(({ row }) => row.spec);
    sim.step({ kind: 'plan', reading: { specs, status: new Map([['a', status]]) } });
  };
  const check = (sim: Simulation, found: GateResult | { readonly ask: string }): void => {
    const effect = sim.take(({ kind }) => kind === 'check-gate');
    if (effect?.kind !== 'check-gate') throw new Error('nothing is checked');
    sim.step({ kind: 'gate-checked', attemptId: effect.attemptId, gate: effect.gate.name, found });
  };
  const row = (sim: Simulation) => sim.state.tasks.get('a')?.row;
  const claimed = (change: Partial<TaskSpec>): Simulation => {
    const sim = simulate([spec('a', { commands: [], ...change })]);
    say(sim, 'one', 'claim');
    return sim;
  };

  it('has handed it in: the gates decide, and a red one is looked at again for a tick made anew', () => {
    const sim = claimed({ gates: [gate] });
    tick(sim, 'done');
    check(sim, red(gate));
    expect(row(sim)).toMatchObject({ state: 'paused', reason: 'gate-failed' });
    sim.now += MINUTE;
    tick(sim, 'done');
    expect(row(sim)?.state).toBe('paused');
    tick(sim, 'open');
    tick(sim, 'done');
    check(sim, passed(gate));
    expect(row(sim)).toMatchObject({ state: 'succeeded', verification: 'verified' });
  });

  it('answers nothing that a person is asked', () => {
    const sim = claimed({ gates: [{ kind: 'person', name: 'Review', question: 'Is it good?' }] });
    say(sim, 'one', 'complete');
    sim.step();
    check(sim, { ask: 'Is it good?' });
    tick(sim, 'done');
    expect(row(sim)).toMatchObject({ state: 'paused', reason: 'gate-person' });
    sim.answer(() => 'done');
    expect(row(sim)?.state).toBe('succeeded');
  });

  it('and has given it back: then it is a person’s word', () => {
    const sim = claimed({ gates: [gate] });
    say(sim, 'one', 'release');
    tick(sim, 'done');
    expect(row(sim)).toMatchObject({ state: 'succeeded', reason: 'by hand' });
  });
});
