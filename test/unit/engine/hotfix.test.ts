import { describe, expect, it } from 'vitest';
import { nextHotfixNumber } from '../../../src/engine/hotfix';
import type { GateResult } from '../../../src/model/gate';
import type { TaskSpec } from '../../../src/model/run';
import { normalId } from '../../../src/plan/graph/ids';
import { KeyMaker } from '../../../src/plan/read/item';
import { simulate, type Simulation } from './support/simulation';
import { commandGate, passed, red, spec } from './support/world';

const never = { default: { retries: 0, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } };
const noRetry = { '*': never.default };
const pauses = (sim: Simulation) => [...sim.state.pauses.values()].map(({ reason }) => reason.kind);
const open = (sim: Simulation) =>
  [...sim.state.openPauses].map((id) => sim.state.pauses.get(id)?.reason.kind ?? 'gone');
const stateOf = (sim: Simulation, key: string) => sim.state.tasks.get(key)?.row.state;
const edits = (sim: Simulation) => [...sim.state.edits.values()].map(({ change }) => change);
const applyEdits = (sim: Simulation): void => {
  for (
    let e = sim.take(({ kind }) => kind === 'apply-edit');
    e !== null;
    e = sim.take(({ kind }) => kind === 'apply-edit')
  ) {
    if (e.kind === 'apply-edit') sim.step({ kind: 'edit-applied', editId: e.editId, result: 'ok' });
  }
};
const gateResult = (sim: Simulation, good: boolean): void => {
  const check = sim.take(({ kind }) => kind === 'check-gate');
  if (check?.kind !== 'check-gate') throw new Error('no gate is checked');
  const found = good ? passed(check.gate) : red(check.gate, 'exit code 1');
  sim.step({ kind: 'gate-checked', attemptId: check.attemptId, gate: check.gate.name, found });
};
const failing: TaskSpec = spec('a', {
  id: 'T-4',
  title: 'Import orders',
  commands: ['npm run import'],
  criteria: [{ text: 'All orders are there', done: false }],
});

