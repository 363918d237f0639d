// Compiled code of a bundle, kept from one start to the next: never other code than the file's, never a reason to fail.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadKept } from '../../../src/kept-code';

const base = mkdtempSync(join(tmpdir(), 'soloflow-kept-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
function bundle(text: string): { readonly file: string; readonly folder: string } {
  const root = join(base, String((count += 1)));
  mkdirSync(root);
  writeFileSync(join(root, 'main.js'), text);
  return { file: join(root, 'main.js'), folder: join(root, 'code') };
}
const ANSWER = (what: string): string =>
  `exports.answer = () => ${JSON.stringify(what)} + require('node:path').basename(__filename) + /–/.test('–');`;
const answerOf = (exports: unknown): string => (exports as { answer(): string }).answer();

/** A start of its own: one process compiles the same text only once. */
function inAnotherProcess(file: string, folder: string): string {
  const source = pathToFileURL(resolve(import.meta.dirname, '../../../src/kept-code.ts')).href;
  const script = `import { loadKept } from ${JSON.stringify(source)};
    const loaded = loadKept(${JSON.stringify(file)}, ${JSON.stringify(folder)}, 'list');
    process.stdout.write(loaded.exports.answer());
    loaded.keep();`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

describe('kept code', () => {
  it('answers the same from the file and from what was kept, with require and file name of the bundle', () => {
    const { file, folder } = bundle(ANSWER('one '));
    const first = loadKept(file, folder, 'list');
    expect(answerOf(first.exports)).toBe('one main.jstrue');
    first.keep();
    const [kept = ''] = readdirSync(folder);
    expect(kept).toMatch(/\.list$/);
    const before = readFileSync(join(folder, kept));
    const second = loadKept(file, folder, 'list');
    expect(answerOf(second.exports)).toBe('one main.jstrue');
    // What is kept already is not written again.
    second.keep();
    expect(readFileSync(join(folder, kept)).equals(before)).toBe(true);
    loadKept(file, folder, 'status').keep();
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('is never that of another text, not even of one as long', () => {
    const { file, folder } = bundle(ANSWER('one '));
    loadKept(file, folder, 'list').keep();
    writeFileSync(file, ANSWER('two '));
    expect(answerOf(loadKept(file, folder, 'list').exports)).toBe('two main.jstrue');
  });

  it('is passed over where it is damaged, and made anew', () => {
    const { file, folder } = bundle(ANSWER('one '));
    loadKept(file, folder, 'list').keep();
    const kept = join(folder, String(readdirSync(folder)[0]));
    const whole = readFileSync(kept);
    for (const damage of ['', 'nothing that was compiled', '\0'.repeat(4096), whole.subarray(0, whole.length >> 1)]) {
      writeFileSync(kept, damage);
      expect(inAnotherProcess(file, folder)).toBe('one main.jstrue');
      expect(readFileSync(kept).length).toBeGreaterThan(100);
      expect(readFileSync(kept).equals(Buffer.from(damage))).toBe(false);
    }
  });

  it('lets go of what other states of the bundle left a week ago, and keeps that of other installations', () => {
    const { file, folder } = bundle(ANSWER('one '));
    mkdirSync(folder);
    for (const name of ['1-2-3-4-v24-x64.list', '5-6-7-8-v24-x64.list']) writeFileSync(join(folder, name), 'x');
    const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
    utimesSync(join(folder, '1-2-3-4-v24-x64.list'), longAgo, longAgo);
    loadKept(file, folder, 'list').keep();
    expect(readdirSync(folder).filter((name) => name.includes('v24-x64'))).toEqual(['5-6-7-8-v24-x64.list']);
  });

  it('is not needed: nowhere to keep it, or nowhere to write', () => {
    const { file, folder } = bundle(ANSWER('one '));
    const nowhere = loadKept(file, null, 'list');
    nowhere.keep();
    expect(answerOf(nowhere.exports)).toBe('one main.jstrue');
    // A file where the folder should be.
    writeFileSync(folder, '');
    chmodSync(folder, 0o400);
    const refused = loadKept(file, folder, 'list');
    refused.keep();
    expect(answerOf(refused.exports)).toBe('one main.jstrue');
  });
});
