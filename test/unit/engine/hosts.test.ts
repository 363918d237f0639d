// Several hosts on one record, and hosts that die.
import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../src/engine/loading';
import { JournalUnavailable } from '../../../src/engine/ports';
import type { OutputChunk } from '../../../src/engine/service';
import type { RunEvent } from '../../../src/model/run-event';
import { open, opened, until } from './support/hosts';
import { Killed, memoryJournal } from './support/memory-journal';
import { answerAll, commandGate, passed, red, spec, stateOf, world, type World } from './support/world';

describe('two hosts', () => {
  it('one runs, the other follows, starts, answers and sees every event once and in order', async () => {
    const w = world([spec('a', { commands: [] }), spec('b', { rank: 1, needs: ['a'] })]);
    const runner = await open(w, 'window');
    const follower = await open(w, 'terminal');
    expect([runner.isRunner(), follower.isRunner()]).toEqual([true, false]);
    const seen: number[] = [];
    follower.onEvent(({ seq }) => seen.push(seq));
    const run = await w.start(follower);
    await follower.settled(run.id);
    const pause = follower.pauses()[0]!;
    expect(pause.reason.kind).toBe('your-turn');
    const answered = await follower.answer(pause.id, 'done', null, 'terminal');
    expect(answered.ok).toBe(true);
    const view = await follower.settled(run.id);
    expect(view.run.status).toBe('succeeded');
    expect(runner.run(run.id)?.run.status).toBe('succeeded');
    await until(() => seen.length === w.shared.events.length, 'all events seen');
    expect(seen).toEqual(w.shared.events.map(({ seq }) => seq));
    const late = await runner.answer(pause.id, 'skip', null, 'window');
    expect(late).toMatchObject({ ok: false, error: { kind: 'already-answered', choice: 'done', by: 'terminal' } });
  });

  it('answers that cross are applied once: the second is told who was first', async () => {
    const w = world([spec('a', { commands: [] })]);
    const runner = await open(w, 'window');
    const follower = await open(w, 'terminal');
    const run = await w.start(runner);
    await runner.settled(run.id);
    const { id } = runner.pauses()[0]!;
    const both = await Promise.all([
      runner.answer(id, 'done', null, 'window'),
      follower.answer(id, 'skip', null, 'terminal'),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(w.shared.events.filter(({ event }) => event.type === 'pause-answered')).toHaveLength(1);
  });

  it('the same request twice is one run', async () => {
    const w = world([spec('a')]);
    const runner = await open(w, 'window');
    const follower = await open(w, 'terminal');
    const [one, two] = await Promise.all([
      w.start(runner, { requestKey: 'same' }),
      w.start(follower, { requestKey: 'same' }),
    ]);
    expect(one.id).toBe(two.id);
    await runner.settled(one.id);
    expect((await w.start(follower, { requestKey: 'same' })).id).toBe(one.id);
    expect(w.shared.runs.size).toBe(1);
  });

  it('the follower takes over when the runner dies, adopts what runs and offers to go on', async () => {
    const w = world([spec('a'), spec('b', { rank: 1, needs: ['a'] })]);
    w.behaviour = () => null;
    const first = await open(w, 'window');
    const second = await open(w, 'terminal');
    const run = await w.start(first);
    await until(() => w.runs.length === 1 && w.shared.attempts.get(`${run.id}-t1-1`)?.pid === 1, 'a runs');
    first.kill();
    await until(() => second.isRunner(), 'the second is the runner');
    expect(second.continuations()).toMatchObject([{ runId: run.id, why: 'interrupted' }]);
    w.runs[0]!.finish(0, 'all of the output');
    await until(() => stateOf(second.run(run.id)!, 'a') === 'succeeded', 'a is recorded');
    expect(second.outputs(`${run.id}-t1-1`)).toMatchObject([{ head: 'all of the output' }]);
    expect(w.runs).toHaveLength(1);
    await second.wish({ kind: 'resume', runId: run.id }, 'terminal');
    await until(() => w.runs.length === 2, 'b runs');
    w.runs[1]!.finish(0);
    expect((await second.settled(run.id)).run.status).toBe('succeeded');
    expect(w.runs.map(({ command }) => command)).toEqual(['run a', 'run b']);
  });

  it('the one that comes after another reads the plan before it runs anything', async () => {
    const w = world([spec('a'), spec('b', { rank: 1 })]);
    // The host before it, which takes no wishes, has done one of them and is gone before anybody noticed.
    w.refresh = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      w.status.set('a', 'done');
    };
    w.shared.holder = { owner: 'editor:4711', epoch: 1, pid: 4711 };
    const next = await open(w, 'terminal');
    const starting = w.start(next);
    w.shared.holder = null;
    const { id } = await starting;
    expect((await next.settled(id)).run.status).toBe('succeeded');
    expect(w.runs.map(({ command }) => command)).toEqual(['run b']);
  });

  it('a wish that a sleeping host does not take up is taken back, and does not happen when it wakes', async () => {
    const w = world([spec('a', { commands: [] })], {}, 200);
    // Stopped, or asleep: it holds the lock and does nothing.
    w.shared.holder = { owner: 'editor:4711', epoch: 1, pid: 4711 };
    const onlooker = await open(w, 'terminal');
    const started = await onlooker.start({
      scope: { kind: 'document', path: 'plan.md' },
      options: { autoAdvance: true, smartPause: true, contextPreserve: true, concurrency: 1 },
      requestKey: 'k',
      by: 'terminal',
    });
    expect(started).toEqual({ ok: false, error: { kind: 'not-runner', holder: 'editor:4711' } });
    w.shared.holder = null;
    await until(() => onlooker.isRunner(), 'somebody runs');
    await onlooker.wish({ kind: 'pause', runId: 'none' }, 'terminal');
    expect(w.shared.runs.size).toBe(0);
  });

  it('a wish waits for a record that is busy, and is done once', async () => {
    const w = world([spec('a', { commands: [] })]);
    const runner = await open(w, 'window');
    const onlooker = await open(w, 'terminal');
    const run = await w.start(runner);
    await runner.settled(run.id);
    const submit = onlooker.journal.submit.bind(onlooker.journal);
    let refusals = 0;
    onlooker.journal.submit = (command) => {
      if ((refusals += 1) <= 5) throw new JournalUnavailable('busy', 'a long run is being begun');
      submit(command);
    };
    expect((await onlooker.answer(runner.pauses()[0]!.id, 'done', null, 'terminal')).ok).toBe(true);
    expect(refusals).toBe(6);
    expect(w.shared.events.filter(({ event }) => event.type === 'pause-answered')).toHaveLength(1);
  });

  it('a runner that was shut out stops at once and writes nothing more', async () => {
    const w = world([spec('a'), spec('b', { rank: 1 })]);
    w.behaviour = () => null;
    const stale = await open(w, 'stale');
    const run = await w.start(stale);
    await until(() => w.runs.length === 1, 'a runs');
    // Asleep: the OS gave the lock to somebody else, who has another epoch.
    w.shared.holder = null;
    const next = await open(w, 'next');
    expect(next.isRunner()).toBe(true);
    w.runs[0]!.finish(0);
    await until(() => !stale.isRunner(), 'the stale one knows');
    await until(() => stateOf(next.run(run.id)!, 'a') === 'succeeded', 'a is recorded by the next');
    const byEpoch = w.shared.events.filter(({ event }) => event.type === 'attempt-adopted');
    expect(byEpoch).toHaveLength(1);
    await until(() => stateOf(stale.run(run.id)!, 'a') === 'succeeded', 'the stale one follows');
  });
});

describe('a run that somebody imports while a host runs', () => {
  /** A run as its export tells it: in the middle of a task of a host that is not here, and paused. */
  async function imported() {
    const there = world([spec('a'), spec('b', { rank: 1, needs: ['a'] })]);
    there.behaviour = () => null;
    const host = await open(there, 'elsewhere');
    const run = await there.start(host);
    await until(() => there.runs.length === 1, 'a runs there');
    host.kill();
    const about = { runId: run.id, at: 1_800_000_000_000, actor: 'cli' };
    const events = [
      ...there.shared.events.map(({ event }) => event),
      { ...about, type: 'run-paused', reason: 'imported' } as const,
    ];
    const { run: row, ...rows } = foldRun(events)!;
    const nothing = { outputs: [], gateResults: [], applied: [] };
    return { id: run.id, batch: { ...nothing, events, runs: [row], ...rows } };
  }

  it('is offered by the host and told to who listens, and goes on with what was lost', async () => {
    const w = world([spec('a'), spec('b', { rank: 1, needs: ['a'] })]);
    const host = await open(w, 'window');
    const seen: string[] = [];
    host.onEvent(({ event }) => seen.push(event.type));
    const { id, batch } = await imported();
    memoryJournal(w.shared).commit(w.shared.epoch, batch);
    await until(() => host.continuations().some(({ runId }) => runId === id), 'it is offered');
    expect(seen).toContain('run-created');
    expect(host.continuations()).toMatchObject([{ runId: id, why: 'paused' }]);
    expect((await host.wish({ kind: 'resume', runId: id }, 'cli')).ok).toBe(true);
    expect((await host.settled(id)).run.status).toBe('succeeded');
    expect(w.runs.map(({ command }) => command)).toEqual(['run a', 'run b']);
  });

  it('goes on with what was lost although it was asked for at once', async () => {
    const w = world([spec('a'), spec('b', { rank: 1, needs: ['a'] })]);
    const host = await open(w, 'window');
    const { id, batch } = await imported();
    memoryJournal(w.shared).commit(w.shared.epoch, batch);
    expect((await host.wish({ kind: 'resume', runId: id }, 'cli')).ok).toBe(true);
    expect((await host.settled(id)).run.status).toBe('succeeded');
  });
});

describe('one host', () => {
  it('takes the words of an agent outside like anybody’s wish', async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    const say = (kind: 'progress' | 'ask' | 'complete', text: string) =>
      engine.wish({ kind, runId: run.id, taskKey: 'a', text }, 'mcp:agent');
    expect((await say('progress', 'half')).ok).toBe(true);
    const asked = await say('ask', 'Which port?');
    expect(engine.pauses().find(({ id }) => asked.ok && id === asked.value)?.reason).toEqual({
      kind: 'question',
      question: 'Which port?',
      by: 'mcp:agent',
    });
    expect((await say('complete', 'tests pass')).ok).toBe(true);
    const view = await engine.settled(run.id);
    expect(stateOf(view, 'a')).toBe('succeeded');
    // An agent's word is kept as a note; it is no gate result and verifies nothing.
    expect(engine.gateResults(run.id, 'a')).toEqual([]);
    expect(view.tasks[0]?.verification).toBe('unverified');
    // Asking the same again is the same question, and only people answer it.
    expect(await say('ask', 'Which port?')).toEqual(asked);
    const own = await engine.answer(asked.ok ? asked.value : '', 'answer', '80', 'mcp:agent');
    expect(!own.ok && own.error.kind).toBe('illegal-choice');
  });

  it('hands its environment and identity to commands, and their output to listeners', async () => {
    const w = world([spec('a')], { run: { env: { MINE: '1' } } });
    const engine = await open(w, 'window');
    const chunks: OutputChunk[] = [];
    engine.onOutput((chunk) => chunks.push(chunk));
    const run = await w.start(engine);
    await engine.settled(run.id);
    expect(w.runs[0]?.env).toEqual({
      PATH_READY: 'yes',
      MINE: '1',
      SOLOFLOW_RUN: run.id,
      SOLOFLOW_TASK: 'a',
      SOLOFLOW_ATTEMPT: `${run.id}-t1-1`,
    });
    const steps = w.shared.events.flatMap(({ event }) =>
      event.type === 'readiness' ? [[event.name, event.status]] : [],
    );
    expect(steps).toEqual([['node', 'ready']]);
  });

  it('runs nothing in an untrusted workspace and lets nobody approve there', async () => {
    const w = world([spec('a')]);
    w.trusted = false;
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    const pause = engine.pauses()[0]!;
    expect(pause.reason).toEqual({ kind: 'approval', commands: ['run a'] });
    expect(await engine.answer(pause.id, 'approve', null, 'x')).toEqual({ ok: false, error: { kind: 'untrusted' } });
    expect(engine.pauses()).toHaveLength(1);
    w.trusted = true;
    await engine.answer(pause.id, 'approve', null, 'x');
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
  });

  it('a graceful end leaves what the next host can go on with', async () => {
    const w = world([spec('a'), spec('b', { rank: 1 })]);
    w.behaviour = () => null;
    const first = await open(w, 'window');
    const run = await w.start(first);
    await until(() => w.runs.length === 1 && w.shared.attempts.get(`${run.id}-t1-1`)?.pid === 1, 'a runs');
    await first.close({ endProcesses: false });
    const second = await open(w, 'window again');
    expect(second.isRunner()).toBe(true);
    await until(() => second.continuations()[0]?.why === 'interrupted', 'offered');
    expect(stateOf(second.run(run.id)!, 'a')).toBe('running');
    w.runs[0]!.finish(0);
    await until(() => stateOf(second.run(run.id)!, 'a') === 'succeeded', 'a is recorded');
  });

  it('a graceful end that ends processes waits for them and can be continued', async () => {
    const w = world([spec('a')], {}, 1);
    w.behaviour = () => null;
    const first = await open(w, 'window');
    const run = await w.start(first);
    await until(() => w.runs.length === 1, 'a runs');
    await first.close({ endProcesses: true });
    expect(w.runs[0]?.ended()).toBe(true);
    expect(w.shared.tasks.get(run.id)?.get('a')?.state).toBe('ready');
    const second = await open(w, 'window again');
    expect(second.continuations()).toMatchObject([{ why: 'interrupted' }]);
    w.behaviour = () => 0;
    await second.wish({ kind: 'resume', runId: run.id }, 'x');
    expect((await second.settled(run.id)).run.status).toBe('succeeded');
  });

  it('a run that only waits for a person is not called interrupted, and goes on when answered', async () => {
    const w = world([spec('a', { commands: [] }), spec('b', { rank: 1, needs: ['a'] })]);
    const first = await open(w, 'terminal');
    const run = await w.start(first);
    await first.settled(run.id);
    first.kill();
    const second = await open(w, 'window');
    await until(() => second.continuations()[0]?.why === 'waiting-for-answer', 'it waits');
    const view = await answerAll(second, run.id, () => 'done');
    expect(view.run.status).toBe('succeeded');
  });

  it('a refused edit of a document is told, and does not hold the run', async () => {
    const w = world([spec('a')]);
    const engine = await open(w, 'window');
    w.editFails = true;
    const run = await w.start(engine);
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    const applied = w.shared.events.find(({ event }) => event.type === 'edit-applied')?.event;
    expect(applied).toMatchObject({ result: 'failed: not-writable · path: plan.md · line: 1 · what: status' });
  });

  it('tells in one sentence what it cannot do', async () => {
    const w = world([]);
    const engine = await open(w, 'window');
    const none = await engine.start({
      scope: { kind: 'ready' },
      options: { autoAdvance: false, smartPause: true, contextPreserve: false, concurrency: 1 },
      requestKey: 'k',
      by: 'x',
    });
    expect(none).toMatchObject({ ok: false, error: { kind: 'nothing-to-run' } });
    expect(await engine.wish({ kind: 'pause', runId: 'nobody' }, 'x')).toEqual({
      ok: false,
      error: { kind: 'unknown-run', id: 'nobody' },
    });
    expect(await engine.answer('nobody-p1', 'done', null, 'x')).toEqual({
      ok: false,
      error: { kind: 'unknown-pause', id: 'nobody-p1' },
    });
    expect(engine.run('nobody')).toBeNull();
    await expect(engine.settled('nobody')).rejects.toThrow('nobody');
  });
});

