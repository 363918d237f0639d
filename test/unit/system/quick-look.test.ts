// Many questions to a disk: asked at once where it answers at once, in the background where it is slow.
import { describe, expect, it } from 'vitest';
import { QuickLook } from '../../../src/system/quick-look';

const LIST = Array.from({ length: 200 }, (_, at) => at);
const wait = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

async function asked(answer: (at: number) => void): Promise<{ now: number; later: number }> {
  const counts = { now: 0, later: 0 };
  const answers = await new QuickLook().all(
    LIST,
    (at) => {
      answer(at);
      counts.now += 1;
      return at * 2;
    },
    async (at) => {
      counts.later += 1;
      // A busy machine makes the quickest disk look slow: then they come from here, after a turn of others as well.
      await new Promise<void>((resume) => setImmediate(resume));
      return at * 2;
    },
  );
  expect(answers).toEqual(LIST.map((at) => at * 2));
  return counts;
}

describe('many questions', () => {
  it('go to the background once the answers prove slow, none twice', async () => {
    const counts = await asked(() => wait(8));
    expect(counts.now).toBeGreaterThanOrEqual(3);
    expect(counts.now).toBeLessThan(10);
    expect(counts.now + counts.later).toBe(LIST.length);
  });

  it('are all answered in order when they are quick, and others get a turn between them', async () => {
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (turns < 1000) setImmediate(turn);
    };
    setImmediate(turn);
    const counts = await asked(() => wait(1));
    expect(counts.now + counts.later).toBe(LIST.length);
    expect(turns).toBeGreaterThan(2);
  });
});
