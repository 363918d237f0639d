// docs/from-the-guide.md against the guide itself: each of its command lines has a row, and what stands there can be typed.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/terminal/arguments';
import { actions } from '../../../src/workflow/actions';
import { shellWords } from './shell-words';

const repository = resolve(import.meta.dirname, '../../..');
const guide = resolve(repository, '../shared/seed.md');
const found = existsSync(guide);
if (!found)
  console.warn('SKIPPED: the guide is not here, its command lines are not looked up in docs/from-the-guide.md');

const rows = readFileSync(resolve(repository, 'docs/from-the-guide.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, left, right] = /^\| (`.*?`) \| (.*) \|$/.exec(line) ?? [];
    return left === undefined || right === undefined ? [] : [{ old: left.slice(1, -1), ours: right }];
  });

/** A line of the guide in the words of the table: what a person puts in is one word. */
const inWords = (line: string): string =>
  line
    .replace(/^python3 scripts\//, '')
    .replace(/"B-\d+: [^"]*"/, '"B-XXXX: Title"')
    .replace(/start "(?!B-)[^"]*"/, 'start "an idea"')
    .replace(/(--role \w+) "[^"]*"/, '$1 "words"')
    .replace(/--prd \S+/, '--prd FILE');

describe('from the guide', () => {
  it.skipIf(!found)('has a row for each command line of the guide', () => {
    const lines = readFileSync(guide, 'utf8').match(/^python3? .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(20);
    const known = rows.map(({ old }) => old);
    expect(lines.map(inWords).filter((line) => !known.includes(line))).toEqual([]);
  });

  it('names command lines that can be typed', () => {
    const typed = rows.flatMap(({ ours }) => [...ours.matchAll(/`(soloflow [^`]+)`/g)].map(([, line]) => line ?? ''));
    expect(typed.length).toBeGreaterThanOrEqual(rows.length);
    for (const line of typed) {
      const [, name, ...rest] = shellWords(line);
      const action = actions.find((each) => each.name === name);
      // A bare name stands for a command that wants more; all others are whole.
      if (action !== undefined && rest.length === 0 && action.positional.length > 0) continue;
      expect({ line, parsed: action === undefined ? 'no such command' : parseCommand(action, rest) }).toMatchObject({
        line,
        parsed: { ok: true },
      });
    }
  });
});
