import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createDiskDocuments, type DiskDocuments } from '../../../src/system/document-files';
import { peerLockFor } from '../../../src/system/peer-lock';

const config = configSchema.parse({});
let root: string;
let outside: string;
let documents: DiskDocuments;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-docs-')));
  outside = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-out-')));
  documents = createDiskDocuments({ root, config: () => config });
});
afterEach(() => {
  documents.dispose();
  rmSync(root, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

const put = (file: string, content: string | Uint8Array): string => {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
};
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

describe('listing', () => {
  it('follows the globs and never enters ignored folders', async () => {
    put('b.md', '');
    put('docs/a.md', '');
    put('docs/a.txt', '');
    put('tasks/tasks.json', '{}');
    put('tasks/other.json', '{}');
    for (const folder of ['node_modules/x', '.git', 'dist', 'sub/node_modules', '.soloflow', 'sub/.venv'])
      put(`${folder}/no.md`, '');
    expect(await documents.list()).toEqual(['b.md', 'docs/a.md', 'tasks/tasks.json']);
  });

  it('leaves node_modules alone even when the config forgets to exclude it', async () => {
    put('a.md', '');
    put('node_modules/x/no.md', '');
    const loose = createDiskDocuments({ root, config: () => configSchema.parse({ documents: { exclude: [] } }) });
    expect(await loose.list()).toEqual(['a.md']);
  });

  it('lists a linked file once and nothing that lies outside', async () => {
    put('AGENTS.md', 'x');
    put('hidden/real.txt', 'x');
    writeFileSync(path.join(outside, 'secret.md'), 'secret');
    symlinkSync('AGENTS.md', path.join(root, 'CLAUDE.md'));
    symlinkSync('hidden/real.txt', path.join(root, 'plan.md'));
    symlinkSync(path.join(outside, 'secret.md'), path.join(root, 'secret.md'));
    symlinkSync(outside, path.join(root, 'out-link'));
    symlinkSync('.', path.join(root, 'loop'));
    symlinkSync('gone.md', path.join(root, 'dangling.md'));
    expect(await documents.list()).toEqual(['AGENTS.md', 'plan.md']);
  });
});

describe('reading', () => {
  it('strips the byte order mark, shows invalid bytes, says null for what is gone', async () => {
    put('bom.md', Buffer.concat([BOM, Buffer.from('a\r\nb')]));
    put('latin.md', Buffer.from([0x61, 0xe4, 0x62]));
    expect(await documents.read('bom.md')).toBe('a\r\nb');
    expect(await documents.read('latin.md')).toBe('a\u{fffd}b');
    expect(await documents.read('gone.md')).toBeNull();
    expect(documents.trouble('gone.md')).toBeNull();
  });

  it('says why a file that is there cannot be read', async () => {
    put('big.md', 'x'.repeat(100));
    mkdirSync(path.join(root, 'folder.md'));
    const small = createDiskDocuments({ root, config: () => configSchema.parse({ documents: { maxBytes: 10 } }) });
    expect(await small.read('big.md')).toBeNull();
    expect(small.trouble('big.md')).toContain('10 bytes');
    expect(await documents.read('folder.md')).toBeNull();
    expect(documents.trouble('folder.md')).toBe('EISDIR');
  });

  it('reads nothing outside the workspace', async () => {
    writeFileSync(path.join(outside, 'secret.md'), 'secret');
    symlinkSync(outside, path.join(root, 'out-link'));
    put('.git/config.md', 'x');
    for (const bad of [
      '../secret.md',
      path.join(outside, 'secret.md'),
      'out-link/secret.md',
      'a/../../x.md',
      '.git/config.md',
      'C:/x.md',
      'a\0b',
      '',
      'a//b',
    ]) {
      expect(await documents.read(bad)).toBeNull();
    }
  });
});

describe('writing', () => {
  it('changes nothing but the bytes of the edits', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('\r\n', '\n', '\t', '- [ ] ', '😀', 'ä', '\u{2011}', '\u{feff}', '\0', '中文', 'e\u{301}'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 8 }),
        piece,
        fc.array(piece, { maxLength: 8 }),
        piece,
        fc.boolean(),
        async (before, old, after, fresh, bom) => {
          const head = before.join('');
          const tail = after.join('');
          const text = head + old + tail;
          const bytes = Buffer.concat([bom ? BOM : Buffer.alloc(0), Buffer.from(text)]);
          const file = put('p.md', bytes);
          // A text that begins with U+FEFF and no mark of its own is a file with a mark.
          fc.pre(bom || !(text.startsWith('\u{feff}') || (head + fresh + tail).startsWith('\u{feff}')));
          expect(await documents.read('p.md')).toBe(text);
          const edit = { span: { start: head.length, end: head.length + old.length }, text: fresh };
          const written = await documents.write('p.md', text, [edit]);
          expect(written).toEqual({ ok: true, value: head + fresh + tail });
          const expected = Buffer.concat([
            bom ? BOM : Buffer.alloc(0),
            Buffer.from(head),
            Buffer.from(fresh),
            Buffer.from(tail),
          ]);
          expect(readFileSync(file).equals(expected)).toBe(true);
          const back = { span: { start: head.length, end: head.length + fresh.length }, text: old };
          expect((await documents.write('p.md', head + fresh + tail, [back])).ok).toBe(true);
          expect(readFileSync(file).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('applies several edits together, in whatever order they come', async () => {
    put('a.md', 'one two three');
    const edits = [
      { span: { start: 8, end: 13 }, text: '3' },
      { span: { start: 0, end: 3 }, text: '1' },
      { span: { start: 3, end: 3 }, text: '!' },
    ];
    expect(await documents.write('a.md', 'one two three', edits)).toEqual({ ok: true, value: '1! two 3' });
  });

  it('refuses edits that overlap, lie outside or cut a character', async () => {
    put('a.md', 'ab😀cd');
    const text = 'ab😀cd';
    for (const spans of [
      [
        [0, 2],
        [1, 3],
      ],
      [[0, 99]],
      [[3, 4]],
      [[3, 2]],
    ]) {
      const edits = spans.map(([start, end]) => ({ span: { start: start ?? 0, end: end ?? 0 }, text: 'x' }));
      expect(await documents.write('a.md', text, edits)).toMatchObject({ ok: false, error: { kind: 'not-writable' } });
    }
    expect(await documents.write('a.md', text, [{ span: { start: 0, end: 0 }, text: '\ud800' }])).toMatchObject({
      ok: false,
    });
    expect(readFileSync(path.join(root, 'a.md'), 'utf8')).toBe(text);
  });

  it('refuses a document that changed, naming the first line that differs', async () => {
    put('a.md', 'one\ntwo\nTHREE\n');
    const refused = await documents.write('a.md', 'one\ntwo\nthree\n', [{ span: { start: 0, end: 3 }, text: '1' }]);
    expect(refused).toEqual({ ok: false, error: { kind: 'document-changed', path: 'a.md', line: 3 } });
    expect(readFileSync(path.join(root, 'a.md'), 'utf8')).toBe('one\ntwo\nTHREE\n');
  });

  it('lets exactly one of two writers with the same basis win', async () => {
    put('a.md', 'x');
    const results = await Promise.all(
      ['1', '2', '3'].map((text) => documents.write('a.md', 'x', [{ span: { start: 0, end: 1 }, text }])),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.error.kind === 'document-changed')).toHaveLength(2);
  });

  it('keeps mode and links, leaves no temporary file', async () => {
    const file = put('docs/a.md', 'x');
    chmodSync(file, 0o754);
    symlinkSync('docs/a.md', path.join(root, 'link.md'));
    expect((await documents.write('link.md', 'x', [{ span: { start: 0, end: 1 }, text: 'y' }])).ok).toBe(true);
    expect(lstatSync(path.join(root, 'link.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('y');
    expect(statSync(file).mode & 0o777).toBe(0o754);
    expect(readdirSync(path.join(root, 'docs'))).toEqual(['a.md']);
  });

  it('gives a failure for read-only, missing, not UTF-8 and outside files', async () => {
    chmodSync(put('ro.md', 'x'), 0o444);
    put('latin.md', Buffer.from([0x61, 0xe4]));
    writeFileSync(path.join(outside, 'o.md'), 'x');
    symlinkSync(path.join(outside, 'o.md'), path.join(root, 'o.md'));
    const edit = [{ span: { start: 0, end: 1 }, text: 'y' }];
    expect(await documents.write('ro.md', 'x', edit)).toMatchObject({
      error: { kind: 'file', operation: 'write', code: 'EACCES' },
    });
    expect(await documents.write('gone.md', 'x', edit)).toMatchObject({ error: { kind: 'file', code: 'ENOENT' } });
    expect(await documents.write('latin.md', 'a\u{fffd}', edit)).toMatchObject({ error: { kind: 'not-writable' } });
    for (const bad of ['o.md', '../x.md', path.join(outside, 'o.md')]) {
      expect(await documents.write(bad, 'x', edit)).toMatchObject({ error: { kind: 'file', code: 'EPERM' } });
    }
    expect(readFileSync(path.join(outside, 'o.md'), 'utf8')).toBe('x');
    expect(readFileSync(path.join(root, 'ro.md'), 'utf8')).toBe('x');
  });

  it('never lists the temporary file that a killed writer leaves', () => {
    put('.a.md.123.tmp', 'half');
    return expect(documents.list()).resolves.toEqual([]);
  });
});

describe('creating', () => {
  it('makes folders, never overwrites, never leaves the workspace', async () => {
    expect(await documents.create('docs/plans/new.md', '# New\n')).toEqual({ ok: true, value: '# New\n' });
    expect(await documents.create('docs/plans/new.md', 'other')).toMatchObject({
      error: { kind: 'file', operation: 'create', code: 'EEXIST' },
    });
    symlinkSync(outside, path.join(root, 'out'));
    symlinkSync(path.join(outside, 'target.md'), path.join(root, 'dangling.md'));
    for (const bad of ['../x.md', 'out/x.md', '.git/hooks/x', '/tmp/soloflow-never.md']) {
      expect(await documents.create(bad, 'x')).toMatchObject({ ok: false, error: { code: 'EPERM' } });
    }
    expect(await documents.create('dangling.md', 'x')).toMatchObject({ ok: false });
    expect(readdirSync(outside)).toEqual([]);
    expect(readFileSync(path.join(root, 'docs/plans/new.md'), 'utf8')).toBe('# New\n');
  });
});

describe('peer locks', () => {
  const edit = [{ span: { start: 0, end: 1 }, text: 'y' }];

  it('knows the locks of Task Master and Backlog.md', () => {
    expect(peerLockFor('.taskmaster/tasks/tasks.json', '{}')).toBe('.taskmaster/tasks/tasks.json.lock');
    expect(peerLockFor('backlog/tasks/task-7 - X.md', '---\nid: TASK-7\ntitle: X\n---\n')).toBe(
      'backlog/.locks/task-7',
    );
    expect(peerLockFor('docs/a.md', '---\nid: task-7\n---\n')).toBeNull();
  });

  it('waits for a fresh lock and gives up in words, breaks a stale one, leaves none behind', async () => {
    put('tasks/tasks.json', 'x');
    const lock = path.join(root, 'tasks/tasks.json.lock');
    const locking = createDiskDocuments({ root, config: () => config, lockFor: peerLockFor, lockWaitMs: 120 });
    mkdirSync(lock);
    expect(await locking.write('tasks/tasks.json', 'x', edit)).toEqual({
      ok: false,
      error: { kind: 'file', path: 'tasks/tasks.json', operation: 'lock', code: 'ELOCKED' },
    });
    expect(existsSync(lock)).toBe(true);
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    expect((await locking.write('tasks/tasks.json', 'x', edit)).ok).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  it('writes once the peer lets go', async () => {
    put('tasks/tasks.json', 'x');
    const lock = path.join(root, 'tasks/tasks.json.lock');
    const locking = createDiskDocuments({ root, config: () => config, lockFor: peerLockFor, lockWaitMs: 10_000 });
    mkdirSync(lock);
    const pending = locking.write('tasks/tasks.json', 'x', edit);
    execFileSync('rmdir', [lock]);
    expect((await pending).ok).toBe(true);
  });
});

describe('watching', () => {
  it('tells of changes, new files in new folders, and deletions made by others', async () => {
    put('a.md', 'x');
    const watching = createDiskDocuments({ root, config: () => config, watch: true, pollMs: 100 });
    const seen = new Set<string>();
    watching.onDidChange((paths) => paths.forEach((file) => seen.add(file)));
    // The first listing is the basis of comparison and may come late: change again until it is noticed.
    const until = async (wanted: string, change: () => void): Promise<void> => {
      for (let i = 0; !seen.has(wanted); i++) {
        if (i % 20 === 0) change();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      seen.clear();
    };
    try {
      await until('a.md', () => put('a.md', `${Math.random()}`));
      await until('deep/er/b.md', () => put('deep/er/b.md', `${Math.random()}`));
      await until('deep/er/b.md', () => rmSync(path.join(root, 'deep/er/b.md'), { force: true }));
      expect(existsSync(path.join(root, 'deep/er/b.md'))).toBe(false);
    } finally {
      watching.dispose();
    }
  });

  it('tells of its own writes without watching', async () => {
    put('a.md', 'x');
    const seen: string[] = [];
    documents.onDidChange((paths) => seen.push(...paths));
    await documents.write('a.md', 'x', [{ span: { start: 0, end: 1 }, text: 'y' }]);
    await documents.create('b.md', 'x');
    expect(seen).toEqual(['a.md', 'b.md']);
  });
});
