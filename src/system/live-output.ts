// Follows the output files of one attempt and hands on what is new, redacted. A flood is skipped over, not queued.
import { closeSync, fstatSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../engine/ports';
import { openOrNull, PART, readAt, sizeOf, type Stream, STREAMS } from './attempt-files';
import { createLiveText, type LiveText } from './output';
import type { Redactor } from './redact';

type OutputListener = (stream: Stream, text: string) => void;

export interface LiveOutput {
  on(listener: OutputListener): Disposable;
  /** Reads what is new. `last`: also the unfinished line, nothing comes after it. */
  poll(last: boolean): void;
  /** The file was cut back to nothing. */
  restarted(stream: Stream): void;
  close(): void;
}

interface Followed {
  readonly stream: Stream;
  text: LiveText | null;
  fd: number | null;
  position: number;
  idle: boolean;
}

/** Most that is shown at once; of more, only the end. */
const MOST = 256 * 1024;

/** `secrets`: asked when there is something to be read. */
export function createLiveOutput(dir: string, secrets: () => Redactor): LiveOutput {
  const listeners = new Set<OutputListener>();
  const followed: readonly Followed[] = STREAMS.map((stream) => ({
    stream,
    text: null,
    fd: null,
    position: 0,
    idle: false,
  }));
  const emit = (stream: Stream, text: string): void => {
    if (text !== '') for (const listener of listeners) listener(stream, text);
  };

  const follow = (one: Followed, last: boolean): void => {
    // Most commands say nothing on one stream or both.
    if (one.fd === null && sizeOf(dir, one.stream) > 0) one.fd = openOrNull(path.join(dir, one.stream));
    if (one.fd === null) return;
    const live = (one.text ??= createLiveText(secrets()));
    const { size } = fstatSync(one.fd);
    if (size < one.position) one.position = 0;
    if (size === one.position) {
      // An unfinished line that does not grow is a prompt or a progress bar: show it.
      if (last || !one.idle) emit(one.stream, live.flush());
      one.idle = true;
      return;
    }
    one.idle = false;
    if (size - one.position > MOST) {
      emit(one.stream, live.flush());
      emit(one.stream, `\n[… ${size - one.position - PART} bytes not shown …]\n`);
      one.position = size - PART;
    }
    const bytes = readAt(one.fd, one.position, size - one.position);
    one.position += bytes.length;
    emit(one.stream, live.push(bytes));
    if (last) emit(one.stream, live.flush());
  };

  return {
    on(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    poll(last) {
      // Nobody listens yet: what is in the file waits there.
      if (listeners.size === 0) return;
      for (const one of followed) follow(one, last);
    },
    restarted(stream) {
      for (const one of followed) if (one.stream === stream) one.position = 0;
    },
    close() {
      for (const one of followed) {
        if (one.fd !== null) closeSync(one.fd);
        one.fd = null;
      }
      listeners.clear();
    },
  };
}
