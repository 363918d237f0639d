// How long something may take, as people write it: "10 minutes", "1h 30m", "90 s", "none".
import type { Written } from '../../model/text';

/** A time limit as it stands in a field; null: the field says nothing. */
export function timeLimitIn(text: string, span: Written<string>['span']): Written<number | null> | null {
  return /^[\s*_]*(?:[-–—]+|n\/a|tbd)[\s*_]*$/i.test(text) ? null : { value: durationMs(text), text, span };
}

const UNITS: readonly (readonly [unit: RegExp, ms: number])[] = [
  [/^(?:ms|milliseconds?|msecs?)$/, 1],
  [/^(?:s|secs?|seconds?)$/, 1000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, 86_400_000],
];
const MOST_MS = 30 * 86_400_000;

/** Milliseconds; 0: no limit; null: not understood. A bare number means minutes, as in the config. */
function durationMs(written: string): number | null {
  const text = written
    .toLowerCase()
    .replace(/[*_`"'~]/g, '')
    .replace(/\(.*$/, '')
    .trim();
  if (/^(?:none|never|no(?: limit)?|unlimited)$/.test(text)) return 0;
  const bare = /^\d+(?:[.,]\d+)?$/.exec(text)?.[0];
  if (bare !== undefined) return within(Number(bare.replace(',', '.')) * 60_000);
  if (!/^(?:\d+(?:[.,]\d+)?\s*[a-z]+(?:\s+and\s+|[\s,]*))+$/.test(text)) return null;
  let sum = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/g)) {
    const ms = UNITS.find(([word]) => word.test(unit))?.[1];
    if (ms === undefined) return null;
    sum += Number(count.replace(',', '.')) * ms;
  }
  return within(sum);
}

const within = (ms: number): number | null => (ms > 0 && ms <= MOST_MS ? Math.round(ms) : null);
