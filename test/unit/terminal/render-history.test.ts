import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/terminal/paint';
import { renderHistory } from '../../../src/terminal/render-history';
import { blankSpec } from '../support/blanks';

const paint = paintFor(false, {});
const about = {
  runId: 'r',
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  actor: 'scheduler',
  taskKey: 'plan.md#T-1:build',
} as const;

describe('history in the terminal', () => {
  it('has a line with time for what people care about and none for bookkeeping', () => {
    const text = renderHistory(
      [
        { ...about, seq: 1, type: 'task-ready' },
        { ...about, seq: 2, type: 'task-succeeded', verification: 'verified' },
        { ...about, seq: 3, type: 'task-done-by-hand', actor: 'by hand' },
      ],
      paint,
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/^2026-01-0[123] \d\d:\d\d:05 ✅ T-1:build$/m);
    expect(text).toContain('(by hand)');
  });

  it('does not call a task by the name of its hot fix', () => {
    const fix = blankSpec('plan.md#T-HOTFIX-1:fix build', { id: 'T-HotFix-1', title: 'Fix build' });
    const text = renderHistory(
      [
        { ...about, seq: 1, type: 'hotfix-created', spec: fix },
        { ...about, seq: 2, type: 'task-succeeded', verification: 'verified' },
        { ...about, seq: 3, taskKey: fix.key, type: 'task-succeeded', verification: 'verified' },
      ],
      paint,
      [{ taskKey: about.taskKey, task: 'T-1: Build' }],
    );
    expect(text).toMatch(/✅ T-1: Build\n.*✅ T-HotFix-1: Fix build$/);
  });

  it('says when there is nothing', () => {
    expect(renderHistory([], paint)).toBe('Nothing has happened yet.');
  });
});
