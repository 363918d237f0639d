// The sentences about whole runs: what can go on, and how one ended. Pure.
import type { Continuation, RunView } from '../engine/service';
import { unreachable } from '../model/result';
import { notPlainlyDone } from '../workflow/run-end';
import type { Translate } from '../workflow/words/translate';

/** "… was interrupted at 3/12. Continue?" */
export function resumeWords(stopped: readonly Continuation[], t: Translate): string {
  const first = stopped[0];
  if (first === undefined) return '';
  if (stopped.length > 1) return t('{0} runs are not finished, first "{1}". Continue?', stopped.length, first.title);
  const at = `${first.counts.done}/${first.counts.total}`;
  switch (first.why) {
    case 'interrupted':
      return t('"{0}" was interrupted at {1}. Continue?', first.title, at);
    case 'paused':
      return t('"{0}" is paused at {1}. Continue?', first.title, at);
    case 'waiting-for-answer':
      return t('"{0}" waits for your answer at {1}. Continue?', first.title, at);
    case 'running':
      return t('"{0}" is running, {1} done.', first.title, at);
    default:
      return unreachable(first.why);
  }
}

export function endWords(view: RunView, t: Translate): string {
  const { counts, run } = view;
  const { skipped, unverified } = notPlainlyDone(view.tasks);
  if (run.status === 'failed') {
    return t('"{0}" failed: {1} of {2} done. {3}', run.title, counts.done, counts.total, run.reason ?? '').trim();
  }
  return [
    t('"{0}" is finished: {1} of {2} done.', run.title, counts.done, counts.total),
    ...(skipped === 0 ? [] : [t('{0} of them skipped.', skipped)]),
    ...(unverified === 0 ? [] : [t('{0} not verified: no gate is defined for them.', unverified)]),
  ].join(' ');
}
