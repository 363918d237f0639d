// The machine's time: stamps that never go backwards, durations that no clock change touches, timers that survive sleep.
import { uptime } from 'node:os';
import type { Clock, Disposable } from '../engine/ports';

/** Sources of time, replaceable in tests. */
export interface TimeSources {
  /** Epoch milliseconds of the wall clock; may jump. */
  readonly wall: () => number;
  /** Milliseconds that only grow; may stand still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Seconds since boot, sleep included. */
  readonly uptime: () => number;
}

const MACHINE: TimeSources = { wall: Date.now, monotonic: () => performance.now(), uptime };
const LONGEST_NAP_MS = 30_000;
/** Uptime may be coarse, and asking for it costs more than a short timer. */
const COARSE_MS = 1000;

/** `stamps`: epoch milliseconds that never go backwards, as the record has them. Absent: the wall clock, held back. */
export function createClock(stamps?: () => number, sources: TimeSources = MACHINE): Clock {
  let last = 0;
  const now = stamps ?? ((): number => (last = Math.max(last, Math.floor(sources.wall()))));
  const sparing = { ...sources, uptime: rarely(sources) };
  return {
    now,
    monotonic: sources.monotonic,
    after: (ms, run) => after(ms, run, sparing),
  };
}

/** Seconds since boot, asked for again when a second has passed or the machine may have slept: asking costs a file. */
function rarely({ wall, monotonic, uptime: ask }: TimeSources): () => number {
  let asked = { wall: 0, monotonic: Number.NEGATIVE_INFINITY, uptime: 0 };
  return () => {
    const at = { wall: wall(), monotonic: monotonic() };
    const passed = at.monotonic - asked.monotonic;
    const isFresh = passed < COARSE_MS && Math.abs(at.wall - asked.wall - passed) < COARSE_MS / 4;
    if (!isFresh) asked = { ...at, uptime: ask() };
    return asked.uptime + (at.monotonic - asked.monotonic) / 1000;
  };
}

function after(ms: number, run: () => void, sources: TimeSources): Disposable {
  if (ms <= COARSE_MS) {
    const timer = setTimeout(run, Math.max(0, ms));
    return { dispose: () => clearTimeout(timer) };
  }
  const began = sources.monotonic();
  const booted = sources.uptime() * 1000;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    // Time asleep counts: whichever clock has advanced further is right.
    const slept = sources.uptime() * 1000 - booted - COARSE_MS;
    const left = ms - Math.max(sources.monotonic() - began, slept);
    if (left <= 0) {
      run();
      return;
    }
    timer = setTimeout(arm, Math.ceil(Math.min(left, LONGEST_NAP_MS)));
  };
  timer = setTimeout(arm, Math.max(0, Math.min(ms, LONGEST_NAP_MS)));
  return { dispose: () => clearTimeout(timer) };
}
