import * as fc from 'fast-check';
import { unified } from 'unified';
import remarkParse from 'remark-parse';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { askSteps } from '../../../src/editor/ask-steps';
import { coalesce } from '../../../src/editor/coalesce';
import { actionCommand } from '../../../src/editor/command-ids';
import { fixesFor } from '../../../src/editor/fix-model';
import { historyPage, statusPage } from '../../../src/editor/history-page';
import { lensesOf } from '../../../src/editor/lens-model';
import { itemRef } from '../../../src/editor/node-ref';
import { inlineCode, plain, tooltipOf } from '../../../src/editor/node-tooltip';
import { spanPlace } from '../../../src/editor/place';
import { fenced, reportText } from '../../../src/editor/report-text';
import { indexRuns } from '../../../src/editor/run-index';
import { closingFor, headingFor, terminalText } from '../../../src/editor/terminal-text';
import { createTreeModel } from '../../../src/editor/tree-model';
import { valuePage } from '../../../src/editor/value-text';
import type { Problem } from '../../../src/model/problem';
import { actions } from '../../../src/workflow/actions';
import { english } from '../../../src/workflow/words/translate';
import { item, pause, planDocument, runView, source, taskRun } from './fakes';
import { blankAttempt } from '../support/blanks';

const nodeTypes = (markdown: string): ReadonlySet<string> => {
  const types = new Set<string>();
  const walk = (node: { type: string; children?: readonly { type: string }[] }): void => {
    types.add(node.type);
    for (const child of node.children ?? []) walk(child);
  };
  walk(unified().use(remarkParse).parse(markdown));
  return types;
};

describe('text of documents inside markdown', () => {
  it('never becomes a link, an image, code or HTML', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'[]()!<>`*_#~|\\:/ a1&;$\n'.split('')), maxLength: 60 }),
        (text) => {
          const line = `x ${plain(text.replaceAll('\n', ' '))}`;
          expect([...nodeTypes(line)].filter((type) => !['root', 'paragraph', 'text'].includes(type))).toEqual([]);
        },
      ),
    );
  });

  it('as code stays one piece of code', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'`a \\[]'.split('')), minLength: 1, maxLength: 30 }), (text) => {
        fc.pre(text.trim() !== '');
        const [paragraph] = unified().use(remarkParse).parse(inlineCode(text)).children;
        expect(paragraph).toMatchObject({ type: 'paragraph', children: [{ type: 'inlineCode' }] });
      }),
    );
  });

  it('as output cannot end its fence', () => {
    const tree = unified()
      .use(remarkParse)
      .parse(`${fenced('a\n```\n````\n[x](command:y)\n')}\n`);
    expect(tree.children).toMatchObject([{ type: 'code', value: 'a\n```\n````\n[x](command:y)' }]);
  });

  it('in a tooltip carries no command of its own', () => {
    const evil = item('T1', 'open', {
      title: '[click](command:workbench.action.terminal.new)',
      description: '<img src=x>',
    });
    const model = createTreeModel([source([planDocument([evil])])], { hideFinished: false });
    const text = tooltipOf(model, itemRef('file:///w', 'k:T1'), english) ?? '';
    expect(text).toContain('click');
    expect([...nodeTypes(text)].filter((type) => type === 'link' || type === 'html' || type === 'image')).toEqual([]);
  });
});

