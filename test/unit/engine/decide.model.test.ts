// Runs of random plans with random answers, failures, wishes, plan edits and deaths of the host.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../../../src/engine/fold';
import { isQuiet } from '../../../src/engine/quiet';
import { needsMet, type RunState } from '../../../src/engine/state';
import type { Gate } from '../../../src/model/gate';
import type { PlanStatus } from '../../../src/model/plan';
import type { TaskSpec, TaskState } from '../../../src/model/run';
import type { RunEvent } from '../../../src/model/run-event';
import { isLegalTaskMove, storedTaskMoves } from '../../../src/model/transitions';
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
    const open = [...sim.state.pauses.values()].filter(({ answer }) => answer === null);
    // Now and then somebody answers what was answered long ago.
    const pause = pick(what % 5 === 0 ? [...sim.state.pauses.values()] : open, which);
    if (pause === undefined) return;
    const choice = pick(pause.choices, which >> 3)!.id;
    return sim.step({ kind: 'answer', pauseId: pause.id, answer: { choice, text: null, by: 'ann', at: sim.now } });
  }
  if (what < 72) {
    sim.now += 30_000;
    return sim.step();
  }
  if (what < 78) return sim.crash();
  if (what < 86) {
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
  if (what < 89) return tellAgain(sim, which);
  return editPlan(sim, which);
}

/** What was told already is told once more: the end of an attempt, what a gate found, an edit that was applied. */
function tellAgain(sim: Simulation, which: number): void {
  const { attempts, openAttempts, edits, openEdits, tasks } = sim.state;
  const ended = pick(
    [...attempts.keys()].filter((id) => !openAttempts.has(id)),
    which >> 2,
  );
  const edit = pick(
    [...edits.keys()].filter((id) => !openEdits.has(id)),
    which >> 2,
  );
  if (which % 4 === 0 && edit !== undefined)
    return sim.step({ kind: 'edit-applied', editId: edit, result: 'once more' });
  if (ended === undefined) return;
  const found = [...tasks.values()].find(({ attemptId, results }) => attemptId === ended && results.length > 0);
  const result = found?.results[0];
  if (which % 4 !== 1 && result !== undefined)
    return sim.step({ kind: 'gate-checked', attemptId: ended, gate: result.gate, found: result });
  const report = {
    result: { exitCode: which % 2, signal: null, lost: false, outputs: [], durationMs: 1 },
    error: null,
    neverStarted: false,
  };
  sim.step({ kind: 'attempt-finished', attemptId: ended, report });
}

const BEGINS: ReadonlySet<string> = new Set(['start-process', 'start-worker', 'adopt']);

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
      // The process ends; what began it may still be in the bag. A check that begins after this is another's concern.
      const own = sim.take(
        (other) => BEGINS.has(other.kind) && 'attemptId' in other && other.attemptId === effect.attemptId,
      );
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
  const status = new Map<string, PlanStatus>(now.map(({ key }) => [key, 'open']));
  let specs = now;
  switch (which % 8) {
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
    case 4:
      status.set(target.key, 'cancelled');
      break;
    case 5:
    case 6: {
      // What was cut out stands there again, or in another place.
      const cut = pick(
        [...sim.state.tasks.values()].filter(({ removed }) => removed).map(({ row }) => row.spec),
        which >> 3,
      );
      if (cut === undefined) break;
      const back = which % 8 === 5 ? cut : { ...cut, key: `${cut.key}y` };
      specs = [...specs, back];
      status.set(back.key, which % 3 === 0 ? 'cancelled' : 'open');
      break;
    }
    default:
      specs = specs.map((spec) => (spec.key === target.key ? { ...spec, commands: ['make'] } : spec));
  }
  sim.step({ kind: 'plan', reading: { specs, status } });
}

const STORED = new Set(storedTaskMoves().map(([from, to]) => `${from} > ${to}`));

