// Whose task it is among agents: durable, with an end, never two at once.
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/engine/decide';
import { SILENT_MS } from '../../../src/engine/claims';
import { viewOf } from '../../../src/engine/views';
import { beginTurn } from '../../../src/engine/turn';
import type { AgentWish } from '../../../src/engine/service';
import type { RunEvent } from '../../../src/model/run-event';
import { simulate, type Simulation } from './support/simulation';
import { spec } from './support/world';

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