describe('lenses', () => {
  const plan = planDocument([
    item('P', 'open', { kind: 'phase', line: 1 }),
    item('T1', 'done', { parent: 'k:P', line: 3 }),
    item('T2', 'open', { parent: 'k:P', line: 9 }),
    item('B', 'open', { kind: 'backlog-item', line: 20 }),
  ]);
  const titles = (mode: 'tasks' | 'waiting' | 'off', runs = indexRuns([], [])) =>
    lensesOf('f', plan, runs, mode, english).map((lens) => `${lens.line}: ${lens.title}`);

  it('stand above open tasks, not above groups, rows and what is done', () => {
    expect(titles('tasks')).toEqual(['9: $(play) Run', '9: open']);
    expect(titles('waiting')).toEqual([]);
    expect(titles('off')).toEqual([]);
  });

  it('show a pause with its reason and choices until it is answered', () => {
    const asked = pause('T2', { reason: { kind: 'human-required' } });
    const view = runView('running', [taskRun('T2', 'paused')], [asked]);
    for (const mode of ['tasks', 'waiting'] as const)
      expect(titles(mode, indexRuns([view], view.pauses))).toEqual([
        '9: $(debug-pause) The plan says a person is required here',
        '9: Mark Done',
        '9: Skip',
        '9: Stop Run',
      ]);
    const answered = { ...view.pauses[0]!, answer: { choice: 'done' as const, text: null, by: 'cli', at: 1 } };
    expect(titles('waiting', indexRuns([view], [answered]))).toEqual(['9: $(watch) waiting']);
  });

  it('are only those of runs in a document with very many tasks', () => {
    const many = planDocument(Array.from({ length: 2000 }, (_, n) => item(`T${n}`, 'open', { line: n + 1 })));
    const view = runView('running', [taskRun('T7', 'running')]);
    expect(lensesOf('f', many, indexRuns([view], []), 'tasks', english)).toMatchObject([
      { line: 8, title: '$(sync~spin) running' },
    ]);
  });

  it('offer to try a failed task again', () => {
    const view = runView('failed', [taskRun('T2', 'failed')]);
    expect(titles('tasks', indexRuns([view], []))).toEqual(['9: $(debug-restart) Retry', '9: $(error) failed']);
  });
});

describe('questions for an action', () => {
  it('are asked for what is needed and positional only, in order', () => {
    const input = z.strictObject({
      item: z.string().min(1).describe('Which item'),
      status: z.enum(['open', 'done']).describe('New status'),
      note: z.string().optional(),
      loud: z.boolean().default(false),
      limit: z.coerce.number().int().default(3),
    });
    expect(
      askSteps(input, ['item', 'status', 'limit'], {}).map((step) => [step.field, step.kind, step.optional]),
    ).toEqual([
      ['item', 'item', false],
      ['status', 'pick', false],
      ['limit', 'number', true],
    ]);
    expect(askSteps(input, ['item'], { item: 'T1' }).map((step) => step.field)).toEqual(['status']);
  });

  it('can be asked for every action of the palette', () => {
    for (const action of actions.filter((each) => each.surfaces.includes('palette'))) {
      const fields = askSteps(action.input, action.positional, {}).map((step) => step.field);
      expect(Object.keys(action.input.shape)).toEqual(expect.arrayContaining(fields));
    }
  });

  it('belong to commands named after the action', () => {
    expect(actionCommand('update-status')).toBe('soloflow.updateStatus');
    expect(actionCommand('next')).toBe('soloflow.next');
  });
});

