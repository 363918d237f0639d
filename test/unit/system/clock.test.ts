import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClock, type TimeSources } from '../../../src/system/clock';
import { createIds } from '../../../src/system/ids';

describe('the clock', () => {
  it('never goes backwards by itself, and is the one of the record where there is one', () => {
    let wall = 9000.7;
    const sources = { wall: () => wall, monotonic: () => 0, uptime: () => 0 };
    const clock = createClock(undefined, sources);
    expect(clock.now()).toBe(9000);
    wall = 100;
    expect(clock.now()).toBe(9000);
    expect(createClock(() => 5000, sources).now()).toBe(5000);
  });

  describe('timers', () => {
    let elapsed = 0;
    let slept = 0;
    const sources: TimeSources = {
      wall: () => elapsed + slept,
      monotonic: () => elapsed,
      uptime: () => (elapsed + slept) / 1000,
    };
    const pass = (ms: number): void => {
      // Real timers stand still while the machine sleeps; so does the monotonic clock.
      for (let i = 0; i < ms; i += 100) {
        elapsed += 100;
        vi.advanceTimersByTime(100);
      }
    };
    beforeEach(() => {
      elapsed = 0;
      slept = 0;
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('fire after their time, once', () => {
      const run = vi.fn<() => void>();
      createClock(undefined, sources).after(90_000, run);
      pass(89_900);
      expect(run).not.toHaveBeenCalled();
      pass(200);
      expect(run).toHaveBeenCalledOnce();
      pass(200_000);
      expect(run).toHaveBeenCalledOnce();
    });

    it('count the time asleep', () => {
      const run = vi.fn<() => void>();
      createClock(undefined, sources).after(3_600_000, run);
      pass(10_000);
      slept = 3_600_000;
      pass(31_000);
      expect(run).toHaveBeenCalledOnce();
    });

    it('do not count a sleep just before they were set', () => {
      const run = vi.fn<() => void>();
      const clock = createClock(undefined, sources);
      clock.after(5000, () => {});
      slept = 7_200_000;
      clock.after(60_000, run);
      pass(59_000);
      expect(run).not.toHaveBeenCalled();
      pass(2000);
      expect(run).toHaveBeenCalledOnce();
    });

    it('hardly ask the machine how long it is up', () => {
      const uptime = vi.fn<() => number>(sources.uptime);
      const clock = createClock(undefined, { ...sources, uptime });
      for (let n = 0; n < 1000; n += 1) clock.after(60_000, () => {}).dispose();
      expect(uptime).toHaveBeenCalledOnce();
    });

    it('can be taken back, and may be longer than a machine timer can be', () => {
      const run = vi.fn<() => void>();
      const clock = createClock(undefined, sources);
      const never = clock.after(1000, run);
      never.dispose();
      clock.after(2 ** 40, run);
      pass(100_000);
      expect(run).not.toHaveBeenCalled();
    });
  });
});

describe('ids', () => {
  it('sort by the time they were made and never repeat', () => {
    let now = 1_700_000_000_000;
    const ids = createIds({ now: () => now });
    const made: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      if (i % 1000 === 0) now += 1;
      if (i === 10_000) now -= 60_000;
      made.push(ids.next());
    }
    expect(new Set(made).size).toBe(made.length);
    expect(made.toSorted()).toEqual(made);
    expect(made.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
  });

  it('differ between hosts within one millisecond', () => {
    const [a, b] = [createIds({ now: () => 5 }), createIds({ now: () => 5 })];
    expect(a.next()).not.toBe(b.next());
  });
});
