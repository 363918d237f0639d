// Pauses in words: why a person is asked, what to look at, and what each choice is called.
import { visible } from '../../model/visible';
import type { ChoiceId, PauseReason, Suggestion } from '../../model/pause';
import { unreachable } from '../../model/result';
import { listWords, type Translate } from './translate';

/** One sentence: why this waits for a person. */
export function describePause(reason: PauseReason, t: Translate): string {
  switch (reason.kind) {
    case 'your-turn':
      return t('Your turn: this task has no command to run');
    case 'pause-after':
      return reason.prompt === null ? t('Pause requested after this task') : reason.prompt;
    case 'no-auto-advance':
      switch (reason.why) {
        case 'explicit':
          return t('Auto-Advance is off for this task');
        case 'priority':
          return t('Critical task: the run goes on only when you say so');
        case 'deployment':
          return t('Deployment step: goes on only when you say so');
        case 'database':
          return t('Database step: goes on only when you say so');
        default:
          return unreachable(reason.why);
      }
    case 'human-required':
      return t('The plan says a person is required here');
    case 'approval':
      return reason.commands.length === 1
        ? t('This command has not been approved yet: {0}', visible(reason.commands[0] ?? ''))
        : t('{0} commands have not been approved yet', reason.commands.length);
    case 'destructive':
      return t('Destructive command ({0}): {1}', reason.rule, visible(reason.command));
    case 'credentials':
      return t('Missing credentials: {0}', listWords(reason.names, t));
    case 'rule':
      return t('{0} ({1})', reason.message, reason.rule);
    case 'gate-failed':
      return t('Quality gate failed: {0}', reason.detail === '' ? listWords(reason.gates, t) : reason.detail);
    case 'gate-person':
      return reason.question;
    case 'unverified':
      return t('Nothing checked this result: no gate is defined for it');
    case 'task-failed':
      return reason.attempts > 1
        ? t('Failed after {0} attempts: {1}', reason.attempts, reason.detail)
        : t('Failed: {0}', reason.detail);
    case 'failures-in-a-row':
      return t('Two failures in a row: {0}', (reason.summary ?? reason.tasks).join('; '));
    case 'unresolved-dependency':
      return t('Waits for something outside this run: {0}', listWords(reason.names, t));
    case 'recovery':
      return t('Interrupted: {0}', reason.detail);
    case 'question':
      return t('{0} asks: {1}', reason.by, reason.question);
    default:
      return unreachable(reason);
  }
}

/** One sentence: what to look at or do. */
export function describeSuggestion(suggestion: Suggestion, t: Translate): string {
  switch (suggestion.kind) {
    case 'review':
      return t('Review {0} line {1}', suggestion.path, suggestion.line);
    case 'do':
      return suggestion.what;
    case 'fix':
      return suggestion.command === null
        ? suggestion.what
        : t('{0}, then run {1}', suggestion.what, suggestion.command);
    default:
      return unreachable(suggestion);
  }
}

/** Button text. */
export function choiceLabel(choice: ChoiceId, t: Translate): string {
  switch (choice) {
    case 'continue':
      return t('Continue');
    case 'done':
      return t('Mark Done');
    case 'run':
      return t('Run');
    case 'skip':
      return t('Skip');
    case 'retry':
      return t('Retry');
    case 'hotfix':
      return t('Create HotFix');
    case 'waive':
      return t('Accept Anyway');
    case 'fail':
      return t('Mark Failed');
    case 'stop':
      return t('Stop Run');
    case 'approve':
      return t('Approve');
    case 'approve-all':
      return t('Approve All in This Plan');
    case 'answer':
      return t('Answer…');
    default:
      return unreachable(choice);
  }
}
