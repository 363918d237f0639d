import { afterEach, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/service';
import { executionsIn } from '../../../src/workflow/executions';
import { spec, world } from '../engine/support/world';

let engine: Engine | null = null;
afterEach(async () => engine?.close({ endProcesses: false }));

it('says what ran, when, by whom and with which result', async () => {
  const w = world([spec('build'), spec('mail', { commands: [], id: 'T-2' })], {
    run: { retry: { '*': { retries: 1, delayMs: 0, factor: 1, maxMs: 0, jitter: 0 } } },
  });
  w.approved.add('*');
  let tries = 0;
  w.behaviour = () => (tries++ === 0 ? 3 : 0);
  engine = w.engine('cli:4711');
  await engine.open();
  const run = await w.start(engine, { scope: { kind: 'selection', keys: ['build', 'mail'] } });
  const { pauses } = await engine.settled(run.id);
  await engine.answer(pauses[0]?.id ?? '', 'done', null, 'editor');
  await engine.settled(run.id);
  const all = executionsIn(engine.events({ limit: 1000 }), engine);
  expect(all).toMatchObject([
    { task: 'build', n: 1, kind: 'shell', by: 'cli:4711', outcome: 'error', exitCode: 3, verification: null },
    {
      task: 'build',
      n: 2,
      command: 'run build',
      by: 'cli:4711',
      outcome: 'ok',
      exitCode: 0,
      verification: 'unverified',
    },
    { task: 'T-2: mail', n: 1, kind: 'person', by: 'editor', outcome: 'ok', verification: 'verified' },
  ]);
  expect(all.every(({ startedAt, endedAt }) => endedAt !== null && endedAt >= startedAt)).toBe(true);

  // The latest events know the names of tasks that came in earlier.
  const latest = engine.events({ limit: 8, newest: true });
  expect(latest.map(({ seq }) => seq)).toEqual(
    engine
      .events({ limit: 1000 })
      .slice(-8)
      .map(({ seq }) => seq),
  );
  expect(latest.some(({ event }) => event.type === 'task-added')).toBe(false);
});