describe('pages', () => {
  it('show any answer with tables for lists of like things', () => {
    const page = valuePage('Status', {
      runner: true,
      runs: [
        { id: 'a|b', done: 1, startedAt: 1_700_000_000_000 },
        { id: 'c', done: 2, startedAt: null },
      ],
      nothing: [],
    });
    expect(page).toContain('- Runner: yes');
    expect(page).toContain('| Id | Done | Started at |');
    expect(page).toContain(String.raw`| a\|b | 1 | 2023-11-14 22:13:20 |`);
    expect(page).toContain('| c | 2 | – |');
  });

  it('name things inside a cell, leave empty columns out, and say it when there is nothing', () => {
    const lanes = {
      lanes: [
        { lane: 'P1', note: null, items: [{ id: 'B-1', title: 'One | two', path: 'a b.md', line: 3 }] },
        { lane: 'P2', note: null, items: [] },
      ],
    };
    expect(valuePage('Lanes', lanes)).toBe(
      [
        '# Lanes\n',
        '| Lane | Items |',
        '| --- | --- |',
        String.raw`| P1 | [B\-1 One \| two](/a%20b.md#L3) |`,
        '| P2 | none |\n',
      ].join('\n'),
    );
    expect(valuePage('Scores', { items: [{ title: 'One', parts: { bv: 5, tc: null } }] })).toContain(
      '| One | bv 5, tc – |',
    );
    expect(valuePage('Agent Queue', { queue: [] })).toBe('# Agent Queue\n\nNone.\n');
  });

  it('never fail on a value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(valuePage('x', value)).toContain('# x\n\n');
      }),
    );
  });

  it('tell what happened in sentences, the newest run first', () => {
    const view = runView('running', [taskRun('T1', 'running')]);
    const page = historyPage(
      [
        { type: 'run-created', runId: 'r0', at: 0, actor: 'cli', run: { ...view.run, id: 'r0', title: 'Old | run' } },
        { type: 'run-created', runId: 'r1', at: 0, actor: 'editor', run: view.run },
        ...['T1', 'T2'].map((id) => ({
          type: 'task-added' as const,
          runId: 'r1',
          at: 0,
          actor: 'editor',
          taskKey: `k:${id}`,
          spec: taskRun(id, 'waiting').spec,
        })),
        {
          type: 'attempt-started',
          runId: 'r1',
          at: 1000,
          actor: 'scheduler',
          taskKey: 'k:T1',
          attemptId: 'a',
          n: 2,
          kind: 'shell',
          idempotencyKey: 'a',
          epoch: 1,
          command: 'x',
          cwd: null,
          dir: null,
          deadlineAt: null,
        },
      ],
      (id) => (id === 'r1' ? view : null),
      english,
    ).replaceAll('\\', '');
    expect(page.indexOf('## A run')).toBeLessThan(page.indexOf('## r0'));
    expect(page).toMatch(/^\| 00:00:01 \| \S+ Executing T1 Title T1 \(attempt 2\) \| scheduler \|$/m);
    expect(page).toMatch(/^\| 00:00:00 \| \S+ +2 tasks are in the run \| editor \|$/m);
    expect(page).not.toContain('Added to the run');
    expect(historyPage([], () => null, english)).toContain('Nothing has run yet.');
  });

  it('tell how things stand', () => {
    const asked = pause('T2');
    const open = runView('running', [taskRun('T1', 'succeeded'), taskRun('T2', 'paused')], [asked]);
    const page = statusPage(
      [open, runView('failed', [taskRun('T1', 'failed')], [], { id: 'r2', reason: 'T1' })],
      english,
    );
    expect(page.replaceAll('\\', '')).toBe(
      [
        '# Status',
        '## Waiting for You',
        '- T2 Title T2: Your turn: this task has no command to run',
        '## Open Runs',
        '- **A run**: 1/2, waiting for you',
        '## Ended Runs',
        '- **A run**: 0/1, failed, 1 failed – T1\n',
      ].join('\n\n'),
    );
  });

  it('report a task with its gates, evidence, attempts and answers', () => {
    const task = taskRun('T1', 'failed', { reason: 'gate is red', verification: null });
    const text = reportText(
      {
        runTitle: 'A run',
        task,
        attempts: [
          blankAttempt('a1', {
            runId: 'r1',
            taskKey: 'k:T1',
            command: 'npm test',
            endedAt: 1500,
            outcome: 'error',
            exitCode: 1,
          }),
        ],
        outputs: () => [
          {
            attemptId: 'a1',
            stream: 'out',
            bytes: 9,
            truncated: false,
            redactions: 0,
            head: '\u001b[31mred\u001b[0m\n',
            tail: '',
          },
        ],
        gates: [
          {
            gate: 'tests',
            kind: 'tests',
            status: 'fail',
            detail: '2 of 9 failed',
            evidence: {
              command: 'npm test',
              exitCode: 1,
              tests: { total: 9, failed: 2, skipped: 0 },
              durationMs: 61_000,
            },
            at: 0,
          },
        ],
        pauses: [pause('T1', { answer: { choice: 'skip', text: 'later', by: 'cli', at: 5 } })],
      },
      english,
    );
    for (const part of [
      '❌ tests – 2 of 9 failed',
      '9 tests, 2 failed, 0 skipped',
      '1 min 1 s',
      '```sh\nnpm test\n```',
      '1.5 s',
      '```\nred\n```',
      '- State: failed – gate is red',
      '- Place: [tasks.md:1](/tasks.md#L1)',
      '- Your turn: this task has no command to run (1970-01-01 00:00:00 UTC)\n  - Skip, by cli: later',
    ])
      expect(text.replaceAll('\\', '').replaceAll('````', '```')).toContain(part);
  });
});

