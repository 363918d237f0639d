import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { verifyChain } from '../../../src/store/event-chain';
import { bundle, child, command, open, recordRun, tempFolder } from './support';

it('loses nothing acknowledged when the runner is killed in the middle of commits', { timeout: 60_000 }, async () => {
  const script = await bundle('child-commit');
  const root = tempFolder();
  const first = open(root);
  recordRun(first, 'r1');
  first.close();
  let acknowledged = 0;
  for (let round = 0; round < 25; round += 1) {
    const runner = child(script, [root]);
    await runner.line((line) => line.startsWith('ack'));
    await sleep((round * 7) % 23);
    runner.process.kill('SIGKILL');
    await runner.exited;
    const last = Number(runner.lines.findLast((line) => /^ack \d+$/.test(line))!.slice(4));
    expect(last).toBeGreaterThan(acknowledged);
    acknowledged = last;

    const store = open(root);
    expect(store.mode).toBe('durable');
    expect(store.notices).toEqual([]);
    expect(store.wasUnclean).toBe(true);
    const task = store.journal.run('r1')!.tasks[0]!;
    expect(task.revision).toBeGreaterThanOrEqual(acknowledged);
    // The state row and the event that explains it came together or not at all.
    const events = store.journal.events({ runId: 'r1', taskKey: 'a', limit: 1_000_000 });
    expect(events.length).toBe(task.revision);
    expect(events.at(-1)!.event.type).toBe(task.state === 'ready' ? 'task-ready' : 'task-waiting');
    expect(verifyChain(store.db).brokenAt).toBeNull();
    acknowledged = task.revision;
    store.close();
  }
});

it('has one runner, and another within a moment of its death', { timeout: 60_000 }, async () => {
  const script = await bundle('child-lease');
  const root = tempFolder();
  const watcher = open(root);
  let a = child(script, [root, 'a']);
  let b = child(script, [root, 'b']);
  let epoch = 0;
  const takeovers: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const held = (line: string): boolean => line.startsWith('held');
    await Promise.race([a.line(held), b.line(held)]);
    const [holder, other] = a.lines.some(held) ? [a, b] : [b, a];
    expect(other.lines.some(held)).toBe(false);
    const now = Number((await holder.line(held)).split(' ')[1]);
    expect(now).toBe(epoch + 1);
    epoch = now;
    // The other one goes on trying and is refused while the holder lives.
    const refusals = other.lines.length;
    await other.line(() => other.lines.length > refusals + 3);
    expect(other.lines.some(held)).toBe(false);
    expect(watcher.lease.tryAcquire('watcher')).toBeNull();
    expect(watcher.lease.holder()).toMatchObject({ epoch, pid: holder.process.pid });

    const killedAt = Date.now();
    holder.process.kill('SIGKILL');
    await holder.exited;
    const taken = await other.line(held);
    takeovers.push(Number(taken.split(' ')[2]) - killedAt);
    [a, b] = [other, child(script, [root, `again ${round}`])];
    epoch = Number(taken.split(' ')[1]) - 1;
  }
  a.process.kill('SIGKILL');
  b.process.kill('SIGKILL');
  await Promise.all([a.exited, b.exited]);
  expect(watcher.lease.holder()).toBeNull();
  expect(Math.max(...takeovers)).toBeLessThan(1000);
});

it('is made once when several hosts come to a fresh folder together', async () => {
  const script = await bundle('child-lease');
  const root = tempFolder();
  const children = ['a', 'b', 'c', 'd'].map((name) => child(script, [root, name]));
  await Promise.all(children.map((each) => each.line((line) => line === 'refused' || line.startsWith('held'))));
  for (const each of children) each.process.kill('SIGKILL');
  await Promise.all(children.map((each) => each.exited));
  expect(
    children.flatMap((each) => each.lines).filter((line) => line.startsWith('held')).length,
  ).toBeGreaterThanOrEqual(1);
  const store = open(root);
  expect(store.notices).toEqual([]);
});

it('who cannot open the record while another host runs from it never runs beside it, not even after its end', async () => {
  const [holder, blocker] = await Promise.all([bundle('child-lease'), bundle('child-write-lock')]);
  const root = tempFolder();
  const first = open(root);
  recordRun(first, 'r1');
  first.close();
  const runner = child(holder, [root, 'a']);
  await runner.line((line) => line.startsWith('held'));
  // As when it stands still in the middle of a transaction.
  const standing = child(blocker, [root]);
  await standing.line((line) => line === 'held');
  const second = open(root, { memoryFallback: true });
  expect(second.mode).toBe('read-only');
  expect(second.notices).toMatchObject([{ kind: 'read-only', why: { kind: 'store-locked' } }]);
  expect(second.journal.runs(9).map(({ id }) => id)).toEqual(['r1']);
  expect(() => second.journal.submit(command('c1'))).toThrow(expect.objectContaining({ reason: 'locked' }));
  for (const each of [runner, standing]) {
    each.process.kill('SIGKILL');
    await each.exited;
  }
  // An empty memory would do again what the other did.
  expect(second.lease.tryAcquire('b')).toBeNull();
  second.close();
  const third = open(root);
  expect(third.mode).toBe('durable');
  expect(third.lease.tryAcquire('c')).not.toBeNull();
  third.close();
});