describe('hot fix', () => {
  it('is offered, inserted, done, and then the original is tried again', () => {
    const sim = simulate([failing, spec('b', { rank: 1, needs: ['a'] })], {}, { retry: noRetry });
    sim.finish(1, {
      outputs: [{ stream: 'err', bytes: 9, truncated: false, redactions: 0, head: 'Error: no file\n', tail: '' }],
    });
    expect([...sim.state.pauses.values()][0]).toMatchObject({ reason: { kind: 'task-failed' }, default: 'hotfix' });
    sim.answer();
    const fix = [...sim.state.tasks.values()].at(-1)!.row.spec;
    expect(fix).toMatchObject({
      id: 'T-HotFix-1',
      title: 'Fix Import orders',
      kind: 'hotfix',
      repairs: 'a',
      autoAdvance: false,
      pauseAfter: true,
      readyPrompt: 'HotFix complete - retry original task?',
    });
    expect(fix.criteria.map(({ text }) => text)).toContain('All orders are there');
    expect(fix.steps).toEqual([
      'Reproduce the failure',
      'Fix the cause',
      'Add a regression test',
      'Re-run the validation: npm run import',
    ]);
    expect(fix.evidence).toBe('exit code 1 (execution) (tried once): Error: no file');
    expect(edits(sim)).toMatchObject([{ kind: 'append-hotfix', after: 'a', id: 'T-HotFix-1', steps: fix.steps }]);
    expect(stateOf(sim, 'a')).toBe('waiting');
    expect(sim.state.tasks.get('a')?.row.spec.needs).toEqual([fix.key]);
    expect(stateOf(sim, fix.key)).toBe('paused');
    applyEdits(sim);
    sim.answer(() => 'done');
    expect(stateOf(sim, fix.key)).toBe('succeeded');
    expect(open(sim)).toEqual(['pause-after']);
    sim.answer(() => 'continue');
    expect(stateOf(sim, 'a')).toBe('running');
    sim.finish(0);
    applyEdits(sim);
    sim.finish(0);
    applyEdits(sim);
    expect(sim.state.run).toMatchObject({ status: 'succeeded', failuresInARow: 0 });
  });

  it('comes by itself once with "always"; that it did not help is asked', () => {
    const sim = simulate([{ ...failing, gates: [commandGate('tests')] }], {}, { hotfix: 'always', retry: noRetry });
    sim.finish(0);
    gateResult(sim, false);
    expect(pauses(sim)).toEqual(['your-turn']);
    expect([...sim.state.tasks.values()].at(-1)?.row.spec.evidence).toBe('tests: exit code 1 (tried once)');
    sim.answer(() => 'done');
    sim.answer(() => 'continue');
    sim.finish(0);
    gateResult(sim, false);
    expect(open(sim)).toEqual(['gate-failed', 'failures-in-a-row']);
    expect(sim.state.run.failuresInARow).toBe(2);
  });

  it('is not offered with "never", and without smart pause the failure is final', () => {
    const asked = simulate([failing], {}, { hotfix: 'never', retry: noRetry });
    asked.finish(1);
    expect([...asked.state.pauses.values()][0]?.choices.map(({ id }) => id)).toEqual(['retry', 'skip', 'fail', 'stop']);
    const final = simulate(
      [failing, spec('b', { needs: ['a'] })],
      { smartPause: false },
      { hotfix: 'never', retry: noRetry },
    );
    final.finish(1);
    expect(final.state.run).toMatchObject({ status: 'failed', reason: '1 task waits for: Import orders' });
    expect(stateOf(final, 'b')).toBe('waiting');
  });

  it('is not made for a hot fix', () => {
    const sim = simulate([failing], {}, { hotfix: 'always', retry: noRetry });
    sim.finish(1);
    sim.answer(() => 'fail');
    expect(sim.state.tasks.size).toBe(2);
    expect(open(sim)).toContain('task-failed');
  });

  it('lets the branches that do not need it go on, also while a person repairs', () => {
    const sim = simulate(
      [failing, spec('b', { rank: 1, needs: ['a'] }), spec('c', { rank: 2 })],
      {},
      { retry: noRetry, hotfix: 'always' },
    );
    sim.finish(1);
    expect(open(sim)).toEqual(['your-turn']);
    expect(stateOf(sim, 'c')).toBe('running');
    expect(stateOf(sim, 'b')).toBe('waiting');
  });

  it('has a number of its own in its document, also in a run that does not hold all of it', () => {
    const rules = { hotfixIds: (path: string) => (path === 'plan.md' ? ['T-HotFix-4', null] : []) };
    const sim = simulate([failing], {}, { retry: noRetry, hotfix: 'always' }, rules);
    sim.finish(1);
    expect([...sim.state.tasks.values()].at(-1)?.row.spec.id).toBe('T-HotFix-5');
  });

  it('counts on from the numbers there are', () => {
    expect(nextHotfixNumber([null, 'T-1', 'T-HotFix-3', 'T-hotfix-11', 'HotFix-40'])).toBe(12);
    expect(nextHotfixNumber([])).toBe(1);
  });

  it('has from the start the key that its document gives it, and can be removed there', () => {
    const sim = simulate(
      [{ ...failing, title: 'Import “orders” — all of them, also those that nobody has ever looked at' }],
      {},
      { retry: noRetry },
    );
    sim.finish(1);
    sim.answer(() => 'hotfix');
    const { row } = [...sim.state.tasks.values()].at(-1)!;
    const { id, title, path } = row.spec;
    expect(row.taskKey).toBe(new KeyMaker().make(path, normalId(id!), title, []));
    const inDocument = spec(row.taskKey, { id, title, kind: 'hotfix' });
    const others: [string, 'open'][] = [['a', 'open']];
    // Not written yet: that it is missing means nothing.
    sim.step({ kind: 'plan', reading: { specs: [failing], status: new Map(others) } });
    expect(stateOf(sim, row.taskKey)).toBe('paused');
    sim.step({
      kind: 'plan',
      reading: { specs: [failing, inDocument], status: new Map([...others, [row.taskKey, 'open']]) },
    });
    expect(sim.events.map(({ type }) => type)).not.toContain('task-renamed');
    expect(sim.state.tasks.get(row.taskKey)?.row.spec).toMatchObject({ repairs: 'a', steps: row.spec.steps });
    sim.step({ kind: 'plan', reading: { specs: [failing], status: new Map(others) } });
    expect(stateOf(sim, row.taskKey)).toBe('cancelled');
    expect(stateOf(sim, 'a')).toBe('running');
  });

  it('is known again under another key when its document is read, and keeps its place in the graph', () => {
    const sim = simulate([failing], {}, { retry: noRetry });
    sim.finish(1);
    sim.answer(() => 'hotfix');
    const key = 'plan.md#T-HOTFIX-1:fix import orders';
    const read = spec('plan.md::t-hotfix-1::fix import orders', {
      id: 'T-HotFix-1',
      title: 'Fix Import orders',
      kind: 'hotfix',
      needs: ['a'],
      gates: [{ kind: 'criteria', name: 'Acceptance criteria' }],
    });
    sim.step({
      kind: 'plan',
      reading: {
        specs: [failing, read],
        status: new Map([
          ['a', 'open'],
          [read.key, 'open'],
        ]),
      },
    });
    expect(sim.state.tasks.size).toBe(2);
    expect(sim.state.tasks.get(key)?.row.spec).toMatchObject({ key: read.key, needs: [], gates: [], repairs: 'a' });
    expect(sim.state.tasks.get('a')?.row.spec.needs).toEqual([key]);
    sim.answer(() => 'done');
    expect(edits(sim).at(-1)).toMatchObject({ kind: 'set-status', key: read.key, status: 'done' });
  });

  it('never waits for what it repairs, also where its document says so and that is renamed', () => {
    const sim = simulate([failing], {}, { retry: noRetry, hotfix: 'always' });
    sim.step({ kind: 'wish', wish: { kind: 'pause', runId: 'run' }, by: 'ann' });
    sim.finish(1);
    applyEdits(sim);
    const made = [...sim.state.tasks.values()].find(({ row }) => row.spec.kind === 'hotfix');
    const key = made?.row.taskKey ?? '';
    const renamed = { ...failing, key: 'a2', title: 'Import all orders' };
    const specs = [renamed, { ...made!.row.spec, kind: 'task' as const, repairs: null, needs: ['a2'] }];
    const status = new Map(specs.map((each) => [each.key, 'open'] as const));
    sim.step({ kind: 'plan', reading: { specs, status } });
    sim.step({ kind: 'wish', wish: { kind: 'resume', runId: 'run' }, by: 'ann' });
    expect([stateOf(sim, key), stateOf(sim, 'a'), sim.state.run.status]).toEqual(['paused', 'waiting', 'running']);
  });
});