it('the report of a task that is done and asked about says both', () => {
  const report = { runTitle: 'A run', attempts: [], outputs: () => [], gates: [], pauses: [pause('T1')] };
  const text = reportText({ ...report, task: taskRun('T1', 'succeeded', { verification: 'verified' }) }, english);
  expect(text).toContain('- State: done, waiting for you\n');
  expect(text).toContain('**waits for an answer**');
  expect(reportText({ ...report, task: taskRun('T1', 'paused') }, english)).toContain('- State: waiting for you\n');
});

describe('small things', () => {
  it('places count lines as an editor does', () => {
    expect(spanPlace('a\r\nbc\nd', 4)).toEqual({ line: 1, column: 1 });
    expect(spanPlace('a\rb', 2)).toEqual({ line: 1, column: 0 });
    expect(spanPlace('ab', 99)).toEqual({ line: 0, column: 2 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '😀') }), fc.nat(50), (text, at) => {
        const { line, column } = spanPlace(text, at);
        const lines = text.split(/\r\n|\n|\r/);
        expect(line).toBeLessThan(lines.length);
        // Between CR and LF one is behind the last character of the line.
        expect(column).toBeLessThanOrEqual((lines[line]?.length ?? 0) + 1);
      }),
    );
  });

  it('terminals get CR LF and no control characters from titles', () => {
    expect(terminalText('a\nb\r\nc')).toBe('a\r\nb\r\nc');
    expect(headingFor('T1 \u001b]0;x\u0007y', 'make\nmake test', true)).toBe(
      '\u001b[1;36m▶ T1  ]0;x y\u001b[0m\r\n\u001b[2m$ make\u001b[0m\r\n\u001b[2m$ make test\u001b[0m\r\n',
    );
    expect(closingFor('exit code 1', false)).toContain('✗ exit code 1');
  });

  it('fixes are offered where their problem stands, the preferred one first', () => {
    const problem = (start: number, titles: readonly [string, boolean][]): Problem => ({
      code: 'unknown-status',
      severity: 'warning',
      path: 'a.md',
      line: 1,
      column: 1,
      span: { start, end: start + 2 },
      message: 'm',
      fixes: titles.map(([title, preferred]) => ({ title, preferred, edits: [] })),
    });
    const problems = [
      problem(0, [
        ['other', false],
        ['best', true],
      ]),
      problem(10, [['elsewhere', true]]),
      problem(0, []),
    ];
    expect(fixesFor(problems, (span) => span.start === 0).map((each) => each.fix.title)).toEqual(['best', 'other']);
  });

  it('a burst of calls becomes one', async () => {
    let calls = 0;
    const soon = coalesce(1, () => {
      calls += 1;
    });
    soon();
    soon();
    await expect.poll(() => calls).toBe(1);
    soon();
    soon.dispose();
    const other = Promise.withResolvers<void>();
    const later = coalesce(20, other.resolve);
    later();
    await other.promise;
    expect(calls).toBe(1);
  });
});
