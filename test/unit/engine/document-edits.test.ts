import { expect, it } from 'vitest';
import { createDocumentEdits } from '../../../src/engine/document-edits';
import type { PlanPort } from '../../../src/engine/ports';
import type { Failure } from '../../../src/model/failure';
import { err, ok, type Result } from '../../../src/model/result';
import type { DocumentChange, DocumentEdit } from '../../../src/model/run';

const edit = (n: number, change: { readonly key?: string; readonly status?: 'open' } = {}): DocumentEdit => ({
  id: `e${n}`,
  runId: 'r',
  taskKey: `t${n}`,
  path: 'plan.md',
  change: { kind: 'set-status', key: `t${n}`, status: 'done', ...change },
  at: 0,
  appliedAt: null,
  result: null,
});

function desk(refused: string | null = null, full = { tries: 0 }) {
  const writes: string[][] = [];
  const applied: string[] = [];
  const due: (() => void)[] = [];
  const now = { ms: 0, busy: false };
  const write = async (changes: readonly DocumentChange[]): Promise<Result<string, Failure>> => {
    const keys = changes.flatMap((change) => ('key' in change ? [change.key] : []));
    if (full.tries > 0) {
      full.tries -= 1;
      return err({ kind: 'file', path: 'plan.md', operation: 'write', code: 'ENOSPC' });
    }
    if (refused !== null && keys.includes(refused)) return err({ kind: 'unknown-item', asked: refused, nearest: [] });
    writes.push(keys);
    now.ms += 20;
    return ok('written');
  };
  const plan: PlanPort = {
    tasks: () => ok({ title: '', tasks: [] }),
    status: () => new Map(),
    apply: (change) => write([change]),
    applyAll: write,
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const clock = { now: () => 0, monotonic: () => now.ms, after: () => ({ dispose: () => undefined }) };
  const put = createDocumentEdits(
    { plan, clock, log: silent },
    {
      gone: () => false,
      busy: () => now.busy,
      after: (_, run) => due.push(run),
      applied: (each, result) => applied.push(`${each.id} ${result.split(':')[0] ?? ''}`),
    },
  );
  const settle = async () => {
    for (const run of due.splice(0)) run();
    for (let n = 0; n < 50; n += 1) await Promise.resolve();
  };
  return { put, writes, applied, settle, now };
}

it('writes what comes together at once and tells each', async () => {
  const d = desk();
  for (const n of [1, 2, 3]) d.put(edit(n));
  expect(d.writes).toEqual([]);
  await d.settle();
  expect(d.writes).toEqual([['t1', 't2', 't3']]);
  expect(d.applied).toEqual(['e1 written', 'e2 written', 'e3 written']);
  d.put(edit(4));
  await d.settle();
  expect(d.writes).toHaveLength(2);
});

it('waits for room on a full disk, for however long, and keeps the order', async () => {
  const d = desk(null, { tries: 20 });
  for (const n of [1, 2]) d.put(edit(n));
  for (let n = 0; n < 20; n += 1) {
    await d.settle();
    expect([d.writes, d.applied]).toEqual([[], []]);
  }
  d.put(edit(3));
  for (let n = 0; n < 3; n += 1) await d.settle();
  expect(d.writes).toEqual([['t1', 't2'], ['t3']]);
  expect(d.applied).toEqual(['e1 written', 'e2 written', 'e3 written']);
});

it('keeps the order of two marks of the same task', async () => {
  const d = desk();
  d.put(edit(1));
  d.put(edit(2, { key: 't1', status: 'open' }));
  await d.settle();
  expect(d.writes).toEqual([['t1'], ['t1']]);
  expect(d.applied).toEqual(['e1 written', 'e2 written']);
});

it('lets one that is refused not spoil the others', async () => {
  const d = desk('t2');
  for (const n of [1, 2, 3]) d.put(edit(n));
  await d.settle();
  expect(d.writes).toEqual([['t1'], ['t3']]);
  expect(d.applied).toEqual(['e1 written', 'e2 failed', 'e3 written']);
});

it('writes a long document seldom while there is more to come, and at once when there is not', async () => {
  const d = desk();
  const after = async (ms: number) => {
    d.now.ms += ms;
    await d.settle();
  };
  d.now.busy = true;
  d.put(edit(1));
  await after(5);
  d.put(edit(2));
  expect(d.writes).toEqual([]);
  await after(30);
  expect(d.writes).toEqual([['t1', 't2']]);
  d.put(edit(3));
  await after(30);
  d.put(edit(4));
  await after(30);
  // Writing took 20 ms: for 400 ms what is finished gathers.
  expect(d.writes).toHaveLength(1);
  await after(400);
  expect(d.writes).toEqual([
    ['t1', 't2'],
    ['t3', 't4'],
  ]);
  d.put(edit(5));
  await after(5);
  expect(d.writes).toHaveLength(2);
  d.now.busy = false;
  await after(5);
  expect(d.writes.at(-1)).toEqual(['t5']);
  expect(d.applied).toHaveLength(5);
});
