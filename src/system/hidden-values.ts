// Secrets that one host hides from what a command prints, left beside the output in such a form that another host can find
// them again and nobody can read them: a length, a sum that is cheap to roll along a text, and a keyed hash.
import { createHmac, randomBytes } from 'node:crypto';

/** Takes out what it knows. */
export type Hide = (text: string, hidden: string) => { readonly text: string; readonly count: number };

interface Mark {
  readonly sum: number;
  readonly hash: string;
}

const FACTOR = 0x01000193;
/** So little of the sum that it says next to nothing about the secret; what it lets through the hash decides. */
const SUM_BITS = 0xffff;

/** One line; empty where there is nothing to hide. */
export function marksOf(values: readonly string[]): string {
  if (values.length === 0) return '';
  const key = randomBytes(16).toString('hex');
  return [key, ...values.map((value) => `${value.length}:${sumOf(value) & SUM_BITS}:${hashOf(key, value)}`)].join(' ');
}

/** `marks`: lines of marksOf. Others are passed over. */
export function hiderOf(marks: string): Hide {
  const known = marks.split('\n').flatMap(readLine);
  return (text, hidden) => {
    let count = 0;
    let out = text;
    for (const { key, length, marks: these } of known) {
      const parts = splitAt(out, length, (at, sum) =>
        these.some((mark) => mark.sum === (sum & SUM_BITS) && mark.hash === hashOf(key, out.slice(at, at + length))),
      );
      count += parts.length - 1;
      out = parts.join(hidden);
    }
    return { text: out, count };
  };
}

interface OfLength {
  readonly key: string;
  readonly length: number;
  readonly marks: readonly Mark[];
}

/** Long ones first: a short one may be part of them. */
function readLine(line: string): readonly OfLength[] {
  const [key = '', ...rest] = line.split(' ');
  const byLength = new Map<number, Mark[]>();
  for (const word of rest) {
    const [, length, sum, hash] = /^(\d+):(\d+):([0-9a-f]{64})$/.exec(word) ?? [];
    if (length === undefined || sum === undefined || hash === undefined || Number(length) === 0) continue;
    byLength.set(Number(length), [...(byLength.get(Number(length)) ?? []), { sum: Number(sum), hash }]);
  }
  return [...byLength].map(([length, marks]) => ({ key, length, marks })).sort((a, b) => b.length - a.length);
}

/** The text around all parts of this length that are meant. */
function splitAt(text: string, length: number, isMeant: (at: number, sum: number) => boolean): readonly string[] {
  const parts: string[] = [];
  let highest = 1;
  for (let n = 1; n < length; n++) highest = Math.imul(highest, FACTOR);
  let from = 0;
  let sum = sumOf(text.slice(0, length));
  for (let at = 0; at + length <= text.length;) {
    if (isMeant(at, sum)) {
      parts.push(text.slice(from, at));
      from = at + length;
      at = from;
      sum = sumOf(text.slice(at, at + length));
      continue;
    }
    sum = Math.imul(sum - Math.imul(text.charCodeAt(at), highest), FACTOR) + text.charCodeAt(at + length);
    at += 1;
  }
  return [...parts, text.slice(from)];
}

function sumOf(text: string): number {
  let sum = 0;
  for (let n = 0; n < text.length; n++) sum = (Math.imul(sum, FACTOR) + text.charCodeAt(n)) | 0;
  return sum;
}

const hashOf = (key: string, value: string): string => createHmac('sha256', key).update(value).digest('hex');
