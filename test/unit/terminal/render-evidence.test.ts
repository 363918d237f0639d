import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../src/terminal/paint';
import { renderEvidence } from '../../../src/terminal/render-evidence';

const paint = paintFor(false, {});
const output = {
  attemptId: 'a',
  stream: 'out',
  bytes: 6,
  truncated: false,
  redactions: 0,
  head: 'hello\n',
  tail: '',
} as const;
const attempt = {
  n: 1,
  command: 'make\nmake install',
  outcome: 'error',
  exitCode: 2,
  startedAt: 1000,
  endedAt: 2500,
  outputs: [output],
} as const;

describe('evidence in the terminal', () => {
  it('shows command, end, duration and output of each try, and what each gate knows', () => {
    const text = renderEvidence(
      {
        key: 'plan.md#T-1',
        attempts: [attempt, { ...attempt, n: 2, outcome: null, exitCode: null, endedAt: null, outputs: [] }],
        gates: [
          {
            gate: 'Tests',
            kind: 'tests',
            status: 'fail',
            detail: 'exit code 1',
            evidence: {
              command: 'npm test',
              exitCode: 1,
              outputTail: 'not ok 1',
              durationMs: 20,
              tests: { total: 3, failed: 1, skipped: 0 },
            },
            at: 1,
          },
          {
            gate: 'Files exist',
            kind: 'files',
            status: 'pass',
            detail: '1 file',
            evidence: { files: ['a.txt'], findings: [] },
            at: 1,
          },
          {
            gate: 'Links',
            kind: 'references',
            status: 'waived',
            detail: 'later',
            evidence: { findings: ['a.md:3 #gone'] },
            at: 1,
          },
        ],
      },
      paint,
    );
    expect(text.split('\n')).toEqual([
      'plan.md#T-1',
      '❌ Attempt 1 exit code 2, 1.5 s',
      '   $ make',
      '   $ make install',
      '   │ hello',
      '🔄 Attempt 2 at work',
      '   $ make',
      '   $ make install',
      '❌ Tests fail: exit code 1',
      '   $ npm test',
      '   │ not ok 1',
      '   exit code 1, 3 tests, 1 failed, 0 skipped, 20 ms',
      '🔎 Files exist pass: 1 file',
      '   · a.txt',
      '⏭️  Links waived: later',
      '   - a.md:3 #gone',
    ]);
  });

  it('shows the beginning and the end of very much, and says when there is nothing', () => {
    const head = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
    const cut = { ...output, head, tail: 'the end', truncated: true, bytes: 9_000_000 };
    const lines = renderEvidence({ key: 'k', attempts: [{ ...attempt, outputs: [cut] }], gates: [] }, paint).split(
      '\n',
    );
    expect(lines).toHaveLength(106);
    expect(lines).toContain('   │ line 0');
    expect(lines.slice(-3)).toEqual([
      '   │ line 99',
      '   │ [… 9.0 MB in all, kept are its two ends …]',
      '   │ the end',
    ]);
    const long = { ...output, head };
    const kept = renderEvidence({ key: 'k', attempts: [{ ...attempt, outputs: [long] }], gates: [] }, paint);
    expect(kept.split('\n').slice(103, 106)).toEqual(['   │ line 99', '   │ [… 300 lines …]', '   │ line 400']);
    expect(renderEvidence({ key: 'k', attempts: [], gates: [] }, paint)).toBe('Nothing of k has run yet.');
  });
});
