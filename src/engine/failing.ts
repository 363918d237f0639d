// When it does not work: try again, ask, repair, or give up. Two failures in a row stop the run.
import type { ChoiceId } from '../model/pause';
import { isGone } from './by-hand';
import type { Attempt } from '../model/run';
import { makeHotfix, nextHotfixNumber, type FailureEvidence } from './hotfix';
import { destructiveCommands } from './pause-rules';
import { categoryOf, delayBeforeRetry, policyOf } from './retry';
import { heldBy, type TaskEntry } from './state';
import { ask, emit, preserve, queueEdit, type AttemptReport, type Turn } from './turn';

const FAILURES_THAT_STOP = 2;
const LOSSES_THAT_FAIL = 3;

/** An attempt ended with anything but success. */
export function attemptFailed(turn: Turn, entry: TaskEntry, report: AttemptReport): void {
  const { taskKey, spec } = entry.row;
  const attempt = entry.attemptId === null ? undefined : turn.state.attempts.get(entry.attemptId);
  const dangerous = destructiveCommands(spec.commands).length > 0;
  if (attempt?.outcome === 'lost') {
    if (dangerous && !report.neverStarted) {
      const detail = report.error ?? 'how the command ended is not known';
      ask(turn, entry, { kind: 'recovery', detail }, ['retry', 'done', 'skip', 'stop'], { actor: 'recovery' });
      return;
    }
    if (report.neverStarted || entry.losses < LOSSES_THAT_FAIL) {
      return emit(turn, { type: 'task-ready', taskKey, actor: 'recovery' });
    }
  }
  // Short output is all head; of a long one the end tells more.
  const said = report.result.outputs.map(({ head, tail }) => `${head}\n${tail}`);
  const text = [report.error ?? '', ...said].join('\n');
  const category = categoryOf({
    exitCode: report.result.exitCode,
    signal: report.result.signal,
    timedOut: attempt?.outcome === 'timeout',
    text,
  });
  preserve(turn, 'failure', taskKey, {
    category,
    exitCode: report.result.exitCode,
    error: report.error,
    tail: tailOf(text),
  });
  const policy = policyOf(category, turn.rules.config);
  // An agent's tries cost money and change files: a person says whether there is another.
  const delay =
    dangerous || attempt?.kind === 'agent' ? null : delayBeforeRetry(policy, entry.tries, entry.attemptId ?? taskKey);
  if (delay !== null) {
    const nextAt = turn.now + delay;
    emit(turn, {
      type: 'retry-scheduled',
      taskKey,
      nextAt,
      category,
      retry: entry.tries,
      retries: policy.retries,
    });
    turn.effects.push({ kind: 'arm-timer', at: nextAt });
    return;
  }
  exhausted(turn, entry, {
    detail: attempt?.outcome === 'timeout' ? tooLong(attempt) : detailOf(report, category),
    command: commandOf(entry),
    outputTail: text,
    attempts: Math.max(1, entry.tries),
  });
}

/** Gates of the current check are red. The work is not repeated by itself: it would end the same. */
export function gatesRed(turn: Turn, entry: TaskEntry): void {
  if (isGone(turn, entry)) return;
  const red = redGates(entry);
  const last = red.at(-1);
  const evidence: FailureEvidence = {
    detail: red.map(({ gate, detail }) => `${gate}: ${detail}`).join('; '),
    command: last?.evidence.command ?? null,
    outputTail: last?.evidence.outputTail ?? last?.evidence.findings?.join('\n') ?? '',
    attempts: 1,
  };
  preserve(turn, 'failure', entry.row.taskKey, { gates: red });
  exhausted(
    turn,
    entry,
    evidence,
    red.map(({ gate }) => gate),
  );
}
export const redGates = (entry: TaskEntry) =>
  entry.results.filter(({ status }) => status === 'fail' || status === 'error');

