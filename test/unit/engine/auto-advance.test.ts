// The truth table of docs/engine.md, whole: every combination of the fields, the option, priority and kind of step.
import { describe, expect, it } from 'vitest';
import { explicitYes, waitAfter } from '../../../src/engine/rules';
import { simulate } from './support/simulation';
import { commandGate, passed, spec } from './support/world';

const FIELD = [true, false, null] as const;
const BOTH = [true, false] as const;

/** Written as the rule is told, not as it is programmed. */
function expected(c: {
  auto: boolean | null;
  pause: boolean | null;
  option: boolean;
  smart: boolean;
  critical: boolean;
  kind: 'database' | 'deployment' | null;
}): string {
  if (c.auto === true) return 'goes on';
  if (c.auto === false && c.pause === true) return 'pause-after';
  if (c.auto === false && c.pause === false) return 'goes on';
  if (c.auto === false && c.pause === null) return 'explicit';
  if (c.pause === true) return 'pause-after';
  if (c.pause === false) return 'goes on';
  if (c.option) return 'goes on';
  if (c.critical) return 'priority';
  if (c.kind !== null && !c.smart) return c.kind;
  return 'goes on';
}

const cases = FIELD.flatMap((auto) =>
  FIELD.flatMap((pause) =>
    BOTH.flatMap((option) =>
      BOTH.flatMap((smart) =>
        BOTH.flatMap((critical) =>
          (['database', 'deployment', null] as const).map((kind) => ({ auto, pause, option, smart, critical, kind })),
        ),
      ),
    ),
  ),
);

describe('auto-advance', () => {
  it.each(cases)('auto $auto, pause $pause, option $option, smart $smart, critical $critical, $kind', (c) => {
    const gate = commandGate('g');
    const task = spec('a', {
      autoAdvance: c.auto,
      pauseAfter: c.pause,
      priority: c.critical ? 'Critical' : 'High',
      type: c.kind,
      readyPrompt: 'Ready?',
      gates: [gate],
    });
    const options = { autoAdvance: c.option, smartPause: c.smart, contextPreserve: false, concurrency: 1 };
    const reason = waitAfter(task, options);
    const said = reason === null ? 'goes on' : reason.kind === 'no-auto-advance' ? reason.why : reason.kind;
    expect(said).toBe(expected(c));

    // And so does the run: the second task begins only if the first does not wait.
    const sim = simulate([task, spec('b', { rank: 1, commands: ['b'] })], options);
    const asksFirst = c.smart && c.kind !== null && c.auto !== true;
    expect([...sim.state.pauses.values()].map(({ reason }) => reason)).toEqual(
      asksFirst ? [{ kind: 'no-auto-advance', why: c.kind }] : [],
    );
    sim.answer(() => 'run');
    sim.finish(0);
    const check = sim.take(({ kind }) => kind === 'check-gate');
    if (check?.kind !== 'check-gate') throw new Error('no gate');
    sim.step({ kind: 'gate-checked', attemptId: check.attemptId, gate: gate.name, found: passed(gate) });
    expect(sim.state.tasks.get('a')?.row.state).toBe('succeeded');
    const waits = sim.state.openPauses.size > 0;
    expect(waits).toBe(said !== 'goes on');
    expect(sim.state.tasks.get('b')?.row.state).toBe(waits ? 'ready' : 'running');
    const last = [...sim.state.pauses.values()].at(-1)?.reason;
    expect(last?.kind === 'pause-after' ? last.prompt : 'no prompt').toBe(
      said === 'pause-after' ? 'Ready?' : 'no prompt',
    );
    sim.answer(() => 'continue');
    expect(sim.state.tasks.get('b')?.row.state).toBe('running');
  });

  it.each([
    { auto: true, option: false, yes: true },
    { auto: true, option: true, yes: true },
    { auto: false, option: false, yes: false },
    { auto: false, option: true, yes: false },
    { auto: null, option: false, yes: false },
    { auto: null, option: true, yes: true },
  ])('without gates: auto $auto, option $option → unverified passes: $yes', ({ auto, option, yes }) => {
    const sim = simulate([spec('a', { autoAdvance: auto, pauseAfter: false })], { autoAdvance: option });
    expect(explicitYes(spec('a', { autoAdvance: auto }), sim.state.run.options)).toBe(yes);
    sim.finish(0);
    expect(sim.state.tasks.get('a')?.row.state).toBe(yes ? 'succeeded' : 'paused');
    expect([...sim.state.pauses.values()].map(({ reason, default: choice }) => [reason.kind, choice])).toEqual(
      yes ? [] : [['unverified', 'done']],
    );
    sim.answer(() => 'done');
    expect(sim.state.tasks.get('a')?.row.verification).toBe(yes ? 'unverified' : 'verified');
  });

  it('asks once where an unverified task has a Pause After: going on is the person’s word', () => {
    const sim = simulate([spec('a', { autoAdvance: false, pauseAfter: true, readyPrompt: 'Fine?' })]);
    sim.finish(0);
    expect([...sim.state.pauses.values()].map(({ reason }) => reason)).toEqual([
      { kind: 'pause-after', prompt: 'Fine?' },
    ]);
    expect(sim.state.tasks.get('a')?.row.state).toBe('paused');
    sim.answer(() => 'continue');
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'verified' });
    expect(sim.state.openPauses.size).toBe(0);
  });

  it('still asks the written Pause After when the person did the task, but not the default', () => {
    const written = simulate([spec('a', { commands: [], autoAdvance: false, pauseAfter: true })]);
    written.answer(() => 'done');
    expect([...written.state.pauses.values()].map(({ reason }) => reason.kind)).toEqual(['your-turn', 'pause-after']);
    const priority = simulate([
      spec('a', { commands: [], autoAdvance: null, priority: 'Critical' }),
      spec('b', { rank: 1, commands: ['b'] }),
    ]);
    priority.answer(() => 'done');
    expect([...priority.state.pauses.values()].map(({ reason }) => reason.kind)).toEqual(['your-turn']);
    expect(priority.state.tasks.get('b')?.row.state).toBe('running');
  });
});
