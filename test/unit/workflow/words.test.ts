import { describe, expect, it } from 'vitest';
import { describeEvent, markSign } from '../../../src/workflow/words/event-words';
import { describeFailure } from '../../../src/workflow/words/failure-words';
import { choiceLabel, describePause } from '../../../src/workflow/words/pause-words';
import { english, listWords } from '../../../src/workflow/words/translate';

describe('words', () => {
  it('fills every placeholder in any order', () => {
    expect(english('{1} before {0}', 'b', 'a')).toBe('a before b');
    expect(english('{0} and {2}', 'a')).toBe('a and {2}');
  });

  it('counts what it does not name', () => {
    expect(listWords(['a'], english)).toBe('a');
    expect(listWords(['a', 'b', 'c'], english)).toBe('a, b and c');
    expect(listWords(['a', 'b', 'c', 'd', 'e', 'f'], english)).toBe('a, b, c, d and 2 more');
    expect(listWords([], english)).toBe('nothing');
  });

  it('says what happened, where, and what to do', () => {
    expect(describeFailure({ kind: 'unknown-item', asked: 'B-9', nearest: ['B-90', 'B-91'] }, english)).toBe(
      'No item "B-9" in the plan. Did you mean B-90, B-91?',
    );
    expect(describeFailure({ kind: 'document-changed', path: 'a.md', line: 3 }, english)).toContain('a.md:3');
    expect(describeFailure({ kind: 'nothing-to-run', what: 'a.md', why: 'blocked' }, english)).toContain('waits for');
  });

  it('shows the exact command that wants approval', () => {
    expect(describePause({ kind: 'approval', commands: ['rm -rf build'] }, english)).toContain('rm -rf build');
    expect(choiceLabel('approve-all', english)).toBe('Approve All in This Plan');
  });

  it('has a line for what people care about and none for bookkeeping', () => {
    const about = { runId: 'r', taskKey: 'k', at: 0, actor: 'cli' } as const;
    const names = { task: () => 'T-1: Build' };
    expect(describeEvent({ ...about, type: 'task-succeeded', verification: 'unverified' }, names, english)).toEqual([
      { mark: 'done', text: 'T-1: Build (unverified)' },
    ]);
    expect(describeEvent({ ...about, type: 'task-ready' }, names, english)).toEqual([]);
    expect(describeEvent({ ...about, type: 'task-ready', again: true }, names, english)).toEqual([
      { mark: 'info', text: 'To be done again: T-1: Build' },
    ]);
    const ended = { ...about, type: 'task-cancelling', next: 'skipped', reason: 'skipped by cli' } as const;
    expect(describeEvent(ended, names, english)).toEqual([
      { mark: 'info', text: 'T-1: Build is being ended: skipped by cli' },
    ]);
    expect(markSign('pause').trim()).toBe('⏸️');
  });
});