describe('red gates', () => {
  const gated = spec('a', { gates: [commandGate('lint'), commandGate('tests')] });
  const toRed = () => {
    const sim = simulate([gated]);
    sim.finish(0);
    gateResult(sim, true);
    gateResult(sim, false);
    return sim;
  };
  it('never tick the document and are asked about', () => {
    const sim = toRed();
    expect([...sim.state.pauses.values()]).toMatchObject([
      { reason: { kind: 'gate-failed', gates: ['tests'], detail: 'tests: exit code 1' }, default: 'hotfix' },
    ]);
    expect(edits(sim)).toEqual([]);
  });
  it('waive: done, and it says so', () => {
    const sim = toRed();
    sim.answer(() => 'waive');
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'waived' });
  });
  it('continue: all gates are checked again, the command is not run again', () => {
    const sim = toRed();
    sim.answer(() => 'continue');
    gateResult(sim, true);
    gateResult(sim, true);
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'verified', attempt: 1 });
  });
  it('continue: what was waived before stays waived', () => {
    const sim = simulate([gated]);
    sim.finish(0);
    gateResult(sim, false);
    sim.answer(() => 'waive');
    gateResult(sim, false);
    sim.answer(() => 'continue');
    gateResult(sim, true);
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'waived' });
  });
  it('retry: the command is run again', () => {
    const sim = toRed();
    sim.answer(() => 'retry');
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'running', attempt: 2 });
  });
  it('a question of a gate is the person’s to answer, and fails the gate on fail', () => {
    const sim = simulate([
      spec('a', { gates: [{ kind: 'criteria', name: 'Criteria' }], criteria: [{ text: 'x', done: false }] }),
    ]);
    sim.finish(0);
    const check = sim.take(({ kind }) => kind === 'check-gate');
    if (check?.kind !== 'check-gate') throw new Error('no check');
    sim.step({ kind: 'gate-checked', attemptId: check.attemptId, gate: 'Criteria', found: { ask: 'Is x so?' } });
    expect(open(sim)).toEqual(['gate-person']);
    sim.answer(() => 'fail');
    expect(open(sim)).toEqual(['gate-failed']);
    sim.answer(() => 'waive');
    expect(stateOf(sim, 'a')).toBe('succeeded');
    const passes = simulate([
      spec('a', { gates: [{ kind: 'criteria', name: 'Criteria' }], criteria: [{ text: 'x', done: false }] }),
    ]);
    passes.finish(0);
    passes.step({ kind: 'gate-checked', attemptId: 'run-t1-1', gate: 'Criteria', found: { ask: 'Is x so?' } });
    passes.answer(() => 'done');
    expect(edits(passes)).toEqual([
      { kind: 'tick-criteria', key: 'a', lines: ['x'] },
      { kind: 'set-status', key: 'a', status: 'done' },
    ]);
  });
  it('what was answered stands when a command that is found later has to be approved', () => {
    const gates: TaskSpec['gates'] = [
      { kind: 'person', name: 'Review', question: 'Is it good?' },
      { kind: 'tests', name: 'Tests', command: null },
    ];
    const approved = new Set(['run a']);
    const sim = simulate([spec('a', { gates })], {}, {}, { isApproved: (command) => approved.has(command) });
    sim.finish(0);
    const check = (found: GateResult | { readonly ask: string }): void => {
      const effect = sim.take(({ kind }) => kind === 'check-gate');
      if (effect?.kind !== 'check-gate') throw new Error('nothing is checked');
      sim.step({ kind: 'gate-checked', attemptId: effect.attemptId, gate: effect.gate.name, found });
    };
    check({ ask: 'Is it good?' });
    sim.answer(() => 'done');
    check({ ...red(gates[1]!), status: 'error', evidence: { command: 'npm test' } });
    expect(open(sim)).toEqual(['approval']);
    approved.add('npm test');
    sim.answer(() => 'approve');
    check(passed(gates[1]!));
    expect(sim.state.tasks.get('a')?.row).toMatchObject({ state: 'succeeded', verification: 'verified' });
  });
});

