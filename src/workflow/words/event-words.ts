// Events in words: one line each, in the spirit of a transcript. Bookkeeping events have none.
import type { RunEvent } from '../../model/run-event';
import { choiceLabel, describePause, describeSuggestion } from './pause-words';
import { listWords, type Translate } from './translate';

/** What the words need besides the event: how tasks are called, and the pause an answer belongs to. */
export interface EventNames {
  task(key: string): string;
}

export type EventMark = 'done' | 'run' | 'pause' | 'hint' | 'fail' | 'skip' | 'info' | 'gate';
export interface EventLine {
  readonly mark: EventMark;
  readonly text: string;
}

/** Lines for people; empty for pure bookkeeping. */
export function describeEvent(event: RunEvent, names: EventNames, t: Translate): readonly EventLine[] {
  const line = (mark: EventMark, text: string): readonly EventLine[] => [{ mark, text }];
  switch (event.type) {
    case 'run-created':
      return line('run', t('Starting: {0}', event.run.title));
    case 'run-resumed':
      return [
        { mark: 'done', text: t('Context restored') },
        { mark: 'run', text: t('Continuing') },
      ];
    case 'run-paused':
      return line('pause', event.reason === '' ? t('Paused') : t('Paused: {0}', event.reason));
    case 'run-cancelling':
      return line('info', t('Cancelling'));
    case 'run-ended':
      return event.status === 'succeeded'
        ? line('done', t('Completed'))
        : line(
            'fail',
            event.reason === null ? t('Run {0}', event.status) : t('Run {0}: {1}', event.status, event.reason),
          );
    case 'task-added':
      return line('info', t('Added to the run: {0}', names.task(event.taskKey)));
    case 'task-removed':
      return line('info', t('No longer in the plan: {0}', names.task(event.taskKey)));
    case 'task-renamed':
      // Everything is called as it is called now; what it was called before stands in the event.
      return line('info', t('Renamed in its document, now: {0}', names.task(event.taskKey)));
    case 'task-done-by-hand':
      return line('done', t('Done in its document: {0}', names.task(event.taskKey)));
    case 'task-marked-by-hand':
      return event.status === null
        ? []
        : line(
            'info',
            event.status === 'done'
              ? t('Ticked in its document while at work: {0}', names.task(event.taskKey))
              : t('Cancelled in its document while at work: {0}', names.task(event.taskKey)),
          );
    case 'attempt-started':
      return event.kind === 'person'
        ? []
        : line(
            'run',
            event.n === 1
              ? t('Executing {0}', names.task(event.taskKey))
              : t('Executing {0} (attempt {1})', names.task(event.taskKey), event.n),
          );
    case 'attempt-adopted':
      return line('info', t('Taken over from a host that is gone: {0}', names.task(event.taskKey)));
    case 'attempt-ended':
      return event.outcome === 'ok' || event.outcome === 'gate-failed'
        ? []
        : line('fail', attemptFailure(event.outcome, event.exitCode, event.error, names.task(event.taskKey), t));
    case 'gate-result':
      switch (event.result.status) {
        case 'pass':
          return line('gate', t('Gate passed: {0}', event.result.gate));
        case 'waived':
          return line('gate', t('Gate accepted by hand: {0}', event.result.gate));
        case 'fail':
        case 'error':
          return line('fail', t('Gate failed: {0}', withDetail(event.result.gate, event.result.detail)));
        default:
          return [];
      }
    case 'task-succeeded':
      return [
        ...line(
          'done',
          event.verification === 'verified'
            ? names.task(event.taskKey)
            : t(
                '{0} ({1})',
                names.task(event.taskKey),
                event.verification === 'waived' ? t('accepted by hand') : t('unverified'),
              ),
        ),
        ...(event.unchecked === undefined
          ? []
          : line('hint', t('No gate says whether this is so: {0}', listWords(event.unchecked, t)))),
      ];
    case 'task-failed':
      return line('fail', t('{0} failed: {1}', names.task(event.taskKey), event.reason));
    case 'retry-scheduled':
      return line('info', retryWords(event, names.task(event.taskKey), t));
    case 'task-skipped':
      return line('skip', t('Skipped: {0}', names.task(event.taskKey)));
    case 'task-cancelling':
      return line('info', t('{0} is being ended: {1}', names.task(event.taskKey), event.reason));
    case 'task-cancelled':
      return line('skip', t('Cancelled: {0}', names.task(event.taskKey)));
    case 'task-ready':
    case 'task-waiting':
      return event.again === true ? line('info', t('To be done again: {0}', names.task(event.taskKey))) : [];
    case 'hotfix-created':
      return line('info', t('HotFix created: {0}', event.spec.title));
    case 'pause-opened': {
      const about = event.pause.taskKey === null ? '' : ` (${names.task(event.pause.taskKey)})`;
      const asked: EventLine = { mark: 'pause', text: t('Paused: {0}', describePause(event.pause.reason, t)) + about };
      return event.pause.suggestion === null
        ? [asked]
        : [asked, { mark: 'hint', text: t('Suggestion: {0}', describeSuggestion(event.pause.suggestion, t)) }];
    }
    case 'pause-answered':
      return line(
        'info',
        t('Answered: {0}', choiceLabel(event.answer.choice, t)) +
          (event.answer.text === null ? '' : ` - ${event.answer.text}`),
      );
    case 'edit-applied':
      return event.result.startsWith('failed: ')
        ? line('fail', t('Its document does not say so: {0} ({1})', event.result.slice(8), names.task(event.taskKey)))
        : [];
    case 'readiness':
      return line(READY_MARKS[event.status], `${event.name}: ${event.detail}`);
    case 'claim-changed':
      if (event.claim === null)
        return line('info', t('{0} was given back: {1}', names.task(event.taskKey), event.reason));
      return event.reason === 'heard of'
        ? []
        : line('info', t('{0}: {1}, by {2}', names.task(event.taskKey), event.reason, event.claim.by));
    case 'note':
      return line('info', event.text);
    case 'run-started':
    case 'task-changed':
    case 'attempt-process':
    case 'gates-started':
    case 'pause-applied':
    case 'edit-queued':
      return [];
    default:
      return [];
  }
}

