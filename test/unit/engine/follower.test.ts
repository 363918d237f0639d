// An onlooker beside a host that never stands still: it knows what the record says, whenever it came.
import { describe, expect, it } from 'vitest';
import { replay } from '../../../src/engine/fold';
import { createFollower } from '../../../src/engine/follower';
import type { Journal, Log } from '../../../src/engine/ports';
import type { RunState } from '../../../src/engine/state';
import type { RunEvent } from '../../../src/model/run-event';
import { blankRun } from '../support/blanks';
import { opened } from './support/hosts';
import { memoryJournal } from './support/memory-journal';
import { spec, world } from './support/world';

const log = () => {
  const errors: string[] = [];
  const told: Log = { info: () => {}, warn: () => {}, error: (message) => void errors.push(message) };
  return { errors, told };
};

/** Events of a run that waits for a person, and of what follows the answer. */
async function recorded() {
  const w = world([spec('a', { commands: [] }), spec('b', { rank: 1, needs: ['a'] })]);
  const engine = w.engine();
  opened.push(engine);
  await engine.open();
  const run = await w.start(engine);
  await engine.settled(run.id);
  const begun = w.shared.events.length;
  await engine.answer(engine.pauses()[0]!.id, 'skip', null, 'test');
  await engine.settled(run.id);
  return { events: w.shared.events, begun, runId: run.id };
}

/** The record as it grows: each look at the events of a run finds one more than the look before. */
async function growing() {
  const { events, begun, runId } = await recorded();
  const end = events.findIndex(({ event }) => event.type === 'run-ended');
  let there = begun;
  const base = memoryJournal();
  const journal: Journal = {
    ...base,
    openRuns: () => [{ run: { id: runId } } as never],
    events({ afterSeq = 0, limit, newest, runId: asked }) {
      const known = events.slice(0, there).filter(({ seq }) => seq > afterSeq);
      if (asked !== undefined) there = Math.min(there + 1, end);
      return newest === true ? known.slice(-limit) : known.slice(0, limit);
    },
  };
  return { journal, events, end, runId, there: () => there };
}

/** What is known of a run, as its rows. */
const rowsOf = (state: RunState | null | undefined) => ({
  run: state?.run,
  tasks: [...(state?.tasks.values() ?? [])].map(({ row }) => row),
  pauses: [...(state?.pauses.values() ?? [])],
});

describe('an onlooker', () => {
  it('that comes while the host writes misses nothing of what is written meanwhile', async () => {
    const { journal, events, end, runId, there } = await growing();
    const before = there();
    const { errors, told } = log();
    const follower = createFollower(journal, told);
    expect(there()).toBeGreaterThan(before);
    const open = events.slice(0, end);
    follower.take(open);
    expect(rowsOf(follower.runs.get(runId))).toEqual(rowsOf(replay(open.map(({ event }) => event))));
    expect(errors).toEqual([]);
  });

  it('reads a run again whose next event does not follow from what it knows', async () => {
    const { journal, events, end, runId, there } = await growing();
    const { errors, told } = log();
    const follower = createFollower(journal, told);
    while (there() < end) journal.events({ runId, limit: 1 });
    const open = events.slice(0, end);
    // Whatever the reason is that the ones before never came.
    follower.take(open.slice(open.findLastIndex(({ event }) => event.type === 'attempt-ended')));
    expect(rowsOf(follower.runs.get(runId))).toEqual(rowsOf(replay(open.map(({ event }) => event))));
    expect(errors).toEqual([]);
  });
});

describe('a run whose events contradict each other', () => {
  it('is named and left alone; the others go on', async () => {
    const w = world([spec('a')]);
    const contradiction: readonly RunEvent[] = [
      {
        type: 'run-created',
        runId: 'bad',
        at: 1,
        actor: 'x',
        run: blankRun('bad', { title: 'Bad', scope: { kind: 'ready' } }),
      },
      { type: 'task-succeeded', runId: 'bad', taskKey: 'never added', at: 2, actor: 'x', verification: 'verified' },
    ];
    w.shared.epoch = 1;
    const [created] = contradiction;
    if (created?.type !== 'run-created') throw new Error('no run');
    memoryJournal(w.shared).commit(1, {
      events: contradiction,
      runs: [{ ...created.run, status: 'running', revision: 1 }],
      tasks: [],
      attempts: [],
      outputs: [],
      gateResults: [],
      pauses: [],
      edits: [],
      applied: [],
    });
    const engine = w.engine();
    opened.push(engine);
    await engine.open();
    const run = await w.start(engine);
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    expect(w.errors.filter((line) => line.includes('run bad'))).toHaveLength(1);
  });
});
