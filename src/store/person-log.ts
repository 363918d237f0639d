// A person's decisions as lines of JSON in the user's own folder: several processes append, all read. The last word on
// a key counts. A line torn by a crash is skipped; what cannot be kept counts for this session only.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '../engine/ports';

export interface Decision {
  /** What is decided about; one key has one standing decision. */
  readonly key: string;
  readonly granted: boolean;
  /** Command text or folder, for people. */
  readonly what: string;
  /** Absolute, real. */
  readonly folder: string;
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface PersonLog {
  /** By key, in the order of first mention. */
  standing(): ReadonlyMap<string, Decision>;
  append(decisions: readonly Decision[]): void;
}

export function openPersonLog(path: string, log: Log): PersonLog {
  let seen = '';
  let decisions: ReadonlyMap<string, Decision> = new Map();
  const unsaved: Decision[] = [];

  const stampOf = (): string => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
  };
  const read = (): void => {
    const stamp = stampOf();
    if (stamp === seen) return;
    const lines = stamp === 'none' ? [] : readFileSync(path, 'utf8').split('\n');
    decisions = new Map(lines.flatMap(parse).map((decision) => [decision.key, decision]));
    seen = stamp;
  };

  return {
    standing: () => {
      try {
        read();
      } catch (error) {
        log.warn('Approvals could not be read; none are assumed.', { path, error: String(error) });
        decisions = new Map();
        seen = '';
      }
      if (unsaved.length === 0) return decisions;
      return new Map([...decisions, ...unsaved.map((decision) => [decision.key, decision] as const)]);
    },
    append: (added) => {
      if (added.length === 0) return;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        // One write in append mode: lines of two processes never mix. The leading break ends a torn line.
        const text = `\n${added.map((decision) => JSON.stringify(decision)).join('\n')}\n`;
        const file = openSync(path, 'a', 0o600);
        try {
          writeSync(file, text);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        log.warn('A decision could not be kept; it counts for this session only.', { path, error: String(error) });
        unsaved.push(...added);
      }
    },
  };
}

function parse(line: string): readonly Decision[] {
  if (line === '') return [];
  try {
    const value = JSON.parse(line) as Partial<Record<keyof Decision, unknown>> | null;
    if (value === null || typeof value !== 'object') return [];
    const { key, granted, what, folder, by, at } = value;
    if (typeof key !== 'string' || typeof granted !== 'boolean' || typeof what !== 'string') return [];
    if (typeof folder !== 'string' || typeof by !== 'string' || typeof at !== 'number') return [];
    return [{ key, granted, what, folder, by, at }];
  } catch {
    return [];
  }
}
