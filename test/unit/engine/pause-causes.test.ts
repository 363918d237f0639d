// Every cause for which a run waits for a person: how it comes about, and that it says why, what to look at, what can be
// chosen and what is chosen by default; that the answer is taken once, after a restart too, and what its text becomes.
import { expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import type { Pause, PauseReason } from '../../../src/model/pause';
import { describePause } from '../../../src/workflow/words/pause-words';
import { english } from '../../../src/workflow/words/translate';
import { beginTurn } from '../../../src/engine/turn';
import { decide } from '../../../src/engine/decide';
import { simulate, type Simulation } from './support/simulation';
import { spec } from './support/world';

const never = { hotfix: 'never' as const, retry: { '*': { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } };
const command = { kind: 'command' as const, name: 'lint', command: 'npm run lint' };
const red = (sim: Simulation): Simulation => {
  sim.finish(0);
  const found = { gate: 'lint', kind: 'command', status: 'fail', detail: 'exit code 1', evidence: {}, at: 1 } as const;
  sim.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: 'lint', found });
  return sim;
};
const after = (sim: Simulation, ...exits: readonly number[]): Simulation => {
  for (const exit of exits) sim.finish(exit);
  return sim;
};
const careful = configSchema.parse({ pauseRules: [{ name: 'careful', command: 'psql', message: 'Look first' }] });

const CAUSES: Readonly<Record<PauseReason['kind'], () => Simulation>> = {
  'your-turn': () => simulate([spec('a', { commands: [] })]),
  'pause-after': () => after(simulate([spec('a', { autoAdvance: false, pauseAfter: true, readyPrompt: 'Ready?' })]), 0),
  'no-auto-advance': () => simulate([spec('a', { autoAdvance: null, type: 'deployment' })]),
  'human-required': () => simulate([spec('a', { humanRequired: true })]),
  approval: () => simulate([spec('a')], {}, {}, { isApproved: () => false }),
  destructive: () => simulate([spec('a', { commands: ['git push --force'] })]),
  credentials: () => simulate([spec('a', { commands: ['deploy --key $API_TOKEN'] })]),
  rule: () => simulate([spec('a', { commands: ['psql x'] })], {}, {}, { config: careful }),
  'gate-failed': () => red(simulate([spec('a', { gates: [command] })])),
  'gate-person': () => {
    const sim = after(simulate([spec('a', { gates: [{ kind: 'person', name: 'Review', question: 'Good?' }] })]), 0);
    sim.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: 'Review', found: { ask: 'Good?' } });
    return sim;
  },
  unverified: () => after(simulate([spec('a', { autoAdvance: null })]), 0),
  'task-failed': () => after(simulate([spec('a')], {}, never), 1),
  'failures-in-a-row': () => after(simulate([spec('a'), spec('b', { rank: 1 })], {}, never), 1, 1),
  'unresolved-dependency': () => simulate([spec('a', { unresolved: ['the team'] })]),
  recovery: () => {
    const sim = simulate([spec('a', { commands: ['npm publish'] })]);
    sim.answer(() => 'run');
    sim.crash();
    sim.finish(null, { lost: true });
    return sim;
  },
  question: () => {
    const sim = simulate([spec('a', { commands: [] })]);
    sim.step({
      kind: 'wish',
      wish: { kind: 'ask', runId: 'run', taskKey: 'a', text: 'Which colour?' },
      by: 'mcp:agent',
    });
    return sim;
  },
};

const askedFor = (sim: Simulation, kind: string): Pause => {
  const found = [...sim.state.pauses.values()].find(({ reason, answer }) => reason.kind === kind && answer === null);
  if (found === undefined) throw new Error(`nothing asks because of ${kind}`);
  return found;
};

it.each(Object.entries(CAUSES))('%s', (kind, make) => {
  const sim = make();
  const pause = askedFor(sim, kind);
  expect(describePause(pause.reason, english)).toMatch(/\S{3}/);
  expect(pause.choices.map(({ id }) => id)).toContain(pause.default);
  // A run as a whole has no place to look at; everything else has.
  expect(pause.suggestion !== null).toBe(pause.taskKey !== null);

  // It survives the host, and is answered once, however long it took.
  sim.crash();
  expect(askedFor(sim, kind)).toEqual(pause);
  const chosen = pause.choices.find(({ takesText }) => takesText) ?? pause.choices[0];
  if (chosen === undefined) throw new Error('no choice');
  sim.now += 30 * 86_400_000;
  const answer = { choice: chosen.id, text: 'because of the moon', by: 'ann', at: sim.now };
  sim.step({ kind: 'answer', pauseId: pause.id, answer });
  sim.crash();
  const turn = beginTurn(sim.state, sim.rules, sim.now);
  expect(
    decide(turn, { kind: 'answer', pauseId: pause.id, answer: { ...answer, choice: pause.default, by: 'bob' } }),
  ).toEqual({
    ok: false,
    error: { kind: 'already-answered', id: pause.id, choice: chosen.id, by: 'ann' },
  });
  expect(turn.events).toEqual([]);
  const about = sim.events.filter((event) => 'pauseId' in event && event.pauseId === pause.id).map(({ type }) => type);
  expect(about).toEqual(['pause-answered', 'pause-applied']);
  // Its text becomes context of the task.
  const notes = sim.events.flatMap((event) =>
    event.type === 'note' ? [`${event.taskKey} ${event.actor}: ${event.text}`] : [],
  );
  expect(notes).toEqual(pause.taskKey === null ? [] : ['a ann: because of the moon']);
});

it('commands of gates are asked about like those of the task, before anything is begun', () => {
  const gate = (command: string) => ({ kind: 'command' as const, name: 'check', command });
  const wiped = simulate([spec('a', { gates: [gate('git clean -fdx && npm test')] })]);
  expect(askedFor(wiped, 'destructive').reason).toMatchObject({ rule: 'git-clean' });
  expect(wiped.state.openAttempts.size).toBe(0);
  const secret = simulate([spec('a', { gates: [gate('curl -H "$API_TOKEN" x')] })]);
  expect(askedFor(secret, 'credentials').reason).toMatchObject({ names: ['API_TOKEN'] });
  // Only what the task itself does is not repeated.
  wiped.answer(() => 'run');
  wiped.finish(1);
  expect(wiped.state.tasks.get('a')?.row.state).toBe('retrying');
});

it('a gate that could not run its command for want of an approval is asked about, and has not failed', () => {
  const tests = { kind: 'tests' as const, name: 'Tests', command: null };
  const sim = simulate([spec('a', { gates: [tests] })], {}, {}, { isApproved: (command) => command !== 'npm test' });
  sim.finish(0);
  const evidence = { command: 'npm test' };
  const found = { gate: 'Tests', kind: 'tests', status: 'error', detail: 'Not run', evidence, at: 1 } as const;
  sim.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: 'Tests', found });
  expect(askedFor(sim, 'approval').reason).toMatchObject({ commands: ['npm test'] });
  expect(sim.state.run.failuresInARow).toBe(0);
  sim.answer(() => 'approve');
  expect(sim.state.tasks.get('a')?.row.state).toBe('checking');
});
