import { describe, expect, it } from 'vitest';
import type { ReadinessStep } from '../../../src/engine/ports';
import { createPrepared } from '../../../src/engine/prepared';

function workspace(...answers: readonly ('up' | 'down' | 'broken')[]) {
  let now = 0;
  let looks = 0;
  const told: string[] = [];
  const prepare = async (report: (step: ReadinessStep) => void): Promise<Readonly<Record<string, string>>> => {
    const answer = answers[Math.min(looks, answers.length - 1)] ?? 'up';
    looks += 1;
    if (answer === 'broken') throw new Error('no shell');
    report({ name: 'db', status: 'checking', detail: '' });
    report({ name: 'db', status: answer === 'up' ? 'ready' : 'degraded', detail: answer });
    return { DB: answer, LOOK: String(looks) };
  };
  const clock = { now: () => now, monotonic: () => now, after: () => ({ dispose: () => undefined }) };
  const prepared = createPrepared(
    { readiness: { prepare }, clock },
    (runId, { name, status }) => told.push(`${runId} ${name} ${status}`),
    new AbortController().signal,
  );
  return { prepared, told, looks: () => looks, pass: (ms: number) => (now += ms) };
}

describe('the workspace is made ready', () => {
  it('once for the tasks of a run and for runs that begin together, each of which is told', async () => {
    const w = workspace('up');
    const both = await Promise.all([w.prepared('r1'), w.prepared('r1'), w.prepared('r2')]);
    expect(new Set(both).size).toBe(1);
    await w.prepared('r1');
    expect(w.looks()).toBe(1);
    expect(w.told.sort()).toEqual(['r1 db ready', 'r2 db ready']);
  });

  it('again for a run that begins later, and after a long pause of the same run', async () => {
    const w = workspace('up', 'down');
    expect(await w.prepared('r1')).toEqual({ DB: 'up', LOOK: '1' });
    w.pass(60_000);
    expect(await w.prepared('r1')).toMatchObject({ LOOK: '1' });
    expect(await w.prepared('r2')).toEqual({ DB: 'down', LOOK: '2' });
    w.pass(8 * 3_600_000);
    expect(await w.prepared('r1')).toMatchObject({ LOOK: '3' });
    // What has not changed is not said again.
    expect(w.told).toEqual(['r1 db ready', 'r1 db degraded', 'r2 db degraded']);
  });

  it('as far as it goes, and tried again at the next command', async () => {
    const w = workspace('broken', 'up');
    expect(await w.prepared('r1')).toEqual({});
    expect(w.told).toEqual(['r1 workspace degraded']);
    expect(await w.prepared('r1')).toMatchObject({ DB: 'up' });
  });
});
