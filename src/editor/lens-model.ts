// What stands above a task's line in its document: Run and the state, or the pause with its choices. Pure.
import type { Item, PlanDocument } from '../model/plan';
import { choiceLabel, describePause } from '../workflow/words/pause-words';
import type { Translate } from '../workflow/words/translate';
import { indexDocument } from './document-index';
import { ordered } from './prompt-model';
import type { RunIndex } from './run-index';
import { stateOfItem, stateWords, type VisibleState } from './state-look';
import type { NodeCommand } from './command-ids';
import { itemRef, pauseRef, type NodeRef } from './node-ref';

export interface Lens {
  /** 1-based. */
  readonly line: number;
  readonly title: string;
  readonly tooltip: string;
  /** null: only words. */
  readonly command: NodeCommand | null;
  readonly args: readonly [NodeRef, ...unknown[]] | readonly [];
}

/** tasks: above every open task; waiting: only where a run is or a person is asked. */
export type LensMode = 'tasks' | 'waiting' | 'off';

const TASK_KINDS: ReadonlySet<Item['kind']> = new Set(['task', 'subtask', 'hotfix', 'plan-item', 'story']);

const STATE_ICONS: Readonly<Partial<Record<VisibleState, string>>> = {
  running: '$(sync~spin) ',
  checking: '$(loading~spin) ',
  retrying: '$(debug-restart) ',
  waiting: '$(watch) ',
  failed: '$(error) ',
  blocked: '$(circle-slash) ',
};

/** A document with more open tasks than this shows only those of runs: thousands of lenses make typing slow. */
const MOST = 400;

export function lensesOf(
  folder: string,
  document: PlanDocument,
  runs: RunIndex,
  mode: LensMode,
  t: Translate,
): readonly Lens[] {
  if (mode === 'off') return [];
  const index = indexDocument(document);
  const isOpenTask = (item: Item): boolean =>
    TASK_KINDS.has(item.kind) &&
    item.status !== 'done' &&
    item.status !== 'cancelled' &&
    index.children(item.key).length === 0;
  const onlyLive = mode === 'waiting' || document.items.filter(isOpenTask).length > MOST;
  return document.items.flatMap((item) => {
    const activity = runs.activity.get(item.key) ?? null;
    const live = activity?.live === true;
    if (!live && (onlyLive || !isOpenTask(item))) return [];
    const state = stateOfItem(item.status, activity);
    if (state === 'done' || state === 'cancelled') return [];
    const ref = itemRef(folder, item.key);
    if (activity?.pause !== null && activity?.pause !== undefined) return pauseLenses(folder, item, activity.pause, t);
    return [
      ...(live && state !== 'failed' ? [] : [runLens(item, ref, state, t)]),
      {
        line: item.line,
        title: `${STATE_ICONS[state] ?? ''}${stateWords(state, t)}`,
        tooltip: t('Show in the Plan view'),
        command: activity === null ? null : 'soloflow.showReport',
        args: activity === null ? [] : [ref],
      } satisfies Lens,
    ];
  });
}

function runLens(item: Item, ref: NodeRef, state: VisibleState, t: Translate): Lens {
  return {
    line: item.line,
    title: state === 'failed' ? `$(debug-restart) ${t('Retry')}` : `$(play) ${t('Run')}`,
    tooltip:
      item.commands.length === 0 ? t('Run this task: it has no command, so it will be your turn') : t('Run this task'),
    command: state === 'failed' ? 'soloflow.retryNode' : 'soloflow.runOnly',
    args: [ref],
  };
}

function pauseLenses(folder: string, item: Item, pause: RunIndex['pauses'][number], t: Translate): readonly Lens[] {
  const ref = pauseRef(folder, pause.id);
  const reason = describePause(pause.reason, t).replaceAll('$(', '$ (').replace(/\s+/g, ' ');
  const choices = ordered(pause)
    .filter((choice) => choice.id !== 'approve-all')
    .slice(0, 3);
  return [
    {
      line: item.line,
      title: `$(debug-pause) ${reason.length > 100 ? `${reason.slice(0, 99)}…` : reason}`,
      tooltip: t('Answer…'),
      command: 'soloflow.answerNode',
      args: [ref],
    },
    ...choices.map((choice): Lens => ({
      line: item.line,
      title: choiceLabel(choice.id, t),
      tooltip: t('Answer the pause'),
      command: 'soloflow.answerWith',
      args: [ref, choice.id],
    })),
  ];
}