describe('a record that cannot be written', () => {
  it.each(['busy', 'full'] as const)('%s: what was decided is kept, tried again and done once', async (reason) => {
    const w = world([spec('a'), spec('b', { rank: 1 })]);
    const engine = await open(w, 'window');
    let refusals = 0;
    const told: (string | undefined)[] = [];
    engine.onTrouble((failure) => told.push(failure?.kind));
    const run = w.start(engine);
    engine.journal.onCommit = (_, moment) => {
      if (moment === 'before' && w.runs.length === 1 && (refusals += 1) <= 3) {
        throw new JournalUnavailable(reason, 'not now');
      }
    };
    const view = await engine.settled((await run).id);
    expect(view.run.status).toBe('succeeded');
    expect(refusals).toBeGreaterThan(3);
    expect(w.runs.map(({ command }) => command)).toEqual(['run a', 'run b']);
    // Once, and not for somebody who holds the file for a moment.
    expect(told).toEqual(reason === 'busy' ? [] : ['store-full', undefined]);
  });

  it('busy for long is told as well, once', async () => {
    const w = world([spec('a')], {}, 100);
    const engine = await open(w, 'window');
    const told: (string | undefined)[] = [];
    engine.onTrouble((failure) => told.push(failure?.kind));
    const run = await w.start(engine);
    engine.journal.onCommit = (_, moment) => {
      if (moment === 'before' && told.length === 0) throw new JournalUnavailable('busy', 'not now');
    };
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    expect(told).toEqual(['store-locked', undefined]);
  });

  it('a command that makes a step impossible is refused, and the others go on', async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    let failing = true;
    engine.journal.onCommit = (_, moment) => {
      if (moment === 'before' && failing) {
        failing = false;
        throw new Error('constraint failed');
      }
    };
    const refused = await engine.wish({ kind: 'pause', runId: run.id }, 'x');
    expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid-input', message: 'Error: constraint failed' } });
    expect(engine.run(run.id)?.run.status).toBe('running');
    expect((await engine.wish({ kind: 'pause', runId: run.id }, 'x')).ok).toBe(true);
  });

  it('a command that throws is refused after the state was read again', async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = await open(w, 'window');
    w.planThrows = true;
    await expect(w.start(engine, { requestKey: 'x' })).rejects.toThrow('the plan is broken');
    const run = await w.start(engine, { requestKey: 'y' });
    expect((await answerAll(engine, run.id, () => 'done')).run.status).toBe('succeeded');
    expect(w.shared.runs.size).toBe(1);
  });

  it('a document that goes away for a moment ends nothing', async () => {
    const w = world([spec('a', { commands: [] })], {}, 1);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    const read = async (): Promise<void> => {
      const before = w.readings;
      w.planChanged();
      await until(() => w.readings > before, 'the plan is read');
    };
    w.documentGone = true;
    await read();
    w.documentGone = false;
    await read();
    expect(engine.run(run.id)?.run.status).toBe('running');
    expect(w.shared.events.map(({ event }) => event.type)).not.toContain('task-removed');
  });

  it('a document that stays away ends its run', async () => {
    const w = world([spec('a', { commands: [] })]);
    const engine = await open(w, 'window');
    const run = await w.start(engine);
    await engine.settled(run.id);
    w.documentGone = true;
    w.planChanged();
    await until(() => engine.run(run.id)?.run.status === 'cancelled', 'the run is over');
    expect(engine.run(run.id)?.run.reason).toBe('its document is gone');
  });

  it('a row that another program wrote wrongly is answered, not obeyed', async () => {
    const w = world([spec('a')]);
    const engine = await open(w, 'window');
    for (const [id, kind, payload] of [
      ['c1', 'start', { scope: 'all' }],
      ['c2', 'skip', { runId: 'x' }],
      ['c3', 'dance', {}],
    ] as const) {
      engine.journal.submit({ id, kind: kind as 'skip', payload, by: 'x', at: 1, appliedAt: null, result: null });
    }
    await until(
      () => ['c1', 'c2', 'c3'].every((id) => w.shared.commands.get(id)?.appliedAt !== null),
      'all are answered',
    );
    for (const id of ['c1', 'c2', 'c3']) expect(w.shared.commands.get(id)?.result).toContain('invalid-input');
  });
});

