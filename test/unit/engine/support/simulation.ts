// Drives decide without any world: effects are kept in a bag, and whoever tests says what becomes of each.
import { createRun, decide } from '../../../../src/engine/decide';
import type { Input } from '../../../../src/engine/inputs';
import { replay } from '../../../../src/engine/fold';
import { rowsOf, type RunState } from '../../../../src/engine/state';
import { beginTurn, type Effect, type Rules } from '../../../../src/engine/turn';
import { configSchema, type Config } from '../../../../src/model/config';
import { FINAL_RUN_STATES, type RunOptions, type TaskSpec } from '../../../../src/model/run';
import type { RunEvent } from '../../../../src/model/run-event';
import type { ProcessResult } from '../../../../src/engine/ports';
import { blankRun } from '../../support/blanks';

const result = (exitCode: number | null, change: Partial<ProcessResult> = {}): ProcessResult => ({
  exitCode,
  signal: null,
  lost: false,
  outputs: [],
  durationMs: 1,
  ...change,
});

export interface Simulation {
  readonly events: readonly RunEvent[];
  readonly bag: Effect[];
  state: RunState;
  now: number;
  readonly rules: Rules;
  /** One tick: the input, answers, scheduling. */
  step(input?: Input, slots?: number): void;
  /** The host dies: what is in memory is gone, the next one reads the events and recovers. */
  crash(): void;
  take(match: (effect: Effect) => boolean): Effect | null;
  ended(): boolean;
  finish(exitCode: number | null, change?: Partial<ProcessResult>): boolean;
  answer(choose?: (choices: readonly string[], kind: string) => string): boolean;
}

export function simulate(
  specs: readonly TaskSpec[],
  options: Partial<RunOptions> = {},
  config: Partial<Config['run']> = {},
  rules: Partial<Rules> = {},
): Simulation {
  const run = blankRun('run', {
    requestKey: 'k',
    options: { autoAdvance: false, smartPause: true, contextPreserve: true, concurrency: 1, ...options },
  });
  const whole = configSchema.parse({});
  const known: Rules = {
    config: { ...whole, run: { ...whole.run, ...config } },
    epoch: 1,
    root: '/w',
    shell: 'sh',
    isApproved: () => true,
    env: () => undefined,
    canDo: () => false,
    runStatus: () => null,
    ...rules,
  };
  const events: RunEvent[] = [];
  const bag: Effect[] = [];
  const made = createRun(run, specs, known, 1000, 'test');
  events.push(...made.turn.events);
  const sim: Simulation = {
    events,
    bag,
    state: made.state,
    now: 1000,
    rules: known,
    step(input, slots = 100) {
      const turn = beginTurn(sim.state, known, sim.now);
      if (input !== undefined) decide(turn, input);
      decide(turn, { kind: 'apply-answers' });
      decide(turn, { kind: 'schedule', slots });
      events.push(...turn.events);
      for (const effect of turn.effects) perform(effect);
    },
    crash() {
      bag.length = 0;
      const state = replay(JSON.parse(JSON.stringify(events)) as RunEvent[]);
      if (state === null) throw new Error('no run');
      sim.state = state;
      sim.step({ kind: 'recover' });
    },
    take(match) {
      const at = bag.findIndex(match);
      return at === -1 ? null : (bag.splice(at, 1)[0] ?? null);
    },
    ended: () => FINAL_RUN_STATES.has(sim.state.run.status),
    finish(exitCode, change) {
      const effect = sim.take(({ kind }) => kind === 'start-process' || kind === 'start-worker' || kind === 'adopt');
      if (effect === null || !('attemptId' in effect)) return false;
      const report = { result: result(exitCode, change), error: null, neverStarted: false };
      sim.step({ kind: 'attempt-finished', attemptId: effect.attemptId, report });
      return true;
    },
    answer(choose) {
      for (const id of sim.state.openPauses) {
        const pause = sim.state.pauses.get(id);
        if (pause === undefined || pause.answer !== null) continue;
        const ids = pause.choices.map(({ id }) => id);
        const choice = (choose?.(ids, pause.reason.kind) ?? pause.default) as (typeof ids)[number];
        sim.step({ kind: 'answer', pauseId: id, answer: { choice, text: null, by: 'ann', at: sim.now } });
        return true;
      }
      return false;
    },
  };
  /** Ending is the only effect that concerns others in the bag: their processes come to an end. */
  function perform(effect: Effect): void {
    if (effect.kind === 'end-attempt') {
      sim.take((other) => other.kind === 'check-gate' && other.attemptId === effect.attemptId);
    }
    if (
      effect.kind === 'check-gate' &&
      bag.some((other) => other.kind === 'check-gate' && other.attemptId === effect.attemptId)
    ) {
      return;
    }
    if (effect.kind !== 'preserve') bag.push(effect);
  }
  sim.step();
  return sim;
}

/** Everything about a run's tasks that decisions look at, comparable. */
export const memoryOf = (state: RunState): unknown => ({
  rows: rowsOf(state),
  entries: [...state.tasks].map(([key, entry]) => [key, { ...entry, row: null }]),
  counts: state.counts,
  openPauses: [...state.openPauses],
  openAttempts: [...state.openAttempts],
  openEdits: [...state.openEdits],
  occupied: [...state.occupied].sort(),
  retrying: [...state.retrying].sort(),
  checking: [...state.checking].sort(),
  unchecked: [...state.unchecked].sort(),
});
