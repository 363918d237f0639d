// Runs of random plans with random answers, failures, wishes, plan edits and deaths of the host.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../../../src/engine/fold';
import { isQuiet } from '../../../src/engine/quiet';
import type { RunState } from '../../../src/engine/state';
import type { Gate } from '../../../src/model/gate';
import type { TaskSpec } from '../../../src/model/run';
import type { RunEvent } from '../../../src/model/run-event';
import { isLegalTaskMove } from '../../../src/model/transitions';
import { memoryOf, simulate, type Simulation } from './support/simulation';
import { commandGate, passed, red, spec } from './support/world';

const gates: readonly Gate[] = [commandGate('one'), { kind: 'criteria', name: 'criteria' }];
const yesNo = fc.constantFrom(true, false, null);

const plan = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat({ max: 11 }), { maxLength: 3 }),
      command: fc.constantFrom('npm test', 'npm publish', '', 'deploy $API_TOKEN'),
      gates: fc.subarray([...gates]),
      autoAdvance: yesNo,
      pauseAfter: yesNo,
      priority: fc.constantFrom('Critical', 'Low', null),
      human: fc.boolean(),
      unresolved: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((tasks) =>
    tasks.map(({ needs, command, gates, autoAdvance, pauseAfter, priority, human, unresolved }, i): TaskSpec =>
      spec(`t${String(i)}`, {
        rank: i,
        id: `T-${String(i)}`,
        // Mostly a graph without cycles; one in a while is there to be reported.
        needs: [...new Set(needs)]
          .filter((n) => n < i || (n === i + 1 && n < tasks.length))
          .map((n) => `t${String(n)}`),
        commands: command === '' ? [] : [command],
        gates,
        autoAdvance,
        pauseAfter,
        priority,
        humanRequired: human,
        unresolved: unresolved ? ['the other team'] : [],
      }),
    ),
  );

const step = fc.record({ what: fc.nat({ max: 99 }), which: fc.nat({ max: 1000 }) });
const options = fc.record({
  autoAdvance: fc.boolean(),
  smartPause: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 3 }),
});
const hotfix = fc.constantFrom('offer' as const, 'always' as const, 'never' as const);

const pick = <T>(list: readonly T[], n: number): T | undefined =>
  list.length === 0 ? undefined : list[n % list.length];

/** One thing that may happen in the world. */
function happen(sim: Simulation, what: number, which: number): void {
  if (what < 40) return resolveEffect(sim, which, what < 24);
  if (what < 60) {
    const open = [...sim.state.openPauses]
      .map((id) => sim.state.pauses.get(id)!)
      .filter(({ answer }) => answer === null);
    const pause = pick(open, which);
    if (pause === undefined) return;
    const choice = pick(pause.choices, which >> 3)!.id;
    return sim.step({ kind: 'answer', pauseId: pause.id, answer: { choice, text: null, by: 'ann', at: sim.now } });
  }
  if (what < 72) {
    sim.now += 30_000;
    return sim.step();
  }
  if (what < 78) return sim.crash();
  if (what < 90) {
    const taskKey = pick([...sim.state.tasks.keys()], which)!;
    const kinds = ['pause', 'resume', 'resume', 'stop', 'skip', 'retry', 'retry-from', 'resume'] as const;
    const kind = pick(kinds, which >> 4)!;
    const wish =
      kind === 'skip' || kind === 'retry' || kind === 'retry-from'
        ? { kind, runId: 'run', taskKey }
        : { kind, runId: 'run' };
    return sim.step({ kind: 'wish', wish, by: 'ann' });
  }
  if (what === 90) return sim.step({ kind: 'wish', wish: { kind: 'cancel', runId: 'run' }, by: 'ann' });
  return editPlan(sim, which);
}

function resolveEffect(sim: Simulation, which: number, well: boolean): void {
  const effect = sim.bag.splice(which % Math.max(1, sim.bag.length), 1)[0];
  switch (effect?.kind) {
    case 'start-process':
    case 'start-worker':
    case 'adopt': {
      const lost = !well && which % 5 === 0;
      const exitCode = lost ? null : well ? 0 : 1;
      const report = {
        result: { exitCode, signal: null, lost, outputs: [], durationMs: 1 },
        error: null,
        neverStarted: lost && which % 2 === 0,
      };
      return sim.step({ kind: 'attempt-finished', attemptId: effect.attemptId, report });
    }
    case 'check-gate': {
      const found = which % 7 === 0 ? { ask: 'Is it so?' } : well ? passed(effect.gate) : red(effect.gate);
      return sim.step({ kind: 'gate-checked', attemptId: effect.attemptId, gate: effect.gate.name, found });
    }
    case 'end-attempt': {
      // The process ends; its own effect is still in the bag or was its start.
      const own = sim.take((other) => 'attemptId' in other && other.attemptId === effect.attemptId);
      if (own === null && !sim.state.openAttempts.has(effect.attemptId)) return;
      const report = {
        result: { exitCode: null, signal: 'SIGTERM', lost: false, outputs: [], durationMs: 1 },
        error: null,
        neverStarted: false,
      };
      return sim.step({ kind: 'attempt-finished', attemptId: effect.attemptId, report });
    }
    case 'apply-edit':
      return sim.step({ kind: 'edit-applied', editId: effect.editId, result: 'ok' });
    case 'arm-timer':
    case 'arm-deadline':
      sim.now = Math.max(sim.now, effect.at);
      return sim.step(effect.kind === 'arm-deadline' ? { kind: 'deadline', attemptId: effect.attemptId } : undefined);
    case 'preserve':
    case undefined:
      return sim.step();
  }
}

