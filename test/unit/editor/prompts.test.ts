import { describe, expect, it } from 'vitest';
import { commandsPage } from '../../../src/editor/commands-page';
import { previewText } from '../../../src/editor/preview-text';
import { ordered, promptFor } from '../../../src/editor/prompt-model';
import { endWords, resumeWords } from '../../../src/editor/run-words';
import { statusText } from '../../../src/editor/status-text';
import type { Choice, ChoiceId, PauseReason } from '../../../src/model/pause';
import { english } from '../../../src/workflow/words/translate';
import { pause, runView, taskRun } from './fakes';

const choices = (...ids: readonly ChoiceId[]): readonly Choice[] => ids.map((id) => ({ id, takesText: false }));
const view = runView('running', [taskRun('T1', 'succeeded'), taskRun('T2', 'paused')]);
const approval = (...commands: readonly string[]) =>
  pause('T2', {
    reason: { kind: 'approval', commands },
    choices: choices('approve', 'approve-all', 'skip', 'stop'),
    default: 'approve',
  });

describe('a prompt', () => {
  it('says the task, the reason and the suggestion, and has three buttons', () => {
    const asked = pause('T2', {
      reason: { kind: 'gate-failed', gates: ['tests'], detail: '2 tests failed' },
      suggestion: { kind: 'review', path: 'a.md', line: 3, what: 'the output' },
      choices: choices('retry', 'hotfix', 'waive', 'skip', 'stop'),
      default: 'hotfix',
    });
    const prompt = promptFor(asked, view, english);
    expect(prompt.message).toBe('T2 Title T2: Quality gate failed: 2 tests failed. 💡 Review a.md line 3');
    expect(prompt.severity).toBe('warning');
    expect(prompt.buttons.map((button) => button.label)).toEqual(['Create HotFix', 'Retry', 'Show…']);
  });

  it('shows the exact command and approves it at once', () => {
    const prompt = promptFor(approval('npm test -- --run'), view, english);
    expect(prompt.message).toContain('npm test -- --run');
    expect(prompt.buttons.map((button) => [button.label, button.act.kind])).toEqual([
      ['Approve', 'answer'],
      ['Approve All in This Plan', 'review'],
      ['Skip', 'answer'],
    ]);
  });

  it('has commands that a notification would fold or cut reviewed in full first', () => {
    for (const asked of [approval('a\nrm -rf b'), approval('x'.repeat(500)), approval('a', 'b')]) {
      const first = promptFor(asked, view, english).buttons[0];
      expect(first).toMatchObject({ label: 'Review and Approve…', act: { kind: 'review' } });
    }
  });

  it('never offers a destructive command first', () => {
    const asked = pause('T2', {
      reason: { kind: 'destructive', command: 'git push --force', rule: 'force-push' },
      choices: choices('run', 'skip', 'stop'),
      default: 'run',
    });
    expect(ordered(asked).map((choice) => choice.id)).toEqual(['skip', 'stop', 'run']);
    expect(promptFor(asked, view, english).buttons.map((button) => button.label)).toEqual([
      'Skip',
      'Stop Run',
      'Show…',
    ]);
  });

  it('never has more than three buttons, whatever is asked', () => {
    const reasons: readonly PauseReason[] = [
      { kind: 'your-turn' },
      { kind: 'pause-after', prompt: null },
      { kind: 'human-required' },
      { kind: 'approval', commands: ['a'] },
      { kind: 'unverified' },
      { kind: 'question', question: 'Why?', by: 'agent' },
    ];
    const all = choices('continue', 'done', 'run', 'skip', 'retry', 'approve', 'approve-all', 'answer');
    for (const reason of reasons)
      expect(
        promptFor(pause('T2', { reason, choices: all, default: 'continue' }), view, english).buttons.length,
      ).toBeLessThanOrEqual(3);
  });
});

describe('the commands under review', () => {
  it('stand there exactly, once each, with every task that uses them', () => {
    const page = commandsPage(
      [
        { command: 'npm test', of: 'T1', place: 'a.md:1' },
        { command: 'npm test', of: 'T2', place: 'a.md:9' },
        { command: 'make\nmake install', of: 'T3', place: 'a.md:20' },
      ],
      english,
    );
    expect(page.match(/^npm test$/gm)).toHaveLength(1);
    expect(page).toContain('# 1. T1, a.md:1; T2, a.md:9');
    expect(page).toContain('\nmake\nmake install\n');
    expect(page).toContain('# Commands: 2');
  });

  it('cannot hide behind characters that are not seen', () => {
    const page = commandsPage([{ command: 'echo safe\u202e ; rm -rf /\u200b\r', of: 'T\n1', place: '' }], english);
    expect(page).toContain(String.raw`echo safe\u202e ; rm -rf /\u200b\u000d`);
    expect(page).toContain('# 1. T 1');
  });
});