describe('two failures in a row', () => {
  const tasks = [0, 1, 2, 3].map((i) => spec(`t${String(i)}`, { rank: i }));
  it('hold the run with what failed; one failure lets independent tasks go on', () => {
    const sim = simulate(tasks, {}, { retry: noRetry });
    sim.finish(1);
    expect(stateOf(sim, 't1')).toBe('running');
    sim.finish(1);
    expect(stateOf(sim, 't2')).toBe('ready');
    expect(open(sim)).toEqual(['task-failed', 'task-failed', 'failures-in-a-row']);
    const hold = [...sim.state.pauses.values()].at(-1);
    expect(hold).toMatchObject({
      taskKey: null,
      reason: { tasks: ['t0', 't1'], summary: ['t0: exit code 1 (execution)', 't1: exit code 1 (execution)'] },
      default: 'stop',
    });
    sim.step({ kind: 'answer', pauseId: hold!.id, answer: { choice: 'continue', text: null, by: 'ann', at: 1 } });
    expect(stateOf(sim, 't2')).toBe('running');
    sim.finish(1);
    expect(stateOf(sim, 't3')).toBe('running');
  });
  it('are told as they were, also of what a hot fix is made for meanwhile', () => {
    const gated = spec('t0', { gates: [commandGate('lint')] });
    const sim = simulate([gated, ...tasks.slice(1)], {}, { retry: noRetry, hotfix: 'always' });
    sim.finish(0);
    gateResult(sim, false);
    sim.finish(1);
    expect([...sim.state.pauses.values()].at(-1)?.reason).toMatchObject({
      kind: 'failures-in-a-row',
      summary: ['t0: lint: exit code 1', 't1: exit code 1'],
    });
  });
  it('ask nothing any more when a person has settled each of them', () => {
    const sim = simulate(tasks, { concurrency: 3 }, { retry: noRetry });
    sim.finish(1);
    sim.finish(1);
    // What was at work beside them proves nothing about them.
    sim.finish(0);
    const skip = (taskKey: string): void =>
      sim.step({ kind: 'wish', wish: { kind: 'skip', runId: 'run', taskKey }, by: 'ann' });
    skip('t0');
    expect(open(sim)).toEqual(['task-failed', 'failures-in-a-row']);
    expect(stateOf(sim, 't3')).toBe('running');
    skip('t1');
    expect(open(sim)).toEqual([]);
    expect(sim.state.run.failuresInARow).toBe(0);
  });
  it('are forgotten after a success', () => {
    const sim = simulate(tasks, {}, { retry: noRetry });
    sim.finish(1);
    sim.finish(0);
    sim.finish(1);
    expect(open(sim)).toEqual(['task-failed', 'task-failed']);
    expect(sim.state.run.failuresInARow).toBe(1);
    // What failed before the success is none of those in a row.
    sim.finish(1);
    expect([...sim.state.pauses.values()].at(-1)?.reason).toMatchObject({ tasks: ['t2', 't3'] });
  });
  it('are counted anew when an ended run is taken up again', () => {
    const sim = simulate(tasks, {}, { retry: noRetry });
    sim.finish(1);
    sim.finish(1);
    const hold = [...sim.state.pauses.values()].at(-1);
    sim.step({ kind: 'answer', pauseId: hold!.id, answer: { choice: 'stop', text: null, by: 'ann', at: 1 } });
    sim.step({ kind: 'wish', wish: { kind: 'retry', runId: 'run', taskKey: 't0' }, by: 'ann' });
    sim.finish(1);
    expect(open(sim)).toEqual(['task-failed']);
    expect(sim.state.run.failuresInARow).toBe(1);
  });
  it('stop ends the run as failed with a summary; what was not begun is cancelled', () => {
    const sim = simulate(tasks, {}, { retry: noRetry });
    sim.finish(1);
    sim.finish(1);
    const hold = [...sim.state.pauses.values()].at(-1);
    sim.step({ kind: 'answer', pauseId: hold!.id, answer: { choice: 'stop', text: null, by: 'ann', at: 1 } });
    expect(sim.ended()).toBe(true);
    expect(sim.state.run).toMatchObject({
      status: 'failed',
      reason: 'stopped after failures in a row: t0: exit code 1 (execution); t1: exit code 1 (execution)',
    });
    expect(sim.state.openPauses.size).toBe(0);
    expect([...sim.state.tasks.values()].map(({ row }) => row.state)).toEqual([
      'failed',
      'failed',
      'cancelled',
      'cancelled',
    ]);
  });
});
