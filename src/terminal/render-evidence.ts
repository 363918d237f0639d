// What is known of the tries at a task: each command with its end and what it printed, then what each gate found and by
// what it knows. For people; JSON has the same.
import type { Evidence, GateResult } from '../model/gate';
import type { AttemptOutput, AttemptOutcome } from '../model/run';
import type { Paint } from './paint';

export interface EvidenceOutput {
  readonly key: string;
  readonly attempts: readonly {
    readonly n: number;
    readonly command: string | null;
    readonly outcome: AttemptOutcome | null;
    readonly exitCode: number | null;
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly outputs: readonly AttemptOutput[];
  }[];
  readonly gates: readonly GateResult[];
}

/** Longest output that is shown whole; of more, its beginning and its end. */
const MOST_LINES = 200;

export function renderEvidence({ key, attempts, gates }: EvidenceOutput, paint: Paint): string {
  if (attempts.length === 0) return `Nothing of ${key} has run yet.`;
  const tries = attempts.flatMap((attempt) => {
    const { n, command, outcome, exitCode, startedAt, endedAt, outputs } = attempt;
    const end = outcome === null ? 'at work' : exitCode === null ? outcome : `exit code ${exitCode}`;
    const took = endedAt === null ? '' : `, ${seconds(endedAt - startedAt)}`;
    return [
      `${outcome === null ? '🔄' : outcome === 'ok' ? '✅' : '❌'} ${paint.bold(`Attempt ${n}`)} ${end}${took}`,
      ...commandLines(command ?? null, paint),
      ...outputs.flatMap(outputLines),
    ];
  });
  const checks = gates.flatMap((gate) => [
    `${gate.status === 'pass' ? '🔎' : gate.status === 'waived' ? '⏭️ ' : '❌'} ${paint.bold(gate.gate)} ${gate.status}: ${gate.detail}`,
    ...evidenceLines(gate.evidence, paint),
  ]);
  return [paint.dim(key), ...tries, ...checks].join('\n');
}

const commandLines = (command: string | null, paint: Paint): readonly string[] =>
  command === null ? [] : command.split('\n').map((line) => `   ${paint.dim('$')} ${line}`);

function outputLines({ head, tail, truncated, bytes }: AttemptOutput): readonly string[] {
  const half = MOST_LINES / 2;
  const whole = split(head);
  const left = whole.length - MOST_LINES;
  // What lies between the two ends of a long output is more than anybody has counted lines of.
  const shown = truncated
    ? [...whole.slice(0, half), `[… ${size(bytes)} in all, kept are its two ends …]`, ...split(tail).slice(-half)]
    : left > 0
      ? [...whole.slice(0, half), `[… ${left} lines …]`, ...whole.slice(-half)]
      : whole;
  return shown.map((line) => `   │ ${line}`);
}

function evidenceLines(evidence: Evidence, paint: Paint): readonly string[] {
  const { command, exitCode, durationMs, tests, files, findings, outputTail } = evidence;
  const facts = [
    ...(exitCode === undefined || exitCode === null ? [] : [`exit code ${exitCode}`]),
    ...(tests === undefined ? [] : [`${tests.total} tests, ${tests.failed} failed, ${tests.skipped} skipped`]),
    ...(durationMs === undefined ? [] : [seconds(durationMs)]),
  ];
  return [
    ...commandLines(command ?? null, paint),
    ...split(outputTail ?? '').map((line) => `   │ ${line}`),
    ...(files ?? []).map((file) => `   · ${file}`),
    ...(findings ?? []).map((finding) => `   - ${finding}`),
    ...(facts.length === 0 ? [] : [`   ${facts.join(', ')}`]),
  ];
}

const split = (text: string): readonly string[] => (text.trim() === '' ? [] : text.replace(/\n+$/, '').split('\n'));
const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
