// A session whose beginning a busy database refused: another process holds the write lock meanwhile.
import { describe, expect, it } from 'vitest';
import { bundle, child, open, tempFolder } from './support';

describe('a session that begins while another process writes', () => {
  const busy = async () => {
    const root = tempFolder();
    const [ours, other] = [open(root), open(root)];
    const writer = child(await bundle('child-write-lock'), [root]);
    await writer.line((line) => line === 'held');
    ours.sessions.begin('s1', 'mcp:agent');
    expect(ours.sessions.latest(9)).toEqual([]);
    // Not known yet is not gone: what it takes meanwhile stays its own.
    expect(other.sessions.isOpen('s1')).toBe(true);
    const free = async (): Promise<void> => {
      writer.process.kill('SIGKILL');
      await writer.exited;
    };
    return { ours, other, free };
  };

  it('is there once the other has written, by itself, with the time of its beginning', async () => {
    const { ours, other, free } = await busy();
    const before = ours.now();
    await free();
    await expect.poll(() => other.sessions.latest(9), { timeout: 20_000 }).toHaveLength(1);
    const [session] = other.sessions.latest(9);
    expect(session).toMatchObject({ id: 's1', surface: 'mcp:agent', pid: process.pid, endedAt: null });
    expect(session?.startedAt).toBeLessThan(before);
    ours.sessions.end('s1');
    expect(other.sessions.isOpen('s1')).toBe(false);
  });

  it('is known to have ended when it ends before it was tried again', async () => {
    const { ours, other, free } = await busy();
    await free();
    ours.sessions.end('s1');
    expect(other.sessions.isOpen('s1')).toBe(false);
    expect(other.sessions.latest(9)).toMatchObject([{ id: 's1', surface: 'mcp:agent' }]);
  });
});
