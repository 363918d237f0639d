import { afterEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/service';
import { spec, world, type World } from './support/world';

const marks = (w: World): readonly string[] =>
  w.changes.flatMap((change) => (change.kind === 'set-status' ? [`${change.key} ${change.status}`] : []));
async function until(met: () => boolean, what: string): Promise<void> {
  for (let n = 0; n < 400; n += 1) {
    if (met()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not reached: ${what}`);
}

describe('the mark "in progress"', () => {
  let engine: Engine | null = null;
  afterEach(async () => engine?.close({ endProcesses: false }));
  const begin = async (w: World) => {
    w.approved.add('*');
    engine = w.engine();
    await engine.open();
    return { engine, run: await w.start(engine) };
  };

  it('is written for what takes a while, not for what is over at once', async () => {
    const w = world([spec('quick'), spec('long')]);
    w.behaviour = (command) => (command === 'run long' ? null : 0);
    const { engine, run } = await begin(w);
    await until(() => marks(w).includes('long in-progress'), 'marked');
    w.runs.at(-1)?.finish(0);
    expect((await engine.settled(run.id)).run.status).toBe('succeeded');
    expect(marks(w)).toEqual(['quick done', 'long in-progress', 'long done']);
  });

  it('is taken back where it comes to nothing, and covers nothing that somebody wrote', async () => {
    const w = world([spec('a'), spec('b')]);
    w.behaviour = () => null;
    const { engine, run } = await begin(w);
    await until(() => marks(w).includes('a in-progress'), 'marked');
    await engine.wish({ kind: 'skip', runId: run.id, taskKey: 'a' }, 'x');
    await until(() => marks(w).includes('a open'), 'taken back');
    await until(() => marks(w).includes('b in-progress'), 'the next is marked');
    w.status.set('b', 'blocked');
    await engine.wish({ kind: 'cancel', runId: run.id }, 'x');
    expect((await engine.settled(run.id)).run.status).toBe('cancelled');
    expect(w.status.get('b')).toBe('blocked');
    expect(marks(w)).toEqual(['a in-progress', 'a open', 'b in-progress']);
  });

  it('stays where the config says so, and is none where a person works', async () => {
    const off = world([spec('a'), spec('b')], { run: { markAfterSeconds: null } });
    off.behaviour = () => null;
    const first = await begin(off);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(marks(off)).toEqual([]);
    await first.engine.close({ endProcesses: false });

    const person = world([spec('a', { commands: [] })], { run: { markAfterSeconds: 0 } });
    await begin(person);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(marks(person)).toEqual([]);
  });
});
