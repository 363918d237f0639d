// A mere look at the plan takes the readings that a record kept, and touches nothing else of it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/driver';
import { openKeptReadings } from '../../../src/store/kept-readings';
import { openWorkspace } from '../../../src/wire';
import { open, silent, tempFolder, tick } from './support';

const databaseIn = (root: string): string => join(root, '.soloflow', 'soloflow.db');

function recorded(): string {
  const root = tempFolder();
  const store = open(root);
  store.planCache.put('plan.md', 'hash', 'v1', '{"kept":true}');
  store.close();
  return root;
}

const look = (root: string) =>
  openWorkspace({
    root,
    by: 'test',
    trusted: () => true,
    needs: 'plan',
    keptReadings: true,
    watch: false,
    log: silent,
    version: 'test',
  });

const rowsIn = (root: string): readonly unknown[] => {
  const db = openDatabase(databaseIn(root), { readonly: true });
  try {
    return db.prepare('SELECT path, hash, json FROM plan_cache ORDER BY path').all();
  } finally {
    db.close();
  }
};

describe('kept readings', () => {
  it('are read and nothing is written', () => {
    const root = recorded();
    const before = readFileSync(databaseIn(root));
    const kept = openKeptReadings(databaseIn(root), tick);
    expect(kept?.planCache.get('plan.md', 'hash', 'v1')).toBe('{"kept":true}');
    expect(kept?.planCache.get('plan.md', 'another', 'v1')).toBeNull();
    kept?.close();
    expect(readFileSync(databaseIn(root)).equals(before)).toBe(true);
    expect(readdirSync(join(root, '.soloflow')).filter((name) => /-(wal|shm|journal)$/.test(name))).toEqual([]);
  });

  it('are none where the file is not ours, of another version, broken or gone', () => {
    const root = tempFolder();
    mkdirSync(join(root, '.soloflow'));
    expect(openKeptReadings(databaseIn(root), tick)).toBeNull();
    expect(readdirSync(join(root, '.soloflow'))).toEqual([]);
    writeFileSync(databaseIn(root), 'no database at all, and long enough to be looked at'.repeat(50));
    expect(openKeptReadings(databaseIn(root), tick)).toBeNull();
    for (const pragma of ['user_version = 1', 'application_id = 7']) {
      const other = recorded();
      const db = openDatabase(databaseIn(other));
      db.pragma(pragma);
      db.close();
      expect(openKeptReadings(databaseIn(other), tick)).toBeNull();
    }
  });

  it('grow by what a look had to read, and answer the next look', async () => {
    const root = tempFolder();
    open(root).close();
    writeFileSync(join(root, 'TASKS.md'), '# Tasks\n\n- [ ] First\n- [x] Second\n');
    const first = await look(root);
    if (!first.ok) throw new Error(JSON.stringify(first.error));
    expect(first.value.plan.snapshot().items.size).toBe(2);
    await first.value.dispose();
    const kept = rowsIn(root);
    expect(kept).toContainEqual(expect.objectContaining({ path: 'TASKS.md' }));
    const second = await look(root);
    if (!second.ok) throw new Error(JSON.stringify(second.error));
    expect([...second.value.plan.snapshot().items.values()].map(({ title, status }) => [title, status])).toEqual([
      ['First', 'open'],
      ['Second', 'done'],
    ]);
    await second.value.dispose();
    expect(rowsIn(root)).toEqual(kept);
  });
});
