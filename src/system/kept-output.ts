// Output that comes as text in this process and from no file: shown at once without secrets, kept with its beginning and
// its end, as that of a command.
import type { AttemptOutput } from '../model/run';
import { PART, type Stream, STREAMS } from './attempt-files';
import { createLiveText, keepText, type LiveText } from './output';
import type { Redactor } from './redact';

export interface KeptOutput {
  write(stream: Stream, text: string): void;
  /** Shows what is left of unfinished lines. What is kept, of the streams that said something. */
  end(): readonly Omit<AttemptOutput, 'attemptId'>[];
}

interface Kept {
  readonly live: LiveText;
  head: Buffer;
  tail: Buffer;
  bytes: number;
}

export function createKeptOutput(redactor: Redactor, show: (stream: Stream, text: string) => void): KeptOutput {
  const kept = new Map<Stream, Kept>();
  const tell = (stream: Stream, text: string): void => {
    if (text !== '') show(stream, text);
  };
  return {
    write(stream, text) {
      const one = kept.get(stream) ?? {
        live: createLiveText(redactor),
        head: Buffer.alloc(0),
        tail: Buffer.alloc(0),
        bytes: 0,
      };
      kept.set(stream, one);
      const bytes = Buffer.from(text);
      const room = Math.max(0, PART - one.head.length);
      if (room > 0) one.head = Buffer.concat([one.head, bytes.subarray(0, room)]);
      if (bytes.length > room) one.tail = Buffer.concat([one.tail, bytes.subarray(room)]).subarray(-PART);
      one.bytes += bytes.length;
      tell(stream, one.live.push(bytes));
    },
    end: () =>
      STREAMS.flatMap((stream) => {
        const one = kept.get(stream);
        if (one === undefined) return [];
        tell(stream, one.live.flush());
        // What is not cut is one text: a secret may lie across the seam.
        const whole = one.head.length + one.tail.length === one.bytes;
        const raw = whole
          ? { head: Buffer.concat([one.head, one.tail]), tail: Buffer.alloc(0), bytes: one.bytes }
          : { head: one.head, tail: one.tail, bytes: one.bytes };
        return [{ stream, ...keepText(raw, redactor) }];
      }),
  };
}