/** What must be true after every step. */
function checkAlways(sim: Simulation, before: ReadonlyMap<string, TaskState> = new Map()): void {
  const { state } = sim;
  // A step is one transaction: the record takes it as a whole.
  for (const [key, { row }] of state.tasks) {
    const from = before.get(key) ?? row.state;
    if (from !== row.state) assert(STORED.has(`${from} > ${row.state}`), `${from} > ${row.state} in one step`);
  }
  const again = replay(JSON.parse(JSON.stringify(sim.events)) as RunEvent[])!;
  assert.deepEqual(memoryOf(again), memoryOf(state));
  for (const { row, pauseId } of state.tasks.values()) {
    // No pause is lost: a paused task has its open question.
    if (row.state === 'paused') assert(state.openPauses.has(pauseId ?? ''), `${row.taskKey} is paused without a pause`);
  }
  for (const pause of state.pauses.values()) {
    assert.equal(state.openPauses.has(pause.id), pause.appliedAt === null);
    if (pause.appliedAt !== null) assert(pause.answer !== null, 'applied without an answer');
  }
  // Nobody is asked, nothing happens: then it must be over.
  const idle = sim.bag.length === 0 && state.openPauses.size === 0 && state.counts.retrying === 0;
  assert(
    !idle || state.run.status !== 'running',
    `a run without a pause stands still: ${JSON.stringify(state.counts)}`,
  );
  if (sim.ended()) assert.equal(state.openAttempts.size, 0);
  if (isQuiet(state) && state.run.status === 'running') assert(state.openPauses.size > 0, 'quiet without a question');
}

/** The history on its own: nothing finishes twice, every pause is answered and applied at most once. */
function checkHistory(events: readonly RunEvent[]): void {
  const done = new Set<string>();
  const once = new Set<string>();
  const gates = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case 'task-succeeded':
      case 'task-done-by-hand':
        assert(!done.has(event.taskKey), `${event.taskKey} finished twice`);
        done.add(event.taskKey);
        break;
      case 'task-ready':
      case 'task-waiting':
        // Only a person opens again what is done.
        if (done.delete(event.taskKey)) assert.equal(event.actor, 'ann');
        break;
      case 'attempt-started':
        assert(!done.has(event.taskKey), `${event.taskKey} was done and begun again`);
        break;
      case 'gates-started':
        for (const gate of event.gates) gates.delete(`${event.attemptId} ${gate.name}`);
        break;
      case 'gate-result': {
        const gate = `${event.attemptId} ${event.result.gate}`;
        if (event.actor !== 'scheduler') break;
        assert(!gates.has(gate), `${gate} found twice in one check`);
        gates.add(gate);
        break;
      }
      case 'edit-applied':
        assert(!once.has(event.editId), `${event.editId} applied twice`);
        once.add(event.editId);
        break;
      case 'attempt-ended':
        assert(!once.has(event.attemptId), `${event.attemptId} ended twice`);
        once.add(event.attemptId);
        break;
      case 'pause-answered':
      case 'pause-applied':
        assert(!once.has(`${event.type} ${event.pauseId}`), `${event.type} twice`);
        once.add(`${event.type} ${event.pauseId}`);
        break;
      default:
    }
  }
}

/** Lets everything end well, whatever is told once more meanwhile: then the run must end. */
function endWell(sim: Simulation): void {
  for (let i = 0; i < 600 && !sim.ended(); i++) {
    tellAgain(sim, i);
    if (sim.bag.length > 0) resolveEffect(sim, 1, true);
    else if (sim.state.run.status === 'paused')
      sim.step({ kind: 'wish', wish: { kind: 'resume', runId: 'run' }, by: 'ann' });
    else {
      sim.now += 120_000;
      const wanted = ['done', 'continue', 'run', 'approve', 'waive', 'retry', 'answer'];
      if (!sim.answer((ids) => wanted.find((id) => ids.includes(id)) ?? ids[0]!)) sim.step();
    }
    checkAlways(sim);
  }
  assert(sim.ended(), 'the run does not end');
  const { run, counts } = sim.state;
  const unmet = counts.failed + counts.waiting > 0;
  assert.equal(
    run.status === 'cancelled' || (run.status === 'failed') === unmet,
    true,
    `${run.status} although not so`,
  );
  for (const entry of sim.state.tasks.values()) {
    if (entry.row.state === 'waiting') assert(!needsMet(sim.state, entry), `${entry.row.taskKey} waits for nothing`);
  }
}

