// Ids that sort by the time they were made: 48 bits of time, 80 bits of chance, as 26 lower-case base-32 digits.
import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from '../engine/ports';

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

export function createIds(clock: Pick<Clock, 'now'>): Ids {
  let lastTime = -1;
  let chance: number[] = [];
  return {
    next() {
      const now = Math.max(clock.now(), lastTime);
      if (now === lastTime) {
        increment(chance);
      } else {
        lastTime = now;
        // The first digit leaves room to count up within a millisecond.
        chance = [...randomBytes(16)].map((byte, i) => (i === 0 ? byte & 15 : byte & 31));
      }
      return timeDigits(now) + chance.map((digit) => DIGITS.charAt(digit)).join('');
    },
  };
}

function increment(digits: number[]): void {
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = digits[i] ?? 0;
    if (digit < 31) {
      digits[i] = digit + 1;
      return;
    }
    digits[i] = 0;
  }
}

function timeDigits(time: number): string {
  let rest = time;
  let out = '';
  for (let i = 0; i < 10; i++) {
    out = DIGITS.charAt(rest % 32) + out;
    rest = Math.floor(rest / 32);
  }
  return out;
}
