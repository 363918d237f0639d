// From bytes a command printed to text worth keeping: decoded at character boundaries, without terminal control,
// secrets taken out. Live text keeps its colours.
import { stripVTControlCharacters } from 'node:util';
import { lastWritten } from '../model/text';
import type { Redactor } from './redact';

/** First and last bytes of a stream, as found in its files. */
export interface RawOutput {
  readonly head: Uint8Array;
  /** Empty when `head` is all there is. */
  readonly tail: Uint8Array;
  /** All bytes printed; at least so many when the middle was cut away while it was printed. */
  readonly bytes: number;
}

export interface KeptText {
  readonly bytes: number;
  readonly truncated: boolean;
  readonly redactions: number;
  readonly head: string;
  readonly tail: string;
}

export function keepText(raw: RawOutput, redactor: Redactor): KeptText {
  const truncated = raw.tail.length > 0;
  const first = decodeHead(raw.head, truncated);
  const last = decodeTail(raw.tail);
  // Half a secret is not known as one: where it was cut there are whole lines only.
  const head = redactor.redact(plainText(truncated ? withoutLastPart(first) : first));
  const tail = redactor.redact(plainText(withoutFirstPart(last)).replace(REST_OF_KEY, ''));
  return {
    bytes: raw.bytes,
    truncated,
    redactions: head.count + tail.count,
    head: head.text,
    tail: tail.text,
  };
}

/** Longer lines are cut where they are cut. */
const LONGEST_PART = 16_384;
/** A private key whose beginning was cut off. */
const REST_OF_KEY = /^(?:(?!-----BEGIN )[^])*?-----END [A-Z ]*PRIVATE KEY-----/;

function withoutLastPart(text: string): string {
  const end = text.lastIndexOf('\n') + 1;
  return end === 0 || text.length - end > LONGEST_PART ? text : text.slice(0, end);
}

function withoutFirstPart(text: string): string {
  const start = text.indexOf('\n') + 1;
  return start > LONGEST_PART ? text : text.slice(start);
}

function decodeHead(bytes: Uint8Array, cut: boolean): string {
  // Streaming holds back a character that the cut has split.
  return new TextDecoder('utf-8').decode(bytes, { stream: cut });
}

function decodeTail(bytes: Uint8Array): string {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder('utf-8').decode(bytes.subarray(start));
}

/** What a terminal would show in the end: no escape sequences, overwritten progress lines gone, no stray controls. */
export function plainText(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll('\r\n', '\n')
      .split('\n')
      .map(lastWritten)
      .join('\n')
      // eslint-disable-next-line no-control-regex -- these are what is to go
      .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '')
  );
}

/** Redacts a stream as it comes: complete lines at once, an unfinished line when `flush` is called. */
export interface LiveText {
  push(bytes: Uint8Array): string;
  flush(): string;
}

const LONGEST_HELD = 16_384;

export function createLiveText(redactor: Redactor): LiveText {
  const decoder = new TextDecoder('utf-8');
  let held = '';
  let insideKey = false;
  const clean = (text: string): string =>
    redactor
      .redact(text)
      .text.split(/(?<=\n)/)
      .map((line) => {
        // A private key that comes in pieces: its lines are hidden until its end.
        if (insideKey) {
          insideKey = !line.includes('-----END');
          return insideKey ? '' : line.slice(line.indexOf('-----END'));
        }
        return line;
      })
      .join('');
  const release = (text: string): string => {
    const out = clean(text);
    const begin = text.lastIndexOf('-----BEGIN ');
    if (
      begin >= 0 &&
      text.slice(begin, begin + 60).includes('PRIVATE KEY') &&
      !text.slice(begin).includes('-----END')
    ) {
      insideKey = true;
    }
    return out;
  };
  return {
    push(bytes) {
      held += decoder.decode(bytes, { stream: true });
      const cut = held.length > LONGEST_HELD ? held.length : held.lastIndexOf('\n') + 1;
      const ready = held.slice(0, cut);
      held = held.slice(cut);
      return ready === '' ? '' : release(ready);
    },
    flush() {
      const rest = held;
      held = '';
      return rest === '' ? '' : release(rest);
    },
  };
}
