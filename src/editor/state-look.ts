// One visible state per thing: plan status combined with what runs say, its icon, and its name in words. Pure.
import type { PlanStatus } from '../model/plan';
import { unreachable } from '../model/result';
import type { RunStatus, TaskState } from '../model/run';
import type { Translate } from '../workflow/words/translate';
import type { Activity } from './run-index';

export type VisibleState =
  | 'open'
  | 'in-progress'
  | 'blocked'
  | 'done'
  | 'cancelled'
  | 'waiting'
  | 'running'
  | 'checking'
  | 'retrying'
  | 'paused'
  | 'failed'
  | 'skipped'
  | 'stopping'
  | 'unverified';

/** Codicon and theme colour names; null: the list's own colour. */
export interface Icon {
  readonly id: string;
  readonly color: string | null;
}

const ICONS: Readonly<Record<VisibleState, Icon>> = {
  open: { id: 'circle-large-outline', color: null },
  'in-progress': { id: 'play-circle', color: 'charts.blue' },
  blocked: { id: 'circle-slash', color: 'list.warningForeground' },
  done: { id: 'pass-filled', color: 'testing.iconPassed' },
  cancelled: { id: 'circle-slash', color: 'disabledForeground' },
  waiting: { id: 'watch', color: 'descriptionForeground' },
  running: { id: 'sync~spin', color: 'charts.blue' },
  checking: { id: 'loading~spin', color: 'charts.blue' },
  retrying: { id: 'debug-restart', color: 'list.warningForeground' },
  paused: { id: 'debug-pause', color: 'list.warningForeground' },
  failed: { id: 'error', color: 'testing.iconFailed' },
  skipped: { id: 'debug-step-over', color: 'testing.iconSkipped' },
  stopping: { id: 'debug-stop', color: 'list.warningForeground' },
  unverified: { id: 'pass', color: 'testing.iconQueued' },
};

export const iconOf = (state: VisibleState): Icon => ICONS[state];

/** While a run is open its word counts; afterwards the document's, except that a failure stays visible on open work. */
export function stateOfItem(status: PlanStatus, activity: Activity | null): VisibleState {
  if (activity === null) return status;
  if (activity.pause !== null) return 'paused';
  if (activity.live) {
    // Answered, but not taken up yet: nobody is asked any more.
    if (activity.task.state === 'paused') return 'waiting';
    const state = stateOfTask(activity.task.state, activity.task.verification === 'unverified');
    return state === 'done' || state === 'cancelled' ? status : state;
  }
  if (activity.task.state === 'failed' && (status === 'open' || status === 'in-progress')) return 'failed';
  return status;
}

export function stateOfTask(state: TaskState, unverified: boolean): VisibleState {
  switch (state) {
    case 'waiting':
    case 'ready':
      return 'waiting';
    case 'running':
      return 'running';
    case 'checking':
      return 'checking';
    case 'retrying':
      return 'retrying';
    case 'paused':
      return 'paused';
    case 'succeeded':
      return unverified ? 'unverified' : 'done';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'cancelling':
      return 'stopping';
    case 'cancelled':
      return 'cancelled';
    default:
      return unreachable(state);
  }
}

/** `asking`: an open pause of the run waits for a person. */
export function stateOfRun(status: RunStatus, asking: boolean): VisibleState {
  switch (status) {
    case 'created':
      return 'waiting';
    case 'running':
      return asking ? 'paused' : 'running';
    case 'paused':
      return 'paused';
    case 'cancelling':
      return 'stopping';
    case 'succeeded':
      return 'done';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    default:
      return unreachable(status);
  }
}

/** Never colour or icon alone: the same in words, for descriptions and screen readers. */
export function stateWords(state: VisibleState, t: Translate): string {
  switch (state) {
    case 'open':
      return t('open');
    case 'in-progress':
      return t('in progress');
    case 'blocked':
      return t('blocked');
    case 'done':
      return t('done');
    case 'cancelled':
      return t('cancelled');
    case 'waiting':
      return t('waiting');
    case 'running':
      return t('running');
    case 'checking':
      return t('checking');
    case 'retrying':
      return t('will be tried again');
    case 'paused':
      return t('waiting for you');
    case 'failed':
      return t('failed');
    case 'skipped':
      return t('skipped');
    case 'stopping':
      return t('stopping');
    case 'unverified':
      return t('done, not verified');
    default:
      return unreachable(state);
  }
}
