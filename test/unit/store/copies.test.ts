// Copies of a record that cannot be opened for writing now.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { modulePath, openDatabase } from '../../../src/store/driver';
import { openCopy } from '../../../src/store/read-only';
import { open, recordRun, tempFolder } from './support';

const options = { now: 1, appVersion: 'x' };

/** Writes all over the file given to it, without a rest, and says when it has begun. */
const WRITER = `
const Database = require(process.argv[2]);
const db = new Database(process.argv[1]);
db.pragma('synchronous = OFF');
const write = db.transaction(() => {
  db.exec("UPDATE meta SET key = hex(randomblob(60)) WHERE key IN (SELECT key FROM meta WHERE key > hex(randomblob(8)) AND length(key) > 100 LIMIT 300)");
});
write.immediate();
console.log('writing');
for (;;) write.immediate();
`;

it('are of one moment while another host writes: what is sound never looks damaged', async () => {
  const root = tempFolder();
  const path = join(root, '.soloflow', 'soloflow.db');
  const store = open(root);
  store.db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
     INSERT INTO meta SELECT hex(randomblob(60)), hex(randomblob(60)) FROM n`,
  );
  store.close();
  const writer = spawn(process.execPath, ['-e', WRITER, path, modulePath()], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(writer.stdout, 'data');
  try {
    for (let n = 0; n < 12; n += 1) {
      const copy = openCopy(path, options);
      expect(copy?.pragma('quick_check(1)', { simple: true })).toBe('ok');
      copy?.close();
    }
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
}, 30_000);

it('show a record that another program keeps to itself, its log too', () => {
  const root = tempFolder();
  const path = join(root, '.soloflow', 'soloflow.db');
  const store = open(root);
  recordRun(store, 'r1');
  const copy = openCopy(path, options);
  expect(copy?.prepare('SELECT id FROM run').pluck().all()).toEqual(['r1']);
  copy?.close();
  store.close();
  const other = openDatabase(path);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');
  const behind = openCopy(path, options);
  expect(behind?.prepare('SELECT id FROM run').pluck().all()).toEqual(['r1']);
  behind?.close();
  other.close();
});

it('are made of a file only, not of what a repository brought in its place', () => {
  const elsewhere = tempFolder();
  open(elsewhere).close();
  const root = tempFolder();
  symlinkSync(join(elsewhere, '.soloflow', 'soloflow.db'), join(root, 'soloflow.db'));
  expect(openCopy(join(root, 'soloflow.db'), options)).toBeNull();
  expect(openCopy(join(elsewhere, '.soloflow', 'soloflow.db'), options)).not.toBeNull();
});