describe('the host dies at every commit', () => {
  const specs = [
    spec('a', { gates: [commandGate('g')] }),
    spec('b', { rank: 1, needs: ['a'], commands: [] }),
    spec('c', { rank: 2, needs: ['a'] }),
    spec('d', { rank: 3, needs: ['b', 'c'] }),
  ];

  /** Runs the plan, dying once at the n-th commit; gives the world after everything has been continued to the end. */
  async function dyingAt(n: number, moment: 'before' | 'after'): Promise<{ w: World; died: boolean }> {
    const w = world(specs, { run: { hotfix: 'offer' } });
    let gates = 0;
    w.gate = (gate) => ((gates += 1) === 1 ? red(gate) : passed(gate));
    w.behaviour = (command) => (command === 'run c' ? { code: 0, text: 'c' } : 0);
    const journal = memoryJournal(w.shared);
    let died = false;
    const first = w.engine('first', journal);
    opened.push(first);
    journal.onCommit = (count, at) => {
      if (count !== n || at !== moment || died) return;
      died = true;
      first.kill();
      throw new Killed();
    };
    await first.open();
    const asked = { scope: { kind: 'document', path: 'plan.md' } as const, requestKey: 'the one' };
    const started = w.start(first, asked, { concurrency: 2 }).catch(() => null);
    await Promise.race([
      started.then((run) => (run === null ? null : answerAll(first, run.id, wanted))),
      until(() => died, 'death').catch(() => null),
    ]);
    if (died) {
      const second = w.engine('second');
      opened.push(second);
      await second.open();
      const run = await w.start(second, asked, { concurrency: 2 });
      for (let i = 0; i < 5 && second.run(run.id)?.run.status !== 'succeeded'; i++) {
        await second.wish({ kind: 'resume', runId: run.id }, 'x');
        await answerAll(second, run.id, wanted);
      }
    }
    return { w, died };
  }
  const wanted = ({ choices }: { readonly choices: readonly { readonly id: string }[] }) =>
    (['hotfix', 'done', 'continue', 'run', 'approve'] as const).find((id) =>
      choices.some((choice) => choice.id === id),
    ) ?? 'retry';

  it('and the next one finishes: nothing finished is lost or done twice', async () => {
    const { w: whole } = await dyingAt(0, 'before');
    const commits = whole.shared.commits;
    expect(commits).toBeGreaterThan(10);
    let deaths = 0;
    for (let n = 1; n <= commits; n++) {
      for (const moment of ['before', 'after'] as const) {
        const { w, died } = await dyingAt(n, moment);
        if (died) deaths += 1;
        const where = `commit ${String(n)} ${moment}`;
        const [run] = w.shared.runs.values();
        expect([where, run?.status, w.shared.runs.size]).toEqual([where, 'succeeded', 1]);
        const events = w.shared.events.map(({ event }) => event);
        for (const key of ['a', 'b', 'c', 'd']) {
          const done = events.filter((event) => event.type === 'task-succeeded' && event.taskKey === key);
          expect([where, key, done.length]).toEqual([where, key, 1]);
        }
        // A command that was started is never started again for the same attempt, and none runs after its task is done.
        expect(new Set(w.runs.map(({ attemptId }) => attemptId)).size).toBe(w.runs.length);
        expect(repeated(events)).toEqual([]);
        expect([w.status.get('a'), w.status.get('d')]).toEqual(['done', 'done']);
      }
    }
    // Ticks may be grouped otherwise from time to time; the last commits then do not come.
    expect(deaths).toBeGreaterThan(commits);
  }, 60_000);

  /** Tasks whose command ended well more often than its gates asked for. */
  function repeated(events: readonly RunEvent[]): readonly string[] {
    const fine = events.flatMap((event) =>
      event.type === 'attempt-ended' && event.outcome === 'ok' ? [event.taskKey] : [],
    );
    return ['c', 'd'].filter((key) => fine.filter((other) => other === key).length > 1);
  }
});