const ALL_TYPES = [
  'attempt-adopted',
  'attempt-ended',
  'attempt-process',
  'attempt-started',
  'edit-applied',
  'edit-queued',
  'gate-result',
  'gates-started',
  'hotfix-created',
  'note',
  'pause-answered',
  'pause-applied',
  'pause-opened',
  'readiness',
  'retry-scheduled',
  'run-cancelling',
  'run-created',
  'run-ended',
  'run-paused',
  'run-resumed',
  'run-started',
  'task-added',
  'task-cancelled',
  'task-cancelling',
  'task-changed',
  'task-done-by-hand',
  'task-failed',
  'task-marked-by-hand',
  'task-ready',
  'task-removed',
  'task-renamed',
  'task-skipped',
  'task-succeeded',
  'task-waiting',
];

describe('decide', () => {
  it('keeps its promises whatever happens', () => {
    const property = fc.property(
      plan,
      options,
      hotfix,
      fc.array(step, { maxLength: 60 }),
      (specs, options, hotfix, steps) => {
        const sim = simulate(specs, options, { hotfix });
        checkAlways(sim);
        for (const { what, which } of steps) {
          const before = new Map([...sim.state.tasks].map(([key, { row }]) => [key, row.state]));
          happen(sim, what, which);
          checkAlways(sim, before);
        }
        endWell(sim);
        checkHistory(sim.events);
      },
    );
    expect(() => fc.assert(property, { numRuns: 150 })).not.toThrow();
  }, 120_000);

  it('checks again what was stopped while it was checked and goes on before the check had ended', () => {
    const sim = simulate([spec('t0', { autoAdvance: true, commands: [], gates: [commandGate('one')] })]);
    sim.answer();
    sim.step({ kind: 'wish', wish: { kind: 'stop', runId: 'run' }, by: 'ann' });
    sim.step({ kind: 'wish', wish: { kind: 'resume', runId: 'run' }, by: 'ann' });
    for (let steps = 0; sim.bag.length > 0 && steps < 20; steps += 1) resolveEffect(sim, 1, true);
    endWell(sim);
    checkHistory(sim.events);
    expect(sim.state.run.status).toBe('succeeded');
  });

  it('is tried with every kind of event', () => {
    const reached = new Set<string>();
    const property = fc.property(
      plan,
      options,
      hotfix,
      fc.array(step, { maxLength: 60 }),
      (specs, options, hotfix, steps) => {
        const sim = simulate(specs, options, { hotfix });
        for (const { what, which } of steps) happen(sim, what, which);
        for (const { type } of sim.events) reached.add(type);
      },
    );
    fc.assert(property, { numRuns: 200, seed: 4 });
    const told = ['readiness', 'attempt-process', 'attempt-adopted', 'note'];
    expect([...reached, ...told].sort()).toEqual(ALL_TYPES);
  }, 120_000);

  it('gives the same state for every prefix of events, one event at a time, by legal moves only', () => {
    const property = fc.property(plan, options, fc.array(step, { maxLength: 40 }), (specs, options, steps) => {
      const sim = simulate(specs, options, { hotfix: 'always' });
      for (const { what, which } of steps) happen(sim, what, which);
      let before: RunState | null = null;
      for (let n = 1; n <= sim.events.length; n++) {
        const prefix = replay(sim.events.slice(0, n))!;
        const event = sim.events[n - 1]!;
        // What a person says they have done, they have done, whatever was opened again meanwhile.
        if (event.type === 'attempt-started' && event.kind !== 'person') {
          const entry = prefix.tasks.get(event.taskKey)!;
          assert(needsMet(prefix, entry), `${event.taskKey} began before what it needs was done`);
        }
        for (const [key, { row }] of prefix.tasks) {
          const old = before?.tasks.get(key)?.row.state ?? 'waiting';
          assert(isLegalTaskMove(old, row.state), `${old} > ${row.state}`);
        }
        before = prefix;
      }
      assert.deepEqual(memoryOf(before!), memoryOf(sim.state));
    });
    expect(() => fc.assert(property, { numRuns: 40 })).not.toThrow();
  }, 120_000);
});