describe('a preview of documents', () => {
  const nothing = { diff: '', lines: [], notes: [], openQuestions: [], unfinished: [], redGates: [], unverified: [] };
  it('says what was found and shows the changes as they are', () => {
    const text = previewText(
      {
        ...nothing,
        diff: '--- a\n+++ b\n',
        lines: ['B-7 is new'],
        openQuestions: ['Who\npays?'],
        redGates: [{ name: 'T1', path: 'a.md', line: 3, why: 'tests: 2 failed' }],
        git: { commands: ['git commit -m x'] },
      },
      english,
    );
    expect(
      text.startsWith('# Nothing is written yet.\n#\n#\n#\n#\n#\n#\n# B-7 is new\n# T1 (a.md:3): tests: 2 failed\n'),
    ).toBe(true);
    expect(text).toContain('# Git command, run only if you choose so: git commit -m x\n# Open question: Who pays?\n');
    expect(text.endsWith('\n\n--- a\n+++ b\n\n')).toBe(true);
    expect(previewText(nothing, english)).toContain('No document changes.');
  });
});

describe('the status bar', () => {
  it('shows the running task and the progress', () => {
    const shown = statusText(
      [runView('running', [taskRun('T1', 'succeeded'), taskRun('T2', 'running')])],
      new Set(),
      english,
    );
    expect(shown).toMatchObject({
      text: '$(sync~spin) 1/2 · T2 Title T2',
      words: 'Soloflow: 1 of 2 tasks done, running T2 Title T2',
      warning: false,
    });
  });

  it('warns while a person is asked, before anything else', () => {
    const asking = runView('running', [taskRun('T1', 'paused')], [pause('T1')], { id: 'r2' });
    const busy = runView('running', [taskRun('T2', 'running')]);
    expect(statusText([busy, asking], new Set(), english)).toMatchObject({
      text: '$(debug-pause) 0/1 · T1 Title T1',
      warning: true,
    });
  });

  it('says that a run was interrupted, and is gone when nothing is open', () => {
    const stopped = runView('running', [taskRun('T1', 'waiting')]);
    expect(statusText([stopped], new Set(['r1']), english)?.text).toBe('$(debug-pause) 0/1 · interrupted');
    expect(statusText([runView('succeeded', [taskRun('T1', 'succeeded')])], new Set(), english)).toBeNull();
  });

  it('lets no title make icons', () => {
    const evil = taskRun('T1', 'running', { spec: { ...taskRun('T1', 'running').spec, title: '$(error) gone' } });
    expect(statusText([runView('running', [evil])], new Set(), english)?.text).toBe(
      '$(sync~spin) 0/1 · T1 $ (error) gone',
    );
  });
});

describe('sentences about runs', () => {
  const stopped = (why: 'interrupted' | 'paused' | 'waiting-for-answer') => ({
    runId: 'r1',
    title: 'Release',
    why,
    counts: { total: 12, done: 3, failed: 0, running: 0, paused: 0, waiting: 9 },
  });
  it('offer to continue', () => {
    expect(resumeWords([stopped('interrupted')], english)).toBe('"Release" was interrupted at 3/12. Continue?');
    expect(resumeWords([stopped('paused'), stopped('interrupted')], english)).toBe(
      '2 runs are not finished, first "Release". Continue?',
    );
    expect(resumeWords([], english)).toBe('');
  });
  it('tell how a run ended, and what was never checked', () => {
    const unverified = taskRun('T1', 'succeeded', { verification: 'unverified' });
    expect(endWords(runView('succeeded', [unverified]), english)).toBe(
      '"A run" is finished: 1 of 1 done. 1 not verified: no gate is defined for them.',
    );
    expect(endWords(runView('succeeded', [unverified, taskRun('T2', 'skipped')]), english)).toMatch(
      /2 of 2 done\. 1 of them skipped\. 1 not verified/,
    );
    expect(endWords(runView('failed', [taskRun('T1', 'failed')], [], { reason: 'T1 failed' }), english)).toBe(
      '"A run" failed: 0 of 1 done. T1 failed',
    );
  });
});