function editPlan(sim: Simulation, which: number): void {
  const now = [...sim.state.tasks.values()].filter(({ removed }) => !removed).map(({ row }) => row.spec);
  const target = pick(now, which);
  if (target === undefined) return;
  const status = new Map(now.map(({ key }) => [key, 'open' as 'open' | 'done']));
  let specs = now;
  switch (which % 5) {
    case 0:
      status.set(target.key, 'done');
      break;
    case 1:
      specs = specs.filter(({ key }) => key !== target.key);
      status.delete(target.key);
      break;
    case 2: {
      const renamed = { ...target, key: `${target.key}x`, title: `${target.title} again` };
      specs = specs.map((spec) => (spec.key === target.key ? renamed : spec));
      status.delete(target.key);
      status.set(renamed.key, 'open');
      break;
    }
    case 3: {
      const added = spec(`n${String(which)}`, { rank: which, needs: [target.key] });
      specs = [...specs, added];
      status.set(added.key, 'open');
      break;
    }
    default:
      specs = specs.map((spec) => (spec.key === target.key ? { ...spec, commands: ['make'] } : spec));
  }
  sim.step({ kind: 'plan', reading: { specs, status } });
}

/** What must be true after every step. */
function checkAlways(sim: Simulation): void {
  const { state } = sim;
  const again = replay(JSON.parse(JSON.stringify(sim.events)) as RunEvent[])!;
  expect(memoryOf(again)).toEqual(memoryOf(state));
  for (const { row, pauseId } of state.tasks.values()) {
    // No pause is lost: a paused task has its open question.
    if (row.state === 'paused') expect(state.openPauses.has(pauseId ?? '')).toBe(true);
  }
  for (const pause of state.pauses.values()) {
    expect(state.openPauses.has(pause.id)).toBe(pause.appliedAt === null);
    if (pause.appliedAt !== null) expect(pause.answer).not.toBeNull();
  }
  // Nobody is asked, nothing happens: then it must be over.
  const idle = sim.bag.length === 0 && state.openPauses.size === 0 && state.counts.retrying === 0;
  if (idle && state.run.status === 'running')
    expect.fail(`a run without a pause stands still: ${JSON.stringify(state.counts)}`);
  if (sim.ended()) expect([...state.openAttempts]).toEqual([]);
  if (isQuiet(state) && state.run.status === 'running') expect(state.openPauses.size).toBeGreaterThan(0);
}

/** The history on its own: nothing finishes twice, every pause is answered and applied at most once. */
function checkHistory(events: readonly RunEvent[]): void {
  const done = new Set<string>();
  const counts = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'task-succeeded' || event.type === 'task-done-by-hand') {
      expect(done.has(event.taskKey)).toBe(false);
      done.add(event.taskKey);
    }
    // Only a person opens again what is done.
    if ((event.type === 'task-ready' || event.type === 'task-waiting') && done.delete(event.taskKey)) {
      expect(event.actor).toBe('ann');
    }
    if (event.type === 'attempt-started') expect(done.has(event.taskKey)).toBe(false);
    if (event.type === 'pause-answered' || event.type === 'pause-applied') {
      const id = `${event.type} ${event.pauseId}`;
      counts.set(id, (counts.get(id) ?? 0) + 1);
      expect(counts.get(id)).toBe(1);
    }
  }
}

/** Lets everything end well: then the run must end. */
function endWell(sim: Simulation): void {
  for (let i = 0; i < 600 && !sim.ended(); i++) {
    if (sim.bag.length > 0) resolveEffect(sim, 1, true);
    else if (sim.state.run.status === 'paused')
      sim.step({ kind: 'wish', wish: { kind: 'resume', runId: 'run' }, by: 'ann' });
    else {
      sim.now += 120_000;
      const wanted = ['done', 'continue', 'run', 'approve', 'waive', 'retry', 'answer'];
      if (!sim.answer((ids) => wanted.find((id) => ids.includes(id as never)) ?? ids[0]!)) sim.step();
    }
    checkAlways(sim);
  }
  expect(sim.ended()).toBe(true);
}

describe('decide', () => {
  it('keeps its promises whatever happens', () => {
    fc.assert(
      fc.property(plan, options, hotfix, fc.array(step, { maxLength: 60 }), (specs, options, hotfix, steps) => {
        const sim = simulate(specs, options, { hotfix });
        checkAlways(sim);
        for (const { what, which } of steps) {
          happen(sim, what, which);
          checkAlways(sim);
        }
        endWell(sim);
        checkHistory(sim.events);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same state for every prefix of events, one event at a time, by legal moves only', () => {
    fc.assert(
      fc.property(plan, options, fc.array(step, { maxLength: 40 }), (specs, options, steps) => {
        const sim = simulate(specs, options, { hotfix: 'always' });
        for (const { what, which } of steps) happen(sim, what, which);
        let before: RunState | null = null;
        for (let n = 1; n <= sim.events.length; n++) {
          const prefix = replay(sim.events.slice(0, n))!;
          for (const [key, { row }] of prefix.tasks) {
            const old = before?.tasks.get(key)?.row.state ?? 'waiting';
            expect(isLegalTaskMove(old, row.state)).toBe(true);
          }
          before = prefix;
        }
        expect(memoryOf(before!)).toEqual(memoryOf(sim.state));
      }),
      { numRuns: 40 },
    );
  });
});
