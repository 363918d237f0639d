// An export that is larger than a text may be: in pieces out of the database, into a file or to a slow reader, and back.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { exportInto } from '../../../src/store/export';
import { importLines } from '../../../src/store/import';
import type { Store } from '../../../src/store/open';
import { createDiskDocuments } from '../../../src/system/document-files';
import { foldRun } from '../../../src/engine/loading';
import { recordCare } from '../../../src/wire-record';
import { attempt, batch, open, run, task, tempFolder, tick } from './support';

const TASKS = 1201;
const config = configSchema.parse({});

function recordLarge(store: Store): void {
  const epoch = store.lease.tryAcquire('test') ?? 0;
  const value = run('r1', { status: 'succeeded', endedAt: tick() });
  const keys = Array.from({ length: TASKS }, (_, n) => `t${n}`);
  store.journal.commit(
    epoch,
    batch({
      runs: [value],
      tasks: keys.map((key) => task('r1', key, { state: 'succeeded' })),
      attempts: keys.map((key) => attempt('r1', key, `try ${key}`, { endedAt: tick(), outcome: 'ok', exitCode: 0 })),
      outputs: keys.map((key) => ({
        attemptId: `try ${key}`,
        stream: 'out' as const,
        bytes: 3,
        truncated: false,
        redactions: 0,
        head: `önly ${key}\n`,
        tail: '',
      })),
      gateResults: keys.map((key) => ({
        attemptId: `try ${key}`,
        result: { gate: 'g', kind: 'command', status: 'pass', detail: 'd', evidence: {}, at: 1 },
      })),
      events: [{ type: 'run-created', runId: 'r1', at: tick(), actor: 'test', run: value }],
    }),
  );
}

function around(store: Store, root: string) {
  return recordCare(store, {
    root,
    version: 'test',
    configProblems: () => [],
    nextId: () => 'id',
    plan: {},
    planPort: {},
  } as never);
}

it('a run of a thousand tasks is no single line, and comes back as it was', () => {
  const store = open(tempFolder());
  recordLarge(store);
  const pieces: string[] = [];
  exportInto(store, 'test', undefined, (piece) => pieces.push(piece));
  for (const piece of pieces) expect(piece.endsWith('\n')).toBe(true);
  const lines = pieces.join('').split('\n');
  expect(lines.filter((line) => line.startsWith('{"kind":"run-part"')).length).toBe(6);
  const other = open(tempFolder());
  expect(importLines(other, foldRun, lines, 'cli')).toMatchObject({ ok: true, value: { runs: 1, skipped: 0 } });
  expect(other.journal.run('r1')).toEqual(store.journal.run('r1'));
  expect(other.journal.outputs('try t1200')).toEqual(store.journal.outputs('try t1200'));
  expect(other.journal.gateResults('r1', 't700')).toEqual(store.journal.gateResults('r1', 't700'));
  // A second time everything is there already, the parts as well.
  expect(importLines(other, foldRun, lines, 'cli')).toMatchObject({ ok: true, value: { runs: 0, skipped: 1 } });
  const broken = lines.map((line) => line.replace('"taskKey":"t900"', '"taskKey":5'));
  expect(importLines(open(tempFolder()), foldRun, broken, 'cli')).toMatchObject({
    ok: false,
    error: { kind: 'invalid-input' },
  });
  const foreign = lines.map((line) =>
    line.startsWith('{"kind":"run-part"')
      ? line.replace('"part":{"tasks":[{"runId":"r1"', '"part":{"tasks":[{"runId":"r9"')
      : line,
  );
  expect(importLines(open(tempFolder()), foldRun, foreign, 'cli')).toMatchObject({ ok: false });
});

it('what is written meanwhile is not in it', () => {
  const root = tempFolder();
  const store = open(root);
  recordLarge(store);
  const second = open(root);
  let text = '';
  exportInto(store, 'test', undefined, (piece) => {
    text += piece;
    second.stages.put({ id: `late ${text.length}`, kind: 'ship', status: 'x', data: {}, by: 'cli' });
  });
  expect(second.stages.get(`late ${text.length}`)).not.toBeNull();
  expect(text).not.toContain('late ');
});

it('a file is filled piece by piece and read line by line; what fails leaves none', async () => {
  const root = tempFolder();
  const store = open(root);
  recordLarge(store);
  const care = around(store, root);
  const documents = createDiskDocuments({ root, config: () => config });
  const created = await documents.createFrom!(
    'out/record.jsonl',
    (write) => void care.exportInto('soloflow', null, write),
  );
  expect(created.ok).toBe(true);
  let slowly = '';
  const pieces = care.exportSlowly('soloflow', null);
  if (pieces.ok) for await (const piece of pieces.value) slowly += piece;
  const withoutTime = (text: string): string => text.replace(/"at":\d+,"appVersion"/, '');
  expect(withoutTime(readFileSync(join(root, 'out/record.jsonl'), 'utf8'))).toBe(withoutTime(slowly));
  const lines = await documents.readLines!('out/record.jsonl');
  expect(around(open(tempFolder()), root).importLines(lines!, 'cli')).toMatchObject({ ok: true, value: { runs: 1 } });

  const refused = await documents.createFrom!('out/none', (write) => {
    write('begun');
    throw new Error('no');
  });
  expect(refused.ok).toBe(false);
  expect(readdirSync(join(root, 'out'))).toEqual(['record.jsonl']);
  expect(await documents.createFrom!('out/record.jsonl', (write) => write('x'))).toMatchObject({ ok: false });
  expect(await documents.readLines!('../outside')).toBeNull();
  expect(await documents.readLines!('none')).toBeNull();
  documents.dispose();
});

it('lines are what they are, however the file is cut into chunks', async () => {
  const root = tempFolder();
  const documents = createDiskDocuments({ root, config: () => config });
  const long = 'ü€😀'.repeat(400_000);
  writeFileSync(join(root, 'a'), `\uFEFFfirst\r\n${long}\n\nlast`);
  const lines = await documents.readLines!('a');
  for (const time of [1, 2]) expect([time, ...lines!].slice(1)).toEqual(['first', long, '', 'last']);
  documents.dispose();
});

it('a slow reader that goes away leaves nothing behind', async () => {
  const left = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('soloflow-export-'));
  const before = new Set(left());
  const store = open(tempFolder());
  recordLarge(store);
  const pieces = around(store, '/').exportSlowly('soloflow', null);
  if (!pieces.ok) throw new Error('no export');
  for await (const piece of pieces.value) {
    expect(piece).not.toBe('');
    break;
  }
  expect(around(store, '/').exportSlowly('workflow-state', 'none')).toMatchObject({ ok: false });
  expect(left().filter((name) => !before.has(name))).toEqual([]);
});
