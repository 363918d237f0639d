// The report of one task in one run as a markdown page: attempts, gates with their evidence, kept output. Pure.
import { stripVTControlCharacters } from 'node:util';
import { plainText } from '../agents/plain-text';
import type { GateResult } from '../model/gate';
import type { KeptMoment, MemoryRow } from '../model/memory';
import type { Attempt, AttemptOutput, TaskRun } from '../model/run';
import { choiceLabel, describePause, describeSuggestion } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import type { Pause } from '../model/pause';
import { visible } from '../model/visible';
import { itemTitle } from './node-look';
import { inlineCode, plain } from './node-tooltip';
import { stateOfTask, stateWords } from './state-look';
import { placeLink } from './value-text';

export interface TaskReport {
  readonly runTitle: string;
  readonly task: TaskRun;
  readonly attempts: readonly Attempt[];
  readonly outputs: (attemptId: string) => readonly AttemptOutput[];
  readonly gates: readonly GateResult[];
  readonly pauses: readonly Pause[];
  /** What was remembered about the task, newest first. */
  readonly notes?: readonly MemoryRow[];
  /** Context that somebody kept by hand, newest first. */
  readonly kept?: readonly KeptMoment[];
}

/** Output inside a fence that it cannot end itself. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const time = (at: number): string => `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** Colours are for terminals; other signs that act or hide are for nobody. */
const withoutAnsi = (text: string): string => plainText(stripVTControlCharacters(text));

export function reportText(report: TaskReport, t: Translate): string {
  const { task } = report;
  return [
    `# ${plain(itemTitle(task.spec))}`,
    [
      `- ${t('Run')}: ${plain(report.runTitle)}`,
      `- ${t('State')}: ${stateOf(report, t)}${task.reason === null ? '' : ` – ${plain(task.reason)}`}`,
      `- ${t('Place')}: ${placeLink(task.spec.path, task.spec.line)}`,
      ...(task.verification === null ? [] : [`- ${t('Checked')}: ${verificationWords(task.verification, t)}`]),
    ].join('\n'),
    ...notesPart(report, t),
    ...pausesPart(report, t),
    ...gatesPart(report.gates, t),
    ...attemptsPart(report, t),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** A task can be done and a person be asked whether it goes on. */
function stateOf({ task, pauses }: TaskReport, t: Translate): string {
  const state = stateWords(stateOfTask(task.state, task.verification === 'unverified'), t);
  const asked = stateWords('paused', t);
  return state === asked || pauses.every((pause) => pause.answer !== null) ? state : `${state}, ${asked}`;
}

function verificationWords(verification: NonNullable<TaskRun['verification']>, t: Translate): string {
  return verification === 'verified'
    ? t('every gate is green')
    : verification === 'waived'
      ? t('accepted by a person')
      : t('no gate is defined, nothing was checked');
}

function pausesPart(report: TaskReport, t: Translate): readonly string[] {
  if (report.pauses.length === 0) return [];
  const lines = report.pauses.map((pause) => {
    const asked = `- ${plain(describePause(pause.reason, t))} (${time(pause.askedAt)})`;
    if (pause.answer === null) {
      const hint = pause.suggestion === null ? '' : ` 💡 ${plain(describeSuggestion(pause.suggestion, t))}`;
      return `${asked}\n  - **${t('waits for an answer')}**${hint}`;
    }
    const { choice, by, text } = pause.answer;
    const answer = t('{0}, by {1}', choiceLabel(choice, t), by);
    return `${asked}\n  - ${plain(answer)}${text === null || text === '' ? '' : `: ${plain(text)}`}`;
  });
  return [`## ${t('Pauses')}\n\n${lines.join('\n')}`];
}

function notesPart({ notes = [], kept = [] }: TaskReport, t: Translate): readonly string[] {
  if (notes.length + kept.length === 0) return [];
  const parts = [
    ...notes.map((row) => ({ at: row.createdAt, what: row.kind, text: row.body })),
    ...kept.map(({ at, text }) => ({ at, what: t('kept by hand'), text })),
  ].map(({ at, what, text }) => `- ${time(at)} ${what}\n\n${fenced(withoutAnsi(text))}`);
  return [`## ${t('Remembered')}\n\n${parts.join('\n\n')}`];
}

function gatesPart(gates: readonly GateResult[], t: Translate): readonly string[] {
  if (gates.length === 0) return [];
  const parts = gates.map((gate) => {
    const { evidence } = gate;
    const sign = gate.status === 'pass' ? '✅' : gate.status === 'waived' ? '☑️' : '❌';
    const facts = [
      evidence.command === undefined ? null : `${t('Command')}: ${inlineCode(evidence.command)}`,
      evidence.exitCode === undefined ? null : `${t('Exit code')}: ${evidence.exitCode ?? t('none')}`,
      evidence.durationMs === undefined ? null : `${t('Took')}: ${duration(evidence.durationMs)}`,
      evidence.tests === undefined
        ? null
        : t('{0} tests, {1} failed, {2} skipped', evidence.tests.total, evidence.tests.failed, evidence.tests.skipped),
      ...(evidence.findings ?? []).map(plain),
      ...(evidence.files ?? []).map(plain),
    ].filter((fact) => fact !== null);
    return [
      `### ${sign} ${plain(gate.gate)} – ${plain(gate.detail)}`,
      facts.map((fact) => `- ${fact}`).join('\n'),
      evidence.outputTail === undefined || evidence.outputTail === '' ? '' : fenced(withoutAnsi(evidence.outputTail)),
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  });
  return [`## ${t('Gates')}`, ...parts];
}

function attemptsPart(report: TaskReport, t: Translate): readonly string[] {
  if (report.attempts.length === 0) return [];
  const parts = report.attempts.map((attempt) => {
    const ended = attempt.endedAt === null ? t('still running') : duration(attempt.endedAt - attempt.startedAt);
    const facts = [
      `${t('Started')}: ${time(attempt.startedAt)}, ${ended}`,
      attempt.outcome === null ? null : `${t('Outcome')}: ${attempt.outcome}`,
      attempt.exitCode === null ? null : `${t('Exit code')}: ${attempt.exitCode}`,
      attempt.error === null ? null : plain(attempt.error),
    ].filter((fact) => fact !== null);
    const outputs = report.outputs(attempt.id).flatMap((output) => {
      const text = output.truncated
        ? `${output.head}\n… ${t('{0} bytes in all', output.bytes)} …\n${output.tail}`
        : `${output.head}${output.tail}`;
      return text === '' ? [] : [output.stream === 'err' ? t('Error output') : t('Output'), fenced(withoutAnsi(text))];
    });
    return [
      `### ${t('Attempt {0}', attempt.n)}`,
      attempt.command === null ? '' : fenced(attempt.command.split('\n').map(visible).join('\n'), 'sh'),
      facts.map((fact) => `- ${fact}`).join('\n'),
      ...outputs,
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  });
  return [`## ${t('Attempts')}`, ...parts];
}
