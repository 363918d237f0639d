// A small database damaged in every place: opening never throws, and what is kept is always a sound beginning.
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyChain } from '../../../src/store/event-chain';
import { foldRun } from '../../../src/engine/loading';
import { batch, open, recordRun, tempFolder, tick } from './support';

const note = (n: number) => ({
  type: 'note' as const,
  runId: 'r1',
  taskKey: 'a',
  at: tick(),
  actor: 'x',
  text: `note ${n} ${'x'.repeat(100)}`,
});

/** A database with 100 events in its file and, if wished, 40 more only in its log. */
function grown(root: string, inLog: boolean): string {
  const store = open(root);
  const epoch = recordRun(store, 'r1');
  for (let n = 0; n < 96; n += 1) store.journal.commit(epoch, batch({ events: [note(n)] }));
  store.db.pragma('wal_checkpoint(TRUNCATE)');
  if (inLog) for (let n = 0; n < 40; n += 1) store.journal.commit(epoch, batch({ events: [note(n)] }));
  return store.path;
}

it('any garbled page: used, or set aside and rebuilt', { timeout: 60_000 }, () => {
  const original = readFileSync(grown(tempFolder(), false));
  const pages = original.length / 4096;
  expect(pages).toBeGreaterThan(20);
  let rebuilt = 0;
  for (let page = 0; page < pages; page += 1) {
    const root = tempFolder();
    mkdirSync(join(root, '.soloflow'));
    const bytes = Buffer.from(original);
    for (let at = page * 4096; at < (page + 1) * 4096; at += 1) bytes[at] = (bytes[at]! + 0x5b) & 0xff;
    writeFileSync(join(root, '.soloflow', 'soloflow.db'), bytes);
    const store = open(root);
    expect(store.mode).toBe('durable');
    expect(store.notices.filter((notice) => notice.kind !== 'rebuilt')).toEqual([]);
    rebuilt += store.notices.length;
    // Whatever was kept is whole, and the store works.
    expect(verifyChain(store.db).brokenAt).toBeNull();
    store.journal.openRuns();
    recordRun(store, `r${page + 2}`);
    store.close();
  }
  expect(rebuilt).toBeGreaterThan(pages * 0.6);
});

it('a log cut anywhere: what remains is a beginning of what was written', { timeout: 60_000 }, () => {
  const path = grown(tempFolder(), true);
  const log = readFileSync(`${path}-wal`);
  expect(log.length).toBeGreaterThan(40 * 4096);
  let shortest = Infinity;
  let longest = 0;
  for (let n = 0; n <= 24; n += 1) {
    const root = tempFolder();
    mkdirSync(join(root, '.soloflow'));
    const target = join(root, '.soloflow', 'soloflow.db');
    copyFileSync(path, target);
    writeFileSync(`${target}-wal`, log);
    truncateSync(`${target}-wal`, Math.floor((log.length * n) / 24) - (n % 3) * (n === 0 ? 0 : 1));
    const store = open(root);
    expect(store.notices).toEqual([]);
    const { checked, brokenAt } = verifyChain(store.db);
    expect(brokenAt).toBeNull();
    expect(checked).toBeGreaterThanOrEqual(100);
    shortest = Math.min(shortest, checked);
    longest = Math.max(longest, checked);
    store.close();
  }
  expect(shortest).toBe(100);
  expect(longest).toBe(140);
});

it('a lost header: everything behind it is carried over', () => {
  const root = tempFolder();
  const store = open(root);
  recordRun(store, 'r1');
  store.close();
  const bytes = readFileSync(store.path);
  bytes.fill(0x2a, 0, 16);
  writeFileSync(store.path, bytes);
  const again = open(root);
  expect(again.notices).toMatchObject([{ why: 'not-a-database', salvaged: { runs: 1, events: 4 } }]);
  expect(again.journal.run('r1')!.tasks).toHaveLength(3);
});

it('lost rows come back from the events, and rows later than the events stay', () => {
  const root = tempFolder();
  const store = open(root);
  for (const id of ['r1', 'r2', 'r3']) recordRun(store, id);
  store.db.exec(`
    UPDATE task_run SET state = 'succeeded', revision = 7 WHERE run_id = 'r2' AND task_key = 'a';
    DELETE FROM task_run WHERE run_id = 'r2' AND task_key = 'b';
    DELETE FROM run WHERE id = 'r1';`);
  store.close();
  const bytes = readFileSync(store.path);
  bytes.fill(0x2a, 0, 16);
  writeFileSync(store.path, bytes);
  const again = open(root, { fold: foldRun });
  const states = (id: string) =>
    again.journal
      .run(id)!
      .tasks.map((task) => `${task.taskKey} ${task.state}`)
      .sort();
  expect(states('r1')).toEqual(['a waiting', 'b waiting', 'c waiting']);
  expect(states('r2')).toEqual(['a succeeded', 'b waiting', 'c waiting']);
  expect(states('r3')).toEqual(['a waiting', 'b waiting', 'c waiting']);
});
