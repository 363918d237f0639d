// Stamps of real files, and a workspace opened twice over a real disk and a real database.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/model/config';
import { createPlan } from '../../../src/plan/plan-index';
import type { DocumentStore, Plan } from '../../../src/plan/ports';
import { openStore, type Store } from '../../../src/store/open';
import { createDiskDocuments } from '../../../src/system/document-files';
import { planCache } from '../../../src/wire-plan-cache';

const config = configSchema.parse({});
const TASKS = '# Tasks\n\n- [x] T1: One\n- [ ] T2: Two (depends on T1)\n';
/** The clock of somebody who looks at the files much later. */
const later = (): number => Date.now() + 60_000;

let root: string;
const closing: (() => void)[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'soloflow-stamps-')));
});
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
  rmSync(root, { recursive: true, force: true });
});

function disk(now: () => number): DocumentStore {
  const documents = createDiskDocuments({ root, config: () => config, now });
  closing.push(() => documents.dispose());
  return documents;
}
const put = (file: string, text: string): string => {
  const full = path.join(root, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
};
const stampsOf = async (documents: DocumentStore) => Object.fromEntries((await documents.survey?.()) ?? []);

describe('stamps', () => {
  it('are the same for a survey and a reading, and none for young files, links and times to come', async () => {
    put('a.md', TASKS);
    put('b/c.md', TASKS);
    symlinkSync('../unlisted.txt', path.join(root, 'b/link.md'));
    put('unlisted.txt', TASKS);
    const aged = disk(later);
    const stamps = await stampsOf(aged);
    expect(Object.keys(stamps)).toEqual(['a.md', 'b/c.md', 'b/link.md']);
    expect(await aged.list()).toEqual(Object.keys(stamps));
    expect(await aged.readStamped?.('a.md')).toEqual({ text: TASKS, stamp: stamps['a.md'] });
    expect(stamps['a.md']).toEqual(expect.any(String));
    expect(await aged.readStamped?.('b/link.md')).toEqual({ text: TASKS, stamp: null });
    expect(stamps['b/link.md']).toBeNull();
    for (const now of [Date.now, () => Date.now() - 60_000]) {
      const young = disk(now);
      expect((await stampsOf(young))['a.md']).toBeNull();
      expect(await young.readStamped?.('a.md')).toEqual({ text: TASKS, stamp: null });
    }
    expect(await aged.readStamped?.('gone.md')).toBeNull();
  });

  it('tell a file of the same size and time that took the place of another', async () => {
    const file = put('a.md', TASKS);
    const documents = disk(later);
    const before = (await stampsOf(documents))['a.md'] ?? '';
    expect(documents.readNow?.('a.md', before)).toBe(TASKS);
    const { atime, mtime } = statSync(file);
    // Past the tick of the file system's clock, as any file with a stamp is.
    await new Promise((resolve) => setTimeout(resolve, 25));
    const other = TASKS.replace('[ ] T2', '[x] T2');
    writeFileSync(file, other);
    utimesSync(file, atime, mtime);
    expect(statSync(file)).toMatchObject({ size: TASKS.length, mtime });
    expect((await stampsOf(documents))['a.md']).not.toBe(before);
    expect(documents.readNow?.('a.md', before)).toBeNull();
    // Put back from a copy with everything that can be put back.
    const copy = put('copy.txt', TASKS);
    utimesSync(copy, atime, mtime);
    renameSync(copy, file);
    expect(readFileSync(file, 'utf8')).toBe(TASKS);
    expect((await stampsOf(documents))['a.md']).not.toBe(before);
  });
});

describe('a workspace opened twice', () => {
  const session = async (now = later): Promise<Plan> => {
    const store = openStore({
      root,
      now: Date.now,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      appVersion: '1',
    });
    if (!store.ok) throw new Error(JSON.stringify(store.error));
    const plan = createPlan(disk(now), { config: () => config, cache: planCache(store.value satisfies Store) });
    closing.push(
      () => store.value.close(),
      () => plan.dispose(),
    );
    await plan.open();
    return plan;
  };
  const end = async (plan: Plan): Promise<void> => {
    await plan.kept();
    for (const close of closing.splice(0).reverse()) close();
  };
  const statusOf = (plan: Plan): string => {
    const found = plan.find('a/tasks.md#T2');
    return found.ok ? found.value.status : found.error.kind;
  };

  it('is read from the database, and shows every change that was made meanwhile', async () => {
    const file = put('a/tasks.md', TASKS);
    put('b/tasks.md', TASKS);
    let plan = await session();
    const first = plan.snapshot();
    await end(plan);
    plan = await session();
    expect([...plan.snapshot().items]).toEqual([...first.items]);
    expect(plan.snapshot().documents.map((document) => ({ ...document }))).toEqual(first.documents);
    expect(plan.next(1)).toMatchObject([{ item: { id: 'T2' } }]);
    expect(plan.text('a/tasks.md')).toBe(TASKS);
    await end(plan);
    await new Promise((resolve) => setTimeout(resolve, 25));
    const { atime, mtime } = statSync(file);
    writeFileSync(file, TASKS.replace('[ ] T2', '[x] T2'));
    utimesSync(file, atime, mtime);
    plan = await session();
    expect(statusOf(plan)).toBe('done');
    await end(plan);
  });

  it('does not believe a file that was written a moment before it was read', async () => {
    const file = put('a/tasks.md', TASKS);
    await end(await session(Date.now));
    // Within one tick of the clock: the same inode, size and times, which only a coarse file system would give it.
    writeFileSync(file, TASKS.replace('[ ] T2', '[x] T2'));
    const plan = await session();
    expect(statusOf(plan)).toBe('done');
    await end(plan);
  });
});
