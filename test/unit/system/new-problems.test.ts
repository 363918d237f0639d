import { describe, expect, it } from 'vitest';
import { createNewProblems } from '../../../src/system/gates/new-problems';

const { signal } = new AbortController();

describe('new problems of the editor', () => {
  it('are those that were not there when work on the task began, wherever they stand by now', async () => {
    let shown = ['a.ts:1 old', 'a.ts:5 twice', 'b.ts:2 gone'];
    const problems = createNewProblems(() => shown, 200);
    problems.begin('r', 't');
    shown = ['a.ts:3 old', 'a.ts:7 twice', 'a.ts:9 twice', 'c.ts:1 old'];
    expect(await problems.since('r', 't', signal)).toEqual(['a.ts:9 twice', 'c.ts:1 old']);
    // What an attempt broke is not old news for the next one.
    problems.begin('r', 't');
    expect(await problems.since('r', 't', signal)).toEqual(['a.ts:9 twice', 'c.ts:1 old']);
    problems.forget('r', 't');
    problems.begin('r', 't');
    expect(await problems.since('r', 't', signal)).toEqual([]);
  });
  it('are waited for: a language server tells them a moment later', async () => {
    let shown: readonly string[] = [];
    const problems = createNewProblems(() => shown, 600);
    problems.begin('r', 't');
    setTimeout(() => (shown = ['a.ts:1 late']), 300);
    expect(await problems.since('r', 't', signal)).toEqual(['a.ts:1 late']);
  });
  it('cannot be told where nobody looked before, unless there is none', async () => {
    let shown: readonly string[] = [];
    const problems = createNewProblems(() => shown, 200);
    expect(await problems.since('r', 't', signal)).toEqual([]);
    shown = ['a.ts:1 x'];
    expect(await problems.since('r', 't', signal)).toBeNull();
    problems.begin('r', 'u');
    problems.forgetRun('r');
    expect(await problems.since('r', 'u', signal)).toBeNull();
  });
});