/** When, how often still, and why. */
function retryWords(event: RunEvent & { type: 'retry-scheduled' }, task: string, t: Translate): string {
  const { retry, retries, category } = event;
  if (retry === undefined || retries === undefined) return t('{0} is tried again ({1})', task, category);
  const seconds = Math.max(0, Math.round((event.nextAt - event.at) / 100) / 10);
  return seconds === 0
    ? t('{0} is tried again now: {1}, retry {2} of {3}', task, category, retry, retries)
    : t('{0} is tried again in {1} s: {2}, retry {3} of {4}', task, seconds, category, retry, retries);
}

const READY_MARKS: Readonly<Record<(RunEvent & { type: 'readiness' })['status'], EventMark>> = {
  checking: 'info',
  starting: 'run',
  ready: 'done',
  skipped: 'skip',
  degraded: 'hint',
};

/** The sign before a line. Never the only carrier of meaning: the words say it too. */
export function markSign(mark: EventMark): string {
  const signs: Readonly<Record<EventMark, string>> = {
    done: '✅',
    run: '🔄',
    pause: '⏸️ ',
    hint: '💡',
    fail: '❌',
    skip: '⏭️ ',
    info: '· ',
    gate: '🔎',
  };
  return signs[mark];
}

function attemptFailure(
  outcome: string,
  exitCode: number | null,
  error: string | null,
  task: string,
  t: Translate,
): string {
  if (outcome === 'timeout') return t('{0} took too long', task);
  if (outcome === 'cancelled') return t('{0} was ended', task);
  if (outcome === 'lost') return t('{0} was lost: its host and its process are gone', task);
  if (exitCode !== null) return t('{0} ended with exit code {1}', task, exitCode);
  return error === null ? t('{0} could not run', task) : t('{0} could not run: {1}', task, error);
}

const withDetail = (gate: string, detail: string): string =>
  detail === '' || detail === gate ? gate : `${gate} - ${detail}`;
