// Two starts wait: without a person `continue` names both and ends with 2; with one it asks, and takes up the one chosen.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../../src/terminal/main';

let root: string;
let home: string;
const before = process.env['SOLOFLOW_USER_DIR'];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'soloflow-which-'));
  home = mkdtempSync(join(tmpdir(), 'soloflow-user-'));
  process.env['SOLOFLOW_USER_DIR'] = home;
});
afterEach(() => {
  if (before === undefined) delete process.env['SOLOFLOW_USER_DIR'];
  else process.env['SOLOFLOW_USER_DIR'] = before;
  for (const each of [root, home]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
});

async function soloflow(args: readonly string[], said?: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const left = [...(said ?? [])];
  const asked: string[] = [];
  const ask = async (question: string): Promise<string | null> => {
    asked.push(question);
    return left.shift() ?? null;
  };
  const terminal = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    isTerminal: false,
    env: {},
    cwd: root,
    version: '0',
    ...(said === undefined ? {} : { ask }),
  };
  const code = await main(args, terminal, new AbortController().signal);
  return { code, out: out.join('\n'), err: err.join('\n'), asked };
}

it('names them all, or asks which', async () => {
  for (const idea of ['Short addresses', 'A feed of news'])
    expect((await soloflow(['start', idea, '--points', '2', '--score', '4', '--json'])).code).toBe(3);
  const alone = await soloflow(['continue']);
  expect(alone.code).toBe(2);
  expect(alone.err).toMatch(/start-B-001-\w+ (?:Short addresses|A feed of news) \(waits for --yes\)/);
  expect(alone.err).toContain('Short addresses');
  expect(alone.err).toContain('A feed of news');

  const nobody = await soloflow(['continue'], ['']);
  expect(nobody).toMatchObject({ code: 2, asked: ['Which one, 1 to 2 (Enter: none)? '] });
  const lines = nobody.err.split('\n').filter((line) => /^ {2}\d\. /.test(line));
  const wanted = lines.findIndex((line) => line.includes('Short addresses')) + 1;
  expect(wanted).toBeGreaterThan(0);
  const chosen = await soloflow(['continue'], [String(wanted)]);
  expect(chosen.code).toBe(3);
  expect(chosen.out).toContain('"Short addresses"');
  expect(chosen.out).not.toContain('A feed of news');
  // A program that reads the answer is not asked.
  expect((await soloflow(['continue', '--json'], ['1'])).asked).toEqual([]);
}, 30_000);
