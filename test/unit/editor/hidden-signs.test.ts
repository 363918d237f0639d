// What documents, agents and outputs say is shown in many places of the editor: in none of them does a sign of theirs
// move, hide or turn anything, and nothing becomes a link, an image or a heading.
import { describe, expect, it, vi } from 'vitest';
import { historyPage } from '../../../src/editor/history-page';
import { lensesOf } from '../../../src/editor/lens-model';
import { lookOf } from '../../../src/editor/node-look';
import { documentRef, itemRef, pauseRef, runRef } from '../../../src/editor/node-ref';
import { tooltipOf } from '../../../src/editor/node-tooltip';
import { promptFor } from '../../../src/editor/prompt-model';
import { reportText } from '../../../src/editor/report-text';
import { statusText } from '../../../src/editor/status-text';
import { headingFor, terminalText } from '../../../src/editor/terminal-text';
import { createTreeModel } from '../../../src/editor/tree-model';
import { t } from '../../../src/editor/words';
import { blankAttempt } from '../support/blanks';
import { item, pause, planDocument, runView, source, taskRun } from './fakes';

// The editor's own words, as the extension uses them.
vi.mock('vscode', () => ({
  l10n: {
    t: (message: string, ...args: readonly unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, at: string) => String(args[Number(at)])),
  },
}));

const SIGNS =
  'ev\u202Eil\u001B]0;owned\u0007\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u202Ex\u202C\u200B\u{E0041}\u009B31m\u0000';
const MARKUP = '[x](command:workbench.action.quit) ![i](https://e.example/i.png) <a href="command:y">z</a> $(alert)';
const NASTY = `${SIGNS} ${MARKUP}\n# Heading`;
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E007F}]/u;

const spec = { ...taskRun('T1', 'paused').spec, title: NASTY };
const asked = pause('T1', {
  reason: { kind: 'question', question: NASTY, by: 'mcp:evil' },
  suggestion: { kind: 'do', what: NASTY },
});
const view = runView('running', [{ ...taskRun('T1', 'paused', { reason: NASTY }), spec }], [asked], {
  title: NASTY,
  reason: NASTY,
});
const task = item('T1', 'open', {
  title: NASTY,
  description: NASTY,
  statusText: NASTY,
  commands: [{ text: NASTY, line: 1, origin: 'inline' } as never],
});
const document = planDocument([task], { title: NASTY });
const model = createTreeModel([source([document], [view])], { hideFinished: false });
const folder = 'file:///w';
const output = {
  attemptId: 'a1',
  stream: 'out',
  bytes: 9,
  truncated: false,
  redactions: 0,
  head: NASTY,
  tail: '',
} as const;

const refs = {
  document: documentRef(folder, 'tasks.md'),
  task: itemRef(folder, 'k:T1'),
  pause: pauseRef(folder, asked.id),
  run: runRef(folder, 'r1'),
};
const report = reportText(
  {
    runTitle: NASTY,
    task: { ...taskRun('T1', 'failed', { reason: NASTY }), spec },
    attempts: [blankAttempt('a1', { runId: 'r1', taskKey: 'k:T1', command: NASTY, error: NASTY })],
    outputs: () => [output],
    gates: [
      {
        gate: NASTY,
        kind: 'command',
        status: 'fail',
        detail: NASTY,
        evidence: { command: NASTY, outputTail: NASTY, findings: [NASTY], files: [NASTY] },
        at: 0,
      },
    ],
    pauses: [{ ...asked, answer: { choice: 'answer', text: NASTY, by: NASTY, at: 1 } }],
    kept: [{ moment: 'manual', at: 1, sessionId: 's', runId: null, text: NASTY }],
  },
  t,
);
const history = historyPage(
  [
    { type: 'note', runId: 'r1', taskKey: 'k:T1', at: 1, actor: NASTY, text: NASTY },
    { type: 'pause-opened', runId: 'r1', at: 2, actor: 'scheduler', pause: asked },
    { type: 'task-failed', runId: 'r1', taskKey: 'k:T1', at: 3, actor: 'scheduler', reason: NASTY },
  ],
  () => view,
  t,
);

const lines: readonly (readonly [string, string | null | undefined])[] = [
  ...Object.entries(refs).flatMap(([name, ref]): readonly (readonly [string, string | null | undefined])[] => {
    const look = lookOf(model, ref, t);
    return [
      [`label of ${name}`, look?.label],
      ...(look?.description?.includes('evil') === true ? [[`description of ${name}`, look.description] as const] : []),
    ];
  }),
  ['notification', promptFor(asked, view, t).message],
  ['status bar', statusText([view], new Set(), t)?.text],
  ['status bar tooltip', statusText([view], new Set(), t)?.tooltip],
  ['lens', lensesOf(folder, document, model.folder(folder)?.runs as never, 'tasks', t)[0]?.title],
];
const pages: readonly (readonly [string, string | null])[] = [
  ...Object.entries(refs).map(([name, ref]) => [`tooltip of ${name}`, tooltipOf(model, ref, t)] as const),
  ['report', report],
  ['history', history],
];

describe('what others wrote', () => {
  it.each([...lines, ...pages])('hides, moves and turns nothing in: %s', (_, text) => {
    expect(text).toContain('evil');
    expect(text ?? '').not.toMatch(HIDDEN);
  });

  it.each(pages)('is no link, image, markup or heading in: %s', (_, text) => {
    // What stands in fences and code is no markup.
    const outside = (text ?? '').replace(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, '').replace(/(`+) .*? \1/g, '');
    expect(outside).toContain('evil');
    expect(outside).not.toMatch(/(?<!\\)\]\((?!\/)|(?<!\\)!\[|(?<!\\)<a|^# Heading/m);
  });

  it('sets no title, writes no clipboard and clears nothing in the terminal; colours and progress lines stay', () => {
    const live = `\u001B[31mred\u001B[0m 10 %\r20 %\u001B[K ${SIGNS}\u001B[3A\u001B]8;;https://e.example\u0007link\u001B]8;;\u0007\n`;
    expect(terminalText(live)).toBe('\u001B[31mred\u001B[0m 10 %\r20 %\u001B[K evilx31mlink\r\n');
    const ours = ['\u001B[0m', '\u001B[2m', '\u001B[1;36m', '\r\n'];
    const heading = ours.reduce((text, sign) => text.replaceAll(sign, ''), headingFor(NASTY, NASTY, true));
    expect(heading).not.toMatch(HIDDEN);
    // A sequence that is never ended takes no more than its line.
    expect(terminalText('a\u001B]0;x\nb\u001B[\u001B')).toBe('a\r\nb');
  });
});
