import { describe, expect, it } from 'vitest';
import { reportText } from '../../../src/editor/report-text';
import { paintFor } from '../../../src/terminal/paint';
import { renderOutput } from '../../../src/terminal/render';
import { english } from '../../../src/workflow/words/translate';
import { taskRun } from '../editor/fakes';

const paint = paintFor(false, {});

describe('what was learned', () => {
  it('stands in the report of its task, fenced', () => {
    const text = reportText(
      {
        runTitle: 'A run',
        task: taskRun('T1', 'paused'),
        attempts: [],
        outputs: () => [],
        gates: [],
        pauses: [],
        notes: [
          {
            id: 'm1',
            kind: 'decision',
            scope: 'task',
            taskKey: 'k:T1',
            runId: null,
            sessionId: 's',
            title: 'Use tabs',
            body: 'Use tabs\n```\n# not a heading of the page',
            source: null,
            supersededBy: null,
            createdAt: 0,
          },
        ],
        kept: [{ moment: 'manual', at: 1000, sessionId: 's', runId: null, text: '{"text":"half way"}' }],
      },
      english,
    );
    expect(text).toContain('## Remembered\n\n- 1970-01-01 00:00:00 UTC decision\n\n````\nUse tabs');
    expect(text).toContain('kept by hand');
    expect(text).toContain('half way');
  });

  it('is printed with its place, shortened, in the terminal', () => {
    const hit = {
      kind: 'section',
      title: 'Cache › Eviction',
      text: Array.from({ length: 9 }, (_, at) => `line ${at}`).join('\n'),
      citation: 'docs/cache.md:3',
    };
    const lines = renderOutput('recall', { query: 'x', found: [hit] }, paint).split('\n');
    expect(lines[0]).toBe('Cache › Eviction docs/cache.md:3');
    expect(lines.at(-1)).toBe('  … 3 more lines');
    expect(renderOutput('recall', { query: 'x', found: [] }, paint)).toBe('Nothing fits.');
    expect(renderOutput('remember', { id: 'm1', kind: 'fact', title: 'T' }, paint)).toBe('Remembered (fact): T\nm1');
    expect(renderOutput('handover', { text: '# Hand-over' }, paint)).toBe('# Hand-over');
    const context = {
      id: 'T1',
      title: 'Do it',
      path: 'a.md',
      line: 2,
      notes: [{ id: 'm1', kind: 'lesson', text: 'Ask\nfirst', title: 'Ask' }],
      answers: [{ choice: 'retry', text: null, by: 'cli' }],
      lastGates: [{ gate: 'tests', status: 'fail', detail: '1 failed' }],
      context: [{ moment: 'failure', at: 0, text: '{\n "gates": ["tests"]\n}' }],
    };
    const shown = renderOutput('context', context, paint);
    for (const part of [
      'T1 Do it a.md:2',
      'lesson: Ask m1',
      'retry (cli)',
      'fail tests: 1 failed',
      'failure { "gates"',
    ])
      expect(shown).toContain(part);
  });
});
