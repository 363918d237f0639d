// Failures in words: what happened, where, what to do.
import type { Failure } from '../../model/failure';
import { unreachable } from '../../model/result';
import { listWords, type Translate } from './translate';

const nearestHint = (nearest: readonly string[], t: Translate): string =>
  nearest.length === 0 ? '' : ` ${t('Did you mean {0}?', nearest.slice(0, 3).join(', '))}`;

/** One or two sentences for a person. */
export function describeFailure(failure: Failure, t: Translate): string {
  switch (failure.kind) {
    case 'unknown-item':
      return t('No item "{0}" in the plan.', failure.asked) + nearestHint(failure.nearest, t);
    case 'ambiguous-item':
      if (failure.asked === 'continue')
        return t('Several things can go on. Say which: {0}', failure.candidates.join(', '));
      return t('"{0}" names several items. Say which: {1}', failure.asked, failure.candidates.join(', '));
    case 'unknown-document':
      return (
        t('No plan document "{0}": there is no such file, or it holds no plan.', failure.path) +
        nearestHint(failure.nearest, t)
      );
    case 'unknown-run':
      return failure.id === ''
        ? t('No run is open. Start one with `soloflow execute` or from the sidebar.')
        : t('No run "{0}". `soloflow status` lists them.', failure.id);
    case 'not-in-a-run':
      return t('No run has {0}. `soloflow execute` runs it, `soloflow set` writes its status.', failure.what);
    case 'unknown-pause':
      return t('No pause "{0}" is waiting. `soloflow status` lists the open ones.', failure.id);
    case 'already-answered':
      return t('This pause was already answered with "{0}" by {1}.', failure.choice, failure.by);
    case 'illegal-choice':
      return t('"{0}" is not a choice here. Choose one of: {1}', failure.choice, failure.choices.join(', '));
    case 'nothing-to-run':
      switch (failure.why) {
        case 'no-tasks':
          return t('Nothing to run: {0} has no tasks.', failure.what);
        case 'all-done':
          return t('Nothing to run: every task of {0} is done.', failure.what);
        case 'blocked':
          return t('Nothing to run: every open task of {0} waits for something that is not done.', failure.what);
        case 'cycle':
          return t('Nothing to run: the open tasks of {0} wait for each other. See the Problems panel.', failure.what);
        case 'nothing-open':
          return t('Nothing to continue: no run is open. Start one with `soloflow execute` or from the sidebar.');
        default:
          return unreachable(failure.why);
      }
    case 'untrusted':
      return t('This workspace is in Restricted Mode: plans are shown, nothing runs. Trust the folder to run tasks.');
    case 'not-approved':
      return t('Not approved yet: {0}', listWords(failure.commands, t));
    case 'invalid-input':
      return t('{0}: {1}', failure.field, failure.message);
    case 'not-writable':
      return t('{0}:{1} cannot be changed: {2}', failure.path, failure.line, failure.what);
    case 'document-changed':
      return t('{0}:{1} changed since it was read. Look at it and try again.', failure.path, failure.line);
    case 'file':
      return t('Cannot {0} {1} ({2}).', failure.operation, failure.path, failure.code);
    case 'runtime-too-old':
      return t(
        'This runtime ({0}) is too old for the database, {1} or newer is needed. Plans are shown, nothing runs.',
        failure.found,
        failure.needed,
      );
    case 'store-locked':
      return t('{0} is locked by another program. Close that program or wait for it, then try again.', failure.path);
    case 'store-read-only':
      return t('{0} cannot be written. Runs are not kept until the folder is writable.', failure.path);
    case 'store-full':
      return t('The disk of {0} is full. Free some space, then continue.', failure.path);
    case 'store-corrupt':
      return failure.setAsideAs === null
        ? t('{0} is damaged.', failure.path)
        : t(
            '{0} was damaged and is kept as {1}. A new one was built from your documents.',
            failure.path,
            failure.setAsideAs,
          );
    case 'store-older':
      return t(
        '{0} is in use by an older Soloflow that runs tasks from it. Close that one (window, terminal or agent), then open the folder again.',
        failure.path,
      );
    case 'store-gone':
      return t(
        '{0} was taken away while tasks run from it. They go on and their documents are kept up to date, but no history of it will be left. Close this and open the folder again when they have ended.',
        failure.path,
      );
    case 'store-newer':
      return t(
        '{0} was written by a newer Soloflow (format {1}, this one knows {2}). Update Soloflow.',
        failure.path,
        failure.found,
        failure.known,
      );
    case 'not-runner':
      return failure.holder === null
        ? t('Nobody runs tasks here now, so nothing was done. Trust the folder, or try again.')
        : t('{0} runs the tasks here and does not answer, so nothing was done. Try again, or end it.', failure.holder);
    case 'illegal-transition':
      return t('{0} cannot go from {1} to {2}.', failure.what, failure.from, failure.to);
    case 'config':
      return t('{0}:{1}: {2}', failure.path, failure.line, failure.message);
    case 'gates-red':
      return t('Not done: {0} failed. {1}', listWords(failure.gates, t), failure.detail);
    case 'claimed':
      return t(
        '{0} is taken by {1} until {2} UTC. Take another one.',
        failure.what,
        failure.by,
        new Date(failure.until).toISOString().slice(11, 16),
      );
    case 'git':
      return t('Git: {0}', failure.message);
    case 'tool':
      return t('{0} failed: {1}', failure.command, failure.message);
    case 'duplicate-idea':
      return t(
        '"{0}" looks like {1}: {2} % alike. Start that one by its id, or say --force for a new item.',
        failure.title,
        failure.of,
        Math.round(failure.similarity * 100),
      );
    case 'language-model':
      return languageModel(failure, t);
    case 'cancelled':
      return t('Cancelled.');
    default:
      return unreachable(failure);
  }
}

function languageModel({ reason, message }: Extract<Failure, { kind: 'language-model' }>, t: Translate): string {
  switch (reason) {
    case 'none':
      return t('This editor has no language model to ask.');
    case 'no-permission':
      return t('The language model may not be asked: {0}', message);
    case 'limit':
      return t("The language model's limit is reached: {0}", message);
    case 'failed':
      return t('The language model failed: {0}', message);
    default:
      return unreachable(reason);
  }
}