/** Trying again does not help: the workspace's policy says what comes next. `gates`: it was they that were red. */
export function exhausted(
  turn: Turn,
  entry: TaskEntry,
  evidence: FailureEvidence,
  gates: readonly string[] = [],
): void {
  const { config } = turn.rules;
  const policy = config.run.hotfix;
  // One hot fix comes by itself; that it did not help is for a person to judge. A hot fix is not hot fixed.
  const repairable = entry.row.spec.kind === 'task' && !entry.removed;
  if (policy === 'always' && repairable && entry.hotfixes.length === 0) {
    createHotfix(turn, entry, evidence);
  } else if (policy === 'never' && !turn.state.run.options.smartPause) {
    emit(turn, { type: 'task-failed', taskKey: entry.row.taskKey, reason: evidence.detail });
  } else {
    const offers: readonly ChoiceId[] = policy !== 'never' && repairable ? ['hotfix'] : [];
    // A script is nothing to be shown in a sentence.
    const command = evidence.command?.includes('\n') === true ? null : evidence.command;
    const suggestion = { kind: 'fix', what: 'Look at the output and mend the cause', command } as const;
    if (gates.length > 0) {
      const reason = { kind: 'gate-failed', gates, detail: evidence.detail } as const;
      ask(turn, entry, reason, [...offers, 'continue', 'retry', 'waive', 'skip', 'fail', 'stop'], { suggestion });
    } else {
      const reason = { kind: 'task-failed', detail: evidence.detail, attempts: evidence.attempts } as const;
      ask(turn, entry, reason, [...offers, 'retry', 'skip', 'fail', 'stop'], { suggestion });
    }
  }
  stopAfterFailures(turn);
}

/** Two failures in a row hold the whole run until a person has looked. */
function stopAfterFailures(turn: Turn): void {
  const { state } = turn;
  if (state.run.failuresInARow < FAILURES_THAT_STOP) return;
  if (heldBy(state)?.reason.kind === 'failures-in-a-row') return;
  const tasks = [...state.series].flatMap((key) => state.tasks.get(key) ?? []);
  const keys = tasks.map(({ row }) => row.taskKey);
  const summary = tasks.map((entry) => `${nameOf(entry)}: ${howItFailed(turn, entry)}`);
  ask(turn, null, { kind: 'failures-in-a-row', tasks: keys, summary }, ['continue', 'stop'], { default: 'stop' });
}

const nameOf = ({ row: { spec } }: TaskEntry): string => (spec.id === null ? spec.title : `${spec.id} ${spec.title}`);

/** In one line: what its question says, or what its last try said. */
export function howItFailed({ state }: Turn, entry: TaskEntry): string {
  const reason = entry.pauseId === null ? undefined : state.pauses.get(entry.pauseId)?.reason;
  if (reason?.kind === 'task-failed' || reason?.kind === 'gate-failed') return reason.detail;
  const attempt = entry.attemptId === null ? undefined : state.attempts.get(entry.attemptId);
  if (entry.row.state === 'failed') return entry.row.reason ?? 'failed';
  // A hot fix is made of it meanwhile: no question says any more what was wrong.
  const red = redGates(entry).map(({ gate, detail }) => `${gate}: ${detail}`);
  if (red.length > 0) return red.join('; ');
  const code = attempt?.exitCode ?? null;
  return attempt?.error?.split('\n')[0] ?? (code === null ? 'failed' : `exit code ${String(code)}`);
}

/** Makes the repairing task, puts it before the failed one and into the document. */
export function createHotfix(turn: Turn, entry: TaskEntry, evidence: FailureEvidence, actor = 'scheduler'): void {
  const known = turn.rules.hotfixIds?.(entry.row.spec.path) ?? [];
  const ids = [...known, ...[...turn.state.tasks.values()].map(({ row }) => row.spec.id)];
  const { spec, change } = makeHotfix(entry.row.spec, nextHotfixNumber(ids), evidence);
  emit(turn, { type: 'hotfix-created', taskKey: entry.row.taskKey, spec, actor });
  queueEdit(turn, entry, change);
}

/** The evidence of a task's last failure, put together again from its history. */
export function evidenceOf(turn: Turn, entry: TaskEntry, detail: string): FailureEvidence {
  const attempt = entry.attemptId === null ? undefined : turn.state.attempts.get(entry.attemptId);
  const last = redGates(entry).at(-1);
  return {
    detail,
    command: last?.evidence.command ?? commandOf(entry),
    outputTail: last?.evidence.outputTail ?? attempt?.error ?? '',
    attempts: Math.max(1, entry.tries),
  };
}

function tooLong({ startedAt, deadlineAt }: Attempt): string {
  const seconds = Math.round(((deadlineAt ?? startedAt) - startedAt) / 1000);
  const limit = seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 6) / 10)} min`;
  return `took longer than its time limit of ${limit}`;
}

function detailOf(report: AttemptReport, category: string): string {
  if (report.error !== null) return report.error;
  const { exitCode, signal } = report.result;
  if (exitCode !== null) return `exit code ${String(exitCode)} (${category})`;
  return signal === null ? `ended without an exit code (${category})` : `ended by ${signal}`;
}

const commandOf = (entry: TaskEntry): string | null => {
  const { commands } = entry.row.spec;
  return commands.length === 0 ? null : commands.join('\n');
};

const tailOf = (text: string): string => text.trim().slice(-2000);
