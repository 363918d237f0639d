// What the one status bar item shows: progress of the running plan and its task, in signs and in words. Pure.
import { plainText } from '../agents/plain-text';
import type { RunView } from '../engine/service';
import { FINAL_RUN_STATES } from '../model/run';
import { describePause } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import { itemTitle } from './node-look';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** For a screen reader. */
  readonly words: string;
  readonly warning: boolean;
}

const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
/** `$(…)` of a document must not become an icon. */
const noIcons = (text: string): string => text.replaceAll('$(', '$ (');

/** Open runs in the engine's order; null: nothing to show. */
export function statusText(
  views: readonly RunView[],
  interrupted: ReadonlySet<string>,
  t: Translate,
): StatusText | null {
  const open = views.filter((view) => !FINAL_RUN_STATES.has(view.run.status));
  if (open.length === 0) return null;
  const asking = open.find((view) => view.pauses.some((pause) => pause.answer === null));
  const halted = open.find((view) => view.run.status === 'paused' || interrupted.has(view.run.id));
  const busy = open.find((view) => view.run.status !== 'paused' && !interrupted.has(view.run.id));
  const more = open.length > 1 ? t('{0} runs are open', open.length) : '';
  if (asking !== undefined) return askingText(asking, more, t);
  if (busy !== undefined) return busyText(busy, more, t);
  return halted === undefined ? null : haltedText(halted, interrupted.has(halted.run.id), more, t);
}

const ofTotal = (view: RunView): string => `${view.counts.done}/${view.counts.total}`;
const lines = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');

function askingText(view: RunView, more: string, t: Translate): StatusText {
  const pauses = view.pauses.filter((pause) => pause.answer === null);
  const pause = pauses[0];
  const task = view.tasks.find((each) => each.taskKey === pause?.taskKey);
  const title = task === undefined ? plainText(view.run.title) : itemTitle(task.spec);
  const reason = pause === undefined ? '' : describePause(pause.reason, t);
  return {
    text: `$(debug-pause) ${ofTotal(view)} · ${noIcons(clip(title, 40))}`,
    tooltip: lines(t('{0} waits for you', title), reason, t('{0}: {1} done', view.run.title, ofTotal(view)), more),
    words: t(
      'Soloflow: {0} of {1} tasks done. {2} waits for you: {3}',
      view.counts.done,
      view.counts.total,
      title,
      reason,
    ),
    warning: true,
  };
}

function busyText(view: RunView, more: string, t: Translate): StatusText {
  const task = view.tasks.find((each) => each.state === 'running' || each.state === 'checking');
  const title = task === undefined ? plainText(view.run.title) : itemTitle(task.spec);
  return {
    text: `$(sync~spin) ${ofTotal(view)} · ${noIcons(clip(title, 40))}`,
    tooltip: lines(t('Running {0}', title), t('{0}: {1} done', view.run.title, ofTotal(view)), more),
    words: t('Soloflow: {0} of {1} tasks done, running {2}', view.counts.done, view.counts.total, title),
    warning: false,
  };
}

function haltedText(view: RunView, interrupted: boolean, more: string, t: Translate): StatusText {
  const what = interrupted ? t('interrupted') : t('paused');
  return {
    text: `$(debug-pause) ${ofTotal(view)} · ${what}`,
    tooltip: lines(t('{0} is {1}. Continue goes on.', view.run.title, what), more),
    words: t('Soloflow: {0} of {1} tasks done, {2}', view.counts.done, view.counts.total, what),
    warning: true,
  };
}
