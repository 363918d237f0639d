// The record is kept small by itself: once a day, idle, by the host that runs, some at a time.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/service';
import { recordCare } from '../../../src/wire-record';
import { tendRecord } from '../../../src/wire-care';
import { batch, open, run, tempFolder, tick } from './support';

const DAY = 86_400_000;
const log = { info: () => {}, warn: () => {}, error: () => {} };

function tended(ended: number) {
  const root = tempFolder();
  const store = open(root);
  const epoch = store.lease.tryAcquire('test') ?? 0;
  for (let n = 0; n < ended; n += 1) {
    const id = `r${String(n).padStart(4, '0')}`;
    const done = run(id, { status: 'succeeded', createdAt: n, endedAt: tick() });
    store.journal.commit(
      epoch,
      batch({ runs: [done], events: [{ type: 'run-started', runId: id, at: tick(), actor: 'x' }] }),
    );
  }
  let now = store.now();
  const care = recordCare({ ...store, now: () => now }, {
    root,
    version: 'test',
    configProblems: () => [],
    nextId: () => 'id',
  } as never);
  let runner = true;
  let working = 0;
  let days: number | null = 90;
  const tending = tendRecord({
    store: { ...store, now: () => now },
    engine: {
      isRunner: () => runner,
      runs: () => [{ run: { endedAt: null }, counts: { running: working } }] as unknown as ReturnType<Engine['runs']>,
    },
    keepDays: () => days,
    forget: (keep, limits) => care.forget(keep, limits),
    log,
  });
  return {
    left: () => store.journal.runs(10_000).length,
    archives: () => {
      const folder = join(root, '.soloflow', 'archive');
      return existsSync(folder) ? readdirSync(folder).length : 0;
    },
    later: (ms: number) => void (now += ms),
    set: (change: { runner?: boolean; working?: number; days?: number | null }) => {
      runner = change.runner ?? runner;
      working = change.working ?? working;
      days = change.days === undefined ? days : change.days;
    },
    look: () => tending.look(),
    forget: (atMost: number) => care.forget(90, { atMost }),
    end: () => {
      tending.dispose();
      store.close();
    },
  };
}

it('old runs move into the archive by themselves, some at a time, and the latest stay', () => {
  const t = tended(130);
  t.look();
  expect(t.left()).toBe(130);
  t.later(91 * DAY);
  t.look();
  expect([t.left(), t.archives()]).toEqual([30, 1]);
  // There were more than may go at once: the next look goes on, and then it is a day until the next.
  t.later(1);
  t.look();
  expect([t.left(), t.archives()]).toEqual([10, 2]);
  t.end();
});

it('two archives of one moment are two files: the clock of a record may stand still', () => {
  const t = tended(30);
  t.later(91 * DAY);
  expect(t.forget(5)).toMatchObject({ ok: true, value: { runs: 5 } });
  expect(t.forget(5)).toMatchObject({ ok: true, value: { runs: 5 } });
  expect(t.archives()).toBe(2);
  t.end();
});

it('not while something is at work, not by an onlooker, not where everything is kept, not twice a day', () => {
  const t = tended(12);
  t.later(91 * DAY);
  for (const change of [{ working: 1 }, { working: 0, runner: false }, { runner: true, days: null }]) {
    t.set(change);
    t.look();
    expect(t.left()).toBe(12);
  }
  t.set({ days: 365 });
  t.look();
  t.set({ days: 1 });
  t.look();
  expect(t.left()).toBe(12);
  t.later(DAY);
  t.look();
  expect(t.left()).toBe(10);
  t.end();
});
