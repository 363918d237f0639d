// A record that cannot be used: where the lock and the files of commands are then, and what the record says afterwards.
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/driver';
import { lockElsewhere, makeFolderElsewhere } from '../../../src/store/folder';
import { createLease, isLocked } from '../../../src/store/lease';
import { command, open, recordRun, silent, tempFolder, tick } from './support';

const before = process.env['TMPDIR'];
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
});

const isPrivate = (folder: string): boolean => (lstatSync(folder).mode & 0o077) === 0;

it('temporary files are where they are looked for first, the same place each time', () => {
  process.env['TMPDIR'] = tempFolder();
  const root = tempFolder();
  const folder = makeFolderElsewhere(root);
  expect(folder.startsWith(tmpdir())).toBe(true);
  expect(isPrivate(dirname(folder))).toBe(true);
  expect(makeFolderElsewhere(root)).toBe(folder);
  expect(makeFolderElsewhere(tempFolder())).not.toBe(folder);
  expect(lockElsewhere(root)).toBe(`${folder}.lock`);
  // What was tried out is gone.
  expect(readdirSync(dirname(folder))).toEqual([]);
});

it('a folder that others may write to is not used', () => {
  const tmp = (process.env['TMPDIR'] = tempFolder());
  const taken = join(tmp, `soloflow-${process.getuid?.() ?? 'user'}`);
  mkdirSync(taken);
  chmodSync(taken, 0o777);
  const root = tempFolder();
  expect(dirname(makeFolderElsewhere(root))).not.toBe(taken);
});

it.runIf(existsSync('/dev/shm'))('are in memory where nothing can be written to the disk; work goes on', () => {
  const root = tempFolder();
  writeFileSync(join(root, 'file'), '');
  process.env['TMPDIR'] = join(root, 'file', 'none');
  writeFileSync(join(root, '.soloflow'), 'no folder can be made here');
  const folder = makeFolderElsewhere(root);
  expect(folder).toMatch(/^\/dev\/shm\/soloflow-/);
  expect(isPrivate(dirname(folder))).toBe(true);
  const store = open(root, { memoryFallback: true });
  expect(store.mode).toBe('memory');
  expect(store.lease.tryAcquire('me')).not.toBeNull();
  // Two windows must still not both run the same tasks.
  expect(open(root, { memoryFallback: true }).lease.tryAcquire('you')).toBeNull();
  store.close();
  rmSync(lockElsewhere(root), { force: true });
});

it('the lock needs no room beside it', () => {
  const root = tempFolder();
  const store = open(root);
  const folder = tempFolder();
  const lease = createLease(store.db, join(folder, 'lock'), tick, silent);
  expect(lease.tryAcquire('me')).not.toBeNull();
  expect(readdirSync(folder)).toEqual(['lock']);
  expect(lstatSync(join(folder, 'lock')).size).toBe(0);
  expect(isLocked(join(folder, 'lock'))).toBe(true);
  lease.release();
  expect(isLocked(join(folder, 'lock'))).toBe(false);
});

it('wishes that wait in a record that cannot be used are left to it', () => {
  const root = tempFolder();
  const store = open(root);
  store.journal.submit(command('c1'));
  store.close();
  const blocker = openDatabase(join(root, '.soloflow', 'soloflow.db'));
  blocker.exec('BEGIN EXCLUSIVE');
  const other = open(root, { memoryFallback: true });
  expect(other.mode).toBe('memory');
  expect(other.journal.openCommands()).toEqual([]);
  other.close();
  blocker.close();
  expect(open(root).journal.openCommands()).toMatchObject([{ id: 'c1' }]);
});

it('a file that others look at is not called clean while its runner is at work, which may be killed', () => {
  const root = tempFolder();
  const early = open(root);
  const runner = open(root);
  early.close();
  recordRun(runner, 'r1');
  open(root).close();
  expect(open(root).wasUnclean).toBe(false);
  expect(runner.meta.get('clean_close')).toBe('0');
  // As if it were killed: its lock is free.
  runner.lease.release();
  expect(open(root).wasUnclean).toBe(true);
});
